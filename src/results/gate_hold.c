#include "results/gate_hold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/gate_accuracy.h"
#include "results/json_text.h"
#include "results/plausible.h"
#include "results/verdict.h"

/* A run that is held against another, and the event that comes of it. */
struct holding {
    struct results *results; /* of this run */
    const struct gate_margins *margins;
    const struct gate_run *runs[2]; /* this one, the baseline */
    int *partners;                  /* per row of this one: the baseline's; -1: none */
    bool *taken;                    /* per row of the baseline */
    json_t *notes, *comparisons;
};

/* --- which rows belong together --- */

static bool is_alike(const struct gate_row *a, const struct gate_row *b)
{
    return strcmp(a->label, b->label) == 0 && strcmp(a->runtime, b->runtime) == 0 &&
           strcmp(a->placement, b->placement) == 0;
}

static bool is_same_member(const json_t *a, const json_t *b, const char *key)
{
    const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);
    return (!x && !y) || json_equal(x, y);
}

/* By the hash of the model's file and of those beside it. */
static bool has_same_contents(const struct gate_row *a, const struct gate_row *b)
{
    return a->content && b->content && is_same_member(a->content, b->content, "content") &&
           is_same_member(a->content, b->content, "beside") &&
           is_same_member(a->content, b->content, "signature");
}

static bool has_same_name(const struct gate_row *a, const struct gate_row *b)
{
    return strcmp(a->model, b->model) == 0;
}

static bool has_both(const struct gate_row *a, const struct gate_row *b)
{
    return has_same_contents(a, b) && has_same_name(a, b);
}

static void find_partners(struct holding *holding,
                          bool (*is_same)(const struct gate_row *a, const struct gate_row *b))
{
    const struct gate_run *now = holding->runs[0], *then = holding->runs[1];
    for (size_t i = 0; i < now->n_rows; i++)
        for (size_t k = 0; holding->partners[i] < 0 && k < then->n_rows; k++)
            if (!holding->taken[k] && is_alike(&now->rows[i], &then->rows[k]) &&
                is_same(&now->rows[i], &then->rows[k])) {
                holding->partners[i] = (int)k;
                holding->taken[k] = true;
            }
}

/* --- what is said of rows and runs --- */

static void note(struct holding *holding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct holding *holding, const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    json_array_append_new(holding->notes, json_said(text.bytes));
    text_release(&text);
}

/* Names a row as in "plain int8 on 1 with builtin". */
#define ROW_NAME      "%s %s on %s with %s"
#define NAMES_OF(row) (row)->model, (row)->label, (row)->placement, (row)->runtime
#define IS_DONE(row)  (strcmp((row)->state, trial_state_name(TRIAL_DONE)) == 0)

/* Rows of one model follow each other. */
static void note_file(struct holding *holding, size_t i, const char **said)
{
    const struct gate_row *now = &holding->runs[0]->rows[i];
    const struct gate_row *then = &holding->runs[1]->rows[holding->partners[i]];
    if (!now->content || !then->content || has_same_contents(now, then) ||
        strcmp(now->model, *said) == 0)
        return;
    note(holding, "%s: the model is another file than in the baseline", now->model);
    *said = now->model;
}

static void note_lonely(struct holding *holding)
{
    const struct gate_run *now = holding->runs[0], *then = holding->runs[1];
    const char *said = "";
    for (size_t i = 0; i < now->n_rows; i++) {
        const struct gate_row *row = &now->rows[i];
        int partner = holding->partners[i];
        if (partner < 0)
            note(holding, ROW_NAME ": not in the baseline", NAMES_OF(row));
        else if (!IS_DONE(row))
            note(holding, ROW_NAME ": not compared, it is %s", NAMES_OF(row), row->state);
        else if (!IS_DONE(&then->rows[partner]))
            note(holding, ROW_NAME ": not compared, in the baseline it is %s", NAMES_OF(row),
                 then->rows[partner].state);
        else
            note_file(holding, i, &said);
    }
    for (size_t k = 0; k < then->n_rows; k++)
        if (!holding->taken[k])
            note(holding, ROW_NAME ": in the baseline, and not in this run",
                 NAMES_OF(&then->rows[k]));
}

