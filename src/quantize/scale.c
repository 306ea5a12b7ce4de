#include "quantize/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/moments.h"

/* A range narrower than twice this is widened to it. */
#define HALF_NARROWEST 5e-7f
/* The range of what is always 0, of which any scale will do: runtimes refuse steps that are tiny
 * beside those of the operands (XNNPACK: a ratio of 256 and more). */
#define REACH_OF_ZEROS 1.0f

static bool is_zero(float low, float high)
{
    return !(low < 0.0f) && !(high > 0.0f);
}

static struct scale asymmetric(float low, float high)
{
    if (is_zero(low, high)) {
        high = REACH_OF_ZEROS;
    } else if (high - low <= 2.0f * HALF_NARROWEST) {
        low = fminf(low, -HALF_NARROWEST);
        high = fmaxf(high, HALF_NARROWEST);
    }
    float scale = (high - low) / 255.0f;
    float zero_point = roundf(-128.0f - low / scale);
    return (struct scale){scale, (int32_t)fminf(fmaxf(zero_point, -128.0f), 127.0f)};
}

static struct scale symmetric(float low, float high)
{
    float reach = fmaxf(fmaxf(-low, high), HALF_NARROWEST);
    if (is_zero(low, high))
        reach = REACH_OF_ZEROS;
    return (struct scale){reach / 32767.0f, 0};
}

struct scale scale_for_range(enum type type, float low, float high)
{
    low = fminf(low, 0.0f);
    high = fmaxf(high, 0.0f);
    return type == TYPE_I16 ? symmetric(low, high) : asymmetric(low, high);
}

void scale_span(enum type type, struct scale scale, float *low, float *high)
{
    *low = scale.scale * (float)(type_lowest(type) - scale.zero_point);
    *high = scale.scale * (float)(type_highest(type) - scale.zero_point);
}

struct range constant_range(const struct tensor *tensor)
{
    struct range range = {0};
    const float *values = tensor->data;
    size_t count = shape_elements(&tensor->shape);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        range.low = range.seen ? fminf(range.low, values[i]) : values[i];
        range.high = range.seen ? fmaxf(range.high, values[i]) : values[i];
        range.seen = true;
    }
    return range;
}

static int32_t rounded(double value, double low, double high)
{
    double whole = round(value);
    return (int32_t)(whole < low ? low : whole > high ? high : isnan(whole) ? 0.0 : whole);
}

int quantize_constant(struct graph *graph, int tensor, enum type type, struct scale scale)
{
    struct tensor copy = graph->tensors[tensor];
    const float *values = copy.data;
    size_t count = shape_elements(&copy.shape);
    double low = (double)type_lowest(type), high = (double)type_highest(type);
    unsigned char *bytes = arena_alloc(graph->arena, count * type_size(type));
    for (size_t i = 0; i < count; i++) {
        int32_t q = rounded((double)roundf(values[i] / scale.scale) + scale.zero_point, low, high);
        int16_t wide = (int16_t)q;
        int8_t narrow = (int8_t)q;
        if (type == TYPE_I16)
            memcpy(bytes + i * sizeof(wide), &wide, sizeof(wide));
        else
            memcpy(bytes + i, &narrow, sizeof(narrow));
    }
    copy.type = type;
    copy.data = bytes;
    copy.quant = quantization_per_tensor(graph, scale.scale, scale.zero_point);
    return graph_add_tensor(graph, &copy);
}

/* Scales of a constant's channels; one when granularity is per tensor. */
static float *weight_scales(struct graph *graph, const struct weight_order *order, int *count)
{
    const struct tensor *weights = &graph->tensors[order->weights];
    bool per_channel = order->granularity == GRANULARITY_CHANNEL;
    size_t channels = per_channel ? (size_t)weights->shape.dim[order->axis] : 1;
    size_t inner = shape_span(&weights->shape, order->axis + 1, weights->shape.rank);
    const float *values = weights->data;
    float *scales = arena_alloc(graph->arena, channels * sizeof(*scales));
    for (size_t i = 0; i < shape_elements(&weights->shape); i++) {
        float size = fabsf(values[i]);
        float *largest = &scales[i / inner % channels];
        if (isfinite(size) && size > *largest)
            *largest = size;
    }
    for (size_t c = 0; c < channels; c++) {
        if (per_channel)
            scales[c] = fmaxf(scales[c], HALF_NARROWEST) / (float)order->most;
        else
            scales[c] = scales[c] > 0.0f ? scales[c] / (float)order->most : 1.0f;
    }
    *count = (int)channels;
    if (order->moments) {
        const struct quantization quant = {.count = *count, .axis = order->axis, .scale = scales};
        moments_scale(order->moments, order->weights, &quant, order->most, scales);
    }
    return scales;
}

