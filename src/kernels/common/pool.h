/* AVERAGE_POOL_2D and MAX_POOL_2D over NHWC images: what the kernels of every instruction set
 * prepare. */
#ifndef KERNELS_COMMON_POOL_H
#define KERNELS_COMMON_POOL_H

#include "kernels/common/quantized.h"
#include "kernels/common/real_scale.h"
#include "kernels/kernel.h"

/* The state of a call. */
struct pooling {
    int32_t before_h, before_w; /* cells of padding above the image and left of it */
    float low, high;            /* of the activation */
    struct clamp_range range;   /* the same as stored numbers of a quantized output */
    enum rounding rounding;
    /* Averages of graphs with rounds_stored are those of the real numbers, in single precision and
     * in the order of the window's cells: scale_in * (q - zero_in), summed up, divided by the
     * number of cells, then by scale_out. zero_out, as the file has it, is added before rounding,
     * and what it was shifted by is taken off after it. */
    bool is_real;
    float scale_in, scale_out, zero_out;
    int32_t zero_in, shift;
};

/* Makes a struct pooling the state; the items are output pixels. Input and output must be of one
 * type and, but for averages of real numbers, quantized alike. STATUS_FORMAT or
 * STATUS_UNSUPPORTED otherwise. */
enum status pool_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* The cells of an output pixel's window that lie in the image: rows top..bottom-1, columns
 * left..right-1 of image n. Cells in the padding do not count. */
struct pool_window {
    size_t n, top, left, bottom, right;
};

/* Pixels are counted in row-major order over images, rows and columns of the output. */
struct pool_window pool_window(const struct kernel_call *call, size_t pixel)
    __attribute__((nonnull(1)));

/* The stored number of an average that is computed in real numbers; 0 where those overflowed both
 * ways. */
static inline int32_t pool_real_average(const struct pooling *pooling, float sum, size_t cells)
{
    float steps = sum / (float)cells / pooling->scale_out;
    return round_within((isnan(steps) ? 0.0f : steps) + pooling->zero_out,
                        pooling->range.low + pooling->shift, pooling->range.high + pooling->shift) -
           pooling->shift;
}

static inline size_t pool_window_cells(const struct pool_window *window)
{
    return (window->bottom - window->top) * (window->right - window->left);
}

#endif
