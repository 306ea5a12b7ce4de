/* A plot: points with their intervals over two axes. Each point is one letter, so that it is told
 * from others without colour; a legend beside it is the caller's. */
#ifndef UI_WIDGET_PLOT_H
#define UI_WIDGET_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw.h"

/* A value with what is known about it: low and high equal it where there is no interval. */
struct plot_value {
    double value, low, high;
};

struct plot_point {
    struct plot_value x, y; /* finite */
    char letter;
    enum role role;
    bool is_front; /* no other point is better in both directions */
};

struct plot_axis {
    const char *title, *unit;
    bool best_is_high;
    double low, high; /* set by plot_fit */
    bool is_log;      /* likewise */
};

/* Takes the range of the points, intervals included, with some room around; logarithmic where all
 * are above 0 and the largest is several times the smallest. */
void plot_fit(struct plot_axis *axis, const struct plot_value *values, size_t count)
    __attribute__((nonnull(1)));
/* Marks the points that no other one beats: is as good in both directions, and better in one. */
void plot_mark_front(struct plot_point *points, size_t count, const struct plot_axis *x,
                     const struct plot_axis *y) __attribute__((nonnull(3, 4)));
/* Points later in the list are drawn over those before. */
void plot_draw(const struct draw *draw, struct rect area, const struct plot_point *points,
               size_t count, const struct plot_axis *x, const struct plot_axis *y)
    __attribute__((nonnull(1, 5, 6)));

#endif
