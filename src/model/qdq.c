#include "model/qdq.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/call.h"
#include "graph/node_params.h"
#include "model/qdq_internal.h"
#include "rewrite/integer_node.h"

static const struct quant_rule *rule_of(const struct node *node)
{
    return &op_table[node->op].quant;
}

/* --- what stands around a node --- */

/* A node on its way to integers. */
struct found {
    enum type type; /* of the activations */
    int data;       /* the first of them */
    int *inputs;    /* as the integer node reads them */
    int n_inputs;
    union op_params params;
    int skipped[2], n_skipped; /* nodes behind it that become part of it */
    int result;                /* the tensor behind those */
};

/* Activations, int8 or int16, with one scale. */
static bool is_activation(const struct tensor *tensor)
{
    return (tensor->type == TYPE_I8 || tensor->type == TYPE_I16) && tensor->quant.count == 1;
}

/* Stored int8 weights, whose scales stand along the axis that the kernels want. */
static bool is_weights(const struct tensor *tensor, int axis)
{
    return tensor->type == TYPE_I8 && tensor->data && tensor->quant.count >= 1 &&
           tensor->quant.block == 0 && (tensor->quant.count == 1 || tensor->quant.axis == axis);
}

static bool has_zero_points(const struct quantization *quant)
{
    for (int i = 0; i < quant->count; i++)
        if (quant->zero_point[i] != 0)
            return true;
    return false;
}

/* The weights as kernels want them: int8 without zero points, or uint8 of one scale with one, which
 * stand in 128 more. They are made once, for all nodes that read them. NO_TENSOR: they have neither
 * form. */
static int kernel_weights(const struct finder *finder, int stored)
{
    struct graph *graph = finder->graph;
    struct tensor made = graph->tensors[stored];
    size_t count = shape_elements(&made.shape);
    if (!has_zero_points(&made.quant))
        return stored;
    if (made.quant.count > 1)
        return NO_TENSOR;
    if (finder->weights[stored] != NO_TENSOR)
        return finder->weights[stored];
    uint8_t *elements = arena_copy(graph->arena, made.data, count);
    int32_t *zero = arena_alloc(graph->arena, sizeof(*zero));
    for (size_t i = 0; i < count; i++)
        elements[i] ^= 0x80;
    *zero = made.quant.zero_point[0] + 128;
    made.type = TYPE_U8;
    made.data = elements;
    made.quant.zero_point = zero;
    return finder->weights[stored] = graph_add_tensor(graph, &made);
}

static bool find_inputs(const struct finder *finder, const struct node *node, struct found *found)
{
    const struct quant_rule *rule = rule_of(node);
    const struct tensor *tensors = finder->graph->tensors;
    found->data = NO_TENSOR;
    found->n_inputs = node->n_inputs;
    found->inputs =
        arena_alloc(finder->graph->arena, (size_t)node->n_inputs * sizeof(*found->inputs));
    for (int i = 0; i < node->n_inputs; i++) {
        int stored = finder_stored(finder, node->inputs[i]);
        found->inputs[i] = node->inputs[i];
        if (i == rule->bias_input)
            continue;
        if (integer_node_data(node, i)) {
            if (stored == NO_TENSOR || !is_activation(&tensors[stored]) ||
                (found->data != NO_TENSOR && tensors[stored].type != found->type))
                return false;
            found->data = found->data == NO_TENSOR ? stored : found->data;
            found->type = tensors[stored].type;
            found->inputs[i] = stored;
        } else if (i == rule->weight_input) {
            if (stored == NO_TENSOR || !is_weights(&tensors[stored], rule->weight_axis))
                return false;
            found->inputs[i] = kernel_weights(finder, stored);
            tensors = finder->graph->tensors;
            if (found->inputs[i] == NO_TENSOR)
                return false;
        }
    }
    return found->data != NO_TENSOR;
}

/* The only node that reads the tensor, which no output is, or NULL. */
static const struct node *only_reader(const struct finder *finder, int tensor)
{
    int reader = finder->readers[tensor];
    return reader >= 0 ? &finder->nodes[reader] : NULL;
}

static void skip(const struct finder *finder, struct found *found, const struct node *node)
{
    found->skipped[found->n_skipped++] = (int)(node - finder->nodes);
    found->result = node->outputs[0];
}

static void take_activation(const struct finder *finder, const struct node *node,
                            struct found *found)
{
    const struct node *reader = only_reader(finder, found->result);
    struct node probe = *node;
    int32_t *fused = node_fused_activation(&probe);
    if (!reader || !fused || *fused != ACTIVATION_NONE ||
        op_table[reader->op].activation == ACTIVATION_NONE)
        return;
    *fused = op_table[reader->op].activation;
    found->params = probe.params;
    skip(finder, found, reader);
}

/* Whether a QUANTIZE is all that reads the result. */
static bool take_quantize(const struct finder *finder, struct found *found)
{
    const struct node *reader = only_reader(finder, found->result);
    if (!reader || reader->op != OP_QUANTIZE)
        return false;
    const struct tensor *out = node_output(finder->graph, reader, 0);
    if (out->type != found->type || out->quant.count != 1)
        return false;
    skip(finder, found, reader);
    return true;
}

