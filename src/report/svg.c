#include "report/svg.h"

#include <math.h>
#include <stdio.h>

#include "report/html.h"

/* Of an axis' span, beyond the values on it. */
#define ROOM 0.06
/* From the least to the greatest value where a logarithmic axis begins to pay. */
#define LOG_FROM 3.0
#define TICKS    6

struct svg_axis svg_axis_over(double least, double greatest, double from, double to)
{
    bool is_log = least > 0.0 && greatest > LOG_FROM * least;
    double low = is_log ? log(least) : least, high = is_log ? log(greatest) : greatest;
    double room = high > low ? ROOM * (high - low) : fmax(fabs(high) * ROOM, 1e-12);
    low -= room;
    high += room;
    return (struct svg_axis){.low = is_log ? exp(low) : low,
                             .high = is_log ? exp(high) : high,
                             .from = from,
                             .to = to,
                             .is_log = is_log};
}

double svg_place(const struct svg_axis *axis, double value)
{
    double kept = fmin(fmax(value, axis->low), axis->high);
    double share = axis->is_log ? log(kept / axis->low) / log(axis->high / axis->low)
                                : (kept - axis->low) / (axis->high - axis->low);
    return axis->from + share * (axis->to - axis->from);
}

/* The value of a tick, the i-th from the first below the axis; NaN: there are no more. */
static double tick_at(const struct svg_axis *axis, int i)
{
    static const double steps[] = {1.0, 2.0, 5.0};
    if (axis->is_log) {
        double decade = floor(log10(axis->low));
        return pow(10.0, decade + i / 3) * steps[i % 3];
    }
    double raw = (axis->high - axis->low) / TICKS, size = pow(10.0, floor(log10(raw)));
    double step = raw / size > 5.0 ? 10.0 * size : raw / size > 2.0 ? 5.0 * size : 2.0 * size;
    double tick = (floor(axis->low / step) + i) * step;
    return fabs(tick) < step * 1e-6 ? 0.0 : tick;
}

typedef void tick_drawer(struct text *out, double place, const char *label,
                         const struct svg_grid *grid);

static void add_ticks(struct text *out, const struct svg_axis *axis, const struct svg_grid *grid,
                      tick_drawer *draw)
{
    char label[32];
    for (int i = 0; i < 200; i++) {
        double tick = tick_at(axis, i);
        if (!(tick <= axis->high))
            return;
        if (tick < axis->low)
            continue;
        snprintf(label, sizeof(label), "%.6g", tick);
        draw(out, svg_place(axis, tick), label, grid);
    }
}

static void draw_x_tick(struct text *out, double place, const char *label,
                        const struct svg_grid *grid)
{
    svg_add_line(out, "grid", place, grid->from, place, grid->to);
    svg_add_text(out, "middle", place, grid->to + 16.0, label);
}

static void draw_y_tick(struct text *out, double place, const char *label,
                        const struct svg_grid *grid)
{
    svg_add_line(out, "grid", grid->from, place, grid->to, place);
    svg_add_text(out, "end", grid->from - 6.0, place + 4.0, label);
}

void svg_add_x_axis(struct text *out, const struct svg_axis *axis, const struct svg_grid *grid)
{
    add_ticks(out, axis, grid, draw_x_tick);
    svg_add_text(out, "middle", (axis->from + axis->to) / 2.0, grid->to + 36.0, grid->title);
}

void svg_add_y_axis(struct text *out, const struct svg_axis *axis, const struct svg_grid *grid)
{
    add_ticks(out, axis, grid, draw_y_tick);
    svg_add_text(out, "start", 4.0, 14.0, grid->title);
}

void svg_begin(struct text *out, const char *caption, double width, double height)
{
    text_add_string(out, "<figure><figcaption>");
    html_add(out, caption);
    text_printf(out, "</figcaption><svg role=\"img\" viewBox=\"0 0 %.0f %.0f\">\n", width, height);
}

void svg_end(struct text *out)
{
    text_add_string(out, "</svg></figure>\n");
}

void svg_add_line(struct text *out, const char *class, double x1, double y1, double x2, double y2)
{
    text_printf(out, "<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n",
                class, x1, y1, x2, y2);
}

void svg_add_text(struct text *out, const char *anchor, double x, double y, const char *string)
{
    text_printf(out, "<text text-anchor=\"%s\" x=\"%.2f\" y=\"%.2f\">", anchor, x, y);
    html_add(out, string);
    text_add_string(out, "</text>\n");
}

/* Told apart by people who see colours differently, too. Source: M. Okabe, K. Ito, 2008, Color
 * Universal Design. */
const char *svg_colour(int i)
{
    static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                          "#e69f00", "#56b4e9", "#8b6d00"};
    return colours[(unsigned)i % (sizeof(colours) / sizeof(colours[0]))];
}
