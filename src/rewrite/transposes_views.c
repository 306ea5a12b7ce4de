/* Tensors that are others, transposed, until somebody needs them as they are. */
#include "rewrite/transposes_internal.h"

const struct view *sinker_view(const struct sinker *sinker, int tensor)
{
    bool known = tensor >= 0 && tensor < sinker->n_views;
    return known && sinker->views[tensor].source != NO_TENSOR ? &sinker->views[tensor] : NULL;
}

void sinker_set_view(struct sinker *sinker, int tensor, int source, const struct order *order,
                     const struct origin *origin)
{
    sinker->views[tensor] = (struct view){.source = source, .order = *order, .origin = *origin};
}

static void add_reshape(struct graph *graph, int from, int to)
{
    struct shape shape = graph->tensors[to].shape;
    const int inputs[] = {from, graph_add_list(graph, shape.dim, shape.rank)};
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
    const int inputs[] = {from, graph_add_list(graph, list, order->rank)};
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
    const struct origin reader = graph->origin;
    graph->origin = view->origin;
    int image = view->is_flat ? permuted_like(graph, view->source, &view->order) : tensor;
    add_transpose(graph, view->source, &view->order, image);
    if (view->is_flat)
        add_reshape(graph, image, tensor);
    graph->origin = reader;
    return tensor;
}

void sinker_make_outputs(struct sinker *sinker)
{
    struct graph *graph = sinker->graph;
    for (int i = 0; i < graph_n_sinks(graph); i++) {
        int tensor = graph_sink(graph, i);
        const struct view *view = sinker_view(sinker, tensor);
        if (!view || view->is_made)
            continue;
        if (!view->is_flat && order_is_identity(&view->order)) {
            graph->origin = view->origin;
            add_reshape(graph, view->source, tensor);
            sinker->views[tensor].is_made = true;
        } else {
            sinker_make(sinker, tensor);
        }
    }
}
