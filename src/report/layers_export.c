/* The layer ledger for programs. */
#include <jansson.h>
#include <stdlib.h>

#include "report/cells.h"
#include "report/layers.h"

static void add_header(struct text *out)
{
    for (size_t i = 0; i < layer_column_count; i++) {
        text_printf(out, "%s%s", i ? "," : "", layer_columns[i].id);
        if (layer_columns[i].interval)
            text_printf(out, ",%s_low,%s_high", layer_columns[i].id, layer_columns[i].id);
    }
    text_add_string(out, "\n");
}

static void add_figure(const struct layer_column *column, const struct figure *figure,
                       struct text *out)
{
    bool bounded = figure->present && figure->bounded;
    cell_add_csv_number(out, figure->present, figure->value * column->scale);
    if (!column->interval)
        return;
    text_add_string(out, ",");
    cell_add_csv_number(out, bounded, figure->low * column->scale);
    text_add_string(out, ",");
    cell_add_csv_number(out, bounded, figure->high * column->scale);
}

static void add_layer(const struct layer_row *layer, struct text *out)
{
    for (size_t i = 0; i < layer_column_count; i++) {
        const struct layer_column *column = &layer_columns[i];
        text_add_string(out, i ? "," : "");
        if (column->text)
            cell_add_csv(out, column->text(layer));
        else
            add_figure(column, column->figure(layer), out);
    }
    text_add_string(out, "\n");
}

void layers_write_csv(struct results *results, const struct layer_choice *choice, struct text *out)
{
    add_header(out);
    for (int trial = 0; trial < results_count(results); trial++) {
        size_t count;
        if (!layers_has_row(results_row(results, trial), choice))
            continue;
        struct layer_row *rows = layers_choose(results, trial, choice, &count);
        for (size_t i = 0; i < count; i++)
            add_layer(&rows[i], out);
        free(rows);
    }
}

static json_t *layer_object(const struct layer_row *layer)
{
    json_t *object = json_object();
    for (size_t i = 0; i < layer_column_count; i++) {
        const struct layer_column *column = &layer_columns[i];
        if (column->text)
            json_object_set_new(object, column->id, json_string(column->text(layer)));
        else
            cell_set_json(object, column->id, column->figure(layer), column->scale,
                          column->interval);
    }
    return object;
}

static json_t *ledger_object(struct results *results, int trial, const struct layer_choice *choice)
{
    const struct row *row = results_row(results, trial);
    const struct ledger ledger = results_ledger(results, row->candidate);
    size_t count;
    struct layer_row *rows = layers_choose(results, trial, choice, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, layer_object(&rows[i]));
    free(rows);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s?, s:b, s:o}", "model", row->model,
                     "mode", row->label, "runtime", row->runtime, "placement", row->placement,
                     "drop_unit", row->metric ? row->metric->drop_unit : "", "samples",
                     (json_int_t)ledger.samples, "left", (json_int_t)ledger.left, "absent",
                     ledger.state == LEDGER_ABSENT ? ledger.absent : NULL, "complete",
                     ledger.state == LEDGER_COMPLETE, "layers", list);
}

void layers_write_json(struct results *results, const struct layer_choice *choice, struct text *out)
{
    json_t *list = json_array();
    for (int trial = 0; trial < results_count(results); trial++) {
        const struct row *row = results_row(results, trial);
        if (layers_has_row(row, choice) &&
            results_ledger(results, row->candidate).state != LEDGER_NONE)
            json_array_append_new(list, ledger_object(results, trial, choice));
    }
    json_t *whole = json_pack("{s:o}", "ledgers", list);
    char *bytes = json_dumps(whole, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    text_printf(out, "%s\n", bytes ? bytes : "{}");
    free(bytes);
    json_decref(whole);
}
