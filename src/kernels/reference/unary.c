#include "kernels/reference/unary.h"

#include <math.h>

#include "kernels/common/portions.h"
#include "kernels/lists.h"
#include "kernels/reference/elements.h"

static float relu(float x)
{
    return x < 0.0f ? 0.0f : x;
}

static float relu6(float x)
{
    return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x;
}

static float relu_n1_to_1(float x)
{
    return x < -1.0f ? -1.0f : x > 1.0f ? 1.0f : x;
}

static float elu(float x)
{
    return x < 0.0f ? expm1f(x) : x;
}

static float hard_swish(float x)
{
    return x * relu6(x + 3.0f) / 6.0f;
}

/* Source: D. Hendrycks, K. Gimpel, 2016, Gaussian Error Linear Units. The complement keeps its
 * digits where 1 + erf would lose them. */
static float gelu(float x)
{
    return 0.5f * x * erfcf(-x * (float)M_SQRT1_2);
}

static float gelu_tanh(float x)
{
    const float sqrt_2_over_pi = (float)(M_SQRT2 * 0.5 * M_2_SQRTPI);
    return 0.5f * x * (1.0f + tanhf(sqrt_2_over_pi * (x + 0.044715f * x * x * x)));
}

static float logistic(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

/* Source: S. Elfwing, E. Uchibe, K. Doya, 2018, Sigmoid-weighted linear units. */
static float silu(float x)
{
    return x * logistic(x);
}

static float rsqrt(float x)
{
    return 1.0f / sqrtf(x);
}

static float negated(float x)
{
    return -x;
}

float (*unary_function(const struct node *node))(float)
{
    static float (*const functions[OP_COUNT])(float) = {
        [OP_RELU] = relu,
        [OP_RELU6] = relu6,
        [OP_RELU_N1_TO_1] = relu_n1_to_1,
        [OP_ELU] = elu,
        [OP_HARD_SWISH] = hard_swish,
        [OP_GELU] = gelu,
        [OP_LOGISTIC] = logistic,
        [OP_TANH] = tanhf,
        [OP_EXP] = expf,
        [OP_LOG] = logf,
        [OP_SQRT] = sqrtf,
        [OP_RSQRT] = rsqrt,
        [OP_ABS] = fabsf,
        [OP_NEG] = negated,
        [OP_ERF] = erff,
        [OP_SILU] = silu,
    };
    return node->op == OP_GELU && node->params.flag.flag ? gelu_tanh : functions[node->op];
}

/* What prepare leaves for the real and the plain integer functions. */
struct unary {
    struct portions portions; /* of the elements */
    float (*function)(float);
    float alpha; /* LEAKY_RELU's slope below 0 */
};

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    (void)error;
    struct unary *unary = call->state = arena_alloc(arena, sizeof(*unary));
    const struct tensor *out = call->outputs[0].tensor;
    unary->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    unary->function = unary_function(call->node);
    if (call->node->op == OP_LEAKY_RELU)
        unary->alpha = call->node->params.scalar.value;
    call->items[0] = unary->portions.items;
    return STATUS_OK;
}

static void run_real(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct unary *unary = call->state;
    const float *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        out[i] = unary->function(in[i]);
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

/* NEG and ABS wrap around at the lowest integer, which has no counterpart. */
static void run_integer(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)thread;
    const struct unary *unary = call->state;
    enum type type = call->inputs[0].tensor->type;
    bool keeps_positive = call->node->op == OP_ABS;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++) {
        int64_t value = element_load(type, call->inputs[0].data, i);
        bool kept = keeps_positive && value > 0;
        element_store(type, call->outputs[0].data, i,
                      kept ? value : (int64_t)(0 - (uint64_t)value));
    }
}

#define ROW(text, op_, type, prepare_, run_)                                                       \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define REAL(name, op_) ROW(name "_f32_reference", op_, TYPE_F32, prepare, run_real)
#define INTEGERS(name, op_)                                                                        \
    ROW(name "_i32_reference", op_, TYPE_I32, prepare, run_integer),                               \
        ROW(name "_i64_reference", op_, TYPE_I64, prepare, run_integer)
#define BYTES(name, op_)                                                                           \
    ROW(name "_i8_reference", op_, TYPE_I8, unary_prepare_8, unary_run_8),                         \
        ROW(name "_u8_reference", op_, TYPE_U8, unary_prepare_8, unary_run_8)
#define WORDS(name, op_) ROW(name "_i16_reference", op_, TYPE_I16, unary_prepare_16, unary_run_16)

static const struct kernel rows[] = {
    REAL("relu", RELU),
    BYTES("relu", RELU),
    WORDS("relu", RELU),
    REAL("relu6", RELU6),
    BYTES("relu6", RELU6),
    WORDS("relu6", RELU6),
    REAL("relu_n1_to_1", RELU_N1_TO_1),
    BYTES("relu_n1_to_1", RELU_N1_TO_1),
    ROW("leaky_relu_f32_reference", LEAKY_RELU, TYPE_F32, prepare, run_leaky_relu),
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
    REAL("abs", ABS),
    BYTES("abs", ABS),
    WORDS("abs", ABS),
    INTEGERS("abs", ABS),
    REAL("neg", NEG),
    INTEGERS("neg", NEG),
    REAL("erf", ERF),
    REAL("silu", SILU),
};

KERNEL_LIST(reference_unary_kernels, rows);
