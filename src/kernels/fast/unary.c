/* Functions of one float32 tensor, LANES elements at a time. */
#include "kernels/common/portions.h"
#include "kernels/fast/functions.h"
#include "kernels/fast/isa.h"
#include "kernels/lists.h"

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct portions *portions = call->state = arena_alloc(arena, sizeof(*portions));
    (void)error;
    *portions = portions_of(shape_elements(&call->outputs[0].tensor->shape), sizeof(float));
    call->items[0] = portions->items;
    return STATUS_OK;
}

#define DEFINE_RUN(name, function)                                                                 \
    static void name(const struct kernel_call *call, int stage, size_t first, size_t last,         \
                     int thread)                                                                   \
    {                                                                                              \
        const float *in = call->inputs[0].data;                                                    \
        float *out = call->outputs[0].data;                                                        \
        size_t i = portion_begin(call->state, first), end = portion_begin(call->state, last);      \
        (void)stage, (void)thread;                                                                 \
        for (; i + LANES <= end; i += LANES)                                                       \
            store_float(out + i, function(load_float(in + i)));                                    \
        if (i < end)                                                                               \
            store_some(out + i, end - i, function(load_some(in + i, end - i, 0.0f)));              \
    }

DEFINE_RUN(run_erf, erf_lanes)
DEFINE_RUN(run_gelu, gelu_lanes)
DEFINE_RUN(run_gelu_tanh, gelu_tanh_lanes)
DEFINE_RUN(run_hard_swish, hard_swish_lanes)
DEFINE_RUN(run_logistic, logistic_lanes)
DEFINE_RUN(run_silu, silu_lanes)
DEFINE_RUN(run_tanh, tanh_lanes)

static bool is_exact(const struct kernel_call *call)
{
    return !call->node->params.flag.flag;
}

static bool is_approximate(const struct kernel_call *call)
{
    return call->node->params.flag.flag;
}

#define ROW(text, op_, accepts_, run_)                                                             \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32}, .accepts = (accepts_), .prepare = prepare,        \
        .run = (run_)                                                                              \
    }

static const struct kernel rows[] = {
    ROW("erf_f32", ERF, NULL, run_erf),
    ROW("gelu_f32", GELU, is_exact, run_gelu),
    ROW("gelu_tanh_f32", GELU, is_approximate, run_gelu_tanh),
    ROW("hard_swish_f32", HARD_SWISH, NULL, run_hard_swish),
    ROW("logistic_f32", LOGISTIC, NULL, run_logistic),
    ROW("silu_f32", SILU, NULL, run_silu),
    ROW("tanh_f32", TANH, NULL, run_tanh),
};

FAST_LIST(fast_unary_kernels, rows);