/* Enlarges scales whose bias would not fit half of int32's range: kernels scale at most 48 bits
 * (TFLite's MultiplyByQuantizedMultiplier), and ONNX Runtime brings every bias into int32. Beside
 * such a bias, the products of the weights are less than a step of the output. */
static void guard_bias(const struct tensor *bias, float input_scale, float *scales, int count)
{
    const double limit = 2147483647.0 / 2.0;
    const float *values = bias->data;
    for (size_t i = 0; i < shape_elements(&bias->shape); i++) {
        float *scale = &scales[count == 1 ? 0 : i];
        double size = fabs((double)values[i]);
        if (isfinite(size) && size / ((double)input_scale * (double)*scale) > limit)
            *scale = (float)(size / limit / (double)input_scale);
    }
}

static void fit(const struct weight_order *order, const struct quantization *quant, int most,
                int8_t *rounded, float *scales)
{
    if (!order->moments)
        return;
    moments_round(order->moments, order->weights, quant, most, rounded);
    moments_rescale(order->moments, order->weights, quant, rounded, scales);
}

/* Rounds the constant and then, where moments say so, anew and with other scales. */
static int add_weights(struct graph *graph, const struct weight_order *order, float *scales,
                       int count)
{
    struct tensor copy = graph->tensors[order->weights];
    const float *values = copy.data;
    size_t elements = shape_elements(&copy.shape);
    size_t inner = shape_span(&copy.shape, order->axis + 1, copy.shape.rank);
    int8_t *bytes = arena_alloc(graph->arena, elements);
    for (size_t i = 0; i < elements; i++) {
        float inverse = 1.0f / scales[i / inner % (size_t)count];
        bytes[i] = (int8_t)rounded((double)roundf(values[i] * inverse), -order->most, order->most);
    }
    copy.type = TYPE_I8;
    copy.data = bytes;
    copy.quant = (struct quantization){
        .count = count,
        .axis = count > 1 ? order->axis : 0,
        .scale = scales,
        .zero_point = arena_alloc(graph->arena, (size_t)count * sizeof(int32_t)),
    };
    fit(order, &copy.quant, order->most, bytes, scales);
    return graph_add_tensor(graph, &copy);
}

static int add_bias(struct graph *graph, int number, float input_scale, const float *scales,
                    int count, enum type type)
{
    struct tensor copy = graph->tensors[number];
    const float *values = copy.data;
    size_t elements = shape_elements(&copy.shape);
    float *bias_scales = arena_alloc(graph->arena, (size_t)count * sizeof(*bias_scales));
    int64_t *wide = arena_alloc(graph->arena, elements * sizeof(*wide));
    int32_t *narrow = arena_alloc(graph->arena, elements * sizeof(*narrow));
    for (int c = 0; c < count; c++)
        bias_scales[c] = (float)((double)input_scale * (double)scales[c]);
    for (size_t i = 0; i < elements; i++) {
        double q = round((double)(values[i] * (1.0f / bias_scales[count == 1 ? 0 : i])));
        q = isnan(q) ? 0.0 : fmax(-2147483647.0, fmin(2147483647.0, q));
        wide[i] = (int64_t)q;
        narrow[i] = type == TYPE_I32 ? (int32_t)q : 0;
    }
    copy.type = type;
    copy.data = type == TYPE_I64 ? (const void *)wide : narrow;
    copy.quant = (struct quantization){
        .count = count,
        .scale = bias_scales,
        .zero_point = arena_alloc(graph->arena, (size_t)count * sizeof(int32_t)),
    };
    return graph_add_tensor(graph, &copy);
}

struct quantized_weights quantize_weights(struct graph *graph, const struct weight_order *order,
                                          int bias, float input_scale, enum type bias_type)
{
    int count;
    float *scales = weight_scales(graph, order, &count);
    if (bias != NO_TENSOR)
        guard_bias(&graph->tensors[bias], input_scale, scales, count);
    struct quantized_weights out = {.weights = add_weights(graph, order, scales, count),
                                    .bias = NO_TENSOR};
    if (bias != NO_TENSOR)
        out.bias = add_bias(graph, bias, input_scale, scales, count, bias_type);
    return out;
}

