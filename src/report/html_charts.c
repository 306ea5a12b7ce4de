/* The charts of a model: what its rows trade, how fast they are against fp32, and how their times
 * are distributed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/html.h"
#include "report/svg.h"
#include "results/column.h"
#include "results/pareto.h"

#define WIDTH  640.0
#define HEIGHT 460.0
#define LEFT   60.0
#define RIGHT  (WIDTH - 20.0)
#define TOP    28.0
#define BOTTOM (HEIGHT - 46.0)
/* Of a chart with a line per row: height of one, and where their names end. */
#define LINE_HEIGHT 34.0
#define NAMES_END   170.0
/* Shares of the widest histogram, and its parts. */
#define BINS 64
#define MS   1e-6 /* from ns */
/* What a few slow inferences take would leave no room for the others. */
#define SHOWN_PERCENT 90
/* What tops out a mark for the largest file, and how small the smallest may be. */
#define RADIUS_MOST  16.0
#define RADIUS_LEAST 4.0
/* What a name takes, about. */
#define NAME_WIDTH  110.0
#define NAME_HEIGHT 14.0

/* The measured rows of a model. */
struct chart {
    struct results *results;
    struct text *out;
    const struct row **rows;
    int count;
    bool has_placements, has_runtimes; /* they differ among the rows */
};

static struct chart chart_new(struct results *results, const char *model, struct text *out)
{
    struct chart chart = {.results = results,
                          .out = out,
                          .rows = xcalloc((size_t)results_count(results), sizeof(*chart.rows))};
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (strcmp(row->model, model) == 0 && row->typical.present)
            chart.rows[chart.count++] = row;
    }
    for (int i = 1; i < chart.count; i++) {
        const struct row *first = chart.rows[0], *row = chart.rows[i];
        chart.has_placements |= strcmp(first->placement, row->placement) != 0;
        chart.has_runtimes |= strcmp(first->runtime, row->runtime) != 0;
    }
    return chart;
}

/* "int8", completed by what differs among the rows. */
static void name_row(const struct chart *chart, const struct row *row, struct text *out)
{
    text_add_string(out, row->label);
    if (chart->has_placements)
        text_printf(out, " on %s", row->placement);
    if (chart->has_runtimes)
        text_printf(out, ", %s", row->runtime);
}

static void add_name(const struct chart *chart, const struct row *row, const char *anchor, double x,
                     double y)
{
    struct text name = {0};
    name_row(chart, row, &name);
    svg_add_text(chart->out, anchor, x, y, name.bytes);
    text_release(&name);
}

/* --- What the rows trade --- */

/* Accuracy where the rows have one, or else size. */
struct trade {
    struct svg_axis x, y;
    bool of_accuracy;
    double largest; /* file, bytes */
};

static const struct figure *height_of(const struct trade *trade, const struct row *row)
{
    return trade->of_accuracy ? &row->accuracy : &row->bytes;
}

static double y_scale(const struct trade *trade)
{
    return trade->of_accuracy ? 1.0 : 1.0 / 1024.0;
}

static void widen(double ends[2], const struct figure *figure, double scale)
{
    ends[0] = fmin(ends[0], scale * (figure->bounded ? figure->low : figure->value));
    ends[1] = fmax(ends[1], scale * (figure->bounded ? figure->high : figure->value));
}

static bool is_drawn(const struct trade *trade, const struct row *row)
{
    const struct figure *height = height_of(trade, row);
    return height->present && isfinite(height->value) && row->bytes.present;
}

static bool plan_trade(const struct chart *chart, struct trade *trade)
{
    double x[2] = {HUGE_VAL, -HUGE_VAL}, y[2] = {HUGE_VAL, -HUGE_VAL};
    int drawn = 0;
    *trade = (struct trade){0};
    for (int i = 0; i < chart->count; i++)
        trade->of_accuracy |= chart->rows[i]->accuracy.present && chart->rows[i]->accuracy.bounded;
    for (int i = 0; i < chart->count; i++) {
        if (!is_drawn(trade, chart->rows[i]))
            continue;
        widen(x, &chart->rows[i]->typical, MS);
        widen(y, height_of(trade, chart->rows[i]), y_scale(trade));
        trade->largest = fmax(trade->largest, chart->rows[i]->bytes.value);
        drawn++;
    }
    if (drawn < 2)
        return false;
    trade->x = svg_axis_over(x[0], x[1], LEFT, RIGHT - 60.0);
    trade->y = svg_axis_over(y[0], y[1], BOTTOM, TOP);
    return true;
}

