#include "quantize/unfit.h"

#include <stdlib.h>

#include "base/memory.h"
#include "quantize/masks.h"
#include "quantize/near_zero.h"

/* The steps of an int8 softmax (TFLite 8-bit specification): with more classes than that, those of
 * an even distribution are 0. */
#define SHARE_STEPS 256

static bool is_output(const struct graph *graph, int tensor)
{
    for (int i = 0; i < graph->n_outputs; i++)
        if (graph->outputs[i] == tensor)
            return true;
    return false;
}

static bool makes_last_shares(const struct graph *graph, const struct node *node)
{
    return node->op == OP_SOFTMAX && is_output(graph, node->outputs[0]);
}

static int32_t classes_of(const struct graph *graph, const struct node *node)
{
    const struct shape *shape = &node_output(graph, node, 0)->shape;
    return shape->rank > 0 ? shape->dim[shape->rank - 1] : 1;
}

/* For each tensor: whether products stand before it. */
static bool *find_behind_products(const struct graph *graph)
{
    bool *behind = xcalloc((size_t)graph->n_tensors, sizeof(*behind));
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        bool found = op_table[node->op].family == FAMILY_PRODUCT;
        for (int i = 0; i < node->n_inputs && !found; i++)
            found = node->inputs[i] != NO_TENSOR && behind[node->inputs[i]];
        for (int i = 0; i < node->n_outputs; i++)
            behind[node->outputs[i]] = found;
    }
    return behind;
}

static void mark_boxes(const struct graph *graph, enum unfit *unfit)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        bool has_boxes = node->op == OP_DETECTION_POSTPROCESS;
        for (int i = 0; i < node->n_inputs; i++)
            has_boxes = has_boxes ||
                        (node->inputs[i] != NO_TENSOR && unfit[node->inputs[i]] == UNFIT_BOXES);
        for (int i = 0; has_boxes && i < node->n_outputs; i++)
            unfit[node->outputs[i]] = UNFIT_BOXES;
    }
}

enum unfit *unfit_find(const struct graph *graph, const struct ranges *ranges, enum type type,
                       bool float_out)
{
    enum unfit *unfit = xcalloc((size_t)graph->n_tensors, sizeof(*unfit));
    bool *behind = find_behind_products(graph);
    masks_mark(graph, ranges, behind, unfit);
    near_zero_mark(graph, ranges, behind, type, unfit);
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        int out = node->outputs[0];
        if (type == TYPE_I8 && float_out && unfit[out] == FITS && makes_last_shares(graph, node) &&
            classes_of(graph, node) > SHARE_STEPS)
            unfit[out] = UNFIT_MANY_SHARES;
    }
    mark_boxes(graph, unfit);
    free(behind);
    return unfit;
}

/* The first tensor with this reason, and how many there are. */
static const struct tensor *first_with(const struct graph *graph, const enum unfit *unfit,
                                       enum unfit reason, int *count)
{
    const struct tensor *first = NULL;
    *count = 0;
    for (int t = graph->n_tensors - 1; t >= 0; t--)
        if (unfit[t] == reason && !graph->tensors[t].data) {
            first = &graph->tensors[t];
            (*count)++;
        }
    return first;
}

/* What calibration saw, of which an observer may have cut some off. */
static struct range seen_of(const struct ranges *ranges, int tensor)
{
    if (tensor >= ranges->count)
        return (struct range){0};
    return ranges->seen ? ranges->seen[tensor] : ranges->items[tensor];
}

/* Of the last softmax, where it is an int8 one. */
static void report_shares(struct graph *graph, const enum unfit *unfit, const struct ranges *ranges)
{
    const float few = 32.0f / SHARE_STEPS;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        int out = node->outputs[0];
        if (!makes_last_shares(graph, node) || node->is_wide)
            continue;
        struct range seen = seen_of(ranges, out);
        if (unfit[out] == UNFIT_MANY_SHARES)
            graph_remark(graph, "SOFTMAX of %d classes stays float: int8 has steps of 1/%d for it",
                         classes_of(graph, node), SHARE_STEPS);
        else if (unfit[out] == FITS && seen.seen && seen.high < few)
            graph_remark(graph,
                         "output '%.80s' is at most %.2g in calibration, and int8 has steps of "
                         "1/%d for it: classes near each other become equal",
                         graph->tensors[out].name, (double)seen.high, SHARE_STEPS);
    }
}

void unfit_report(struct graph *graph, const enum unfit *unfit, const struct ranges *ranges,
                  enum type type, bool float_out)
{
    int count;
    const struct tensor *first = first_with(graph, unfit, UNFIT_MASK, &count);
    if (first)
        graph_remark(graph,
                     "%d tensors stay float, the first is '%.80s': an attention mask among them "
                     "leaves no steps to the rest",
                     count, first->name);
    first = first_with(graph, unfit, UNFIT_NEAR_ZERO, &count);
    if (first)
        graph_remark(graph,
                     "%d tensors stay float, the first is '%.80s': a logarithm or a division tells "
                     "values near 0 apart, which integers do not",
                     count, first->name);
    first = first_with(graph, unfit, UNFIT_BOXES, &count);
    if (first && !float_out)
        graph_remark(
            graph,
            "what DETECTION_POSTPROCESS finds stays float32, outputs as well, the first is "
            "'%.80s': numbers of classes and of boxes are whole",
            first->name);
    if (type == TYPE_I8)
        report_shares(graph, unfit, ranges);
}
