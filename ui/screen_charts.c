/* Rows of one model as points over two figures, or one row over its rounds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/chart_rounds.h"
#include "ui/screen_table.h"
#include "ui/title.h"
#include "ui/widget/plot.h"

/* The least width for a legend beside the plot, and the legend's share of it. */
#define LEGEND_FROM  64
#define LEGEND_WIDTH 42
/* Lines of the legend below the plot where it has no room beside it. */
#define LEGEND_LINES 7
/* Letters for rows; a model with more of them is drawn without the rest, which is said. */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { AXIS_X, AXIS_Y, AXIS_COUNT };

struct charts {
    int columns[AXIS_COUNT]; /* figures of the table of columns */
    bool is_chosen;          /* the user chose the vertical one */
    struct chart_rounds rounds;
};

/* The points of a chart, and the rows that they are. */
struct chart {
    const struct column *columns[AXIS_COUNT];
    struct plot_axis axes[AXIS_COUNT];
    struct plot_point *points;
    const struct row **rows;
    size_t count, left_out, absent;
};

static void charts_init(void *state)
{
    struct charts *charts = state;
    charts->columns[AXIS_X] = (int)(column_find("latency_ms") - columns);
    charts->columns[AXIS_Y] = (int)(column_find("drop") - columns);
}

static int rows_with(const struct ui *ui, const struct column *column, const char *model)
{
    int count = 0;
    for (int i = 0; i < results_count(ui->results); i++) {
        const struct row *row = results_row(ui->results, i);
        count += strcmp(row->model, model) == 0 && column->figure(row)->present;
    }
    return count;
}

/* What is lost, else what is gained: the first of these that more rows than fp32 have. */
static int height_of(const struct ui *ui, const char *model)
{
    static const char *const ids[] = {"drop", "sqnr_db", "size_ratio"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const struct column *column = column_find(ids[i]);
        if (rows_with(ui, column, model) > 1)
            return (int)(column - columns);
    }
    return (int)(column_find(ids[0]) - columns);
}

static bool has_figures(const struct ui *ui, int index, const char *model)
{
    const struct column *column = &columns[index];
    return column->kind == COLUMN_FIGURE &&
           (column_is_shown(column, SHOWN_TABLE, results_run(ui->results)) ||
            column_is_shown(column, SHOWN_DETAILS, results_run(ui->results))) &&
           rows_with(ui, column, model) > 0;
}

static const struct row *chosen_row(struct ui *ui)
{
    struct table_source source = ui_source(ui);
    return table_selected(table_screen_table(ui), &source);
}

static const char *chosen_model(struct ui *ui)
{
    const struct row *row = chosen_row(ui);
    return row ? row->model : "";
}

static unsigned charts_rounds(struct ui *ui, int argument)
{
    struct charts *charts = ui_state(ui, CONTEXT_CHARTS);
    (void)argument;
    if (chosen_row(ui))
        charts->rounds.is_shown = !charts->rounds.is_shown;
    else
        ui_notice(ui, "there is no row yet whose rounds could be shown");
    return 0;
}

static void next_of_rounds(struct ui *ui, struct charts *charts, int axis)
{
    const struct row *row = chosen_row(ui);
    if (axis == AXIS_X)
        ui_notice(ui, "rounds always go across");
    else if (row)
        chart_rounds_next(&charts->rounds, row);
}

/* The horizontal axis (0), or the vertical one (1). */
static unsigned charts_next_axis(struct ui *ui, int axis)
{
    struct charts *charts = ui_state(ui, CONTEXT_CHARTS);
    const char *model = chosen_model(ui);
    int column = charts->columns[axis];
    if (charts->rounds.is_shown) {
        next_of_rounds(ui, charts, axis);
        return 0;
    }
    do
        column = (column + 1) % (int)column_count;
    while (column != charts->columns[axis] && !has_figures(ui, column, model));
    charts->columns[axis] = column;
    charts->is_chosen |= axis == AXIS_Y;
    return 0;
}

