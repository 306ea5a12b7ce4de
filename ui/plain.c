/* A screen as lines of text, without a terminal. */
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <time.h>

#include "ui/app.h"
#include "ui/draw_buffer.h"
#include "ui/frame.h"
#include "ui/screens.h"

/* The names of all main screens: "trials, compare". */
static void list_screens(struct text *out)
{
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (ui_screens[context]->name)
            text_printf(out, "%s%s", out->length > 0 ? ", " : "", ui_screens[context]->name);
}

enum status ui_check_screen(const char *name, struct error *error)
{
    struct text names = {0};
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (ui_screens[context]->name && strcmp(ui_screens[context]->name, name) == 0)
            return STATUS_OK;
    list_screens(&names);
    enum status status = error_set(error, STATUS_INVALID, NULL,
                                   "no screen is called '%s'; there are %s", name, names.bytes);
    text_release(&names);
    return status;
}

enum status ui_find_scheme(const char *name, int *scheme, struct error *error)
{
    static const char names[] =
#define X(scheme, name, text, red, green, magenta, cyan, added, removed)                           \
    " " name ":"                                                                                   \
    " " text ";"
        SCHEME_LIST(X)
#undef X
        ;
    *scheme = (int)theme_find(name);
    if (*scheme < SCHEME_COUNT)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "--scheme", "no scheme is called '%s'; there are%.*s",
                     name, (int)sizeof(names) - 2, names);
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
    bool ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    ui_init(&ui, ui_screens, options->results, options->runner, options->journal);
    if (options->start)
        ui_show_start(&ui, options->start);
    ui_update(&ui); /* a page that is entered may look at what is selected */
    settle(&ui);
    if (options->screen)
        ui_go(&ui, ui_find_screen(&ui, options->screen));
    draw_buffer_init(&buffer, height, width, ascii, &draw);
    frame_draw(&ui, &draw);
    draw_buffer_print(&buffer, out);
    draw_buffer_release(&buffer);
    ui_release(&ui);
}
