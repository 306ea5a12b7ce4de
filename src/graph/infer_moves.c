/* Shape rules of operators that move elements without computing. */
#include "graph/infer.h"

#include <string.h>

static void set_shape(struct graph *graph, const struct node *node, int i,
                      const struct shape *shape)
{
    graph->tensors[node->outputs[i]].shape = *shape;
}

static enum status axis_error(struct error *error, int32_t axis, int rank)
{
    return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axis, rank);
}

enum status infer_concatenation(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int axis;
    if (!shape_axis(node->params.axis.axis, out.rank, &axis))
        return axis_error(error, node->params.axis.axis, out.rank);
    int64_t total = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *part = node_input(graph, node, i);
        if (!part)
            return error_set(error, STATUS_FORMAT, NULL, "input %d is missing", i);
        struct shape other = part->shape;
        total += axis < other.rank ? other.dim[axis] : 0;
        if (axis < other.rank)
            other.dim[axis] = out.dim[axis];
        if (!shape_equal(&other, &out))
            return error_set(error, STATUS_FORMAT, NULL, "input %d does not fit input 0", i);
    }
    if (total > INT32_MAX)
        return error_set(error, STATUS_FORMAT, NULL, "the output is too large");
    out.dim[axis] = (int32_t)total;
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

/* out = in with a dimension of the given size inserted before axis. */
static struct shape inserted(const struct shape *in, int axis, int32_t size)
{
    struct shape out = {.rank = in->rank + 1};
    for (int i = 0; i < out.rank; i++)
        out.dim[i] = i < axis ? in->dim[i] : i == axis ? size : in->dim[i - 1];
    return out;
}

static struct shape without(const struct shape *in, int axis)
{
    struct shape out = {0};
    for (int i = 0; i < in->rank; i++)
        if (i != axis)
            out.dim[out.rank++] = in->dim[i];
    return out;
}

enum status infer_pack(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *first = &node_input(graph, node, 0)->shape;
    int axis;
    if (first->rank >= SHAPE_RANK_MAX ||
        !shape_axis(node->params.pack.axis, first->rank + 1, &axis))
        return axis_error(error, node->params.pack.axis, first->rank + 1);
    for (int i = 1; i < node->n_inputs; i++) {
        const struct tensor *part = node_input(graph, node, i);
        if (!part || !shape_equal(&part->shape, first))
            return error_set(error, STATUS_FORMAT, NULL, "input %d does not fit input 0", i);
    }
    struct shape out = inserted(first, axis, node->n_inputs);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_unpack(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int axis;
    if (!shape_axis(node->params.pack.axis, in->rank, &axis))
        return axis_error(error, node->params.pack.axis, in->rank);
    if (in->dim[axis] != node->n_outputs)
        return error_set(error, STATUS_FORMAT, NULL, "%d outputs for a dimension of %d",
                         node->n_outputs, in->dim[axis]);
    struct shape out = without(in, axis);
    for (int i = 0; i < node->n_outputs; i++)
        set_shape(graph, node, i, &out);
    return STATUS_OK;
}

static enum status constant_axis(const struct graph *graph, const struct node *node, int input,
                                 int rank, int *axis, struct error *error)
{
    int32_t value;
    int count;
    enum status status = infer_constant(graph, node, input, &value, 1, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != 1 || !shape_axis(value, rank, axis))
        return axis_error(error, count ? value : 0, rank);
    return STATUS_OK;
}

enum status infer_split(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 1)->shape;
    int axis;
    enum status status = constant_axis(graph, node, 0, out.rank, &axis, error);
    if (status != STATUS_OK)
        return status;
    if (out.dim[axis] % node->n_outputs != 0)
        return error_set(error, STATUS_FORMAT, NULL, "a dimension of %d does not split into %d",
                         out.dim[axis], node->n_outputs);
    out.dim[axis] /= node->n_outputs;
    for (int i = 0; i < node->n_outputs; i++)
        set_shape(graph, node, i, &out);
    return STATUS_OK;
}

