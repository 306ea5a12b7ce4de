/* Tiles of unsigned bytes times int8 weights in matched pairs: each step takes four inputs of a
 * window of 16 into every lane. */
#include "kernels/fast/product/finish_bytes.h"
#include "kernels/fast/product/finish_hybrid.h"
#include "kernels/fast/product/state.h"

#if HAS_MATCHED_PRODUCTS

/* The four inputs of a step in every lane. */
INLINE vint load_selector(const struct matched_step *step)
{
    int32_t inputs;
    memcpy(&inputs, step->inputs, sizeof(inputs));
    return all_int(inputs);
}

/* Where a tile is: what the next step takes, and fetches meanwhile. */
struct place {
    const struct matched_step *step;
    const int8_t *weights;
    const char *ahead;
};

/* `count` steps of one tap, whose inputs are at in[r]. Weights come from memory once per row: there
 * are registers for the sums alone. */
INLINE void sum_steps(vint sum[TILE_ROWS][2], const unsigned char *const *in, struct place *place,
                      int count, int ahead_step, const int rows, const int vectors)
{
    const int8_t *weights = place->weights;
#pragma GCC unroll 2
    for (int k = 0; k < count; k++) {
        const vint selector = load_selector(place->step);
        const ptrdiff_t first = place->step->first;
        fetch(place->ahead);
        place->ahead += ahead_step;
        place->step++;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            vint inputs = choose_bytes(in[r] + first, selector);
            KEEP_INDEX(weights);
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                sum[r][v] = add_matched_products(
                    sum[r][v], inputs,
                    load_int((const int32_t *)(const void *)(weights + (ptrdiff_t)v * 4 * LANES)));
        }
        weights += (ptrdiff_t)vectors * 4 * LANES;
    }
    place->weights = weights;
}

/* Adds the products of one panel; rows and vectors are constants where this is inlined. */
INLINE void add_panel(const struct product *product, const struct tile *tile, int panel,
                      vint (*sum)[2], const int rows, const int vectors)
{
    const struct match *match = &product->match;
    struct place place = {match->steps + (size_t)panel * match->panel_steps,
                          (const int8_t *)panel_weights(product, panel), tile->ahead};
    const int32_t *counts = match->counts + (size_t)panel * (size_t)product->tiling.taps;
    for (int tap = 0; tap < product->tiling.taps; tap++) {
        const unsigned char *in[TILE_ROWS];
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = tile->pointers[tap * rows + r];
        sum_steps(sum, in, &place, counts[tap], tile->ahead_step, rows, vectors);
    }
}

/* The sums of one panel. */
INLINE void sum_panel(const struct product *product, const struct tile *tile, int panel,
                      int32_t *sums, const int rows, const int vectors)
{
    vint sum[TILE_ROWS][2];
    clear_sums(sum, rows, vectors);
    add_panel(product, tile, panel, sum, rows, vectors);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            store_int(sums + r * PANEL_WIDTH + v * LANES, sum[r][v]);
}

INLINE void sum_rows(const struct product *product, const struct tile *tile, int panel,
                     int32_t *sums, const int vectors)
{
#define SUM(rows) sum_panel(product, tile, panel, sums, rows, vectors)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

void tile_matched_run(const struct product *product, const struct tile *tile, void *sums)
{
    for (int p = 0; p < tile->panels; p++) {
        int panel = tile->panel + p;
        int32_t *to = (int32_t *)sums + (size_t)p * PANEL_WIDTH;
        if (panel_width(product->geometry.channels, panel) == LANES)
            sum_rows(product, tile, panel, to, 1);
        else
            sum_rows(product, tile, panel, to, 2);
    }
}

/* Results of bytes, tile by tile. */
INLINE void store_byte_tiles(const struct product *product, const struct tile *tiles, void *to,
                             const int rows, const int vectors)
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
        add_panel(product, &tile, tile.panel, sum, rows, vectors);
        store_byte_results(&results, sum, at_row, tiles->step, rows, vectors);
    }
}

/* The same of float32. */
INLINE void store_hybrid_tiles(const struct product *product, const struct tile *tiles, void *to,
                               const int rows, const int vectors)
{
    struct tile tile = *tiles;
    size_t step = (size_t)rows * tiles->step;
    float *at = to;
    for (size_t i = 0; i < tiles->count; i++, at += step, tile.addend += tiles->addend ? step : 0) {
        vint sum[TILE_ROWS][2];
        tile.pointers = tile_pointers(tiles, i, product->tiling.taps);
        tile.ahead = tiles->ahead + i * tiles->ahead_bytes;
        clear_sums(sum, rows, vectors);
        add_panel(product, &tile, tile.panel, sum, rows, vectors);
        store_hybrid(product, &tile, sum, at, rows, vectors);
    }
}

/* Stores the results of tiles in one of these ways; all that is const is a constant there. */
typedef void store_function(const struct product *product, const struct tile *tiles, void *to,
                            const int rows, const int vectors);

INLINE void store_rows(const struct product *product, const struct tile *tiles, void *to,
                       store_function *store, const int vectors)
{
#define STORE(rows) store(product, tiles, to, rows, vectors)
    switch (tiles->rows) {
        ROWS_CASES(STORE);
    }
#undef STORE
}

INLINE void run_direct(const struct product *product, const struct tile *tiles, void *to,
                       store_function *store)
{
    if (panel_width(product->geometry.channels, tiles->panel) == LANES)
        store_rows(product, tiles, to, store, 1);
    else
        store_rows(product, tiles, to, store, 2);
}

void direct_matched_run(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_byte_tiles);
}

void direct_hybrid_matched(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_hybrid_tiles);
}

#endif
