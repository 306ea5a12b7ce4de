/* What the tiles of float share: how they read weights, and what they do with their sums before
 * these leave the registers. */
#ifndef KERNELS_FAST_PRODUCT_TILE_FLOAT_H
#define KERNELS_FAST_PRODUCT_TILE_FLOAT_H

#include "kernels/fast/product/product.h"
#include "kernels/fast/vector/narrow.h"

/* What packed weights are: float32, float16, bfloat16; int8 or int4 with a scale per channel, int4
 * with one per block. */
enum weight_form {
    WEIGHTS_FLOAT,
    WEIGHTS_HALF,
    WEIGHTS_BRAIN,
    WEIGHTS_BYTES,
    WEIGHTS_NIBBLES,
    WEIGHTS_BLOCKS
};

/* Vector v of `vectors` that begin with element `at` of a panel, widened. Of int4, the lower halves
 * of LANES bytes are the first vector, the upper halves the second. Everything but weights and at
 * is constant where this is inlined. */
INLINE vfloat load_weights(const void *weights, size_t at, const int v, const int vectors,
                           const enum weight_form form)
{
    size_t own = at + (size_t)v * LANES;
    switch (form) {
    case WEIGHTS_FLOAT:
        return load_float((const float *)weights + own);
    case WEIGHTS_HALF:
        return load_halves((const uint16_t *)weights + own);
    case WEIGHTS_BRAIN:
        return load_brains((const uint16_t *)weights + own);
    case WEIGHTS_BYTES:
        return load_real_bytes((const int8_t *)weights + own);
    default:
        return load_nibbles((const int8_t *)weights + at / (size_t)vectors, v);
    }
}

/* What is to be added to the sums of one vector of channels. */
INLINE void add_rows(const float *from, const struct tile *tile, size_t live, vfloat (*sum)[2],
                     const int rows, const int v)
{
    if (live == LANES)
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r][v] += load_float(from + (size_t)r * tile->step);
    else
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r][v] += load_some(from + (size_t)r * tile->step, live, 0.0f);
}

INLINE void store_rows(float *to, size_t step, size_t live, vfloat (*sum)[2], const int rows,
                       const int v)
{
    if (live == LANES)
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            store_float(to + (size_t)r * step, sum[r][v]);
    else
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            store_some(to + (size_t)r * step, live, sum[r][v]);
}

/* Steps of each channel's scale become real numbers. */
INLINE void scale_rows(const struct product *product, int panel, vfloat (*sum)[2], const int rows,
                       const int vectors)
{
    const float *scales = product->epilogue.weight_scales + panel * PANEL_WIDTH;
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) {
        vfloat scale = load_float(scales + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r][v] *= scale;
    }
}

/* Scale, bias, activation and store of one of the tile's panels; `to`: where the results of the
 * first panel begin. rows, vectors and form are constants where this is inlined. */
INLINE void store_results(const struct product *product, const struct tile *tile, int panel,
                          vfloat (*sum)[2], float *to, const int rows, const int vectors,
                          const enum weight_form form)
{
    const float *bias = product->epilogue.bias_float + panel * PANEL_WIDTH;
    vfloat low = all_float(tile->low), high = all_float(tile->high);
    size_t behind = (size_t)(panel - tile->panel) * PANEL_WIDTH;
    if (form == WEIGHTS_BYTES || form == WEIGHTS_NIBBLES)
        scale_rows(product, panel, sum, rows, vectors);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++, behind += LANES) {
        vfloat part = load_float(bias + v * LANES);
        bool is_last = v + 1 == vectors && panel + 1 == tile->panel + tile->panels;
        size_t live = is_last ? tile->live : LANES;
        if (tile->addend)
            add_rows(tile->addend + behind, tile, live, sum, rows, v);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r][v] = clamp_floats(sum[r][v] + part, low, high);
        store_rows(to + behind, tile->step, live, sum, rows, v);
    }
}

#endif
