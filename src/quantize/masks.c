#include "quantize/masks.h"

#include <math.h>

#include "base/memory.h"

/* Masks are usually the lowest float32, -1e9 or -infinity; activations stay far below. */
#define MASK 1e8f

static bool reaches_mask(const struct range *range)
{
    return range->seen && (range->low <= -MASK || range->high >= MASK);
}

static bool holds_mask(const struct tensor *tensor)
{
    const float *values = tensor->data;
    if (tensor->type != TYPE_F32 || !values)
        return false;
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++)
        if (fabsf(values[i]) >= MASK)
            return true;
    return false;
}

bool *masks_find(const struct graph *graph, const struct ranges *ranges)
{
    bool *masked = xcalloc((size_t)graph->n_tensors, sizeof(*masked));
    for (int i = 0; i < ranges->count; i++)
        masked[i] = reaches_mask(&ranges->items[i]);
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        for (int i = 0; op_has(node->op, TRAIT_PASSES_MASK) && i < node->n_inputs; i++) {
            const struct tensor *input = node_input(graph, node, i);
            if (input && (masked[node->inputs[i]] || holds_mask(input)))
                masked[node->outputs[0]] = true;
        }
    }
    return masked;
}
