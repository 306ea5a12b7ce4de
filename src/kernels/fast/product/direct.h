/* Results of tiles of integers made of their sums while these are in registers, tile by tile,
 * however the sums are made. */
#ifndef KERNELS_FAST_PRODUCT_DIRECT_H
#define KERNELS_FAST_PRODUCT_DIRECT_H

#include "kernels/fast/product/finish_bytes.h"
#include "kernels/fast/product/finish_hybrid.h"
#include "kernels/fast/product/state.h"

/* Adds the products of a tile of one panel to the sums; what is const is a constant where this is
 * inlined, as in all below. */
typedef void add_function(const struct product *product, const struct tile *tile, vint (*sum)[2],
                          const int rows, const int vectors);

/* Stores the results of tiles, from `to` on. */
typedef void store_function(const struct product *product, const struct tile *tiles, void *to,
                            add_function *add, const int rows, const int vectors);

/* Of bytes. */
INLINE void store_byte_tiles(const struct product *product, const struct tile *tiles, void *to,
                             add_function *add, const int rows, const int vectors)
{
    const struct epilogue epilogue = product->epilogue; /* a copy: see finish.c */
    size_t at = (size_t)tiles->panel * PANEL_WIDTH;
    const struct byte_results results = load_byte_results(&epilogue, at, vectors);
    struct tile tile = *tiles;
    int8_t *at_row = to;
    for (size_t i = 0; i < tiles->count; i++, at_row += (size_t)rows * tiles->step) {
        vint sum[TILE_ROWS][2];
        tile.pointers = tile_pointers(tiles, i, product->tiling.taps);
        tile.ahead = tiles->ahead + i * tiles->ahead_bytes;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                sum[r][v] = load_int(epilogue.bias32 + at + v * LANES);
        add(product, &tile, sum, rows, vectors);
        store_byte_results(&results, sum, at_row, tiles->step, rows, vectors);
    }
}

/* Float32 results of a tile's sums. What they are made with is read anew for each tile, and they
 * are stored one by one: the sums take the registers. */
INLINE void store_hybrid(const struct product *product, const struct tile *tile, vint (*sum)[2],
                         float *to, const int rows, const int vectors)
{
    const float *addend = tile->addend;
    const vfloat low = all_float(tile->low), high = all_float(tile->high);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) {
        const struct hybrid_lanes lanes =
            load_hybrid_lanes(&product->epilogue, tile->panel * PANEL_WIDTH + v * LANES);
        const struct hybrid_scales scales =
            scale_hybrid_lanes(&lanes, tile->by, product->source.run_offset);
        size_t at = (size_t)v * LANES, live = v + 1 < vectors ? LANES : tile->live;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++, at += tile->step) {
            vfloat value = hybrid_value(&lanes, &scales, sum[r][v]);
            if (addend)
                value += load_live(addend + at, live);
            store_live(to + at, live, clamp_floats(value, low, high));
        }
    }
}

/* Of float32. */
INLINE void store_hybrid_tiles(const struct product *product, const struct tile *tiles, void *to,
                               add_function *add, const int rows, const int vectors)
{
    struct tile tile = *tiles;
    size_t step = (size_t)rows * tiles->step;
    float *at = to;
    for (size_t i = 0; i < tiles->count; i++, at += step, tile.addend += tiles->addend ? step : 0) {
        vint sum[TILE_ROWS][2];
        tile.pointers = tile_pointers(tiles, i, product->tiling.taps);
        tile.ahead = tiles->ahead + i * tiles->ahead_bytes;
        clear_sums(sum, rows, vectors);
        add(product, &tile, sum, rows, vectors);
        store_hybrid(product, &tile, sum, at, rows, vectors);
    }
}

INLINE void store_rows(const struct product *product, const struct tile *tiles, void *to,
                       store_function *store, add_function *add, const int vectors)
{
#define STORE(rows) store(product, tiles, to, add, rows, vectors)
    switch (tiles->rows) {
        ROWS_CASES(STORE);
    }
#undef STORE
}

/* A direct_function, of one way to store and one to add. */
INLINE void run_direct(const struct product *product, const struct tile *tiles, void *to,
                       store_function *store, add_function *add)
{
    if (panel_width(product->geometry.channels, tiles->panel) == LANES)
        store_rows(product, tiles, to, store, add, 1);
    else
        store_rows(product, tiles, to, store, add, 2);
}

#endif
