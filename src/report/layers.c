#include "report/layers.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define X(identifier, name_, help) [identifier] = {#name_, layers_write_##name_},
const struct layer_report_format layer_report_formats[LAYER_REPORT_COUNT] = {LAYER_REPORT_LIST(X)};
#undef X

bool layers_has_row(const struct row *row, const struct layer_choice *choice)
{
    return !choice->mode || strcmp(row->label, choice->mode) == 0 ||
           strcmp(row->mode, choice->mode) == 0;
}

bool layers_any(struct results *results, const struct layer_choice *choice)
{
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (layers_has_row(row, choice) &&
            results_ledger(results, row->candidate).state != LEDGER_NONE)
            return true;
    }
    return false;
}

const struct layer_column *layers_usual_sort(const struct layer_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].cost.present)
            return layer_column_find(LAYERS_BY_COST);
    return layer_column_find(LAYERS_BY_ERROR);
}

struct layer_row *layers_choose(struct results *results, int trial,
                                const struct layer_choice *choice, size_t *count)
{
    const struct row *row = results_row(results, trial);
    size_t all = results_ledger(results, row->candidate).layers;
    struct layer_row *rows = xcalloc(all, sizeof(*rows));
    for (size_t i = 0; i < all; i++)
        rows[i] = results_layer(results, trial, i);
    layers_sort(rows, all, choice->sort ? choice->sort : layers_usual_sort(rows, all));
    *count = choice->top > 0 && choice->top < all ? choice->top : all;
    return rows;
}

static void add_reason(const struct ledger *ledger, struct text *out)
{
    if (ledger->state == LEDGER_ABSENT)
        text_printf(out, "%s: %s", ledger->layers > 0 ? "; not finished" : "no ledger",
                    ledger->absent);
    else if (ledger->state == LEDGER_OPEN)
        text_printf(out, "%snot finished", ledger->layers > 0 ? "; " : "");
    else if (ledger->left > 0)
        text_printf(out, "; no time to weigh %zu of them (key layers.seconds)", ledger->left);
}

void layers_describe(struct results *results, int trial, struct text *out)
{
    const struct row *row = results_row(results, trial);
    const struct ledger ledger = results_ledger(results, row->candidate);
    text_printf(out, "%s %s on %s: ", row->model, row->label, row->placement);
    if (ledger.layers > 0)
        text_printf(out, "%zu layers, errors over %zu sample%s", ledger.layers, ledger.samples,
                    ledger.samples == 1 ? "" : "s");
    add_reason(&ledger, out);
}
