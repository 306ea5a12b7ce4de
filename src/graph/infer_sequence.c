/* Recurrent layers of .tflite files, whose states are operands. */
#include "graph/graph.h"
#include "graph/infer.h"
#include "graph/sequence.h"

#define SIZE_MAX_OF_LAYER (1 << 24)

static enum status refuse(const struct node *node, int i, struct error *error)
{
    return error_set(error, STATUS_FORMAT, NULL, "input %d (%s) is missing", i,
                     op_input_name(node->op, i));
}

/* Input i has the shape; one that is absent is fine unless it is needed. */
static enum status check_input(const struct graph *graph, const struct node *node, int i,
                               struct shape wanted, bool is_needed, struct error *error)
{
    char is[SHAPE_TEXT_SIZE], should[SHAPE_TEXT_SIZE];
    const struct tensor *tensor = node_input(graph, node, i);
    if (!tensor)
        return is_needed ? refuse(node, i, error) : STATUS_OK;
    if (shape_equal(&tensor->shape, &wanted))
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL, "the %s are %s, expected %s",
                     op_input_name(node->op, i), shape_text(&tensor->shape, is),
                     shape_text(&wanted, should));
}

struct layer {
    int32_t samples, steps, depth, cells, outputs;
    bool has_input_gate, is_projected, is_normalized, has_peepholes;
};

static enum status check_gate(const struct graph *graph, const struct node *node,
                              const struct layer *layer, int gate, struct error *error)
{
    bool is_there = gate != SEQUENCE_INPUT || layer->has_input_gate;
    const struct {
        int input;
        struct shape shape;
        bool is_needed;
    } wanted[] = {
        {SEQUENCE_WEIGHTS, SHAPE(layer->cells, layer->depth), is_there},
        {SEQUENCE_RECURRENT, SHAPE(layer->cells, layer->outputs), is_there},
        {SEQUENCE_BIAS, SHAPE(layer->cells), is_there},
        {SEQUENCE_FACTORS, SHAPE(layer->cells), is_there && layer->is_normalized},
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && status == STATUS_OK; i++) {
        int input = wanted[i].input + gate;
        if (!wanted[i].is_needed && node_input(graph, node, input))
            return error_set(error, STATUS_FORMAT, NULL, "input %d (%s) goes without its gate",
                             input, op_input_name(node->op, input));
        status = check_input(graph, node, input, wanted[i].shape, wanted[i].is_needed, error);
    }
    return status;
}

static enum status check_peepholes(const struct graph *graph, const struct node *node,
                                   const struct layer *layer, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < 3 && status == STATUS_OK; i++)
        status = check_input(graph, node, SEQUENCE_PEEPHOLES + i, SHAPE(layer->cells),
                             layer->has_peepholes && (i > 0 || layer->has_input_gate), error);
    return status;
}

static enum status check_rest(const struct graph *graph, const struct node *node,
                              const struct layer *layer, struct error *error)
{
    const struct {
        int input;
        struct shape shape;
        bool is_needed;
    } wanted[] = {
        {SEQUENCE_PROJECTION, SHAPE(layer->outputs, layer->cells), false},
        {SEQUENCE_PROJECTION_BIAS, SHAPE(layer->outputs), false},
        {SEQUENCE_STATE, SHAPE(layer->samples, layer->outputs), true},
        {SEQUENCE_CELLS, SHAPE(layer->samples, layer->cells), true},
    };
    enum status status = check_peepholes(graph, node, layer, error);
    for (int gate = 0; gate < SEQUENCE_GATES && status == STATUS_OK; gate++)
        status = check_gate(graph, node, layer, gate, error);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && status == STATUS_OK; i++)
        status =
            check_input(graph, node, wanted[i].input, wanted[i].shape, wanted[i].is_needed, error);
    if (status == STATUS_OK && !layer->is_projected &&
        (layer->outputs != layer->cells || node_input(graph, node, SEQUENCE_PROJECTION_BIAS)))
        return refuse(node, SEQUENCE_PROJECTION, error);
    return status;
}