/* --- scales --- */

static bool same_scale(const struct tensor *a, const struct tensor *b)
{
    return quantization_equal(&a->quant, &b->quant);
}

static bool has_fixed_scale(const struct tensor *out, const struct fixed_scale *fixed)
{
    return out->quant.zero_point[0] == fixed->zero_point && !(out->quant.scale[0] < fixed->scale) &&
           !(out->quant.scale[0] > fixed->scale);
}

static bool fits_rule(const struct finder *finder, const struct node *node,
                      const struct found *found, const struct tensor *out)
{
    const struct quant_rule *rule = rule_of(node);
    switch (integer_node_rule(node, found->type)) {
    case SCALE_FREE:
        return true;
    case SCALE_FIXED:
        return has_fixed_scale(out, found->type == TYPE_I16 ? &rule->fixed16 : &rule->fixed8);
    case SCALE_SAME:
        if (op_has(node->op, TRAIT_RESCALES))
            return true; /* where its kernel takes them */
        for (int i = 0; i < found->n_inputs; i++)
            if (integer_node_data(node, i) &&
                !same_scale(&finder->graph->tensors[found->inputs[i]], out))
                return false;
        return true;
    default:
        return false;
    }
}

/* Whether the reference kernel takes the last node of the graph. */
static bool has_kernel(const struct graph *graph)
{
    struct arena *arena = arena_new();
    struct error error;
    struct kernel_call call = call_new(graph, &graph->nodes[graph->n_nodes - 1], 1, arena);
    const struct kernel *kernel = kernel_find(&call, ISA_REFERENCE, &error);
    bool fits = kernel && kernel->prepare(&call, arena, &error) == STATUS_OK;
    arena_free(arena);
    return fits;
}

/* --- replacing --- */

static bool take_bias(struct finder *finder, const struct node *node, struct found *found)
{
    int input = rule_of(node)->bias_input;
    if (input == NO_INPUT || !node_input(finder->graph, node, input))
        return true;
    found->inputs[input] = integer_bias(finder, node->inputs[input], found->data,
                                        found->inputs[rule_of(node)->weight_input]);
    return found->inputs[input] != NO_TENSOR;
}

static bool add_integer_node(struct finder *finder, const struct node *node,
                             const struct found *found, const int *outputs, int n_outputs)
{
    struct graph *graph = finder->graph;
    struct node *made = graph_add_node(graph, node->op, found->inputs, found->n_inputs, outputs,
                                       n_outputs, &found->params);
    integer_node_params(made, found->type, TYPE_I64);
    if (has_kernel(graph))
        return true;
    graph->n_nodes--;
    return false;
}

/* A node with one real output, and what follows it up to a QUANTIZE. */
static bool replace_quantized(struct finder *finder, const struct node *node, struct found *found)
{
    found->result = node->outputs[0];
    take_activation(finder, node, found);
    if (!take_quantize(finder, found) ||
        !fits_rule(finder, node, found, &finder->graph->tensors[found->result]) ||
        !take_bias(finder, node, found) ||
        !add_integer_node(finder, node, found, &found->result, 1))
        return false;
    struct node *made = &finder->graph->nodes[finder->graph->n_nodes - 1];
    for (int i = 0; i < found->n_skipped; i++) {
        finder->is_gone[found->skipped[i]] = true;
        node_add_origin(finder->graph, made, &finder->nodes[found->skipped[i]].origin);
    }
    return true;
}

/* Moves stored elements, which its readers dequantize. */
static bool replace_moving(struct finder *finder, const struct node *node, struct found *found)
{
    struct graph *graph = finder->graph;
    if (!op_has(node->op, TRAIT_PASSES_SCALE) || graph->tensors[found->data].data ||
        !fits_rule(finder, node, found, &graph->tensors[found->data]))
        return false;
    int *outputs = arena_alloc(graph->arena, (size_t)node->n_outputs * sizeof(*outputs));
    for (int i = 0; i < node->n_outputs; i++) {
        struct tensor moved = *node_output(graph, node, i);
        moved.type = found->type;
        moved.quant = graph->tensors[found->data].quant;
        outputs[i] = graph_add_tensor(graph, &moved);
    }
    if (!add_integer_node(finder, node, found, outputs, node->n_outputs))
        return false;
    for (int i = 0; i < node->n_outputs; i++) {
        graph_add_node(graph, OP_DEQUANTIZE, &outputs[i], 1, &node->outputs[i], 1, NULL);
        finder->stored[node->outputs[i]] = outputs[i];
    }
    return true;
}

/* A node that makes integers of real numbers: ARG_MAX, SHAPE. */
static bool replace_counting(struct finder *finder, const struct node *node, struct found *found)
{
    return node_output(finder->graph, node, 0)->type != TYPE_F32 &&
           integer_node_rule(node, found->type) == SCALE_FREE &&
           add_integer_node(finder, node, found, node->outputs, node->n_outputs);
}

