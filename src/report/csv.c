/* RFC 4180, one line per trial; what could not be had is an empty field. */
#include "report/cells.h"
#include "report/report.h"
#include "results/column.h"

static void add_header(struct text *out)
{
    const char *separator = "";
    for (size_t i = 0; i < column_count; i++) {
        if ((columns[i].shown & SHOWN_EXPORT) == 0)
            continue;
        text_printf(out, "%s%s", separator, columns[i].id);
        if (columns[i].interval)
            text_printf(out, ",%s_low,%s_high", columns[i].id, columns[i].id);
        separator = ",";
    }
    text_add_string(out, "\n");
}

static void add_row(struct text *out, const struct row *row)
{
    const char *separator = "";
    for (size_t i = 0; i < column_count; i++) {
        const struct column *column = &columns[i];
        if ((column->shown & SHOWN_EXPORT) == 0)
            continue;
        text_add_string(out, separator);
        separator = ",";
        if (column->kind == COLUMN_TEXT) {
            cell_add_csv(out, column->text(row));
            continue;
        }
        const struct figure *figure = column->figure(row);
        bool bounded = figure->present && figure->bounded;
        cell_add_csv_number(out, figure->present, figure->value * column->export_scale);
        if (!column->interval)
            continue;
        text_add_string(out, ",");
        cell_add_csv_number(out, bounded, figure->low * column->export_scale);
        text_add_string(out, ",");
        cell_add_csv_number(out, bounded, figure->high * column->export_scale);
    }
    text_add_string(out, "\n");
}

static void write_csv(struct results *results, struct text *out)
{
    add_header(out);
    for (int i = 0; i < results_count(results); i++)
        add_row(out, results_row(results, i));
}

const struct report_format report_csv = {
    .name = "csv",
    .write = write_csv,
};
