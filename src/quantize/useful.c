#include "quantize/useful.h"

#include <math.h>

#include "base/memory.h"
#include "graph/activation.h"
#include "rewrite/integer_node.h"

static const struct range nothing = {0.0f, 0.0f, true}, everything = {-INFINITY, INFINITY, true};

/* Functions that end in the lowest or highest integer of their fixed scale, from where on a quarter
 * of a step is missing to it at most. */
static struct range before_the_ends(enum op op, double step)
{
    double low = step / 4.0, high = 1.0 - 1.25 * step;
    if (op == OP_TANH)
        return (struct range){(float)-atanh(1.0 - low), (float)atanh(high), true};
    return (struct range){(float)log(low / (1.0 - low)), (float)log(high / (1.0 - high)), true};
}

/* What a node tells apart of its input, whatever reads its output. */
static struct range told_apart(const struct node *node, enum type type)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    struct range range = everything;
    if (node->op == OP_LOGISTIC || node->op == OP_TANH)
        return before_the_ends(
            node->op, (double)(type == TYPE_I16 ? rule->fixed16.scale : rule->fixed8.scale));
    if (node->op == OP_HARD_SWISH)
        range.low = -3.0f; /* 0 from there down */
    else
        activation_range(op_table[node->op].activation, &range.low, &range.high);
    return range;
}

static struct range hull(struct range a, struct range b)
{
    return (struct range){fminf(a.low, b.low), fmaxf(a.high, b.high), true};
}

static void read_node(const struct node *node, bool is_integer, enum type type,
                      struct range *useful)
{
    struct range own = nothing;
    if (!is_integer)
        own = everything;
    else if (!op_has(node->op, TRAIT_PASSES_SCALE))
        own = told_apart(node, type);
    else
        for (int i = 0; i < node->n_outputs; i++)
            own = hull(own, useful[node->outputs[i]].seen ? useful[node->outputs[i]] : everything);
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR)
            useful[node->inputs[i]] =
                hull(useful[node->inputs[i]], integer_node_data(node, i) ? own : everything);
}

/* As it is where nobody reads it, or nothing would be left of it. */
static struct range cut(struct range range, struct range useful)
{
    float low = fmaxf(fminf(range.low, useful.high), useful.low);
    float high = fmaxf(fminf(range.high, useful.high), useful.low);
    return range.seen && useful.seen && (low < 0.0f || high > 0.0f)
               ? (struct range){low, high, true}
               : range;
}

struct range *useful_ranges(const struct graph *graph, const struct ranges *ranges,
                            const bool *is_integer, enum type type)
{
    struct range *useful = xcalloc((size_t)graph->n_tensors, sizeof(*useful));
    for (int i = 0; i < graph->n_outputs; i++)
        useful[graph->outputs[i]] = everything;
    for (int i = 0; i < graph->n_states; i++)
        useful[graph->states[i].tensor] = useful[graph->states[i].next] = everything;
    for (int n = graph->n_nodes - 1; n >= 0; n--)
        read_node(&graph->nodes[n], is_integer[n], type, useful);
    for (int t = 0; t < graph->n_tensors; t++)
        useful[t] = cut(t < ranges->count ? ranges->items[t] : (struct range){0}, useful[t]);
    return useful;
}
