/* A histogram: bars over an axis, and below it rules that mark places at equal distances. Each
 * spans the whole width of its area. */
#ifndef UI_WIDGET_HISTOGRAM_H
#define UI_WIDGET_HISTOGRAM_H

#include <stddef.h>

#include "ui/draw.h"

/* Bins of equal width over low..high. */
struct histogram_view {
    const double *values; /* of the bins: finite, not negative */
    size_t count;
    double low, high; /* finite, low <= high */
};

/* Places at equal distances: first, first + step, ... */
struct histogram_marks {
    double first, step; /* step > 0 */
    double count;       /* whole */
};

/* Bars as high as the logarithms of their bins, so that few values are seen beside many: the
 * greatest fills the area, any other than 0 has at least the smallest mark. Where bins are finer
 * than cells, the greatest of them stands for its neighbours. */
void histogram_draw(const struct draw *draw, struct rect area, const struct histogram_view *view)
    __attribute__((nonnull(1, 3)));
/* The axis in one line: both ends and, where it lies between them and there is room, 0. */
void histogram_draw_axis(const struct draw *draw, struct rect area,
                         const struct histogram_view *view) __attribute__((nonnull(1, 3)));
/* A rule in one line: an upright where there is a mark, a thick line where there are several in a
 * cell, a thin one between marks; nothing beyond the first and the last. */
void histogram_draw_marks(const struct draw *draw, struct rect area,
                          const struct histogram_view *view, const struct histogram_marks *marks)
    __attribute__((nonnull(1, 3, 4)));

#endif
