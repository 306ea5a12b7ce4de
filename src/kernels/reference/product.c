#include "kernels/reference/product.h"

#include "base/half.h"
#include "kernels/common/hybrid.h"
#include "kernels/common/real_scale.h"
#include "kernels/common/widened.h"

static const struct product_terms *terms_of(const struct kernel_call *call)
{
    return call->state;
}

static const struct operand *bias_of(const struct kernel_call *call)
{
    int bias = terms_of(call)->bias;
    return bias == NO_INPUT ? NULL : &call->inputs[bias];
}

static float bias_real(const struct kernel_call *call, int channel)
{
    const struct operand *bias = bias_of(call);
    if (!bias)
        return 0.0f;
    return bias->tensor->type == TYPE_F16 ? half_to_float(((const uint16_t *)bias->data)[channel])
                                          : ((const float *)bias->data)[channel];
}

static int64_t bias_integer(const struct kernel_call *call, int channel)
{
    const struct operand *bias = bias_of(call);
    if (!bias)
        return 0;
    return bias->tensor->type == TYPE_I64 ? ((const int64_t *)bias->data)[channel]
                                          : ((const int32_t *)bias->data)[channel];
}

static void add_real(const struct kernel_call *call, const struct product_run *run,
                     union product_sum *sum)
{
    const float *in = product_input(call)->data, *weights = product_weights(call)->data;
    for (size_t i = 0; i < run->length; i++)
        sum->real +=
            (double)in[run->a + i * run->a_step] * (double)weights[run->b + i * run->b_step];
}

static void add_half(const struct kernel_call *call, const struct product_run *run,
                     union product_sum *sum)
{
    const float *in = product_input(call)->data;
    const uint16_t *weights = product_weights(call)->data;
    for (size_t i = 0; i < run->length; i++)
        sum->real += (double)in[run->a + i * run->a_step] *
                     (double)half_to_float(weights[run->b + i * run->b_step]);
}

static void add_brain(const struct kernel_call *call, const struct product_run *run,
                      union product_sum *sum)
{
    const float *in = product_input(call)->data;
    const uint16_t *weights = product_weights(call)->data;
    for (size_t i = 0; i < run->length; i++)
        sum->real += (double)in[run->a + i * run->a_step] *
                     (double)brain_to_float(weights[run->b + i * run->b_step]);
}

static void add_widened(const struct kernel_call *call, const struct product_run *run,
                        union product_sum *sum)
{
    const float *in = product_input(call)->data;
    const struct operand *weights = product_weights(call);
    for (size_t i = 0; i < run->length; i++)
        sum->real += (double)in[run->a + i * run->a_step] *
                     (double)widened_load(weights, run->b + i * run->b_step);
}

static void store_real(const struct kernel_call *call, union product_sum sum, size_t index,
                       int channel, size_t image)
{
    const struct product_terms *terms = terms_of(call);
    (void)image;
    ((float *)call->outputs[0].data)[index] =
        clamp_real((float)(sum.real + (double)bias_real(call, channel)), terms->low, terms->high);
}

static void add_quantized(const struct kernel_call *call, const struct product_run *run,
                          union product_sum *sum)
{
    const struct product_terms *terms = terms_of(call);
    const struct operand *in = product_input(call), *weights = product_weights(call);
    enum type a = in->tensor->type, b = weights->tensor->type;
    for (size_t i = 0; i < run->length; i++)
        sum->integer +=
            (int64_t)(quantized_load(a, in->data, run->a + i * run->a_step) - terms->zero[0]) *
            (quantized_load(b, weights->data, run->b + i * run->b_step) - terms->zero[1]);
}

/* What an output may be, from its zero point. */
static struct clamp_range steps_of(const struct product_terms *terms)
{
    return (struct clamp_range){terms->range.low - terms->zero[2],
                                terms->range.high - terms->zero[2]};
}

static void store_steps(const struct kernel_call *call, int32_t steps, size_t index)
{
    quantized_store(call->outputs[0].tensor->type, call->outputs[0].data, index,
                    steps + terms_of(call)->zero[2]);
}

/* 32-bit sums, which wrap around. A value near the end of int32 saturates before the zero point is
 * added. */
static void store_narrow(const struct kernel_call *call, union product_sum sum, size_t index,
                         int channel, size_t image)
{
    const struct product_terms *terms = terms_of(call);
    struct clamp_range range = steps_of(terms);
    (void)image;
    int32_t total = (int32_t)(sum.integer + bias_integer(call, channel));
    int32_t steps =
        terms->factors
            ? scale_once(total, (float)terms->factors[channel], range.low, range.high)
            : clamp_int(multiply(total, terms->multipliers[channel]), range.low, range.high);
    store_steps(call, steps, index);
}

