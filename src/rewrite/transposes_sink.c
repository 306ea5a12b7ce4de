/* Which operators let a transposition through, and what changes in them. */
#include "rewrite/transposes_internal.h"

static bool elementwise(struct rewrite *rewrite)
{
    return sink_take_operands(rewrite, 0, rewrite->node->n_inputs);
}

static bool concatenation(struct rewrite *rewrite)
{
    int axis;
    if (!shape_axis(rewrite->params.axis.axis, rewrite->order.rank, &axis))
        return false;
    for (int i = 0; i < rewrite->node->n_inputs; i++)
        if (node_input(rewrite->sinker->graph, rewrite->node, i)->shape.rank != rewrite->order.rank)
            return false;
    rewrite->params.axis.axis = sink_source_axis(rewrite, axis);
    return sink_take_operands(rewrite, 0, rewrite->node->n_inputs);
}

static bool pad(struct rewrite *rewrite)
{
    return sink_permute_list(rewrite, 1, 2) && sink_take_operands(rewrite, 0, 1);
}

static bool slice(struct rewrite *rewrite)
{
    return sink_permute_list(rewrite, 1, 1) && sink_permute_list(rewrite, 2, 1) &&
           sink_take_operands(rewrite, 0, 1);
}

static int32_t permuted_mask(const struct rewrite *rewrite, int32_t mask)
{
    int32_t permuted = 0;
    for (int d = 0; d < rewrite->order.rank; d++)
        if (mask >> d & 1)
            permuted |= 1 << sink_source_axis(rewrite, d);
    return permuted;
}

static bool strided_slice(struct rewrite *rewrite)
{
    struct slice_params *params = &rewrite->params.slice;
    if (params->ellipsis_mask || params->new_axis_mask || params->shrink_axis_mask)
        return false;
    params->begin_mask = permuted_mask(rewrite, params->begin_mask);
    params->end_mask = permuted_mask(rewrite, params->end_mask);
    return sink_permute_list(rewrite, 1, 1) && sink_permute_list(rewrite, 2, 1) &&
           sink_permute_list(rewrite, 3, 1) && sink_take_operands(rewrite, 0, 1);
}

static bool repetition(struct rewrite *rewrite)
{
    return sink_permute_list(rewrite, 1, 1) && sink_take_operands(rewrite, 0, 1);
}

static bool split(struct rewrite *rewrite)
{
    return sink_permute_axis(rewrite, 0) && sink_take_operands(rewrite, 1, 2);
}

static bool split_v(struct rewrite *rewrite)
{
    return sink_permute_axis(rewrite, 2) && sink_take_operands(rewrite, 0, 1);
}

static bool gather(struct rewrite *rewrite)
{
    const struct tensor *indices = node_input(rewrite->sinker->graph, rewrite->node, 1);
    int axis;
    if (indices->shape.rank != 1 || rewrite->params.gather.batch_dims != 0 ||
        sinker_view(rewrite->sinker, rewrite->node->inputs[1]) ||
        !shape_axis(rewrite->params.gather.axis, rewrite->order.rank, &axis))
        return false;
    rewrite->params.gather.axis = sink_source_axis(rewrite, axis);
    return sink_take_operands(rewrite, 0, 1);
}

/* Operators along the last dimension, where that stays the last. */
static bool along_last(struct rewrite *rewrite)
{
    int last = rewrite->order.rank - 1;
    return sink_source_axis(rewrite, last) == last && sink_take_operands(rewrite, 0, 1);
}

typedef bool rewrite_function(struct rewrite *rewrite);

/* Operators whose outputs have the dimensions of their input, and whose parameters or constants
 * speak of dimensions. */
static const struct {
    enum op op;
    rewrite_function *rewrite;
} rules[] = {
    {OP_CONCATENATION, concatenation},
    {OP_PAD, pad},
    {OP_PADV2, pad},
    {OP_MIRROR_PAD, pad},
    {OP_SLICE, slice},
    {OP_STRIDED_SLICE, strided_slice},
    {OP_TILE, repetition},
    {OP_BROADCAST_TO, repetition},
    {OP_SPLIT, split},
    {OP_SPLIT_V, split_v},
    {OP_GATHER, gather},
};

/* How a transposition gets through the operator; NULL: not at all. */
static rewrite_function *rule_of(enum op op)
{
    if (op_has(op, TRAIT_ELEMENTWISE))
        return elementwise;
    if (op_has(op, TRAIT_ALONG_LAST))
        return along_last;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (rules[i].op == op)
            return rules[i].rewrite;
    return NULL;
}

