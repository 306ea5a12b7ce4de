#include "quantize/layers.h"

#include "graph/node_params.h"
#include "graph/sequence.h"
#include "quantize/scale.h"

bool layer_has_weights(enum op op)
{
    return op == OP_UNIDIRECTIONAL_SEQUENCE_LSTM || op == OP_SVDF;
}

/* Biases, states and factors of normalization stay float. */
static bool is_weight(enum op op, int input)
{
    if (op == OP_SVDF)
        return input == SVDF_FEATURE || input == SVDF_TIME;
    return (input >= SEQUENCE_WEIGHTS && input < SEQUENCE_BIAS) || input == SEQUENCE_PROJECTION;
}

/* Elements of all weights; 0 where one of them is no constant. */
static size_t count_weights(const struct graph *graph, const struct node *node)
{
    size_t count = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        if (!tensor || !is_weight(node->op, i))
            continue;
        if (!tensor->data || tensor->type != TYPE_F32)
            return 0;
        count += shape_elements(&tensor->shape);
    }
    return count;
}

void layer_shrink(struct graph *graph, const struct node *node, size_t fewest)
{
    struct node *made = graph_keep_node(graph, node);
    if (count_weights(graph, made) < fewest)
        return;
    for (int i = 0; i < made->n_inputs; i++)
        if (node_input(graph, made, i) && is_weight(made->op, i))
            made->inputs[i] = quantize_weights_only(
                graph, &(struct weight_order){.weights = made->inputs[i],
                                              .granularity = GRANULARITY_TENSOR,
                                              .most = WEIGHT_MOST});
    *node_param(made, "asymmetric_quantize_inputs") = 1;
}
