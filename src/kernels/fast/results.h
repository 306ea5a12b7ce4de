/* What float tiles do with their sums before these leave the registers: bias, activation, store. */
#ifndef KERNELS_FAST_RESULTS_H
#define KERNELS_FAST_RESULTS_H

#include "kernels/fast/product.h"

/* Rows of one panel, `step` elements apart. rows and vectors are constants where this is inlined. */
INLINE void store_results(const struct product *product, int panel, vfloat (*sum)[2], float *to,
                          size_t step, const int rows, const int vectors)
{
    const float *bias = product->bias_float + panel * PANEL_WIDTH;
    vfloat low = all_float(product->float_low), high = all_float(product->float_high);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) {
        vfloat part = load_float(bias + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            store_float(to + (size_t)r * step + v * LANES,
                        clamp_floats(sum[r][v] + part, low, high));
    }
}

#endif
