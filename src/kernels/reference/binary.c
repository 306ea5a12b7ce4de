/* ADD, SUB, MUL, DIV, POW, FLOOR_DIV, FLOOR_MOD, MAXIMUM, MINIMUM, SQUARED_DIFFERENCE and PRELU of
 * real numbers and of integers without a scale; the rows of those with one, too. Both operands
 * broadcast. */
#include "kernels/common/binary.h"

#include <math.h>

#include "graph/element.h"
#include "kernels/common/quantized.h"
#include "kernels/lists.h"
#include "kernels/reference/binary_quantized.h"

/* Real numbers. */

static float add(float a, float b)
{
    return a + b;
}

static float subtract(float a, float b)
{
    return a - b;
}

static float product(float a, float b)
{
    return a * b;
}

static float quotient(float a, float b)
{
    return a / b;
}

static float greater(float a, float b)
{
    return a > b ? a : b;
}

static float lesser(float a, float b)
{
    return a < b ? a : b;
}

static float squared_difference(float a, float b)
{
    return (a - b) * (a - b);
}

static float prelu(float x, float alpha)
{
    return x < 0.0f ? alpha * x : x;
}

static float floor_quotient(float a, float b)
{
    return floorf(a / b);
}

/* Of the divisor's sign. */
static float floor_rest(float a, float b)
{
    float rest = fmodf(a, b);
    bool is_other = rest < 0.0f ? b > 0.0f : rest > 0.0f && b < 0.0f;
    return is_other ? rest + b : rest;
}

static float (*const real_functions[OP_COUNT])(float, float) = {
    [OP_ADD] = add,
    [OP_SUB] = subtract,
    [OP_MUL] = product,
    [OP_DIV] = quotient,
    [OP_POW] = powf,
    [OP_MAXIMUM] = greater,
    [OP_MINIMUM] = lesser,
    [OP_SQUARED_DIFFERENCE] = squared_difference,
    [OP_PRELU] = prelu,
    [OP_FLOOR_DIV] = floor_quotient,
    [OP_FLOOR_MOD] = floor_rest,
};

static void run_real(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct real_binary *binary = call->state;
    float (*function)(float, float) = real_functions[call->node->op];
    const float *a = call->inputs[0].data, *b = call->inputs[1].data;
    float *out = call->outputs[0].data;
    struct broadcast_run run = {0};
    size_t end = portion_begin(&binary->walk.portions, last);
    for (size_t i = portion_begin(&binary->walk.portions, first); i < end; i += run.length) {
        broadcast_next(&binary->walk.broadcast, i, end, &run);
        for (size_t k = 0; k < run.length; k++) {
            float value =
                function(a[run.first[0] + k * run.step[0]], b[run.first[1] + k * run.step[1]]);
            out[i + k] = clamp_real(value, binary->low, binary->high);
        }
    }
}

/* Integers without scales, as shapes are computed with; they wrap around. */