static const json_t *order_of(const struct gate_run *run)
{
    return json_object_get(run->experiment, "order");
}

/* What is compared all the same. */
static void note_differences(struct holding *holding)
{
    const json_t *now = order_of(holding->runs[0]), *then = order_of(holding->runs[1]);
    if (now && then && !is_same_member(now, then, "calibration"))
        note(holding,
             "modes are calibrated on other data, or in another way, than in the baseline");
    if (strcmp(holding->runs[0]->host, holding->runs[1]->host) != 0)
        note(holding, "the baseline is of another machine: '%s', and this run of '%s'",
             holding->runs[1]->host, holding->runs[0]->host);
}

/* --- what keeps figures from being compared --- */

static void differ(struct text *out, const char *what, const char *now, const char *then)
{
    if (strcmp(now, then) != 0)
        text_printf(out, "%s%s differs: '%s', in the baseline '%s'", out->length ? "; " : "", what,
                    now, then);
}

static void differ_in_order(struct text *out, const char *what, const char *member,
                            const struct holding *holding)
{
    if (!is_same_member(order_of(holding->runs[0]), order_of(holding->runs[1]), member))
        text_printf(out, "%s%s", out->length ? "; " : "", what);
}

/* Older versions did not say what of these there is to compare. */
static bool say_orders(const struct holding *holding, struct text *out)
{
    bool both = order_of(holding->runs[0]) && order_of(holding->runs[1]);
    if (!both)
        text_printf(out, "%sone of the runs does not say what was measured",
                    out->length ? "; " : "");
    return both;
}

/* Of times and memory. */
static void refuse_place(const struct holding *holding, const struct gate_row *now,
                         const struct gate_row *then, struct text *out)
{
    differ(out, "the CPU", holding->runs[0]->cpu, holding->runs[1]->cpu);
    differ(out, "the instruction set", holding->runs[0]->isa, holding->runs[1]->isa);
    differ(out, "the version of the runtime", now->runtime_version, then->runtime_version);
    if (now->threads != then->threads)
        text_printf(out, "%sthe threads differ: %d, in the baseline %d", out->length ? "; " : "",
                    now->threads, then->threads);
    if (say_orders(holding, out)) {
        differ_in_order(out, "the shapes of inputs differ", "shapes", holding);
        differ_in_order(out, "the way of convolutions differs", "direct", holding);
    }
}

/* Letters of grades are in their order. */
static bool is_trusted(const struct gate_row *row, const char *least)
{
    return strcmp(row->trust, least) <= 0;
}

static void refuse_latency(const struct holding *holding, const struct gate_row *now,
                           const struct gate_row *then, struct text *out)
{
    refuse_place(holding, now, then, out);
    const char *least = holding->margins->trust;
    if (!is_trusted(now, least) || !is_trusted(then, least))
        text_printf(out, "%sgate.trust is %s, and the times deserve %s, in the baseline %s",
                    out->length ? "; " : "", least, now->trust[0] ? now->trust : "none",
                    then->trust[0] ? then->trust : "none");
    if (now->rounds.value < ROUNDS_FOR_VERDICT || then->rounds.value < ROUNDS_FOR_VERDICT)
        text_printf(out, "%sfewer than %d rounds: %.0f, in the baseline %.0f",
                    out->length ? "; " : "", ROUNDS_FOR_VERDICT, now->rounds.value,
                    then->rounds.value);
}

