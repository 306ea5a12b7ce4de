#include "command/command.h"

#include <stdio.h>
#include <string.h>

#include "command/configuration.h"
#include "command/list.h"
#include "results/json_text.h"

const struct command *const commands[] = {
    &command_ui,       &command_run,      &command_init,    &command_view,     &command_why,
    &command_layers,   &command_journals, &command_inspect, &command_quantize, &command_search,
    &command_convert,  &command_synth,    &command_infer,   &command_modes,    &command_explain,
    &command_runtimes, &command_topology, &command_worker,
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static const char *separator(const struct command *command)
{
    return command->name[0] ? " " : "";
}

void command_print_overview(struct text *out)
{
    text_add_string(
        out, "usage: quantop [OPTION...] [FOLDER | PROFILE | MODEL]\n       quantop COMMAND ...\n\n"
             "Compares post-training quantization modes of neural networks on this "
             "machine: size, speed\nand accuracy, with an interval on every "
             "comparison.\n\ncommands:\n");
    for (size_t i = 0; i < command_count; i++)
        if (!commands[i]->is_hidden)
            text_printf(out, "  %-9s %s\n", commands[i]->name[0] ? commands[i]->name : "(none)",
                        commands[i]->text);
    text_add_string(out,
                    "\n'quantop COMMAND --help' explains a command; quantop(1), quantop-profile(5) "
                    "and quantop-config(5) the rest.\n");
}

/* Help of one option, broken into lines beside its name. */
static void print_wrapped(const char *help, int indent, int width, struct text *out)
{
    int column = indent;
    while (*help) {
        int word = (int)strcspn(help, " ");
        if (column > indent && column + 1 + word > width) {
            text_printf(out, "\n%*s", indent, "");
            column = indent;
        }
        text_printf(out, "%s%.*s", column > indent ? " " : "", word, help);
        column += word + (column > indent);
        help += word;
        help += strspn(help, " ");
    }
    text_add_string(out, "\n");
}

static void print_option(const struct option_row *row, struct text *out)
{
    char name[64];
    struct text help = {0};
    int used = snprintf(name, sizeof(name), row->letter ? "-%c, " : "    ", row->letter);
    snprintf(name + used, sizeof(name) - (size_t)used, "--%s%s%s", row->name,
             row->argument ? " " : "", row->argument ? row->argument : "");
    text_printf(out, "  %-28s", name);
    if (strlen(name) >= 28)
        text_printf(out, "\n%30s", "");
    option_help(row, &help);
    print_wrapped(help.bytes, 30, 98, out);
    text_release(&help);
}

void command_print_help(const struct command *command, struct text *out)
{
    text_printf(out, "usage: quantop%s%s [OPTION...] %s\n\n", separator(command), command->name,
                command->arguments);
    print_wrapped(command->text, 0, 98, out);
    text_add_string(out, "\noptions:\n");
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(command, i)) != NULL; i++)
        print_option(row, out);
}

static enum status check_words(const struct command *command, const struct arguments *arguments,
                               struct error *error)
{
    if (arguments->n_words < command->least_arguments)
        return error_set(error, STATUS_INVALID, NULL, "%s is missing, see 'quantop%s%s --help'",
                         command->arguments, separator(command), command->name);
    if (arguments->n_words > command->most_arguments)
        return error_set(error, STATUS_INVALID, NULL, "unexpected argument '%s'",
                         arguments->words[command->most_arguments]);
    return STATUS_OK;
}

enum exit_status command_main(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error error;
    enum exit_status exit_status;
    json_begin();
    enum status status = arguments_parse(command, argc, argv, &arguments, &error);
    if (status == STATUS_OK && arguments_has(&arguments, "help")) {
        struct text help = {0};
        command_print_help(command, &help);
        fputs(help.bytes, stdout);
        text_release(&help);
        arguments_release(&arguments);
        return EXIT_DONE;
    }
    if (status == STATUS_OK)
        status = check_words(command, &arguments, &error);
    if (status == STATUS_OK)
        status = configuration_read(command, &arguments, &error);
    exit_status = status == STATUS_OK ? command->run(&arguments) : command_fail(&error);
    arguments_release(&arguments);
    return exit_status;
}
