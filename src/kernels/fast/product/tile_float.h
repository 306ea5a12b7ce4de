/* What the tiles of float share: how they read weights, and what they do with their sums before
 * these leave the registers. */
#ifndef KERNELS_FAST_PRODUCT_TILE_FLOAT_H
#define KERNELS_FAST_PRODUCT_TILE_FLOAT_H

#include "kernels/fast/product/product.h"

/* One vector of weights, whatever they are stored as. */
INLINE vfloat load_weights(const void *weights, size_t at, int is_half)
{
    return is_half ? load_halves((const uint16_t *)weights + at)
                   : load_float((const float *)weights + at);
}

/* What is to be added to the sums of a panel. */
INLINE void add_rows(const struct tile *tile, int panel, vfloat (*sum)[2], const int rows,
                     const int vectors)
{
    const float *from = tile->addend + (panel - tile->panel) * PANEL_WIDTH;
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r][v] += load_float(from + (size_t)r * tile->step + v * LANES);
}

/* Bias, activation and store of one of the tile's panels; `to`: where the results of the first
 * panel begin. rows and vectors are constants where this is inlined. */
INLINE void store_results(const struct product *product, const struct tile *tile, int panel,
                          vfloat (*sum)[2], float *to, const int rows, const int vectors)
{
    const float *bias = product->epilogue.bias_float + panel * PANEL_WIDTH;
    vfloat low = all_float(tile->low), high = all_float(tile->high);
    to += (panel - tile->panel) * PANEL_WIDTH;
    if (tile->addend)
        add_rows(tile, panel, sum, rows, vectors);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) {
        vfloat part = load_float(bias + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            store_float(to + (size_t)r * tile->step + v * LANES,
                        clamp_floats(sum[r][v] + part, low, high));
    }
}

#endif
