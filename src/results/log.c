#include "results/log.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/state.h"

/* A run of our own tells a few lines a row; a hostile journal shall not fill the memory. */
#define LINES_MAX 200000

size_t results_log_count(const struct results *results)
{
    return results->n_log;
}

const struct log_line *results_log_line(const struct results *results, size_t i)
{
    return &results->log[i];
}

static const char *member(const json_t *event, const char *key)
{
    const char *value = json_string_value(json_object_get(event, key));
    return value ? value : "";
}

/* "resnet, int8, on 1 (onnxruntime)" */
static void name_trial(const struct row *row, struct text *out)
{
    text_printf(out, "%s, %s on %s", row->model, row->label, row->placement);
    if (row->run->has_runtimes)
        text_printf(out, " (%s)", row->runtime);
}

/* The trials of an event behind a text; nothing where there are none. */
static void name_trials(const struct results *results, const json_t *event, const char *before,
                        struct text *out)
{
    size_t i;
    json_t *trial;
    json_array_foreach(json_object_get(event, "trials"), i, trial)
    {
        text_add_string(out, i == 0 ? before : "; ");
        name_trial(&results->trials[json_integer_value(trial)].row, out);
    }
}

static const struct row *row_of(const struct results *results, const json_t *event)
{
    json_int_t number = json_integer_value(json_object_get(event, "trial"));
    return number >= 0 && (size_t)number < results->n_trials ? &results->trials[number].row : NULL;
}

/* The first trial of the event's candidate. */
static const struct row *candidate_row(const struct results *results, const json_t *event)
{
    json_int_t number = json_integer_value(json_object_get(event, "candidate"));
    return number >= 0 && (size_t)number < results->n_candidates
               ? &results->trials[results->candidates[number].trial].row
               : NULL;
}

static void tell_run(const struct results *results, const json_t *event, struct text *out)
{
    (void)event;
    const struct run_info *run = &results->run;
    text_printf(out, "run of %s begins, %s, quantop %s on %s, %s", run->title, run->started,
                run->version, run->host, run->cpu);
}

static void tell_prepared(const struct results *results, const json_t *event, struct text *out)
{
    const struct row *row = candidate_row(results, event);
    const json_t *seconds = json_object_get(event, "seconds");
    if (!row)
        return;
    text_printf(out, "%s, %s: %.1f KiB", row->model, row->label,
                json_number_value(json_object_get(event, "bytes")) / 1024.0);
    if (json_is_number(seconds))
        text_printf(out, ", prepared in %.2f s", json_number_value(seconds));
}

/* Only the first process of a trial is news. */
static void tell_process(const struct results *results, const json_t *event, struct text *out)
{
    const struct row *row = row_of(results, event);
    if (!row || json_integer_value(json_object_get(event, "process")) != 0)
        return;
    name_trial(row, out);
    text_printf(out, ": loaded in %.1f ms, first inference %.3f ms",
                json_number_value(json_object_get(event, "load_ms")),
                json_number_value(json_object_get(event, "first_ms")));
}

static void tell_state(const struct results *results, const json_t *event, struct text *out)
{
    const struct row *row = row_of(results, event);
    if (!row || !trial_state_is_active(row->state))
        return;
    name_trial(row, out);
    text_printf(out, ": %s", trial_state_name(row->state));
}

static void tell_done(const struct results *results, const json_t *event, struct text *out)
{
    const struct row *row = row_of(results, event);
    if (!row)
        return;
    name_trial(row, out);
    text_add_string(out, ": done");
}

static void tell_failed(const struct results *results, const json_t *event, struct text *out)
{
    const struct row *row = row_of(results, event);
    if (!row)
        return;
    name_trial(row, out);
    text_printf(out, ": failed: %s", row->reason);
}

static void tell_warning(const struct results *results, const json_t *event, struct text *out)
{
    (void)results;
    const char *remedy = member(event, "remedy");
    text_printf(out, "%s%s%s", member(event, "text"), *remedy ? "; " : "", remedy);
}