static bool value_of(const struct column *column, const struct row *row, struct plot_value *value)
{
    const struct figure *figure = column->figure(row);
    *value = (struct plot_value){figure->value * column->scale, figure->low * column->scale,
                                 figure->high * column->scale};
    if (!figure->bounded)
        value->low = value->high = value->value;
    return figure->present && isfinite(value->value) && isfinite(value->low) &&
           isfinite(value->high);
}

static void add_point(struct chart *chart, const struct row *row, bool is_selected)
{
    struct plot_point point = {0};
    bool known = value_of(chart->columns[AXIS_X], row, &point.x) &&
                 value_of(chart->columns[AXIS_Y], row, &point.y);
    if (!known) {
        chart->absent++;
    } else if (chart->count == strlen(LETTERS)) {
        chart->left_out++;
    } else {
        point.letter = LETTERS[chart->count];
        point.role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
        chart->rows[chart->count] = row;
        chart->points[chart->count++] = point;
    }
}

static void fit_axis(struct chart *chart, int axis, const struct run_info *run)
{
    const struct column *column = chart->columns[axis];
    struct plot_value *values = xcalloc(chart->count, sizeof(*values));
    for (size_t i = 0; i < chart->count; i++)
        values[i] = axis == AXIS_X ? chart->points[i].x : chart->points[i].y;
    chart->axes[axis] = (struct plot_axis){.title = column_title(column, run),
                                           .unit = column_unit(column, run),
                                           .best_is_high = column->best_is_high};
    plot_fit(&chart->axes[axis], values, chart->count);
    free(values);
}

static void chart_make(struct ui *ui, struct chart *chart)
{
    const struct charts *charts = ui_state(ui, CONTEXT_CHARTS);
    const char *model = chosen_model(ui);
    *chart = (struct chart){.points = xcalloc(strlen(LETTERS), sizeof(*chart->points)),
                            .rows = xcalloc(strlen(LETTERS), sizeof(*chart->rows))};
    for (int axis = 0; axis < AXIS_COUNT; axis++)
        chart->columns[axis] = &columns[charts->columns[axis]];
    for (int i = 0; i < results_count(ui->results); i++) {
        const struct row *row = results_row(ui->results, i);
        if (strcmp(row->model, model) == 0)
            add_point(chart, row, row->trial == table_screen_table(ui)->selected);
    }
    for (int axis = 0; axis < AXIS_COUNT; axis++)
        fit_axis(chart, axis, results_run(ui->results));
    plot_mark_front(chart->points, chart->count, &chart->axes[AXIS_X], &chart->axes[AXIS_Y]);
    for (size_t i = 0; i < chart->count; i++)
        if (chart->points[i].is_front && chart->points[i].role == ROLE_TEXT)
            chart->points[i].role = ROLE_KEY;
}

static void chart_release(struct chart *chart)
{
    free(chart->points);
    free(chart->rows);
}

/* "b* int8   0.0200  +0.02 ±0.13" */
static void draw_legend_line(const struct ui *ui, const struct draw *draw, struct rect line,
                             const struct chart *chart, size_t i)
{
    char x[COLUMN_TEXT_SIZE], y[COLUMN_TEXT_SIZE], figures[2 * COLUMN_TEXT_SIZE + 2];
    const struct row *row = chart->rows[i];
    const struct plot_point *point = &chart->points[i];
    bool is_selected = row->trial == table_screen_table(ui)->selected;
    enum role role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
    draw_fill(draw, line, role);
    snprintf(figures, sizeof(figures), "%s  %s", column_format(chart->columns[AXIS_X], row, x),
             column_format(chart->columns[AXIS_Y], row, y));
    int end = draw_text_right(draw, line, 0, role, figures);
    struct rect left = rect_columns(line, 0, end - 1);
    draw_printf(draw, left, 0, 0, point->role, "%c%c", point->letter, point->is_front ? '*' : ' ');
    draw_text(draw, left, 0, 3, role, row->label);
    draw_click(draw, line, "select", row->trial);
    if (is_selected)
        draw_cursor(draw, line, 0, 0);
}

