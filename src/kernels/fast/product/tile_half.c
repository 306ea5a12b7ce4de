/* Tiles of half-precision products: sums of a few in half precision, which are then added up in
 * single precision, so that the error does not grow with the depth. Inputs are converted
 * beforehand. A sum of PART products that is beyond half precision becomes infinite. */
#include "kernels/fast/product/tile_float.h"

#if HAS_HALF_ARITHMETIC

/* Products that are summed in half precision. */
#define PART 16

/* Where a sum is: PART products do not end with a tap. */
struct cursor {
    int tap, k;
    const char *weights, *ahead;
};

/* The weights there of the p-th panel. */
INLINE vhalf cursor_weights(const struct product *product, const struct cursor *cursor, int p,
                            const int is_narrow)
{
    const void *weights = cursor->weights + (size_t)p * product->packed.panel_bytes;
    return load_half_panel(weights, is_narrow);
}

/* The next products, up to PART of them, of `rows` rows and `panels` panels, and where that
 * ends. */
INLINE struct cursor sum_part(const struct product *product, const struct tile *tile,
                              struct cursor cursor, vhalf *sum, const int rows, const int panels,
                              const int is_narrow)
{
    int taps = product->tiling.taps, depth = product->tiling.depth;
    for (int done = 0; done < PART && cursor.tap < taps;) {
        const uint16_t *in[TILE_ROWS];
        int rest = depth - cursor.k, count = rest < PART - done ? rest : PART - done;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = (const uint16_t *)tile->pointers[cursor.tap * rows + r] + cursor.k;
        for (int k = 0; k < count; k++) {
            fetch(cursor.ahead);
            cursor.ahead += tile->ahead_step;
#pragma GCC unroll 4
            for (int p = 0; p < panels; p++) {
                vhalf weight = cursor_weights(product, &cursor, p, is_narrow);
#pragma GCC unroll 8
                for (int r = 0; r < rows; r++)
                    sum[r * panels + p] =
                        add_half_product(sum[r * panels + p], all_half(in[r] + k), weight);
            }
            cursor.weights += (is_narrow ? LANES : PANEL_WIDTH) * sizeof(uint16_t);
        }
        done += count;
        cursor.k += count;
        if (cursor.k == depth) {
            cursor.tap++;
            cursor.k = 0;
        }
    }
    return cursor;
}

/* rows, panels and is_narrow are constants where this is inlined; one of rows and panels is 1. */
INLINE void sum_tile(const struct product *product, const struct tile *tile, float *sums,
                     const int rows, const int panels, const int is_narrow)
{
    vfloat sum[TILE_ROWS][2];
    struct cursor cursor = {0, 0, tile->weights, tile->ahead};
#pragma GCC unroll 8
    for (int i = 0; i < rows * panels; i++)
        sum[i][0] = sum[i][1] = all_float(0.0f);
    while (cursor.tap < product->tiling.taps) {
        vhalf part[TILE_ROWS];
#pragma GCC unroll 8
        for (int i = 0; i < rows * panels; i++)
            part[i] = zero_halves();
        cursor = sum_part(product, tile, cursor, part, rows, panels, is_narrow);
#pragma GCC unroll 8
        for (int i = 0; i < rows * panels; i++)
            add_halves(sum[i], part[i]);
    }
    if (panels == 1) {
        store_results(product, tile, tile->panel, sum, sums, rows, is_narrow ? 1 : 2, WEIGHTS_HALF);
        return;
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        store_results(product, tile, tile->panel + p, &sum[p], sums, 1, 2, WEIGHTS_HALF);
}

INLINE void sum_rows(const struct product *product, const struct tile *tile, float *sums,
                     const int is_narrow)
{
#define SUM(rows) sum_tile(product, tile, sums, rows, 1, is_narrow)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

void tile_half_native_run(const struct product *product, const struct tile *tile, void *sums)
{
    if (tile->panels == ROW_PANELS)
        sum_tile(product, tile, sums, 1, ROW_PANELS, 0);
    else if (panel_width(product->geometry.channels, tile->panel) == LANES)
        sum_rows(product, tile, sums, 1);
    else
        sum_rows(product, tile, sums, 0);
}

#endif
