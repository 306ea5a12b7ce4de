#include "rewrite/transposes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rewrite/transposes_internal.h"

/* --- orders --- */

struct order order_identity(int rank)
{
    struct order order = {.rank = rank};
    for (int i = 0; i < rank; i++)
        order.at[i] = (int8_t)i;
    return order;
}

bool order_equal(const struct order *a, const struct order *b)
{
    return a->rank == b->rank && memcmp(a->at, b->at, (size_t)a->rank) == 0;
}

bool order_is_identity(const struct order *order)
{
    struct order identity = order_identity(order->rank);
    return order_equal(order, &identity);
}

struct order order_inverse(const struct order *order)
{
    struct order inverse = {.rank = order->rank};
    for (int i = 0; i < order->rank; i++)
        inverse.at[order->at[i]] = (int8_t)i;
    return inverse;
}

struct order order_compose(const struct order *first, const struct order *second)
{
    struct order both = {.rank = first->rank};
    for (int i = 0; i < first->rank; i++)
        both.at[i] = first->at[second->at[i]];
    return both;
}

struct shape order_apply(const struct order *order, const struct shape *shape)
{
    struct shape out = {.rank = shape->rank};
    for (int i = 0; i < shape->rank; i++)
        out.dim[i] = shape->dim[order->at[i]];
    return out;
}

bool order_moves_nothing(const struct order *order, const struct shape *shape)
{
    int last = -1;
    for (int i = 0; i < order->rank; i++) {
        if (shape->dim[order->at[i]] == 1)
            continue;
        if (order->at[i] < last)
            return false;
        last = order->at[i];
    }
    return true;
}

/* --- constants and tensors --- */

int constant_list(struct graph *graph, const int32_t *values, int count)
{
    struct tensor tensor = {.name = "", .type = TYPE_I32, .shape = SHAPE(count)};
    tensor.data = arena_copy(graph->arena, values, (size_t)count * sizeof(*values));
    return graph_add_tensor(graph, &tensor);
}

/* Quantization along an axis goes where the axis goes. */
static void permute_axis(struct quantization *quant, const struct order *order)
{
    if (quant->count > 1)
        quant->axis = order_inverse(order).at[quant->axis];
}

int permuted_like(struct graph *graph, int like, const struct order *order)
{
    struct tensor tensor = graph->tensors[like];
    tensor.shape = order_apply(order, &tensor.shape);
    tensor.data = NULL;
    permute_axis(&tensor.quant, order);
    return graph_add_tensor(graph, &tensor);
}

/* Elements in the order in which they lie in the transposed tensor. */
static void permute_elements(const struct tensor *from, const struct order *order,
                             const struct shape *out, char *to)
{
    size_t size = type_size(from->type), count = shape_elements(&from->shape);
    size_t steps[SHAPE_RANK_MAX], index[SHAPE_RANK_MAX] = {0}, at = 0;
    for (int i = 0; i < order->rank; i++)
        steps[i] = shape_span(&from->shape, order->at[i] + 1, order->rank);
    for (size_t done = 0; done < count; done++, to += size) {
        memcpy(to, (const char *)from->data + at * size, size);
        for (int d = out->rank - 1; d >= 0; d--) { /* the next index */
            at += steps[d];
            if (++index[d] < (size_t)out->dim[d])
                break;
            at -= steps[d] * index[d];
            index[d] = 0;
        }
    }
}

int permuted_constant(struct graph *graph, int tensor, const struct order *order)
{
    struct tensor made = graph->tensors[tensor];
    char *elements = arena_alloc(graph->arena, tensor_bytes(&made));
    made.shape = order_apply(order, &made.shape);
    permute_elements(&graph->tensors[tensor], order, &made.shape, elements);
    made.data = elements;
    permute_axis(&made.quant, order);
    return graph_add_tensor(graph, &made);
}

/* --- views --- */

const struct view *sinker_view(const struct sinker *sinker, int tensor)
{
    bool known = tensor >= 0 && tensor < sinker->n_views;
    return known && sinker->views[tensor].source != NO_TENSOR ? &sinker->views[tensor] : NULL;
}

void sinker_set_view(struct sinker *sinker, int tensor, int source, const struct order *order)
{
    sinker->views[tensor] = (struct view){.source = source, .order = *order};
}

static void add_reshape(struct graph *graph, int from, int to)
{
    struct shape shape = graph->tensors[to].shape;
    const int inputs[] = {from, constant_list(graph, shape.dim, shape.rank)};
    graph_add_node(graph, OP_RESHAPE, inputs, 2, &to, 1, NULL);
}

/* The source in the view's order: into the tensor `to`. */
static void add_transpose(struct graph *graph, int from, const struct order *order, int to)
{
    int32_t list[SHAPE_RANK_MAX];
    if (order_moves_nothing(order, &graph->tensors[from].shape)) {
        add_reshape(graph, from, to);
        return;
    }
    for (int i = 0; i < order->rank; i++)
        list[i] = order->at[i];
    const int inputs[] = {from, constant_list(graph, list, order->rank)};
    graph_add_node(graph, OP_TRANSPOSE, inputs, 2, &to, 1, NULL);
}

