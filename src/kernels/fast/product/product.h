/* Convolutions and matrix products, one way for all types: an output is a matrix of rows (pixels) times
 * channels; each row is a sum over taps (filter cells) of `depth` inputs each. In a depthwise
 * convolution every channel has its own sums: tap by tap, inputs times weights.
 *
 * Weights are packed in panels of 2 * LANES output channels (the last may be LANES wide), in the order
 * in which a tile reads them. A tile computes up to TILE_ROWS rows of one panel, its sums staying in
 * registers; then a finish function turns sums into outputs. Inputs are first converted where the
 * tile wants another type than the graph has: int8 to int16 with the zero point taken off, or, where
 * the CPU multiplies unsigned with signed bytes, to uint8; then the finish takes off what the weights
 * times 128 and the zero point add up to.
 *
 * Where inputs have few channels, the cells of a filter row are spliced to one tap: they lie side by
 * side in a copy of the image that has its padding around it.
 */
#ifndef KERNELS_FAST_PRODUCT_PRODUCT_H
#define KERNELS_FAST_PRODUCT_PRODUCT_H

#include "kernels/common/hybrid.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"
#include "kernels/kernel.h"

/* The most rows of a tile: what fits the registers. Rows are dealt out evenly, so a tile has half of them at
 * least, and otherwise a single one. */
#if VECTOR_BYTES == 64
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

#define PANEL_WIDTH (2 * LANES)
/* A single row takes so many panels at a time, to keep enough sums in flight. */
#define ROW_PANELS 4

/* What a tile computes: rows of one panel, or a single row of ROW_PANELS. */
struct tile {
    const void *const *pointers; /* [tap][row]: where the inputs are */
    int rows, panel, panels;
    size_t step; /* elements from one row of the sums to the next: PANEL_WIDTH but for float */
    /* Of float alone: what is added to the results of the first row and panel, one row as far from the
     * next as in the sums, or NULL; and the bounds of the sum. */
    const float *addend;
    float low, high;
    const char *ahead; /* weights of the next panel, to be fetched meanwhile: so many bytes */
    int ahead_step;    /* per step of inputs that are multiplied at once */
};

/* The rows that are computed for so many, which is at most TILE_ROWS: the last one may be repeated. */
INLINE int tile_rows(size_t live)
{
    return live == 1 || live >= TILE_ROWS_LEAST ? (int)live : TILE_ROWS_LEAST;
}

struct product {
    /* Geometry. */
    size_t rows;         /* of all images */
    size_t image_rows;   /* of one: rows of one image share run-time scales */
    size_t image_stride; /* elements of one image in the source */
    int taps, depth;     /* cells of a filter, inputs of each */
    int32_t in_h, in_w, out_h, out_w, before_h, before_w; /* of an image, and its padding */
    int32_t source_h, source_w; /* of an image in the source: with padding where it is spliced */
    int source_depth; /* elements from one source pixel to the next: depth, or padded to a group */
    int32_t *offsets; /* image_rows x tile_taps: where a tap begins in its image, or OUTSIDE; NULL:
                         all pixels in order, one tap each */
    bool is_spliced;
    int group; /* neighbouring inputs that are multiplied at once: 1, int16 2, bytes 4 */
    /* What tiles see: tile_inputs of a tap count, tile_depth is that padded to whole groups. */
    int tile_taps, tile_inputs, tile_depth;
    int channels, panels;

    /* Packed weights, and what finish functions need, padded to whole panels. */
    const void *weights;
    size_t panel_bytes;
    size_t element_bytes; /* of the source */
    const float *bias_float, *weight_scales;
    const int32_t *weight_sums; /* bytes with run-time scales: what an input of 1 adds up to */
    const int32_t *bias32, *mantissas, *lefts, *rights;
    const int64_t *bias64, *wide_factors, *wide_shifts; /* 16x8: as multiply_wide() has them */
    const float *factors; /* in place of multipliers, where the graph rounds once */
    const double *double_factors;
    int32_t in_zero, out_zero, low, high;
    float float_low, float_high;
    bool is_asymmetric; /* run-time quantization with a zero point */

    /* The parts, chosen by type. Tiles of float make results of their sums, right in the output where a
     * whole tile is part of it; then there is no finish. */
    bool is_direct;
    void (*tile)(const struct product *product, const struct tile *tile, void *sums);
    void (*finish)(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output);
    size_t sum_bytes; /* of one sum: 4, or 8 for 16x8 */
    /* Converts count elements of the input from element `from`, all of one image; NULL: the source is
     * the input itself. */
    void (*convert)(const struct product *product, const struct kernel_call *call, size_t image,
                    size_t from, size_t count, void *to);

    /* Division of the work. */
    bool is_far;   /* weights come from beyond a core's own cache */
    size_t blocks; /* of rows */
    int block_tiles;
    int groups;        /* of panels */
    bool is_hybrid;    /* run-time scales are found first */
    int product_stage; /* the stages before it convert the input */

    /* Scratch: converted input, run-time scales per image, rows of padding per image where these have
     * zero points, then one piece per thread. */
    size_t scales_at, zeros_at, zeros_stride, thread_at, thread_bytes;
    const unsigned char
        *zeros; /* tile_depth elements that stand for 0, for taps outside; NULL: they
                                   are in the scratch */
};

/* In place of an offset: the tap lies in the padding. */
#define OUTSIDE (-1)

/* Fills the geometry from a CONV_2D (without groups), DEPTHWISE_CONV_2D (one output per channel) or
 * FULLY_CONNECTED node; group must be set. */
