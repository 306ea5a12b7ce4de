/* A screen as lines of text, without a terminal. */
#include <locale.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "ui/actions.h"
#include "ui/adjust.h"
#include "ui/app.h"
#include "ui/draw_buffer.h"
#include "ui/frame.h"
#include "ui/screens.h"

/* The names of all main screens: "trials, compare". */
static void list_screens(struct text *out)
{
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (screen_rows[context].tab)
            text_printf(out, "%s%s", out->length > 0 ? ", " : "", screen_rows[context].id);
}

enum status ui_check_screen(const char *name, struct error *error)
{
    struct text names = {0};
    if (screen_find(name) < CONTEXT_COUNT)
        return STATUS_OK;
    list_screens(&names);
    enum status status = error_set(error, STATUS_INVALID, NULL,
                                   "no screen is called '%s'; there are %s", name, names.bytes);
    text_release(&names);
    return status;
}

/* The start screen finds out what it shows while it is shown. */
static void settle(struct ui *ui)
{
    double wait;
    while (ui->start && (wait = ui_wait(ui)) > 0.0) {
        const struct timespec pause = {.tv_nsec = (long)(wait * 1e9)};
        nanosleep(&pause, NULL);
        ui->now += wait;
        ui_update(ui);
    }
}

static void draw_anew(struct ui *ui, int height, int width, struct draw_buffer *buffer)
{
    struct draw draw;
    draw_buffer_release(buffer);
    draw_buffer_init(buffer, height, width, false, &draw);
    look_draw(&ui->look, &draw);
    frame_draw(ui, &draw);
}

/* The next key of a word: that which the whole word names, or else its next character. */
static int take_key(const char **word)
{
    unsigned long character;
    int key = keys_parse(*word);
    size_t length = key ? strlen(*word) : text_take_character(*word, &character);
    *word += length > 0 ? length : strlen(*word);
    return key ? key : length > 0 ? (int)character : 0;
}

/* Each key finds the screen drawn, as where it goes may depend on that. */
static void type_keys(struct ui *ui, const char *keys, int height, int width,
                      struct draw_buffer *buffer)
{
    char *copy = xstrdup(keys), *rest = copy, *word;
    bool goes_on = true;
    while (goes_on && (word = strsep(&rest, " ")) != NULL)
        for (const char *at = word; *at && goes_on;) {
            goes_on = (action_of_key(ui, take_key(&at)) & LOOP_QUIT) == 0;
            ui_update(ui);
            settle(ui);
            draw_anew(ui, height, width, buffer);
        }
    free(copy);
}

void ui_print(const struct ui_options *options, int height, int width, struct text *out)
{
    struct draw_buffer buffer = {0};
    struct ui ui;
    setlocale(LC_CTYPE, "");
    ui_init(&ui, ui_screens, options->results, options->runner, options->journal);
    ui.topics = options->topics;
    if (options->start)
        ui_show_start(&ui, options->start);
    adjust_begin(&ui, options->settings, options->screen);
    ui_update(&ui);
    settle(&ui);
    draw_anew(&ui, height, width, &buffer);
    if (options->keys)
        type_keys(&ui, options->keys, height, width, &buffer);
    draw_buffer_print(&buffer, out);
    draw_buffer_release(&buffer);
    ui_release(&ui);
}
