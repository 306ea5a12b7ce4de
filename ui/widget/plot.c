#include "ui/widget/plot.h"

#include <math.h>
#include <stdio.h>

/* Cells left of the vertical axis for its labels, and lines below the horizontal one. */
#define LABEL_WIDTH 9
#define LABEL_LINES 2
/* Ratio of the largest to the smallest value from which an axis is logarithmic. */
#define LOG_FROM 6.0
/* Share of the range that stays free at either end. */
#define MARGIN_SHARE 0.06
/* Labels on the axes stand at least so many cells apart. */
#define TICK_COLUMNS 14
#define TICK_LINES   4

void plot_fit(struct plot_axis *axis, const struct plot_value *values, size_t count)
{
    axis->low = axis->high = count > 0 ? values[0].value : 0.0;
    for (size_t i = 0; i < count; i++) {
        axis->low = fmin(axis->low, fmin(values[i].low, values[i].value));
        axis->high = fmax(axis->high, fmax(values[i].high, values[i].value));
    }
    axis->is_log = axis->low > 0.0 && axis->high / axis->low >= LOG_FROM;
    if (axis->is_log) {
        double factor = pow(axis->high / axis->low, MARGIN_SHARE);
        axis->low /= factor;
        axis->high *= factor;
        return;
    }
    double span = axis->high - axis->low;
    if (!(span > 0.0))
        span = fabs(axis->low) > 0.0 ? 0.1 * fabs(axis->low) : 1.0;
    axis->low -= MARGIN_SHARE * span;
    axis->high += MARGIN_SHARE * span;
}

/* Above 0: a is better, below 0: b is. */
static int better(const struct plot_axis *axis, const struct plot_value *a,
                  const struct plot_value *b)
{
    int order = (a->value > b->value) - (a->value < b->value);
    return axis->best_is_high ? order : -order;
}

void plot_mark_front(struct plot_point *points, size_t count, const struct plot_axis *x,
                     const struct plot_axis *y)
{
    for (size_t i = 0; i < count; i++) {
        points[i].is_front = true;
        for (size_t k = 0; k < count; k++) {
            int in_x = better(x, &points[k].x, &points[i].x);
            int in_y = better(y, &points[k].y, &points[i].y);
            if (in_x >= 0 && in_y >= 0 && in_x + in_y > 0)
                points[i].is_front = false;
        }
    }
}

/* From 0 at the low end to 1. */
static double share_of(const struct plot_axis *axis, double value)
{
    if (axis->is_log)
        return log(fmax(value, axis->low) / axis->low) / log(axis->high / axis->low);
    return (value - axis->low) / (axis->high - axis->low);
}

static double value_at(const struct plot_axis *axis, double share)
{
    if (axis->is_log)
        return axis->low * pow(axis->high / axis->low, share);
    return axis->low + share * (axis->high - axis->low);
}

static int cell_of(const struct plot_axis *axis, double value, int cells)
{
    double cell = share_of(axis, value) * cells;
    return cell <= 0.0 ? 0 : cell >= cells - 1 ? cells - 1 : (int)cell;
}

static int column_of(const struct plot_axis *axis, double value, struct rect area)
{
    return cell_of(axis, value, area.width);
}

static int line_of(const struct plot_axis *axis, double value, struct rect area)
{
    return area.height - 1 - cell_of(axis, value, area.height);
}

/* With the digits that tell a hundredth of the range, or of the value on a logarithmic axis. */
static const char *tick_text(const struct plot_axis *axis, double value, char *buffer, size_t size)
{
    double resolved = axis->is_log ? fabs(value) : axis->high - axis->low;
    int digits = resolved > 0.0 ? 2 - (int)floor(log10(resolved)) : 0;
    snprintf(buffer, size, "%.*f", digits < 0 ? 0 : digits > 5 ? 5 : digits, value);
    return buffer;
}

