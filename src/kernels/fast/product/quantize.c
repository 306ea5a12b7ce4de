#include "kernels/fast/product/quantize.h"

#include "kernels/fast/product/state.h"
#include "kernels/fast/range.h"

/* --- ranges ----------------------------------------------------------------------------------- */

static size_t image_pixels(const struct product *product)
{
    return (size_t)product->geometry.in_h * (size_t)product->geometry.in_w;
}

static size_t image_elements(const struct product *product)
{
    return image_pixels(product) * (size_t)product->source.channels;
}

static struct range piece_range(const struct product *product, const struct kernel_call *call,
                                size_t image, size_t piece)
{
    size_t count = image_elements(product), pieces = product->source.pieces;
    size_t first = count * piece / pieces, behind = count * (piece + 1) / pieces;
    const float *values = call->inputs[0].data;
    return range_find(values + image * count + first, behind - first);
}

static struct range *noted_ranges(const struct product *product, const struct kernel_call *call)
{
    return (struct range *)(void *)(call->scratch + product->scratch.ranges_at);
}

void quantize_ranges(const struct product *product, const struct kernel_call *call, size_t first,
                     size_t last)
{
    size_t pieces = product->source.pieces;
    for (size_t i = first; i < last; i++)
        noted_ranges(product, call)[i] = piece_range(product, call, i / pieces, i % pieces);
}

static struct range image_range(const struct product *product, const struct kernel_call *call,
                                size_t image)
{
    size_t pieces = product->source.pieces;
    if (call->known.images > 0)
        return range_known(call, image);
    if (pieces == 1)
        return piece_range(product, call, image, 0);
    const struct range *noted = noted_ranges(product, call) + image * pieces;
    struct range range = noted[0];
    for (size_t i = 1; i < pieces; i++) {
        range.low = noted[i].low < range.low ? noted[i].low : range.low;
        range.high = noted[i].high > range.high ? noted[i].high : range.high;
    }
    return range;
}

/* --- scales ----------------------------------------------------------------------------------- */

struct run_scale quantize_scale(const struct product *product, const struct kernel_call *call,
                                size_t image)
{
    struct range range = image_range(product, call, image);
    return product->source.is_asymmetric ? hybrid_asymmetric(range.low, range.high)
                                         : hybrid_symmetric(range.low, range.high);
}

unsigned char quantize_pad(const struct product *product, const struct run_scale *scale)
{
    bool is_byte = product->source.element_bytes == 1;
    return is_byte ? (unsigned char)(scale->zero_point + product->source.run_offset) : 0;
}

void quantize_note(const struct product *product, const struct kernel_call *call, size_t image,
                   const struct run_scale *scale)
{
    size_t stride = product->scratch.zeros_stride;
    product_scales(product, call)[image] = *scale;
    if (stride > 0)
        memset(call->scratch + product->scratch.zeros_at + image * stride,
               quantize_pad(product, scale), stride);
}

/* Pieces of an image that are worth a thread's turn. */
#define PIECE_ELEMENTS 4096

/* Whole images where there are enough for all threads, or nothing is left to be found. */
static size_t choose_pieces(const struct kernel_call *call, const struct product *product)
{
    size_t threads = (size_t)call->n_threads, wanted = 4 * threads;
    size_t most = image_elements(product) / PIECE_ELEMENTS;
    if (threads == 1 || product_images(product) >= wanted || most <= 1 || call->known.images > 0)
        return 1;
    return wanted < most ? wanted : most;
}

size_t quantize_layout(const struct kernel_call *call, struct product *product, size_t at,
                       size_t row_bytes)
{
    struct scratch *scratch = &product->scratch;
    size_t images = product_images(product);
    product->source.pieces = choose_pieces(call, product);
    scratch->ranges_at = at;
    at += scratch_aligned(images * product->source.pieces * sizeof(struct range));
    scratch->scales_at = at;
    at += scratch_aligned(images * sizeof(struct run_scale));
    scratch->zeros_at = at;
    scratch->zeros_stride = scratch_aligned(row_bytes);
    return at + images * scratch->zeros_stride;
}

