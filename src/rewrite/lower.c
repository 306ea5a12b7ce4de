#include "rewrite/lower.h"

#include <string.h>

#include "graph/infer.h"
#include "graph/nearest.h"
#include "rewrite/lower_internal.h"

int lower_add(struct lowering *lowering, enum op op, const int *inputs, int n_inputs,
              const union op_params *params, int like, bool is_last)
{
    struct graph *graph = lowering->graph;
    struct tensor tensor = graph->tensors[like];
    tensor.name = "";
    int out = is_last ? like : graph_add_tensor(graph, &tensor);
    struct node *node = graph_add_node(graph, op, inputs, n_inputs, &out, 1, params);
    if (lowering->status == STATUS_OK)
        lowering->status = infer_node(graph, node, lowering->error);
    return out;
}

int lower_list(struct lowering *lowering, const int32_t *values, int count)
{
    struct tensor list = {.name = "", .type = TYPE_I32, .shape = SHAPE(count)};
    list.data = arena_copy(lowering->graph->arena, values, (size_t)count * sizeof(*values));
    return graph_add_tensor(lowering->graph, &list);
}

int lower_reals(struct lowering *lowering, const float *values, struct shape shape)
{
    struct tensor tensor = {.name = "", .type = TYPE_F32, .shape = shape};
    tensor.data =
        arena_copy(lowering->graph->arena, values, shape_elements(&shape) * sizeof(*values));
    return graph_add_tensor(lowering->graph, &tensor);
}

int lower_pad(struct lowering *lowering, int tensor, const struct pads *pads, int value)
{
    const int32_t cells[] = {0, 0, pads->top, pads->bottom, pads->left, pads->right, 0, 0};
    int list = lower_list(lowering, cells, 8);
    const int inputs[] = {tensor, list, value};
    lowering->graph->tensors[list].shape = SHAPE(4, 2);
    return value == NO_TENSOR ? lower_add(lowering, OP_PAD, inputs, 2, NULL, tensor, false)
                              : lower_add(lowering, OP_PADV2, inputs, 3, NULL, tensor, false);
}

/* The three choices of .tflite files, one of which may come to the same. */
bool lower_resize(struct lowering *lowering, const struct node *node)
{
    static const struct resize_params choices[] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
    const struct shape *in = &node_input(lowering->graph, node, 0)->shape;
    const struct shape *out = &node_output(lowering->graph, node, 0)->shape;
    if (node->params.resize.nearest == NEAREST_BY_CENTERS)
        return false;
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (!nearest_same(&node->params.resize, &choices[i], in->dim[1], out->dim[1]) ||
            !nearest_same(&node->params.resize, &choices[i], in->dim[2], out->dim[2]))
            continue;
        graph_keep_node(lowering->graph, node)->params.resize = choices[i];
        return true;
    }
    return false;
}

static bool lower_silu(struct lowering *lowering, const struct node *node)
{
    int x = node->inputs[0];
    const int factors[] = {x,
                           lower_add(lowering, OP_LOGISTIC, &x, 1, NULL, node->outputs[0], false)};
    lower_add(lowering, OP_MUL, factors, 2, NULL, node->outputs[0], true);
    return true;
}

enum status graph_split_silu(struct graph *graph, struct error *error)
{
    struct lowering lowering = {.graph = graph, .error = error};
    int count;
    const struct node *nodes = graph_take_nodes(graph, &count);
    for (int i = 0; i < count; i++)
        if (nodes[i].op != OP_SILU || !lower_silu(&lowering, &nodes[i]))
            graph_keep_node(graph, &nodes[i]);
    return lowering.status;
}

static const struct {
    enum op op;
    bool (*lower)(struct lowering *lowering, const struct node *node);
} rules[] = {
    {OP_CONV_2D, lower_conv},
    {OP_DEPTHWISE_CONV_2D, lower_conv},
    {OP_TRANSPOSE_CONV, lower_transpose_conv},
    {OP_MAX_POOL_2D, lower_pool},
    {OP_AVERAGE_POOL_2D, lower_pool},
    {OP_LAYER_NORMALIZATION, lower_layer_norm},
    {OP_RESIZE_NEAREST_NEIGHBOR, lower_resize},
    {OP_SILU, lower_silu},
};

static void lower_node(struct lowering *lowering, const struct node *node)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (rules[i].op == node->op && rules[i].lower(lowering, node))
            return;
    graph_keep_node(lowering->graph, node);
}

enum status graph_lower(const struct graph *graph, struct graph **lowered, struct error *error)
{
    struct lowering lowering = {.graph = graph_new(graph->name), .error = error};
    lowering.graph->description = graph->description;
    lowering.graph->rounding = graph->rounding;
    for (int i = 0; i < graph->n_tensors; i++)
        graph_add_tensor(lowering.graph, &graph->tensors[i]);
    graph_set_inputs(lowering.graph, graph->inputs, graph->n_inputs);
    graph_set_outputs(lowering.graph, graph->outputs, graph->n_outputs);
    for (int i = 0; i < graph->n_nodes; i++)
        lower_node(&lowering, &graph->nodes[i]);
    *lowered = lowering.graph;
    if (lowering.status != STATUS_OK) {
        graph_free(lowering.graph);
        *lowered = NULL;
    }
    return lowering.status;
}
