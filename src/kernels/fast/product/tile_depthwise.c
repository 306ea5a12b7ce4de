/* Depthwise tiles: each output channel sums its own input channel over the taps, so a vector of
 * channels is multiplied with a vector of weights. Float weights are packed
 * [panel][tap][PANEL_WIDTH], integers [panel][pair of taps][PANEL_WIDTH pairs]: two taps are
 * multiplied and added at once. */
#include "kernels/fast/product/tile_float.h"

INLINE void sum_floats(const struct product *product, const struct tile *tile, int panel,
                       float *sums, const int rows, const int vectors, const enum weight_form form)
{
    const char *weights = panel_weights(product, panel);
    const void *const *pointers = tile->pointers;
    size_t channel = (size_t)panel * PANEL_WIDTH;
    int taps = product->geometry.taps;
    vfloat sum[TILE_ROWS][2];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
        sum[r][0] = sum[r][1] = all_float(0.0f);
    for (int tap = 0; tap < taps; tap++) {
        vfloat weight[2];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            weight[v] = load_weights(weights, (size_t)(tap * PANEL_WIDTH), v, 2, form);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const float *in = (const float *)pointers[tap * rows + r] + channel;
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                sum[r][v] = add_product(sum[r][v], load_float(in + v * LANES), weight[v]);
        }
    }
    store_results(product, tile, panel, sum, sums, rows, vectors, form);
}

INLINE void sum_integers(const void *const *pointers, int taps, size_t channel,
                         const int16_t *weights, int32_t *sums, const int rows)
{
    vint low[TILE_ROWS], high[TILE_ROWS];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
        low[r] = high[r] = all_int(0);
    for (int tap = 0; tap < taps; tap += 2) {
        const void *const *even = pointers + tap * rows;
        const void *const *odd = tap + 1 < taps ? even + rows : even; /* times 0 */
        vshort weight_low = load_short(weights), weight_high = load_short(weights + PANEL_WIDTH);
        weights += 2 * PANEL_WIDTH;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            vshort pair_low, pair_high;
            interleave(load_short((const int16_t *)even[r] + channel),
                       load_short((const int16_t *)odd[r] + channel), &pair_low, &pair_high);
            low[r] = add_pair_products(low[r], pair_low, weight_low);
            high[r] = add_pair_products(high[r], pair_high, weight_high);
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        vint first, second;
        deinterleave(low[r], high[r], &first, &second);
        store_int(sums + r * PANEL_WIDTH, first);
        store_int(sums + r * PANEL_WIDTH + LANES, second);
    }
}

INLINE void sum_rows(const struct product *product, const struct tile *tile, int panel, float *sums,
                     const int vectors, const enum weight_form form)
{
#define SUM(rows) sum_floats(product, tile, panel, sums, rows, vectors, form)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

INLINE void run_floats(const struct product *product, const struct tile *tile, int panel,
                       float *sums, const enum weight_form form)
{
    if (panel_width(product->geometry.channels, panel) == LANES)
        sum_rows(product, tile, panel, sums, 1, form);
    else
        sum_rows(product, tile, panel, sums, 2, form);
}

void tile_depthwise_float(const struct product *product, const struct tile *tile, void *sums)
{
    for (int p = 0; p < tile->panels; p++)
        run_floats(product, tile, tile->panel + p, sums, WEIGHTS_FLOAT);
}

void tile_depthwise_half(const struct product *product, const struct tile *tile, void *sums)
{
    for (int p = 0; p < tile->panels; p++)
        run_floats(product, tile, tile->panel + p, sums, WEIGHTS_HALF);
}

void tile_depthwise_brain(const struct product *product, const struct tile *tile, void *sums)
{
    for (int p = 0; p < tile->panels; p++)
        run_floats(product, tile, tile->panel + p, sums, WEIGHTS_BRAIN);
}

void tile_depthwise_widened(const struct product *product, const struct tile *tile, void *sums)
{
    for (int p = 0; p < tile->panels; p++)
        run_floats(product, tile, tile->panel + p, sums, WEIGHTS_BYTES);
}

static void run_integers(const struct product *product, const struct tile *tile, int panel,
                         int32_t *sums)
{
    const void *weights = panel_weights(product, panel);
    size_t channel = (size_t)panel * PANEL_WIDTH;
#define SUM(rows) sum_integers(tile->pointers, product->geometry.taps, channel, weights, sums, rows)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

/* Sums of 16x8 fit int32 here, too (prepare sees to it), and are widened for the finish. */
void tile_depthwise_integer(const struct product *product, const struct tile *tile, void *sums)
{
    int32_t part[TILE_ROWS * PANEL_WIDTH];
    for (int p = 0; p < tile->panels; p++) {
        if (product->epilogue.sum_bytes == sizeof(int32_t)) {
            run_integers(product, tile, tile->panel + p, (int32_t *)sums + p * PANEL_WIDTH);
            continue;
        }
        int64_t *wide = (int64_t *)sums + p * PANEL_WIDTH;
        run_integers(product, tile, tile->panel + p, part);
        for (int i = 0; i < tile->rows * PANEL_WIDTH; i++)
            wide[i] = part[i];
    }
}