static void store_wide(const struct kernel_call *call, union product_sum sum, size_t index,
                       int channel, size_t image)
{
    const struct product_terms *terms = terms_of(call);
    struct clamp_range range = steps_of(terms);
    (void)image;
    int64_t total = (int64_t)((uint64_t)sum.integer + (uint64_t)bias_integer(call, channel));
    int32_t steps =
        terms->factors
            ? scale_wide_once(total, terms->factors[channel], range.low, range.high)
            : clamp_int(multiply_wide(total, terms->multipliers[channel]), range.low, range.high);
    store_steps(call, steps, index);
}

/* int32 without scales: sums that wrap around. */

static void add_plain(const struct kernel_call *call, const struct product_run *run,
                      union product_sum *sum)
{
    const uint32_t *in = product_input(call)->data, *weights = product_weights(call)->data;
    uint32_t total = (uint32_t)sum->integer;
    for (size_t i = 0; i < run->length; i++)
        total += in[run->a + i * run->a_step] * weights[run->b + i * run->b_step];
    sum->integer = (int32_t)total;
}

static void store_plain(const struct kernel_call *call, union product_sum sum, size_t index,
                        int channel, size_t image)
{
    (void)image;
    ((int32_t *)call->outputs[0].data)[index] =
        (int32_t)(uint32_t)(sum.integer + bias_integer(call, channel));
}

/* Run-time quantization. The scratch holds the inputs less their zero point, as int16. */

static void add_hybrid(const struct kernel_call *call, const struct product_run *run,
                       union product_sum *sum)
{
    const int16_t *in = (const void *)call->scratch;
    const int8_t *weights = product_weights(call)->data;
    for (size_t i = 0; i < run->length; i++)
        sum->integer += in[run->a + i * run->a_step] * weights[run->b + i * run->b_step];
}

static struct run_scale *image_scales(const struct kernel_call *call)
{
    return (void *)(call->scratch + terms_of(call)->scales_at);
}

static void store_hybrid(const struct kernel_call *call, union product_sum sum, size_t index,
                         int channel, size_t image)
{
    const struct product_terms *terms = terms_of(call);
    float scale = terms->weight_scales[channel] * image_scales(call)[image].scale;
    float value = (float)(int32_t)sum.integer * scale + bias_real(call, channel);
    ((float *)call->outputs[0].data)[index] = clamp_real(value, terms->low, terms->high);
}

static void quantize_image(const struct kernel_call *call, size_t image)
{
    const struct product_terms *terms = terms_of(call);
    size_t count = terms->image_elements;
    const float *from = (const float *)product_input(call)->data + image * count;
    int16_t *to = (int16_t *)(void *)call->scratch + image * count;
    float low = 0.0f, high = 0.0f;
    for (size_t i = 0; i < count; i++) {
        low = from[i] < low ? from[i] : low;
        high = from[i] > high ? from[i] : high;
    }
    struct run_scale scale =
        terms->is_asymmetric ? hybrid_asymmetric(low, high) : hybrid_symmetric(low, high);
    for (size_t i = 0; i < count; i++)
        to[i] = (int16_t)(hybrid_quantize(from[i], &scale) - scale.zero_point);
    image_scales(call)[image] = scale;
}

bool product_quantize(const struct kernel_call *call, int stage, size_t first, size_t last)
{
    if (stage == call->n_stages - 1)
        return false;
    for (size_t image = first; image < last; image++)
        quantize_image(call, image);
    return true;
}

struct product_loops product_loops(const struct kernel_call *call)
{
    enum type input = product_input(call)->tensor->type;
    enum type weights = product_weights(call)->tensor->type;
    if (input == TYPE_I32)
        return (struct product_loops){add_plain, store_plain};
    if (input != TYPE_F32)
        return (struct product_loops){add_quantized,
                                      terms_of(call)->is_wide ? store_wide : store_narrow};
    if (call->widens)
        return (struct product_loops){add_widened, store_real};
    if (weights == TYPE_I8)
        return (struct product_loops){add_hybrid, store_hybrid};
    return (struct product_loops){weights == TYPE_F16    ? add_half
                                  : weights == TYPE_BF16 ? add_brain
                                                         : add_real,
                                  store_real};
}
