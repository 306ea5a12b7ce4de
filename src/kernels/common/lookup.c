#include "kernels/common/lookup.h"

#include <math.h>

#include "kernels/common/quantized.h"

/* A rounded value as the integer type's; NaN gives low. */
static int32_t saturate(float value, int32_t low, int32_t high)
{
    return isnan(value) ? low : (int32_t)clamp_real(value, (float)low, (float)high);
}

void lookup_fill_8(uint8_t table[LOOKUP_8_SIZE], const struct tensor *in, const struct tensor *out,
                   float (*function)(float))
{
    int32_t low = (int32_t)type_lowest(out->type), high = (int32_t)type_highest(out->type);
    float inverse = 1.0f / out->quant.scale[0], zero = (float)out->quant.zero_point[0];
    for (int32_t q = (int32_t)type_lowest(in->type); q <= type_highest(in->type); q++) {
        float value = function(in->quant.scale[0] * (float)(q - in->quant.zero_point[0]));
        table[(uint8_t)q] = (uint8_t)saturate(roundf(value * inverse) + zero, low, high);
    }
}

void lookup_fill_rescaled(uint8_t table[LOOKUP_8_SIZE], const struct quantization *from,
                          const struct quantization *to)
{
    float scale = from->scale[0] * (1.0f / to->scale[0]);
    float offset = (float)-from->zero_point[0] * scale;
    for (int q = 0; q < LOOKUP_8_SIZE; q++) {
        float value = roundf((float)q * scale + offset) + (float)to->zero_point[0];
        table[q] = (uint8_t)(value > 0.0f ? value < UINT8_MAX ? value : UINT8_MAX : 0);
    }
}

/* The same lines for both precisions, since rounding at each step decides the last bit. An
 * overflowing function leaves a bias that is no number; its sample saturates without one. */
#define DEFINE_FILL_16(name, real, round_real)                                                     \
    void name(int16_t table[LOOKUP_16_SIZE], real in_scale, int32_t in_zero, real out_scale,       \
              real (*function)(real))                                                              \
    {                                                                                              \
        real first = in_scale * (real)(INT16_MIN - in_zero);                                       \
        real last = in_scale * (real)(INT16_MAX - in_zero), step = (last - first) / 512;           \
        real inverse = 65536 / (out_scale * INT16_MAX - out_scale * INT16_MIN);                    \
        for (int i = 0; i < 512; i++) {                                                            \
            real here = first + (real)i * step, sample = round_real(function(here) * inverse);     \
            real next = function(first + (real)(i + 1) * step) * inverse;                          \
            real middle = round_real(function(here + step / 2) * inverse);                         \
            real bias = round_real((round_real((next + sample) / 2) - middle) / 2);                \
            real entry = isfinite(bias) ? sample - bias : sample;                                  \
            table[i] = (int16_t)saturate((float)entry, INT16_MIN, INT16_MAX);                      \
        }                                                                                          \
        table[512] =                                                                               \
            (int16_t)saturate((float)round_real(function(last) * inverse), INT16_MIN, INT16_MAX);  \
    }

DEFINE_FILL_16(lookup_fill_16, float, roundf)
DEFINE_FILL_16(lookup_fill_16_double, double, round)
