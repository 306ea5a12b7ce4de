/* Tiles of unsigned bytes times int8 weights in matched pairs: each step takes four inputs of a
 * window of 16 into every lane. */
#include "kernels/fast/product/direct.h"

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

INLINE void add_matched(const struct product *product, const struct tile *tile, vint (*sum)[2],
                        const int rows, const int vectors)
{
    add_panel(product, tile, tile->panel, sum, rows, vectors);
}

void direct_matched_run(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_byte_tiles, add_matched);
}

void direct_hybrid_matched(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_hybrid_tiles, add_matched);
}

#endif
