#include "kernels/common/quantized.h"
#include "kernels/fast/product/finish_bytes.h"
#include "kernels/fast/product/finish_hybrid.h"
#include "kernels/fast/product/state.h"

/* Where the outputs of the first row begin; those of the next are row_step behind. The last
 * panel may be wider than the output: then they are made beside it and those that exist are
 * copied. */
static size_t output_index(const struct kernel_call *call, const struct panel_sums *part)
{
    return part->row * call->outputs[0].row_step + (size_t)part->panel * PANEL_WIDTH;
}

void finish_float(const struct product *product, const struct kernel_call *call,
                  const struct panel_sums *part)
{
    int width = part->width;
    size_t live = (size_t)live_width(product->geometry.channels, part->panel, width);
    const float *addend = call->addend.tensor ? call->addend.data : NULL;
    const float *sum = part->sums;
    size_t at = output_index(call, part), step = call->outputs[0].row_step;
    for (int r = 0; r < part->rows; r++, sum += PANEL_WIDTH, at += step) {
        if (!addend)
            memcpy((float *)part->output + at, sum, live * sizeof(float));
        for (size_t i = 0; addend && i < live; i++)
            ((float *)part->output)[at + i] =
                clamp_real(sum[i] + addend[at + i], call->low, call->high);
    }
}

/* Where results go, row by row, and what they are made with. */
struct hybrid_results {
    float *to;
    const float *addend; /* NULL: nothing is added */
    size_t step;
    float low, high;
    const struct run_scale *by; /* of all rows, or of the first one of as many as there are rows */
    bool is_by_row;
};

/* What is const is a constant where this is inlined. */
INLINE void finish_hybrid_rows(const struct product *product, const struct panel_sums *part,
                               const struct hybrid_results *results, const int adds,
                               const int vectors, const int is_by_row)
{
    const vfloat low = all_float(results->low), high = all_float(results->high);
    const struct run_scale *by = results->by;
    const float *addend = results->addend;
    const int32_t *sum = part->sums, offset = product->source.run_offset;
    float *to = results->to;
    size_t index = 0, step = results->step;
    struct hybrid_lanes lanes[2];
    struct hybrid_scales scales[2];
    for (int v = 0; v < vectors; v++) {
        lanes[v] = load_hybrid_lanes(&product->epilogue, part->panel * PANEL_WIDTH + v * LANES);
        scales[v] = scale_hybrid_lanes(&lanes[v], by, offset);
    }
    for (int r = 0, rows = part->rows; r < rows; r++, sum += PANEL_WIDTH, index += step)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) {
            if (is_by_row)
                scales[v] = scale_hybrid_lanes(&lanes[v], by + r, offset);
            vfloat value = hybrid_value(&lanes[v], &scales[v], load_int(sum + v * LANES));
            if (adds)
                value += load_float(addend + index + v * LANES);
            store_float(to + index + v * LANES, clamp_floats(value, low, high));
        }
}

INLINE void finish_hybrid_width(const struct product *product, const struct panel_sums *part,
                                const struct hybrid_results *results, const int vectors)
{
    if (results->is_by_row && results->addend)
        finish_hybrid_rows(product, part, results, 1, vectors, 1);
    else if (results->is_by_row)
        finish_hybrid_rows(product, part, results, 0, vectors, 1);
    else if (results->addend)
        finish_hybrid_rows(product, part, results, 1, vectors, 0);
    else
        finish_hybrid_rows(product, part, results, 0, vectors, 0);
}

static void finish_hybrid_lanes(const struct product *product, const struct panel_sums *part,
                                const struct hybrid_results *results)
{
    if (part->width == LANES)
        finish_hybrid_width(product, part, results, 1);
    else
        finish_hybrid_width(product, part, results, 2);
}

/* A panel that is wider than the output: results of a few rows at a time go the way of those that a
 * tile of floats made. */
static void finish_hybrid_partly(const struct product *product, const struct kernel_call *call,
                                 const struct panel_sums *part, const struct hybrid_results *whole)
{
    float made[TILE_ROWS * PANEL_WIDTH];
    struct hybrid_results results = *whole;
    struct panel_sums few = *part;
    results.to = made;
    results.addend = NULL;
    results.step = PANEL_WIDTH;
    results.low = product->epilogue.float_low;
    results.high = product->epilogue.float_high;
    for (int rest = part->rows; rest > 0; rest -= few.rows, few.row += (size_t)few.rows) {
        int done = part->rows - rest;
        few.rows = rest < TILE_ROWS ? rest : TILE_ROWS;
        few.sums = (const int32_t *)part->sums + done * PANEL_WIDTH;
        results.by = whole->by + (whole->is_by_row ? done : 0);
        finish_hybrid_lanes(product, &few, &results);
        few.sums = made;
        finish_float(product, call, &few);
    }
}