static int find(const int *list, int count, int tensor)
{
    for (int i = 0; i < count; i++)
        if (list[i] == tensor)
            return i;
    return -1;
}

/* The elements of `made` are those of `stored`: readers of the one read the other from now on. An
 * output of the graph keeps its name. False where both are ends of the graph. */
static bool merge(struct finder *finder, int made, int stored)
{
    struct graph *graph = finder->graph;
    int output = find(graph->outputs, graph->n_outputs, made);
    bool is_end = find(graph->outputs, graph->n_outputs, stored) >= 0 ||
                  find(graph->inputs, graph->n_inputs, stored) >= 0;
    if (output >= 0 && is_end)
        return false;
    if (output >= 0) {
        graph->outputs[output] = stored;
        graph->tensors[stored].name = graph->tensors[made].name;
    }
    finder->alias[made] = stored;
    return true;
}

/* A QUANTIZE of stored numbers: none where the scales are the same, else one of integers. */
static bool replace_requantize(struct finder *finder, const struct node *node)
{
    struct graph *graph = finder->graph;
    int stored = finder_stored(finder, node->inputs[0]), made = node->outputs[0];
    if (stored == NO_TENSOR || !is_activation(&graph->tensors[stored]) ||
        !is_activation(&graph->tensors[made]))
        return false;
    if (graph->tensors[stored].type == graph->tensors[made].type &&
        same_scale(&graph->tensors[stored], &graph->tensors[made]) && merge(finder, made, stored))
        return true;
    graph_add_node(graph, OP_QUANTIZE, &stored, 1, &made, 1, NULL);
    if (has_kernel(graph))
        return true;
    graph->n_nodes--;
    return false;
}

static bool replace(struct finder *finder, const struct node *node)
{
    struct found found = {.params = node->params};
    if (node->op == OP_QUANTIZE)
        return replace_requantize(finder, node);
    if (node->op == OP_DEQUANTIZE || !find_inputs(finder, node, &found) ||
        integer_node_rule(node, found.type) == SCALE_UNSUPPORTED)
        return false;
    struct found other = found;
    return (node->n_outputs == 1 && replace_quantized(finder, node, &found)) ||
           replace_moving(finder, node, &other) || replace_counting(finder, node, &other);
}

/* --- the graph --- */

static void note_readers(struct finder *finder)
{
    const struct graph *graph = finder->graph;
    for (int i = 0; i < finder->n_tensors; i++) {
        finder->stored[i] = NO_TENSOR;
        finder->alias[i] = i;
        finder->weights[i] = NO_TENSOR;
    }
    int *uses = xcalloc((size_t)finder->n_tensors, sizeof(*uses));
    for (int i = 0; i < graph->n_outputs; i++)
        uses[graph->outputs[i]]++;
    for (int n = 0; n < finder->n_nodes; n++) {
        for (int i = 0; i < finder->nodes[n].n_inputs; i++) {
            int tensor = finder->nodes[n].inputs[i];
            if (tensor == NO_TENSOR)
                continue;
            uses[tensor]++;
            finder->readers[tensor] = n;
        }
    }
    for (int i = 0; i < finder->n_tensors; i++)
        if (uses[i] != 1)
            finder->readers[i] = -1;
    for (int i = 0; i < graph->n_outputs; i++)
        finder->readers[graph->outputs[i]] = -1;
    free(uses);
}

static int fuse_nodes(struct finder *finder)
{
    int count = 0;
    for (int n = 0; n < finder->n_nodes; n++) {
        const struct node *node = &finder->nodes[n];
        finder->graph->origin = node->origin;
        if (finder->is_gone[n])
            continue;
        for (int i = 0; i < node->n_inputs; i++)
            if (node->inputs[i] != NO_TENSOR)
                node->inputs[i] = finder->alias[node->inputs[i]];
        if (node->op == OP_DEQUANTIZE && node_input(finder->graph, node, 0)->quant.count > 0)
            finder->stored[node->outputs[0]] = node->inputs[0];
        if (replace(finder, node))
            count++;
        else
            graph_keep_node(finder->graph, node);
    }
    return count;
}

int qdq_form_integers(struct graph *graph)
{
    struct finder finder = {.graph = graph, .n_tensors = graph->n_tensors};
    finder.nodes = graph_take_nodes(graph, &finder.n_nodes);
    finder.stored = xcalloc((size_t)finder.n_tensors, sizeof(*finder.stored));
    finder.readers = xcalloc((size_t)finder.n_tensors, sizeof(*finder.readers));
    finder.alias = xcalloc((size_t)finder.n_tensors, sizeof(*finder.alias));
    finder.weights = xcalloc((size_t)finder.n_tensors, sizeof(*finder.weights));
    finder.is_gone = xcalloc((size_t)finder.n_nodes, sizeof(*finder.is_gone));
    note_readers(&finder);
    int count = fuse_nodes(&finder);
    free(finder.stored);
    free(finder.readers);
    free(finder.alias);
    free(finder.weights);
    free(finder.is_gone);
    return count;
}
