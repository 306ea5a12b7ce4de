#include "graph/nearest.h"

#include <math.h>

static bool aligns(const struct resize_params *params, int32_t out)
{
    return params->align_corners && out > 1;
}

/* As TFLite does it, in its precision. */
static int32_t by_centers(const struct resize_params *params, int32_t in, int32_t out, int32_t i)
{
    float scale = aligns(params, out) ? (float)(in - 1) / (float)(out - 1) : (float)in / (float)out;
    float position = ((float)i + (params->half_pixel_centers ? 0.5f : 0.0f)) * scale;
    float rounded = params->align_corners ? roundf(position) : floorf(position);
    return rounded < (float)in ? (int32_t)rounded : in - 1;
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* The position as a fraction, so that halves are halves. */
static int64_t by_position(const struct resize_params *params, int64_t in, int64_t out, int64_t i)
{
    bool ends_meet = aligns(params, (int32_t)out);
    int64_t over = 2 * (ends_meet ? i * (in - 1) : i * in);
    int64_t under = ends_meet ? 2 * (out - 1) : 2 * out;
    if (params->half_pixel_centers)
        over += in - out;
    switch (params->nearest) {
    case NEAREST_PREFER_FLOOR:
        return -floor_divide(under / 2 - over, under);
    case NEAREST_PREFER_CEIL:
        return floor_divide(over + under / 2, under);
    case NEAREST_FLOOR:
        return floor_divide(over, under);
    default:
        return -floor_divide(-over, under);
    }
}

int32_t nearest_pixel(const struct resize_params *params, int32_t in, int32_t out, int32_t i)
{
    if (params->nearest == NEAREST_BY_CENTERS)
        return by_centers(params, in, out, i);
    int64_t pixel = by_position(params, in, out, i);
    return pixel < 0 ? 0 : pixel < in ? (int32_t)pixel : in - 1;
}

bool nearest_same(const struct resize_params *a, const struct resize_params *b, int32_t in,
                  int32_t out)
{
    for (int32_t i = 0; i < out; i++)
        if (nearest_pixel(a, in, out, i) != nearest_pixel(b, in, out, i))
            return false;
    return true;
}
