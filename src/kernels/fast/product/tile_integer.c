/* Tiles of integer sums: each step takes 32 bits of inputs, a pair of int16 or four
 * bytes, and multiplies them with int8 weights into every lane. */
#include "kernels/fast/product/direct.h"

/* A number of pairs of products of int16 and int8 whose sum surely fits int32: less than 2^31 /
 * (2^15 * 2^7) / 2. Inputs that were int8 are small enough for any depth that a model has. */
#define SAFE_STEPS 255

/* The weights of one step for LANES channels. */
INLINE vint load_weights(const int8_t *from, const int group)
{
    return group == 4 ? load_int((const int32_t *)(const void *)from) : (vint)load_widened(from);
}

INLINE vint add_step(vint sum, vgroup inputs, vint weights, const int group)
{
#if HAS_BYTE_PRODUCTS
    if (group == 4)
        return add_quad_group(sum, inputs, weights);
#endif
    (void)group;
    return add_pair_group(sum, inputs, (vshort)weights);
}

/* Taps first..last-1, steps begin..end-1 of each, which has so many in all. */
struct span {
    int first, last, begin, end, steps;
};

INLINE size_t steps_before(const struct span *span, int tap)
{
    return (size_t)tap * (size_t)span->steps + (size_t)span->begin;
}

/* Adds the products of a span. rows, vectors and group are constants where this is inlined. */
INLINE void sum_span(const struct tile *tile, const struct span *span, vint (*sum)[2],
                     const int rows, const int vectors, const int group)
{
    const int8_t *weights = tile->weights;
    const char *ahead = tile->ahead + steps_before(span, span->first) * (size_t)tile->ahead_step;
    for (int tap = span->first; tap < span->last; tap++) {
        const int8_t *at = weights + steps_before(span, tap) * (size_t)(vectors * LANES * group);
        const unsigned char *in[TILE_ROWS];
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = tile->pointers[tap * rows + r];
        for (size_t k = (size_t)span->begin; k < (size_t)span->end; k++) {
            vint weight[2];
            KEEP_INDEX(k);
            fetch(ahead);
            ahead += tile->ahead_step;
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                weight[v] = load_weights(at + v * LANES * group, group);
            at += vectors * LANES * group;
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++) {
                vgroup inputs = load_group(in[r] + 4 * k);
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++)
                    sum[r][v] = add_step(sum[r][v], inputs, weight[v], group);
            }
        }
    }
}

/* The sums of a span. */
INLINE void sum_tile(const struct tile *tile, const struct span *span, int32_t *sums,
                     const int rows, const int vectors, const int group)
{
    vint sum[TILE_ROWS][2];
    clear_sums(sum, rows, vectors);
    sum_span(tile, span, sum, rows, vectors, group);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            store_int(sums + r * PANEL_WIDTH + v * LANES, sum[r][v]);
}

INLINE void sum_rows(const struct tile *tile, const struct span *span, int32_t *sums,
                     const int vectors, const int group)
{
#define SUM(rows) sum_tile(tile, span, sums, rows, vectors, group)
    switch (tile->rows) {
        ROWS_CASES(SUM);
    }
#undef SUM
}

/* A single row over several whole panels at once. */
INLINE void sum_row(const struct tile *tile, const struct span *span, size_t panel_bytes,
                    int32_t *sums, const int panels, const int group)
{
    const int8_t *weights = tile->weights;
    vint sum[ROW_PANELS][2];
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        sum[p][0] = sum[p][1] = all_int(0);
    for (int tap = span->first; tap < span->last; tap++) {
        const unsigned char *in = tile->pointers[tap];
        size_t at = steps_before(span, tap) * (size_t)group * PANEL_WIDTH;
        for (size_t k = (size_t)span->begin; k < (size_t)span->end; k++) {
            vgroup inputs = load_group(in + 4 * k);
#pragma GCC unroll 4
            for (int p = 0; p < panels; p++) {
                const int8_t *weight = weights + (size_t)p * panel_bytes + at;
                sum[p][0] = add_step(sum[p][0], inputs, load_weights(weight, group), group);
                sum[p][1] =
                    add_step(sum[p][1], inputs, load_weights(weight + LANES * group, group), group);
            }
            at += (size_t)group * PANEL_WIDTH;
        }
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++) {
        store_int(sums + p * PANEL_WIDTH, sum[p][0]);
        store_int(sums + p * PANEL_WIDTH + LANES, sum[p][1]);
    }
}

