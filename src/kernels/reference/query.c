/* Small lists of what is known before anything runs: RANGE, WHERE, RANK, ZEROS_LIKE and
 * BROADCAST_ARGS. Models are loaded with them computed; one work item is enough. */
#include "kernels/common/query.h"

#include <string.h>

#include "graph/element.h"
#include "kernels/lists.h"

static void run_range(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    const struct range_plan *plan = call->state;
    enum type type = call->outputs[0].tensor->type;
    for (int32_t i = 0; i < plan->count; i++)
        if (type == TYPE_F32)
            ((float *)call->outputs[0].data)[i] = (float)(plan->start + i * plan->step);
        else
            element_store(
                type, call->outputs[0].data, (size_t)i,
                (int64_t)((uint64_t)plan->whole_start + (uint64_t)i * (uint64_t)plan->whole_step));
}

/* The indices of every element that is not zero, in their order. */
static void run_where(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    const struct tensor *condition = call->inputs[0].tensor;
    const struct shape *shape = &condition->shape;
    int64_t *out = call->outputs[0].data;
    for (size_t i = 0; i < shape_elements(shape); i++) {
        if (!type_is_set(condition->type, call->inputs[0].data, i))
            continue;
        for (int d = 0; d < shape->rank; d++)
            *out++ = (int64_t)(i / shape_span(shape, d + 1, shape->rank) % (size_t)shape->dim[d]);
    }
}

static void run_rank(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    *(int32_t *)call->outputs[0].data = call->inputs[0].tensor->shape.rank;
}

static void run_zeros(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    memset(call->outputs[0].data, 0, tensor_bytes(call->outputs[0].tensor));
}

/* The size that a list has for a dimension, counted from the last one; 1 where it has none. */
static int64_t size_at(const struct operand *list, size_t from_last)
{
    size_t count = shape_elements(&list->tensor->shape);
    return from_last < count ? element_load(list->tensor->type, list->data, count - 1 - from_last)
                             : 1;
}

static void run_broadcast_args(const struct kernel_call *call, int stage, size_t first, size_t last,
                               int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    const struct tensor *out = call->outputs[0].tensor;
    size_t count = shape_elements(&out->shape);
    for (size_t i = 0; i < count; i++) {
        int64_t a = size_at(&call->inputs[0], i), b = size_at(&call->inputs[1], i);
        element_store(out->type, call->outputs[0].data, count - 1 - i, a == 1 ? b : a);
    }
}

#define ROW(text, op_, data, out, prepare_, run_)                                                  \
    {                                                                                              \
        .name = text "_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                           \
        .types = {data, TYPE_ANY, out}, .prepare = (prepare_), .run = (run_)                       \
    }
#define WHERE(suffix, type) ROW("where_" suffix, WHERE, type, TYPE_I64, query_prepare, run_where)
#define ZEROS(suffix, type)                                                                        \
    ROW("zeros_like_" suffix, ZEROS_LIKE, type, type, query_prepare, run_zeros)
#define RANGE(suffix, type) ROW("range_" suffix, RANGE, type, type, query_prepare_range, run_range)
#define SIZES(suffix, type)                                                                        \
    ROW("broadcast_args_" suffix, BROADCAST_ARGS, type, type, query_prepare, run_broadcast_args)

static const struct kernel rows[] = {
    RANGE("f32", TYPE_F32),   RANGE("i32", TYPE_I32),
    RANGE("i64", TYPE_I64),   WHERE("f32", TYPE_F32),
    WHERE("i32", TYPE_I32),   WHERE("i64", TYPE_I64),
    WHERE("bool", TYPE_BOOL), ROW("rank_any", RANK, TYPE_ANY, TYPE_I32, query_prepare, run_rank),
    ZEROS("f32", TYPE_F32),   ZEROS("i32", TYPE_I32),
    ZEROS("i64", TYPE_I64),   ZEROS("bool", TYPE_BOOL),
    SIZES("i32", TYPE_I32),   SIZES("i64", TYPE_I64),
};

KERNEL_LIST(reference_query_kernels, rows);