/* Puts what the other sizes leave in the place of one -1. */
static bool resolve_rest(int32_t *sizes, int count, int32_t whole)
{
    int64_t sum = 0;
    int open = -1;
    for (int i = 0; i < count; i++) {
        if (sizes[i] == -1 && open < 0)
            open = i;
        else if (sizes[i] < 0)
            return false;
        else
            sum += sizes[i];
    }
    if (open >= 0 && sum <= whole) {
        sizes[open] = (int32_t)(whole - sum);
        return true;
    }
    return open < 0 && sum == whole;
}

#define SPLIT_MAX 256

enum status infer_split_v(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int32_t sizes[SPLIT_MAX];
    int axis, count;
    enum status status = infer_constant(graph, node, 1, sizes, SPLIT_MAX, &count, error);
    if (status == STATUS_OK)
        status = constant_axis(graph, node, 2, out.rank, &axis, error);
    if (status != STATUS_OK)
        return status;
    if (count != node->n_outputs || !resolve_rest(sizes, count, out.dim[axis]))
        return error_set(error, STATUS_FORMAT, NULL, "%d sizes do not add up to a dimension of %d",
                         count, out.dim[axis]);
    for (int i = 0; i < count; i++) {
        out.dim[axis] = sizes[i];
        set_shape(graph, node, i, &out);
    }
    return STATUS_OK;
}

