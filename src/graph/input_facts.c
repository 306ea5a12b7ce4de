#include "graph/input_facts.h"

#include <stdlib.h>

#include "base/memory.h"

/* A tensor that is the input in other words: which dimension of the input each of its own is. */
struct trace {
    bool known;
    int from[SHAPE_RANK_MAX]; /* -1: none that matters */
};

struct search {
    const struct graph *graph;
    struct trace *traces; /* of each tensor */
    struct input_facts facts;
};

static bool reads_images(enum op op)
{
    switch (op) {
    case OP_CONV_2D:
    case OP_DEPTHWISE_CONV_2D:
    case OP_TRANSPOSE_CONV:
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
    case OP_RESIZE_BILINEAR:
    case OP_RESIZE_NEAREST_NEIGHBOR:
    case OP_SPACE_TO_DEPTH:
    case OP_DEPTH_TO_SPACE:
    case OP_LOCAL_RESPONSE_NORMALIZATION:
        return true;
    default:
        return false;
    }
}

static bool reduces(enum op op)
{
    return op == OP_MEAN || op == OP_SUM || op == OP_REDUCE_MAX || op == OP_REDUCE_MIN;
}

static const int32_t *constant_list(const struct tensor *list)
{
    return list && list->data && list->type == TYPE_I32 ? list->data : NULL;
}

/* Of four dimensions, two that are reduced are rows and columns. */
static int kept_channel(const struct tensor *in, const struct tensor *axes)
{
    const int32_t *list = constant_list(axes);
    int kept = 0, axis;
    bool is_reduced[SHAPE_RANK_MAX] = {false};
    if (!list || in->shape.rank != 4 || shape_elements(&axes->shape) != 2)
        return -1;
    for (int i = 0; i < 2; i++)
        if (shape_axis(list[i], 4, &axis))
            is_reduced[axis] = true;
    for (int i = 1; i < 4; i++)
        kept = is_reduced[i] ? kept : i;
    return is_reduced[0] ? -1 : kept;
}

static void trace_transpose(const struct trace *in, const struct tensor *order, struct trace *out)
{
    const int32_t *list = constant_list(order);
    if (!list || shape_elements(&order->shape) > SHAPE_RANK_MAX)
        return;
    for (size_t i = 0; i < shape_elements(&order->shape); i++)
        out->from[i] = list[i] >= 0 && list[i] < SHAPE_RANK_MAX ? in->from[list[i]] : -1;
    out->known = true;
}

/* Dimensions of 1 come and go; the others must be the same. */
static void trace_reshape(const struct trace *in, const struct shape *before,
                          const struct shape *after, struct trace *out)
{
    int i = 0, k = 0;
    for (; i < before->rank || k < after->rank; k++) {
        while (i < before->rank && before->dim[i] == 1)
            i++;
        if (k < after->rank && after->dim[k] == 1) {
            out->from[k] = -1;
            continue;
        }
        if (i == before->rank || k == after->rank || before->dim[i] != after->dim[k])
            break;
        out->from[k] = in->from[i++];
    }
    out->known = i == before->rank && k >= after->rank;
}

static void find_channels(struct search *search, const struct node *node, const struct trace *in)
{
    const struct tensor *tensor = node_input(search->graph, node, 0);
    int axis = reads_images(node->op) ? tensor->shape.rank - 1
               : reduces(node->op)    ? kept_channel(tensor, node_input(search->graph, node, 1))
                                      : -1;
    if (axis >= 0 && search->facts.channel_axis < 0)
        search->facts.channel_axis = in->from[axis];
}

static void find_table(struct search *search, const struct node *node)
{
    const struct tensor *table = node_input(search->graph, node, 0);
    int axis;
    if (!table->data || !shape_axis(node->params.gather.axis, table->shape.rank, &axis))
        return;
    int32_t rows = table->shape.dim[axis], *least = &search->facts.table_rows;
    *least = *least == 0 || rows < *least ? rows : *least;
}

/* Goes on with what the node makes of the traced input. */
static void trace_output(struct search *search, const struct node *node, int input)
{
    const struct tensor *in = node_input(search->graph, node, input);
    const struct tensor *out = node_output(search->graph, node, 0);
    const struct trace *before = &search->traces[node->inputs[input]];
    struct trace *after = &search->traces[node->outputs[0]];
    if (after->known)
        return;
    if (node->op == OP_TRANSPOSE)
        trace_transpose(before, node_input(search->graph, node, 1), after);
    else if (node->op == OP_RESHAPE || node->op == OP_EXPAND_DIMS || node->op == OP_SQUEEZE)
        trace_reshape(before, &in->shape, &out->shape, after);
    else if (shape_equal(&in->shape, &out->shape) || node->op == OP_PAD || node->op == OP_PADV2)
        *after = *before;
}

static void visit(struct search *search, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++) {
        if (node->inputs[i] == NO_TENSOR || !search->traces[node->inputs[i]].known)
            continue;
        if (node->op == OP_GATHER) {
            if (i == 1)
                find_table(search, node);
            continue;
        }
        if (i == 0)
            find_channels(search, node, &search->traces[node->inputs[0]]);
        if (node->n_outputs > 0)
            trace_output(search, node, i);
    }
}

struct input_facts graph_input_facts(const struct graph *graph, int input)
{
    struct search search = {.graph = graph, .facts = {.channel_axis = -1}};
    search.traces = xcalloc((size_t)graph->n_tensors, sizeof(*search.traces));
    search.traces[input].known = true;
    for (int i = 0; i < SHAPE_RANK_MAX; i++)
        search.traces[input].from[i] = i;
    for (int n = 0; n < graph->n_nodes && search.facts.channel_axis < 0; n++)
        visit(&search, &graph->nodes[n]);
    free(search.traces);
    return search.facts;
}
