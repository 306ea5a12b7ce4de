/* Tiles of half-precision products: sums of a few in half precision, which are then added up in
 * single precision, so that the error does not grow with the depth (tile.h says what it is). Inputs
 * are converted beforehand. Such a sum that is beyond half precision becomes infinite.
 *
 * Two neighbouring inputs of a tap are multiplied at once: neighbouring lanes have the sums of
 * every other product, so that a vector is full with half as many channels, and twice as many sums
 * do not wait for each other. */
#include "kernels/fast/product/tile_float.h"

#if HAS_HALF_ARITHMETIC

/* Pairs that are written out one after the other. */
#define UNROLLED 2

/* Where a sum is: HALF_PART pairs do not end with a tap. */
struct cursor {
    int tap, pair;
    const char *weights, *ahead;
};

/* A pair of inputs of each row, or the last one of a tap alone, times the weights for it. rows,
 * panels and vectors are constants where this is inlined. */
INLINE void add_pair(const struct product *product, const uint16_t *const *in, size_t k,
                     const int inputs, const char *weights, vhalf (*sum)[2], const int rows,
                     const int panels, const int vectors)
{
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++, weights += product->packed.panel_bytes) {
        vhalf weight[2];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            weight[v] = load_halves_whole((const uint16_t *)weights + v * 2 * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            vhalf value = all_pairs(in[r] + k, inputs);
            KEEP_VECTOR(value);
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++) {
                sum[r * panels + p][v] = add_half_product(sum[r * panels + p][v], value, weight[v]);
                KEEP_VECTOR(sum[r * panels + p][v]);
            }
        }
    }
}

/* The next pairs, up to HALF_PART of them, of `rows` rows and `panels` panels, and where that
 * ends. */
INLINE struct cursor sum_part(const struct product *product, const struct tile *tile,
                              struct cursor cursor, vhalf (*sum)[2], const int rows,
                              const int panels, const int vectors)
{
    const int taps = product->tiling.taps, depth = product->tiling.depth, pairs = (depth + 1) / 2;
    const size_t step = (size_t)vectors * VECTOR_BYTES;
    for (int done = 0; done < HALF_PART && cursor.tap < taps;) {
        const uint16_t *in[TILE_ROWS];
        int rest = pairs - cursor.pair, room = HALF_PART - done, count = rest < room ? rest : room;
        int whole = cursor.pair + count > depth / 2 ? count - 1 : count, i = 0;
        size_t k = 0;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = (const uint16_t *)tile->pointers[cursor.tap * rows + r] + 2 * cursor.pair;
        for (; i + UNROLLED <= whole; i += UNROLLED) {
            KEEP_INDEX(k);
            fetch(cursor.ahead);
            cursor.ahead += 2 * UNROLLED * tile->ahead_step;
#pragma GCC unroll 2
            for (int u = 0; u < UNROLLED; u++, k += 2, cursor.weights += step)
                add_pair(product, in, k, 2, cursor.weights, sum, rows, panels, vectors);
        }
        for (; i < whole; i++, k += 2, cursor.weights += step)
            add_pair(product, in, k, 2, cursor.weights, sum, rows, panels, vectors);
        if (i < count) {
            add_pair(product, in, k, 1, cursor.weights, sum, rows, panels, vectors);
            cursor.weights += step;
        }
        done += count;
        cursor.pair += count;
        if (cursor.pair == pairs) {
            cursor.tap++;
            cursor.pair = 0;
        }
    }
    return cursor;
}

/* What became of a row's sums of pairs, in single precision. */
INLINE void widen_part(vhalf *part, vfloat *sum, const int vectors)
{
    if (vectors == 2)
        sum_pairs_wide(part[0], part[1], sum);
    else
        sum[0] = sum_pairs(part[0]);
}

/* Adds the next part to sums [row or panel][vectors], or begins them. */
INLINE struct cursor add_part(const struct product *product, const struct tile *tile,
                              struct cursor cursor, float *sums, const int rows, const int panels,
                              const int vectors, const bool is_first)
{
    vhalf part[TILE_ROWS][2];
#pragma GCC unroll 8
    for (int i = 0; i < rows * panels; i++)
        part[i][0] = part[i][1] = zero_halves();
    cursor = sum_part(product, tile, cursor, part, rows, panels, vectors);
#pragma GCC unroll 8
    for (int i = 0; i < rows * panels; i++) {
        vfloat widened[2];
        widen_part(part[i], widened, vectors);
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++, sums += LANES)
            store_float(sums, is_first ? widened[v] : load_float(sums) + widened[v]);
    }
    return cursor;
}

/* rows, panels and vectors are constants where this is inlined; one of rows and panels is 1. */
INLINE void sum_tile(const struct product *product, const struct tile *tile, float *to,
                     const int rows, const int panels, const int vectors)
{
    float sums[TILE_ROWS * PANEL_WIDTH] __attribute__((aligned(VECTOR_BYTES)));
    vfloat sum[TILE_ROWS][2];
    struct cursor cursor = {0, 0, tile->weights, tile->ahead};
    cursor = add_part(product, tile, cursor, sums, rows, panels, vectors, true);
    while (cursor.tap < product->tiling.taps)
        cursor = add_part(product, tile, cursor, sums, rows, panels, vectors, false);
#pragma GCC unroll 8
    for (int i = 0; i < rows * panels; i++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[i][v] = load_float(sums + (i * vectors + v) * LANES);
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        store_results(product, tile, tile->panel + p, &sum[p], to, rows, vectors, WEIGHTS_HALF);
}

/* All of the tiles, which lie one behind the other. */
INLINE void sum_tiles(const struct product *product, const struct tile *tiles, float *sums,
                      const int rows, const int vectors)
{
    struct tile tile = *tiles;
    size_t step = (size_t)rows * tiles->step;
    for (size_t i = 0; i < tiles->count; i++, sums += step) {
        tile.pointers = tile_pointers(tiles, i, product->tiling.taps);
        sum_tile(product, &tile, sums, rows, 1, vectors);
        tile.addend += tiles->addend ? step : 0;
        tile.ahead += tiles->ahead_bytes;
    }
}

INLINE void sum_rows(const struct product *product, const struct tile *tile, float *sums,
                     const int vectors)
{
#define SUM(rows) sum_tiles(product, tile, sums, rows, vectors)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

void tile_half_native_run(const struct product *product, const struct tile *tile, void *sums)
{
    if (tile->panels == ROW_PANELS)
        sum_tile(product, tile, sums, 1, ROW_PANELS, 2);
    else if (panel_width(product->geometry.channels, tile->panel) == LANES)
        sum_rows(product, tile, sums, 1);
    else
        sum_rows(product, tile, sums, 2);
}

#endif
