#include "measure/tensor_error.h"

#include <math.h>

#include "measure/fidelity.h"

void tensor_error_add(struct tensor_error *error, const float *own, const float *reference,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double signal = (double)reference[i], value = (double)own[i];
        error->signal += signal * signal;
        error->noise += (value - signal) * (value - signal);
        error->dot += value * signal;
        error->square += value * value;
    }
    error->count += count;
}

double tensor_error_sqnr(const struct tensor_error *error)
{
    return fidelity_sqnr(error->signal, error->noise);
}

double tensor_error_cosine(const struct tensor_error *error)
{
    return fidelity_cosine_of(error->dot, error->signal, error->square);
}

double tensor_error_rmse(const struct tensor_error *error)
{
    return error->count > 0 ? sqrt(error->noise / (double)error->count) : NAN;
}

void value_range_add(struct value_range *range, const float *values, size_t count, float held_low,
                     float held_high, float step)
{
    if (range->count == 0 && count > 0)
        range->low = range->high = values[0];
    for (size_t i = 0; i < count; i++) {
        range->low = fminf(range->low, values[i]);
        range->high = fmaxf(range->high, values[i]);
        range->clipped += values[i] < held_low - step / 2.0f || values[i] > held_high + step / 2.0f;
    }
    range->count += count;
}