static void tell_gate(const struct results *results, const json_t *event, struct text *out)
{
    const struct gate *gate = results->gate;
    (void)event;
    text_printf(out, "held against %s: of %zu figures %zu are worse, %zu cannot be told",
                gate->baseline, gate->n_comparisons, gate->counts[GATE_WORSE],
                gate->counts[GATE_CANNOT_TELL]);
}

static void tell_cleared(const struct results *results, const json_t *event, struct text *out)
{
    (void)results;
    text_printf(out, "cleared up by all samples: %s", member(event, "doubt"));
}

static void tell_own_cost(const struct results *results, const json_t *event, struct text *out)
{
    (void)event;
    text_add_string(out, "this program took ");
    results_say_own_cost(results, out);
}

static void tell_skipped(const struct results *results, const json_t *event, struct text *out)
{
    const struct row *row = row_of(results, event);
    if (!row)
        return;
    name_trial(row, out);
    text_printf(out, ": %s", row->reason);
}

static void tell_added(const struct results *results, const json_t *event, struct text *out)
{
    const struct addition *added = &results->additions[results->n_additions - 1];
    (void)event;
    text_printf(out, "the user added the %s %s", added->is_mode ? "mode" : "placement",
                added->text);
}

static void tell_removed(const struct results *results, const json_t *event, struct text *out)
{
    name_trials(results, event, "removed by the user: ", out);
}

static void tell_paused(const struct results *results, const json_t *event, struct text *out)
{
    (void)results, (void)event;
    text_add_string(out, "paused by the user");
}

static void tell_continued(const struct results *results, const json_t *event, struct text *out)
{
    (void)results;
    text_printf(out, "goes on after a pause of %.0f s",
                json_number_value(json_object_get(event, "seconds")));
}

static void tell_stopped(const struct results *results, const json_t *event, struct text *out)
{
    (void)results, (void)event;
    text_add_string(out, "stopped by the user");
}

static void tell_resumed(const struct results *results, const json_t *event, struct text *out)
{
    if (json_is_true(json_object_get(event, "repeated"))) {
        name_trials(results, event, "measured again: ", out);
        return;
    }
    text_printf(out, "resumed %s, quantop %s", member(event, "started"), member(event, "version"));
}

static void tell_end(const struct results *results, const json_t *event, struct text *out)
{
    (void)results, (void)event;
    text_add_string(out, "the run ends");
}

static const struct {
    const char *event;
    enum log_kind kind;
    void (*tell)(const struct results *results, const json_t *event, struct text *out);
} rows[] = {
    {"run", LOG_NEWS, tell_run},
    {"prepared", LOG_NEWS, tell_prepared},
    {"process", LOG_NEWS, tell_process},
    {"state", LOG_NEWS, tell_state},
    {"done", LOG_NEWS, tell_done},
    {"failed", LOG_FAILURE, tell_failed},
    {"warning", LOG_WARNING, tell_warning},
    {"cleared", LOG_NEWS, tell_cleared},
    {"gate", LOG_NEWS, tell_gate},
    {"own_cost", LOG_NEWS, tell_own_cost},
    {"skipped", LOG_WARNING, tell_skipped},
    {"added", LOG_NEWS, tell_added},
    {"removed", LOG_WARNING, tell_removed},
    {"paused", LOG_WARNING, tell_paused},
    {"continued", LOG_NEWS, tell_continued},
    {"stopped", LOG_WARNING, tell_stopped},
    {"resumed", LOG_NEWS, tell_resumed},
    {"end", LOG_NEWS, tell_end},
};

static void add_line(struct results *results, const json_t *event, enum log_kind kind,
                     const char *text)
{
    char *copy = arena_strdup(results->arena, text);
    text_make_printable(copy);
    double seconds = json_number_value(json_object_get(event, "t"));
    results->log =
        list_grow(results->log, results->n_log, &results->log_capacity, sizeof(*results->log));
    results->log[results->n_log++] = (struct log_line){seconds, kind, copy};
}

void results_log_event(struct results *results, const char *name, const json_t *event)
{
    struct text text = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].event, name) != 0 || results->n_log == LINES_MAX)
            continue;
        rows[i].tell(results, event, &text);
        if (text.length > 0)
            add_line(results, event, rows[i].kind, text.bytes);
    }
    text_release(&text);
}
