#include "kernels/reference/unary_quantized.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/common/gemmlowp.h"
#include "kernels/common/real_scale.h"
#include "kernels/reference/sigmoid.h"
#include "kernels/reference/unary_functions.h"

/* Where the graph rounds twice: the result for the stored number q in steps of the output, from its
 * zero point and not clamped. */
typedef int32_t formula(const struct unary_terms *terms, int32_t q);

/* RELU and its like: from one scale to another. */
static int32_t rescaled(const struct unary_terms *terms, int32_t q)
{
    return multiply(q - terms->zero_in, terms->by);
}

static int32_t absolute(const struct unary_terms *terms, int32_t q)
{
    return multiply(abs(q - terms->zero_in), terms->by);
}

static int32_t leaky_relu(const struct unary_terms *terms, int32_t q)
{
    int32_t d = q - terms->zero_in;
    if (d >= 0)
        return multiply(d, terms->by);
    return multiply(terms->alpha < 0.0f ? -d : d, terms->below);
}

/* HARD_SWISH in 16-bit fixed point: x * relu6(x + 3) / 6 is the product of x and a number in
 * [0, 1], both with 15 fraction bits. */

static int32_t clamp_16(int64_t value)
{
    return value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : (int32_t)value;
}

/* round(a * b / 2^15), halves up; the mantissa b is not negative, so nothing overflows. */
static int32_t doubling_high_16(int32_t a, int32_t b)
{
    return (a * b + (1 << 14)) >> 15;
}

/* (x + 3) / 6 in [0, 1] with 15 fraction bits, from x in steps of 1/128 of the input's. */
static int32_t hard_swish_gate(const struct hard_swish *swish, int32_t fine)
{
    int exponent = swish->hinge_exponent;
    int32_t gate = fine;
    if (exponent > 0)
        gate = clamp_16((int64_t)gate * (INT64_C(1) << (exponent - 1)));
    gate = doubling_high_16(gate, swish->hinge_mantissa);
    if (exponent > 0)
        gate = clamp_16((int64_t)gate * 2);
    if (exponent < 0)
        gate = rounding_divide(gate, -exponent);
    return (gate + (1 << 15)) >> 1;
}

static int32_t hard_swish(const struct unary_terms *terms, int32_t q)
{
    const struct hard_swish *swish = &terms->swish;
    int32_t fine = (q - terms->zero_in) * 128;
    int32_t value = doubling_high_16(fine, swish->out_mantissa);
    int32_t product = hard_swish_gate(swish, fine) * value / (1 << 15);
    return rounding_divide(product, -swish->out_exponent);
}

/* SQRT through float, truncated; a negative number, which has no root, gives that of 0. */
static int32_t square_root(const struct unary_terms *terms, int32_t q)
{
    if (q <= terms->zero_in)
        return 0;
    float steps = sqrtf(terms->scale_in * (float)(q - terms->zero_in)) / terms->scale_out;
    return steps < 0x1p30f ? (int32_t)steps : 1 << 30;
}

/* RSQRT: 1 / sqrt of the stored number in fixed point with RSQRT_BITS fraction bits, times
 * 1 / (sqrt(Sx) * Sy). What is not above 0 gives the largest output. */
static int32_t reciprocal_root(const struct unary_terms *terms, int32_t q)
{
    if (q <= terms->zero_in)
        return INT32_MAX;
    struct multiplier inverse = fixed_inverse_sqrt(q - terms->zero_in);
    inverse.shift += RSQRT_BITS;
    return multiply(multiply(1, inverse), terms->by);
}

/* EXP of int16. */
static int32_t exponential(const struct unary_terms *terms, int32_t q)
{
    return lookup_16(terms->exponential, q);
}

/* LOGISTIC and TANH of int16. */
static int32_t logistic(const struct unary_terms *terms, int32_t q)
{
    return sigmoid_logistic(terms->sigmoid, q);
}

static int32_t hyperbolic_tangent(const struct unary_terms *terms, int32_t q)
{
    return sigmoid_tanh(terms->sigmoid, q);
}

/* What is not here goes through a table of the real function. */
static formula *const formulas_8[OP_COUNT] = {
    [OP_RELU] = rescaled,         [OP_RELU6] = rescaled,        [OP_RELU_N1_TO_1] = rescaled,
    [OP_LEAKY_RELU] = leaky_relu, [OP_HARD_SWISH] = hard_swish, [OP_ABS] = absolute,
    [OP_SQRT] = square_root,      [OP_RSQRT] = reciprocal_root,
};

static formula *const formulas_16[OP_COUNT] = {
    [OP_RELU] = rescaled,     [OP_RELU6] = rescaled,          [OP_LEAKY_RELU] = leaky_relu,
    [OP_ABS] = absolute,      [OP_SQRT] = square_root,        [OP_EXP] = exponential,
    [OP_LOGISTIC] = logistic, [OP_TANH] = hyperbolic_tangent, [OP_RSQRT] = reciprocal_root,
};

/* Where the graph rounds once: the real function of the real number, NULL for LEAKY_RELU. What
 * is no number becomes 0, as with QUANTIZE. */
static int32_t real_result(const struct unary_terms *terms, float (*function)(float), int32_t q)
{
    const int32_t beyond = 1 << 17; /* all types, whatever the zero point */
    float x = terms->scale_in * (float)(q - terms->zero_in);
    float value = function ? function(x) : x < 0.0f ? terms->alpha * x : x;
    return isnan(value) ? 0 : round_within(value / terms->scale_out, -beyond, beyond);
}

/* How a call is computed: by a formula, or else a real function. */
struct way {
    formula *formula;
    float (*function)(float);
};

static struct way way_of(const struct kernel_call *call)
{
    bool is_wide = call->inputs[0].tensor->type == TYPE_I16;
    bool is_once = call->rounding == ROUNDING_ONCE;
    return (struct way){
        .formula = is_once ? NULL : (is_wide ? formulas_16 : formulas_8)[call->node->op],
        .function = unary_function(call->node),
    };
}

/* The stored number that q becomes. */
static int32_t result(const struct quantized_unary *unary, struct way way, int32_t q)
{
    int32_t steps =
        way.formula ? way.formula(&unary->terms, q) : real_result(&unary->terms, way.function, q);
    return clamp_int(steps, unary->range.low - unary->zero_out,
                     unary->range.high - unary->zero_out) +
           unary->zero_out;
}

enum status unary_prepare_8(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    struct way way = way_of(call);
    enum status status = unary_prepare_quantized(call, arena, error);
    if (status != STATUS_OK)
        return status;
    struct quantized_unary *unary = call->state;
    if (call->rounding == ROUNDING_TWICE && !way.formula)
        lookup_fill_8(unary->table, in, out, way.function);
    else
        for (int32_t q = (int32_t)type_lowest(in->type); q <= type_highest(in->type); q++)
            unary->table[(uint8_t)q] = (uint8_t)result(unary, way, q);
    return STATUS_OK;
}

void unary_run_8(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct quantized_unary *unary = call->state;
    const uint8_t *in = call->inputs[0].data;
    uint8_t *out = call->outputs[0].data;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        out[i] = unary->table[in[i]];
}

void unary_run_16(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct quantized_unary *unary = call->state;
    struct way way = way_of(call);
    const int16_t *in = call->inputs[0].data;
    int16_t *out = call->outputs[0].data;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        out[i] = (int16_t)result(unary, way, in[i]);
}
