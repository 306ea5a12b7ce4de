/* Tiles: what other libraries call micro-kernels. A tile is up to TILE_ROWS rows of sums times one
 * panel of channels, which stay in registers from the first input to the last. */
#ifndef KERNELS_FAST_PRODUCT_TILE_H
#define KERNELS_FAST_PRODUCT_TILE_H

#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"

struct product;
struct run_scale;

/* Channels of a panel; the last one may be LANES wide. */
#define PANEL_WIDTH (2 * LANES)

/* The most rows of a tile: what fits the registers. Rows are dealt out evenly, so a tile has
 * half of them at least, and otherwise a single one. */
#if VECTOR_REGISTERS == 32
#define TILE_ROWS 8
#elif VECTOR_BYTES == 32
#define TILE_ROWS 6
#else
#define TILE_ROWS 4
#endif
#define TILE_ROWS_LEAST (TILE_ROWS / 2)

/* CALL(rows) with the number of rows as a constant. */
#define ROWS_CASE(rows, CALL)                                                                      \
    case rows:                                                                                     \
        CALL(rows);                                                                                \
        break
#if TILE_ROWS == 8
#define ROWS_CASES(CALL)                                                                           \
    ROWS_CASE(8, CALL);                                                                            \
    ROWS_CASE(7, CALL);                                                                            \
    ROWS_CASE(6, CALL);                                                                            \
    ROWS_CASE(5, CALL);                                                                            \
    ROWS_CASE(4, CALL);                                                                            \
    ROWS_CASE(1, CALL)
#elif TILE_ROWS == 6
#define ROWS_CASES(CALL)                                                                           \
    ROWS_CASE(6, CALL);                                                                            \
    ROWS_CASE(5, CALL);                                                                            \
    ROWS_CASE(4, CALL);                                                                            \
    ROWS_CASE(3, CALL);                                                                            \
    ROWS_CASE(1, CALL)
#else
#define ROWS_CASES(CALL)                                                                           \
    ROWS_CASE(4, CALL);                                                                            \
    ROWS_CASE(3, CALL);                                                                            \
    ROWS_CASE(2, CALL);                                                                            \
    ROWS_CASE(1, CALL)
#endif

/* A single row takes so many panels at a time, to keep enough sums in flight. */
#define ROW_PANELS 4

/* What a tile computes: rows of one panel, or a single row of ROW_PANELS. */
struct tile {
    const void *const *pointers; /* [tap][row]: where the inputs are */
    int rows, panel, panels;
    /* Lanes of the last vector of the last panel that float results are stored of. */
    size_t live;
    const void *weights; /* of the first panel; one panel_bytes behind the other */
    size_t step; /* elements from one row of the sums to the next: PANEL_WIDTH unless direct */
    /* Of tiles that store results: so many, one behind the other in the results; the pointers of
     * each are TILE_ROWS times the taps behind those of the one before. */
    size_t count;
    size_t ahead_bytes; /* what each of them fetches in all: see ahead */
    /* Of float alone: what is added to the results of the first row and panel, one row as far from
     * the next as in the sums, or NULL; and the bounds of the sum. */
    const float *addend;
    float low, high;
    const struct run_scale *by; /* of inputs quantized at run time: of the image of all rows */
    const char *ahead; /* weights of the next panel, to be fetched meanwhile: so many bytes */
    int ahead_step;    /* per step of inputs that are multiplied at once */
};

/* The rows that are computed for so many, at most TILE_ROWS: the last one may be repeated. */
INLINE int tile_rows(size_t live)
{
    return live == 1 || live >= TILE_ROWS_LEAST ? (int)live : TILE_ROWS_LEAST;
}

/* The most taps of a depthwise product with int16 inputs, whose sums are int32. */
#define DEPTHWISE_TAPS_MAX 510

/* sums: float, int32, or int64 of 16x8, as epilogue.sum_bytes says, of one tile. Those of float
 * include the bias and the activation: they are results. */
typedef void tile_function(const struct product *product, const struct tile *tile, void *sums);
tile_function tile_float_run PER_ISA(tile_float_run);
tile_function tile_half_run PER_ISA(tile_half_run);
tile_function tile_brain_run PER_ISA(tile_brain_run);
/* int8 and int4, widened and multiplied in float32. */
tile_function tile_widened_run PER_ISA(tile_widened_run);
tile_function tile_nibbles_run PER_ISA(tile_nibbles_run);
tile_function tile_blocks_run PER_ISA(tile_blocks_run);
/* In half precision. A result of up to 10,000 products, its bias and activation aside, differs from
 * the exact sum by no more than HALF_ERROR times the sum of |w x|, and HALF_ERROR_LEAST for each
 * product, as numbers below 2^-14 have fewer digits. Of x and sums of 2 * HALF_PART products, none
 * may be beyond 65504, of w none beyond 1.
 * Each of these is rounded to 2^-11 of itself: an input, HALF_PART sums of every other product, the
 * sum of both. tests/unit/test_half_products.c checks it. */
tile_function tile_half_native_run PER_ISA(tile_half_native_run);
#define HALF_PART        14
#define HALF_ERROR       ((HALF_PART + 2.1) / 2048.0)
#define HALF_ERROR_LEAST 0x1p-24
tile_function tile_integer_run PER_ISA(tile_integer_run);
tile_function tile_bytes_run PER_ISA(tile_bytes_run);
tile_function tile_matched_run PER_ISA(tile_matched_run);
tile_function tile_depthwise_float PER_ISA(tile_depthwise_float);
tile_function tile_depthwise_half PER_ISA(tile_depthwise_half);
tile_function tile_depthwise_brain PER_ISA(tile_depthwise_brain);
tile_function tile_depthwise_widened PER_ISA(tile_depthwise_widened);
tile_function tile_depthwise_integer PER_ISA(tile_depthwise_integer);

/* Stores results of tile->count tiles of one panel, whose rows are all part of the output, and of
 * int8 its lanes, too; `to`: the first of them. */
typedef void direct_function(const struct product *product, const struct tile *tile, void *to);
direct_function direct_integer_run PER_ISA(direct_integer_run);
direct_function direct_bytes_run PER_ISA(direct_bytes_run);
direct_function direct_matched_run PER_ISA(direct_matched_run);
/* Float32 results of inputs that were quantized at run time. */
direct_function direct_hybrid_pairs PER_ISA(direct_hybrid_pairs);
direct_function direct_hybrid_bytes PER_ISA(direct_hybrid_bytes);
direct_function direct_hybrid_matched PER_ISA(direct_hybrid_matched);

/* The sums of a tile before the first product; what is const is a constant where it is inlined. */
INLINE void clear_sums(vint (*sum)[2], const int rows, const int vectors)
{
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[r][v] = all_int(0);
}

/* Where the pointers of the i-th tile are. */
INLINE const void *const *tile_pointers(const struct tile *tile, size_t i, int taps)
{
    return tile->pointers + i * (size_t)(TILE_ROWS * taps);
}

#endif
