/* SLICE and STRIDED_SLICE: from index inputs and bit masks to begins, strides and extents. */
#include "graph/infer.h"

enum status infer_slice_plan(const struct graph *graph, const struct node *node,
                             struct slice_plan *plan, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int32_t begin[SHAPE_RANK_MAX], size[SHAPE_RANK_MAX];
    int begins, sizes;
    enum status status = infer_constant(graph, node, 1, begin, SHAPE_RANK_MAX, &begins, error);
    if (status == STATUS_OK)
        status = infer_constant(graph, node, 2, size, SHAPE_RANK_MAX, &sizes, error);
    if (status != STATUS_OK)
        return status;
    if (begins != in->rank || sizes != in->rank)
        return error_set(error, STATUS_FORMAT, NULL, "%d begins and %d sizes for %d dimensions",
                         begins, sizes, in->rank);
    *plan = (struct slice_plan){.out.rank = in->rank};
    for (int i = 0; i < in->rank; i++) {
        int64_t extent = size[i] == -1 ? (int64_t)in->dim[i] - begin[i] : size[i];
        if (begin[i] < 0 || extent < 0 || begin[i] + extent > in->dim[i])
            return error_set(error, STATUS_FORMAT, NULL, "slice %d+%d leaves dimension %d of %d",
                             begin[i], size[i], i, in->dim[i]);
        plan->begin[i] = begin[i];
        plan->stride[i] = 1;
        plan->extent[i] = plan->out.dim[i] = (int32_t)extent;
    }
    return STATUS_OK;
}

/* The three index lists and the masks of one STRIDED_SLICE, entry by entry. */
struct sparse_slice {
    int count;
    int32_t begin[SHAPE_RANK_MAX], end[SHAPE_RANK_MAX], stride[SHAPE_RANK_MAX];
    const struct slice_params *masks;
};

static bool has(int32_t mask, int bit)
{
    return ((uint32_t)mask >> bit & 1u) != 0;
}

/* Clamps an index that may count from the end to what is valid for the stride's direction. */
static int32_t clamp_index(int64_t index, int32_t size, int32_t stride)
{
    int64_t least = stride > 0 ? 0 : -1, most = stride > 0 ? size : (int64_t)size - 1;
    index = index < 0 ? index + size : index;
    return (int32_t)(index < least ? least : index > most ? most : index);
}

/* Resolves entry i of the lists for dimension d; the plan's output shape grows unless it shrinks.
 */
static bool resolve_dimension(const struct sparse_slice *slice, int i, int d, int32_t size,
                              struct slice_plan *plan)
{
    int32_t stride = slice->stride[i];
    if (has(slice->masks->shrink_axis_mask, i)) {
        int64_t index = slice->begin[i] < 0 ? (int64_t)slice->begin[i] + size : slice->begin[i];
        plan->begin[d] = (int32_t)index;
        plan->stride[d] = 1;
        plan->extent[d] = 1;
        return index >= 0 && index < size;
    }
    if (stride == 0 || stride == INT32_MIN)
        return false;
    int32_t first = has(slice->masks->begin_mask, i) ? (stride > 0 ? 0 : size - 1)
                                                     : clamp_index(slice->begin[i], size, stride);
    int64_t end = slice->masks->offset ? (int64_t)first + slice->end[i] : slice->end[i];
    int32_t last =
        has(slice->masks->end_mask, i) ? (stride > 0 ? size : -1) : clamp_index(end, size, stride);
    int64_t span = stride > 0 ? (int64_t)last - first : (int64_t)first - last;
    int64_t step = stride > 0 ? stride : -(int64_t)stride;
    plan->begin[d] = first;
    plan->stride[d] = stride;
    plan->extent[d] = span > 0 ? (int32_t)((span + step - 1) / step) : 0;
    plan->out.dim[plan->out.rank++] = plan->extent[d];
    return true;
}

static void take_whole(int d, int32_t size, struct slice_plan *plan)
{
    plan->begin[d] = 0;
    plan->stride[d] = 1;
    plan->extent[d] = plan->out.dim[plan->out.rank++] = size;
}

/* Dimensions that an ellipsis stands for: what the other entries do not name. */
static int ellipsis_extent(const struct sparse_slice *slice, int rank)
{
    int named = 0;
    for (int i = 0; i < slice->count; i++)
        named += !has(slice->masks->ellipsis_mask, i) && !has(slice->masks->new_axis_mask, i);
    return rank - named;
}

static bool resolve(const struct sparse_slice *slice, const struct shape *in,
                    struct slice_plan *plan)
{
    int d = 0, new_axes = 0;
    int whole = ellipsis_extent(slice, in->rank);
    for (int i = 0; i < slice->count; i++)
        new_axes += has(slice->masks->new_axis_mask, i);
    if (whole < 0 || in->rank + new_axes > SHAPE_RANK_MAX)
        return false;
    for (int i = 0; i < slice->count; i++) {
        if (has(slice->masks->ellipsis_mask, i)) {
            for (; whole > 0; whole--, d++)
                take_whole(d, in->dim[d], plan);
        } else if (has(slice->masks->new_axis_mask, i)) {
            plan->out.dim[plan->out.rank++] = 1;
        } else if (d >= in->rank || !resolve_dimension(slice, i, d, in->dim[d], plan)) {
            return false;
        } else {
            d++;
        }
    }
    for (; d < in->rank; d++)
        take_whole(d, in->dim[d], plan);
    return true;
}

enum status infer_strided_slice_plan(const struct graph *graph, const struct node *node,
                                     struct slice_plan *plan, struct error *error)
{
    struct sparse_slice slice = {.masks = &node->params.slice};
    int ends, strides;
    enum status status =
        infer_constant(graph, node, 1, slice.begin, SHAPE_RANK_MAX, &slice.count, error);
    if (status == STATUS_OK)
        status = infer_constant(graph, node, 2, slice.end, SHAPE_RANK_MAX, &ends, error);
    if (status == STATUS_OK)
        status = infer_constant(graph, node, 3, slice.stride, SHAPE_RANK_MAX, &strides, error);
    if (status != STATUS_OK)
        return status;
    *plan = (struct slice_plan){0};
    if (ends != slice.count || strides != slice.count ||
        !resolve(&slice, &node_input(graph, node, 0)->shape, plan))
        return error_set(error, STATUS_FORMAT, NULL, "begin, end and strides do not fit the input");
    return STATUS_OK;
}

enum status infer_slice(struct graph *graph, const struct node *node, struct error *error)
{
    struct slice_plan plan;
    enum status status = infer_slice_plan(graph, node, &plan, error);
    if (status == STATUS_OK)
        graph->tensors[node->outputs[0]].shape = plan.out;
    return status;
}

enum status infer_strided_slice(struct graph *graph, const struct node *node, struct error *error)
{
    struct slice_plan plan;
    enum status status = infer_strided_slice_plan(graph, node, &plan, error);
    if (status == STATUS_OK)
        graph->tensors[node->outputs[0]].shape = plan.out;
    return status;
}
