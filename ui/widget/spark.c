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

/* Of a stretch i of so many that the values are divided into: from 0 to levels - 1; -1: nothing is
 * finite there. */
struct leveler {
    const double *values;
    size_t count, stretches;
    double least, greatest, levels;
};

static int level_of(const struct leveler *leveler, size_t i)
{
    size_t from = i * leveler->count / leveler->stretches;
    size_t to = (i + 1) * leveler->count / leveler->stretches;
    double mean = mean_of(leveler->values + from, to - from);
    double span = leveler->greatest - leveler->least;
    double place = span > 0.0 ? (mean - leveler->least) / span : 0.0;
    double level = fmin(floor(place * leveler->levels), leveler->levels - 1.0);
    return isnan(mean) ? -1 : (int)fmax(level, 0.0);
}

static bool begin(struct leveler *leveler, const double *values, size_t count, size_t width)
{
    leveler->values = values;
    leveler->count = count;
    leveler->stretches = count < width ? count : width;
    return leveler->stretches > 0 &&
           spark_range(values, count, &leveler->least, &leveler->greatest);
}

static size_t print(struct leveler *leveler, bool ascii, struct text *out)
{
    static const char *const utf8[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {".", ":", "-", "=", "+", "*", "#"};
    leveler->levels = ascii ? 7.0 : 8.0;
    for (size_t i = 0; i < leveler->stretches; i++) {
        int level = level_of(leveler, i);
        text_add_string(out, level < 0 ? " " : ascii ? plain[level] : utf8[level]);
    }
    return leveler->stretches;
}

static size_t print_braille(struct leveler *leveler, struct text *out)
{
    /* Unicode: a bit per dot; those of a column that is filled from below up to a level. */
    static const unsigned left[] = {0x40, 0x44, 0x46, 0x47}, right[] = {0x80, 0xa0, 0xb0, 0xb8};
    leveler->levels = 4.0;
    for (size_t i = 0; i < leveler->stretches; i += 2) {
        char glyph[CHARACTER_SIZE];
        int first = level_of(leveler, i);
        int second = i + 1 < leveler->stretches ? level_of(leveler, i + 1) : -1;
        unsigned dots = (first < 0 ? 0 : left[first]) | (second < 0 ? 0 : right[second]);
        text_put_character(0x2800ul + dots, glyph);
        text_add_string(out, glyph);
    }
    return (leveler->stretches + 1) / 2;
}

size_t spark_print(const double *values, size_t count, size_t width, bool ascii, struct text *out)
{
    struct leveler leveler;
    return begin(&leveler, values, count, width) ? print(&leveler, ascii, out) : 0;
}

size_t spark_print_braille(const double *values, size_t count, size_t width, struct text *out)
{
    struct leveler leveler;
    return begin(&leveler, values, count, 2 * width) ? print_braille(&leveler, out) : 0;
}

size_t spark_print_between(const double *values, size_t count, double low, double high,
                           const struct draw *draw, struct text *out)
{
    struct leveler leveler = {
        .values = values, .count = count, .stretches = count, .least = low, .greatest = high};
    return draw->braille ? print_braille(&leveler, out) : print(&leveler, draw->ascii, out);
}
