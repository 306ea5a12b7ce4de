#include "kernels/reference/unary.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/common/fixed_scale.h"
#include "kernels/common/gemmlowp.h"
#include "kernels/common/lookup.h"
#include "kernels/common/portions.h"
#include "kernels/common/quantized.h"
#include "kernels/common/real_scale.h"
#include "kernels/reference/sigmoid.h"

/* How an operator is computed: from what setup precomputes (NULL on failure), evaluate gives the
 * result for the stored number q in steps of the output, from its zero point and not clamped. */
struct formula {
    const void *(*setup)(const struct kernel_call *call, struct arena *arena, struct error *error);
    int32_t (*evaluate)(const void *constants, int32_t q);
};

/* RELU and its like: from one scale to another. */
struct rescale {
    int32_t zero_in;
    struct multiplier by;
};

static const void *setup_rescale(const struct kernel_call *call, struct arena *arena,
                                 struct error *error)
{
    (void)error;
    const struct quantization *in = &call->inputs[0].tensor->quant;
    const struct quantization *out = &call->outputs[0].tensor->quant;
    struct rescale *rescale = arena_alloc(arena, sizeof(*rescale));
    rescale->zero_in = in->zero_point[0];
    rescale->by = multiplier_from((double)(in->scale[0] / out->scale[0]));
    return rescale;
}

static int32_t rescaled(const void *constants, int32_t q)
{
    const struct rescale *rescale = constants;
    return multiply(q - rescale->zero_in, rescale->by);
}

static int32_t absolute(const void *constants, int32_t q)
{
    const struct rescale *rescale = constants;
    return multiply(abs(q - rescale->zero_in), rescale->by);
}

struct leaky {
    struct rescale above;
    struct multiplier below; /* of the absolute slope */
    bool falls;              /* the slope is negative */
};

static enum status check_slope(const struct kernel_call *call, struct error *error)
{
    float alpha = call->node->params.scalar.value;
    if (isfinite(alpha))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "alpha is %g, expected a finite number",
                     (double)alpha);
}

static const void *setup_leaky(const struct kernel_call *call, struct arena *arena,
                               struct error *error)
{
    float alpha = call->node->params.scalar.value;
    if (check_slope(call, error) != STATUS_OK)
        return NULL;
    const struct rescale *above = setup_rescale(call, arena, error);
    float slope = call->inputs[0].tensor->quant.scale[0] * fabsf(alpha) /
                  call->outputs[0].tensor->quant.scale[0];
    struct leaky *leaky = arena_alloc(arena, sizeof(*leaky));
    *leaky = (struct leaky){*above, multiplier_from((double)slope), alpha < 0.0f};
    return leaky;
}

static int32_t leaky_relu(const void *constants, int32_t q)
{
    const struct leaky *leaky = constants;
    int32_t d = q - leaky->above.zero_in;
    if (d >= 0)
        return multiply(d, leaky->above.by);
    return multiply(leaky->falls ? -d : d, leaky->below);
}

/* HARD_SWISH in 16-bit fixed point: x * relu6(x + 3) / 6 is the product of x and a number in
 * [0, 1], both with 15 fraction bits. */
struct hard_swish {
    int32_t zero_in;
    int32_t out_mantissa, hinge_mantissa; /* 15 bits */
    int out_exponent, hinge_exponent;
};

static int32_t halved_mantissa(struct multiplier multiplier)
{
    return multiplier.mantissa >= 0x7fff0000 ? 0x7fff : (multiplier.mantissa + (1 << 15)) >> 16;
}

static const void *setup_hard_swish(const struct kernel_call *call, struct arena *arena,
                                    struct error *error)
{
    const struct quantization *in = &call->inputs[0].tensor->quant;
    const struct quantization *out = &call->outputs[0].tensor->quant;
    float fine = in->scale[0] / 128.0f;
    struct multiplier to_out = multiplier_from((double)(fine / out->scale[0]));
    struct multiplier to_hinge = multiplier_from((double)(fine / (3.0f / 32768.0f)));
    if (to_out.shift > 0) {
        error_set(error, STATUS_UNSUPPORTED, NULL,
                  "output scale %g is too fine for an input scale of %g", (double)out->scale[0],
                  (double)in->scale[0]);
        return NULL;
    }
    struct hard_swish *swish = arena_alloc(arena, sizeof(*swish));
    *swish = (struct hard_swish){
        .zero_in = in->zero_point[0],
        .out_mantissa = halved_mantissa(to_out),
        .hinge_mantissa = halved_mantissa(to_hinge),
        .out_exponent = to_out.shift,
        .hinge_exponent = to_hinge.shift,
    };
    return swish;
}

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