struct point {
    double x, y;
};

static struct point mark_at(const struct trade *trade, const struct row *row)
{
    return (struct point){
        .x = svg_place(&trade->x, MS * row->typical.value),
        .y = svg_place(&trade->y, y_scale(trade) * height_of(trade, row)->value),
    };
}

static void add_error_bars(const struct chart *chart, const struct trade *trade,
                           const struct row *row, double x, double y)
{
    const struct figure *height = height_of(trade, row);
    if (row->typical.bounded)
        svg_add_line(chart->out, "reach", svg_place(&trade->x, MS * row->typical.low), y,
                     svg_place(&trade->x, MS * row->typical.high), y);
    if (height->bounded)
        svg_add_line(chart->out, "reach", x, svg_place(&trade->y, height->low * y_scale(trade)), x,
                     svg_place(&trade->y, height->high * y_scale(trade)));
}

static void add_mark(const struct chart *chart, const struct trade *trade, int i)
{
    const struct row *row = chart->rows[i];
    struct point mark = mark_at(trade, row);
    double radius =
        fmax(RADIUS_MOST * sqrt(row->bytes.value / fmax(trade->largest, 1.0)), RADIUS_LEAST);
    text_printf(chart->out,
                "<circle data-row=\"%d\" cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"%s\" "
                "fill-opacity=\".75\"/>\n",
                row->trial, mark.x, mark.y, radius, svg_colour(i));
    add_error_bars(chart, trade, row, mark.x, mark.y);
}

/* Whether a name of row i would lie on that of a row before it, or on another's mark. */
static bool is_taken(const struct chart *chart, const struct trade *trade,
                     const struct point *names, int i, struct point name)
{
    for (int k = 0; k < chart->count; k++) {
        if (!is_drawn(trade, chart->rows[k]))
            continue;
        struct point mark = mark_at(trade, chart->rows[k]);
        if (k < i && fabs(names[k].x - name.x) < NAME_WIDTH &&
            fabs(names[k].y - name.y) < NAME_HEIGHT)
            return true;
        if (k != i && mark.x > name.x - 6.0 && mark.x < name.x + NAME_WIDTH / 2.0 &&
            fabs(mark.y + 4.0 - name.y) < NAME_HEIGHT)
            return true;
    }
    return false;
}

/* Names stand beside their marks, as far below as there is room. */
static void add_names(const struct chart *chart, const struct trade *trade)
{
    struct point *names = xcalloc((size_t)chart->count, sizeof(*names));
    for (int i = 0; i < chart->count; i++) {
        if (!is_drawn(trade, chart->rows[i]))
            continue;
        struct point mark = mark_at(trade, chart->rows[i]);
        names[i] = (struct point){mark.x + 14.0, mark.y - 10.0};
        while (names[i].y < BOTTOM - NAME_HEIGHT && is_taken(chart, trade, names, i, names[i]))
            names[i].y += NAME_HEIGHT / 2.0;
        add_name(chart, chart->rows[i], "start", names[i].x, names[i].y);
    }
    free(names);
}

static int by_time(const void *a, const void *b)
{
    const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;
    return (x->typical.value > y->typical.value) - (x->typical.value < y->typical.value);
}