static int64_t add_integers(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t subtract_integers(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t integer_product(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

/* Truncated; a division by 0 gives 0. */
static int64_t integer_quotient(int64_t a, int64_t b)
{
    if (b == 0)
        return 0;
    return b == -1 ? subtract_integers(0, a) : a / b;
}

/* Of the divisor's sign; a division by 0 leaves 0, too. */
static int64_t integer_floor_rest(int64_t a, int64_t b)
{
    if (b == 0 || b == -1)
        return 0;
    int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static int64_t integer_floor_quotient(int64_t a, int64_t b)
{
    int64_t quotient = integer_quotient(a, b), rest = b == 0 || b == -1 ? 0 : a % b;
    return quotient - (rest != 0 && (rest < 0) != (b < 0));
}

/* 0 for negative exponents, but of 1 and -1. */
static int64_t integer_power(int64_t a, int64_t b)
{
    int64_t power = 1, base = b < 0 && a != 1 && a != -1 ? 0 : a;
    for (uint64_t left = b < 0 ? 0 - (uint64_t)b : (uint64_t)b; left > 0; left /= 2) {
        power = left % 2 ? integer_product(power, base) : power;
        base = integer_product(base, base);
    }
    return power;
}

static int64_t integer_squared_difference(int64_t a, int64_t b)
{
    int64_t difference = subtract_integers(a, b);
    return integer_product(difference, difference);
}

static int64_t greater_integer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t lesser_integer(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t (*const integer_functions[OP_COUNT])(int64_t, int64_t) = {
    [OP_ADD] = add_integers,
    [OP_SUB] = subtract_integers,
    [OP_MUL] = integer_product,
    [OP_DIV] = integer_quotient,
    [OP_MAXIMUM] = greater_integer,
    [OP_MINIMUM] = lesser_integer,
    [OP_FLOOR_DIV] = integer_floor_quotient,
    [OP_FLOOR_MOD] = integer_floor_rest,
    [OP_POW] = integer_power,
    [OP_SQUARED_DIFFERENCE] = integer_squared_difference,
};

static void run_integer(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)thread;
    const struct integer_binary *binary = call->state;
    int64_t (*function)(int64_t, int64_t) = integer_functions[call->node->op];
    const struct operand *a = &call->inputs[0], *b = &call->inputs[1];
    enum type type = a->tensor->type;
    struct broadcast_run run = {0};
    size_t end = portion_begin(&binary->walk.portions, last);
    for (size_t i = portion_begin(&binary->walk.portions, first); i < end; i += run.length) {
        broadcast_next(&binary->walk.broadcast, i, end, &run);
        for (size_t k = 0; k < run.length; k++) {
            int64_t value = function(element_load(type, a->data, run.first[0] + k * run.step[0]),
                                     element_load(type, b->data, run.first[1] + k * run.step[1]));
            if (type == TYPE_I32)
                value = (int32_t)value;
            value = value < binary->low ? binary->low : value > binary->high ? binary->high : value;
            element_store(type, call->outputs[0].data, i + k, value);
        }
    }
}

#define ROW(text, op_, type, prepare_, run_)                                                       \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define REAL(name, op_) ROW(name "_f32_reference", op_, TYPE_F32, binary_prepare_real, run_real)
#define INTEGERS(name, op_)                                                                        \
    ROW(name "_i32_reference", op_, TYPE_I32, binary_prepare_integer, run_integer),                \
        ROW(name "_i64_reference", op_, TYPE_I64, binary_prepare_integer, run_integer)
#define QUANTIZED(name, suffix, op_, type)                                                         \
    ROW(name suffix "_reference", op_, type, binary_prepare_quantized, binary_run_quantized)
#define BYTES(name, op_) QUANTIZED(name, "_i8", op_, TYPE_I8), QUANTIZED(name, "_u8", op_, TYPE_U8)
#define WORDS(name, op_) QUANTIZED(name, "_i16", op_, TYPE_I16)

static const struct kernel rows[] = {
    REAL("add", ADD),
    INTEGERS("add", ADD),
    BYTES("add", ADD),
    WORDS("add", ADD),
    REAL("sub", SUB),
    INTEGERS("sub", SUB),
    BYTES("sub", SUB),
    WORDS("sub", SUB),
    REAL("mul", MUL),
    INTEGERS("mul", MUL),
    BYTES("mul", MUL),
    WORDS("mul", MUL),
    REAL("div", DIV),
    INTEGERS("div", DIV),
    BYTES("div", DIV),
    REAL("pow", POW),
    INTEGERS("pow", POW),
    REAL("floor_div", FLOOR_DIV),
    INTEGERS("floor_div", FLOOR_DIV),
    REAL("floor_mod", FLOOR_MOD),
    INTEGERS("floor_mod", FLOOR_MOD),
    REAL("maximum", MAXIMUM),
    INTEGERS("maximum", MAXIMUM),
    BYTES("maximum", MAXIMUM),
    WORDS("maximum", MAXIMUM),
    REAL("minimum", MINIMUM),
    INTEGERS("minimum", MINIMUM),
    BYTES("minimum", MINIMUM),
    WORDS("minimum", MINIMUM),
    REAL("squared_difference", SQUARED_DIFFERENCE),
    INTEGERS("squared_difference", SQUARED_DIFFERENCE),
    BYTES("squared_difference", SQUARED_DIFFERENCE),
    REAL("prelu", PRELU),
    BYTES("prelu", PRELU),
};

KERNEL_LIST(reference_binary_kernels, rows);