INLINE void run_span(const struct product *product, const struct tile *tile,
                     const struct span *span, int32_t *sums, const int group)
{
    if (tile->panels == ROW_PANELS)
        sum_row(tile, span, product->packed.panel_bytes, sums, ROW_PANELS, group);
    else if (panel_width(product->geometry.channels, tile->panel) == LANES)
        sum_rows(tile, span, sums, 1, group);
    else
        sum_rows(tile, span, sums, 2, group);
}

static void run_pairs(const struct product *product, const struct tile *tile,
                      const struct span *span, int32_t *sums)
{
    run_span(product, tile, span, sums, 2);
}

static struct span all_of(const struct product *product, int group)
{
    int steps = product->tiling.depth / group;
    return (struct span){0, product->tiling.taps, 0, steps, steps};
}

/* 16x8: spans short enough for int32, added up in int64. */
static void run_wide(const struct product *product, const struct tile *tile, int64_t *sums)
{
    int32_t part[(TILE_ROWS > ROW_PANELS ? TILE_ROWS : ROW_PANELS) * PANEL_WIDTH];
    int steps = product->tiling.depth / 2;
    int count = (tile->rows > tile->panels ? tile->rows : tile->panels) * PANEL_WIDTH;
    int taps = steps <= SAFE_STEPS ? SAFE_STEPS / steps : 1;
    memset(sums, 0, (size_t)count * sizeof(*sums));
    for (int tap = 0; tap < product->tiling.taps; tap += taps)
        for (int begin = 0; begin < steps; begin += SAFE_STEPS) {
            struct span span = {tap, tap + taps, begin, begin + SAFE_STEPS, steps};
            span.last = span.last < product->tiling.taps ? span.last : product->tiling.taps;
            span.end = span.end < steps ? span.end : steps;
            run_pairs(product, tile, &span, part);
            for (int i = 0; i < count; i++)
                sums[i] += part[i];
        }
}

INLINE void add_pairs(const struct product *product, const struct tile *tile, vint (*sum)[2],
                      const int rows, const int vectors)
{
    const struct span all = all_of(product, 2);
    sum_span(tile, &all, sum, rows, vectors, 2);
}

void direct_hybrid_pairs(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_hybrid_tiles, add_pairs);
}

void direct_integer_run(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_byte_tiles, add_pairs);
}

void tile_integer_run(const struct product *product, const struct tile *tile, void *sums)
{
    const struct span all = all_of(product, 2);
    if (product->epilogue.sum_bytes == sizeof(int64_t))
        run_wide(product, tile, sums);
    else
        run_pairs(product, tile, &all, sums);
}

#if HAS_BYTE_PRODUCTS
void tile_bytes_run(const struct product *product, const struct tile *tile, void *sums)
{
    const struct span all = all_of(product, 4);
    run_span(product, tile, &all, sums, 4);
}

INLINE void add_quads(const struct product *product, const struct tile *tile, vint (*sum)[2],
                      const int rows, const int vectors)
{
    const struct span all = all_of(product, 4);
    sum_span(tile, &all, sum, rows, vectors, 4);
}

void direct_bytes_run(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_byte_tiles, add_quads);
}

void direct_hybrid_bytes(const struct product *product, const struct tile *tile, void *to)
{
    run_direct(product, tile, to, store_hybrid_tiles, add_quads);
}
#endif
