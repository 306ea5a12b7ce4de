/* A meter: one quantity with its name, as a bar, a text, a graph of its course, or large digits. */
#ifndef UI_WIDGET_METER_H
#define UI_WIDGET_METER_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw.h"

/* X(mode, name). */
#define METER_MODE_LIST(X)                                                                         \
    X(METER_BAR, "bar")                                                                            \
    X(METER_TEXT, "text")                                                                          \
    X(METER_GRAPH, "graph")                                                                        \
    X(METER_DIGITS, "digits")

enum meter_mode {
#define X(mode, name) mode,
    METER_MODE_LIST(X)
#undef X
        METER_MODE_COUNT
};

extern const char *const meter_mode_names[METER_MODE_COUNT];

struct meter_view {
    const char *title;
    const char *text;      /* the value with its unit, or why there is none */
    const char *range;     /* what a graph spans, with its unit; "": all of 100 % */
    const char *digits;    /* the value as ui/widget/big.h can draw it, "" where there is none */
    double share;          /* of the bar that is filled, from 0 to 1; NaN: there is no value */
    const double *history; /* its course, the newest last; NaN: not known then */
    size_t n_history;
    double low, high; /* what a graph spans, in the unit of the history */
};

/* On the first line of the area; digits have no room there and are a text. */
void meter_draw(const struct draw *draw, struct rect area, enum meter_mode mode,
                const struct meter_view *view) __attribute__((nonnull(1, 4)));
/* The course alone, the newest at the right end. */
void meter_draw_graph(const struct draw *draw, struct rect area, const struct meter_view *view)
    __attribute__((nonnull(1, 3)));
/* On LAYOUT_DIGITS_LINES of the area. Returns the cells that it takes. */
int meter_draw_digits(const struct draw *draw, struct rect area, const struct meter_view *view)
    __attribute__((nonnull(1, 3)));

#endif