static void refuse_accuracy(const struct holding *holding, const struct gate_row *now,
                            const struct gate_row *then, struct text *out)
{
    char doubt[DOUBT_SIZE];
    differ(out, "the metric", now->metric, then->metric);
    if (say_orders(holding, out)) {
        differ_in_order(out, "the data differ", "data", holding);
        differ_in_order(out, "the seed differs", "seed", holding);
        differ_in_order(out, "the shapes of inputs differ", "shapes", holding);
    }
    if (now->scored.value < then->scored.value || now->scored.value > then->scored.value)
        text_printf(out, "%sthe number of samples differs: %.0f, in the baseline %.0f",
                    out->length ? "; " : "", now->scored.value, then->scored.value);
    if (plausible_doubt(holding->results, now->model, doubt))
        text_printf(out, "%s%s", out->length ? "; " : "", doubt);
}

static void refuse_nothing(const struct holding *holding, const struct gate_row *now,
                           const struct gate_row *then, struct text *out)
{
    (void)holding, (void)now, (void)then, (void)out;
}

/* --- changes --- */

/* Of a ratio, whose logarithm is a difference. */
static struct interval ratio_change(const struct figure *now, const struct figure *then)
{
    const struct interval a = {log(now->value), log(now->low), log(now->high), now->bounded};
    const struct interval b = {log(then->value), log(then->low), log(then->high), then->bounded};
    struct interval change = stats_independent_difference(&a, &b);
    change.estimate = expm1(change.estimate);
    change.low = expm1(change.low);
    change.high = expm1(change.high);
    return change;
}

static struct interval change_of_latency(const struct gate_row *now, const struct gate_row *then)
{
    return ratio_change(&now->latency, &then->latency);
}

static struct interval exact_change(const struct figure *now, const struct figure *then)
{
    double change = now->value / then->value - 1.0;
    return (struct interval){change, change, change, isfinite(change)};
}

static struct interval change_of_size(const struct gate_row *now, const struct gate_row *then)
{
    return exact_change(&now->bytes, &then->bytes);
}

static struct interval change_of_memory(const struct gate_row *now, const struct gate_row *then)
{
    return exact_change(&now->peak, &then->peak);
}

#define OF_ROW(member)    offsetof(struct gate_row, member)
#define OF_MARGIN(member) offsetof(struct gate_margins, member)
static const struct {
    size_t figure, margin; /* offsets in struct gate_row and struct gate_margins */
    void (*refuse)(const struct holding *holding, const struct gate_row *now,
                   const struct gate_row *then, struct text *out);
    struct interval (*change)(const struct gate_row *now, const struct gate_row *then);
} figures[GATE_FIGURE_COUNT] = {
    [GATE_LATENCY] = {OF_ROW(latency), OF_MARGIN(slower), refuse_latency, change_of_latency},
    [GATE_ACCURACY] = {OF_ROW(accuracy), OF_MARGIN(drop), refuse_accuracy, gate_accuracy_loss},
    [GATE_SIZE] = {OF_ROW(bytes), OF_MARGIN(larger), refuse_nothing, change_of_size},
    [GATE_MEMORY] = {OF_ROW(peak), OF_MARGIN(memory), refuse_place, change_of_memory},
};

/* As the journal will have it, so that what is judged is the same there: a share of exactly the
 * margin, say. */
static void set_number(json_t *object, const char *key, double value)
{
    char digits[40];
    if (!isfinite(value))
        return;
    snprintf(digits, sizeof(digits), "%.9g", value);
    json_object_set_new(object, key, json_real(strtod(digits, NULL)));
}

static const struct figure *figure_at(const struct gate_row *row, enum gate_figure figure)
{
    return (const struct figure *)((const char *)row + figures[figure].figure);
}

/* What cannot be compared, though both runs are of the same kind. */
static void refuse_missing(const struct gate_row *now, const struct gate_row *then,
                           enum gate_figure figure, struct text *out)
{
    const struct figure *here = figure_at(now, figure), *there = figure_at(then, figure);
    if (!here->present)
        text_printf(out, "not known: %s", here->reason);
    else if (!there->present)
        text_printf(out, "not known of the baseline: %s", there->reason);
}