/* Adds the node with other inputs; its outputs are views of what it computes now. */
static void add_rewritten(struct rewrite *rewrite)
{
    struct graph *graph = rewrite->sinker->graph;
    const struct node *node = rewrite->node;
    int *outputs = arena_alloc(graph->arena, (size_t)node->n_outputs * sizeof(*outputs));
    for (int i = 0; i < node->n_outputs; i++) {
        outputs[i] = permuted_like(graph, node->outputs[i], &rewrite->inverse);
        sinker_set_view(rewrite->sinker, node->outputs[i], outputs[i], &rewrite->order,
                        &rewrite->origin);
    }
    graph_add_node(graph, node->op, rewrite->inputs, node->n_inputs, outputs, node->n_outputs,
                   &rewrite->params);
}

/* Outputs have the rank of the order, scalars beside them aside. */
static bool same_rank(const struct rewrite *rewrite)
{
    for (int i = 0; i < rewrite->node->n_outputs; i++)
        if (node_output(rewrite->sinker->graph, rewrite->node, i)->shape.rank !=
            rewrite->order.rank)
            return false;
    return true;
}

static struct origin origin_of_inputs(const struct sinker *sinker, const struct node *node)
{
    struct origin origin = {0};
    for (int i = 0; i < node->n_inputs; i++) {
        const struct view *view = sinker_view(sinker, node->inputs[i]);
        if (view)
            origin = origin_join(sinker->graph, &origin, &view->origin);
    }
    return origin;
}

static struct rewrite rewrite_of(struct sinker *sinker, const struct node *node,
                                 const struct order *order)
{
    size_t bytes = (size_t)node->n_inputs * sizeof(int);
    return (struct rewrite){
        .sinker = sinker,
        .node = node,
        .order = *order,
        .inverse = order_inverse(order),
        .origin = origin_of_inputs(sinker, node),
        .inputs = arena_copy(sinker->graph->arena, node->inputs, bytes),
        .params = node->params,
    };
}

/* --- reductions --- */

/* What is left of the order when the dimensions of the source in `gone` are reduced away. */
static struct order remaining(const struct order *order, const bool gone[SHAPE_RANK_MAX])
{
    struct order rest = {0};
    int8_t place[SHAPE_RANK_MAX];
    int8_t next = 0;
    for (int s = 0; s < order->rank; s++)
        place[s] = gone[s] ? -1 : next++;
    for (int i = 0; i < order->rank; i++)
        if (!gone[order->at[i]])
            rest.at[rest.rank++] = place[order->at[i]];
    return rest;
}

/* Dimensions that are kept with size 1 stay where they are; others leave the order. */
static bool sink_reduction(struct sinker *sinker, const struct node *node)
{
    struct order order;
    int32_t axes[SHAPE_RANK_MAX];
    bool gone[SHAPE_RANK_MAX] = {false};
    if (op_table[node->op].family != FAMILY_REDUCTION ||
        !sink_find_order(sinker, node, 0, 1, &order))
        return false;
    struct rewrite rewrite = rewrite_of(sinker, node, &order);
    const struct tensor *list = node_input(sinker->graph, node, 1);
    int count = (int)shape_elements(&list->shape);
    if (count > SHAPE_RANK_MAX || !sink_read_list(&rewrite, 1, count, axes))
        return false;
    for (int i = 0; i < count; i++) {
        int axis;
        if (!shape_axis(axes[i], order.rank, &axis))
            return false;
        axes[i] = sink_source_axis(&rewrite, axis);
        gone[axes[i]] = !node->params.reduce.keep_dims;
    }
    if (!sink_take_operands(&rewrite, 0, 1))
        return false;
    rewrite.inputs[1] = graph_add_list(sinker->graph, axes, count);
    rewrite.order = remaining(&order, gone);
    rewrite.inverse = order_inverse(&rewrite.order);
    add_rewritten(&rewrite);
    return true;
}

/* Its scale and zero point do not depend on the order of the elements. */
static bool sink_dynamic(struct sinker *sinker, const struct node *node)
{
    struct order order;
    if (node->op != OP_DYNAMIC_QUANTIZE || !sink_find_order(sinker, node, 0, 1, &order))
        return false;
    struct rewrite rewrite = rewrite_of(sinker, node, &order);
    if (!sink_take_operands(&rewrite, 0, 1))
        return false;
    int outputs[] = {permuted_like(sinker->graph, node->outputs[0], &rewrite.inverse),
                     node->outputs[1], node->outputs[2]};
    sinker_set_view(sinker, node->outputs[0], outputs[0], &order, &rewrite.origin);
    graph_add_node(sinker->graph, node->op, rewrite.inputs, 1, outputs, 3, &rewrite.params);
    return true;
}

bool sink_node(struct sinker *sinker, const struct node *node)
{
    struct order order;
    rewrite_function *rule = rule_of(node->op);
    if (sink_reduction(sinker, node) || sink_dynamic(sinker, node))
        return true;
    if (!rule || !sink_find_order(sinker, node, 0, node->n_inputs, &order))
        return false;
    struct rewrite rewrite = rewrite_of(sinker, node, &order);
    if (!same_rank(&rewrite) || !rule(&rewrite))
        return false;
    add_rewritten(&rewrite);
    return true;
}
