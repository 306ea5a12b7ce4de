#include "kernels/fast/product/state.h"

void convert_copy(const struct product *product, const struct kernel_call *call,
                  const struct stretch *stretch)
{
    memcpy(stretch->to,
           (const char *)call->inputs[0].data + stretch->from * product->source.element_bytes,
           stretch->count * product->source.element_bytes);
}

#if HAS_HALF_ARITHMETIC
/* The largest finite half: what is beyond it becomes that. */
#define HALF_MAX 65504.0f

INLINE void store_finite_halves(uint16_t *to, vfloat value)
{
    store_halves(to, clamp_floats(value, all_float(-HALF_MAX), all_float(HALF_MAX)));
}

void convert_halve(const struct product *product, const struct kernel_call *call,
                   const struct stretch *stretch)
{
    const float *values = (const float *)call->inputs[0].data + stretch->from;
    uint16_t *halves = stretch->to;
    size_t i = 0, count = stretch->count;
    (void)product;
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

void convert_widen(const struct product *product, const struct kernel_call *call,
                   const struct stretch *stretch)
{
    const int8_t *bytes = (const int8_t *)call->inputs[0].data + stretch->from;
    int16_t *shorts = stretch->to, zero = (int16_t)product->source.zero_point;
    size_t i = 0, count = stretch->count;
    for (; i + 2 * LANES <= count; i += 2 * LANES)
        store_short(shorts + i, load_widened(bytes + i) - zero);
    for (; i < count; i++)
        shorts[i] = (int16_t)(bytes[i] - zero);
}

void convert_widen_unsigned(const struct product *product, const struct kernel_call *call,
                            const struct stretch *stretch)
{
    const uint8_t *bytes = (const uint8_t *)call->inputs[0].data + stretch->from;
    int16_t *shorts = stretch->to, zero = (int16_t)product->source.zero_point;
    size_t i = 0, count = stretch->count;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        vshort widened = load_widened((const int8_t *)bytes + i);
        store_short(shorts + i, (widened & UINT8_MAX) - zero);
    }
    for (; i < count; i++)
        shorts[i] = (int16_t)(bytes[i] - zero);
}

void convert_turned(const struct product *product, const struct kernel_call *call,
                    const struct stretch *stretch)
{
    const uint8_t *bytes = (const uint8_t *)call->inputs[0].data + stretch->from;
    uint8_t *made = stretch->to;
    size_t count = stretch->count;
    (void)product;
    for (size_t i = 0; i < count; i++)
        made[i] = bytes[i] ^ 0x80;
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
                            const struct stretch *stretch)
{
    const struct run_scale *scale = product_scales(product, call) + stretch->image;
    const float *values = (const float *)call->inputs[0].data + stretch->from;
    int16_t *made = stretch->to;
    size_t i = 0, count = stretch->count;
    for (; i + LANES <= count; i += LANES)
        store_shorts(made + i, quantize_lanes(values + i, scale) - scale->zero_point);
    for (; i < count; i++)
        made[i] = (int16_t)(hybrid_quantize(values[i], scale) - scale->zero_point);
}

void convert_quantize_byte(const struct product *product, const struct kernel_call *call,
                           const struct stretch *stretch)
{
    const struct run_scale *scale = product_scales(product, call) + stretch->image;
    const float *values = (const float *)call->inputs[0].data + stretch->from;
    uint8_t *made = stretch->to;
    size_t i = 0, count = stretch->count;
    for (; i + LANES <= count; i += LANES)
        store_bytes((int8_t *)made + i, quantize_lanes(values + i, scale) + BYTE_OFFSET);
    for (; i < count; i++)
        made[i] = (uint8_t)(hybrid_quantize(values[i], scale) + BYTE_OFFSET);
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
    struct run_scale *scales = product_scales(product, call);
    size_t count = (size_t)product->geometry.in_h * (size_t)product->geometry.in_w *
                   (size_t)product->source.channels;
    for (size_t image = first; image < last; image++) {
        float low, high;
        find_range((const float *)call->inputs[0].data + image * count, count, &low, &high);
        scales[image] = product->source.is_asymmetric ? hybrid_asymmetric(low, high)
                                                      : hybrid_symmetric(low, high);
        if (product->scratch.zeros_stride > 0)
            memset(call->scratch + product->scratch.zeros_at +
                       image * product->scratch.zeros_stride,
                   source_pad(product, call, image), product->scratch.zeros_stride);
    }
}

