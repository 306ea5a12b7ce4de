#include "results/gate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "results/members.h"
#include "results/state.h"

static const char *const figure_names[GATE_FIGURE_COUNT] = {
#define X(identifier, name) [identifier] = (name),
    GATE_FIGURE_LIST(X)
#undef X
};

static const char *const outcome_names[GATE_OUTCOME_COUNT] = {
#define X(identifier, name) [identifier] = (name),
    GATE_OUTCOME_LIST(X)
#undef X
};

const char *gate_figure_name(enum gate_figure figure)
{
    return figure_names[figure];
}

const char *gate_outcome_name(enum gate_outcome outcome)
{
    return outcome_names[outcome];
}

const struct gate *results_gate(const struct results *results)
{
    return results->gate;
}

enum verdict gate_verdict(const struct gate *gate)
{
    if (!gate)
        return VERDICT_NONE;
    if (gate->counts[GATE_WORSE] > 0)
        return VERDICT_FAIL;
    return gate->counts[GATE_CANNOT_TELL] > 0 || gate->n_comparisons == 0 ? VERDICT_UNKNOWN
                                                                          : VERDICT_PASS;
}

static enum gate_outcome judge(const struct gate_comparison *comparison)
{
    if (comparison->reason[0])
        return GATE_CANNOT_TELL;
    if (comparison->low > comparison->margin)
        return GATE_WORSE;
    if (comparison->high < -comparison->margin)
        return GATE_BETTER;
    return comparison->high <= comparison->margin ? GATE_NOT_WORSE : GATE_CANNOT_TELL;
}

/* False: a member is wrong. */
static bool take_comparison(struct results *results, const json_t *object,
                            struct gate_comparison *comparison)
{
    const char *name = json_string_value(json_object_get(object, "figure"));
    size_t trial, figure = 0;
    while (name && figure < GATE_FIGURE_COUNT && strcmp(name, figure_names[figure]) != 0)
        figure++;
    if (!name || figure == GATE_FIGURE_COUNT ||
        !index_member(object, "trial", results->n_trials, &trial))
        return false;
    *comparison = (struct gate_comparison){
        .trial = (int)trial,
        .figure = (enum gate_figure)figure,
        .before = number_or(object, "before", NAN),
        .now = number_or(object, "now", NAN),
        .change = number_or(object, "change", NAN),
        .low = number_or(object, "low", NAN),
        .high = number_or(object, "high", NAN),
        .margin = number_or(object, "margin", NAN),
        .reason = text_member(results, object, "reason"),
    };
    comparison->outcome = judge(comparison);
    return comparison->margin >= 0.0 &&
           (comparison->reason[0] ||
            (comparison->low <= comparison->change && comparison->change <= comparison->high));
}

/* "worse: latency, size; not worse: memory" of the comparisons of one row. */
static const char *describe_row(struct results *results, const struct gate_comparison *comparisons,
                                size_t count)
{
    struct text text = {0};
    for (int outcome = 0; outcome < GATE_OUTCOME_COUNT; outcome++) {
        bool any = false;
        for (size_t i = 0; i < count; i++) {
            if ((int)comparisons[i].outcome != outcome)
                continue;
            if (!any)
                text_printf(&text, "%s%s: ", text.length > 0 ? "; " : "", outcome_names[outcome]);
            text_printf(&text, "%s%s", any ? ", " : "", figure_names[comparisons[i].figure]);
            any = true;
        }
    }
    const char *copy = arena_strdup(results->arena, text.bytes ? text.bytes : "");
    text_release(&text);
    return copy;
}

static void describe_rows(struct results *results, const struct gate *gate)
{
    for (size_t i = 0; i < results->n_trials; i++)
        results->trials[i].row.gate = "";
    for (size_t i = 0, end; i < gate->n_comparisons; i = end) {
        int trial = gate->comparisons[i].trial;
        for (end = i; end < gate->n_comparisons && gate->comparisons[end].trial == trial;)
            end++;
        results->trials[trial].row.gate = describe_row(results, &gate->comparisons[i], end - i);
    }
}

static void take_notes(struct results *results, const json_t *event, struct gate *gate)
{
    const json_t *list = json_object_get(event, "notes");
    gate->n_notes = json_array_size(list);
    const char **notes = arena_alloc(results->arena, gate->n_notes * sizeof(*notes));
    for (size_t i = 0; i < gate->n_notes; i++) {
        const char *note = json_string_value(json_array_get(list, i));
        char *copy = arena_strdup(results->arena, note ? note : "");
        text_make_printable(copy);
        notes[i] = copy;
    }
    gate->notes = notes;
}

enum status results_take_gate(struct results *results, const json_t *event, struct error *error)
{
    const json_t *list = json_object_get(event, "comparisons");
    size_t count = json_array_size(list);
    struct gate *gate = arena_alloc(results->arena, sizeof(*gate));
    struct gate_comparison *comparisons = arena_alloc(results->arena, count * sizeof(*comparisons));
    if (!json_is_array(list))
        return malformed(error, event, "comparisons");
    *gate = (struct gate){.baseline = text_member(results, event, "baseline"),
                          .started = text_member(results, event, "started"),
                          .host = text_member(results, event, "host"),
                          .cpu = text_member(results, event, "cpu"),
                          .comparisons = comparisons,
                          .n_comparisons = count};
    for (size_t i = 0; i < count; i++) {
        if (!take_comparison(results, json_array_get(list, i), &comparisons[i]) ||
            (i > 0 && comparisons[i].trial < comparisons[i - 1].trial))
            return malformed(error, event, "comparisons");
        gate->counts[comparisons[i].outcome]++;
    }
    take_notes(results, event, gate);
    results->gate = gate;
    results->run.has_gate = true;
    describe_rows(results, gate);
    return STATUS_OK;
}
