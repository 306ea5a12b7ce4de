/* GATHER: slices of the input along one axis, picked by indices. */
#include <string.h>

#include "kernels/common/operands.h"
#include "kernels/common/portions.h"
#include "kernels/lists.h"

/* The input as [batches, outer, size, slice], the indices as [batches, count] and the output as
 * [batches, outer, count, slice]. */
struct gather {
    size_t outer, size, count;
    size_t slice;             /* bytes */
    struct portions portions; /* of the output's slices */
};

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *indices = &call->inputs[1].tensor->shape;
    const struct gather_params *params = &call->node->params.gather;
    int batch = params->batch_dims < 0 ? params->batch_dims + indices->rank : params->batch_dims;
    int axis;
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status != STATUS_OK)
        return status;
    if (!shape_axis(params->axis, in->rank, &axis) || batch < 0 || batch > axis ||
        in->dim[axis] < 1)
        return error_set(error, STATUS_FORMAT, NULL, "axis %d and %d batch dimensions do not fit",
                         params->axis, batch);
    struct gather *gather = call->state = arena_alloc(arena, sizeof(*gather));
    gather->outer = shape_span(in, batch, axis);
    gather->size = (size_t)in->dim[axis];
    gather->count = shape_span(indices, batch, indices->rank);
    gather->slice = shape_span(in, axis + 1, in->rank) * type_size(call->inputs[0].tensor->type);
    size_t slices = shape_span(in, 0, axis) * gather->count;
    gather->portions = portions_of(slices, gather->slice);
    call->items[0] = gather->portions.items;
    return STATUS_OK;
}

/* A negative index is counted from the end. An index is data, which nobody has checked: one that is
 * out of range is clamped into it. */
static size_t index_at(const struct operand *indices, size_t i, size_t size)
{
    int64_t index = indices->tensor->type == TYPE_I64 ? ((const int64_t *)indices->data)[i]
                                                      : ((const int32_t *)indices->data)[i];
    index += index < 0 ? (int64_t)size : 0;
    if (index < 0)
        return 0;
    return (size_t)index < size ? (size_t)index : size - 1;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct gather *gather = call->state;
    const char *in = call->inputs[0].data;
    char *out = call->outputs[0].data;
    size_t end = portion_begin(&gather->portions, last);
    for (size_t i = portion_begin(&gather->portions, first); i < end; i++) {
        size_t row = i / gather->count, batch = row / gather->outer;
        size_t index =
            index_at(&call->inputs[1], batch * gather->count + i % gather->count, gather->size);
        memcpy(out + i * gather->slice, in + (row * gather->size + index) * gather->slice,
               gather->slice);
    }
}

static const struct kernel rows[] = {
    {
        .name = "gather_any_reference",
        .op = OP_GATHER,
        .isa = ISA_REFERENCE,
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY},
        .prepare = prepare,
        .run = run,
    },
};

KERNEL_LIST(reference_gather_kernels, rows);
