#include "command/screen.h"

#include <string.h>

#include "command/terminal.h"

bool screen_is_possible(void)
{
    return ui_available() && terminal_is_interactive();
}

struct ui_options screen_options(const struct arguments *arguments)
{
    const char *when = arguments_value(arguments, "color");
    struct ui_options options = {
        .ascii = arguments_has(arguments, "ascii"),
        .mouse = arguments_has(arguments, "mouse"),
        .color = UI_COLOR_AUTO,
    };
    if (when && strcmp(when, "always") == 0)
        options.color = UI_COLOR_ALWAYS;
    if (when && strcmp(when, "never") == 0)
        options.color = UI_COLOR_NEVER;
    return options;
}
