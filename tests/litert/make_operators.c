/* Operators one by one for litert.sh: make_operators FOLDER writes layers of random networks in the
 * modes, cut into graphs of one node, and inputs for them there. A line for each says its name
 * (OPERATOR.WAY.LAYER.SEED.NODE) and the type of its output. The same bytes every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/model.h"
#include "graph/infer.h"
#include "rewrite/lower.h"
#include "tests/unit/network_harness.h"
#include "tests/unit/node_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SAMPLES      3
#define SEEDS        2
#define DETECTORS    12

static const char *folder;
static struct random random_state = {1};

/* Rounding is the graph's, not the mode's: see candidate_make. */
static const struct {
    const char *mode, *name;
    enum rounding rounding;
} ways[] = {
    {"fp32", "fp32", ROUNDING_TWICE},
    {"fp16", "fp16", ROUNDING_TWICE},
    {"dynamic", "dynamic", ROUNDING_TWICE},
    {"dynamic:weights=per-tensor", "dynamic-tensor", ROUNDING_TWICE},
    {"int8", "int8-once", ROUNDING_ONCE},
    {"int8", "int8-twice", ROUNDING_TWICE},
    {"int8:weights=per-tensor", "int8-tensor", ROUNDING_ONCE},
    {"16x8", "16x8", ROUNDING_TWICE},
};

static void put(const char *name, const char *suffix, const void *bytes, size_t size)
{
    struct error error;
    char file[128];
    snprintf(file, sizeof(file), "%s%s", name, suffix);
    char *path = path_join(folder, file);
    if (file_write(path, bytes, size, &error) != STATUS_OK) {
        fprintf(stderr, "make_operators: %s: %s\n", error.where, error.text);
        exit(1);
    }
    free(path);
}

/* --- inputs */

/* Random elements: real numbers in -2..2, any quantized ones; truths and ids are 0 or 1. Roots and
 * logarithms are of what is positive. */
static void fill(const struct tensor *tensor, enum op op, void *elements)
{
    bool is_positive = op == OP_LOG || op == OP_SQRT || op == OP_RSQRT;
    int32_t low = (int32_t)type_lowest(tensor->type), high = (int32_t)type_highest(tensor->type);
    if (is_positive && tensor->quant.count > 0)
        low = tensor->quant.zero_point[0] + 1;
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++) {
        double unit = random_unit(&random_state);
        float real = (float)(is_positive ? 0.1 + unit : 4.0 * unit - 2.0);
        int64_t whole = tensor->quant.count > 0 ? low + (int64_t)(unit * ((double)high - low + 1.0))
                                                : unit > 0.5;
        memcpy((char *)elements + i * type_size(tensor->type),
               tensor->type == TYPE_F32 ? (const void *)&real : &whole, type_size(tensor->type));
    }
}

static void put_inputs(const struct graph *graph, const char *name)
{
    size_t size = 0;
    for (int i = 0; i < graph->n_inputs; i++)
        size += tensor_bytes(&graph->tensors[graph->inputs[i]]);
    char *bytes = xcalloc(SAMPLES, size), *at = bytes;
    for (int sample = 0; sample < SAMPLES; sample++)
        for (int i = 0; i < graph->n_inputs; i++) {
            const struct tensor *tensor = &graph->tensors[graph->inputs[i]];
            fill(tensor, graph->nodes[0].op, at);
            at += tensor_bytes(tensor);
        }
    put(name, ".in", bytes, SAMPLES * size);
    free(bytes);
}

/* --- graphs of one node */

/* Takes a tensor over; what is computed becomes an input of the graph. */
static int take(struct graph *graph, const struct graph *from, int number, int *taken)
{
    if (number == NO_TENSOR)
        return NO_TENSOR;
    if (taken[number] != NO_TENSOR)
        return taken[number];
    taken[number] = graph_add_tensor(graph, &from->tensors[number]);
    return taken[number];
}

static struct graph *cut(const struct graph *from, const struct node *node)
{
    struct graph *graph = graph_new("operator");
    int *taken = xcalloc((size_t)from->n_tensors, sizeof(*taken)), n_fed = 0;
    int *inputs = xcalloc((size_t)node->n_inputs, sizeof(*inputs));
    int *fed = xcalloc((size_t)node->n_inputs, sizeof(*fed));
    int *outputs = xcalloc((size_t)node->n_outputs, sizeof(*outputs));
    for (int i = 0; i < from->n_tensors; i++)
        taken[i] = NO_TENSOR;
    for (int i = 0; i < node->n_inputs; i++) {
        int number = node->inputs[i], before = graph->n_tensors;
        inputs[i] = take(graph, from, number, taken);
        if (graph->n_tensors > before && !from->tensors[number].data)
            fed[n_fed++] = inputs[i];
    }
    for (int i = 0; i < node->n_outputs; i++)
        outputs[i] = take(graph, from, node->outputs[i], taken);
    graph_set_inputs(graph, fed, n_fed);
    graph_set_outputs(graph, outputs, node->n_outputs);
    graph_add_node(graph, node->op, inputs, node->n_inputs, outputs, node->n_outputs,
                   &node->params);
    graph->rounding = from->rounding;
    free(taken);
    free(fed);
    free(inputs);
    free(outputs);
    return graph;
}

