/* RFC 4180, one line per trial; what could not be had is an empty field. */
#include <string.h>

#include "report/report.h"
#include "results/column.h"

static void add_text(struct text *out, const char *value)
{
    if (value[strcspn(value, ",\"\r\n")] == '\0') {
        text_add_string(out, value);
        return;
    }
    text_add_string(out, "\"");
    for (; *value; value++)
        text_printf(out, *value == '"' ? "\"%c" : "%c", *value);
    text_add_string(out, "\"");
}

static void add_number(struct text *out, bool present, double value)
{
    if (present)
        text_printf(out, "%.9g", value);
}

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
            add_text(out, column->text(row));
            continue;
        }
        const struct figure *figure = column->figure(row);
        bool bounded = figure->present && figure->bounded;
        add_number(out, figure->present, figure->value * column->export_scale);
        if (!column->interval)
            continue;
        text_add_string(out, ",");
        add_number(out, bounded, figure->low * column->export_scale);
        text_add_string(out, ",");
        add_number(out, bounded, figure->high * column->export_scale);
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
