#include "kernels/common/unary_quantized.h"

#include <math.h>

#include "kernels/common/fixed_scale.h"

/* Fills in what an operator computes with; zero_in and the scales are there. */
typedef enum status setup_function(struct unary_terms *terms, const struct kernel_call *call,
                                   struct arena *arena, struct error *error);

static enum status setup_rescale(struct unary_terms *terms, const struct kernel_call *call,
                                 struct arena *arena, struct error *error)
{
    (void)call, (void)arena, (void)error;
    terms->by = multiplier_from((double)(terms->scale_in / terms->scale_out));
    return STATUS_OK;
}

static enum status setup_slope(struct unary_terms *terms, const struct kernel_call *call,
                               struct error *error)
{
    float alpha = call->node->params.scalar.value;
    terms->alpha = alpha;
    if (isfinite(alpha))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "alpha is %g, expected a finite number",
                     (double)alpha);
}

static enum status setup_leaky(struct unary_terms *terms, const struct kernel_call *call,
                               struct arena *arena, struct error *error)
{
    float slope = terms->scale_in * fabsf(call->node->params.scalar.value) / terms->scale_out;
    terms->below = multiplier_from((double)slope);
    enum status status = setup_slope(terms, call, error);
    return status == STATUS_OK ? setup_rescale(terms, call, arena, error) : status;
}

static int32_t halved_mantissa(struct multiplier multiplier)
{
    return multiplier.mantissa >= 0x7fff0000 ? 0x7fff : (multiplier.mantissa + (1 << 15)) >> 16;
}

static enum status setup_hard_swish(struct unary_terms *terms, const struct kernel_call *call,
                                    struct arena *arena, struct error *error)
{
    (void)call, (void)arena;
    float fine = terms->scale_in / 128.0f;
    struct multiplier to_out = multiplier_from((double)(fine / terms->scale_out));
    struct multiplier to_hinge = multiplier_from((double)(fine / (3.0f / 32768.0f)));
    if (to_out.shift > 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "output scale %g is too fine for an input scale of %g",
                         (double)terms->scale_out, (double)terms->scale_in);
    terms->swish = (struct hard_swish){
        .out_mantissa = halved_mantissa(to_out),
        .hinge_mantissa = halved_mantissa(to_hinge),
        .out_exponent = to_out.shift,
        .hinge_exponent = to_hinge.shift,
    };
    return STATUS_OK;
}

static enum status setup_rsqrt(struct unary_terms *terms, const struct kernel_call *call,
                               struct arena *arena, struct error *error)
{
    (void)call, (void)arena, (void)error;
    terms->by = multiplier_from(1.0 / (double)(sqrtf(terms->scale_in) * terms->scale_out));
    terms->by.shift -= RSQRT_BITS;
    if (terms->by.shift < -31)
        terms->by = (struct multiplier){0, 0};
    return STATUS_OK;
}

static enum status setup_exp(struct unary_terms *terms, const struct kernel_call *call,
                             struct arena *arena, struct error *error)
{
    (void)call, (void)error;
    int16_t *table = arena_alloc(arena, LOOKUP_16_SIZE * sizeof(*table));
    lookup_fill_16(table, terms->scale_in, 0, terms->scale_out, expf);
    terms->exponential = table;
    return STATUS_OK;
}

static enum status setup_sigmoid(struct unary_terms *terms, const struct kernel_call *call,
                                 struct arena *arena, struct error *error)
{
    enum status status = check_fixed_scale(call, 1e-3, error);
    if (status != STATUS_OK)
        return status;
    struct sigmoid *sigmoid = arena_alloc(arena, sizeof(*sigmoid));
    sigmoid_init(sigmoid, terms->scale_in);
    terms->sigmoid = sigmoid;
    return STATUS_OK;
}

/* Its output scale is exact, and so is what the table holds. */
static enum status setup_logistic_8(struct unary_terms *terms, const struct kernel_call *call,
                                    struct arena *arena, struct error *error)
{
    (void)terms, (void)arena;
    return check_fixed_scale(call, 0.0, error);
}

/* What is not here computes with the scales and zero points alone. */
static setup_function *const setups_8[OP_COUNT] = {
    [OP_RELU] = setup_rescale,          [OP_RELU6] = setup_rescale,
    [OP_RELU_N1_TO_1] = setup_rescale,  [OP_LEAKY_RELU] = setup_leaky,
    [OP_HARD_SWISH] = setup_hard_swish, [OP_ABS] = setup_rescale,
    [OP_RSQRT] = setup_rsqrt,           [OP_LOGISTIC] = setup_logistic_8,
};

static setup_function *const setups_16[OP_COUNT] = {
    [OP_RELU] = setup_rescale, [OP_RELU6] = setup_rescale, [OP_LEAKY_RELU] = setup_leaky,
    [OP_ABS] = setup_rescale,  [OP_EXP] = setup_exp,       [OP_LOGISTIC] = setup_sigmoid,
    [OP_TANH] = setup_sigmoid, [OP_RSQRT] = setup_rsqrt,
};

/* Where the graph rounds once, all but this one do. */
static enum status setup_once(struct unary_terms *terms, const struct kernel_call *call,
                              struct arena *arena, struct error *error)
{
    (void)arena;
    return call->node->op == OP_LEAKY_RELU ? setup_slope(terms, call, error) : STATUS_OK;
}

static setup_function *setup_of(const struct kernel_call *call)
{
    if (call->rounding == ROUNDING_ONCE)
        return setup_once;
    bool is_wide = call->inputs[0].tensor->type == TYPE_I16;
    return (is_wide ? setups_16 : setups_8)[call->node->op];
}

/* The clamp of the operators that are one. */
static const enum activation activations[OP_COUNT] = {
    [OP_RELU] = ACTIVATION_RELU,
    [OP_RELU6] = ACTIVATION_RELU6,
    [OP_RELU_N1_TO_1] = ACTIVATION_RELU_N1_TO_1,
};

enum status unary_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                    struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    enum status status = quantized_check_ends(in, out, error);
    if (status != STATUS_OK)
        return status;
    struct quantized_unary *unary = call->state = arena_alloc(arena, sizeof(*unary));
    unary->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    unary->range = quantized_range(activations[call->node->op], out);
    unary->zero_out = out->quant.zero_point[0];
    unary->terms.zero_in = in->quant.zero_point[0];
    unary->terms.scale_in = in->quant.scale[0];
    unary->terms.scale_out = out->quant.scale[0];
    call->items[0] = unary->portions.items;
    setup_function *setup = setup_of(call);
    return setup ? setup(&unary->terms, call, arena, error) : STATUS_OK;
}
