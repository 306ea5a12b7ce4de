/* Functions of one float32 tensor, LANES elements at a time. */
#include "kernels/common/extent.h"
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

static struct kernel_extent extent(const struct kernel_call *call, size_t items)
{
    return extent_of_portions(call, call->state, items);
}

/* Of a tensor, and of results of the node before while they are near. */
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
    }                                                                                              \
    static void name##_rows(float *at, size_t rows, size_t width, size_t step)                     \
    {                                                                                              \
        if (step == width) { /* without gaps */                                                    \
            width *= rows;                                                                         \
            rows = 1;                                                                              \
        }                                                                                          \
        for (; rows > 0; rows--, at += step) {                                                     \
            size_t i = 0;                                                                          \
            for (; i + LANES <= width; i += LANES)                                                 \
                store_float(at + i, function(load_float(at + i)));                                 \
            if (i < width)                                                                         \
                store_some(at + i, width - i, function(load_some(at + i, width - i, 0.0f)));       \
        }                                                                                          \
    }

INLINE vfloat relu_lanes(vfloat x)
{
    return choose(x < all_float(0.0f), all_float(0.0f), x);
}

INLINE vfloat relu6_lanes(vfloat x)
{
    return clamp_floats(x, all_float(0.0f), all_float(6.0f));
}

INLINE vfloat relu_n1_to_1_lanes(vfloat x)
{
    return clamp_floats(x, all_float(-1.0f), all_float(1.0f));
}

INLINE vfloat neg_lanes(vfloat x)
{
    return -x;
}

DEFINE_RUN(run_relu, relu_lanes)
DEFINE_RUN(run_relu6, relu6_lanes)
DEFINE_RUN(run_relu_n1_to_1, relu_n1_to_1_lanes)
DEFINE_RUN(run_abs, magnitude)
DEFINE_RUN(run_neg, neg_lanes)
DEFINE_RUN(run_exp, exp_lanes)
DEFINE_RUN(run_erf, erf_lanes)
DEFINE_RUN(run_gelu, gelu_lanes)
DEFINE_RUN(run_gelu_tanh, gelu_tanh_lanes)
DEFINE_RUN(run_hard_swish, hard_swish_lanes)
DEFINE_RUN(run_logistic, logistic_lanes)
DEFINE_RUN(run_silu, silu_lanes)
DEFINE_RUN(run_tanh, tanh_lanes)

static void run_leaky_relu(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    const float slope = call->node->params.scalar.value, *restrict in = call->inputs[0].data;
    float *restrict out = call->outputs[0].data;
    size_t end = portion_begin(call->state, last);
    (void)stage, (void)thread;
    for (size_t i = portion_begin(call->state, first); i < end; i++)
        out[i] = in[i] < 0.0f ? slope * in[i] : in[i];
}

static bool is_exact(const struct kernel_call *call)
{
    return !call->node->params.flag.flag;
}

static bool is_approximate(const struct kernel_call *call)
{
    return call->node->params.flag.flag;
}

#define KIND(text, op_, accepts_, run_, apply_)                                                    \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32}, .accepts = (accepts_), .prepare = prepare,        \
        .extent = extent, .run = (run_), .apply = (apply_)                                         \
    }
#define ROW(text, op, accepts, run) KIND(text, op, accepts, run, run##_rows)

static const struct kernel rows[] = {
    ROW("relu_f32", RELU, NULL, run_relu),
    ROW("relu6_f32", RELU6, NULL, run_relu6),
    ROW("relu_n1_to_1_f32", RELU_N1_TO_1, NULL, run_relu_n1_to_1),
    KIND("leaky_relu_f32", LEAKY_RELU, NULL, run_leaky_relu, NULL),
    ROW("abs_f32", ABS, NULL, run_abs),
    ROW("neg_f32", NEG, NULL, run_neg),
    ROW("exp_f32", EXP, NULL, run_exp),
    ROW("erf_f32", ERF, NULL, run_erf),
    ROW("gelu_f32", GELU, is_exact, run_gelu),
    ROW("gelu_tanh_f32", GELU, is_approximate, run_gelu_tanh),
    ROW("hard_swish_f32", HARD_SWISH, NULL, run_hard_swish),
    ROW("logistic_f32", LOGISTIC, NULL, run_logistic),
    ROW("silu_f32", SILU, NULL, run_silu),
    ROW("tanh_f32", TANH, NULL, run_tanh),
};

FAST_LIST(fast_unary_kernels, rows);