/* Rows of one image, or of as many images. */
static void finish_hybrid_part(const struct product *product, const struct kernel_call *call,
                               const struct panel_sums *part, size_t image, bool is_by_row)
{
    const struct epilogue *epilogue = &product->epilogue;
    bool adds = call->addend.tensor;
    size_t at = output_index(call, part);
    const struct hybrid_results results = {
        .to = (float *)part->output + at,
        .addend = adds ? (const float *)call->addend.data + at : NULL,
        .step = call->outputs[0].row_step,
        .low = adds ? call->low : epilogue->float_low,
        .high = adds ? call->high : epilogue->float_high,
        .by = &product_scales(product, call)[image],
        .is_by_row = is_by_row,
    };
    if (live_width(product->geometry.channels, part->panel, part->width) < part->width)
        finish_hybrid_partly(product, call, part, &results);
    else
        finish_hybrid_lanes(product, part, &results);
}

/* Rows of several images. */
static void finish_hybrid_images(const struct product *product, const struct kernel_call *call,
                                 const struct panel_sums *part)
{
    size_t of_image = product->geometry.image_rows, behind = part->row + (size_t)part->rows;
    struct panel_sums rows = *part;
    while (rows.row < behind) {
        size_t image = rows.row / of_image, end = (image + 1) * of_image;
        rows.rows = (int)((end < behind ? end : behind) - rows.row);
        finish_hybrid_part(product, call, &rows, image, false);
        rows.row += (size_t)rows.rows;
        rows.sums = (const int32_t *)rows.sums + rows.rows * PANEL_WIDTH;
    }
}

void finish_hybrid(const struct product *product, const struct kernel_call *call,
                   const struct panel_sums *part)
{
    if (product->geometry.image_rows == product->geometry.rows)
        finish_hybrid_part(product, call, part, 0, false);
    else if (product->geometry.image_rows == 1)
        finish_hybrid_part(product, call, part, part->row, true);
    else
        finish_hybrid_images(product, call, part);
}

INLINE void finish_byte_rows(const struct product *product, const struct kernel_call *call,
                             const struct panel_sums *part, const enum byte_form form)
{
    int live = live_width(product->geometry.channels, part->panel, part->width);
    size_t first = (size_t)part->panel * PANEL_WIDTH, second = first + LANES;
    const int32_t *sum = part->sums;
    int8_t *to = (int8_t *)part->output + output_index(call, part);
    size_t step = call->outputs[0].row_step;
    /* Copies: a stored byte may alias anything, so the product's would be read again after each. */
    const struct epilogue epilogue = product->epilogue;
    const struct byte_scales scales[2] = {load_byte_scales(&epilogue, first, form),
                                          load_byte_scales(&epilogue, second, form)};
    vint bias[2] = {load_int(epilogue.bias32 + first), load_int(epilogue.bias32 + second)};
    bool is_wide = part->width > LANES;
    for (int r = 0, rows = part->rows; r < rows; r++, sum += PANEL_WIDTH, to += step) {
        vint low = scale_sums(&epilogue, &scales[0], load_int(sum) + bias[0], form), high = low;
        if (is_wide)
            high = scale_sums(&epilogue, &scales[1], load_int(sum + LANES) + bias[1], form);
        store_outputs(&epilogue, to, (size_t)live, pack_ordered(low, high), form);
    }
}

#define DEFINE_FINISH_BYTES(name, form)                                                            \
    void name(const struct product *product, const struct kernel_call *call,                       \
              const struct panel_sums *part)                                                       \
    {                                                                                              \
        finish_byte_rows(product, call, part, form);                                               \
    }

DEFINE_FINISH_BYTES(finish_int8, FORM_TWICE)
DEFINE_FINISH_BYTES(finish_int8_short, FORM_SHORT)
DEFINE_FINISH_BYTES(finish_int8_once, FORM_ONCE)

void finish_int16_short(const struct product *product, const struct kernel_call *call,
                        const struct panel_sums *part)
{
    int live = live_width(product->geometry.channels, part->panel, part->width);
    const struct epilogue *epilogue = &product->epilogue;
    const int32_t *factors = epilogue->mantissas + (size_t)part->panel * PANEL_WIDTH;
    const int32_t *biases = epilogue->bias32 + (size_t)part->panel * PANEL_WIDTH;
    const vint factor[2] = {load_int(factors), load_int(factors + LANES)};
    const vint bias[2] = {load_int(biases), load_int(biases + LANES)};
    const vshort low = all_short(epilogue->low), high = all_short(epilogue->high);
    const int32_t *sum = part->sums;
    int16_t *to = (int16_t *)part->output + output_index(call, part);
    size_t step = call->outputs[0].row_step;
    bool is_wide = part->width > LANES;
    for (int r = 0, rows = part->rows; r < rows; r++, sum += PANEL_WIDTH, to += step) {
        vint first = rounding_high(load_int(sum) + bias[0], factor[0]), second = first;
        if (is_wide)
            second = rounding_high(load_int(sum + LANES) + bias[1], factor[1]);
        store_some_shorts(to, (size_t)live, clamp_shorts(pack_ordered(first, second), low, high));
    }
}

/* LANES outputs of 16 bits from as many sums, the bias not yet added. */
typedef vint finish_shorts(const struct epilogue *epilogue, const void *sums, size_t at,
                           int channel);

