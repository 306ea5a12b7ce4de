/* Functions of quantized numbers as tables: one entry per value for 8 bits, 512 linear pieces for
 * 16 bits. */
#ifndef KERNELS_COMMON_LOOKUP_H
#define KERNELS_COMMON_LOOKUP_H

#include <stdint.h>

#include "graph/graph.h"

#define LOOKUP_8_SIZE  256
#define LOOKUP_16_SIZE 513

/* Entry (uint8_t)q is function(real value of q) as the output tensor stores it. Both tensors are
 * int8 or uint8, quantized per tensor. Infinities saturate; NaN becomes the lowest value. */
void lookup_fill_8(uint8_t table[LOOKUP_8_SIZE], const struct tensor *in, const struct tensor *out,
                   float (*function)(float)) __attribute__((nonnull(1, 2, 3, 4)));

/* What each uint8 of one quantization is in another, each of one scale; in single precision, as
 * TFLite rounds. */
void lookup_fill_rescaled(uint8_t table[LOOKUP_8_SIZE], const struct quantization *from,
                          const struct quantization *to) __attribute__((nonnull(1, 2, 3)));

/* Samples of a function of all int16 numbers q, standing for in_scale * (q - in_zero), in steps of
 * 128; values in units of out_scale. Each sample is moved by half the error that linear
 * interpolation has in the middle of its piece. The tables of tensors are computed in single
 * precision, those within a kernel in double. */
void lookup_fill_16(int16_t table[LOOKUP_16_SIZE], float in_scale, int32_t in_zero, float out_scale,
                    float (*function)(float)) __attribute__((nonnull(1, 5)));
void lookup_fill_16_double(int16_t table[LOOKUP_16_SIZE], double in_scale, int32_t in_zero,
                           double out_scale, double (*function)(double))
    __attribute__((nonnull(1, 5)));

/* The function of q, |q| within int16, by linear interpolation. */
static inline int32_t lookup_16(const int16_t table[LOOKUP_16_SIZE], int32_t q)
{
    int32_t i = 256 + (q >> 7), rest = q & 127;
    return table[i] + (((table[i + 1] - table[i]) * rest + 64) >> 7);
}

#endif
