/* What finish functions need, from biases and scales, padded to whole panels. */
#include <stdlib.h>

#include "base/half.h"
#include "kernels/common/multipliers.h"
#include "kernels/common/quantized.h"
#include "kernels/fast/product/finish_bytes.h"
#include "kernels/fast/product/state.h"

static int32_t activation_of(const struct node *node)
{
    return node->op == OP_FULLY_CONNECTED ? node->params.dense.activation
                                          : node->params.conv.activation;
}

static void *padded(const struct product *product, size_t size, struct arena *arena)
{
    return arena_try(arena, (size_t)product->tiling.panels * PANEL_WIDTH, size);
}

static enum status no_memory(const struct product *product, struct error *error)
{
    return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d channels",
                     product->geometry.channels);
}

static float bias_as_float(const struct operand *bias, int channel)
{
    if (bias->tensor->type == TYPE_F16)
        return half_to_float(((const uint16_t *)bias->data)[channel]);
    return ((const float *)bias->data)[channel];
}

enum status product_finish_float(const struct kernel_call *call, struct product *product,
                                 struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    const struct operand *bias = product_operands(call).bias;
    float *values = padded(product, sizeof(float), arena);
    enum status status = product_check_bias(call, error);
    int32_t activation = activation_of(call->node);
    if (status == STATUS_OK)
        status = activation_check(activation, error);
    if (status != STATUS_OK)
        return status;
    if (!values)
        return no_memory(product, error);
    for (int c = 0; bias && c < product->geometry.channels; c++)
        values[c] = bias_as_float(bias, c);
    epilogue->bias_float = values;
    product->finish = finish_float;
    epilogue->is_direct = true;
    activation_range((enum activation)activation, &epilogue->float_low, &epilogue->float_high);
    return STATUS_OK;
}

/* The weights of a channel. */
struct channel_weights {
    size_t first, step, count;
};

static struct channel_weights weights_of(const struct kernel_call *call,
                                         const struct product *product, size_t channel)
{
    size_t taps = (size_t)product->geometry.taps, depth = (size_t)product->geometry.depth;
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        return (struct channel_weights){channel, (size_t)product->geometry.channels, taps};
    return (struct channel_weights){channel * taps * depth, 1, taps * depth};
}

/* What an input of 1 everywhere adds up to in a channel: the sum of its weights, from their zero
 * point. */
static int32_t weight_sum(const struct kernel_call *call, const struct product *product, size_t c)
{
    const struct operand *weights = &call->inputs[1];
    struct channel_weights of = weights_of(call, product, c);
    uint32_t sum = (uint32_t)of.count * -(uint32_t)weights->tensor->quant.zero_point[0];
    for (size_t i = 0; i < of.count; i++)
        sum +=
            (uint32_t)quantized_load(weights->tensor->type, weights->data, of.first + i * of.step);
    return (int32_t)sum;
}

enum status product_finish_widened(const struct kernel_call *call, struct product *product,
                                   struct arena *arena, struct error *error)
{
    float *scales, *values = padded(product, sizeof(float), arena);
    enum status status = product_finish_float(call, product, arena, error);
    if (status == STATUS_OK)
        status = weight_scales_new(call, arena, &scales, error);
    if (status != STATUS_OK)
        return status;
    if (!values)
        return no_memory(product, error);
    memcpy(values, scales, (size_t)product->geometry.channels * sizeof(float));
    product->epilogue.weight_scales = values;
    return STATUS_OK;
}