void quantize_as_is(struct product *product, bool is_asymmetric)
{
    const struct geometry *geometry = &product->geometry;
    product->convert = quantize_bytes;
    product->source = (struct source_images){
        .h = geometry->in_h,
        .w = geometry->in_w,
        .depth = geometry->depth,
        .channels = geometry->depth,
        .groups = 1,
        .image_stride = image_pixels(product) * (size_t)geometry->depth,
        .element_bytes = 1,
        .is_hybrid = true,
        .is_asymmetric = is_asymmetric,
    };
}

/* --- conversion ------------------------------------------------------------------------------- */

/* What hybrid_quantize() computes with, in every lane. */
struct quantizer {
    vfloat inverse, zero, least;
};

INLINE struct quantizer quantizer_of(const struct run_scale *scale)
{
    return (struct quantizer){
        .inverse = all_float(scale->inverse),
        .zero = all_float((float)scale->zero_point),
        .least = all_float((float)hybrid_lowest(scale->is_asymmetric)),
    };
}

/* Steps near enough need not be bounded where what becomes of them saturates. Whether they are is a
 * constant where this is inlined. */
INLINE vint quantize_lanes(vfloat value, const struct quantizer *by, const bool are_near)
{
    vfloat steps = sum_or(value * by->inverse, by->zero);
    if (!are_near)
        steps = clamp_floats(steps, by->least, all_float(INT8_MAX));
    return round_away(steps);
}

void quantize_shorts(const struct product *product, const struct kernel_call *call,
                     const struct stretch *stretch)
{
    const struct quantizer by = quantizer_of(stretch->scale);
    const float *values = (const float *)call->inputs[0].data + stretch->from;
    const vint zero = all_int(stretch->scale->zero_point);
    int16_t *made = stretch->to;
    size_t i = 0, count = stretch->count;
    (void)product;
    for (; i + 2 * LANES <= count; i += 2 * LANES)
        store_short(
            made + i,
            pack_ordered(quantize_lanes(load_float(values + i), &by, false) - zero,
                         quantize_lanes(load_float(values + i + LANES), &by, false) - zero));
    for (; i < count; i += LANES) {
        size_t rest = count - i < LANES ? count - i : LANES;
        int16_t last[LANES];
        store_shorts(last, quantize_lanes(load_some(values + i, rest, 0.0f), &by, false) - zero);
        memcpy(made + i, last, rest * sizeof(*last));
    }
}

/* Whether all values are so few steps from 0 that these fit int32: none is infinite, as such count
 * as FLT_MAX in a scale. */
static bool are_near(const struct run_scale *scale)
{
    return scale->scale < 0x1p100f && scale->inverse < 0x1p100f;
}

/* Whole vectors of bytes; returns how many there are. */
INLINE size_t quantize_vectors(const float *values, size_t count, int8_t *made,
                               const struct quantizer *by, vint turned, const bool are_near)
{
    size_t i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
        vint quantized[4];
#pragma GCC unroll 4
        for (size_t v = 0; v < 4; v++)
            quantized[v] = quantize_lanes(load_float(values + i + v * LANES), by, are_near);
        vint bytes = join_saturated(quantized[0], quantized[1], quantized[2], quantized[3]);
        store_int((int32_t *)(void *)(made + i), bytes ^ turned);
    }
    return i;
}

void quantize_bytes(const struct product *product, const struct kernel_call *call,
                    const struct stretch *stretch)
{
    const struct quantizer by = quantizer_of(stretch->scale);
    const float *values = (const float *)call->inputs[0].data + stretch->from;
    const vint offset = all_int(product->source.run_offset),
               turned = (vint)((vuint)offset * 0x01010101u);
    int8_t *made = stretch->to;
    size_t count = stretch->count;
    size_t i = are_near(stretch->scale) ? quantize_vectors(values, count, made, &by, turned, true)
                                        : quantize_vectors(values, count, made, &by, turned, false);
    for (; i < count; i += LANES) {
        size_t rest = count - i < LANES ? count - i : LANES;
        int8_t last[LANES];
        store_bytes(last, quantize_lanes(load_some(values + i, rest, 0.0f), &by, false) + offset);
        memcpy(made + i, last, rest);
    }
}