enum status product_geometry(const struct kernel_call *call, struct product *product,
                             struct arena *arena, struct error *error) PER_ISA(product_geometry);
/* Choose the finish and fill what it needs from the quantization and the bias; the geometry must be
 * set. */
enum status product_finish_float(const struct kernel_call *call, struct product *product,
                                 struct arena *arena, struct error *error)
    PER_ISA(product_finish_float);
enum status product_finish_hybrid(const struct kernel_call *call, struct product *product,
                                  struct arena *arena, struct error *error)
    PER_ISA(product_finish_hybrid);
enum status product_finish_integer(const struct kernel_call *call, struct product *product,
                                   struct arena *arena, struct error *error)
    PER_ISA(product_finish_integer);
/* Of the last, all but the bias: the output's range and the ratios of the scales, for sums of sum_bytes.
 * Channels and panels must be set. */
enum status product_finish_scales(const struct kernel_call *call, struct product *product,
                                  struct arena *arena, struct error *error)
    PER_ISA(product_finish_scales);
/* Divides the work into stages and items and lays out the scratch; everything above must be set. */
void product_layout(struct kernel_call *call, struct product *product) PER_ISA(product_layout);
/* A kernel's run(): the stages in the order scales, conversion, product. */
void product_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
    PER_ISA(product_run);

/* Packing into panels; [channels][taps][depth] in, padded with zeros. Sets weights and panel_bytes;
 * false: not enough memory. */
bool pack_float(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(pack_float);
bool pack_half(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(pack_half);
bool pack_int8(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(pack_int8);
bool pack_bytes(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(pack_bytes);
/* The same for depthwise weights, [taps][channels] in; int8 become int16. */
bool depthwise_pack_float(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(depthwise_pack_float);
bool depthwise_pack_half(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(depthwise_pack_half);
bool depthwise_pack_int8(struct product *product, const void *weights, struct arena *arena)
    PER_ISA(depthwise_pack_int8);

/* The tiles, and those of depthwise products. Those of float make results. */
void tile_float_run(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_float_run);
void tile_half_run(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_half_run);
void tile_half_native_run(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_half_native_run);
void tile_integer_run(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_integer_run);
void tile_bytes_run(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_bytes_run);
void tile_depthwise_float(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_depthwise_float);
void tile_depthwise_half(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_depthwise_half);
void tile_depthwise_integer(const struct product *product, const struct tile *tile, void *sums)
    PER_ISA(tile_depthwise_integer);

/* The most taps of a depthwise product with int16 inputs, whose sums are int32. */
#define DEPTHWISE_TAPS_MAX 510

/* The finishes: sums of rows row.. of one panel (width lanes) into the output. Those of integers round
 * twice or once (graph/rounding.h). */
void finish_float(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output) PER_ISA(finish_float);
void finish_hybrid(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output) PER_ISA(finish_hybrid);
void finish_int8(const struct product *product, const struct kernel_call *call, const void *sums,
                 size_t row, int rows, int panel, int width, void *output) PER_ISA(finish_int8);
void finish_int16(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output) PER_ISA(finish_int16);
void finish_int8_once(const struct product *product, const struct kernel_call *call,
                      const void *sums, size_t row, int rows, int panel, int width, void *output)
    PER_ISA(finish_int8_once);
void finish_int16_once(const struct product *product, const struct kernel_call *call,
                       const void *sums, size_t row, int rows, int panel, int width, void *output)
    PER_ISA(finish_int16_once);

/* The conversions: none, float to half, int8 to int16 less the zero point, int8 to uint8, and run-time quantization
 * to either; see struct product. */
void convert_copy(const struct product *product, const struct kernel_call *call, size_t image,
                  size_t from, size_t count, void *to) PER_ISA(convert_copy);
void convert_halve(const struct product *product, const struct kernel_call *call, size_t image,
                   size_t from, size_t count, void *to) PER_ISA(convert_halve);
void convert_widen(const struct product *product, const struct kernel_call *call, size_t image,
                   size_t from, size_t count, void *to) PER_ISA(convert_widen);
void convert_unsigned(const struct product *product, const struct kernel_call *call, size_t image,
                      size_t from, size_t count, void *to) PER_ISA(convert_unsigned);
void convert_quantize_short(const struct product *product, const struct kernel_call *call,
                            size_t image, size_t from, size_t count, void *to)
    PER_ISA(convert_quantize_short);
void convert_quantize_byte(const struct product *product, const struct kernel_call *call,
                           size_t image, size_t from, size_t count, void *to)
    PER_ISA(convert_quantize_byte);

/* The run-time scales of images first..last-1. */
void source_scales(const struct product *product, const struct kernel_call *call, size_t first,
                   size_t last) PER_ISA(source_scales);
/* Lines that the source is divided into, and their conversion. */
size_t source_lines(const struct product *product) PER_ISA(source_lines);
void source_convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last) PER_ISA(source_convert);

/* Images: all rows of one share a run-time scale. */
static inline size_t product_images(const struct product *product)
{
    return product->rows / product->image_rows;
}

/* The byte of which elements that stand for 0 consist. */
static inline unsigned char source_pad(const struct product *product,
                                       const struct kernel_call *call, size_t image)
{
    if (product->element_bytes > 1)
        return 0;
    if (!product->is_hybrid)
        return (unsigned char)(product->in_zero + 128);
    return (unsigned char)(((const struct run_scale *)(const void *)(call->scratch +
                                                                     product->scales_at))[image]
                               .zero_point +
                           128);
}

#endif
