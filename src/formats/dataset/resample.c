/* Source: Pillow 9.4, src/libImaging/Resample.c, for pixels of 8 bits. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "formats/dataset/picture.h"

/* Weights are integers of 22 bits behind the point, which leaves 8 for the pixel and 2 for sums
 * beyond the range. */
#define PRECISION_BITS (32 - 8 - 2)

static double bilinear(double x)
{
    x = fabs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
}

/* With a = -0.5. */
static double bicubic(double x)
{
    const double a = -0.5;
    x = fabs(x);
    if (x < 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * a : 0.0;
}

const struct picture_filter picture_filters[] = {
    {"bilinear", bilinear, 1.0},
    {"bicubic", bicubic, 2.0},
};
const size_t picture_filter_count = sizeof(picture_filters) / sizeof(picture_filters[0]);

/* The pixels of the source that a pixel of the result is the mean of. */
struct window {
    size_t first, count;
    const int32_t *weights;
};

/* A window for each pixel along one side. */
struct windows {
    size_t count;
    struct window *items;
    int32_t *weights;
};

static void windows_release(struct windows *windows)
{
    free(windows->items);
    free(windows->weights);
}

static int32_t to_fixed(double weight)
{
    double steps = weight * (double)(1 << PRECISION_BITS);
    return (int32_t)(weight < 0.0 ? steps - 0.5 : steps + 0.5);
}

/* Fills the window around a centre; scale is that of the filter, at least 1. */
static void fill_window(const struct picture_filter *filter, size_t size, double center,
                        double scale, double *real, int32_t *weights, struct window *window)
{
    double support = filter->support * scale, sum = 0.0;
    double low = center - support + 0.5, high = center + support + 0.5;
    size_t first = low > 0.0 ? (size_t)low : 0, end = (size_t)high;
    end = end > size ? size : end;
    *window = (struct window){first, end - first, weights};
    for (size_t i = 0; i < window->count; i++) {
        real[i] = filter->weight(((double)(i + first) - center + 0.5) * (1.0 / scale));
        sum += real[i];
    }
    for (size_t i = 0; i < window->count; i++)
        weights[i] = to_fixed(sum != 0.0 ? real[i] / sum : real[i]);
}

static enum status windows_make(const struct picture_filter *filter, size_t from, size_t to,
                                struct windows *windows, struct error *error)
{
    double step = (double)from / (double)to, scale = step < 1.0 ? 1.0 : step;
    size_t most = (size_t)ceil(filter->support * scale) * 2 + 1;
    double *real = memory_try(most * sizeof(*real));
    *windows = (struct windows){.count = to,
                                .items = memory_try(to * sizeof(*windows->items)),
                                .weights = memory_try(to * most * sizeof(*windows->weights))};
    if (!real || !windows->items || !windows->weights) {
        windows_release(windows);
        free(real);
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for resizing");
    }
    for (size_t i = 0; i < to; i++)
        fill_window(filter, from, ((double)i + 0.5) * step, scale, real,
                    windows->weights + i * most, &windows->items[i]);
    free(real);
    return STATUS_OK;
}

/* The mean of pixels that are stride bytes apart. */
static unsigned char mean(const unsigned char *pixels, size_t stride, const struct window *window)
{
    int32_t sum = 1 << (PRECISION_BITS - 1);
    pixels += window->first * stride;
    for (size_t i = 0; i < window->count; i++)
        sum += pixels[i * stride] * window->weights[i];
    sum >>= PRECISION_BITS;
    return (unsigned char)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

static void resize_columns(const struct picture *from, const struct windows *windows,
                           struct picture *to)
{
    size_t channels = from->channels;
    for (size_t y = 0; y < to->height; y++)
        for (size_t x = 0; x < to->width; x++)
            for (size_t c = 0; c < channels; c++)
                to->pixels[(y * to->width + x) * channels + c] = mean(
                    from->pixels + y * from->width * channels + c, channels, &windows->items[x]);
}

static void resize_rows(const struct picture *from, const struct windows *windows,
                        struct picture *to)
{
    size_t stride = from->width * from->channels;
    for (size_t y = 0; y < to->height; y++)
        for (size_t i = 0; i < stride; i++)
            to->pixels[y * stride + i] = mean(from->pixels + i, stride, &windows->items[y]);
}

/* One side; a side that stays as it is passes through a filter whose weights are 1. */
static enum status resize_side(const struct picture *from, struct picture *to, bool is_columns,
                               const struct picture_filter *filter, struct error *error)
{
    struct windows windows;
    enum status status = picture_allocate("a resized picture", to, error);
    if (status == STATUS_OK)
        status = is_columns ? windows_make(filter, from->width, to->width, &windows, error)
                            : windows_make(filter, from->height, to->height, &windows, error);
    if (status != STATUS_OK) {
        FREE_AND_NULL(to->pixels);
        return status;
    }
    if (is_columns)
        resize_columns(from, &windows, to);
    else
        resize_rows(from, &windows, to);
    windows_release(&windows);
    return STATUS_OK;
}

enum status picture_resize(const struct picture *picture, size_t width, size_t height,
                           const struct picture_filter *filter, struct picture *resized,
                           struct error *error)
{
    struct picture between = {width, picture->height, picture->channels, NULL};
    *resized = (struct picture){width, height, picture->channels, NULL};
    enum status status = resize_side(picture, &between, true, filter, error);
    if (status == STATUS_OK)
        status = resize_side(&between, resized, false, filter, error);
    free(between.pixels);
    return status;
}
