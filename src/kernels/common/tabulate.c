#include "kernels/common/tabulate.h"

#include <stdlib.h>

#include "base/memory.h"

enum status tabulate(const struct kernel_call *call, void *table, struct error *error)
{
    int32_t count = 1 << 8 * (int)type_size(call->inputs[0].tensor->type);
    struct tensor in = *call->inputs[0].tensor, out = *call->outputs[0].tensor;
    uint16_t *values = xcalloc((size_t)count, sizeof(*values));
    struct operand from = {.tensor = &in, .data = values};
    struct operand to = {.tensor = &out, .data = table};
    struct kernel_call all = *call;
    struct arena *arena = arena_new();
    in.shape = out.shape = SHAPE(count);
    for (int32_t i = 0; i < count; i++)
        if (count > UINT8_MAX + 1)
            values[i] = (uint16_t)i;
        else
            ((uint8_t *)values)[i] = (uint8_t)i;
    all.inputs = &from;
    all.outputs = &to;
    all.n_threads = 1;
    const struct kernel *kernel = kernel_find(&all, ISA_REFERENCE, error);
    enum status status = kernel ? kernel->prepare(&all, arena, error) : error->status;
    if (status == STATUS_OK)
        kernel->run(&all, 0, 0, all.items[0], 0);
    arena_free(arena);
    free(values);
    return status;
}
