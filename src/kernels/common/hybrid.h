/* Run-time quantization of activations for dynamic range: one scale per image or row, found from
 * its values while the network runs. The arithmetic is that of TFLite's portable tensor
 * utilities. */
#ifndef KERNELS_COMMON_HYBRID_H
#define KERNELS_COMMON_HYBRID_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* q = round(value * inverse + zero_point), real = scale * (q - zero_point). */
struct run_scale {
    float scale, inverse;
    int32_t zero_point;
    bool is_asymmetric;
};

/* low <= 0 <= high are the ends of the values, of which infinite ones count as the greatest finite
 * number. All zero: scale 1. */
static inline struct run_scale hybrid_symmetric(float low, float high)
{
    float reach = fminf(fmaxf(-low, high), FLT_MAX);
    if (!(reach > 0.0f))
        return (struct run_scale){1.0f, 1.0f, 0, false};
    return (struct run_scale){reach / 127.0f, 127.0f / reach, 0, false};
}

/* The zero point is taken from the end that it represents with the smaller error. */
static inline struct run_scale hybrid_asymmetric(float low, float high)
{
    if (!(high > low))
        return (struct run_scale){1.0f, 1.0f, 0, true};
    low = fmaxf(low, -FLT_MAX);
    high = fminf(high, FLT_MAX);
    double scale = ((double)high - (double)low) / 255.0;
    double from_low = -128.0 - (double)low / scale, from_high = 127.0 - (double)high / scale;
    double low_error = 128.0 + fabs((double)low / scale);
    double high_error = 127.0 + fabs((double)high / scale);
    double zero = low_error < high_error ? from_low : from_high;
    zero = zero <= -128.0 ? -128.0 : zero >= 127.0 ? 127.0 : round(zero);
    return (struct run_scale){(float)scale, 1.0f / (float)scale, (int32_t)zero, true};
}

static inline int32_t hybrid_lowest(bool is_asymmetric)
{
    return is_asymmetric ? INT8_MIN : -INT8_MAX;
}

/* NaN becomes a real 0, as in QUANTIZE. */
static inline int32_t hybrid_quantize(float value, const struct run_scale *scale)
{
    float steps = roundf(value * scale->inverse + (float)scale->zero_point);
    if (isnan(steps))
        return scale->zero_point;
    float low = (float)hybrid_lowest(scale->is_asymmetric);
    return (int32_t)(steps < low ? low : steps > 127.0f ? 127.0f : steps);
}

#endif
