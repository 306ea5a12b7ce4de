#include "engine/join.h"

static int32_t row_length(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

/* Whether the step makes the tensor, for one reader, and may leave gaps in it. */
static bool is_free(const struct graph *graph, int tensor, const struct step *maker)
{
    return maker && maker->kernel->spaces_rows && maker->call.node->outputs[0] == tensor &&
           graph_uses(graph, tensor) == 1;
}

bool join_is_possible(const struct graph *graph, const struct node *node,
                      struct step *const *makers)
{
    if (node->op != OP_CONCATENATION || node->params.axis.activation != ACTIVATION_NONE)
        return false;
    const struct tensor *whole = node_output(graph, node, 0);
    int32_t axis = node->params.axis.axis, rank = whole->shape.rank;
    if (axis != rank - 1 && axis != -1)
        return false;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *part = node_input(graph, node, i);
        if (!part || part->type != whole->type ||
            !quantization_equal(&part->quant, &whole->quant) ||
            !is_free(graph, node->inputs[i], makers[i]))
            return false;
    }
    return true;
}

void join_parts(const struct graph *graph, const struct node *node, struct step *const *makers,
                size_t *offsets)
{
    const struct tensor *whole = node_output(graph, node, 0);
    size_t at = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        offsets[i] = at;
        at += (size_t)row_length(node_input(graph, node, i)) * type_size(whole->type);
        makers[i]->call.outputs[0].row_step = (size_t)row_length(whole);
    }
}
