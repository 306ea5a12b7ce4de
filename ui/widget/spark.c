#include "ui/widget/spark.h"

#include <math.h>

bool spark_range(const double *values, size_t count, double *least, double *greatest)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        if (!found || values[i] < *least)
            *least = values[i];
        if (!found || values[i] > *greatest)
            *greatest = values[i];
        found = true;
    }
    return found;
}

/* NaN where nothing is finite. */
static double mean_of(const double *values, size_t count)
{
    double sum = 0.0;
    size_t finite = 0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            sum += values[i];
            finite++;
        }
    }
    return finite ? sum / (double)finite : NAN;
}

size_t spark_print(const double *values, size_t count, size_t width, bool ascii, struct text *out)
{
    static const char *const utf8[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {".", ":", "-", "=", "+", "*", "#"};
    const char *const *glyphs = ascii ? plain : utf8;
    double levels = ascii ? 7.0 : 8.0, least = 0.0, greatest = 0.0;
    size_t drawn = count < width ? count : width;
    if (drawn == 0 || !spark_range(values, count, &least, &greatest))
        return 0;
    for (size_t i = 0; i < drawn; i++) {
        size_t from = i * count / drawn, to = (i + 1) * count / drawn;
        double mean = mean_of(values + from, to - from);
        double place = greatest > least ? (mean - least) / (greatest - least) : 0.0;
        double level = fmin(floor(place * levels), levels - 1.0);
        text_add_string(out, isnan(mean) ? " " : glyphs[(size_t)fmax(level, 0.0)]);
    }
    return drawn;
}
