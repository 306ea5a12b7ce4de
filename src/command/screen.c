#include "command/screen.h"

#include <stdio.h>
#include <string.h>

#include "command/terminal.h"

bool screen_is_possible(void)
{
    return ui_available() && terminal_is_interactive();
}

enum status screen_options(const struct arguments *arguments, struct ui_options *options,
                           struct error *error)
{
    const char *when = arguments_value(arguments, "color");
    const char *scheme = arguments_value(arguments, "scheme");
    *options = (struct ui_options){
        .ascii = arguments_has(arguments, "ascii"),
        .mouse = arguments_has(arguments, "mouse"),
        .color = UI_COLOR_AUTO,
    };
    if (when && strcmp(when, "always") == 0)
        options->color = UI_COLOR_ALWAYS;
    if (when && strcmp(when, "never") == 0)
        options->color = UI_COLOR_NEVER;
    return scheme ? ui_find_scheme(scheme, &options->scheme, error) : STATUS_OK;
}

#define PLAIN_WIDTH  100
#define PLAIN_HEIGHT 30
/* Cells of a screen in one direction. */
#define PLAIN_MAX 1000

static enum status parse_size(const char *text, int *width, int *height, struct error *error)
{
    char rest;
    if (sscanf(text, "%4dx%4d%c", width, height, &rest) == 2 && *width > 0 && *height > 0 &&
        *width <= PLAIN_MAX && *height <= PLAIN_MAX)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "--size",
                     "'%s' is no size: columns x lines, as in 100x30, at most %d of each", text,
                     PLAIN_MAX);
}

enum status screen_print(const struct arguments *arguments, const struct ui_options *ui,
                         struct error *error)
{
    const char *size = arguments_value(arguments, "size");
    int width = PLAIN_WIDTH, height = PLAIN_HEIGHT;
    struct text out = {0};
    enum status status = size ? parse_size(size, &width, &height, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = ui->start ? STATUS_OK : ui_check_screen(ui->screen ? ui->screen : "trials", error);
    if (status != STATUS_OK)
        return status;
    ui_print(ui, height, width, &out);
    terminal_print(&out);
    text_release(&out);
    return STATUS_OK;
}