int sinker_make(struct sinker *sinker, int tensor)
{
    struct graph *graph = sinker->graph;
    if (!sinker_view(sinker, tensor))
        return tensor;
    struct view *view = &sinker->views[tensor];
    if (!view->is_flat && order_is_identity(&view->order))
        return view->source;
    if (view->is_made)
        return tensor;
    view->is_made = true;
    if (!view->is_flat) {
        add_transpose(graph, view->source, &view->order, tensor);
        return tensor;
    }
    int image = permuted_like(graph, view->source, &view->order);
    add_transpose(graph, view->source, &view->order, image);
    add_reshape(graph, image, tensor);
    return tensor;
}

/* --- nodes --- */

static bool read_order(const struct graph *graph, const struct node *node, struct order *order)
{
    const struct tensor *list = node_input(graph, node, 1);
    int rank = node_input(graph, node, 0)->shape.rank;
    if (!list || !list->data || shape_elements(&list->shape) != (size_t)rank)
        return false;
    order->rank = rank;
    for (int i = 0; i < rank; i++)
        order->at[i] = (int8_t)(list->type == TYPE_I64 ? ((const int64_t *)list->data)[i]
                                                       : ((const int32_t *)list->data)[i]);
    return true;
}

/* Weights that a DEQUANTIZE widens are stored in another order. */
static bool permute_stored(struct sinker *sinker, int wide, const struct order *order, int result)
{
    struct graph *graph = sinker->graph;
    const struct node *dequantize = graph_producer(graph, wide);
    if (!dequantize || dequantize->op != OP_DEQUANTIZE ||
        !graph->tensors[dequantize->inputs[0]].data)
        return false;
    int stored = permuted_constant(graph, dequantize->inputs[0], order);
    graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &result, 1, NULL);
    return true;
}

/* A transposition is remembered, not added. */
static bool take_transpose(struct sinker *sinker, const struct node *node)
{
    struct order order;
    if (node->op != OP_TRANSPOSE || !read_order(sinker->graph, node, &order))
        return false;
    int source = node->inputs[0];
    const struct view *view = sinker_view(sinker, source);
    if (view && !view->is_flat) {
        source = view->source;
        order = order_compose(&view->order, &order);
    } else {
        source = sinker_make(sinker, source);
    }
    if (!permute_stored(sinker, source, &order, node->outputs[0]))
        sinker_set_view(sinker, node->outputs[0], source, &order);
    return true;
}

/* A transposed image whose pixels and channels become one dimension, to be looked at by sink_dense. */
static bool take_flatten(struct sinker *sinker, const struct node *node)
{
    const struct view *view = sinker_view(sinker, node->inputs[0]);
    const struct shape *out = &node_output(sinker->graph, node, 0)->shape;
    if (node->op != OP_RESHAPE || !view || view->is_flat || out->rank != 2 ||
        view->order.rank != 4 || view->order.at[0] != 0 ||
        out->dim[0] != node_input(sinker->graph, node, 0)->shape.dim[0])
        return false;
    sinker->views[node->outputs[0]] =
        (struct view){.source = view->source, .order = view->order, .is_flat = true};
    return true;
}

/* A node that minds: its inputs are made as it knows them. */
static void keep_node(struct sinker *sinker, const struct node *node)
{
    int *inputs = arena_alloc(sinker->graph->arena, (size_t)node->n_inputs * sizeof(*inputs));
    for (int i = 0; i < node->n_inputs; i++)
        inputs[i] = node->inputs[i] == NO_TENSOR ? NO_TENSOR : sinker_make(sinker, node->inputs[i]);
    struct node *kept = graph_keep_node(sinker->graph, node);
    kept->inputs = inputs;
}

/* Outputs of the graph are made under their own numbers. */
static void make_outputs(struct sinker *sinker)
{
    struct graph *graph = sinker->graph;
    for (int i = 0; i < graph->n_outputs; i++) {
        int tensor = graph->outputs[i];
        const struct view *view = sinker_view(sinker, tensor);
        if (!view || view->is_made)
            continue;
        if (!view->is_flat && order_is_identity(&view->order)) {
            add_reshape(graph, view->source, tensor);
            sinker->views[tensor].is_made = true;
        } else {
            sinker_make(sinker, tensor);
        }
    }
}

static bool has_transposes(const struct graph *graph)
{
    for (int i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op == OP_TRANSPOSE)
            return true;
    return false;
}

void graph_sink_transposes(struct graph *graph)
{
    if (!has_transposes(graph))
        return;
    struct sinker sinker = {.graph = graph, .n_views = graph->n_tensors};
    int count;
    const struct node *nodes = graph_take_nodes(graph, &count);
    sinker.views = xcalloc((size_t)sinker.n_views, sizeof(*sinker.views));
    for (int i = 0; i < sinker.n_views; i++)
        sinker.views[i].source = NO_TENSOR;
    for (int i = 0; i < count; i++) {
        const struct node *node = &nodes[i];
        if (!take_transpose(&sinker, node) && !take_flatten(&sinker, node) &&
            !sink_dense(&sinker, node) && !sink_node(&sinker, node))
            keep_node(&sinker, node);
    }
    make_outputs(&sinker);
    free(sinker.views);
}
