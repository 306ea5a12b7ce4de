/* quantop convert: the same model in the other format. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "experiment/outputs.h"
#include "formats/model.h"
#include "quantize/mode.h"
#include "rewrite/compact.h"

static const struct option_row own[] = {
    {"output", 'o', .argument = "FILE", .help = "the .tflite or .onnx file to write"},
    {"activations", .argument = "TYPE",
     .help = "int8 or uint8, what int8 activations become in an .onnx file; uint8 by default"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_own, &group_shapes, NULL};

/* The same choice as the option of modes. */
static enum status read_writing(const struct arguments *arguments, struct model_writing *writing,
                                struct error *error)
{
    const char *type = arguments_value(arguments, "activations");
    const struct mode_option *option = mode_option_of(HAS_ACTIVATIONS);
    struct mode_options options;
    struct arena *arena = arena_new();
    mode_options_init(&options);
    bool is_good = !type || mode_option_take(option, arena, &options, type, error) == STATUS_OK;
    arena_free(arena);
    if (!is_good)
        return error_set(error, STATUS_INVALID, "option --activations",
                         "'%s' is not a type of activations, expected %s", type, option->values);
    *writing = (struct model_writing){.activations = options.activations};
    return STATUS_OK;
}

static void note_left_out(const struct model_format *format, const struct graph *graph)
{
    struct text text = {0};
    model_left_out(format, graph, &text);
    if (text.length > 0)
        command_note("%s", text.bytes);
    text_release(&text);
}

static enum status write_to(const char *output, struct graph *graph,
                            const struct model_writing *writing, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    graph_compact(graph);
    enum status status =
        model_write(model_format_for(output), graph, writing, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    status = file_write(output, bytes, size, error);
    if (status == STATUS_OK) {
        printf("%s: %zu bytes, %d operators\n", output, size, graph->n_nodes);
        launch_note_entries(graph);
        launch_note_names(graph, model_format_for(output));
        note_left_out(model_format_for(output), graph);
    }
    free(bytes);
    return status;
}

static enum status convert_to(const struct arguments *arguments, const char *output,
                              struct error *error)
{
    struct model_writing writing;
    struct graph *graph = NULL;
    enum status status = output_refuse_input(output, arguments->words[0], error);
    if (status == STATUS_OK)
        status = read_writing(arguments, &writing, error);
    if (status == STATUS_OK)
        status = launch_model(arguments, &graph, error);
    if (status == STATUS_OK)
        status = write_to(output, graph, &writing, error);
    graph_free(graph);
    return status;
}

static enum exit_status convert(const struct arguments *arguments)
{
    const char *output = arguments_value(arguments, "output");
    struct error error;
    enum status status;
    if (!output)
        status = error_set(&error, STATUS_INVALID, NULL, "option --output is needed");
    else if (!model_format_for(output))
        status = launch_refuse_output(output, &error);
    else
        status = convert_to(arguments, output, &error);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_convert = {
    .name = "convert",
    .arguments = "MODEL",
    .text = "write a model, quantized or not, in the other format",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = convert,
};
