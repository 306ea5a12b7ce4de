/* Operands of a node that is put in front of a transposition. */
#include <string.h>

#include "rewrite/transposes_internal.h"

#define LIST_MAX (2 * SHAPE_RANK_MAX)

int sink_source_axis(const struct rewrite *rewrite, int axis)
{
    return rewrite->order.at[axis];
}

bool sink_find_order(const struct sinker *sinker, const struct node *node, int first, int last,
                     struct order *order)
{
    bool found = false;
    for (int i = first; i < last && i < node->n_inputs; i++) {
        const struct view *view = sinker_view(sinker, node->inputs[i]);
        if (!view || view->is_flat)
            continue;
        if (found && !order_equal(order, &view->order))
            return false;
        *order = view->order;
        found = true;
    }
    return found && !order_is_identity(order);
}

/* A tensor with ones in front, so that it has the rank: as a constant, or RESHAPEd. */
static struct shape raised(const struct shape *shape, int rank)
{
    struct shape out = {.rank = rank};
    int missing = rank - shape->rank;
    for (int i = 0; i < rank; i++)
        out.dim[i] = i < missing ? 1 : shape->dim[i - missing];
    return out;
}

static int raised_constant(struct rewrite *rewrite, int tensor)
{
    struct tensor copy = rewrite->sinker->graph->tensors[tensor];
    copy.shape = raised(&copy.shape, rewrite->order.rank);
    int number = graph_add_tensor(rewrite->sinker->graph, &copy);
    return permuted_constant(rewrite->sinker->graph, number, &rewrite->inverse);
}

/* A computed tensor whose elements need not move: it gets the source's shape. */
static int reshaped_operand(struct rewrite *rewrite, int tensor, const struct shape *shape)
{
    struct graph *graph = rewrite->sinker->graph;
    int computed = sinker_make(rewrite->sinker, tensor);
    struct tensor copy = graph->tensors[computed];
    copy.shape = order_apply(&rewrite->inverse, shape);
    copy.data = NULL;
    int made = graph_add_tensor(graph, &copy);
    const int inputs[] = {computed, graph_add_list(graph, copy.shape.dim, copy.shape.rank)};
    graph_add_node(graph, OP_RESHAPE, inputs, 2, &made, 1, NULL);
    return made;
}

/* Whether operand i can be had in the source's order. */
static bool can_take(const struct rewrite *rewrite, int i)
{
    int number = rewrite->node->inputs[i];
    const struct tensor *tensor = node_input(rewrite->sinker->graph, rewrite->node, i);
    const struct view *view = sinker_view(rewrite->sinker, number);
    if (!tensor || tensor->shape.rank > rewrite->order.rank)
        return false;
    if (view && !view->is_flat)
        return order_equal(&view->order, &rewrite->order);
    struct shape shape = raised(&tensor->shape, rewrite->order.rank);
    if (tensor->data)
        return tensor->quant.count <= 1;
    return tensor->quant.count <= 1 && order_moves_nothing(&rewrite->inverse, &shape);
}

static int take(struct rewrite *rewrite, int i)
{
    int number = rewrite->node->inputs[i];
    const struct view *view = sinker_view(rewrite->sinker, number);
    const struct tensor *tensor = node_input(rewrite->sinker->graph, rewrite->node, i);
    if (view && !view->is_flat)
        return view->source;
    if (tensor->data)
        return raised_constant(rewrite, number);
    struct shape shape = raised(&tensor->shape, rewrite->order.rank);
    return reshaped_operand(rewrite, number, &shape);
}

bool sink_take_operands(struct rewrite *rewrite, int first, int last)
{
    for (int i = first; i < last && i < rewrite->node->n_inputs; i++)
        if (!can_take(rewrite, i))
            return false;
    for (int i = first; i < last && i < rewrite->node->n_inputs; i++)
        rewrite->inputs[i] = take(rewrite, i);
    return true;
}

bool sink_read_list(const struct rewrite *rewrite, int i, int count, int32_t *values)
{
    const struct tensor *list = node_input(rewrite->sinker->graph, rewrite->node, i);
    if (!list || !list->data || (list->type != TYPE_I32 && list->type != TYPE_I64) ||
        shape_elements(&list->shape) != (size_t)count)
        return false;
    for (int k = 0; k < count; k++)
        values[k] = list->type == TYPE_I64 ? (int32_t)((const int64_t *)list->data)[k]
                                           : ((const int32_t *)list->data)[k];
    return true;
}

bool sink_permute_list(struct rewrite *rewrite, int i, int per)
{
    struct graph *graph = rewrite->sinker->graph;
    int32_t values[LIST_MAX], permuted[LIST_MAX];
    int rank = rewrite->order.rank;
    if (!sink_read_list(rewrite, i, rank * per, values))
        return false;
    for (int d = 0; d < rank; d++)
        memcpy(permuted + sink_source_axis(rewrite, d) * per, values + d * per,
               (size_t)per * sizeof(*values));
    int made = graph_add_list(graph, permuted, rank * per);
    if (per == 2)
        graph->tensors[made].shape = SHAPE(rank, 2);
    rewrite->inputs[i] = made;
    return true;
}

bool sink_permute_axis(struct rewrite *rewrite, int i)
{
    int32_t value;
    int axis;
    if (!sink_read_list(rewrite, i, 1, &value) || !shape_axis(value, rewrite->order.rank, &axis))
        return false;
    value = sink_source_axis(rewrite, axis);
    int made = graph_add_list(rewrite->sinker->graph, &value, 1);
    rewrite->sinker->graph->tensors[made].shape = (struct shape){0};
    rewrite->inputs[i] = made;
    return true;
}
