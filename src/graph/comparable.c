#include "graph/comparable.h"

#include <stdlib.h>

#include "base/memory.h"

/* Those of its inputs that scores are made of. */
#define CHOSEN_FROM 2

static bool chooses_from_computed(const struct graph *graph, const struct node *node)
{
    for (int i = 0; node->op == OP_DETECTION_POSTPROCESS && i < CHOSEN_FROM; i++)
        if (!graph_producer(graph, node->inputs[i]))
            return false;
    return node->op == OP_DETECTION_POSTPROCESS;
}

/* Of each tensor, the node among those whose boxes it comes from; -1: it comes from none. */
static int *find_origins(const struct graph *graph)
{
    int *origins = xcalloc((size_t)graph->n_tensors, sizeof(*origins));
    for (int i = 0; i < graph->n_tensors; i++)
        origins[i] = -1;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        int origin = chooses_from_computed(graph, node) ? n : -1;
        for (int i = 0; i < node->n_inputs && origin < 0; i++)
            origin = node->inputs[i] == NO_TENSOR ? -1 : origins[node->inputs[i]];
        for (int i = 0; i < node->n_outputs; i++)
            origins[node->outputs[i]] = origin;
    }
    return origins;
}

static int add_once(int *list, int count, int tensor)
{
    for (int i = 0; i < count; i++)
        if (list[i] == tensor)
            return count;
    list[count] = tensor;
    return count + 1;
}

int graph_comparable(const struct graph *graph, int *list)
{
    int *origins = find_origins(graph), count = 0;
    for (int i = 0; i < graph->n_outputs; i++) {
        int origin = origins[graph->outputs[i]];
        if (origin < 0)
            count = add_once(list, count, graph->outputs[i]);
        for (int k = 0; origin >= 0 && k < CHOSEN_FROM; k++)
            count = add_once(list, count, graph->nodes[origin].inputs[k]);
    }
    free(origins);
    return count;
}

bool graph_hides_boxes(const struct graph *graph)
{
    int *origins = find_origins(graph);
    bool hides = false;
    for (int i = 0; i < graph->n_outputs; i++)
        hides = hides || origins[graph->outputs[i]] >= 0;
    free(origins);
    return hides;
}
