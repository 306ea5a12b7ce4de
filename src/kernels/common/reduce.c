#include "kernels/common/reduce.h"

#include <float.h>
#include <math.h>

#include "graph/infer.h"
#include "kernels/common/operands.h"

size_t axes_offset(const struct axes *axes, size_t index)
{
    size_t offset = 0;
    for (int i = axes->rank - 1; i > 0; i--) {
        offset += index % axes->extent[i] * axes->stride[i];
        index /= axes->extent[i];
    }
    return axes->rank > 0 ? offset + index * axes->stride[0] : 0;
}

/* Appends an inner dimension, or widens the last one by it where nothing lies between them. */
static void axes_append(struct axes *axes, size_t extent, size_t stride)
{
    int last = axes->rank - 1;
    if (last >= 0 && axes->stride[last] == extent * stride) {
        axes->extent[last] *= extent;
        axes->stride[last] = stride;
        return;
    }
    axes->extent[axes->rank] = extent;
    axes->stride[axes->rank++] = stride;
}

enum status reduce_split(struct reduction *reduction, const struct kernel_call *call,
                         struct error *error)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    bool is_reduced[SHAPE_RANK_MAX];
    struct node_view view;
    node_view_init(&view, call);
    enum status status = infer_reduced(&view.graph, &view.node, is_reduced, error);
    if (status != STATUS_OK)
        return status;
    reduction->count = 1;
    for (int i = 0; i < in->rank; i++) {
        size_t extent = (size_t)in->dim[i];
        axes_append(is_reduced[i] ? &reduction->reduced : &reduction->kept, extent,
                    shape_span(in, i + 1, in->rank));
        reduction->count *= is_reduced[i] ? extent : 1;
    }
    return STATUS_OK;
}

enum status reduce_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct reduction *reduction = call->state = arena_alloc(arena, sizeof(*reduction));
    reduction->type = call->inputs[0].tensor->type;
    call->items[0] = shape_elements(&call->outputs[0].tensor->shape);
    return reduce_split(reduction, call, error);
}

/* The greatest (least) of quantized numbers is the greatest (least) stored one where the scale
 * stays. */
enum status reduce_prepare_extreme(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    return status == STATUS_OK ? reduce_prepare(call, arena, error) : status;
}

/* MEAN divides the multiplier by the number of elements, with as many more bits before as fit. */
static struct multiplier divided(struct multiplier by, size_t count)
{
    int bits = 63 - __builtin_clzll(count);
    bits = bits < 32 ? bits : 32;
    bits = bits < 31 + by.shift ? bits : 31 + by.shift;
    int64_t mantissa = (int64_t)by.mantissa * (INT64_C(1) << bits) / (int64_t)count;
    return (struct multiplier){(int32_t)mantissa, by.shift - bits};
}

/* The factor of 8 bits, in single precision. */
static float narrow_factor(const struct reduction *reduction, const struct tensor *in,
                           const struct tensor *out, enum op op)
{
    float count = op == OP_MEAN && reduction->count > 0 ? (float)reduction->count : 1.0f;
    return fminf(in->quant.scale[0] / (out->quant.scale[0] * count), FLT_MAX);
}

enum status reduce_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    enum status status = quantized_check_ends(in, out, error);
    if (status == STATUS_OK)
        status = reduce_prepare(call, arena, error);
    if (status != STATUS_OK)
        return status;
    struct reduction *reduction = call->state;
    reduction->zero_in = in->quant.zero_point[0];
    reduction->zero_out = out->quant.zero_point[0];
    reduction->rounding = call->rounding;
    reduction->factor = (double)in->quant.scale[0] / (double)out->quant.scale[0];
    reduction->by = multiplier_from(reduction->factor);
    if (call->node->op == OP_MEAN && reduction->count > 0) {
        reduction->by = divided(reduction->by, reduction->count);
        reduction->factor /= (double)reduction->count;
    }
    if (in->type != TYPE_I16)
        reduction->factor = (double)narrow_factor(reduction, in, out, call->node->op);
    reduction->range = quantized_range(ACTIVATION_NONE, out);
    return STATUS_OK;
}
