#include "ui/chart_rounds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/column.h"
#include "results/needed.h"
#include "ui/widget/document.h"
#include "ui/widget/plot.h"

/* The letter of all points: they are one row's. */
#define POINT 'o'

static enum speed speed_of(const struct chart_rounds *chart, const struct row *row)
{
    return speed_is_known(row, chart->speed) ? chart->speed : SPEED_TYPICAL;
}

void chart_rounds_next(struct chart_rounds *chart, const struct row *row)
{
    enum speed speed = speed_of(chart, row);
    do
        speed = (speed + 1) % SPEED_COUNT;
    while (speed != SPEED_TYPICAL && !speed_is_known(row, speed));
    chart->speed = speed;
}

static enum role role_of(const struct convergence_point *point)
{
    const struct table_verdict *verdict = table_verdict_find(point->verdict);
    return verdict ? verdict->role : ROLE_TEXT;
}

/* False: it is beyond what can be drawn. */
static bool place(const struct convergence_point *point, double scale, struct plot_value *value)
{
    const struct figure *figure = &point->figure;
    *value = (struct plot_value){figure->value * scale, figure->low * scale, figure->high * scale};
    return isfinite(value->value) && isfinite(value->low) && isfinite(value->high);
}

static void draw_plot(const struct convergence *convergence, const struct draw *draw,
                      struct rect area, const struct column *column, const struct run_info *run)
{
    struct plot_point points[CONVERGENCE_MOST];
    struct plot_value across[CONVERGENCE_MOST], upwards[CONVERGENCE_MOST];
    size_t count = 0;
    /* Neither end of the rounds is the better one, of which the plot would speak. */
    struct plot_axis x = {.title = "rounds", .unit = "", .best_is_high = true};
    struct plot_axis y = {.title = column_title(column, run),
                          .unit = column_unit(column, run),
                          .best_is_high = column->best_is_high};
    for (size_t i = 0; i < convergence->count; i++) {
        const struct convergence_point *point = &convergence->points[i];
        double rounds = (double)point->rounds;
        if (!place(point, column->scale, &upwards[count]))
            continue;
        across[count] = (struct plot_value){rounds, rounds, rounds};
        points[count] = (struct plot_point){
            .x = across[count], .y = upwards[count], .letter = POINT, .role = role_of(point)};
        count++;
    }
    plot_fit(&x, across, count);
    plot_fit(&y, upwards, count);
    plot_draw(draw, area, points, count, &x, &y);
}

/* "8.93 ±0.12 x after 9 rounds, faster" */
static void print_last(const struct convergence *convergence, const struct row *row,
                       const struct column *column, struct document *document)
{
    char figure[COLUMN_TEXT_SIZE];
    struct text text = {0};
    const struct convergence_point *last = &convergence->points[convergence->count - 1];
    const char *unit = column_unit(column, row->run);
    text_printf(&text, "%s%s%s after %zu round%s%s%s", column_format(column, row, figure),
                *unit ? " " : "", unit, last->rounds, last->rounds == 1 ? "" : "s",
                *last->verdict ? ", " : "", last->verdict);
    document_paragraph(document, 0, role_of(last), text.bytes);
    text_release(&text);
}

/* How narrow it is, whether that is narrow enough, and what it would take. */
static void print_reach(const struct convergence *convergence, const struct row *row,
                        struct document *document)
{
    struct text text = {0};
    double wanted = row->run->wanted_reach;
    double reach = figure_reach(&convergence->points[convergence->count - 1].figure);
    if (!(reach < HUGE_VAL))
        text_add_string(&text, "no interval yet");
    else
        text_printf(&text, "within %.2g %%", 100.0 * reach);
    if (convergence->speed == SPEED_TYPICAL) {
        text_add_string(&text, "; rounds do not go on for this figure");
    } else if (!(wanted > 0.0)) {
        text_add_string(&text, "; what was wanted is not in this journal, which is of an older "
                               "program");
    } else {
        size_t from = convergence_narrow(convergence, wanted);
        double more = convergence_needed(convergence, row, wanted);
        text_printf(&text, "; wanted: %.2g %%", 100.0 * wanted);
        if (from > 0)
            text_printf(&text, ", and so since round %zu", from);
        else if (more > 0.0)
            text_printf(&text, ": about %.0f more rounds", more);
    }
    document_break(document);
    document_paragraph(document, 0, ROLE_TEXT, text.bytes);
    text_release(&text);
}

