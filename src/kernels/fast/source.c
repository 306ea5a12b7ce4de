/* Converting the input of integer products to int16, zero point taken off. */
#include "kernels/fast/product.h"

static int16_t *converted(const struct product *product, const struct kernel_call *call,
                          size_t pixel)
{
    return (int16_t *)(void *)call->scratch + pixel * (size_t)product->source_depth;
}

static void convert_bytes(int16_t *restrict to, const int8_t *restrict from, size_t count,
                          int16_t zero)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (int16_t)(from[i] - zero);
}

static void convert_pixels(const struct product *product, const struct operand *input, size_t pixel,
                           size_t pixels, int16_t *to)
{
    size_t depth = (size_t)product->depth;
    if (input->tensor->type == TYPE_I16)
        memcpy(to, (const int16_t *)input->data + pixel * depth, pixels * depth * sizeof(int16_t));
    else
        convert_bytes(to, (const int8_t *)input->data + pixel * depth, pixels * depth,
                      (int16_t)product->in_zero);
}

void source_convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last)
{
    const struct operand *input = &call->inputs[0];
    if (product->source_depth == product->depth) {
        convert_pixels(product, input, first, last - first, converted(product, call, first));
        return;
    }
    for (size_t pixel = first; pixel < last; pixel++) { /* an odd depth is padded */
        int16_t *to = converted(product, call, pixel);
        convert_pixels(product, input, pixel, 1, to);
        to[product->depth] = 0;
    }
}

static size_t image_elements(const struct product *product)
{
    return product->image_stride / (size_t)product->source_depth * (size_t)product->depth;
}

/* Smallest and largest of a stretch and of zero. */
static void find_range(const float *values, size_t count, float *low, float *high)
{
    vfloat least = all_float(0.0f), most = all_float(0.0f);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        vfloat value = load_float(values + i);
        vint below = value<least, above = value> most;
        least = (vfloat)(((vint)value & below) | ((vint)least & ~below));
        most = (vfloat)(((vint)value & above) | ((vint)most & ~above));
    }
    *low = *high = 0.0f;
    for (int lane = 0; lane < LANES; lane++) {
        *low = least[lane] < *low ? least[lane] : *low;
        *high = most[lane] > *high ? most[lane] : *high;
    }
    for (; i < count; i++) {
        *low = values[i] < *low ? values[i] : *low;
        *high = values[i] > *high ? values[i] : *high;
    }
}

void source_hybrid_scales(const struct product *product, const struct kernel_call *call,
                          size_t first, size_t last)
{
    struct run_scale *scales = (void *)(call->scratch + product->scales_at);
    size_t count = image_elements(product);
    for (size_t image = first; image < last; image++) {
        float low, high;
        find_range((const float *)call->inputs[0].data + image * count, count, &low, &high);
        scales[image] =
            product->is_asymmetric ? hybrid_asymmetric(low, high) : hybrid_symmetric(low, high);
    }
}

/* round(value), halves away from zero, of values well within int32. */
INLINE vint round_away(vfloat value)
{
    vint whole = __builtin_convertvector(value, vint);
    vfloat rest = value - __builtin_convertvector(whole, vfloat);
    return whole - (rest >= all_float(0.5f)) + (rest <= all_float(-0.5f));
}

/* hybrid_quantize() of each lane. */
INLINE vint quantize(vfloat value, const struct run_scale *scale)
{
    vfloat zero = all_float((float)scale->zero_point), steps = value * scale->inverse + zero;
    vfloat least = all_float((float)hybrid_lowest(scale->is_asymmetric));
    vint is_number = steps == steps;
    steps = (vfloat)(((vint)steps & is_number) | ((vint)zero & ~is_number));
    return round_away(clamp_floats(steps, least, all_float(INT8_MAX)));
}

static void quantize_run(int16_t *to, const float *from, size_t count,
                         const struct run_scale *scale)
{
    vint zero = all_int(scale->zero_point);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        store_shorts(to + i, quantize(load_float(from + i), scale) - zero);
    for (; i < count; i++)
        to[i] = (int16_t)(hybrid_quantize(from[i], scale) - scale->zero_point);
}

void source_hybrid_quantize(const struct product *product, const struct kernel_call *call,
                            size_t first, size_t last)
{
    const struct run_scale *scales = (const void *)(call->scratch + product->scales_at);
    size_t depth = (size_t)product->depth;
    size_t image_pixels = product->image_stride / (size_t)product->source_depth;
    for (size_t pixel = first; pixel < last; pixel++) {
        int16_t *to = converted(product, call, pixel);
        quantize_run(to, (const float *)call->inputs[0].data + pixel * depth, depth,
                     &scales[pixel / image_pixels]);
        if (product->source_depth > product->depth)
            to[product->depth] = 0;
    }
}
