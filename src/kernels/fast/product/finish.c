/* From sums to outputs: bias, scale, activation, store; and from results. */
#include "kernels/common/quantized.h"
#include "kernels/fast/product/product.h"

/* Outputs of this panel that exist: the last panel may be wider than the output, then they are made
 * beside it and copied. */
static int live_width(const struct product *product, int panel, int width)
{
    int rest = product->channels - panel * PANEL_WIDTH;
    return rest < width ? rest : width;
}

static size_t output_index(const struct kernel_call *call, size_t row, int panel)
{
    return row * call->outputs[0].row_step + (size_t)panel * PANEL_WIDTH;
}

void finish_float(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output)
{
    size_t live = (size_t)live_width(product, panel, width);
    const float *addend = call->addend.tensor ? call->addend.data : NULL;
    for (int r = 0; r < rows; r++) {
        const float *sum = (const float *)sums + r * PANEL_WIDTH;
        size_t at = output_index(call, row + (size_t)r, panel);
        if (!addend)
            memcpy((float *)output + at, sum, live * sizeof(float));
        for (size_t i = 0; addend && i < live; i++)
            ((float *)output)[at + i] = clamp_real(sum[i] + addend[at + i], call->low, call->high);
    }
}

/* A vector of what is to be added, of which `live` elements are there. */
INLINE vfloat load_addend(const float *from, int live)
{
    return live >= LANES ? load_float(from) : load_some(from, live > 0 ? (size_t)live : 0, 0.0f);
}

/* adds is a constant where this is inlined. */
INLINE void finish_hybrid_rows(const struct product *product, const struct kernel_call *call,
                               const void *sums, size_t row, int rows, int panel, int width,
                               void *output, const int adds)
{
    const struct run_scale *scales = (const void *)(call->scratch + product->scales_at);
    const float *addend = call->addend.data;
    vfloat low = all_float(adds ? call->low : product->float_low);
    vfloat high = all_float(adds ? call->high : product->float_high);
    int live = live_width(product, panel, width);
    for (int r = 0; r < rows; r++) {
        const int32_t *sum = (const int32_t *)sums + r * PANEL_WIDTH;
        const struct run_scale *by = &scales[(row + (size_t)r) / product->image_rows];
        size_t index = output_index(call, row + (size_t)r, panel);
        float *to = (float *)output + index;
        float part[PANEL_WIDTH], *at = live == width ? to : part;
        for (int v = 0; v < width; v += LANES) {
            int channel = panel * PANEL_WIDTH + v;
            vint whole = load_int(sum + v);
            if (product->weight_sums)
                whole -= load_int(product->weight_sums + channel) * (128 + by->zero_point);
            vfloat value = __builtin_convertvector(whole, vfloat);
            value = value * (load_float(product->weight_scales + channel) * by->scale) +
                    load_float(product->bias_float + channel);
            if (adds)
                value += load_addend(addend + index + v, live - v);
            store_float(at + v, clamp_floats(value, low, high));
        }
        if (live < width)
            memcpy(to, part, (size_t)live * sizeof(float));
    }
}

void finish_hybrid(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output)
{
    if (call->addend.tensor)
        finish_hybrid_rows(product, call, sums, row, rows, panel, width, output, 1);
    else
        finish_hybrid_rows(product, call, sums, row, rows, panel, width, output, 0);
}

void finish_int8(const struct product *product, const struct kernel_call *call, const void *sums,
                 size_t row, int rows, int panel, int width, void *output)
{
    vint zero = all_int(product->out_zero);
    vint low = all_int(product->low), high = all_int(product->high);
    int live = live_width(product, panel, width), first = panel * PANEL_WIDTH;
    /* By themselves: for all that the compiler knows, storing bytes might change the product. */
    const int32_t *bias = product->bias32 + first, *lefts = product->lefts + first;
    const int32_t *mantissas = product->mantissas + first, *rights = product->rights + first;
    for (int r = 0; r < rows; r++) {
        const int32_t *sum = (const int32_t *)sums + r * PANEL_WIDTH;
        int8_t *to = (int8_t *)output + output_index(call, row + (size_t)r, panel);
        int8_t part[PANEL_WIDTH], *at = live == width ? to : part;
        for (int v = 0; v < width; v += LANES) {
            vint value = (load_int(sum + v) + load_int(bias + v)) << load_int(lefts + v);
            value = doubling_high(value, load_int(mantissas + v));
            value = rounding_shift(value, load_int(rights + v));
            store_bytes(at + v, clamp_ints(value + zero, low, high));
        }
        if (live < width)
            memcpy(to, part, (size_t)live);
    }
}

