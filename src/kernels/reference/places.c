/* GATHER_ND and SCATTER_ND, which find slices by lists of numbers; DYNAMIC_UPDATE_SLICE. */
#include "kernels/common/places.h"

#include <string.h>

#include "graph/element.h"
#include "kernels/fault.h"
#include "kernels/lists.h"
#include "kernels/reference/strided.h"

/* The slice that list i tells. Numbers are data, which nobody has checked: one that is out of range
 * is noted, and false where the caller has to go on without it. A negative one is counted from the
 * end where `wraps` says so. */
static bool find_slice(const struct kernel_call *call, int input, size_t i, bool wraps,
                       size_t *slice)
{
    const struct places *places = call->state;
    const struct operand *numbers = &call->inputs[input];
    *slice = 0;
    for (int d = 0; d < places->length; d++) {
        size_t at = i * (size_t)places->length + (size_t)d, size = places->size[d];
        int64_t value = element_load(numbers->tensor->type, numbers->data, at);
        int64_t number = wraps && value < 0 ? value + (int64_t)size : value;
        if (number < 0 || (size_t)number >= size) {
            fault_report(call, at, value, size);
            return false;
        }
        *slice = *slice * size + (size_t)number;
    }
    return true;
}

static void run_gather(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    (void)stage, (void)thread;
    const struct places *places = call->state;
    const char *in = call->inputs[0].data;
    size_t bytes = places->slice * type_size(call->inputs[0].tensor->type);
    size_t end = portion_begin(&places->portions, last);
    for (size_t i = portion_begin(&places->portions, first); i < end; i++) {
        char *to = (char *)call->outputs[0].data + i * bytes;
        size_t slice;
        if (find_slice(call, 1, i, true, &slice))
            memcpy(to, in + slice * bytes, bytes);
        else
            memset(to, 0, bytes);
    }
}

/* Updates of one place add up; truth values are true where one of them is. */
static void add_update(const struct kernel_call *call, size_t to, size_t from)
{
    enum type type = call->outputs[0].tensor->type;
    const void *update = call->inputs[1].data;
    void *out = call->outputs[0].data;
    if (type == TYPE_F32) {
        ((float *)out)[to] += ((const float *)update)[from];
        return;
    }
    uint64_t a = (uint64_t)element_load(type, out, to),
             b = (uint64_t)element_load(type, update, from);
    element_store(type, out, to, (int64_t)(type == TYPE_BOOL ? (a | b) : a + b));
}

static void run_scatter(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    const struct places *places = call->state;
    size_t slice;
    memset(call->outputs[0].data, 0, tensor_bytes(call->outputs[0].tensor));
    for (size_t i = 0; i < places->count; i++)
        if (find_slice(call, 0, i, false, &slice))
            for (size_t k = 0; k < places->slice; k++)
                add_update(call, slice * places->slice + k, i * places->slice + k);
}

/* The update lies within the input: its beginning is moved as far as that takes. */
static void run_update(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    const struct tensor *in = call->inputs[0].tensor, *update = call->inputs[1].tensor;
    ptrdiff_t to[SHAPE_RANK_MAX], from[SHAPE_RANK_MAX], at = 0;
    struct strided copy;
    strided_steps(&in->shape, to);
    strided_steps(&update->shape, from);
    for (int i = 0; i < in->shape.rank; i++) {
        int64_t begin = element_load(call->inputs[2].tensor->type, call->inputs[2].data, (size_t)i);
        int64_t most = in->shape.dim[i] - update->shape.dim[i];
        at += (ptrdiff_t)(begin < 0 ? 0 : begin > most ? most : begin) * to[i];
    }
    memcpy(call->outputs[0].data, call->inputs[0].data, tensor_bytes(in));
    strided_init(&copy, type_size(in->type), &update->shape, from, to);
    strided_run(&copy, call->inputs[1].data,
                (char *)call->outputs[0].data + at * (ptrdiff_t)type_size(in->type), 0,
                copy.portions.items);
}

#define ROW(text, op_, data, out, prepare_, run_)                                                  \
    {                                                                                              \
        .name = text, .op = OP_##op_, .isa = ISA_REFERENCE, .types = {data, TYPE_ANY, out},        \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define SCATTER(suffix, type)                                                                      \
    ROW("scatter_nd_" suffix "_reference", SCATTER_ND, TYPE_ANY, type, places_prepare_scatter,     \
        run_scatter)

static const struct kernel rows[] = {
    ROW("gather_nd_any_copy", GATHER_ND, TYPE_ANY, TYPE_ANY, places_prepare_gather, run_gather),
    SCATTER("f32", TYPE_F32),
    SCATTER("i32", TYPE_I32),
    SCATTER("i64", TYPE_I64),
    SCATTER("bool", TYPE_BOOL),
    ROW("dynamic_update_slice_any_copy", DYNAMIC_UPDATE_SLICE, TYPE_ANY, TYPE_ANY,
        places_prepare_update, run_update),
};

KERNEL_LIST(reference_places_kernels, rows);
