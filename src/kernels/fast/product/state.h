/* The state of a product's call, and what its parts ask of it. */
#ifndef KERNELS_FAST_PRODUCT_STATE_H
#define KERNELS_FAST_PRODUCT_STATE_H

#include "kernels/common/hybrid.h"
#include "kernels/fast/product/finish.h"
#include "kernels/fast/product/geometry.h"
#include "kernels/fast/product/input_sums.h"
#include "kernels/fast/product/match.h"
#include "kernels/fast/product/pack.h"
#include "kernels/fast/product/source.h"
#include "kernels/fast/product/tile.h"

/* Division of the work into items: blocks of rows times groups of panels. */
struct division {
    bool is_far;   /* weights come from beyond a core's own cache */
    size_t blocks; /* of rows */
    int block_tiles;
    int groups;        /* of panels */
    int product_stage; /* the stages before it find run-time scales and convert the input */
};

/* Where things are in the scratch, in bytes: converted input first, what is found for run-time
 * quantization (ranges of pieces, scales per image, rows of padding per image where these have zero
 * points), then one piece per thread. */
struct scratch {
    size_t ranges_at, scales_at, zeros_at, zeros_stride, thread_at, thread_bytes;
    /* In a thread's piece, behind the pointers: sums of the inputs of each row; and its rows, where
     * blocks convert them. */
    size_t sums_at, rows_at;
};

/* Bytes between the pieces of two threads: caches fetch so far ahead of what a core reads in order,
 * and would take from another core what it is writing. */
#define SCRATCH_GAP 2048

/* Rounded up, so that what lies behind it in the scratch begins with a cache line. */
static inline size_t scratch_aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* A call's state. */
struct product {
    struct geometry geometry;
    struct tiling tiling;
    struct source_images source;
    struct packed packed;
    struct match match; /* of tile_matched_run() */
    struct input_sums input_sums;
    struct epilogue epilogue;
    struct division division;
    struct scratch scratch;
    /* The parts, chosen by type. convert NULL: the source is the input itself. */
    convert_function *convert;
    tile_function *tile;
    direct_function *direct; /* NULL: tiles go one by one, or are finished */
    finish_function *finish;
    /* tiling.depth elements that stand for 0, for taps outside; NULL: they are in the scratch. */
    const unsigned char *zeros;
};

/* Where the packed weights of a panel begin. */
static inline const char *panel_weights(const struct product *product, int panel)
{
    return (const char *)product->packed.weights + (size_t)panel * product->packed.panel_bytes;
}

/* Where the scales of a panel's blocks begin. */
static inline const float *panel_scales(const struct product *product, int panel)
{
    size_t blocks =
        (size_t)product->tiling.taps * (size_t)product->tiling.inputs / product->packed.block;
    return product->packed.scales + (size_t)panel * blocks * PANEL_WIDTH;
}

/* Images: all rows of one share a run-time scale. */
static inline size_t product_images(const struct product *product)
{
    return product->geometry.rows / product->geometry.image_rows;
}

/* The run-time scales, one per image. */
static inline struct run_scale *product_scales(const struct product *product,
                                               const struct kernel_call *call)
{
    return (struct run_scale *)(void *)(call->scratch + product->scratch.scales_at);
}

/* Where the source is, unless blocks convert it: converted, or the input itself. */
static inline const void *source_data(const struct product *product, const struct kernel_call *call)
{
    return product->convert ? call->scratch : call->inputs[0].data;
}

/* What stands for 0 among bytes, which count from there: uint8 is 128 more than int8. */
static inline int32_t source_byte_zero(const struct product *product)
{
    return product->source.zero_point + BYTE_OFFSET - (product->source.is_unsigned ? 128 : 0);
}

/* The byte of which elements that stand for 0 consist; with run-time quantization see
 * quantize_pad(). */
static inline unsigned char source_pad(const struct product *product)
{
    return product->source.element_bytes > 1 ? 0 : (unsigned char)source_byte_zero(product);
}

#endif