enum status product_finish_hybrid(const struct kernel_call *call, struct product *product,
                                  struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    enum status status = product_finish_widened(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    if (product->source.element_bytes == 1) {
        int32_t *sums = padded(product, sizeof(int32_t), arena);
        for (size_t c = 0; sums && c < (size_t)product->geometry.channels; c++)
            sums[c] = weight_sum(call, product, c);
        if (!sums)
            return no_memory(product, error);
        epilogue->weight_sums = sums;
    }
    product->finish = finish_hybrid;
    return STATUS_OK;
}

static int64_t bias_at(const struct operand *bias, int channel)
{
    if (!bias)
        return 0;
    return bias->tensor->type == TYPE_I64 ? ((const int64_t *)bias->data)[channel]
                                          : ((const int32_t *)bias->data)[channel];
}

/* Bytes count from the zero point, and may have been turned over: that is taken off together with
 * adding the bias. */
static enum status set_bias(const struct kernel_call *call, struct product *product,
                            struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    const struct operand *bias = product_operands(call).bias;
    bool is_wide = epilogue->sum_bytes == sizeof(int64_t);
    int64_t *wide = is_wide ? padded(product, sizeof(int64_t), arena) : NULL;
    int32_t *narrow = is_wide ? NULL : padded(product, sizeof(int32_t), arena);
    if (!wide && !narrow)
        return no_memory(product, error);
    for (int c = 0; c < product->geometry.channels; c++) {
        int64_t value = bias_at(bias, c);
        if (product->source.element_bytes == 1)
            value -= (int64_t)source_byte_zero(product) * weight_sum(call, product, (size_t)c);
        if (is_wide)
            wide[c] = value;
        else
            narrow[c] = (int32_t)(uint32_t)value;
    }
    epilogue->bias32 = narrow;
    epilogue->bias64 = wide;
    return STATUS_OK;
}

/* The sum of the sizes of a channel's int8 weights. */
static int64_t weight_sizes(const struct kernel_call *call, const struct product *product, size_t c)
{
    struct channel_weights of = weights_of(call, product, c);
    const int8_t *weights = (const int8_t *)call->inputs[1].data + of.first;
    int64_t sum = 0;
    for (size_t i = 0; i < of.count; i++)
        sum += abs(weights[i * of.step]);
    return sum;
}

/* Whether the sums of 16x8 fit 32 bits whatever the inputs are, and shifts of them 64. They do in
 * nearly every network: 32768 times the sizes of 65,000 steps of weights. */
static bool fits_narrow_sums(const struct kernel_call *call, const struct product *product)
{
    const int32_t *shifts = product->epilogue.rights;
    const struct operand *bias = product_operands(call).bias;
    for (int c = 0; c < product->geometry.channels; c++) {
        int64_t most = weight_sizes(call, product, (size_t)c) << 15;
        if (most > INT32_MAX || llabs(bias_at(bias, c)) > INT32_MAX - most ||
            (shifts && shifts[c] > 32))
            return false;
    }
    return true;
}

static enum status set_multipliers(const struct kernel_call *call, struct product *product,
                                   struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    struct multiplier *by;
    int32_t *mantissas = padded(product, sizeof(int32_t), arena);
    int32_t *lefts = padded(product, sizeof(int32_t), arena);
    int32_t *rights = padded(product, sizeof(int32_t), arena);
    enum status status = multipliers_new(call, arena, &by, error);
    if (status != STATUS_OK)
        return status;
    if (!mantissas || !lefts || !rights)
        return no_memory(product, error);
    for (int c = 0; c < product->geometry.channels; c++) {
        mantissas[c] = by[c].mantissa;
        lefts[c] = by[c].shift > 0 ? by[c].shift : 0;
        rights[c] = by[c].shift > 0 ? 0 : -by[c].shift;
    }
    epilogue->mantissas = mantissas;
    epilogue->lefts = lefts;
    epilogue->rights = rights;
    return STATUS_OK;
}

/* Those of int16 outputs. */
static enum status set_wide_multipliers(const struct kernel_call *call, struct product *product,
                                        struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    struct multiplier *by;
    int32_t *factors = padded(product, sizeof(int32_t), arena);
    int32_t *shifts = padded(product, sizeof(int32_t), arena);
    enum status status = multipliers_new(call, arena, &by, error);
    if (status != STATUS_OK)
        return status;
    if (!factors || !shifts)
        return no_memory(product, error);
    for (int c = 0; c < product->tiling.panels * PANEL_WIDTH; c++) {
        bool exists = c < product->geometry.channels;
        factors[c] = exists ? multiplier_reduced(by[c]) : 0;
        shifts[c] = exists ? multiplier_wide_shift(by[c]) : 1;
    }
    epilogue->mantissas = factors;
    epilogue->rights = shifts;
    return STATUS_OK;
}

/* For sums of either size. */
static enum status set_factors(const struct kernel_call *call, struct product *product,
                               struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    double *by, *doubles = padded(product, sizeof(double), arena);
    float *floats = padded(product, sizeof(float), arena);
    enum status status = factors_new(call, arena, &by, error);
    if (status != STATUS_OK)
        return status;
    if (!doubles || !floats)
        return no_memory(product, error);
    for (int c = 0; c < product->geometry.channels; c++) {
        doubles[c] = by[c];
        floats[c] = (float)by[c];
    }
    epilogue->factors = floats;
    epilogue->double_factors = doubles;
    return STATUS_OK;
}

static void set_range(const struct kernel_call *call, struct epilogue *epilogue,
                      enum activation activation)
{
    const struct tensor *out = call->outputs[0].tensor;
    struct clamp_range range = quantized_range(activation, out);
    epilogue->low = range.low;
    epilogue->high = range.high;
    epilogue->zero_point = out->quant.zero_point[0];
}

static finish_function *finish_of(const struct kernel_call *call, const struct product *product,
                                  bool is_short)
{
    bool once = call->rounding == ROUNDING_ONCE;
    if (!is_short)
        return once ? finish_int8_once : finish_int8;
    if (product->epilogue.sum_bytes == sizeof(int64_t))
        return once ? finish_wide_once : finish_wide;
    return once ? finish_int16_once : finish_int16;
}

enum status product_finish_scales(const struct kernel_call *call, struct product *product,
                                  struct arena *arena, struct error *error)
{
    bool is_short = call->outputs[0].tensor->type == TYPE_I16;
    finish_prepare_function *set = call->rounding == ROUNDING_ONCE ? set_factors
                                   : is_short                      ? set_wide_multipliers
                                                                   : set_multipliers;
    enum status status = set(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    set_range(call, &product->epilogue, ACTIVATION_NONE);
    product->finish = finish_of(call, product, is_short);
    return STATUS_OK;
}

/* Whether what becomes of 8-bit inputs and weights is so small, with the bias, and shifts are such
 * that multiply_short() is exact. */
static bool fits_short_form(const struct kernel_call *call, const struct product *product)
{
    const struct epilogue *epilogue = &product->epilogue;
    const struct operand *bias = product_operands(call).bias;
    bool is_depthwise = call->node->op == OP_DEPTHWISE_CONV_2D;
    int64_t most = (int64_t)product->geometry.taps * UINT8_MAX;
    most *= product->packed.is_unsigned ? UINT8_MAX : -INT8_MIN;
    most *= is_depthwise ? 1 : product->geometry.depth;
    for (int c = 0; c < product->geometry.channels; c++)
        if (most + llabs(bias_at(bias, c)) >= INT32_MAX / 2 || epilogue->lefts[c] > 0 ||
            epilogue->rights[c] < 1 || epilogue->rights[c] > MULTIPLY_BITS_MAX)
            return false;
    return true;
}

static enum status set_addends(struct product *product, struct arena *arena, struct error *error)
{
    struct epilogue *epilogue = &product->epilogue;
    int32_t *addends = padded(product, sizeof(int32_t), arena);
    if (!addends)
        return no_memory(product, error);
    for (int c = 0; c < product->geometry.channels; c++)
        addends[c] =
            (1 << epilogue->rights[c]) / 2 + epilogue->zero_point * (1 << epilogue->rights[c]);
    epilogue->addends = addends;
    product->finish = finish_int8_short;
    return STATUS_OK;
}

/* A factor of 15 bits has room for 16 more, so that shifts of 16 to 32 all become one of 32, which
 * takes no instruction. */
static void shorten_shifts(struct product *product)
{
    struct epilogue *epilogue = &product->epilogue;
    int32_t *factors = (int32_t *)(uintptr_t)epilogue->mantissas;
    for (int c = 0; c < product->geometry.channels; c++)
        if (epilogue->rights[c] < 16)
            return;
    for (int c = 0; c < product->geometry.channels; c++)
        factors[c] = shift_left(factors[c], 32 - epilogue->rights[c]);
    product->finish = finish_int16_short;
}

/* Whether tiles of bytes can make results of their sums: see struct byte_results. */
static bool is_direct(const struct kernel_call *call, const struct product *product)
{
    if (product->finish != finish_int8_once || call->outputs[0].tensor->type != TYPE_I8)
        return false;
    for (int c = 0; c < product->geometry.channels; c++)
        if (!(product->epilogue.factors[c] <= BYTE_FACTOR_MAX))
            return false;
    return true;
}

enum status product_finish_integer(const struct kernel_call *call, struct product *product,
                                   struct arena *arena, struct error *error)
{
    int32_t activation = activation_of(call->node);
    enum status status = product_check_bias(call, error);
    if (status == STATUS_OK)
        status = activation_check(activation, error);
    if (status == STATUS_OK)
        status = product_finish_scales(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    set_range(call, &product->epilogue, (enum activation)activation);
    if (product->epilogue.sum_bytes == sizeof(int64_t) && fits_narrow_sums(call, product)) {
        product->epilogue.sum_bytes = sizeof(int32_t);
        product->finish = finish_of(call, product, true);
        if (product->finish == finish_int16)
            shorten_shifts(product);
    }
    product->source.zero_point = call->inputs[0].tensor->quant.zero_point[0];
    if (product->packed.is_unsigned)
        product->packed.zero_point = call->inputs[1].tensor->quant.zero_point[0] - 128;
    product->epilogue.is_direct = is_direct(call, product);
    if (product->finish == finish_int8 && fits_short_form(call, product))
        status = set_addends(product, arena, error);
    return status != STATUS_OK ? status : set_bias(call, product, arena, error);
}
