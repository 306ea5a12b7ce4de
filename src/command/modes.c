/* quantop modes: the modes and their options. */
#include <string.h>

#include "command/groups.h"
#include "command/list.h"
#include "command/terminal.h"
#include "quantize/mode.h"
#include "quantize/observer.h"

static const struct option_group *const groups[] = {&group_help, NULL};

static void print_mode(const struct mode *mode, struct text *out)
{
    text_printf(out, "%s: %s\n  %s\n", mode->name, mode->title, mode->text);
    text_printf(out, "  promised: size %s, speed %s; for: %s; calibration data: %s\n",
                mode->promise_size, mode->promise_speed, mode->place,
                mode->needs_calibration ? "needed" : "not needed");
    for (size_t i = 0; i < mode_option_count; i++) {
        const struct mode_option *option = &mode_option_table[i];
        if ((mode->options & option->bit) != 0)
            text_printf(out, "  %s=%s: %s\n", option->name, option->values, option->text);
    }
    text_add_string(out, "\n");
}

static enum exit_status print_modes(const struct arguments *arguments)
{
    struct text out = {0};
    (void)arguments;
    for (size_t i = 0; i < mode_count; i++)
        print_mode(mode_table[i], &out);
    text_add_string(&out, "observers:\n");
    for (size_t i = 0; i < observer_count; i++)
        text_printf(&out, "  %-12s %s\n", observer_table[i].name, observer_table[i].text);
    terminal_print(&out);
    return EXIT_DONE;
}

const struct command command_modes = {
    .name = "modes",
    .arguments = "",
    .text = "list the quantization modes, their options, and what practice promises for them",
    .groups = groups,
    .run = print_modes,
};