/* (value * factor + 2^(shift - 1)) / 2^shift of every other lane, which its lower 32 bits hold;
 * shift is from 1 to 32. */
INLINE vlong shift_even(vint value, vint factor, vulong shift)
{
    vulong half = ((vulong){0} + 1) << shift >> 1;
    return (vlong)(((vulong)multiply_even(value, factor) + half) >> shift);
}

/* multiply_wide() of kernels/common/fixed_point.h, clamped. */
INLINE vint shorts_twice(const struct epilogue *epilogue, const void *sums, size_t at, int channel)
{
    const vulong lower = ((vulong){0} + UINT32_MAX);
    vint value = load_int((const int32_t *)sums + at) + load_int(epilogue->bias32 + channel);
    vint factor = load_int(epilogue->mantissas + channel);
    vulong shift = (vulong)load_int(epilogue->rights + channel);
    vlong even = shift_even(value, factor, shift & lower);
    vlong odd = shift_even((vint)((vulong)value >> 32), (vint)((vulong)factor >> 32), shift >> 32);
    vint made = (vint)(((vulong)even & lower) | ((vulong)odd << 32));
    return clamp_ints(made, all_int(epilogue->low), all_int(epilogue->high));
}

/* scale_wide_once() of kernels/common/real_scale.h. */
INLINE vlong_ints half_once(const struct epilogue *epilogue, vlong_ints whole, int channel)
{
    vdouble value = widen_doubles(whole) * load_double(epilogue->double_factors + channel);
    return round_even_ints(clamp_doubles(value, epilogue->low, epilogue->high));
}

INLINE vint shorts_once(const struct epilogue *epilogue, const void *sums, size_t at, int channel)
{
    vint whole = load_int((const int32_t *)sums + at) + load_int(epilogue->bias32 + channel);
    return join_ints(half_once(epilogue, low_ints(whole), channel),
                     half_once(epilogue, high_ints(whole), channel + WIDE_LANES));
}

/* The same of sums in 64 bits. */
INLINE vlong wide_half(const struct epilogue *epilogue, const int64_t *sums, int channel)
{
    vlong value = load_long(sums) + load_long(epilogue->bias64 + channel);
    vlong factor = widen_ints(epilogue->mantissas + channel);
    vlong shift = widen_ints(epilogue->rights + channel);
    return (value * factor + (1 << (shift - 1))) >> shift;
}

INLINE vint wide_twice(const struct epilogue *epilogue, const void *sums, size_t at, int channel)
{
    const int64_t *from = (const int64_t *)sums + at;
    vlong low = wide_half(epilogue, from, channel);
    vlong high = wide_half(epilogue, from + WIDE_LANES, channel + WIDE_LANES);
    return clamp_ints(join_ints(narrow_longs(low), narrow_longs(high)), all_int(epilogue->low),
                      all_int(epilogue->high));
}

INLINE vlong_ints wide_half_once(const struct epilogue *epilogue, const int64_t *sums, int channel)
{
    vlong whole = load_long(sums) + load_long(epilogue->bias64 + channel);
    vdouble value =
        __builtin_convertvector(whole, vdouble) * load_double(epilogue->double_factors + channel);
    return round_even_ints(clamp_doubles(value, epilogue->low, epilogue->high));
}

INLINE vint wide_once(const struct epilogue *epilogue, const void *sums, size_t at, int channel)
{
    const int64_t *from = (const int64_t *)sums + at;
    return join_ints(wide_half_once(epilogue, from, channel),
                     wide_half_once(epilogue, from + WIDE_LANES, channel + WIDE_LANES));
}

INLINE void finish_rows(const struct product *product, const struct kernel_call *call,
                        const struct panel_sums *part, finish_shorts finish)
{
    int width = part->width;
    int live = live_width(product->geometry.channels, part->panel, width);
    int first = part->panel * PANEL_WIDTH;
    int16_t *to = (int16_t *)part->output + output_index(call, part);
    size_t step = call->outputs[0].row_step;
    /* A stored int16 does not alias it. */
    const struct epilogue epilogue = product->epilogue;
    for (int r = 0, rows = part->rows; r < rows; r++, to += step) {
        int16_t made[PANEL_WIDTH], *at = live == width ? to : made;
        for (int v = 0; v < width; v += LANES)
            store_shorts(at + v,
                         finish(&epilogue, part->sums, (size_t)(r * PANEL_WIDTH + v), first + v));
        if (live < width)
            memcpy(to, made, (size_t)live * sizeof(int16_t));
    }
}

#define DEFINE_FINISH(name, function)                                                              \
    void name(const struct product *product, const struct kernel_call *call,                       \
              const struct panel_sums *part)                                                       \
    {                                                                                              \
        finish_rows(product, call, part, function);                                                \
    }

DEFINE_FINISH(finish_int16, shorts_twice)
DEFINE_FINISH(finish_int16_once, shorts_once)
DEFINE_FINISH(finish_wide, wide_twice)
DEFINE_FINISH(finish_wide_once, wide_once)