/* scale_once() of kernels/common/real_scale.h. */
void finish_int8_once(const struct product *product, const struct kernel_call *call,
                      const void *sums, size_t row, int rows, int panel, int width, void *output)
{
    vfloat low = all_float((float)(product->low - product->out_zero));
    vfloat high = all_float((float)(product->high - product->out_zero));
    vint zero = all_int(product->out_zero);
    int live = live_width(product, panel, width), first = panel * PANEL_WIDTH;
    const int32_t *bias = product->bias32 + first; /* by itself, as above */
    const float *factors = product->factors + first;
    for (int r = 0; r < rows; r++) {
        const int32_t *sum = (const int32_t *)sums + r * PANEL_WIDTH;
        int8_t *to = (int8_t *)output + output_index(call, row + (size_t)r, panel);
        int8_t part[PANEL_WIDTH], *at = live == width ? to : part;
        for (int v = 0; v < width; v += LANES) {
            vint whole = load_int(sum + v) + load_int(bias + v);
            vfloat value = __builtin_convertvector(whole, vfloat) * load_float(factors + v);
            store_bytes(at + v, round_even(clamp_floats(value, low, high)) + zero);
        }
        if (live < width)
            memcpy(to, part, (size_t)live);
    }
}

/* WIDE_LANES outputs from sums that include no bias. */
typedef void finish_shorts(const struct product *product, const int64_t *sum, int channel,
                           int16_t *to);

/* multiply_wide() of kernels/common/fixed_point.h, clamped. */
INLINE void finish_wide(const struct product *product, const int64_t *sum, int channel, int16_t *to)
{
    vlong shift = load_long(product->wide_shifts + channel);
    vlong value = load_long(sum) + load_long(product->bias64 + channel);
    value = (value * load_long(product->wide_factors + channel) + (1 << (shift - 1))) >> shift;
    vlong_ints narrow = __builtin_convertvector(value, vlong_ints);
    vlong_ints below = narrow<product->low, above = narrow> product->high;
    narrow = (below & product->low) | (above & product->high) | (~(below | above) & narrow);
    vlong_shorts shorts = __builtin_convertvector(narrow, vlong_shorts);
    memcpy(to, &shorts, sizeof(shorts));
}

/* scale_wide_once() of kernels/common/real_scale.h. */
INLINE void finish_wide_once(const struct product *product, const int64_t *sum, int channel,
                             int16_t *to)
{
    vlong whole = load_long(sum) + load_long(product->bias64 + channel);
    vdouble value =
        __builtin_convertvector(whole, vdouble) * load_double(product->double_factors + channel);
    vlong_shorts shorts = __builtin_convertvector(
        round_even_wide(clamp_doubles(value, product->low, product->high)), vlong_shorts);
    memcpy(to, &shorts, sizeof(shorts));
}

INLINE void finish_rows(const struct product *product, const struct kernel_call *call,
                        const int64_t *sums, size_t row, int rows, int panel, int width,
                        int16_t *output, finish_shorts finish)
{
    int live = live_width(product, panel, width);
    for (int r = 0; r < rows; r++) {
        const int64_t *sum = sums + r * PANEL_WIDTH;
        int16_t *to = output + output_index(call, row + (size_t)r, panel);
        int16_t part[PANEL_WIDTH], *at = live == width ? to : part;
        for (int v = 0; v < width; v += WIDE_LANES)
            finish(product, sum + v, panel * PANEL_WIDTH + v, at + v);
        if (live < width)
            memcpy(to, part, (size_t)live * sizeof(int16_t));
    }
}

void finish_int16(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output)
{
    finish_rows(product, call, sums, row, rows, panel, width, output, finish_wide);
}

void finish_int16_once(const struct product *product, const struct kernel_call *call,
                       const void *sums, size_t row, int rows, int panel, int width, void *output)
{
    finish_rows(product, call, sums, row, rows, panel, width, output, finish_wide_once);
}
