/* quantop convert: the same model in the other format. */
#include <stdio.h>
#include <stdlib.h>

#include "command/confined.h"
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
static const struct option_group *const groups[] = {&group_help, &group_own, &group_shapes,
                                                    &group_guard, NULL};

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

static enum status write_graph(const struct confined *confined, struct graph *graph,
                               const struct model_writing *writing, struct error *error)
{
    const struct model_format *format = model_format_for(confined->output);
    unsigned char *bytes;
    size_t size;
    graph_compact(graph);
    enum status status = model_write(format, graph, writing, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    status = confined_write(confined, bytes, size, error);
    if (status == STATUS_OK) {
        printf("%s: %zu bytes, %d operators\n", confined->output, size, graph->n_nodes);
        launch_note_entries(graph);
        launch_note_names(graph, format);
        note_left_out(format, graph);
    }
    free(bytes);
    return status;
}

/* What is asked for. */
struct order {
    const struct arguments *arguments;
    struct model_writing writing;
};

/* The part that is done with the model. */
static enum status make(const struct confined *confined, void *context, struct error *error)
{
    const struct order *order = context;
    struct graph *graph = NULL;
    enum status status = launch_model(order->arguments, &graph, error);
    if (status == STATUS_OK)
        status = write_graph(confined, graph, &order->writing, error);
    graph_free(graph);
    return status;
}

static enum exit_status convert(const struct arguments *arguments)
{
    const char *output = arguments_value(arguments, "output"), *model = arguments->words[0];
    struct order order = {.arguments = arguments};
    struct confined confined = {.work = {.kind = WORK_PREPARE,
                                         .model = model,
                                         .is_unguarded = arguments_has(arguments, "no-sandbox")},
                                .output = output,
                                .run = make,
                                .context = &order};
    struct error error;
    enum status status = STATUS_OK;
    if (!output)
        status = error_set(&error, STATUS_INVALID, NULL, "option --output is needed");
    else if (!model_format_for(output))
        status = launch_refuse_output(output, &error);
    if (status == STATUS_OK)
        status = output_refuse_input(output, model, &error);
    if (status == STATUS_OK)
        status = read_writing(arguments, &order.writing, &error);
    return status == STATUS_OK ? confined_run(&confined) : command_fail(&error);
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
