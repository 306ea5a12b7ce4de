/* Which operators let a transposition through, and what changes in them. */
#include <string.h>

#include "rewrite/transposes_internal.h"

/* What a node is rewritten with: all transposed inputs have the same order. */
struct rewrite {
    struct sinker *sinker;
    const struct node *node;
    struct order order, inverse;
    int *inputs;
    union op_params params;
};

/* A dimension as the reader knows it, in the source. */
static int source_axis(const struct rewrite *rewrite, int axis)
{
    return rewrite->order.at[axis];
}

/* The order of the transposed inputs among first..last-1, when there are some and all agree. */
static bool find_order(const struct sinker *sinker, const struct node *node, int first, int last,
                       struct order *order)
{
    bool found = false;
    for (int i = first; i < last && i < node->n_inputs; i++) {
        const struct view *view = sinker_view(sinker, node->inputs[i]);
        if (!view || view->is_flat)
            continue;
        if (found && !order_equal(order, &view->order))
            return false;
        *order = view->order;
        found = true;
    }
    return found && !order_is_identity(order);
}

/* A tensor with ones in front, so that it has the rank: as a constant, or RESHAPEd. */
static struct shape raised(const struct shape *shape, int rank)
{
    struct shape out = {.rank = rank};
    int missing = rank - shape->rank;
    for (int i = 0; i < rank; i++)
        out.dim[i] = i < missing ? 1 : shape->dim[i - missing];
    return out;
}

static int raised_constant(struct rewrite *rewrite, int tensor)
{
    struct tensor copy = rewrite->sinker->graph->tensors[tensor];
    copy.shape = raised(&copy.shape, rewrite->order.rank);
    int number = graph_add_tensor(rewrite->sinker->graph, &copy);
    return permuted_constant(rewrite->sinker->graph, number, &rewrite->inverse);
}

/* A computed tensor whose elements need not move: it gets the source's shape. */
static int reshaped_operand(struct rewrite *rewrite, int tensor, const struct shape *shape)
{
    struct graph *graph = rewrite->sinker->graph;
    int computed = sinker_make(rewrite->sinker, tensor);
    struct tensor copy = graph->tensors[computed];
    copy.shape = order_apply(&rewrite->inverse, shape);
    copy.data = NULL;
    int made = graph_add_tensor(graph, &copy);
    const int inputs[] = {computed, constant_list(graph, copy.shape.dim, copy.shape.rank)};
    graph_add_node(graph, OP_RESHAPE, inputs, 2, &made, 1, NULL);
    return made;
}

/* Whether operand i can be had in the source's order. */
static bool can_take(const struct rewrite *rewrite, int i)
{
    int number = rewrite->node->inputs[i];
    const struct tensor *tensor = node_input(rewrite->sinker->graph, rewrite->node, i);
    const struct view *view = sinker_view(rewrite->sinker, number);
    if (!tensor || tensor->shape.rank > rewrite->order.rank)
        return false;
    if (view && !view->is_flat)
        return order_equal(&view->order, &rewrite->order);
    struct shape shape = raised(&tensor->shape, rewrite->order.rank);
    if (tensor->data)
        return tensor->quant.count <= 1;
    return tensor->quant.count <= 1 && order_moves_nothing(&rewrite->inverse, &shape);
}

static int take(struct rewrite *rewrite, int i)
{
    int number = rewrite->node->inputs[i];
    const struct view *view = sinker_view(rewrite->sinker, number);
    const struct tensor *tensor = node_input(rewrite->sinker->graph, rewrite->node, i);
    if (view && !view->is_flat)
        return view->source;
    if (tensor->data)
        return raised_constant(rewrite, number);
    struct shape shape = raised(&tensor->shape, rewrite->order.rank);
    return reshaped_operand(rewrite, number, &shape);
}

/* Takes operands first..last-1 (all that there are). */
static bool take_operands(struct rewrite *rewrite, int first, int last)
{
    for (int i = first; i < last && i < rewrite->node->n_inputs; i++)
        if (!can_take(rewrite, i))
            return false;
    for (int i = first; i < last && i < rewrite->node->n_inputs; i++)
        rewrite->inputs[i] = take(rewrite, i);
    return true;
}

