/* From sums to outputs: bias, scale, activation, store. */
#include "kernels/fast/product.h"
#include "kernels/fixed_point.h"

/* Copies what fits of a whole panel's outputs: the last panel may be wider than the output. */
static void store_part(void *to, const void *from, int width, size_t element)
{
    memcpy(to, from, (size_t)width * element);
}

/* Outputs of this panel that exist. */
static int live_width(const struct product *product, int panel, int width)
{
    int rest = product->channels - panel * PANEL_WIDTH;
    return rest < width ? rest : width;
}

static size_t output_index(const struct product *product, size_t row, int panel)
{
    return row * (size_t)product->channels + (size_t)panel * PANEL_WIDTH;
}

void finish_float(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output)
{
    vfloat low = all_float(product->float_low), high = all_float(product->float_high);
    int live = live_width(product, panel, width);
    (void)call;
    for (int r = 0; r < rows; r++) {
        const float *sum = (const float *)sums + r * PANEL_WIDTH;
        float *to = (float *)output + output_index(product, row + (size_t)r, panel);
        float part[PANEL_WIDTH];
        float *at = live == width ? to : part;
        for (int v = 0; v < width; v += LANES) {
            vfloat value =
                load_float(sum + v) + load_float(product->bias_float + panel * PANEL_WIDTH + v);
            store_float(at + v, clamp_floats(value, low, high));
        }
        if (live < width)
            store_part(to, part, live, sizeof(float));
    }
}

void finish_hybrid(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output)
{
    const struct run_scale *scales = (const void *)(call->scratch + product->scales_at);
    vfloat low = all_float(product->float_low), high = all_float(product->float_high);
    int live = live_width(product, panel, width);
    for (int r = 0; r < rows; r++) {
        const int32_t *sum = (const int32_t *)sums + r * PANEL_WIDTH;
        float scale = scales[(row + (size_t)r) / product->image_rows].scale;
        float *to = (float *)output + output_index(product, row + (size_t)r, panel);
        float part[PANEL_WIDTH];
        for (int v = 0; v < width; v += LANES) {
            int channel = panel * PANEL_WIDTH + v;
            vfloat value = __builtin_convertvector(load_int(sum + v), vfloat);
            value = value * (load_float(product->weight_scales + channel) * scale) +
                    load_float(product->bias_float + channel);
            store_float(part + v, clamp_floats(value, low, high));
        }
        store_part(to, part, live, sizeof(float));
    }
}

void finish_int8(const struct product *product, const struct kernel_call *call, const void *sums,
                 size_t row, int rows, int panel, int width, void *output)
{
    vint zero = all_int(product->out_zero);
    vint low = all_int(product->low), high = all_int(product->high);
    int live = live_width(product, panel, width);
    (void)call;
    for (int r = 0; r < rows; r++) {
        const int32_t *sum = (const int32_t *)sums + r * PANEL_WIDTH;
        int8_t *to = (int8_t *)output + output_index(product, row + (size_t)r, panel);
        int8_t part[PANEL_WIDTH];
        for (int v = 0; v < width; v += LANES) {
            int channel = panel * PANEL_WIDTH + v;
            vint value = load_int(sum + v) + load_int(product->bias32 + channel);
            value = value << load_int(product->lefts + channel);
            value = doubling_high(value, load_int(product->mantissas + channel));
            value = rounding_shift(value, load_int(product->rights + channel));
            store_bytes(part + v, clamp_ints(value + zero, low, high));
        }
        store_part(to, part, live, sizeof(int8_t));
    }
}

void finish_int16(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output)
{
    int live = live_width(product, panel, width);
    (void)call;
    for (int r = 0; r < rows; r++) {
        const int64_t *sum = (const int64_t *)sums + r * PANEL_WIDTH;
        int16_t *to = (int16_t *)output + output_index(product, row + (size_t)r, panel);
        for (int i = 0; i < live; i++) {
            int channel = panel * PANEL_WIDTH + i;
            struct multiplier by = {product->mantissas[channel],
                                    product->lefts[channel] - product->rights[channel]};
            int32_t value = multiply_wide(sum[i] + product->bias64[channel], by);
            to[i] = (int16_t)clamp_int(value, product->low, product->high);
        }
    }
}
