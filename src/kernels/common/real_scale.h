/* The integer arithmetic of .onnx files: a count of one kind of steps becomes one of another
 * when it is multiplied by the ratio of the two as a real number and rounded once, halves to the
 * even neighbour.
 *
 * Source: the ONNX specification of QuantizeLinear. Sums of 32 bits are converted to float and
 * multiplied in it, as ONNX Runtime does it. */
#ifndef KERNELS_COMMON_REAL_SCALE_H
#define KERNELS_COMMON_REAL_SCALE_H

#include <math.h>
#include <stdint.h>

/* The nearest whole number, which is within low..high (of fewer bits than a float has). No NaN. */
static inline int32_t round_within(float value, int32_t low, int32_t high)
{
    float least = (float)low, most = (float)high;
    return (int32_t)rintf(value < least ? least : value > most ? most : value);
}

static inline int32_t round_wide_within(double value, int32_t low, int32_t high)
{
    double least = low, most = high;
    return (int32_t)rint(value < least ? least : value > most ? most : value);
}

/* factor: finite. */
static inline int32_t scale_once(int32_t value, float factor, int32_t low, int32_t high)
{
    return round_within((float)value * factor, low, high);
}

/* The same for counts of more digits than a float has. */
static inline int32_t scale_wide_once(int64_t value, double factor, int32_t low, int32_t high)
{
    return round_wide_within((double)value * factor, low, high);
}

#endif