static int32_t hard_swish(const void *constants, int32_t q)
{
    const struct hard_swish *swish = constants;
    int32_t fine = (q - swish->zero_in) * 128;
    int32_t value = doubling_high_16(fine, swish->out_mantissa);
    int32_t product = hard_swish_gate(swish, fine) * value / (1 << 15);
    return rounding_divide(product, -swish->out_exponent);
}

/* SQRT through float, truncated; a negative number, which has no root, gives that of 0. */
struct root {
    float scale_in, scale_out;
    int32_t zero_in;
};

static const void *setup_sqrt(const struct kernel_call *call, struct arena *arena,
                              struct error *error)
{
    (void)error;
    const struct quantization *in = &call->inputs[0].tensor->quant;
    const struct quantization *out = &call->outputs[0].tensor->quant;
    struct root *root = arena_alloc(arena, sizeof(*root));
    *root = (struct root){in->scale[0], out->scale[0], in->zero_point[0]};
    return root;
}

static int32_t square_root(const void *constants, int32_t q)
{
    const struct root *root = constants;
    if (q <= root->zero_in)
        return 0;
    float steps = sqrtf(root->scale_in * (float)(q - root->zero_in)) / root->scale_out;
    return steps < 0x1p30f ? (int32_t)steps : 1 << 30;
}

/* RSQRT: 1 / sqrt of the stored number in fixed point with RSQRT_BITS fraction bits, times
 * 1 / (sqrt(Sx) * Sy). What is not above 0 gives the largest output. */
#define RSQRT_BITS 20

static const void *setup_rsqrt(const struct kernel_call *call, struct arena *arena,
                               struct error *error)
{
    (void)error;
    const struct quantization *in = &call->inputs[0].tensor->quant;
    const struct quantization *out = &call->outputs[0].tensor->quant;
    struct rescale *rescale = arena_alloc(arena, sizeof(*rescale));
    rescale->zero_in = in->zero_point[0];
    rescale->by = multiplier_from(1.0 / (double)(sqrtf(in->scale[0]) * out->scale[0]));
    rescale->by.shift -= RSQRT_BITS;
    if (rescale->by.shift < -31)
        rescale->by = (struct multiplier){0, 0};
    return rescale;
}

static int32_t reciprocal_root(const void *constants, int32_t q)
{
    const struct rescale *rescale = constants;
    if (q <= rescale->zero_in)
        return INT32_MAX;
    struct multiplier inverse = fixed_inverse_sqrt(q - rescale->zero_in);
    inverse.shift += RSQRT_BITS;
    return multiply(multiply(1, inverse), rescale->by);
}

/* EXP of int16. */
static const void *setup_exp(const struct kernel_call *call, struct arena *arena,
                             struct error *error)
{
    (void)error;
    int16_t *table = arena_alloc(arena, LOOKUP_16_SIZE * sizeof(*table));
    lookup_fill_16(table, call->inputs[0].tensor->quant.scale[0], 0,
                   call->outputs[0].tensor->quant.scale[0], expf);
    return table;
}

static int32_t exponential(const void *constants, int32_t q)
{
    return lookup_16(constants, q);
}

/* LOGISTIC and TANH of int16. */
static const void *setup_sigmoid(const struct kernel_call *call, struct arena *arena,
                                 struct error *error)
{
    if (check_fixed_scale(call, 1e-3, error) != STATUS_OK)
        return NULL;
    struct sigmoid *sigmoid = arena_alloc(arena, sizeof(*sigmoid));
    sigmoid_init(sigmoid, call->inputs[0].tensor->quant.scale[0]);
    return sigmoid;
}

static int32_t logistic(const void *constants, int32_t q)
{
    return sigmoid_logistic(constants, q);
}

static int32_t hyperbolic_tangent(const void *constants, int32_t q)
{
    return sigmoid_tanh(constants, q);
}

/* Where the graph rounds once: the real function of the real number. */
struct real {
    float scale_in, scale_out, alpha;
    int32_t zero_in;
    float (*function)(float); /* NULL: LEAKY_RELU */
};

static const void *setup_real(const struct kernel_call *call, struct arena *arena,
                              struct error *error)
{
    const struct quantization *in = &call->inputs[0].tensor->quant;
    struct real *real = arena_alloc(arena, sizeof(*real));
    *real = (struct real){
        .scale_in = in->scale[0],
        .scale_out = call->outputs[0].tensor->quant.scale[0],
        .zero_in = in->zero_point[0],
        .function = unary_function(call->node),
    };
    if (real->function)
        return real;
    real->alpha = call->node->params.scalar.value;
    return check_slope(call, error) == STATUS_OK ? real : NULL;
}