int quantize_weights_only(struct graph *graph, const struct weight_order *order)
{
    int count;
    float *scales = weight_scales(graph, order, &count);
    return add_weights(graph, order, scales, count);
}

/* The weights that share a scale: every step-th element. */
struct share {
    const float *values;
    size_t count, step;
};

static float reach_of(const struct share *share)
{
    float reach = 0.0f;
    for (size_t i = 0; i < share->count; i++) {
        float size = fabsf(share->values[i * share->step]);
        reach = isfinite(size) && size > reach ? size : reach;
    }
    return fmaxf(reach, HALF_NARROWEST);
}

static double squared_error(const struct share *share, float scale)
{
    double sum = 0.0;
    for (size_t i = 0; i < share->count; i++) {
        double value = (double)share->values[i * share->step];
        double error =
            value - (double)scale * rounded(value / (double)scale, -(double)WEIGHT_MOST_NARROW,
                                            WEIGHT_MOST_NARROW);
        sum += isfinite(error) ? error * error : 0.0;
    }
    return sum;
}

static float best_scale(const struct share *share)
{
    const int tries = 40; /* from all of the range down to half of it */
    float reach = reach_of(share), best = reach / (float)WEIGHT_MOST_NARROW;
    double least = squared_error(share, best);
    for (int i = 1; i <= tries; i++) {
        float scale = reach / (float)WEIGHT_MOST_NARROW * (1.0f - 0.5f * (float)i / (float)tries);
        double error = squared_error(share, scale);
        if (error < least) {
            least = error;
            best = scale;
        }
    }
    return best;
}

/* The weights of an entry of the scales. */
static struct share share_of(const struct tensor *tensor, size_t entry)
{
    const float *values = tensor->data;
    size_t count = (size_t)tensor->quant.count, block = (size_t)tensor->quant.block;
    size_t elements = shape_elements(&tensor->shape);
    if (block > 0)
        return (struct share){values + entry * block, block, 1};
    /* the axis is the first dimension or, of depthwise filters, the last */
    return tensor->quant.axis == 0
               ? (struct share){values + entry * (elements / count), elements / count, 1}
               : (struct share){values + entry, elements / count, count};
}

/* Whole holds the scales of the whole range. */
static void choose_narrow(const struct weight_order *order, const struct tensor *tensor,
                          float *whole, float *scales)
{
    for (size_t c = 0; c < (size_t)tensor->quant.count; c++) {
        struct share share = share_of(tensor, c);
        whole[c] = reach_of(&share) / (float)WEIGHT_MOST_NARROW;
        scales[c] = best_scale(&share);
    }
    struct quantization quant = tensor->quant;
    quant.scale = whole;
    if (order->moments)
        moments_scale(order->moments, order->weights, &quant, WEIGHT_MOST_NARROW, scales);
}

int quantize_narrow(struct graph *graph, const struct weight_order *order, int32_t block)
{
    struct tensor copy = graph->tensors[order->weights];
    const float *values = copy.data;
    size_t elements = shape_elements(&copy.shape);
    size_t count = block > 0 ? elements / (size_t)block : (size_t)copy.shape.dim[order->axis];
    float *scales = arena_alloc(graph->arena, count * sizeof(*scales));
    float *whole = arena_alloc(graph->arena, count * sizeof(*whole));
    int8_t *bytes = arena_alloc(graph->arena, elements);
    copy.quant = (struct quantization){
        .count = (int)count,
        .axis = block > 0 ? copy.shape.rank - 1 : order->axis,
        .block = block,
        .scale = scales,
        .zero_point = arena_alloc(graph->arena, count * sizeof(int32_t)),
    };
    choose_narrow(order, &copy, whole, scales);
    for (size_t i = 0; i < elements; i++)
        bytes[i] = (int8_t)rounded((double)values[i] / (double)scales[quantization_entry(&copy, i)],
                                   -(double)WEIGHT_MOST_NARROW, WEIGHT_MOST_NARROW);
    copy.type = TYPE_I8;
    copy.bits = 4;
    copy.data = bytes;
    fit(order, &copy.quant, WEIGHT_MOST_NARROW, bytes, scales);
    return graph_add_tensor(graph, &copy);
}
