/* A screen as lines of text, without a terminal. */
#include <locale.h>
#include <time.h>

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

void ui_print(const struct ui_options *options, int height, int width, struct text *out)
{
    struct draw_buffer buffer;
    struct draw draw;
    struct ui ui;
    setlocale(LC_CTYPE, "");
    ui_init(&ui, ui_screens, options->results, options->runner, options->journal);
    ui.topics = options->topics;
    if (options->start)
        ui_show_start(&ui, options->start);
    adjust_begin(&ui, options->settings, options->screen);
    ui_update(&ui);
    settle(&ui);
    draw_buffer_init(&buffer, height, width, false, &draw);
    look_draw(&ui.look, &draw);
    frame_draw(&ui, &draw);
    draw_buffer_print(&buffer, out);
    draw_buffer_release(&buffer);
    ui_release(&ui);
}