/* The elements of a pixel, one after the other as often as they are repeated. */
#define DEFINE_REPEAT(name, type)                                                                  \
    static void name(void *pixel, int depth, int repeats)                                          \
    {                                                                                              \
        type *elements = pixel;                                                                    \
        for (int i = depth - 1; i >= 0; i--)                                                       \
            for (int k = repeats - 1; k >= 0; k--)                                                 \
                elements[i * repeats + k] = elements[i];                                           \
    }

DEFINE_REPEAT(repeat_shorts, int16_t)
DEFINE_REPEAT(repeat_floats, float)

/* What a pixel of more elements than it was converted from has besides. */
static void fill_pixel(const struct product *product, unsigned char *to)
{
    int depth = product->geometry.depth, rest = product->source.depth - depth;
    size_t element = product->source.element_bytes;
    if (product->source.repeats <= 1)
        memset(to + (size_t)depth * element, 0, (size_t)rest * element);
    else if (element == sizeof(int16_t))
        repeat_shorts(to, depth, product->source.repeats);
    else
        repeat_floats(to, depth, product->source.repeats);
}

/* Pixels first..last-1 of all images, each padded to source_depth. */
static void convert_pixels(const struct product *product, const struct kernel_call *call,
                           size_t first, size_t last)
{
    size_t depth = (size_t)product->geometry.depth, source_depth = (size_t)product->source.depth;
    size_t pixels = (size_t)product->geometry.in_h * (size_t)product->geometry.in_w;
    size_t channels = (size_t)product->source.channels, begin = (size_t)product->source.first;
    bool is_gapless = depth == source_depth && depth == channels;
    size_t step = source_depth * product->source.element_bytes;
    while (first < last) {
        /* Whole stretches of an image where nothing lies between its pixels. */
        size_t image = first / pixels, end = (image + 1) * pixels;
        size_t count = !is_gapless ? 1 : (end < last ? end : last) - first;
        unsigned char *to = call->scratch + first * step;
        const struct stretch stretch = {image, first * channels + begin, count * depth, to};
        product->convert(product, call, &stretch);
        if (depth < source_depth)
            fill_pixel(product, to);
        first += count;
    }
}

/* Rows first..last-1 of all padded images. */
static void convert_padded(const struct product *product, const struct kernel_call *call,
                           size_t first, size_t last)
{
    size_t element = product->source.element_bytes, depth = (size_t)product->geometry.depth;
    size_t row_bytes = (size_t)product->source.w * depth * element;
    size_t before = (size_t)product->geometry.before_w * depth * element;
    size_t row_elements = (size_t)product->geometry.in_w * depth, inside = row_elements * element;
    for (size_t row = first; row < last; row++) {
        size_t image = row / (size_t)product->source.h;
        int y = (int)(row % (size_t)product->source.h) - product->geometry.before_h;
        unsigned char *to = call->scratch + row * row_bytes, pad = source_pad(product, call, image);
        if (y < 0 || y >= product->geometry.in_h) {
            memset(to, pad, row_bytes);
            continue;
        }
        memset(to, pad, before);
        const struct stretch stretch = {
            .image = image,
            .from = (image * (size_t)product->geometry.in_h + (size_t)y) * row_elements,
            .count = row_elements,
            .to = to + before,
        };
        product->convert(product, call, &stretch);
        memset(to + before + inside, pad, row_bytes - before - inside);
    }
}

size_t source_lines(const struct product *product)
{
    size_t rows = product_images(product) * (size_t)product->source.h;
    return product->source.is_spliced ? rows : rows * (size_t)product->source.w;
}

void source_convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last)
{
    (product->source.is_spliced ? convert_padded : convert_pixels)(product, call, first, last);
}
