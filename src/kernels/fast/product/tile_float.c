/* Tiles of float sums: rows x panel, for weights of float32 and for narrower ones, which are
 * widened as they are read. */
#include "kernels/fast/product/tile_float.h"
#include "kernels/common/widened.h"

/* Steps of inputs that are written out one after the other. */
#define UNROLLED WIDENED_BLOCK

/* One input of each row times a panel's weights for it. scale: of the block. */
INLINE void add_step(const float *const *in, size_t k, const void *weights, size_t at,
                     const vfloat *scale, vfloat (*sum)[2], const int rows, const int vectors,
                     const enum weight_form form)
{
    vfloat weight[2];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) {
        weight[v] = load_weights(weights, at, v, vectors, form);
        if (form == WEIGHTS_BLOCKS)
            weight[v] *= scale[v];
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        vfloat value = all_float(in[r][k]);
        KEEP_VECTOR(value); /* read once, and not for each vector of weights */
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[r][v] = add_product(sum[r][v], value, weight[v]);
    }
}

/* rows, vectors and form are constants where this is inlined, so that the loops over them unroll
 * and the sums stay in registers. */
INLINE void sum_tile(const struct product *product, const struct tile *tile, float *sums,
                     const int rows, const int vectors, const enum weight_form form)
{
    vfloat sum[TILE_ROWS][2], scale[2];
    int taps = product->tiling.taps;
    size_t depth = (size_t)product->tiling.depth, step = (size_t)vectors * LANES;
    const float *scales = form == WEIGHTS_BLOCKS ? panel_scales(product, tile->panel) : NULL;
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
        do {
            size_t end = depth;
            if (form == WEIGHTS_BLOCKS) {
                end = k + product->packed.block;
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++)
                    scale[v] = load_float(scales + v * LANES);
                scales += PANEL_WIDTH;
            }
            for (; k + UNROLLED <= end; k += UNROLLED, ahead += UNROLLED * tile->ahead_step) {
                KEEP_INDEX(k);
                fetch(ahead);
#pragma GCC unroll 4
                for (size_t u = 0; u < UNROLLED; u++)
                    add_step(in, k + u, weights, at + u * step, scale, sum, rows, vectors, form);
                at += UNROLLED * step;
            }
        } while (form == WEIGHTS_BLOCKS && k < depth);
        for (; k < depth; k++, at += step, ahead += tile->ahead_step)
            add_step(in, k, weights, at, scale, sum, rows, vectors, form);
    }
    store_results(product, tile, tile->panel, sum, sums, rows, vectors, form);
}

/* All of the tiles, which lie one behind the other. */
INLINE void sum_tiles(const struct product *product, const struct tile *tiles, float *sums,
                      const int rows, const int vectors, const enum weight_form form)
{
    struct tile tile = *tiles;
    size_t step = (size_t)rows * tiles->step;
    for (size_t i = 0; i < tiles->count; i++, sums += step) {
        tile.pointers = tile_pointers(tiles, i, product->tiling.taps);
        sum_tile(product, &tile, sums, rows, vectors, form);
        tile.addend += tiles->addend ? step : 0;
        tile.ahead += tiles->ahead_bytes;
    }
}

INLINE void sum_rows(const struct product *product, const struct tile *tile, float *sums,
                     const int vectors, const enum weight_form form)
{
#define SUM(rows) sum_tiles(product, tile, sums, rows, vectors, form)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

/* The inputs first..last-1 of a single row times those of several whole panels. block: theirs,
 * where scales are of blocks. */
INLINE void add_row(const struct product *product, const struct tile *tile, const float *in,
                    size_t at, size_t count, size_t block, vfloat (*sum)[2], const int panels,
                    const enum weight_form form)
{
    vfloat scale[ROW_PANELS][2];
    const char *weights = tile->weights;
#pragma GCC unroll 4
    for (int p = 0; form == WEIGHTS_BLOCKS && p < panels; p++) {
        const float *scales = panel_scales(product, tile->panel + p) + block * PANEL_WIDTH;
        scale[p][0] = load_float(scales);
        scale[p][1] = load_float(scales + LANES);
    }
    for (size_t k = 0; k < count; k++, at += PANEL_WIDTH) {
        vfloat value = all_float(in[k]);
#pragma GCC unroll 4
        for (int p = 0; p < panels; p++) {
            const char *panel = weights + (size_t)p * product->packed.panel_bytes;
#pragma GCC unroll 2
            for (int v = 0; v < 2; v++) {
                vfloat weight = load_weights(panel, at, v, 2, form);
                if (form == WEIGHTS_BLOCKS)
                    weight *= scale[p][v];
                sum[p][v] = add_product(sum[p][v], value, weight);
            }
        }
    }
}

/* A single row over several whole panels at once. */
INLINE void sum_row(const struct product *product, const struct tile *tile, float *sums,
                    const int panels, const enum weight_form form)
{
    vfloat sum[ROW_PANELS][2];
    size_t taps = (size_t)product->tiling.taps, depth = (size_t)product->tiling.depth;
    size_t length = form == WEIGHTS_BLOCKS ? product->packed.block : depth, block = 0, at = 0;
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        sum[p][0] = sum[p][1] = all_float(0.0f);
    for (size_t tap = 0; tap < taps; tap++)
        for (size_t k = 0; k < depth; k += length, block++, at += length * PANEL_WIDTH)
            add_row(product, tile, (const float *)tile->pointers[tap] + k, at, length, block, sum,
                    panels, form);
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        store_results(product, tile, tile->panel + p, &sum[p], sums, 1, 2, form);
}

INLINE void run(const struct product *product, const struct tile *tile, float *sums,
                const enum weight_form form)
{
    if (tile->panels == ROW_PANELS)
        sum_row(product, tile, sums, ROW_PANELS, form);
    else if (panel_width(product->geometry.channels, tile->panel) == LANES)
        sum_rows(product, tile, sums, 1, form);
    else
        sum_rows(product, tile, sums, 2, form);
}

void tile_float_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, WEIGHTS_FLOAT);
}

void tile_half_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, WEIGHTS_HALF);
}

void tile_brain_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, WEIGHTS_BRAIN);
}

void tile_widened_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, WEIGHTS_BYTES);
}

void tile_nibbles_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, WEIGHTS_NIBBLES);
}

void tile_blocks_run(const struct product *product, const struct tile *tile, void *sums)
{
    run(product, tile, sums, WEIGHTS_BLOCKS);
}
