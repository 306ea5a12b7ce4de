#include "rewrite/compact.h"

#include <stdlib.h>

#include "base/memory.h"

static void mark(const int *list, int count, bool *used)
{
    for (int i = 0; i < count; i++)
        if (list[i] != NO_TENSOR)
            used[list[i]] = true;
}

static void renumber(int *list, int count, const int *numbers)
{
    for (int i = 0; i < count; i++)
        if (list[i] != NO_TENSOR)
            list[i] = numbers[list[i]];
}

/* Moves the used tensors together; numbers[old] is the new number. */
static void move(struct graph *graph, const bool *used, int *numbers)
{
    int kept = 0;
    for (int i = 0; i < graph->n_tensors; i++) {
        if (!used[i])
            continue;
        numbers[i] = kept;
        graph->tensors[kept++] = graph->tensors[i];
    }
    graph->n_tensors = kept;
}

void graph_compact(struct graph *graph)
{
    bool *used = xcalloc((size_t)graph->n_tensors, sizeof(*used));
    int *numbers = xcalloc((size_t)graph->n_tensors, sizeof(*numbers));
    mark(graph->inputs, graph->n_inputs, used);
    mark(graph->outputs, graph->n_outputs, used);
    for (int i = 0; i < graph->n_states; i++)
        used[graph->states[i].tensor] = used[graph->states[i].next] = true;
    for (int n = 0; n < graph->n_nodes; n++) {
        mark(graph->nodes[n].inputs, graph->nodes[n].n_inputs, used);
        mark(graph->nodes[n].outputs, graph->nodes[n].n_outputs, used);
    }
    move(graph, used, numbers);
    renumber(graph->inputs, graph->n_inputs, numbers);
    renumber(graph->outputs, graph->n_outputs, numbers);
    for (int i = 0; i < graph->n_states; i++) {
        renumber(&graph->states[i].tensor, 1, numbers);
        renumber(&graph->states[i].next, 1, numbers);
    }
    for (int n = 0; n < graph->n_nodes; n++) {
        renumber(graph->nodes[n].inputs, graph->nodes[n].n_inputs, numbers);
        renumber(graph->nodes[n].outputs, graph->nodes[n].n_outputs, numbers);
    }
    free(used);
    free(numbers);
}
