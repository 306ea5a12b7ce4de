#include "quantize/near_zero.h"

#include <math.h>

#include "quantize/scale.h"

#define STEPS_MIN 16.0f

/* The input of which the operator tells values near 0 apart, or NO_INPUT. */
static int sensitive_input(const struct graph *graph, const struct node *node)
{
    const struct tensor *power = node_input(graph, node, 1);
    switch (node->op) {
    case OP_LOG:
    case OP_RSQRT:
        return 0;
    case OP_DIV:
        return 1;
    case OP_POW:
        return power->data && power->type == TYPE_F32 && constant_range(power).low < 0.0f
                   ? 0
                   : NO_INPUT;
    default:
        return NO_INPUT;
    }
}

/* Whether integers merge values that differ much in proportion. */
static bool is_coarse(struct range range, enum type type)
{
    float steps = type == TYPE_I16 ? 32767.0f : 255.0f;
    float nearest = fmaxf(fmaxf(range.low, -range.high), 0.0f);
    float farthest = fmaxf(-range.low, range.high);
    return range.seen && nearest * steps < STEPS_MIN * farthest;
}

/* What is known while walking from the last node to the first. */
struct walk {
    const struct graph *graph;
    const struct ranges *ranges;
    const bool *behind;
    enum unfit *unfit;
};

static bool is_computed_float(const struct graph *graph, int tensor)
{
    return tensor != NO_TENSOR && graph->tensors[tensor].type == TYPE_F32 &&
           !graph->tensors[tensor].data;
}

static bool has_positive_terms(const struct walk *walk, const struct node *node)
{
    for (int i = 0; i < 2; i++) {
        const struct tensor *input = node_input(walk->graph, node, i);
        if (!input || input->type != TYPE_F32)
            return false;
        struct range range = input->data ? constant_range(input)
                             : node->inputs[i] < walk->ranges->count
                                 ? walk->ranges->items[node->inputs[i]]
                                 : (struct range){0};
        if (!range.seen || range.low < 0.0f)
            return false;
    }
    return true;
}

static bool reads_products(const struct walk *walk, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && walk->behind[node->inputs[i]])
            return true;
    return false;
}

/* Whether the precision of what the node reads does not count near 0. */
static bool is_end(const struct walk *walk, const struct node *node)
{
    bool sums =
        op_table[node->op].family == FAMILY_PRODUCT || node->op == OP_ADD || node->op == OP_SUB;
    if (!sums)
        return op_has(node->op, TRAIT_EXPONENTIAL);
    return reads_products(walk, node) && (node->op == OP_SUB || !has_positive_terms(walk, node));
}

static void mark(const struct walk *walk, int tensor)
{
    if (is_computed_float(walk->graph, tensor) && walk->unfit[tensor] == FITS)
        walk->unfit[tensor] = UNFIT_NEAR_ZERO;
}

/* Hands on what is asked of the node's outputs. */
static void pass_on(const struct walk *walk, const struct node *node)
{
    bool asked = false;
    for (int i = 0; i < node->n_outputs; i++)
        asked = asked || walk->unfit[node->outputs[i]] == UNFIT_NEAR_ZERO;
    if (!asked || is_end(walk, node))
        return;
    for (int i = 0; i < node->n_inputs; i++)
        mark(walk, node->inputs[i]);
}

void near_zero_mark(const struct graph *graph, const struct ranges *ranges, const bool *behind,
                    enum type type, enum unfit *unfit)
{
    const struct walk walk = {graph, ranges, behind, unfit};
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        const struct node *node = &graph->nodes[n];
        int sensitive = sensitive_input(graph, node);
        int tensor = sensitive == NO_INPUT ? NO_TENSOR : node->inputs[sensitive];
        pass_on(&walk, node);
        if (tensor != NO_TENSOR && tensor < ranges->count && is_coarse(ranges->items[tensor], type))
            mark(&walk, tensor);
    }
}
