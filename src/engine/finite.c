#include "engine/finite.h"

#include <math.h>
#include <stdio.h>

void finite_watch_see(struct finite_watch *watch, int tensor, const void *elements)
{
    const struct tensor *info = &watch->graph->tensors[tensor];
    const float *values = elements;
    if (watch->tensor >= 0 || info->type != TYPE_F32)
        return;
    size_t count = shape_elements(&info->shape);
    for (size_t i = 0; i < count; i++) {
        bool is_mask = watch->masks_pass && isinf(values[i]) && values[i] < 0.0f;
        if (!isfinite(values[i]) && !is_mask) {
            watch->tensor = tensor;
            return;
        }
    }
}

static int node_of(const struct graph *graph, int tensor)
{
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_outputs; i++)
            if (graph->nodes[n].outputs[i] == tensor)
                return n;
    return -1;
}

void finite_describe(const struct graph *graph, int tensor, char text[FINITE_TEXT_SIZE])
{
    int node = node_of(graph, tensor);
    const char *name = graph->tensors[tensor].name;
    for (int i = 0; i < graph->n_states; i++)
        if (graph->states[i].tensor == tensor) {
            snprintf(text, FINITE_TEXT_SIZE, "variable '%s'", graph->states[i].name);
            return;
        }
    if (node < 0)
        snprintf(text, FINITE_TEXT_SIZE, "input '%s'", name);
    else
        snprintf(text, FINITE_TEXT_SIZE, "node %d (%s, '%s')", node, op_name(graph->nodes[node].op),
                 name);
}