static void put_graph(const struct graph *graph, const char *name)
{
    const struct model_format *format = model_format_for(".tflite");
    unsigned char *bytes;
    size_t size;
    struct error error;
    enum status status = model_write(format, graph, NULL, &bytes, &size, &error);
    if (status != STATUS_OK) {
        fprintf(stderr, "make_operators: %s: %s: %s\n", name, error.where, error.text);
        exit(1);
    }
    put(name, ".tflite", bytes, size);
    free(bytes);
    put_inputs(graph, name);
    printf("%s %s\n", name, type_name(node_output(graph, &graph->nodes[0], 0)->type));
}

/* Nodes that compute something of what is fed. */
static void put_nodes(const struct graph *graph, const char *way, const char *layer)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        char name[100];
        struct graph *one = cut(graph, &graph->nodes[n]);
        snprintf(name, sizeof(name), "%s.%s.%s.%d", op_name(graph->nodes[n].op), way, layer, n);
        if (one->n_inputs > 0)
            put_graph(one, name);
        graph_free(one);
    }
}

static void put_layer(enum op op, size_t way, uint64_t seed)
{
    struct random random = {seed};
    struct graph *graph = network_new(SHAPE(1, 6, 6, 64)), *lowered;
    struct error error;
    char name[60];
    int out = network_layer(graph, &random, op, 0);
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, ways[way].mode);
    graph->rounding = ways[way].rounding;
    snprintf(name, sizeof(name), "%s.%d", op_name(op), (int)seed);
    if (graph_lower(graph, &lowered, &error) != STATUS_OK) {
        fprintf(stderr, "make_operators: %s: %s\n", name, error.text);
        exit(1);
    }
    put_nodes(lowered, ways[way].name, name);
    graph_free(lowered);
    graph_free(graph);
}

/* A detector of its own: encodings and scores are fed. LiteRT leaves places of its outputs as they
 * were that nothing is found for: here there is more than enough for all of them. */
static void put_detector(int number)
{
    struct random random = {(uint64_t)number};
    struct graph *graph = network_new(SHAPE(1, 64, 4 + 2 * (number & 1)));
    bool is_regular = number & 2;
    const union op_params params = {
        .detection = {.max_detections = 1 + number,
                      .max_classes_per_detection = is_regular ? 1 : 1 + number % 3,
                      .detections_per_class = 6,
                      .use_regular_nms = is_regular,
                      .num_classes = 4,
                      .iou_threshold = 0.6f,
                      .y_scale = 10.0f,
                      .x_scale = 8.0f,
                      .h_scale = 5.0f,
                      .w_scale = 4.0f}};
    int depth = 4 + (number & 4) / 4;
    int inputs[] = {0, harness_tensor(graph, TYPE_F32, SHAPE(1, 64, depth), 0.0f, 0),
                    network_constant(graph, &random, SHAPE(64, 4), 0.05, 0.3)};
    float *anchors =
        arena_copy(graph->arena, graph->tensors[inputs[2]].data, 64 * 4 * sizeof(float));
    for (int i = 0; i < 64; i++) { /* a grid of 8 x 8 */
        anchors[4 * i] = (float)(i / 8) / 8.0f;
        anchors[4 * i + 1] = (float)(i % 8) / 8.0f;
    }
    graph->tensors[inputs[2]].data = anchors;
    struct error error;
    int outputs[OP_OUTPUTS_MAX];
    char name[60];
    for (int i = 0; i < OP_OUTPUTS_MAX; i++)
        outputs[i] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    const struct node *node = graph_add_node(graph, OP_DETECTION_POSTPROCESS, inputs, 3, outputs,
                                             OP_OUTPUTS_MAX, &params);
    if (infer_node(graph, node, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    graph_set_inputs(graph, inputs, 2);
    graph_set_outputs(graph, outputs, OP_OUTPUTS_MAX);
    snprintf(name, sizeof(name), "%s.fp32.%d", op_name(node->op), number);
    put_graph(graph, name);
    graph_free(graph);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_operators FOLDER\n");
        return 3;
    }
    folder = argv[1];
    for (size_t layer = 0; layer < layer_count; layer++)
        for (size_t way = 0; way < COUNT(ways); way++)
            for (uint64_t seed = 1; seed <= SEEDS; seed++)
                put_layer(layers[layer].op, way, seed);
    for (int number = 0; number < DETECTORS; number++)
        put_detector(number);
    return 0;
}
