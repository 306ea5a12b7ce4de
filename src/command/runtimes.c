/* quantop runtimes: what executes models here, and where it was found. */
#include "command/groups.h"
#include "command/list.h"
#include "command/terminal.h"
#include "runtimes/runtime.h"

static const struct option_group *const groups[] = {&group_help, &group_libraries, &group_config,
                                                    NULL};

/* A runtime's library may be given by an option of its own name. */
static void print_runtime(const struct runtime *runtime, const struct arguments *arguments,
                          struct text *out)
{
    const char *path = runtime->library ? arguments_value(arguments, runtime->name) : NULL;
    struct error error;
    text_printf(out, "%s: %s\n  takes", runtime->name, runtime->text);
    for (const char *const *format = runtime->formats; *format; format++)
        text_printf(out, "%s %s", format == runtime->formats ? "" : ", else", *format);
    if (runtime->find(path, &error) != STATUS_OK)
        text_printf(out, "; not available: %s\n\n", error.text);
    else if (runtime->where())
        text_printf(out, "; version %s in %s\n\n", runtime->version(), runtime->where());
    else
        text_printf(out, "; version %s, part of this program\n\n", runtime->version());
}

static enum exit_status print_runtimes(const struct arguments *arguments)
{
    struct text out = {0};
    for (size_t i = 0; i < runtime_count; i++)
        print_runtime(runtime_table[i], arguments, &out);
    terminal_print(&out);
    return EXIT_DONE;
}

const struct command command_runtimes = {
    .name = "runtimes",
    .arguments = "",
    .text = "list what can execute models here, with versions and where libraries were found",
    .groups = groups,
    .run = print_runtimes,
};
