#include "ui/widget/meter.h"

#include <math.h>

#include "ui/widget/bar.h"
#include "ui/widget/big.h"
#include "ui/widget/spark.h"

/* Cells of a bar or a graph; narrower than the least, it says nothing and is left out. */
#define PICTURE_LEAST 4
#define PICTURE_MOST  30
/* Cells between two texts. */
#define GAP 2

const char *const meter_mode_names[METER_MODE_COUNT] = {
#define X(mode, name) [mode] = name,
    METER_MODE_LIST(X)
#undef X
};

void meter_draw_graph(const struct draw *draw, struct rect area, const struct meter_view *view)
{
    struct text text = {0};
    size_t cells = area.width > 0 ? (size_t)area.width : 0;
    size_t shown = draw->braille ? 2 * cells : cells;
    size_t count = view->n_history < shown ? view->n_history : shown;
    const double *values = view->history + (view->n_history - count);
    size_t drawn = spark_print_between(values, count, view->low, view->high, draw, &text);
    if (text.length > 0)
        draw_text(draw, area, 0, (int)(cells - drawn), ROLE_BAR, text.bytes);
    text_release(&text);
}

static bool has_picture(enum meter_mode mode, const struct meter_view *view)
{
    return (mode == METER_BAR && !isnan(view->share)) ||
           (mode == METER_GRAPH && view->n_history > 0);
}

/* A picture that has no room is left out, and so is what it spans. */
void meter_draw(const struct draw *draw, struct rect area, enum meter_mode mode,
                const struct meter_view *view)
{
    int x = draw_text(draw, area, 0, 0, ROLE_LABEL, view->title) + 1;
    const char *range = mode == METER_GRAPH ? view->range : "";
    int texts =
        cells_width(view->text, draw->ascii) + (*range ? GAP : 0) + cells_width(range, draw->ascii);
    int room = area.width - x - texts - 1;
    room = room < PICTURE_MOST ? room : PICTURE_MOST;
    bool is_drawn = has_picture(mode, view) && room >= PICTURE_LEAST;
    struct rect picture = rect_columns(area, x, is_drawn ? room : 0);
    if (is_drawn && mode == METER_BAR)
        bar_draw(draw, picture, view->share);
    else if (is_drawn)
        meter_draw_graph(draw, picture, view);
    x += is_drawn ? room + 1 : 0;
    x = draw_text(draw, area, 0, x, isnan(view->share) ? ROLE_DIM : ROLE_TEXT, view->text);
    if (is_drawn && *range)
        draw_text(draw, area, 0, x + GAP, ROLE_DIM, range);
}

int meter_draw_digits(const struct draw *draw, struct rect area, const struct meter_view *view)
{
    int width = big_width(view->digits, 1), last = big_height(1);
    big_draw(draw, rect_lines(area, 0, last), 1, ROLE_TITLE, view->digits);
    int end = draw_text(draw, area, last, 0, ROLE_LABEL, view->title) + 1;
    end = draw_text(draw, area, last, end, *view->digits ? ROLE_TEXT : ROLE_DIM, view->text);
    return end > width ? end : width;
}
