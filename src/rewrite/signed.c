#include "rewrite/signed.h"

#include <string.h>

#define SHIFT 128

/* Activations have one scale. */
static bool is_unsigned(const struct tensor *tensor)
{
    return tensor && tensor->type == TYPE_U8 &&
           (tensor->quant.count == 1 || (tensor->quant.count > 1 && tensor->data));
}

static bool touches_unsigned(const struct graph *graph, const struct node *node)
{
    bool touches = false;
    for (int i = 0; i < node->n_inputs; i++)
        touches = touches || is_unsigned(node_input(graph, node, i));
    for (int i = 0; i < node->n_outputs; i++)
        touches = touches || is_unsigned(node_output(graph, node, i));
    return touches;
}

static bool can_be_signed(const struct graph *graph)
{
    for (int n = 0; n < graph->n_nodes; n++)
        if (touches_unsigned(graph, &graph->nodes[n]) &&
            !op_has(graph->nodes[n].op, TRAIT_SHIFTABLE))
            return false;
    return true;
}

static struct quantization shifted(struct graph *graph, const struct quantization *quant)
{
    struct quantization made = *quant;
    size_t bytes = (size_t)quant->count * sizeof(int32_t);
    int32_t *zeros = arena_copy(graph->arena, quant->zero_point, bytes);
    for (int i = 0; i < quant->count; i++)
        zeros[i] -= SHIFT;
    made.zero_point = zeros;
    return made;
}

static void make_signed(struct graph *graph, struct tensor *tensor)
{
    tensor->type = TYPE_I8;
    tensor->quant = shifted(graph, &tensor->quant);
    tensor->shift = SHIFT;
    if (!tensor->data)
        return;
    size_t count = shape_elements(&tensor->shape);
    uint8_t *elements = arena_copy(graph->arena, tensor->data, count);
    for (size_t i = 0; i < count; i++)
        elements[i] ^= SHIFT; /* less that much */
    tensor->data = elements;
}

static void replace(struct graph *graph, int old, int new)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        struct node *node = &graph->nodes[n];
        for (int i = 0; i < node->n_inputs; i++)
            node->inputs[i] = node->inputs[i] == old ? new : node->inputs[i];
        for (int i = 0; i < node->n_outputs; i++)
            node->outputs[i] = node->outputs[i] == old ? new : node->outputs[i];
    }
}

/* A copy of the tensor, which the nodes use instead of it. */
static int add_stand_in(struct graph *graph, int tensor)
{
    struct tensor copy = graph->tensors[tensor];
    int made = graph_add_tensor(graph, &copy);
    replace(graph, tensor, made);
    return made;
}

/* Of the node that reads the tensor first. */
static struct origin first_reader(const struct node *nodes, int count, int tensor)
{
    for (int n = 0; n < count; n++)
        for (int i = 0; i < nodes[n].n_inputs; i++)
            if (nodes[n].inputs[i] == tensor)
                return nodes[n].origin;
    return (struct origin){0};
}

static void add_quantize_first(struct graph *graph, int from, int to)
{
    int count;
    struct node *nodes = graph_take_nodes(graph, &count);
    graph->origin = first_reader(nodes, count, to);
    graph_add_node(graph, OP_QUANTIZE, &from, 1, &to, 1, NULL);
    for (int n = 0; n < count; n++)
        graph_keep_node(graph, &nodes[n]);
}

static void add_quantize_last(struct graph *graph, int from, int to)
{
    const struct node *maker = graph_producer(graph, from);
    graph->origin = maker ? maker->origin : (struct origin){0};
    graph_add_node(graph, OP_QUANTIZE, &from, 1, &to, 1, NULL);
}

/* Inputs and outputs keep their type. Returns the tensors from which on none is one of those. */
static void separate_ends(struct graph *graph, bool *is_end)
{
    int inputs = graph->n_inputs;
    for (int i = 0; i < inputs + graph->n_outputs; i++) {
        int tensor = i < inputs ? graph->inputs[i] : graph->outputs[i - inputs];
        if (!is_unsigned(&graph->tensors[tensor]) || is_end[tensor])
            continue;
        is_end[tensor] = true;
        int inner = add_stand_in(graph, tensor);
        if (i < inputs)
            add_quantize_first(graph, tensor, inner);
        else
            add_quantize_last(graph, inner, tensor);
    }
}

void graph_make_signed(struct graph *graph)
{
    if (!can_be_signed(graph))
        return;
    int count = graph->n_tensors;
    bool *is_end = arena_alloc(graph->arena, (size_t)count * sizeof(*is_end));
    separate_ends(graph, is_end);
    for (int i = 0; i < graph->n_tensors; i++)
        if (is_unsigned(&graph->tensors[i]) && (i >= count || !is_end[i]))
            make_signed(graph, &graph->tensors[i]);
}