static void draw_frame(const struct draw *draw, struct rect area, struct rect inner)
{
    int x = inner.x - area.x - 1, y = inner.y - area.y + inner.height;
    for (int i = 0; i < inner.height; i++)
        draw_text(draw, area, y - 1 - i, x, ROLE_RULE, draw_symbol(draw, SYMBOL_VERTICAL));
    draw_text(draw, area, y, x, ROLE_RULE, draw_symbol(draw, SYMBOL_BOTTOM_LEFT));
    for (int i = 0; i < inner.width; i++)
        draw_text(draw, area, y, x + 1 + i, ROLE_RULE, draw_symbol(draw, SYMBOL_HORIZONTAL));
}

static void draw_ticks(const struct draw *draw, struct rect area, struct rect inner,
                       const struct plot_axis *x, const struct plot_axis *y)
{
    char text[32];
    int columns = inner.width / TICK_COLUMNS, lines = (inner.height - 1) / TICK_LINES;
    for (int i = 0; i <= columns; i++) {
        int column = columns > 0 ? i * (inner.width - 1) / columns : 0;
        tick_text(x, value_at(x, (column + 0.5) / inner.width), text, sizeof(text));
        int width = cells_width(text, draw->ascii);
        int left = inner.x - area.x + column - width / 2;
        left = left + width > area.width ? area.width - width : left;
        draw_text(draw, area, inner.height + 1, left, ROLE_LABEL, text);
    }
    for (int i = 0; i <= lines; i++) {
        int line = lines > 0 ? i * (inner.height - 1) / lines : 0;
        tick_text(y, value_at(y, (inner.height - line - 0.5) / inner.height), text, sizeof(text));
        draw_text_right(draw, rect_columns(area, 0, LABEL_WIDTH - 2), line, ROLE_LABEL, text);
    }
}

/* "drop pp, less is better" */
static const char *title_text(const struct plot_axis *axis, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s%s%s%s%s", axis->title, *axis->unit ? " " : "", axis->unit,
             axis->is_log ? ", log" : "", axis->best_is_high ? "" : ", less is better");
    return buffer;
}

static void draw_titles(const struct draw *draw, struct rect area, struct rect inner,
                        const struct plot_axis *x, const struct plot_axis *y)
{
    char text[160];
    draw_text_right(draw, area, inner.height + 2, ROLE_HEADER, title_text(x, text, sizeof(text)));
    draw_text(draw, inner, 0, 1, ROLE_HEADER, title_text(y, text, sizeof(text)));
}

static void draw_intervals(const struct draw *draw, struct rect inner,
                           const struct plot_point *point, const struct plot_axis *x,
                           const struct plot_axis *y)
{
    int column = column_of(x, point->x.value, inner), line = line_of(y, point->y.value, inner);
    int left = column_of(x, point->x.low, inner), right = column_of(x, point->x.high, inner);
    int top = line_of(y, point->y.high, inner), bottom = line_of(y, point->y.low, inner);
    for (int i = left; i <= right; i++)
        draw_text(draw, inner, line, i, ROLE_RULE, draw_symbol(draw, SYMBOL_HORIZONTAL));
    for (int i = top; i <= bottom; i++)
        draw_text(draw, inner, i, column, ROLE_RULE, draw_symbol(draw, SYMBOL_VERTICAL));
}

void plot_draw(const struct draw *draw, struct rect area, const struct plot_point *points,
               size_t count, const struct plot_axis *x, const struct plot_axis *y)
{
    struct rect inner = rect_columns(rect_lines(area, 0, area.height - LABEL_LINES - 1),
                                     LABEL_WIDTH, area.width - LABEL_WIDTH);
    if (inner.height < 2 || inner.width < TICK_COLUMNS / 2)
        return;
    draw_frame(draw, area, inner);
    draw_ticks(draw, area, inner, x, y);
    for (size_t i = 0; i < count; i++)
        draw_intervals(draw, inner, &points[i], x, y);
    draw_titles(draw, area, inner, x, y);
    for (size_t i = 0; i < count; i++)
        draw_printf(draw, inner, line_of(y, points[i].y.value, inner),
                    column_of(x, points[i].x.value, inner), points[i].role, "%c", points[i].letter);
}
