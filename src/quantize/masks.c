#include "quantize/masks.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Masks are usually the lowest float32, -1e9 or -infinity; activations stay far below. */
#define MASK 1e8f
/* Scores that go into a softmax are at most tens, and e to the power of -104 is 0 in float32. Its
 * masks begin there: BERT's is -10000. */
#define SCORE_MASK 1e3f

/* For each tensor: whether operators that pass masks on lead from it to a softmax, and to what is
 * computed by one of them, or comes in from outside. */
static bool *find_scores(const struct graph *graph)
{
    bool *scores = xcalloc((size_t)graph->n_tensors, sizeof(*scores));
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        const struct node *node = &graph->nodes[n];
        bool passes = op_has(node->op, TRAIT_PASSES_MASK);
        bool leads = node->op == OP_SOFTMAX || (passes && scores[node->outputs[0]]);
        /* What a product computes from raw numbers may be large, too. */
        scores[node->outputs[0]] = passes && scores[node->outputs[0]];
        for (int i = 0; leads && i < node->n_inputs; i++)
            if (node->inputs[i] != NO_TENSOR)
                scores[node->inputs[i]] = true;
    }
    return scores;
}

/* For each tensor: whether no product made it, or something that it was added to or chosen from. */
static bool *find_outer(const struct graph *graph, const bool *behind)
{
    bool *outer = xcalloc((size_t)graph->n_tensors, sizeof(*outer));
    for (int t = 0; t < graph->n_tensors; t++)
        outer[t] = !behind[t];
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        for (int i = 0; op_has(node->op, TRAIT_PASSES_MASK) && i < node->n_inputs; i++) {
            const struct tensor *input = node_input(graph, node, i);
            if (input && input->type == TYPE_F32 && !input->data && !behind[node->inputs[i]])
                outer[node->outputs[0]] = true;
        }
    }
    return outer;
}

static bool reaches(const struct range *range, float limit)
{
    return range->seen && (range->low <= -limit || range->high >= limit);
}

static bool constant_reaches(const struct tensor *tensor, float limit)
{
    const float *values = tensor->data;
    if (tensor->type != TYPE_F32 || !values)
        return false;
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++)
        if (fabsf(values[i]) >= limit)
            return true;
    return false;
}

void masks_mark(const struct graph *graph, const struct ranges *ranges, const bool *behind,
                enum unfit *unfit)
{
    bool *scores = find_scores(graph), *outer = find_outer(graph, behind);
    for (int i = 0; i < ranges->count; i++)
        if (reaches(&ranges->items[i], scores[i] && outer[i] ? SCORE_MASK : MASK))
            unfit[i] = UNFIT_MASK;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        float limit = scores[node->outputs[0]] ? SCORE_MASK : MASK;
        for (int i = 0; op_has(node->op, TRAIT_PASSES_MASK) && i < node->n_inputs; i++) {
            const struct tensor *input = node_input(graph, node, i);
            if (input && (unfit[node->inputs[i]] == UNFIT_MASK || constant_reaches(input, limit)))
                unfit[node->outputs[0]] = UNFIT_MASK;
        }
    }
    free(scores);
    free(outer);
}
