/* Nodes and constants that take the place of others. */
#include "graph/infer.h"
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
    int list = graph_add_list(lowering->graph, cells, 8);
    const int inputs[] = {tensor, list, value};
    lowering->graph->tensors[list].shape = SHAPE(4, 2);
    return value == NO_TENSOR ? lower_add(lowering, OP_PAD, inputs, 2, NULL, tensor, false)
                              : lower_add(lowering, OP_PADV2, inputs, 3, NULL, tensor, false);
}
