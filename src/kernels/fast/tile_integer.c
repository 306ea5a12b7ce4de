/* Tiles of integer sums: int16 inputs times int8 weights, two products per lane and step. */
#include "kernels/fast/product.h"

/* A number of products of int16 and int8 whose sum surely fits int32: less than 2^31 / (2^15 * 2^7),
 * and even. Inputs that were int8 are small enough for any depth that a model has. */
#define SAFE_DEPTH 510

/* Two neighbouring inputs in every lane. */
INLINE vshort load_pair(const int16_t *from)
{
    int32_t pair;
    memcpy(&pair, from, sizeof(pair));
    return (vshort)all_int(pair);
}

/* Adds taps first..last-1, inputs begin..end-1 of each, to the sums. */
struct span {
    int first, last, begin, end;
};

/* The sums of a span. rows and vectors are constants where this is inlined. */
INLINE void sum_tile(const void *const *pointers, int depth, struct span span,
                     const int8_t *weights, int32_t *sums, const int rows, const int vectors)
{
    vint sum[TILE_ROWS][2];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[r][v] = all_int(0);
    for (int tap = span.first; tap < span.last; tap++) {
        const int8_t *at = weights + ((size_t)tap * (size_t)depth + (size_t)span.begin) *
                                         (size_t)(vectors * LANES);
        const int16_t *in[TILE_ROWS];
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            in[r] = pointers[tap * rows + r];
        for (int k = span.begin; k < span.end; k += 2) {
            vshort weight[2];
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                weight[v] = load_widened(at + v * 2 * LANES);
            at += vectors * 2 * LANES;
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++) {
                vshort pair = load_pair(in[r] + k);
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++)
                    sum[r][v] = add_pair_products(sum[r][v], pair, weight[v]);
            }
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            store_int(sums + r * PANEL_WIDTH + v * LANES, sum[r][v]);
}

/* A single row over several whole panels at once. */
INLINE void sum_row(const void *const *pointers, int depth, struct span span, const int8_t *weights,
                    size_t panel_bytes, int32_t *sums, const int panels)
{
    vint sum[ROW_PANELS][2];
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        sum[p][0] = sum[p][1] = all_int(0);
    for (int tap = span.first; tap < span.last; tap++) {
        const int16_t *in = pointers[tap];
        size_t at = ((size_t)tap * (size_t)depth + (size_t)span.begin) * PANEL_WIDTH;
        for (int k = span.begin; k < span.end; k += 2, at += 2 * PANEL_WIDTH) {
            vshort pair = load_pair(in + k);
#pragma GCC unroll 4
            for (int p = 0; p < panels; p++) {
                const int8_t *weight = weights + (size_t)p * panel_bytes + at;
                sum[p][0] = add_pair_products(sum[p][0], pair, load_widened(weight));
                sum[p][1] = add_pair_products(sum[p][1], pair, load_widened(weight + 2 * LANES));
            }
        }
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++) {
        store_int(sums + p * PANEL_WIDTH, sum[p][0]);
        store_int(sums + p * PANEL_WIDTH + LANES, sum[p][1]);
    }
}

static void run_span(const struct product *product, const void *const *pointers, int rows,
                     int panel, int panels, struct span span, int32_t *sums)
{
    const int8_t *weights = (const int8_t *)product->weights + (size_t)panel * product->panel_bytes;
    int depth = product->tile_depth;
    bool narrow = product->channels - panel * PANEL_WIDTH <= LANES;
    if (rows == TILE_ROWS && !narrow)
        sum_tile(pointers, depth, span, weights, sums, TILE_ROWS, 2);
    else if (rows == TILE_ROWS)
        sum_tile(pointers, depth, span, weights, sums, TILE_ROWS, 1);
    else if (panels == ROW_PANELS)
        sum_row(pointers, depth, span, weights, product->panel_bytes, sums, ROW_PANELS);
    else if (!narrow)
        sum_row(pointers, depth, span, weights, product->panel_bytes, sums, 1);
    else
        sum_tile(pointers, depth, span, weights, sums, 1, 1);
}

/* 16x8: spans short enough for int32, added up in int64. */
static void run_wide(const struct product *product, const void *const *pointers, int rows,
                     int panel, int panels, int64_t *sums)
{
    int32_t part[(TILE_ROWS > ROW_PANELS ? TILE_ROWS : ROW_PANELS) * PANEL_WIDTH];
    int depth = product->tile_depth, count = (rows > panels ? rows : panels) * PANEL_WIDTH;
    int taps = depth <= SAFE_DEPTH ? SAFE_DEPTH / depth : 1;
    memset(sums, 0, (size_t)count * sizeof(*sums));
    for (int tap = 0; tap < product->tile_taps; tap += taps)
        for (int begin = 0; begin < depth; begin += SAFE_DEPTH) {
            struct span span = {
                .first = tap, .last = tap + taps, .begin = begin, .end = begin + SAFE_DEPTH};
            span.last = span.last < product->tile_taps ? span.last : product->tile_taps;
            span.end = span.end < depth ? span.end : depth;
            run_span(product, pointers, rows, panel, panels, span, part);
            for (int i = 0; i < count; i++)
                sums[i] += part[i];
        }
}

void tile_integer_run(const struct product *product, const void *const *pointers, int rows,
                      int panel, int panels, void *sums)
{
    const struct span all = {0, product->tile_taps, 0, product->tile_depth};
    if (product->sum_bytes == sizeof(int64_t))
        run_wide(product, pointers, rows, panel, panels, sums);
    else
        run_span(product, pointers, rows, panel, panels, all, sums);
}