static double margin_of(const struct gate_margins *margins, enum gate_figure figure,
                        const struct gate_row *now, const struct gate_row *then)
{
    const struct metric_kind *metric = metric_kind_find(now->metric);
    if (figure == GATE_ACCURACY && !margins->has_drop)
        return metric && then->accuracy.present
                   ? verdict_loss_that_matters(metric, then->accuracy.value)
                   : 0.0;
    return *(const double *)((const char *)margins + figures[figure].margin);
}

/* What a journal can say, whatever files claimed. */
static bool is_sound(const struct interval *change)
{
    return change->bounded && isfinite(change->low) && isfinite(change->high) &&
           change->low <= change->estimate && change->estimate <= change->high;
}

/* Adds one figure of row i; nothing where neither run has it. */
static void compare(struct holding *holding, size_t i, enum gate_figure figure)
{
    const struct gate_row *now = &holding->runs[0]->rows[i];
    const struct gate_row *then = &holding->runs[1]->rows[holding->partners[i]];
    const struct figure *here = figure_at(now, figure), *there = figure_at(then, figure);
    struct text reason = {0};
    if (!here->present && !there->present)
        return;
    json_t *object = json_pack("{s:i, s:s}", "trial", (int)i, "figure", gate_figure_name(figure));
    set_number(object, "before", there->present ? there->value : NAN);
    set_number(object, "now", here->present ? here->value : NAN);
    set_number(object, "margin", margin_of(holding->margins, figure, now, then));
    refuse_missing(now, then, figure, &reason);
    if (reason.length == 0)
        figures[figure].refuse(holding, now, then, &reason);
    struct interval change = {NAN, NAN, NAN, false};
    if (reason.length == 0)
        change = figures[figure].change(now, then);
    if (reason.length == 0 && !is_sound(&change))
        text_add_string(&reason, "there is no interval of the change");
    if (reason.length > 0) {
        json_object_set_new(object, "reason", json_said(reason.bytes));
    } else {
        set_number(object, "change", change.estimate);
        set_number(object, "low", change.low);
        set_number(object, "high", change.high);
    }
    json_array_append_new(holding->comparisons, object);
    text_release(&reason);
}

static void compare_rows(struct holding *holding)
{
    for (size_t i = 0; i < holding->runs[0]->n_rows; i++) {
        int partner = holding->partners[i];
        if (partner < 0 || !IS_DONE(&holding->runs[0]->rows[i]) ||
            !IS_DONE(&holding->runs[1]->rows[partner]))
            continue;
        for (int figure = 0; figure < GATE_FIGURE_COUNT; figure++)
            compare(holding, i, (enum gate_figure)figure);
    }
}

json_t *gate_hold(struct results *results, const struct gate_run *baseline,
                  const struct gate_margins *margins)
{
    struct gate_run now;
    gate_run_init(&now, results);
    struct holding holding = {
        .results = results,
        .margins = margins,
        .runs = {&now, baseline},
        .partners = xcalloc(now.n_rows, sizeof(int)),
        .taken = xcalloc(baseline->n_rows, sizeof(bool)),
        .notes = json_array(),
        .comparisons = json_array(),
    };
    memset(holding.partners, -1, now.n_rows * sizeof(int));
    find_partners(&holding, has_both);
    find_partners(&holding, has_same_contents);
    find_partners(&holding, has_same_name);
    note_differences(&holding);
    note_lonely(&holding);
    compare_rows(&holding);
    json_t *event = json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o}", "event", "gate", "baseline",
                              json_carried(baseline->path), "started", baseline->started, "host",
                              json_said(baseline->host), "cpu", json_said(baseline->cpu), "notes",
                              holding.notes, "comparisons", holding.comparisons);
    json_t *id = json_object_get(results_run_event(results), "run");
    if (id)
        json_object_set(event, "run", id);
    free(holding.partners);
    free(holding.taken);
    gate_run_release(&now);
    return event;
}