/* What is no number becomes 0, as with QUANTIZE. */
static int32_t real_result(const void *constants, int32_t q)
{
    const int32_t beyond = 1 << 17; /* all types, whatever the zero point */
    const struct real *real = constants;
    float x = real->scale_in * (float)(q - real->zero_in);
    float value = real->function ? real->function(x) : x < 0.0f ? real->alpha * x : x;
    return isnan(value) ? 0 : round_within(value / real->scale_out, -beyond, beyond);
}

static const struct formula real_formula = {setup_real, real_result};

/* What is not here goes through a table of the real function for 8 bits. */
static const struct formula formulas_8[OP_COUNT] = {
    [OP_RELU] = {setup_rescale, rescaled},
    [OP_RELU6] = {setup_rescale, rescaled},
    [OP_RELU_N1_TO_1] = {setup_rescale, rescaled},
    [OP_LEAKY_RELU] = {setup_leaky, leaky_relu},
    [OP_HARD_SWISH] = {setup_hard_swish, hard_swish},
    [OP_ABS] = {setup_rescale, absolute},
    [OP_SQRT] = {setup_sqrt, square_root},
    [OP_RSQRT] = {setup_rsqrt, reciprocal_root},
};

static const struct formula formulas_16[OP_COUNT] = {
    [OP_RELU] = {setup_rescale, rescaled},       [OP_RELU6] = {setup_rescale, rescaled},
    [OP_LEAKY_RELU] = {setup_leaky, leaky_relu}, [OP_ABS] = {setup_rescale, absolute},
    [OP_SQRT] = {setup_sqrt, square_root},       [OP_EXP] = {setup_exp, exponential},
    [OP_LOGISTIC] = {setup_sigmoid, logistic},   [OP_TANH] = {setup_sigmoid, hyperbolic_tangent},
};

/* The clamp of the operators that are one. */
static const enum activation activations[OP_COUNT] = {
    [OP_RELU] = ACTIVATION_RELU,
    [OP_RELU6] = ACTIVATION_RELU6,
    [OP_RELU_N1_TO_1] = ACTIVATION_RELU_N1_TO_1,
};

/* What prepare leaves. */
struct quantized_unary {
    struct portions portions;      /* of the elements */
    uint8_t table[LOOKUP_8_SIZE];  /* 8 bits */
    const struct formula *formula; /* 16 bits, as all that follows */
    const void *constants;
    struct clamp_range range;
    int32_t zero; /* the output's zero point */
};

/* The parts that 8 and 16 bits have in common; the formula may be NULL. */
static enum status prepare(struct kernel_call *call, struct arena *arena,
                           const struct formula *formula, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    enum status status = quantized_check(in, "input", error);
    if (status == STATUS_OK)
        status = quantized_check(out, "output", error);
    if (status != STATUS_OK)
        return status;
    struct quantized_unary *unary = call->state = arena_alloc(arena, sizeof(*unary));
    unary->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    unary->range = quantized_range(activations[call->node->op], out);
    unary->zero = out->quant.zero_point[0];
    call->items[0] = unary->portions.items;
    if (formula->evaluate) {
        unary->formula = formula;
        unary->constants = formula->setup(call, arena, error);
        return unary->constants ? STATUS_OK : error->status;
    }
    return STATUS_OK;
}

static int32_t result(const struct quantized_unary *unary, int32_t q)
{
    int32_t value = unary->formula->evaluate(unary->constants, q);
    return clamp_int(value, unary->range.low - unary->zero, unary->range.high - unary->zero) +
           unary->zero;
}

enum status unary_prepare_8(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    bool is_real = call->rounding == ROUNDING_ONCE;
    const struct formula *formula = is_real ? &real_formula : &formulas_8[call->node->op];
    enum status status = prepare(call, arena, formula, error);
    if (status == STATUS_OK && call->node->op == OP_LOGISTIC && !is_real)
        status = check_fixed_scale(call, 0.0, error);
    if (status != STATUS_OK)
        return status;
    struct quantized_unary *unary = call->state;
    if (!formula->evaluate)
        lookup_fill_8(unary->table, in, out, unary_function(call->node));
    else
        for (int32_t q = (int32_t)type_lowest(in->type); q <= type_highest(in->type); q++)
            unary->table[(uint8_t)q] = (uint8_t)result(unary, q);
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

enum status unary_prepare_16(struct kernel_call *call, struct arena *arena, struct error *error)
{
    bool is_real = call->rounding == ROUNDING_ONCE;
    return prepare(call, arena, is_real ? &real_formula : &formulas_16[call->node->op], error);
}

void unary_run_16(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct quantized_unary *unary = call->state;
    const int16_t *in = call->inputs[0].data;
    int16_t *out = call->outputs[0].data;
    size_t end = portion_begin(&unary->portions, last);
    for (size_t i = portion_begin(&unary->portions, first); i < end; i++)
        out[i] = (int16_t)result(unary, in[i]);
}