/* What the sizes of a layer are taken from: the sequence, and both weights of the output gate. */
static enum status find_layer(const struct graph *graph, const struct node *node,
                              struct layer *layer, struct error *error)
{
    const struct shape *x = &node_input(graph, node, SEQUENCE_X)->shape;
    const struct tensor *w = node_input(graph, node, SEQUENCE_WEIGHTS + SEQUENCE_OUTPUT);
    const struct tensor *r = node_input(graph, node, SEQUENCE_RECURRENT + SEQUENCE_OUTPUT);
    int time = node->params.sequence.time_major ? 0 : 1;
    if (node->params.sequence.diagonal)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "recurrent weights of the diagonal alone are not supported");
    if (x->rank != 3 || !w || !r || w->shape.rank != 2 || r->shape.rank != 2)
        return error_set(error, STATUS_FORMAT, NULL,
                         "the sequence is not of rank 3, or weights are not of rank 2");
    *layer = (struct layer){
        .samples = x->dim[1 - time],
        .steps = x->dim[time],
        .depth = x->dim[2],
        .cells = w->shape.dim[0],
        .outputs = r->shape.dim[1],
        .has_input_gate = node_input(graph, node, SEQUENCE_WEIGHTS + SEQUENCE_INPUT),
        .is_projected = node_input(graph, node, SEQUENCE_PROJECTION),
        .is_normalized = node_input(graph, node, SEQUENCE_FACTORS + SEQUENCE_OUTPUT),
        .has_peepholes = node_input(graph, node, SEQUENCE_PEEPHOLES + 2),
    };
    if (layer->cells < 1 || layer->cells > SIZE_MAX_OF_LAYER || layer->outputs < 1 ||
        layer->outputs > SIZE_MAX_OF_LAYER)
        return error_set(error, STATUS_FORMAT, NULL, "%d cells and %d outputs", layer->cells,
                         layer->outputs);
    return STATUS_OK;
}

enum status infer_sequence_lstm(struct graph *graph, const struct node *node, struct error *error)
{
    struct layer layer = {0};
    enum status status = find_layer(graph, node, &layer, error);
    if (status == STATUS_OK)
        status = check_rest(graph, node, &layer, error);
    if (status != STATUS_OK)
        return status;
    struct shape y = node_input(graph, node, SEQUENCE_X)->shape;
    y.dim[2] = layer.outputs;
    graph->tensors[node->outputs[SEQUENCE_Y]].shape = y;
    graph->tensors[node->outputs[SEQUENCE_NEXT_STATE]].shape = SHAPE(layer.samples, layer.outputs);
    graph->tensors[node->outputs[SEQUENCE_NEXT_CELLS]].shape = SHAPE(layer.samples, layer.cells);
    return STATUS_OK;
}

enum status infer_svdf(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *x = &node_input(graph, node, SVDF_X)->shape;
    const struct shape *feature = &node_input(graph, node, SVDF_FEATURE)->shape;
    const struct shape *time = &node_input(graph, node, SVDF_TIME)->shape;
    int32_t rank = node->params.svdf.rank;
    if (x->rank != 2 || feature->rank != 2 || time->rank != 2 || time->dim[1] < 1 ||
        feature->dim[0] < 1 || feature->dim[0] > SIZE_MAX_OF_LAYER ||
        time->dim[1] > INT32_MAX / feature->dim[0])
        return error_set(error, STATUS_FORMAT, NULL, "input or weights are not of rank 2");
    int32_t filters = feature->dim[0];
    if (rank < 1 || filters % rank != 0)
        return error_set(error, STATUS_FORMAT, NULL, "rank %d does not divide %d filters", rank,
                         filters);
    struct shape state = SHAPE(x->dim[0], filters * time->dim[1]);
    enum status status =
        check_input(graph, node, SVDF_FEATURE, SHAPE(filters, x->dim[1]), true, error);
    if (status == STATUS_OK)
        status = check_input(graph, node, SVDF_TIME, SHAPE(filters, time->dim[1]), true, error);
    if (status == STATUS_OK)
        status = check_input(graph, node, SVDF_BIAS, SHAPE(filters / rank), false, error);
    if (status == STATUS_OK)
        status = check_input(graph, node, SVDF_STATE, state, true, error);
    if (status != STATUS_OK)
        return status;
    graph->tensors[node->outputs[SVDF_Y]].shape = SHAPE(x->dim[0], filters / rank);
    graph->tensors[node->outputs[SVDF_NEXT_STATE]].shape = state;
    return STATUS_OK;
}
