/* One JSON object: the run, its rows with the columns' ids as keys, what disturbed it, why each row
 * is as it is, with its steps, and the recommendations. What could not be had is null, with the
 * reason beside it. */
#include <jansson.h>
#include <stdlib.h>

#include "report/cells.h"
#include "report/gate.h"
#include "report/models.h"
#include "report/report.h"
#include "report/steps.h"
#include "results/column.h"
#include "results/own_cost.h"
#include "results/reject.h"
#include "results/warnings.h"
#include "results/why.h"

static json_t *row_object(const struct row *row)
{
    json_t *object = json_object();
    for (size_t i = 0; i < column_count; i++) {
        const struct column *column = &columns[i];
        if ((column->shown & SHOWN_EXPORT) == 0)
            continue;
        if (column->kind == COLUMN_TEXT)
            json_object_set_new(object, column->id, json_string(column->text(row)));
        else
            cell_set_json(object, column->id, column->figure(row), column->export_scale,
                          column->interval);
    }
    return object;
}

static const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_NONE] = "none",
        [VERDICT_PASS] = "pass",
        [VERDICT_FAIL] = "fail",
        [VERDICT_UNKNOWN] = "cannot tell",
    };
    return names[verdict];
}

static void add_recommendation(struct results *results, const char *model, void *context)
{
    struct recommendation choice = recommend(results, model);
    json_t *object = json_pack("{s:s, s:s, s:s, s:o}", "model", model, "verdict",
                               verdict_name(choice.verdict), "text", choice.text, "trial",
                               choice.trial >= 0 ? json_integer(choice.trial) : json_null());
    struct text why = {0};
    reject_describe(results, model, &choice, &why);
    json_object_set_new(object, "not_chosen", json_string(why.bytes ? why.bytes : ""));
    text_release(&why);
    json_array_append_new(context, object);
}

static json_t *warning_list(const struct results *results)
{
    json_t *list = json_array();
    for (size_t i = 0; i < results_warning_count(results); i++) {
        const struct warning *warning = results_warning(results, i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "kind", warning->kind, "text",
                                              warning->text, "remedy", warning->remedy));
    }
    return list;
}

static json_t *reason_list(struct results *results, int trial)
{
    struct arena *arena = arena_new();
    struct reason *reasons;
    size_t count = results_why(results, trial, arena, &reasons);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:f}", "rule", reasons[i].rule->name,
                                        "text", reasons[i].text, "remedy", reasons[i].rule->remedy,
                                        "weight", reasons[i].weight));
    arena_free(arena);
    return list;
}

/* What makes each row as fast, or as right, as it is. */
static json_t *why_list(struct results *results)
{
    json_t *list = json_array();
    for (int i = 0; i < results_count(results); i++)
        json_array_append_new(list,
                              json_pack("{s:i, s:o, s:o}", "trial", i, "reasons",
                                        reason_list(results, i), "steps", steps_json(results, i)));
    return list;
}

/* NULL: the journal does not say. */
static json_t *own_cost(const struct results *results)
{
    const struct own_cost *cost = results_own_cost(results);
    return cost->seconds > 0.0
               ? json_pack("{s:f, s:f, s:f, s:f}", "seconds", cost->seconds, "cpu", cost->cpu,
                           "runner", cost->runner, "pictures", cost->pictures)
               : NULL;
}

static void write_json(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    json_t *rows = json_array(), *recommendations = json_array();
    for (int i = 0; i < results_count(results); i++)
        json_array_append_new(rows, row_object(results_row(results, i)));
    report_each_model(results, add_recommendation, recommendations);
    json_t *whole = json_pack(
        "{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:O?, s:o?}, s:o, s:o, s:o, s:o, "
        "s:o}",
        "run", "title", run->title, "profile", run->profile, "version", run->version, "started",
        run->started, "host", run->host, "cpu", run->cpu, "isa", run->isa, "topology",
        run->topology, "metric", run->metric ? run->metric->name : "", "complete", run->ended,
        "experiment", json_object_get(results_run_event(results), "experiment"), "own_cost",
        own_cost(results), "rows", rows, "gate", report_gate_json(results), "warnings",
        warning_list(results), "why", why_list(results), "recommendations", recommendations);
    char *bytes = json_dumps(whole, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    text_printf(out, "%s\n", bytes ? bytes : "{}");
    free(bytes);
    json_decref(whole);
}

const struct report_format report_json = {
    .name = "json",
    .write = write_json,
};