/* Rows that the plot does not show are counted. */
static void draw_legend(const struct ui *ui, const struct draw *draw, struct rect area,
                        const struct chart *chart)
{
    int lines = area.height - 2;
    for (int i = 0; i < lines && i < (int)chart->count; i++)
        draw_legend_line(ui, draw, rect_lines(area, i, 1), chart, (size_t)i);
    draw_text(draw, area, lines, 0, ROLE_DIM, "* by the values no other is better in both");
    if (chart->absent + chart->left_out > 0)
        draw_printf(draw, area, lines + 1, 0, ROLE_DIM, "%zu more without these figures",
                    chart->absent + chart->left_out);
}

enum { AREA_HEADING, AREA_PLOT, AREA_LEGEND, AREA_COUNT };

/* The legend stands beside the plot where there is room, else below. */
static void divide(struct rect body, struct rect areas[AREA_COUNT])
{
    areas[AREA_HEADING] = rect_lines(body, 0, 1);
    body = rect_lines(body, 1, body.height - 1);
    bool beside = body.width >= LEGEND_FROM;
    areas[AREA_PLOT] = beside ? rect_columns(body, 0, body.width - LEGEND_WIDTH - 2)
                              : rect_lines(body, 0, body.height - LEGEND_LINES);
    areas[AREA_LEGEND] = beside ? rect_columns(body, body.width - LEGEND_WIDTH, LEGEND_WIDTH)
                                : rect_lines(body, areas[AREA_PLOT].height, LEGEND_LINES);
}

static void draw_rows(struct ui *ui, const struct draw *draw, const struct rect areas[AREA_COUNT])
{
    struct rect plot = areas[AREA_PLOT];
    struct chart chart;
    chart_make(ui, &chart);
    draw_text(draw, areas[AREA_HEADING], 0, 1, ROLE_TITLE, chosen_model(ui));
    if (chart.count > 0)
        plot_draw(draw, plot, chart.points, chart.count, &chart.axes[AXIS_X], &chart.axes[AXIS_Y]);
    else
        draw_text(draw, plot, plot.height / 2, 2, ROLE_DIM, "no row has both figures yet");
    draw_legend(ui, draw, areas[AREA_LEGEND], &chart);
    chart_release(&chart);
}

static void charts_draw(struct ui *ui, const struct draw *draw)
{
    struct charts *charts = ui_state(ui, CONTEXT_CHARTS);
    struct layout layout = layout_page(draw->height, draw->width);
    struct rect areas[AREA_COUNT];
    const struct row *row = chosen_row(ui);
    title_draw(ui, draw, layout.title);
    draw_cursor(draw, layout.table, 0, 0);
    divide(layout.table, areas);
    if (!charts->is_chosen)
        charts->columns[AXIS_Y] = height_of(ui, chosen_model(ui));
    if (charts->rounds.is_shown && row)
        chart_rounds_draw(&charts->rounds, ui, draw, row, areas);
    else
        draw_rows(ui, draw, areas);
}

static void charts_move(struct ui *ui, int lines)
{
    ui->screens[CONTEXT_TABLE]->move(ui, lines);
}

static unsigned charts_select(struct ui *ui, int trial)
{
    return ui->screens[CONTEXT_TABLE]->select(ui, trial);
}

static bool charts_close(struct ui *ui)
{
    struct charts *charts = ui_state(ui, CONTEXT_CHARTS);
    bool were_shown = charts->rounds.is_shown;
    charts->rounds.is_shown = false;
    return were_shown;
}

static const struct key_binding charts_keys[] = {
    {"next-x", charts_next_axis, ON_KEYS('x'), .label = "Across",
     .help = "Take the next figure across."},
    {"next-y", charts_next_axis, ON_KEYS('v'), .label = "Upwards",
     .help = "Take the next figure upwards.", .argument = 1},
    {"rounds", charts_rounds, ON_KEYS('r'), .label = "Rounds",
     .help = "Show how the interval of the selected row's speed became what it is, round by round, "
             "and whether more of them would tell more; or all rows of the model again."},
};

const struct screen screen_charts = {
    .state_size = sizeof(struct charts),
    .init = charts_init,
    .draw = charts_draw,
    .close = charts_close,
    .move = charts_move,
    .select = charts_select,
    .keys = KEY_TABLE(charts_keys),
};
