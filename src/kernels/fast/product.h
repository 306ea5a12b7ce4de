/* Convolutions and matrix products, one way for all types: an output is a matrix of rows (pixels) times
 * channels; each row is a sum over taps (filter cells) of `depth` inputs each. In a depthwise
 * convolution every channel has its own sums: tap by tap, inputs times weights.
 *
 * Weights are packed in panels of 2 * LANES output channels (the last may be LANES wide), in the order
 * in which a tile reads them. A tile computes TILE_ROWS rows of one panel, its sums staying in
 * registers; then a finish function turns sums into outputs. Integer inputs are first converted to
 * int16 with the zero point taken off, so that padding is zero and all integer types share one tile.
 *
 * Where inputs have few channels, the inputs of a row are gathered side by side first.
 */
#ifndef KERNELS_FAST_PRODUCT_H
#define KERNELS_FAST_PRODUCT_H

#include "kernels/fast/names.h"
#include "kernels/fast/vector.h"
#include "kernels/hybrid.h"
#include "kernels/kernel.h"

#if VECTOR_BYTES >= 32
#define TILE_ROWS 6
#else
#define TILE_ROWS 4
#endif
#define PANEL_WIDTH (2 * LANES)
/* Rows of one item of work, in tiles: a panel of weights is used for all before the next one. */
#define BLOCK_TILES 4
/* A single row takes so many panels at a time, to keep enough sums in flight. */
#define ROW_PANELS 4

struct product {
    /* Geometry. */
    size_t rows;         /* of all images */
    size_t image_rows;   /* of one: rows of one image share run-time scales */
    size_t image_stride; /* elements of one image in the source */
    int taps, depth;     /* of a row in the source */
    int source_depth;    /* elements from one source pixel to the next: depth, or padded to even */
    int32_t *offsets; /* image_rows x taps: where a tap begins in its image, or OUTSIDE; NULL: all
                         pixels in order, one tap each */
    bool is_gathered;
    int tile_taps, tile_depth; /* what tiles see; tile_depth is even for integers */
    int channels, panels;

    /* Packed weights, and what finish functions need, padded to whole panels. */
    const void *weights;
    size_t panel_bytes;
    size_t element_bytes; /* of the source: 4 for float, 2 for int16 */
    const float *bias_float, *weight_scales;
    const int32_t *bias32, *mantissas, *lefts, *rights;
    const int64_t *bias64;
    int32_t in_zero, out_zero, low, high;
    float float_low, float_high;
    bool is_asymmetric; /* run-time quantization with a zero point */

    /* The parts, chosen by type. tile computes `rows` rows (TILE_ROWS or 1) of `panels` panels. */
    void (*tile)(const struct product *product, const void *const *pointers, int rows, int panel,
                 int panels, void *sums);
    void (*finish)(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output);
    size_t sum_bytes; /* of one sum: 4, or 8 for 16x8 */

    /* Division of the work. */
    size_t blocks; /* of rows */
    int block_tiles;
    int groups;        /* of panels */
    int product_stage; /* the stages before it convert the input */

    /* Scratch: converted input, run-time scales per image, then one piece per thread. */
    size_t source_at, scales_at, thread_at, thread_bytes;
    const void *zeros; /* a row of tile_depth zeros, for taps outside */
};

/* In place of an offset: the tap lies in the padding. */
#define OUTSIDE (-1)

/* Fills the geometry from a CONV_2D (without groups), DEPTHWISE_CONV_2D (one output per channel) or
 * FULLY_CONNECTED node; element_bytes must be set. */
enum status product_geometry(const struct kernel_call *call, struct product *product,
                             struct arena *arena, struct error *error);
/* Fills what the finish functions need from the quantization and the bias; the geometry must be
 * set. */
enum status product_finish_float(const struct kernel_call *call, struct product *product,
                                 struct arena *arena, struct error *error);
enum status product_finish_hybrid(const struct kernel_call *call, struct product *product,
                                  struct arena *arena, struct error *error);
enum status product_finish_integer(const struct kernel_call *call, struct product *product,
                                   struct arena *arena, struct error *error);
/* Divides the work and lays out the scratch; everything above must be set. The input is
 * converted in convert_stages stages before (0: it is used as it is), whose items the caller sets. */

void product_layout(struct kernel_call *call, struct product *product, int convert_stages);
/* The product stage. */
void product_run(const struct kernel_call *call, size_t first, size_t last, int thread);

/* Packing into panels; [channels][taps][depth] in, padded with zeros. Sets weights and panel_bytes;
 * false: not enough memory. */
bool pack_float(struct product *product, const void *weights, struct arena *arena);
bool pack_half(struct product *product, const void *weights, struct arena *arena);
bool pack_int8(struct product *product, const void *weights, struct arena *arena);
/* The same for depthwise weights, [taps][channels] in; int8 become int16. */
bool depthwise_pack_float(struct product *product, const void *weights, struct arena *arena);
bool depthwise_pack_half(struct product *product, const void *weights, struct arena *arena);
bool depthwise_pack_int8(struct product *product, const void *weights, struct arena *arena);

/* The tiles, and those of depthwise products. */
void tile_float_run(const struct product *product, const void *const *pointers, int rows, int panel,
                    int panels, void *sums);
void tile_half_run(const struct product *product, const void *const *pointers, int rows, int panel,
                   int panels, void *sums);
void tile_integer_run(const struct product *product, const void *const *pointers, int rows,
                      int panel, int panels, void *sums);
void tile_depthwise_float(const struct product *product, const void *const *pointers, int rows,
                          int panel, int panels, void *sums);
void tile_depthwise_half(const struct product *product, const void *const *pointers, int rows,
                         int panel, int panels, void *sums);
void tile_depthwise_integer(const struct product *product, const void *const *pointers, int rows,
                            int panel, int panels, void *sums);

/* The most taps of a depthwise product with int16 inputs, whose sums are int32. */
#define DEPTHWISE_TAPS_MAX 510

/* The finishes: sums of rows row.. of one panel (width lanes) into the output. */
void finish_float(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output);
void finish_hybrid(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output);
void finish_int8(const struct product *product, const struct kernel_call *call, const void *sums,
                 size_t row, int rows, int panel, int width, void *output);
void finish_int16(const struct product *product, const struct kernel_call *call, const void *sums,
                  size_t row, int rows, int panel, int width, void *output);

/* Conversion of source pixels first..last-1 to int16: int8 less its zero point, or int16. */
void source_convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last);
/* Run-time quantization: the scales of images first..last-1, then their pixels. */
void source_hybrid_scales(const struct product *product, const struct kernel_call *call,
                          size_t first, size_t last);
void source_hybrid_quantize(const struct product *product, const struct kernel_call *call,
                            size_t first, size_t last);

/* Images: all rows of one share a run-time scale. */
static inline size_t product_images(const struct product *product)
{
    return product->rows / product->image_rows;
}

/* Source pixels of all images. */
static inline size_t product_pixels(const struct product *product)
{
    return product_images(product) * (product->image_stride / (size_t)product->source_depth);
}

#endif
