#include "command/screen.h"

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
