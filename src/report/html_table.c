/* The tables of the HTML report. */
#include <math.h>
#include <string.h>

#include "report/html.h"
#include "results/column.h"

static bool is_of(const struct row *row, const char *model)
{
    return !model || strcmp(row->model, model) == 0;
}

static void add_attribute(struct text *out, const char *name, double value)
{
    text_printf(out, " data-%s=\"%.9g\"", name, value);
}

/* The numbers that CSV has. */
static void add_numbers(const struct column *column, const struct figure *figure, struct text *out)
{
    if (!figure->present)
        return;
    add_attribute(out, "value", figure->value * column->export_scale);
    if (!column->interval || !figure->bounded)
        return;
    add_attribute(out, "low", figure->low * column->export_scale);
    add_attribute(out, "high", figure->high * column->export_scale);
}

/* Words that mean well or ill. */
static const char *class_of_text(const char *value)
{
    static const char *const good[] = {"faster", "better", "done", "A", "kept"};
    static const char *const bad[] = {"slower",      "loss",         "failed",     "D",
                                      "size missed", "speed missed", "both missed"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (strcmp(value, good[i]) == 0)
            return "t good";
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (strcmp(value, bad[i]) == 0)
            return "t bad";
    return "t";
}

/* Why a figure is absent is what the mouse finds. */
static void add_cell(const struct column *column, const struct row *row, struct text *out)
{
    char value[COLUMN_TEXT_SIZE];
    const char *shown = column_format(column, row, value);
    bool is_figure = column->kind == COLUMN_FIGURE;
    text_printf(out, "<td class=\"%s\" data-column=\"%s\"", is_figure ? "n" : class_of_text(shown),
                column->id);
    if (is_figure) {
        const struct figure *figure = column->figure(row);
        add_numbers(column, figure, out);
        if (!figure->present) {
            text_add_string(out, " title=\"");
            html_add(out, figure->reason);
            text_add_string(out, "\"");
        }
    }
    text_add_string(out, ">");
    html_add(out, shown);
    text_add_string(out, "</td>");
}

static void add_title(const struct column *column, const struct run_info *run, struct text *out)
{
    const char *unit = column_unit(column, run);
    text_printf(out, "<th%s title=\"", column->kind == COLUMN_FIGURE ? " class=\"n\"" : "");
    html_add(out, column->help);
    text_add_string(out, "\">");
    html_add(out, column_title(column, run));
    text_add_string(out, unit[0] ? ", " : "");
    html_add(out, unit);
    text_add_string(out, "</th>");
}

void html_add_table(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    text_add_string(out, "<div class=\"wide\"><table id=\"rows\"><thead><tr>");
    for (size_t c = 0; c < column_count; c++)
        if (column_is_shown(&columns[c], SHOWN_TABLE, run))
            add_title(&columns[c], run, out);
    text_add_string(out, "</tr></thead><tbody>\n");
    for (int i = 0; i < results_count(results); i++) {
        text_printf(out, "<tr data-row=\"%d\">", i);
        for (size_t c = 0; c < column_count; c++)
            if (column_is_shown(&columns[c], SHOWN_TABLE, run))
                add_cell(&columns[c], results_row(results, i), out);
        text_add_string(out, "</tr>\n");
    }
    text_add_string(out, "</tbody></table></div>\n");
}

void html_add_details(struct results *results, const char *model, struct text *out)
{
    const struct run_info *run = results_run(results);
    text_add_string(out, "<details><summary>All figures</summary><div class=\"wide\"><table>\n");
    for (size_t c = 0; c < column_count; c++) {
        if ((columns[c].shown & SHOWN_EXPORT) == 0)
            continue;
        text_add_string(out, "<tr>");
        add_title(&columns[c], run, out);
        for (int i = 0; i < results_count(results); i++)
            if (is_of(results_row(results, i), model))
                add_cell(&columns[c], results_row(results, i), out);
        text_add_string(out, "</tr>\n");
    }
    text_add_string(out, "</table></div></details>\n");
}
