/* Tiles of half-precision products: sums of a few in half precision, which are then added up in single
 * precision, so that the error does not grow with the depth. Inputs are converted beforehand. A sum of
 * STRETCH products that is beyond half precision becomes infinite. */
#include "kernels/fast/product/results.h"

#if HAS_HALF_ARITHMETIC

/* Products that are summed in half precision. */
#define STRETCH 16

/* Where a sum is: STRETCH products do not end with a tap. */
struct cursor {
    int tap, k;
};

/* The next products, up to STRETCH of them, of `rows` rows and `panels` panels. */
INLINE struct cursor sum_stretch(const void *const *pointers, int taps, int depth,
                                 struct cursor cursor, const uint16_t **weights, size_t panel_bytes,
                                 const char **ahead, int ahead_step, vhalf *sum, const int rows,
                                 const int panels, const int is_narrow)
{
    for (int done = 0; done < STRETCH && cursor.tap < taps;) {
        const uint16_t *in[TILE_ROWS];
        int rest = depth - cursor.k, count = rest < STRETCH - done ? rest : STRETCH - done;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = (const uint16_t *)pointers[cursor.tap * rows + r] + cursor.k;
        for (int k = 0; k < count; k++) {
            fetch(*ahead);
            *ahead += ahead_step;
#pragma GCC unroll 4
            for (int p = 0; p < panels; p++) {
                vhalf weight =
                    load_half_panel((const uint16_t *)(const void *)((const char *)*weights +
                                                                     (size_t)p * panel_bytes),
                                    is_narrow);
#pragma GCC unroll 8
                for (int r = 0; r < rows; r++)
                    sum[r * panels + p] =
                        add_half_product(sum[r * panels + p], all_half(in[r] + k), weight);
            }
            *weights += is_narrow ? LANES : PANEL_WIDTH;
        }
        done += count;
        cursor.k += count;
        if (cursor.k == depth)
            cursor = (struct cursor){cursor.tap + 1, 0};
    }
    return cursor;
}

/* rows, panels and is_narrow are constants where this is inlined; one of rows and panels is 1. */
INLINE void sum_tile(const struct product *product, const struct tile *tile,
                     const uint16_t *weights, float *sums, const int rows, const int panels,
                     const int is_narrow)
{
    vfloat sum[TILE_ROWS][2];
    int taps = product->tile_taps, depth = product->tile_depth;
    struct cursor cursor = {0, 0};
    const char *ahead = tile->ahead;
#pragma GCC unroll 8
    for (int i = 0; i < rows * panels; i++)
        sum[i][0] = sum[i][1] = all_float(0.0f);
    while (cursor.tap < taps) {
        vhalf part[TILE_ROWS];
#pragma GCC unroll 8
        for (int i = 0; i < rows * panels; i++)
            part[i] = zero_halves();
        cursor = sum_stretch(tile->pointers, taps, depth, cursor, &weights, product->panel_bytes,
                             &ahead, tile->ahead_step, part, rows, panels, is_narrow);
#pragma GCC unroll 8
        for (int i = 0; i < rows * panels; i++)
            add_halves(sum[i], part[i]);
    }
    if (panels == 1) {
        store_results(product, tile, tile->panel, sum, sums, rows, is_narrow ? 1 : 2);
        return;
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        store_results(product, tile, tile->panel + p, &sum[p], sums, 1, 2);
}

INLINE void sum_rows(const struct product *product, const struct tile *tile,
                     const uint16_t *weights, float *sums, const int is_narrow)
{
#define SUM(rows) sum_tile(product, tile, weights, sums, rows, 1, is_narrow)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

void tile_half_native_run(const struct product *product, const struct tile *tile, void *sums)
{
    const void *weights =
        (const char *)product->weights + (size_t)tile->panel * product->panel_bytes;
    if (tile->panels == ROW_PANELS)
        sum_tile(product, tile, weights, sums, 1, ROW_PANELS, 0);
    else if (product->channels - tile->panel * PANEL_WIDTH <= LANES)
        sum_rows(product, tile, weights, sums, 1);
    else
        sum_rows(product, tile, weights, sums, 0);
}

#endif
