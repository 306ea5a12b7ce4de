/* Tiles of float sums: rows x panel, for float and half-precision weights. */
#include "kernels/fast/product/tile_float.h"

/* Steps of inputs that are written out one after the other. */
#define UNROLLED 4

/* One input of each row times a panel's weights for it. */
INLINE void add_step(const float *const *in, size_t k, const void *weights, size_t at,
                     vfloat (*sum)[2], const int rows, const int vectors, const int is_half)
{
    vfloat weight[2];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
        weight[v] = load_weights(weights, at + (size_t)v * LANES, is_half);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        vfloat value = all_float(in[r][k]);
        KEEP_VECTOR(value); /* read once, and not for each vector of weights */
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[r][v] = add_product(sum[r][v], value, weight[v]);
    }
}

/* rows, vectors and is_half are constants where this is inlined, so that the loops over them unroll
 * and the sums stay in registers. */
INLINE void sum_tile(const struct product *product, const struct tile *tile, float *sums,
                     const int rows, const int vectors, const int is_half)
{
    vfloat sum[TILE_ROWS][2];
    int taps = product->tiling.taps;
    size_t depth = (size_t)product->tiling.depth, step = (size_t)vectors * LANES;
    const char *ahead = tile->ahead;
    const void *weights = tile->weights;
    size_t at = 0;
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[r][v] = all_float(0.0f);
    for (int tap = 0; tap < taps; tap++) {
        const float *in[TILE_ROWS];
        size_t k = 0;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = tile->pointers[tap * rows + r];
        for (; k + UNROLLED <= depth; k += UNROLLED, ahead += UNROLLED * tile->ahead_step) {
            KEEP_INDEX(k);
            fetch(ahead);
#pragma GCC unroll 4
            for (size_t u = 0; u < UNROLLED; u++)
                add_step(in, k + u, weights, at + u * step, sum, rows, vectors, is_half);
            at += UNROLLED * step;
        }
        for (; k < depth; k++, at += step, ahead += tile->ahead_step)
            add_step(in, k, weights, at, sum, rows, vectors, is_half);
    }
    store_results(product, tile, tile->panel, sum, sums, rows, vectors);
}

INLINE void sum_rows(const struct product *product, const struct tile *tile, float *sums,
                     const int vectors, const int is_half)
{
#define SUM(rows) sum_tile(product, tile, sums, rows, vectors, is_half)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

/* A single row over several whole panels at once. */
INLINE void sum_row(const struct product *product, const struct tile *tile, float *sums,
                    const int panels, const int is_half)
{
    vfloat sum[ROW_PANELS][2];
    int taps = product->tiling.taps, depth = product->tiling.depth;
    const char *weights = tile->weights;
    size_t at = 0;
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        sum[p][0] = sum[p][1] = all_float(0.0f);
    for (int tap = 0; tap < taps; tap++) {
        const float *in = tile->pointers[tap];
        for (int k = 0; k < depth; k++, at += PANEL_WIDTH) {
            vfloat value = all_float(in[k]);
#pragma GCC unroll 4
            for (int p = 0; p < panels; p++) {
                const char *panel = weights + (size_t)p * product->packed.panel_bytes;
                sum[p][0] = add_product(sum[p][0], value, load_weights(panel, at, is_half));
                sum[p][1] = add_product(sum[p][1], value, load_weights(panel, at + LANES, is_half));
            }
        }
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        store_results(product, tile, tile->panel + p, &sum[p], sums, 1, 2);
}

INLINE void run(const struct product *product, const struct tile *tile, float *sums,
                const int is_half)
{
    if (tile->panels == ROW_PANELS)
        sum_row(product, tile, sums, ROW_PANELS, is_half);
    else if (panel_width(product->geometry.channels, tile->panel) == LANES)
        sum_rows(product, tile, sums, 1, is_half);
    else
        sum_rows(product, tile, sums, 2, is_half);
}

void tile_float_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, 0);
}

void tile_half_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, 1);
}
