/* Drawing charts as SVG: axes and what stands on them. Coordinates are the drawing's, y down. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include <stdbool.h>

#include "base/text.h"

struct svg_axis {
    double low, high; /* of the values, low < high */
    double from, to;  /* where these lie in the drawing */
    bool is_log;      /* both are above 0 then */
};

/* An axis from the least to the greatest of some values, which may be equal, with some room beyond.
 * Logarithmic where they span more than a factor of three and all are above 0. */
struct svg_axis svg_axis_over(double least, double greatest, double from, double to);
/* Where a value lies; values beyond the ends lie at the ends. */
double svg_place(const struct svg_axis *axis, double value) __attribute__((nonnull(1)));

/* Ticks with numbers and lines across the drawing. */
struct svg_grid {
    double from, to; /* ends of the lines, on the other axis */
    const char *title;
};
void svg_add_x_axis(struct text *out, const struct svg_axis *axis, const struct svg_grid *grid)
    __attribute__((nonnull(1, 2, 3)));
void svg_add_y_axis(struct text *out, const struct svg_axis *axis, const struct svg_grid *grid)
    __attribute__((nonnull(1, 2, 3)));

/* Begins a drawing of that size in a figure with a caption, and ends it. */
void svg_begin(struct text *out, const char *caption, double width, double height)
    __attribute__((nonnull(1, 2)));
void svg_end(struct text *out) __attribute__((nonnull(1)));

void svg_add_line(struct text *out, const char *class, double x1, double y1, double x2, double y2)
    __attribute__((nonnull(1, 2)));
/* anchor: "start", "middle" or "end". */
void svg_add_text(struct text *out, const char *anchor, double x, double y, const char *string)
    __attribute__((nonnull(1, 2, 5)));
/* One of the colours for rows that are told apart, again and again. */
const char *svg_colour(int i) __attribute__((returns_nonnull));

#endif