/* --- constant operands that speak of dimensions --- */

#define LIST_MAX (2 * SHAPE_RANK_MAX)

/* Reads input i; false when it is computed, or of another length. */
static bool read_list(const struct rewrite *rewrite, int i, int count, int32_t *values)
{
    const struct tensor *list = node_input(rewrite->sinker->graph, rewrite->node, i);
    if (!list || !list->data || (list->type != TYPE_I32 && list->type != TYPE_I64) ||
        shape_elements(&list->shape) != (size_t)count)
        return false;
    for (int k = 0; k < count; k++)
        values[k] = list->type == TYPE_I64 ? (int32_t)((const int64_t *)list->data)[k]
                                           : ((const int32_t *)list->data)[k];
    return true;
}

/* `per` numbers for each dimension, in the order of the source. */
static bool permute_list(struct rewrite *rewrite, int i, int per)
{
    struct graph *graph = rewrite->sinker->graph;
    int32_t values[LIST_MAX], permuted[LIST_MAX];
    int rank = rewrite->order.rank;
    if (!read_list(rewrite, i, rank * per, values))
        return false;
    for (int d = 0; d < rank; d++)
        memcpy(permuted + source_axis(rewrite, d) * per, values + d * per,
               (size_t)per * sizeof(*values));
    int made = constant_list(graph, permuted, rank * per);
    if (per == 2)
        graph->tensors[made].shape = SHAPE(rank, 2);
    rewrite->inputs[i] = made;
    return true;
}

/* A single axis as a constant operand. */
static bool permute_axis_operand(struct rewrite *rewrite, int i)
{
    int32_t value;
    int axis;
    if (!read_list(rewrite, i, 1, &value) || !shape_axis(value, rewrite->order.rank, &axis))
        return false;
    value = source_axis(rewrite, axis);
    int made = constant_list(rewrite->sinker->graph, &value, 1);
    rewrite->sinker->graph->tensors[made].shape = (struct shape){0};
    rewrite->inputs[i] = made;
    return true;
}

/* --- families of operators --- */

static bool elementwise(struct rewrite *rewrite)
{
    return take_operands(rewrite, 0, rewrite->node->n_inputs);
}

static bool concatenation(struct rewrite *rewrite)
{
    int axis;
    if (!shape_axis(rewrite->params.axis.axis, rewrite->order.rank, &axis))
        return false;
    for (int i = 0; i < rewrite->node->n_inputs; i++)
        if (node_input(rewrite->sinker->graph, rewrite->node, i)->shape.rank != rewrite->order.rank)
            return false;
    rewrite->params.axis.axis = source_axis(rewrite, axis);
    return take_operands(rewrite, 0, rewrite->node->n_inputs);
}

static bool pad(struct rewrite *rewrite)
{
    return permute_list(rewrite, 1, 2) && take_operands(rewrite, 0, 1);
}

static bool slice(struct rewrite *rewrite)
{
    return permute_list(rewrite, 1, 1) && permute_list(rewrite, 2, 1) &&
           take_operands(rewrite, 0, 1);
}

static int32_t permuted_mask(const struct rewrite *rewrite, int32_t mask)
{
    int32_t permuted = 0;
    for (int d = 0; d < rewrite->order.rank; d++)
        if (mask >> d & 1)
            permuted |= 1 << source_axis(rewrite, d);
    return permuted;
}

static bool strided_slice(struct rewrite *rewrite)
{
    struct slice_params *params = &rewrite->params.slice;
    if (params->ellipsis_mask || params->new_axis_mask || params->shrink_axis_mask)
        return false;
    params->begin_mask = permuted_mask(rewrite, params->begin_mask);
    params->end_mask = permuted_mask(rewrite, params->end_mask);
    return permute_list(rewrite, 1, 1) && permute_list(rewrite, 2, 1) &&
           permute_list(rewrite, 3, 1) && take_operands(rewrite, 0, 1);
}

static bool repetition(struct rewrite *rewrite)
{
    return permute_list(rewrite, 1, 1) && take_operands(rewrite, 0, 1);
}

static bool split(struct rewrite *rewrite)
{
    return permute_axis_operand(rewrite, 0) && take_operands(rewrite, 1, 2);
}

