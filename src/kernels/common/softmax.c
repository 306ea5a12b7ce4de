#include "kernels/common/softmax.h"

#include <math.h>

#include "kernels/common/fixed_scale.h"
#include "kernels/common/gemmlowp.h"
#include "kernels/common/quantized.h"

/* Makes the rows of the node the work items: *depth elements each. */
static void divide(struct kernel_call *call, size_t *depth)
{
    const struct shape *shape = &call->outputs[0].tensor->shape;
    *depth = shape->rank ? (size_t)shape->dim[shape->rank - 1] : 1;
    call->items[0] = *depth ? shape_elements(shape) / *depth : 0;
}

/* The same where beta, which is checked, is a factor of the exponents. */
static enum status set_rows(struct kernel_call *call, size_t *depth, struct error *error)
{
    float beta = call->node->params.scalar.value;
    if (!isfinite(beta) || beta < 0.0f)
        return error_set(error, STATUS_INVALID, NULL, "beta is %g, expected a positive number",
                         (double)beta);
    divide(call, depth);
    return STATUS_OK;
}

enum status softmax_prepare_log(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct real_softmax *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    (void)error;
    divide(call, &softmax->depth);
    return STATUS_OK;
}

enum status softmax_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct real_softmax *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    return set_rows(call, &softmax->depth, error);
}

static enum status check_quantized(const struct kernel_call *call, struct error *error)
{
    enum status status =
        quantized_check_ends(call->inputs[0].tensor, call->outputs[0].tensor, error);
    return status == STATUS_OK ? check_fixed_scale(call, 1e-3, error) : status;
}

/* Differences of 8 bits in Q5. */
#define DIFFERENCE_BITS 5

static enum status prepare_8_twice(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct softmax_8_twice *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    enum status status = set_rows(call, &softmax->depth, error);
    if (status == STATUS_OK)
        status = check_quantized(call, error);
    if (status != STATUS_OK)
        return status;
    softmax->type = in->type;
    double beta = (double)call->node->params.scalar.value, one = 1 << (31 - DIFFERENCE_BITS);
    struct multiplier by =
        multiplier_from(fmin(beta * (double)in->quant.scale[0] * one, INT32_MAX));
    /* Further differences would overflow; their exponentials count as 0. */
    double furthest = floor(ldexp((1 << DIFFERENCE_BITS) - 1, 31 - DIFFERENCE_BITS - by.shift));
    for (int32_t steps = 0; steps <= UINT8_MAX && steps <= furthest; steps++)
        softmax->exponential[steps] = fixed_exp_q5(multiply(-steps, by));
    return STATUS_OK;
}

static double one_over_one_plus(double x)
{
    return 1.0 / (1.0 + x);
}

static enum status prepare_16_twice(struct kernel_call *call, struct arena *arena,
                                    struct error *error)
{
    struct softmax_16_twice *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    enum status status = set_rows(call, &softmax->depth, error);
    if (status == STATUS_OK)
        status = check_quantized(call, error);
    if (status != STATUS_OK)
        return status;
    float step = call->inputs[0].tensor->quant.scale[0] * call->node->params.scalar.value;
    softmax->by = multiplier_from((double)step / (10.0 / 65535.0));
    lookup_fill_16_double(softmax->exponential, 10.0 / 65535.0, INT16_MAX, 2.0 / 65535.0, exp);
    lookup_fill_16_double(softmax->reciprocal, 1.0 / 65535.0, INT16_MIN, 2.0 / 65535.0,
                          one_over_one_plus);
    return STATUS_OK;
}

static enum status prepare_once(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    struct softmax_once *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    enum status status = set_rows(call, &softmax->depth, error);
    if (status == STATUS_OK)
        status = quantized_check_ends(in, out, error);
    if (status != STATUS_OK)
        return status;
    softmax->type = in->type;
    softmax->zero = out->quant.zero_point[0];
    softmax->low = (int32_t)type_lowest(in->type) - softmax->zero;
    softmax->high = (int32_t)type_highest(in->type) - softmax->zero;
    softmax->scale_out = (double)out->quant.scale[0];
    size_t values = (size_t)(type_highest(in->type) - type_lowest(in->type)) + 1;
    softmax->exponential = arena_alloc(arena, values * sizeof(float));
    for (size_t i = 0; i < values; i++)
        softmax->exponential[i] =
            expf(-call->node->params.scalar.value * (in->quant.scale[0] * (float)i));
    return STATUS_OK;
}

enum status softmax_prepare_8(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return (call->rounding == ROUNDING_ONCE ? prepare_once : prepare_8_twice)(call, arena, error);
}

enum status softmax_prepare_16(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return (call->rounding == ROUNDING_ONCE ? prepare_once : prepare_16_twice)(call, arena, error);
}
