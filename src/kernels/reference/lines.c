/* TOPK_V2, CUMSUM and ONE_HOT, which work along one dimension. */
#include "kernels/common/lines.h"

#include <math.h>
#include <string.h>

#include "graph/element.h"
#include "kernels/lists.h"

/* Whether the number a stands before b; NaN stands behind all others. */
static bool is_above(const struct operand *in, size_t a, size_t b)
{
    if (in->tensor->type == TYPE_F32) {
        float x = ((const float *)in->data)[a], y = ((const float *)in->data)[b];
        return x > y || (isnan(y) && !isnan(x));
    }
    return element_load(in->tensor->type, in->data, a) >
           element_load(in->tensor->type, in->data, b);
}

/* How many of the places, which are in order, stay before the number at place i: those of numbers
 * that are not less. */
static size_t rank_of(const struct operand *in, size_t row, const int32_t *places, size_t count,
                      size_t i)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (is_above(in, row + i, row + (size_t)places[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Of equal numbers the first comes first. */
static void run_top_k(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    const struct lines *lines = call->state;
    const struct operand *in = &call->inputs[0];
    const struct shape *out = &call->outputs[0].tensor->shape;
    size_t most = (size_t)out->dim[out->rank - 1], size = type_size(in->tensor->type);
    for (size_t row = first; row < last; row++) {
        int32_t *places = (int32_t *)call->outputs[1].data + row * most;
        char *values = (char *)call->outputs[0].data + row * most * size;
        size_t count = 0, begin = row * lines->length;
        for (size_t i = 0; i < lines->length; i++) {
            size_t rank = rank_of(in, begin, places, count, i);
            if (rank == most)
                continue;
            count += count < most;
            memmove(places + rank + 1, places + rank, (count - rank - 1) * sizeof(*places));
            places[rank] = (int32_t)i;
        }
        for (size_t i = 0; i < count; i++)
            memcpy(values + i * size, (const char *)in->data + (begin + (size_t)places[i]) * size,
                   size);
    }
}

/* Sums up a line in its direction; each element gets the sum with or without its own. */
static void sum_line(const struct kernel_call *call, size_t begin, const struct lines *lines)
{
    const struct cumulative_params *params = &call->node->params.cumulative;
    enum type type = call->inputs[0].tensor->type;
    double real = 0.0;
    uint64_t whole = 0;
    for (size_t i = 0; i < lines->length; i++) {
        size_t at = begin + (params->reverse ? lines->length - 1 - i : i) * lines->inner;
        double before = real;
        uint64_t whole_before = whole;
        if (type == TYPE_F32) {
            real += (double)((const float *)call->inputs[0].data)[at];
            ((float *)call->outputs[0].data)[at] = (float)(params->exclusive ? before : real);
        } else {
            whole += (uint64_t)element_load(type, call->inputs[0].data, at);
            element_store(type, call->outputs[0].data, at,
                          (int64_t)(params->exclusive ? whole_before : whole));
        }
    }
}

static void run_cumsum(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    (void)stage, (void)thread;
    const struct lines *lines = call->state;
    for (size_t outer = first; outer < last; outer++)
        for (size_t inner = 0; inner < lines->inner; inner++)
            sum_line(call, outer * lines->length * lines->inner + inner, lines);
}

/* A place that the dimension does not have gives no value there. */
static void run_one_hot(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)thread;
    const struct lines *lines = call->state;
    const struct operand *places = &call->inputs[0];
    size_t size = type_size(call->outputs[0].tensor->type);
    char *out = (char *)call->outputs[0].data + first * lines->length * lines->inner * size;
    for (size_t outer = first; outer < last; outer++)
        for (size_t i = 0; i < lines->length; i++)
            for (size_t inner = 0; inner < lines->inner; inner++, out += size) {
                int64_t place =
                    element_load(places->tensor->type, places->data, outer * lines->inner + inner);
                bool is_there = place == (int64_t)i;
                memcpy(out, call->inputs[is_there ? 2 : 3].data, size);
            }
}

#define ROW(text, op_, data, out, prepare_, run_)                                                  \
    {                                                                                              \
        .name = text "_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                           \
        .types = {data, TYPE_ANY, out}, .prepare = (prepare_), .run = (run_)                       \
    }
#define TOP_K(suffix, type)                                                                        \
    ROW("top_k_v2_" suffix, TOPK_V2, type, type, lines_prepare_top_k, run_top_k)
#define CUMSUM(suffix, type)                                                                       \
    ROW("cumsum_" suffix, CUMSUM, type, type, lines_prepare_cumsum, run_cumsum)

static const struct kernel rows[] = {
    TOP_K("f32", TYPE_F32),
    TOP_K("i32", TYPE_I32),
    TOP_K("i64", TYPE_I64),
    TOP_K("i8", TYPE_I8),
    TOP_K("u8", TYPE_U8),
    TOP_K("i16", TYPE_I16),
    CUMSUM("f32", TYPE_F32),
    CUMSUM("i32", TYPE_I32),
    CUMSUM("i64", TYPE_I64),
    ROW("one_hot_any", ONE_HOT, TYPE_ANY, TYPE_ANY, lines_prepare_one_hot, run_one_hot),
};

KERNEL_LIST(reference_lines_kernels, rows);
