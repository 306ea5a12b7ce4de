/* What kernels of every family need: elements of quantized tensors, checks of their scales, and
 * the ranges that activations leave; places in NHWC tensors.
 *
 * A quantized tensor stores numbers q that stand for the real ones scale * (q - zero point): the
 * zero point is the stored number for 0, and q - zero point counts steps of the scale. To
 * requantize is to take a count of steps of one scale to a count of steps of another:
 * fixed_point.h and real_scale.h are the two ways. */
#ifndef KERNELS_COMMON_QUANTIZED_H
#define KERNELS_COMMON_QUANTIZED_H

#include <stddef.h>
#include <stdint.h>

#include "graph/activation.h"
#include "graph/graph.h"

/* Element i of an int8, uint8 or int16 tensor. */
static inline int32_t quantized_load(enum type type, const void *elements, size_t i)
{
    switch (type) {
    case TYPE_I8:
        return ((const int8_t *)elements)[i];
    case TYPE_U8:
        return ((const uint8_t *)elements)[i];
    default:
        return ((const int16_t *)elements)[i];
    }
}

/* The value must be within the range of the type, which is int8, uint8 or int16. */
static inline void quantized_store(enum type type, void *elements, size_t i, int32_t value)
{
    if (type == TYPE_I16)
        ((int16_t *)elements)[i] = (int16_t)value;
    else
        ((uint8_t *)elements)[i] = (uint8_t)value;
}

/* Per-tensor quantization is there: one scale and one zero point, which is 0 for int16
 * (STATUS_UNSUPPORTED otherwise). what names the tensor's part in the message: "input". */
enum status quantized_check(const struct tensor *tensor, const char *what, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The same of both; messages call them "input" and "output". */
enum status quantized_check_ends(const struct tensor *in, const struct tensor *out,
                                 struct error *error) __attribute__((nonnull(1, 2, 3)));

struct clamp_range {
    int32_t low, high;
};

/* The stored numbers that an output, quantized per tensor, may have after the activation: the
 * type's range, cut where the real number is outside the activation's. */
struct clamp_range quantized_range(enum activation activation, const struct tensor *out)
    __attribute__((nonnull(2)));

/* NaN stays NaN. */
static inline float clamp_real(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

/* Index of the first channel of a pixel of an NHWC tensor. */
static inline size_t nhwc_index(const struct shape *shape, size_t n, size_t y, size_t x)
{
    size_t height = (size_t)shape->dim[1], width = (size_t)shape->dim[2];
    return ((n * height + y) * width + x) * (size_t)shape->dim[3];
}

#endif
