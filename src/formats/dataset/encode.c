#include "formats/dataset/encode.h"

#include <math.h>
#include <string.h>

#include "base/half.h"

static void encode_half(const float *values, size_t count, uint16_t *halves)
{
    for (size_t i = 0; i < count; i++)
        halves[i] = half_from_float(values[i]);
}

static void encode_double(const float *values, size_t count, double *doubles)
{
    for (size_t i = 0; i < count; i++)
        doubles[i] = (double)values[i];
}

/* The highest int64 is no double: what is as large becomes it. */
static int64_t at_most(double q, int64_t highest)
{
    return q >= (double)highest ? highest : (int64_t)q;
}

static void encode_steps(const struct tensor *tensor, const float *values, size_t count,
                         char *elements)
{
    double low = (double)type_lowest(tensor->type);
    int64_t highest = type_highest(tensor->type);
    size_t size = type_size(tensor->type);
    for (size_t i = 0; i < count; i++) {
        float steps = roundf(values[i] / tensor->quant.scale[0]);
        int64_t whole = at_most(fmax((double)steps + tensor->quant.zero_point[0], low), highest);
        /* Little-endian: the low bytes come first, whatever the size. */
        memcpy(elements + i * size, &whole, size);
    }
}

void encode_real(const struct tensor *tensor, const float *values, size_t count, void *elements)
{
    if (tensor->type == TYPE_F32)
        memcpy(elements, values, count * sizeof(*values));
    else if (tensor->type == TYPE_F16)
        encode_half(values, count, elements);
    else if (tensor->type == TYPE_F64)
        encode_double(values, count, elements);
    else
        encode_steps(tensor, values, count, elements);
}
