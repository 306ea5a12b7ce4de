/* A sparkline: the course of a series in one line of text. */
#ifndef UI_WIDGET_SPARK_H
#define UI_WIDGET_SPARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "ui/draw.h"

/* Adds at most width glyphs, one per value, or one per stretch of neighbours (their mean) when
 * there are more values. Levels go from the least to the greatest finite value; what is not finite
 * is blank. Returns the number of glyphs. */
size_t spark_print(const double *values, size_t count, size_t width, bool ascii, struct text *out)
    __attribute__((nonnull(5)));
/* The same in braille: two values in a glyph, of which there are at most width, in four levels. */
size_t spark_print_braille(const double *values, size_t count, size_t width, struct text *out)
    __attribute__((nonnull(4)));

/* The same with a glyph per value (braille: for two), over a range that is given; values beyond it
 * count as its ends. */
size_t spark_print_between(const double *values, size_t count, double low, double high,
                           const struct draw *draw, struct text *out)
    __attribute__((nonnull(5, 6)));

/* The range of the finite values, to be written beside it; false when there is none. */
bool spark_range(const double *values, size_t count, double *least, double *greatest)
    __attribute__((nonnull(3, 4)));

#endif
