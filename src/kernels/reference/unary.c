/* Functions of one tensor, element by element, of real numbers and of integers without a scale; the
 * rows of those with one, too. */
#include "kernels/common/unary.h"

#include "graph/element.h"
#include "kernels/lists.h"
#include "kernels/reference/unary_functions.h"
#include "kernels/reference/unary_quantized.h"

static void run_real(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct unary *unary = call->state;
    float (*function)(float) = unary_function(call->node);
    const float *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        out[i] = function(in[i]);
}

static void run_leaky_relu(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    (void)stage, (void)thread;
    const struct unary *unary = call->state;
    const float *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        out[i] = in[i] < 0.0f ? unary->alpha * in[i] : in[i];
}

/* Wraps around at the lowest integer, which has no counterpart. */
static int64_t negated(int64_t x)
{
    return (int64_t)(0 - (uint64_t)x);
}

static int64_t magnitude(int64_t x)
{
    return x > 0 ? x : negated(x);
}

static int64_t sign(int64_t x)
{
    return (x > 0) - (x < 0);
}

static int64_t square(int64_t x)
{
    return (int64_t)((uint64_t)x * (uint64_t)x);
}

static int64_t (*const integer_functions[OP_COUNT])(int64_t) = {
    [OP_NEG] = negated,
    [OP_ABS] = magnitude,
    [OP_SIGN] = sign,
    [OP_SQUARE] = square,
};

static void run_integer(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)thread;
    const struct unary *unary = call->state;
    enum type type = call->inputs[0].tensor->type;
    int64_t (*function)(int64_t) = integer_functions[call->node->op];
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        element_store(type, call->outputs[0].data, i,
                      function(element_load(type, call->inputs[0].data, i)));
}

#define ROW(text, op_, type, prepare_, run_)                                                       \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define REAL(name, op_) ROW(name "_f32_reference", op_, TYPE_F32, unary_prepare, run_real)
#define INTEGERS(name, op_)                                                                        \
    ROW(name "_i32_reference", op_, TYPE_I32, unary_prepare, run_integer),                         \
        ROW(name "_i64_reference", op_, TYPE_I64, unary_prepare, run_integer)
#define BYTES(name, op_)                                                                           \
    ROW(name "_i8_reference", op_, TYPE_I8, unary_prepare_8, unary_run_8),                         \
        ROW(name "_u8_reference", op_, TYPE_U8, unary_prepare_8, unary_run_8)
#define WORDS(name, op_)                                                                           \
    ROW(name "_i16_reference", op_, TYPE_I16, unary_prepare_quantized, unary_run_16)

static const struct kernel rows[] = {
    REAL("relu", RELU),
    BYTES("relu", RELU),
    WORDS("relu", RELU),
    REAL("relu6", RELU6),
    BYTES("relu6", RELU6),
    WORDS("relu6", RELU6),
    REAL("relu_n1_to_1", RELU_N1_TO_1),
    BYTES("relu_n1_to_1", RELU_N1_TO_1),
    ROW("leaky_relu_f32_reference", LEAKY_RELU, TYPE_F32, unary_prepare, run_leaky_relu),
    BYTES("leaky_relu", LEAKY_RELU),
    WORDS("leaky_relu", LEAKY_RELU),
    REAL("elu", ELU),
    BYTES("elu", ELU),
    REAL("hard_swish", HARD_SWISH),
    BYTES("hard_swish", HARD_SWISH),
    REAL("gelu", GELU),
    BYTES("gelu", GELU),
    REAL("logistic", LOGISTIC),
    BYTES("logistic", LOGISTIC),
    WORDS("logistic", LOGISTIC),
    REAL("tanh", TANH),
    BYTES("tanh", TANH),
    WORDS("tanh", TANH),
    REAL("exp", EXP),
    BYTES("exp", EXP),
    WORDS("exp", EXP),
    REAL("log", LOG),
    BYTES("log", LOG),
    REAL("sqrt", SQRT),
    BYTES("sqrt", SQRT),
    WORDS("sqrt", SQRT),
    REAL("rsqrt", RSQRT),
    BYTES("rsqrt", RSQRT),
    WORDS("rsqrt", RSQRT),
    REAL("abs", ABS),
    BYTES("abs", ABS),
    WORDS("abs", ABS),
    INTEGERS("abs", ABS),
    REAL("neg", NEG),
    INTEGERS("neg", NEG),
    REAL("erf", ERF),
    REAL("silu", SILU),
    REAL("floor", FLOOR),
    REAL("ceil", CEIL),
    REAL("round", ROUND),
    REAL("sign", SIGN),
    INTEGERS("sign", SIGN),
    REAL("square", SQUARE),
    INTEGERS("square", SQUARE),
    REAL("sin", SIN),
    REAL("cos", COS),
};

KERNEL_LIST(reference_unary_kernels, rows);
