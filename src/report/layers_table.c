/* The layer ledger for people: a table for each row of the run. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/cells.h"
#include "report/layers.h"

/* Titles with their units fit. */
#define TITLE_SIZE 64

static const char *title_of(const struct layer_column *column, const struct row *row,
                            char buffer[TITLE_SIZE])
{
    const char *unit = layer_column_unit(column, row);
    snprintf(buffer, TITLE_SIZE, unit[0] ? "%s %s" : "%s%s", column->title, unit);
    return buffer;
}

/* The layers of one row of the run, and how wide their columns are. */
struct layer_table {
    const struct row *row;
    const struct layer_row *layers;
    size_t count;
    int *widths; /* per column; 0: it is not shown */
    bool ascii;
};

static void measure(struct layer_table *table)
{
    char text[TITLE_SIZE];
    for (size_t c = 0; c < layer_column_count; c++) {
        if (!layer_columns[c].shown)
            continue;
        table->widths[c] = cell_width(title_of(&layer_columns[c], table->row, text), table->ascii);
        for (size_t i = 0; i < table->count; i++) {
            const char *value = layer_column_format(&layer_columns[c], &table->layers[i], text);
            int width = cell_width(value, table->ascii);
            table->widths[c] = width > table->widths[c] ? width : table->widths[c];
        }
    }
}

static void add_cell(const struct layer_table *table, size_t column, bool is_first,
                     const char *value, struct text *out)
{
    bool right = layer_columns[column].figure != NULL;
    bool is_last = true;
    for (size_t c = column + 1; c < layer_column_count; c++)
        is_last = is_last && !layer_columns[c].shown;
    int padding = table->widths[column] - cell_width(value, table->ascii);
    text_add_string(out, is_first ? "" : "  ");
    text_printf(out, "%*s", right ? padding : 0, "");
    cell_add_value(out, value, table->ascii);
    text_printf(out, "%*s", right || is_last ? 0 : padding, "");
}

/* One line; layer NULL: the titles. */
static void add_line(const struct layer_table *table, const struct layer_row *layer,
                     struct text *out)
{
    char text[TITLE_SIZE];
    bool is_first = true;
    for (size_t c = 0; c < layer_column_count; c++) {
        if (!layer_columns[c].shown)
            continue;
        add_cell(table, c, is_first,
                 layer ? layer_column_format(&layer_columns[c], layer, text)
                       : title_of(&layer_columns[c], table->row, text),
                 out);
        is_first = false;
    }
    text_add_string(out, "\n");
}

static void add_table(struct results *results, int trial, const struct layer_choice *choice,
                      struct text *out)
{
    struct layer_table table = {
        .row = results_row(results, trial),
        .widths = xcalloc(layer_column_count, sizeof(*table.widths)),
        .ascii = choice->style.ascii,
    };
    struct layer_row *rows = layers_choose(results, trial, choice, &table.count);
    table.layers = rows;
    layers_describe(results, trial, out);
    text_add_string(out, "\n");
    measure(&table);
    if (table.count > 0)
        add_line(&table, NULL, out);
    for (size_t i = 0; i < table.count; i++)
        add_line(&table, &rows[i], out);
    free(rows);
    free(table.widths);
}

/* One table for each row that has a ledger, a blank line between them. */
static void write_each(struct results *results, const struct layer_choice *choice,
                       void (*add)(struct results *results, int trial,
                                   const struct layer_choice *choice, struct text *out),
                       struct text *out)
{
    for (int trial = 0; trial < results_count(results); trial++) {
        const struct row *row = results_row(results, trial);
        if (!layers_has_row(row, choice) ||
            results_ledger(results, row->candidate).state == LEDGER_NONE)
            continue;
        text_add_string(out, out->length > 0 ? "\n" : "");
        add(results, trial, choice, out);
    }
}

void layers_write_text(struct results *results, const struct layer_choice *choice, struct text *out)
{
    write_each(results, choice, add_table, out);
}

static void add_titles(const struct row *row, struct text *out)
{
    char title[TITLE_SIZE];
    text_add_string(out, "|");
    for (size_t c = 0; c < layer_column_count; c++)
        if (layer_columns[c].shown)
            cell_add_markdown(out, title_of(&layer_columns[c], row, title));
    text_add_string(out, "\n|");
    for (size_t c = 0; c < layer_column_count; c++)
        if (layer_columns[c].shown)
            text_add_string(out, layer_columns[c].figure ? " ---: |" : " --- |");
    text_add_string(out, "\n");
}

static void add_markdown(struct results *results, int trial, const struct layer_choice *choice,
                         struct text *out)
{
    char value[LAYER_COLUMN_TEXT_SIZE];
    size_t count;
    struct layer_row *rows = layers_choose(results, trial, choice, &count);
    layers_describe(results, trial, out);
    text_add_string(out, "\n\n");
    if (count > 0)
        add_titles(results_row(results, trial), out);
    for (size_t i = 0; i < count; i++) {
        text_add_string(out, "|");
        for (size_t c = 0; c < layer_column_count; c++)
            if (layer_columns[c].shown)
                cell_add_markdown(out, layer_column_format(&layer_columns[c], &rows[i], value));
        text_add_string(out, "\n");
    }
    free(rows);
}

void layers_write_markdown(struct results *results, const struct layer_choice *choice,
                           struct text *out)
{
    write_each(results, choice, add_markdown, out);
}