static bool split_v(struct rewrite *rewrite)
{
    return permute_axis_operand(rewrite, 2) && take_operands(rewrite, 0, 1);
}

static bool gather(struct rewrite *rewrite)
{
    const struct tensor *indices = node_input(rewrite->sinker->graph, rewrite->node, 1);
    int axis;
    if (indices->shape.rank != 1 || rewrite->params.gather.batch_dims != 0 ||
        sinker_view(rewrite->sinker, rewrite->node->inputs[1]) ||
        !shape_axis(rewrite->params.gather.axis, rewrite->order.rank, &axis))
        return false;
    rewrite->params.gather.axis = source_axis(rewrite, axis);
    return take_operands(rewrite, 0, 1);
}

/* Operators along the last dimension, where that stays the last. */
static bool along_last(struct rewrite *rewrite)
{
    int last = rewrite->order.rank - 1;
    return source_axis(rewrite, last) == last && take_operands(rewrite, 0, 1);
}

typedef bool rewrite_function(struct rewrite *rewrite);

/* Operators whose outputs have the dimensions of their input, and whose parameters or constants speak of
 * dimensions. */
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
        sinker_set_view(rewrite->sinker, node->outputs[i], outputs[i], &rewrite->order);
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

static struct rewrite rewrite_of(struct sinker *sinker, const struct node *node,
                                 const struct order *order)
{
    size_t bytes = (size_t)node->n_inputs * sizeof(int);
    return (struct rewrite){
        .sinker = sinker,
        .node = node,
        .order = *order,
        .inverse = order_inverse(order),
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
    if (op_table[node->op].family != FAMILY_REDUCTION || !find_order(sinker, node, 0, 1, &order))
        return false;
    struct rewrite rewrite = rewrite_of(sinker, node, &order);
    const struct tensor *list = node_input(sinker->graph, node, 1);
    int count = (int)shape_elements(&list->shape);
    if (count > SHAPE_RANK_MAX || !read_list(&rewrite, 1, count, axes))
        return false;
    for (int i = 0; i < count; i++) {
        int axis;
        if (!shape_axis(axes[i], order.rank, &axis))
            return false;
        axes[i] = source_axis(&rewrite, axis);
        gone[axes[i]] = !node->params.reduce.keep_dims;
    }
    if (!take_operands(&rewrite, 0, 1))
        return false;
    rewrite.inputs[1] = constant_list(sinker->graph, axes, count);
    rewrite.order = remaining(&order, gone);
    rewrite.inverse = order_inverse(&rewrite.order);
    add_rewritten(&rewrite);
    return true;
}

/* Its scale and zero point do not depend on the order of the elements. */
static bool sink_dynamic(struct sinker *sinker, const struct node *node)
{
    struct order order;
    if (node->op != OP_DYNAMIC_QUANTIZE || !find_order(sinker, node, 0, 1, &order))
        return false;
    struct rewrite rewrite = rewrite_of(sinker, node, &order);
    if (!take_operands(&rewrite, 0, 1))
        return false;
    int outputs[] = {permuted_like(sinker->graph, node->outputs[0], &rewrite.inverse),
                     node->outputs[1], node->outputs[2]};
    sinker_set_view(sinker, node->outputs[0], outputs[0], &order);
    graph_add_node(sinker->graph, node->op, rewrite.inputs, 1, outputs, 3, &rewrite.params);
    return true;
}

bool sink_node(struct sinker *sinker, const struct node *node)
{
    struct order order;
    rewrite_function *rule = rule_of(node->op);
    if (sink_reduction(sinker, node) || sink_dynamic(sinker, node))
        return true;
    if (!rule || !find_order(sinker, node, 0, node->n_inputs, &order))
        return false;
    struct rewrite rewrite = rewrite_of(sinker, node, &order);
    if (!same_rank(&rewrite) || !rule(&rewrite))
        return false;
    add_rewritten(&rewrite);
    return true;
}

/* --- flattened images --- */

/* Weights [outputs, elements of the flat image] with their columns in the order of the source. */
static int permuted_columns(struct sinker *sinker, int weights, const struct view *view)
{
    struct graph *graph = sinker->graph;
    struct shape image = order_apply(&view->order, &graph->tensors[view->source].shape);
    struct order inverse = order_inverse(&view->order);
    struct tensor as_image = graph->tensors[weights];
    struct shape flat = as_image.shape;
    as_image.shape = image;
    as_image.shape.dim[0] = flat.dim[0];
    int made = permuted_constant(graph, graph_add_tensor(graph, &as_image), &inverse);
    graph->tensors[made].shape = flat;
    return made;
}

/* Weights as a constant, or as one that a DEQUANTIZE widens; NO_TENSOR for anything else. */
static int dense_weights(struct sinker *sinker, int weights, const struct view *view)
{
    struct graph *graph = sinker->graph;
    if (graph->tensors[weights].data)
        return graph->tensors[weights].quant.count <= 1 || graph->tensors[weights].quant.axis == 0
                   ? permuted_columns(sinker, weights, view)
                   : NO_TENSOR;
    const struct node *before = graph_producer(graph, weights);
    if (!before || before->op != OP_DEQUANTIZE || !graph->tensors[before->inputs[0]].data ||
        (graph->tensors[before->inputs[0]].quant.count > 1 &&
         graph->tensors[before->inputs[0]].quant.axis != 0))
        return NO_TENSOR;
    int stored = permuted_columns(sinker, before->inputs[0], view);
    struct tensor wide = graph->tensors[weights];
    int made = graph_add_tensor(graph, &wide);
    graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &made, 1, &before->params);
    return made;
}

