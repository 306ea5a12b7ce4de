#include "graph/origin.h"

#include "base/memory.h"
#include "graph/graph.h"

int graph_add_layer(struct graph *graph, const char *name, const char *op)
{
    graph->layers = list_grow(graph->layers, (size_t)graph->n_layers, &graph->layer_capacity,
                              sizeof(*graph->layers));
    graph->layers[graph->n_layers] = (struct file_layer){name, op};
    return graph->n_layers++;
}

struct origin graph_layer_origin(struct graph *graph, int layer)
{
    return (struct origin){1, arena_copy(graph->arena, &layer, sizeof(layer))};
}

void graph_enter_layer(struct graph *graph, int layer)
{
    graph->origin = graph_layer_origin(graph, layer);
}

void graph_name_layers(struct graph *graph)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        struct node *node = &graph->nodes[n];
        const char *name = graph->tensors[node->outputs[0]].name;
        node->origin = graph_layer_origin(graph, graph_add_layer(graph, name, op_name(node->op)));
    }
}

struct origin origin_join(struct graph *graph, const struct origin *a, const struct origin *b)
{
    int *joined = arena_alloc(graph->arena, (size_t)(a->count + b->count) * sizeof(*joined));
    int count = 0, i = 0, k = 0;
    while (i < a->count || k < b->count) {
        int left = i < a->count ? a->layers[i] : INT32_MAX;
        int right = k < b->count ? b->layers[k] : INT32_MAX;
        joined[count++] = left < right ? left : right;
        i += left <= right;
        k += right <= left;
    }
    return count == a->count ? *a : (struct origin){count, joined};
}

void node_add_origin(struct graph *graph, struct node *node, const struct origin *other)
{
    node->origin = origin_join(graph, &node->origin, other);
}
