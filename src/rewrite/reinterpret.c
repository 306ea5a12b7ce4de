#include "rewrite/reinterpret.h"

static bool reinterprets(const struct graph *graph, const struct node *node)
{
    bool moves = op_has(node->op, TRAIT_VIEW) || node->op == OP_TRANSPOSE;
    if (!moves || node->op == OP_RESHAPE)
        return false;
    const struct tensor *in = node_input(graph, node, 0), *out = node_output(graph, node, 0);
    return type_is_quantized(in->type) && in->type == out->type && in->quant.count <= 1 &&
           out->quant.count <= 1 && !quantization_equal(&in->quant, &out->quant);
}

void graph_reinterpret(struct graph *graph)
{
    int count;
    const struct node *nodes = graph_take_nodes(graph, &count);
    for (int i = 0; i < count; i++) {
        struct node *node = graph_keep_node(graph, &nodes[i]);
        graph->origin = node->origin;
        if (!reinterprets(graph, node))
            continue;
        int out = node->outputs[0];
        struct tensor moved = graph->tensors[out];
        moved.quant = node_input(graph, node, 0)->quant;
        int between = node->outputs[0] = graph_add_tensor(graph, &moved);
        const int inputs[] = {between, graph_add_list(graph, moved.shape.dim, moved.shape.rank)};
        graph_add_node(graph, OP_RESHAPE, inputs, 2, &out, 1, NULL);
    }
}