/* A function of each element of a flat image is one of the image. */
static bool sink_flat_unary(struct sinker *sinker, const struct node *node)
{
    const struct view *view = sinker_view(sinker, node->inputs[0]);
    bool fits =
        node->n_inputs == 1 && node->n_outputs == 1 && view && view->is_flat &&
        (op_has(node->op, TRAIT_STORAGE) || op_table[node->op].activation != ACTIVATION_NONE) &&
        node_output(sinker->graph, node, 0)->quant.count <= 1 &&
        node_input(sinker->graph, node, 0)->quant.count <= 1;
    if (!fits)
        return false;
    struct tensor like = *node_output(sinker->graph, node, 0);
    like.shape = sinker->graph->tensors[view->source].shape;
    struct view flat = *view;
    int source = flat.source;
    flat.source = graph_add_tensor(sinker->graph, &like);
    flat.is_made = false;
    graph_add_node(sinker->graph, node->op, &source, 1, &flat.source, 1, &node->params);
    sinker->views[node->outputs[0]] = flat;
    return true;
}

bool sink_dense(struct sinker *sinker, const struct node *node)
{
    struct graph *graph = sinker->graph;
    if (sink_flat_unary(sinker, node))
        return true;
    const struct view *view = sinker_view(sinker, node->inputs[0]);
    const struct tensor *weights = node_input(graph, node, 1);
    if (node->op != OP_FULLY_CONNECTED || !view || !view->is_flat || !weights ||
        weights->shape.rank != 2 ||
        weights->shape.dim[1] != node_input(graph, node, 0)->shape.dim[1])
        return false;
    struct view flat = *view;
    int permuted = dense_weights(sinker, node->inputs[1], &flat);
    if (permuted == NO_TENSOR)
        return false;
    struct tensor image = graph->tensors[node->inputs[0]];
    int32_t list[SHAPE_RANK_MAX];
    memcpy(list, image.shape.dim, sizeof(list));
    const int inputs[] = {flat.source, constant_list(graph, list, image.shape.rank)};
    int reshaped = graph_add_tensor(graph, &image);
    graph_add_node(graph, OP_RESHAPE, inputs, 2, &reshaped, 1, NULL);
    struct node *kept = graph_keep_node(graph, node);
    kept->inputs = arena_copy(graph->arena, node->inputs, (size_t)node->n_inputs * sizeof(int));
    kept->inputs[0] = reshaped;
    kept->inputs[1] = permuted;
    for (int i = 2; i < kept->n_inputs; i++)
        if (kept->inputs[i] != NO_TENSOR)
            kept->inputs[i] = sinker_make(sinker, kept->inputs[i]);
    return true;
}
