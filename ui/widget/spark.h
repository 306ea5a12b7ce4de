/* A sparkline: the course of a series in one line of text. */
#ifndef UI_WIDGET_SPARK_H
#define UI_WIDGET_SPARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Adds at most width glyphs, one per value, or one per stretch of neighbours (their mean) when
 * there are more values. Levels go from the least to the greatest finite value; what is not finite
 * is blank. Returns the number of glyphs. */
size_t spark_print(const double *values, size_t count, size_t width, bool ascii, struct text *out)
    __attribute__((nonnull(5)));
/* The same in braille: two values in a glyph, of which there are at most width, in four levels. */
size_t spark_print_braille(const double *values, size_t count, size_t width, struct text *out)
    __attribute__((nonnull(4)));

/* The range of the finite values, to be written beside it; false when there is none. */
bool spark_range(const double *values, size_t count, double *least, double *greatest)
    __attribute__((nonnull(3, 4)));

#endif
