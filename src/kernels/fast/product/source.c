/* The input of a product as its tiles want it: converted to the tiles' type, with padding around it
 * where filter rows are spliced. The work is divided by lines of the source: pixels where it has the
 * input's own shape, rows of an image where it is spliced. */
#include "kernels/fast/product/product.h"

void convert_copy(const struct product *product, const struct kernel_call *call, size_t image,
                  size_t from, size_t count, void *to)
{
    (void)image;
    memcpy(to, (const char *)call->inputs[0].data + from * product->element_bytes,
           count * product->element_bytes);
}

#if HAS_HALF_ARITHMETIC
/* The largest finite half: what is beyond it becomes that. */
#define HALF_MAX 65504.0f

INLINE void store_finite_halves(uint16_t *to, vfloat value)
{
    store_halves(to, clamp_floats(value, all_float(-HALF_MAX), all_float(HALF_MAX)));
}

void convert_halve(const struct product *product, const struct kernel_call *call, size_t image,
                   size_t from, size_t count, void *to)
{
    const float *values = (const float *)call->inputs[0].data + from;
    uint16_t *halves = to;
    size_t i = 0;
    (void)product, (void)image;
    for (; i + LANES <= count; i += LANES)
        store_finite_halves(halves + i, load_float(values + i));
    if (i < count) {
        float rest[LANES] = {0};
        uint16_t made[LANES];
        memcpy(rest, values + i, (count - i) * sizeof(float));
        store_finite_halves(made, load_float(rest));
        memcpy(halves + i, made, (count - i) * sizeof(uint16_t));
    }
}
#endif

void convert_widen(const struct product *product, const struct kernel_call *call, size_t image,
                   size_t from, size_t count, void *to)
{
    const int8_t *bytes = (const int8_t *)call->inputs[0].data + from;
    int16_t *shorts = to, zero = (int16_t)product->in_zero;
    size_t i = 0;
    (void)image;
    for (; i + 2 * LANES <= count; i += 2 * LANES)
        store_short(shorts + i, load_widened(bytes + i) - zero);
    for (; i < count; i++)
        shorts[i] = (int16_t)(bytes[i] - zero);
}

void convert_unsigned(const struct product *product, const struct kernel_call *call, size_t image,
                      size_t from, size_t count, void *to)
{
    const uint8_t *bytes = (const uint8_t *)call->inputs[0].data + from;
    uint8_t *made = to;
    (void)product, (void)image;
    for (size_t i = 0; i < count; i++)
        made[i] = bytes[i] ^ 0x80;
}

static const struct run_scale *scale_of(const struct product *product,
                                        const struct kernel_call *call, size_t image)
{
    return (const struct run_scale *)(const void *)(call->scratch + product->scales_at) + image;
}

/* hybrid_quantize() of LANES values. */
INLINE vint quantize_lanes(const float *from, const struct run_scale *scale)
{
    vfloat zero = all_float((float)scale->zero_point);
    vfloat steps = load_float(from) * scale->inverse + zero;
    vfloat least = all_float((float)hybrid_lowest(scale->is_asymmetric));
    vint is_number = steps == steps;
    steps = (vfloat)(((vint)steps & is_number) | ((vint)zero & ~is_number));
    return round_away(clamp_floats(steps, least, all_float(INT8_MAX)));
}

void convert_quantize_short(const struct product *product, const struct kernel_call *call,
                            size_t image, size_t from, size_t count, void *to)
{
    const struct run_scale *scale = scale_of(product, call, image);
    const float *values = (const float *)call->inputs[0].data + from;
    int16_t *made = to;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        store_shorts(made + i, quantize_lanes(values + i, scale) - scale->zero_point);
    for (; i < count; i++)
        made[i] = (int16_t)(hybrid_quantize(values[i], scale) - scale->zero_point);
}

void convert_quantize_byte(const struct product *product, const struct kernel_call *call,
                           size_t image, size_t from, size_t count, void *to)
{
    const struct run_scale *scale = scale_of(product, call, image);
    const float *values = (const float *)call->inputs[0].data + from;
    uint8_t *made = to;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        store_bytes((int8_t *)made + i, quantize_lanes(values + i, scale) + 128);
    for (; i < count; i++)
        made[i] = (uint8_t)(hybrid_quantize(values[i], scale) + 128);
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

void source_scales(const struct product *product, const struct kernel_call *call, size_t first,
                   size_t last)
{
    struct run_scale *scales = (void *)(call->scratch + product->scales_at);
    size_t count = (size_t)product->in_h * (size_t)product->in_w * (size_t)product->depth;
    for (size_t image = first; image < last; image++) {
        float low, high;
        find_range((const float *)call->inputs[0].data + image * count, count, &low, &high);
        scales[image] =
            product->is_asymmetric ? hybrid_asymmetric(low, high) : hybrid_symmetric(low, high);
        if (product->zeros_stride > 0)
            memset(call->scratch + product->zeros_at + image * product->zeros_stride,
                   source_pad(product, call, image), product->zeros_stride);
    }
}

/* Pixels first..last-1 of all images, each padded to source_depth. */
static void convert_pixels(const struct product *product, const struct kernel_call *call,
                           size_t first, size_t last)
{
    size_t depth = (size_t)product->depth, source_depth = (size_t)product->source_depth;
    size_t pixels = (size_t)product->in_h * (size_t)product->in_w;
    size_t step = source_depth * product->element_bytes;
    while (first < last) {
        /* Whole stretches of an image where nothing lies between its pixels. */
        size_t image = first / pixels, end = (image + 1) * pixels;
        size_t count = depth < source_depth ? 1 : (end < last ? end : last) - first;
        unsigned char *to = call->scratch + first * step;
        product->convert(product, call, image, first * depth, count * depth, to);
        memset(to + count * depth * product->element_bytes, 0,
               count * (source_depth - depth) * product->element_bytes);
        first += count;
    }
}

/* Rows first..last-1 of all padded images. */
static void convert_padded(const struct product *product, const struct kernel_call *call,
                           size_t first, size_t last)
{
    size_t element = product->element_bytes, depth = (size_t)product->depth;
    size_t row_bytes = (size_t)product->source_w * depth * element;
    size_t before = (size_t)product->before_w * depth * element;
    size_t inside = (size_t)product->in_w * depth * element;
    for (size_t row = first; row < last; row++) {
        size_t image = row / (size_t)product->source_h;
        int y = (int)(row % (size_t)product->source_h) - product->before_h;
        unsigned char *to = call->scratch + row * row_bytes, pad = source_pad(product, call, image);
        if (y < 0 || y >= product->in_h) {
            memset(to, pad, row_bytes);
            continue;
        }
        memset(to, pad, before);
        product->convert(product, call, image,
                         (image * (size_t)product->in_h + (size_t)y) * (size_t)product->in_w *
                             depth,
                         (size_t)product->in_w * depth, to + before);
        memset(to + before + inside, pad, row_bytes - before - inside);
    }
}

size_t source_lines(const struct product *product)
{
    size_t rows = product_images(product) * (size_t)product->source_h;
    return product->is_spliced ? rows : rows * (size_t)product->source_w;
}

void source_convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last)
{
    (product->is_spliced ? convert_padded : convert_pixels)(product, call, first, last);
}