/* A line through the rows that no other beats, in the order of their times. */
static void add_front(const struct chart *chart, const struct trade *trade)
{
    const struct row **front = xcalloc((size_t)chart->count, sizeof(*front));
    size_t count = 0;
    for (int i = 0; i < chart->count; i++)
        if (is_drawn(trade, chart->rows[i]) &&
            pareto_keeps(chart->results, chart->rows[i]->trial, trade->of_accuracy))
            front[count++] = chart->rows[i];
    qsort(front, count, sizeof(*front), by_time);
    text_add_string(chart->out, "<polyline class=\"front\" points=\"");
    for (size_t i = 0; i < count; i++)
        text_printf(chart->out, "%.2f,%.2f ", mark_at(trade, front[i]).x,
                    mark_at(trade, front[i]).y);
    text_add_string(chart->out, "\"/>\n");
    free(front);
}

static void add_trade(const struct chart *chart)
{
    struct trade trade;
    struct text title = {0};
    const struct column *accuracy = column_find("accuracy");
    const struct run_info *run = results_run(chart->results);
    if (!plan_trade(chart, &trade))
        return;
    if (trade.of_accuracy)
        text_printf(&title, "%s%s%s", column_title(accuracy, run),
                    column_unit(accuracy, run)[0] ? ", " : "", column_unit(accuracy, run));
    else
        text_add_string(&title, "size, KiB");
    const struct svg_grid x = {TOP, BOTTOM, "typical block, ms per inference"};
    const struct svg_grid y = {LEFT, RIGHT, title.bytes};
    svg_begin(chart->out,
              trade.of_accuracy ? "Time, accuracy and size (area of a mark)" : "Time and size",
              WIDTH, HEIGHT);
    svg_add_x_axis(chart->out, &trade.x, &x);
    svg_add_y_axis(chart->out, &trade.y, &y);
    add_front(chart, &trade);
    for (int i = 0; i < chart->count; i++)
        if (is_drawn(&trade, chart->rows[i]))
            add_mark(chart, &trade, i);
    add_names(chart, &trade);
    svg_end(chart->out);
    text_release(&title);
}

/* --- Speed against fp32 --- */

static bool is_compared(const struct row *row)
{
    return row->speedup.present && row->baseline != row->trial;
}

static void add_speed(const struct chart *chart, const struct svg_axis *axis, int i, double y)
{
    const struct figure *speedup = &chart->rows[i]->speedup;
    const double x = svg_place(axis, speedup->value);
    add_name(chart, chart->rows[i], "end", NAMES_END - 10.0, y + 4.0);
    if (speedup->bounded)
        svg_add_line(chart->out, "mark", svg_place(axis, speedup->low), y,
                     svg_place(axis, speedup->high), y);
    text_printf(chart->out, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"5\" fill=\"%s\"/>\n", x, y,
                svg_colour(i));
    svg_add_text(chart->out, x > (NAMES_END + RIGHT) / 2.0 ? "end" : "start",
                 x + (x > (NAMES_END + RIGHT) / 2.0 ? -10.0 : 10.0), y - 8.0,
                 chart->rows[i]->speed_verdict);
}

static void add_speeds(const struct chart *chart)
{
    double ends[2] = {1.0, 1.0}, y = TOP - LINE_HEIGHT / 2.0;
    int count = 0;
    for (int i = 0; i < chart->count; i++)
        if (is_compared(chart->rows[i])) {
            widen(ends, &chart->rows[i]->speedup, 1.0);
            count++;
        }
    if (count == 0)
        return;
    struct svg_axis axis = svg_axis_over(ends[0], ends[1], NAMES_END, RIGHT);
    const struct svg_grid grid = {TOP - 10.0, TOP + LINE_HEIGHT * count, "times as fast as fp32"};
    double band = results_run(chart->results)->same_within;
    svg_begin(chart->out, "Speed against fp32 with 95 % intervals; within the band is \"same\"",
              WIDTH, grid.to + 46.0);
    text_printf(chart->out,
                "<rect class=\"band\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>\n",
                svg_place(&axis, 1.0 - band), grid.from,
                svg_place(&axis, 1.0 + band) - svg_place(&axis, 1.0 - band), grid.to - grid.from);
    svg_add_x_axis(chart->out, &axis, &grid);
    for (int i = 0; i < chart->count; i++)
        if (is_compared(chart->rows[i]))
            add_speed(chart, &axis, i, y += LINE_HEIGHT);
    svg_end(chart->out);
}

