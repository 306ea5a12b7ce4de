/* quantop synth: a model of a published architecture, its weights drawn. */
#include <stdio.h>
#include <stdlib.h>

#include "architectures/build.h"
#include "base/file.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/terminal.h"
#include "formats/model.h"
#include "graph/summary.h"

/* The options of architectures: rows of architecture_option_table have the same names. */
static const struct option_row own[] = {
    {"output", 'o', .argument = "FILE",
     .help = "the model file to write; its suffix says the format"},
    {"width", .argument = "X", .help = "factor of the layers' channels"},
    {"size", .argument = "N", .help = "pixels per side, tokens or features of the input"},
    {"classes", .argument = "N", .help = "outputs"},
    {"seed", .argument = "N", .help = "starts the random weights"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_own, NULL};

static void list_architectures(void)
{
    struct text out = {0};
    for (size_t i = 0; i < architecture_count; i++) {
        const struct architecture *row = architecture_table[i];
        text_printf(&out, "%s: %s\n  %s\n", row->name, row->title, row->paper);
        text_printf(&out,
                    "  %.3g million parameters and %.4g million multiply-accumulates at size %ld "
                    "(%s), %ld classes\n\n",
                    row->parameters * 1e-6, row->macs * 1e-6, row->initial.size, row->size_is,
                    row->initial.classes);
    }
    text_add_string(&out, "options:\n");
    for (size_t i = 0; i < architecture_option_count; i++)
        text_printf(&out, "  %-12s %s\n", architecture_option_table[i].name,
                    architecture_option_table[i].text);
    terminal_print(&out);
}

/* The architecture's text, with the options over it. */
static enum status read_choice(const struct arguments *arguments,
                               const struct architecture **architecture,
                               struct architecture_options *options, struct error *error)
{
    const char *word = arguments->words[0], *text = architecture_text(word);
    enum status status = architecture_parse(text ? text : word, architecture, options, error);
    for (size_t i = 0; i < architecture_option_count && status == STATUS_OK; i++) {
        const char *name = architecture_option_table[i].name;
        const char *value = arguments_value(arguments, name);
        if (value)
            status = architecture_option_set(*architecture, options, name, value, error);
    }
    return status;
}

static enum status write_graph(const struct graph *graph, const char *path, struct error *error)
{
    const struct model_format *format = model_format_for(path);
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!format)
        return error_set(error, STATUS_INVALID, "option --output",
                         "cannot tell the format of '%s', expected a suffix such as .tflite", path);
    enum status status = model_write(format, graph, NULL, &bytes, &size, error);
    if (status == STATUS_OK)
        status = file_write(path, bytes, size, error);
    if (status == STATUS_OK)
        printf("%s: %zu bytes, %.0f parameters, %.0f multiply-accumulates\n", path, size,
               graph_parameters(graph), graph_macs(graph));
    free(bytes);
    return status;
}

static enum exit_status synth(const struct arguments *arguments)
{
    const char *output = arguments_value(arguments, "output");
    const struct architecture *architecture;
    struct architecture_options options;
    struct graph *graph = NULL;
    struct error error;
    if (arguments->n_words == 0 && arguments->n_uses == 0) {
        list_architectures();
        return EXIT_DONE;
    }
    enum status status = STATUS_OK;
    if (arguments->n_words == 0 || !output)
        status = error_set(&error, STATUS_INVALID, NULL,
                           "an architecture and option --output are needed");
    if (status == STATUS_OK)
        status = read_choice(arguments, &architecture, &options, &error);
    if (status == STATUS_OK)
        status = architecture_build(architecture, &options, &graph, &error);
    if (status == STATUS_OK)
        status = write_graph(graph, output, &error);
    graph_free(graph);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_synth = {
    .name = "synth",
    .arguments = "[ARCHITECTURE]",
    .text =
        "write a network of a published architecture with drawn weights; without arguments, list "
        "the architectures",
    .groups = groups,
    .most_arguments = 1,
    .run = synth,
};
