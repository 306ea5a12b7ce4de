#include "report/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/cells.h"
#include "report/notes.h"
#include "results/gate_text.h"

static void name_row(const struct row *row, struct text *out)
{
    text_printf(out, "%s ", row->model);
    report_name_row(row, out);
}

static void report_figures(struct results *results, const struct gate *gate,
                           enum gate_outcome outcome, const char *prefix, struct text *out)
{
    for (size_t i = 0; i < gate->n_comparisons; i++) {
        const struct gate_comparison *comparison = &gate->comparisons[i];
        const struct row *row = results_row(results, comparison->trial);
        if (comparison->outcome != outcome || comparison->reason[0])
            continue;
        text_printf(out, "%sgate: %s: ", prefix, gate_outcome_name(outcome));
        name_row(row, out);
        text_add_string(out, ": ");
        gate_say(comparison, row, out);
        text_add_string(out, "\n");
    }
}

static int by_reason(const void *a, const void *b)
{
    const struct gate_comparison *x = *(const struct gate_comparison *const *)a;
    const struct gate_comparison *y = *(const struct gate_comparison *const *)b;
    int order = strcmp(x->reason, y->reason);
    return order ? order : (x > y) - (x < y);
}

/* So many of them are named of a reason that several figures share. */
#define NAMED_MOST 4

/* Figures that share a reason have one line. */
static void report_reasons(struct results *results, const struct gate *gate, const char *prefix,
                           struct text *out)
{
    size_t count = gate->n_comparisons;
    const struct gate_comparison **order = xcalloc(count, sizeof(*order));
    for (size_t i = 0; i < count; i++)
        order[i] = &gate->comparisons[i];
    qsort(order, count, sizeof(*order), by_reason);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && strcmp(order[end]->reason, order[i]->reason) == 0;)
            end++;
        if (!order[i]->reason[0])
            continue;
        text_printf(out, "%sgate: cannot tell: ", prefix);
        for (size_t k = i; k < end && k < i + NAMED_MOST; k++) {
            text_printf(out, "%s%s of ", k > i ? ", " : "", gate_figure_name(order[k]->figure));
            name_row(results_row(results, order[k]->trial), out);
        }
        if (end - i > NAMED_MOST)
            text_printf(out, " and %zu more", end - i - NAMED_MOST);
        text_printf(out, ": %s\n", order[i]->reason);
    }
    free(order);
}

void report_gate(struct results *results, const char *prefix, struct text *out)
{
    const struct gate *gate = results_gate(results);
    if (!gate)
        return;
    text_printf(out, "%sgate: ", prefix);
    gate_say_verdict(gate, out);
    text_add_string(out, "\n");
    report_figures(results, gate, GATE_WORSE, prefix, out);
    report_figures(results, gate, GATE_CANNOT_TELL, prefix, out);
    report_reasons(results, gate, prefix, out);
    report_figures(results, gate, GATE_BETTER, prefix, out);
    for (size_t i = 0; i < gate->n_notes; i++)
        text_printf(out, "%sgate: note: %s\n", prefix, gate->notes[i]);
}

static void add_cell(struct text *out, struct text *cell)
{
    cell_add_markdown(out, cell->bytes ? cell->bytes : "");
    text_clear(cell);
}

static void add_line(struct results *results, const struct gate_comparison *comparison,
                     struct text *out)
{
    const struct row *row = results_row(results, comparison->trial);
    struct text cell = {0};
    const char *outcome = gate_outcome_name(comparison->outcome);
    text_add_string(out, "|");
    text_printf(&cell, comparison->outcome == GATE_WORSE ? "**%s**" : "%s", outcome);
    add_cell(out, &cell);
    name_row(row, &cell);
    add_cell(out, &cell);
    cell_add_markdown(out, gate_figure_name(comparison->figure));
    gate_say_value(comparison, row, comparison->before, &cell);
    add_cell(out, &cell);
    gate_say_value(comparison, row, comparison->now, &cell);
    add_cell(out, &cell);
    gate_say_change(comparison, row, &cell);
    add_cell(out, &cell);
    gate_say_margin(comparison, row, &cell);
    add_cell(out, &cell);
    text_add_string(out, "\n");
    text_release(&cell);
}

void report_gate_markdown(struct results *results, struct text *out)
{
    const struct gate *gate = results_gate(results);
    if (!gate)
        return;
    text_add_string(out, "**Gate** ");
    gate_say_verdict(gate, out);
    text_add_string(out, "\n\n| gate | row | figure | before | now | change | does not matter |\n"
                         "| --- | --- | --- | ---: | ---: | --- | ---: |\n");
    for (size_t i = 0; i < gate->n_comparisons; i++)
        add_line(results, &gate->comparisons[i], out);
    text_add_string(out, "\n");
    for (size_t i = 0; i < gate->n_notes; i++)
        text_printf(out, "- %s\n", gate->notes[i]);
    text_add_string(out, gate->n_notes > 0 ? "\n" : "");
}

static void set_number(json_t *object, const char *key, double value)
{
    json_object_set_new(object, key, isfinite(value) ? json_real(value) : json_null());
}

static json_t *comparison_object(struct results *results, const struct gate_comparison *comparison)
{
    const struct row *row = results_row(results, comparison->trial);
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "trial", comparison->trial, "model",
                  row->model, "mode", row->label, "placement", row->placement, "runtime",
                  row->runtime, "figure", gate_figure_name(comparison->figure), "verdict",
                  gate_outcome_name(comparison->outcome), "reason", comparison->reason);
    set_number(object, "before", comparison->before);
    set_number(object, "now", comparison->now);
    set_number(object, "change", comparison->change);
    set_number(object, "change_low", comparison->low);
    set_number(object, "change_high", comparison->high);
    set_number(object, "margin", comparison->margin);
    return object;
}

json_t *report_gate_json(struct results *results)
{
    const struct gate *gate = results_gate(results);
    if (!gate)
        return json_null();
    json_t *comparisons = json_array(), *notes = json_array();
    for (size_t i = 0; i < gate->n_comparisons; i++)
        json_array_append_new(comparisons, comparison_object(results, &gate->comparisons[i]));
    for (size_t i = 0; i < gate->n_notes; i++)
        json_array_append_new(notes, json_string(gate->notes[i]));
    return json_pack("{s:s, s:s, s:s, s:o, s:o}", "verdict", gate_word(gate), "baseline",
                     gate->baseline, "started", gate->started, "comparisons", comparisons, "notes",
                     notes);
}