/* When it was told, and what rounds were like. */
static void print_course(const struct convergence *convergence, const struct row *row,
                         struct document *document)
{
    struct text text = {0};
    size_t told = convergence_told(convergence);
    const char *verdict = convergence->points[convergence->count - 1].verdict;
    if (told > 0)
        text_printf(&text, "%s since round %zu; ", verdict, told);
    else if (convergence->speed == SPEED_VS_FP32)
        text_add_string(&text, "not told yet whether faster or slower; ");
    if (row->drift.present)
        text_printf(&text, "drift %.2g %%", 100.0 * row->drift.value);
    else
        text_printf(&text, "drift: %s", row->drift.reason);
    if (row->disturbed.present && row->disturbed.value > 0.0)
        text_printf(&text, "; %.0f disturbed", row->disturbed.value);
    document_break(document);
    document_paragraph(document, 0, ROLE_TEXT, text.bytes);
    text_release(&text);
}

/* "int8   3.91 ±0.02  1 %": the rows of its model, as far as there is room. */
static void draw_group(const struct chart_rounds *chart, struct ui *ui, const struct draw *draw,
                       const struct row *selected, struct rect area)
{
    const struct column *column = column_find(speed_column(speed_of(chart, selected)));
    int line = 0;
    for (int i = results_next(ui->results, selected->model, -1); i >= 0 && line < area.height;
         i = results_next(ui->results, selected->model, i)) {
        const struct row *row = results_row(ui->results, i);
        char text[COLUMN_TEXT_SIZE];
        struct rect rest = rect_lines(area, line++, 1);
        enum role role = i == selected->trial ? ROLE_SELECTED : ROLE_TEXT;
        draw_fill(draw, rest, role);
        draw_click(draw, rest, "select", i);
        int end = draw_text_right(draw, rest, 0, role, column_format(column, row, text));
        draw_text(draw, rect_columns(rest, 0, end - 1), 0, 0, role, row->label);
        if (i == selected->trial)
            draw_cursor(draw, rest, 0, 0);
    }
}

static void draw_legend(const struct chart_rounds *chart, struct ui *ui, const struct draw *draw,
                        const struct row *row, struct rect area)
{
    const struct column *column = column_find(speed_column(chart->convergence.speed));
    struct document document;
    struct document_view view = {0};
    document_init(&document, area.width, draw->ascii);
    document_break(&document);
    if (chart->convergence.count == 0) {
        document_paragraph(&document, 0, ROLE_DIM, column->figure(row)->reason);
    } else {
        print_last(&chart->convergence, row, column, &document);
        print_reach(&chart->convergence, row, &document);
        print_course(&chart->convergence, row, &document);
    }
    int lines = (int)document.count;
    document_draw(&document, &view, draw, rect_lines(area, 0, lines));
    document_release(&document);
    draw_group(chart, ui, draw, row, rect_lines(area, lines + 1, area.height - lines - 1));
}

void chart_rounds_draw(struct chart_rounds *chart, struct ui *ui, const struct draw *draw,
                       const struct row *row, const struct rect areas[3])
{
    const struct run_info *run = results_run(ui->results);
    enum speed speed = speed_of(chart, row);
    const struct column *column = column_find(speed_column(speed));
    convergence_update(&chart->convergence, ui->results, row->trial, speed);
    draw_printf(draw, areas[0], 0, 1, ROLE_TITLE, "%s: %s, %s by round", row->model, row->label,
                column_title(column, run));
    if (chart->convergence.count > 0)
        draw_plot(&chart->convergence, draw, areas[1], column, run);
    draw_legend(chart, ui, draw, row, areas[2]);
}