/* --- How times are distributed --- */

/* Times in ns, ascending, and where they are drawn. */
struct spread {
    double *times;
    size_t count;
};

static void add_density(const struct chart *chart, const struct svg_axis *axis,
                        const struct spread *spread, int i, double y)
{
    double bins[BINS] = {0}, most = 0.0, width = (axis->to - axis->from) / BINS;
    for (size_t k = 0; k < spread->count; k++) {
        int bin = (int)((svg_place(axis, MS * spread->times[k]) - axis->from) / width);
        bin = bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
        bins[bin] += 1.0;
        most = fmax(most, bins[bin]);
    }
    text_printf(chart->out, "<path fill=\"%s\" fill-opacity=\".6\" d=\"M%.1f %.1f", svg_colour(i),
                axis->from, y);
    for (int bin = 0; bin < BINS; bin++) {
        double top = y - (LINE_HEIGHT - 8.0) * bins[bin] / fmax(most, 1.0);
        text_printf(chart->out, "V%.1fH%.1f", top, axis->from + (bin + 1) * width);
    }
    text_printf(chart->out, "V%.1fZ\"/>\n", y);
}

static void add_spread(const struct chart *chart, const struct svg_axis *axis,
                       const struct spread *spread, int i, double y)
{
    const struct row *row = chart->rows[i];
    add_name(chart, row, "end", NAMES_END - 10.0, y - 4.0);
    add_density(chart, axis, spread, i, y);
    double median = svg_place(axis, MS * row->median.value);
    svg_add_line(chart->out, "mark", median, y, median, y - LINE_HEIGHT + 6.0);
    if (!row->p99.present)
        return;
    double p99 = MS * row->p99.value, x = svg_place(axis, p99);
    struct text beyond = {0};
    text_printf(&beyond, "p99 %.3g", p99);
    if (p99 > axis->high)
        svg_add_text(chart->out, "end", x, y - 12.0, beyond.bytes);
    else
        svg_add_line(chart->out, "mark", x, y, x, y - 12.0);
    text_release(&beyond);
}

static void add_spreads(const struct chart *chart)
{
    struct spread *spreads = xcalloc((size_t)chart->count, sizeof(*spreads));
    double least = HUGE_VAL, greatest = 0.0, y = TOP - 10.0;
    for (int i = 0; i < chart->count; i++) {
        struct spread *spread = &spreads[i];
        spread->times = results_times(chart->results, chart->rows[i]->trial, &spread->count);
        if (spread->count == 0)
            continue;
        least = fmin(least, MS * spread->times[0]);
        greatest = fmax(greatest, MS * spread->times[(spread->count - 1) * SHOWN_PERCENT / 100]);
    }
    if (greatest > 0.0) {
        struct svg_axis axis = svg_axis_over(least, greatest, NAMES_END, RIGHT);
        const struct svg_grid grid = {TOP - 10.0, TOP - 10.0 + LINE_HEIGHT * chart->count,
                                      "ms per inference; what is slower is counted at the end"};
        svg_begin(chart->out, "Distribution of times: median (long mark) and 99th percentile",
                  WIDTH, grid.to + 46.0);
        svg_add_x_axis(chart->out, &axis, &grid);
        for (int i = 0; i < chart->count; i++)
            if (spreads[i].count > 0)
                add_spread(chart, &axis, &spreads[i], i, y += LINE_HEIGHT);
        svg_end(chart->out);
    }
    for (int i = 0; i < chart->count; i++)
        free(spreads[i].times);
    free(spreads);
}

void html_add_charts(struct results *results, const char *model, struct text *out)
{
    struct chart chart = chart_new(results, model, out);
    text_add_string(out, "<div class=\"charts\">\n");
    add_trade(&chart);
    add_speeds(&chart);
    add_spreads(&chart);
    text_add_string(out, "</div>\n");
    free(chart.rows);
}
