/* Shape rules of normalization over several dimensions, and of recurrent layers. */
#include "graph/infer.h"

enum status infer_layer_norm(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int32_t axis = node->params.norm.axis;
    if (axis < 0 || axis >= in->rank)
        return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axis,
                         in->rank);
    for (int i = 1; i < node->n_inputs; i++) {
        const struct tensor *factors = node_input(graph, node, i);
        if (factors && shape_elements(&factors->shape) != shape_span(in, axis, in->rank))
            return error_set(error, STATUS_FORMAT, NULL,
                             "%zu factors or offsets for %zu elements that are normalized",
                             shape_elements(&factors->shape), shape_span(in, axis, in->rank));
    }
    return infer_same(graph, node, error);
}

/* What an optional input must look like. */
struct wanted {
    int input;
    const char *what;
    struct shape shape;
};

static enum status check_wanted(const struct graph *graph, const struct node *node,
                                const struct wanted *wanted, struct error *error)
{
    char is[SHAPE_TEXT_SIZE], should[SHAPE_TEXT_SIZE];
    const struct tensor *tensor = node_input(graph, node, wanted->input);
    if (!tensor || shape_equal(&tensor->shape, &wanted->shape))
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL, "the %s are %s, expected %s", wanted->what,
                     shape_text(&tensor->shape, is), shape_text(&wanted->shape, should));
}

int32_t infer_gates(enum op op)
{
    return op == OP_LSTM ? 4 : op == OP_GRU ? 3 : 1;
}

/* Inputs: X [time, batch, depth], W [directions, gates * hidden, depth], R [directions, gates *
 * hidden, hidden], then optional B [directions, 2 * gates * hidden], lengths [batch], initial_h
 * [directions, batch, hidden]; LSTM also initial_c like initial_h and peepholes P [directions, 3 *
 * hidden]. Outputs: Y [time, directions, batch, hidden], the last h, LSTM: the last c. */
enum status infer_recurrent(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *x = &node_input(graph, node, 0)->shape;
    const struct shape *r = &node_input(graph, node, 2)->shape;
    int32_t gates = infer_gates(node->op);
    int32_t directions = node->params.recurrent.direction == DIRECTION_BOTH ? 2 : 1;
    if (x->rank != 3 || r->rank != 3 || r->dim[2] < 1 || r->dim[2] > 1 << 24 ||
        node->params.recurrent.direction < 0 || node->params.recurrent.direction > DIRECTION_BOTH)
        return error_set(error, STATUS_FORMAT, NULL, "inputs or weights are not of rank 3");
    int32_t hidden = r->dim[2], batch = x->dim[1];
    const struct wanted inputs[] = {
        {1, "weights", SHAPE(directions, gates * hidden, x->dim[2])},
        {2, "recurrent weights", SHAPE(directions, gates * hidden, hidden)},
        {3, "biases", SHAPE(directions, 2 * gates * hidden)},
        {4, "sequence lengths", SHAPE(batch)},
        {5, "initial values", SHAPE(directions, batch, hidden)},
        {6, "initial cells", SHAPE(directions, batch, hidden)},
        {7, "peepholes", SHAPE(directions, 3 * hidden)},
    };
    for (int i = 0; i < (int)(sizeof(inputs) / sizeof(inputs[0])); i++) {
        enum status status = check_wanted(graph, node, &inputs[i], error);
        if (status != STATUS_OK)
            return status;
    }
    graph->tensors[node->outputs[0]].shape = SHAPE(x->dim[0], directions, batch, hidden);
    for (int i = 1; i < node->n_outputs; i++)
        graph->tensors[node->outputs[i]].shape = SHAPE(directions, batch, hidden);
    return STATUS_OK;
}