enum status infer_reshape(struct graph *graph, const struct node *node, struct error *error)
{
    size_t elements = shape_elements(&node_input(graph, node, 0)->shape);
    struct shape out = {0};
    if (node_input(graph, node, 1)) {
        enum status status =
            infer_constant(graph, node, 1, out.dim, SHAPE_RANK_MAX, &out.rank, error);
        if (status != STATUS_OK)
            return status;
    } else if (node->params.vector.present) {
        out.rank = node->params.vector.count;
        memcpy(out.dim, node->params.vector.values, sizeof(out.dim));
    } else {
        return error_set(error, STATUS_FORMAT, NULL, "the new shape is missing");
    }
    int open = -1;
    size_t rest = 1;
    for (int i = 0; i < out.rank; i++) {
        if (out.dim[i] == -1 && open < 0)
            open = i;
        else if (out.dim[i] < 0 || (out.dim[i] > 0 && rest > SIZE_MAX / (size_t)out.dim[i]))
            return error_set(error, STATUS_FORMAT, NULL, "dimension %d of the new shape is %d", i,
                             out.dim[i]);
        else
            rest *= (size_t)out.dim[i];
    }
    if (open >= 0 && rest > 0 && elements % rest == 0 && elements / rest <= INT32_MAX) {
        out.dim[open] = (int32_t)(elements / rest);
        rest = elements;
    } else if (open >= 0) {
        rest = elements + 1;
    }
    char text[SHAPE_TEXT_SIZE];
    if (rest != elements)
        return error_set(error, STATUS_FORMAT, NULL, "%zu elements do not fit the new shape %s",
                         elements, shape_text(&out, text));
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_squeeze(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct vector_params *dims = &node->params.vector;
    bool removed[SHAPE_RANK_MAX] = {false};
    for (int i = 0; i < dims->count; i++) {
        int axis;
        if (!shape_axis(dims->values[i], in->rank, &axis) || in->dim[axis] != 1)
            return error_set(error, STATUS_FORMAT, NULL, "dimension %d cannot be squeezed",
                             dims->values[i]);
        removed[axis] = true;
    }
    struct shape out = {0};
    for (int i = 0; i < in->rank; i++)
        if (!(removed[i] || (dims->count == 0 && in->dim[i] == 1)))
            out.dim[out.rank++] = in->dim[i];
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_expand_dims(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int axis;
    if (in->rank >= SHAPE_RANK_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "a rank over %d", SHAPE_RANK_MAX);
    enum status status = constant_axis(graph, node, 1, in->rank + 1, &axis, error);
    if (status != STATUS_OK)
        return status;
    struct shape out = inserted(in, axis, 1);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_transpose(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int32_t order[SHAPE_RANK_MAX];
    bool used[SHAPE_RANK_MAX] = {false};
    int count, axis;
    enum status status = infer_constant(graph, node, 1, order, SHAPE_RANK_MAX, &count, error);
    if (status != STATUS_OK)
        return status;
    struct shape out = {.rank = in->rank};
    for (int i = 0; i < count; i++) {
        if (count != in->rank || !shape_axis(order[i], in->rank, &axis) || used[axis])
            return error_set(error, STATUS_FORMAT, NULL, "not a permutation of %d dimensions",
                             in->rank);
        used[axis] = true;
        out.dim[i] = in->dim[axis];
    }
    if (count != in->rank)
        return error_set(error, STATUS_FORMAT, NULL, "not a permutation of %d dimensions",
                         in->rank);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

/* The most that one side may be padded with: what the operator allows for this dimension. */
static int32_t padding_limit(const struct node *node, int32_t size)
{
    if (node->op != OP_MIRROR_PAD)
        return INT32_MAX;
    return node->params.mirror.mode == MIRROR_REFLECT ? size - 1 : size;
}

enum status infer_pad(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int32_t pads[2 * SHAPE_RANK_MAX];
    int count;
    enum status status = infer_constant(graph, node, 1, pads, 2 * SHAPE_RANK_MAX, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != 2 * out.rank)
        return error_set(error, STATUS_FORMAT, NULL, "%d paddings for %d dimensions", count,
                         out.rank);
    for (int i = 0; i < out.rank; i++) {
        int64_t size = (int64_t)out.dim[i] + pads[2 * i] + pads[2 * i + 1];
        int32_t limit = padding_limit(node, out.dim[i]);
        if (pads[2 * i] < 0 || pads[2 * i + 1] < 0 || pads[2 * i] > limit ||
            pads[2 * i + 1] > limit || size > INT32_MAX)
            return error_set(error, STATUS_FORMAT, NULL, "dimension %d cannot be padded by %d, %d",
                             i, pads[2 * i], pads[2 * i + 1]);
        out.dim[i] = (int32_t)size;
    }
    const struct tensor *value = node_input(graph, node, 2);
    if (value && shape_elements(&value->shape) != 1)
        return error_set(error, STATUS_FORMAT, NULL, "the padding value is not a scalar");
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_gather(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct tensor *indices = node_input(graph, node, 1);
    const struct shape *index = &indices->shape;
    int32_t batch = node->params.gather.batch_dims;
    int axis;
    if (!shape_axis(node->params.gather.axis, in->rank, &axis))
        return axis_error(error, node->params.gather.axis, in->rank);
    batch = batch < 0 ? batch + index->rank : batch;
    if (batch < 0 || batch > axis || batch > index->rank)
        return error_set(error, STATUS_FORMAT, NULL,
                         "%d batch dimensions do not fit in front of axis %d", batch, axis);
    if (indices->type != TYPE_I32 && indices->type != TYPE_I64)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "indices have type %s, expected int32 or int64", type_name(indices->type));
    for (int i = 0; i < batch; i++)
        if (in->dim[i] != index->dim[i])
            return error_set(error, STATUS_FORMAT, NULL, "batch dimension %d differs", i);
    if (in->rank - 1 + index->rank - batch > SHAPE_RANK_MAX || in->dim[axis] < 1)
        return error_set(
            error, STATUS_UNSUPPORTED, NULL,
            "the output would have more than %d dimensions, or there is nothing to gather",
            SHAPE_RANK_MAX);
    struct shape out = {0};
    for (int i = 0; i < axis; i++)
        out.dim[out.rank++] = in->dim[i];
    for (int i = batch; i < index->rank; i++)
        out.dim[out.rank++] = index->dim[i];
    for (int i = axis + 1; i < in->rank; i++)
        out.dim[out.rank++] = in->dim[i];
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}
