/* GATHER and EMBEDDING_LOOKUP: slices of the input along one axis, picked by indices. */
#include <string.h>

#include "kernels/common/gather.h"
#include "kernels/fault.h"
#include "kernels/lists.h"

/* An index is data, which nobody has checked: one that is out of range is noted, and clamped into
 * it. */
static size_t index_at(const struct kernel_call *call, size_t i, size_t size)
{
    const struct gather *gather = call->state;
    const struct operand *indices = &call->inputs[gather->indices];
    int64_t value = indices->tensor->type == TYPE_I64 ? ((const int64_t *)indices->data)[i]
                                                      : ((const int32_t *)indices->data)[i];
    int64_t index = gather->wraps && value < 0 ? value + (int64_t)size : value;
    if (index >= 0 && (size_t)index < size)
        return (size_t)index;
    fault_report(call, i, value, size);
    return index < 0 ? 0 : size - 1;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct gather *gather = call->state;
    const char *in = call->inputs[gather->data].data;
    char *out = call->outputs[0].data;
    size_t end = portion_begin(&gather->portions, last);
    for (size_t i = portion_begin(&gather->portions, first); i < end; i++) {
        size_t row = i / gather->count, batch = row / gather->outer;
        size_t index = index_at(call, batch * gather->count + i % gather->count, gather->size);
        memcpy(out + i * gather->slice, in + (row * gather->size + index) * gather->slice,
               gather->slice);
    }
}

static const struct kernel rows[] = {
    {
        .name = "gather_any_copy",
        .op = OP_GATHER,
        .isa = ISA_REFERENCE,
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY},
        .prepare = gather_prepare,
        .run = run,
    },
    {
        .name = "embedding_lookup_any_copy",
        .op = OP_EMBEDDING_LOOKUP,
        .isa = ISA_REFERENCE,
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY},
        .prepare = gather_prepare_rows,
        .run = run,
    },
};

KERNEL_LIST(reference_gather_kernels, rows);
