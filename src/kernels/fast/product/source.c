#include "kernels/fast/product/quantize.h"
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

/* Lines of all images, some or all of those of one image. */
struct lines {
    size_t image, first, last;
    const struct run_scale *scale; /* run-time quantization: that of the image */
};

/* Pixels, each padded to source.depth. */
static void convert_pixels(const struct product *product, const struct kernel_call *call,
                           const struct lines *lines)
{
    size_t depth = (size_t)product->geometry.depth, source_depth = (size_t)product->source.depth;
    size_t channels = (size_t)product->source.channels, begin = (size_t)product->source.first;
    bool is_gapless = depth == source_depth && depth == channels;
    size_t step = source_depth * product->source.element_bytes;
    /* All at once where nothing lies between them. */
    size_t count = is_gapless ? lines->last - lines->first : 1;
    for (size_t pixel = lines->first; pixel < lines->last; pixel += count) {
        unsigned char *to = call->scratch + pixel * step;
        const struct stretch stretch = {pixel * channels + begin, count * depth, to, lines->scale};
        product->convert(product, call, &stretch);
        if (depth < source_depth)
            fill_pixel(product, to);
    }
}

/* The byte of which elements that stand for 0 consist. */
static unsigned char pad_of(const struct product *product, const struct run_scale *scale)
{
    return scale ? quantize_pad(product, scale) : source_pad(product);
}

/* Rows of padded images. */
static void convert_padded(const struct product *product, const struct kernel_call *call,
                           const struct lines *lines)
{
    size_t element = product->source.element_bytes, depth = (size_t)product->geometry.depth;
    size_t row_bytes = (size_t)product->source.w * depth * element;
    size_t before = (size_t)product->geometry.before_w * depth * element;
    size_t row_elements = (size_t)product->geometry.in_w * depth, inside = row_elements * element;
    size_t image_rows = (size_t)product->geometry.in_h, above = lines->image * image_rows;
    unsigned char pad = pad_of(product, lines->scale);
    for (size_t row = lines->first; row < lines->last; row++) {
        int y = (int)(row % (size_t)product->source.h) - product->geometry.before_h;
        unsigned char *to = call->scratch + row * row_bytes;
        if (y < 0 || y >= product->geometry.in_h) {
            memset(to, pad, row_bytes);
            continue;
        }
        memset(to, pad, before);
        const struct stretch stretch = {(above + (size_t)y) * row_elements, row_elements,
                                        to + before, lines->scale};
        product->convert(product, call, &stretch);
        memset(to + before + inside, pad, row_bytes - before - inside);
    }
}

/* Lines that an image is divided into: pixels where it has the input's own shape, rows where it is
 * spliced. */
static size_t image_lines(const struct product *product)
{
    size_t rows = (size_t)product->source.h;
    return product->source.is_spliced ? rows : rows * (size_t)product->source.w;
}

/* Lines first..last-1 of all images. */
static void convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last)
{
    size_t of_image = image_lines(product);
    struct lines lines;
    for (lines.first = first; lines.first < last; lines.first = lines.last) {
        struct run_scale scale;
        lines.image = lines.first / of_image;
        size_t begin = lines.image * of_image, end = begin + of_image;
        lines.last = end < last ? end : last;
        lines.scale = NULL;
        if (product->source.is_hybrid) {
            scale = quantize_scale(product, call, lines.image);
            lines.scale = &scale;
            if (lines.first == begin) /* whoever begins with an image notes it for all */
                quantize_note(product, call, lines.image, &scale);
        }
        (product->source.is_spliced ? convert_padded : convert_pixels)(product, call, &lines);
    }
}

/* Whether threads share the images, whose ranges are found before. */
static bool has_pieces(const struct product *product)
{
    return product->source.is_hybrid && product->source.pieces > 1;
}

/* Lines of an item: an image whose range is found where it is converted is converted by one. */
static size_t item_lines(const struct kernel_call *call, const struct product *product)
{
    bool finds = product->source.is_hybrid && !has_pieces(product) && call->known.images == 0;
    return finds ? image_lines(product) : 1;
}

int source_stages(struct kernel_call *call, const struct product *product)
{
    size_t images = product_images(product);
    int stage = 0;
    if (!product->convert || product->source.is_by_block)
        return 0;
    if (has_pieces(product))
        call->items[stage++] = images * product->source.pieces;
    call->items[stage++] = images * (image_lines(product) / item_lines(call, product));
    return stage;
}

void source_run(const struct product *product, const struct kernel_call *call, int stage,
                size_t first, size_t last)
{
    size_t lines = item_lines(call, product);
    if (stage == 0 && has_pieces(product))
        quantize_ranges(product, call, first, last);
    else
        convert(product, call, first * lines, last * lines);
}
