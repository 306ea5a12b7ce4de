#include "results/recommend.h"

#include <stdio.h>
#include <string.h>

#include "hardware/topology.h"
#include "results/column.h"
#include "results/disagree.h"
#include "results/needed.h"
#include "results/pareto.h"
#include "results/plausible.h"
#include "results/targets.h"

/* Rows of two runtimes have speedups over two different rows: there latencies are compared, which
 * have no interval, with what does not matter in practice (1 %) to each side. */
static struct figure latency_gain(const struct row *row)
{
    struct figure gain = row->median;
    if (!gain.present)
        return gain;
    gain.value = 1.0 / row->median.value;
    gain.low = gain.value * 0.995;
    gain.high = gain.value * 1.005;
    return gain;
}

/* Whether a is a better choice than b: clearly faster, or as fast as far as one can tell and
 * smaller. */
static bool is_better(const struct row *a, const struct row *b)
{
    bool alike = strcmp(a->runtime, b->runtime) == 0;
    struct figure gain_a = latency_gain(a), gain_b = latency_gain(b);
    const struct figure *x = alike ? &a->speedup : &gain_a, *y = alike ? &b->speedup : &gain_b;
    if (x->present != y->present)
        return x->present;
    if (x->present && x->low > y->high)
        return true;
    if (x->present && y->low > x->high)
        return false;
    if (a->bytes.present && b->bytes.present &&
        (a->bytes.value < b->bytes.value || a->bytes.value > b->bytes.value))
        return a->bytes.value < b->bytes.value;
    return x->present && x->value > y->value;
}

/* Drops the bytes of a character whose end was cut off. */
static void drop_cut_character(char *text)
{
    size_t end = strlen(text), start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    unsigned char lead = start > 0 ? (unsigned char)text[start - 1] : 0;
    size_t rest = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (end - start < rest)
        text[start - 1] = '\0';
}

static void describe(const struct results *results, const struct row *row, bool has_loss,
                     struct text *out)
{
    char speedup[COLUMN_TEXT_SIZE], drop[COLUMN_TEXT_SIZE], ratio[COLUMN_TEXT_SIZE];
    const struct column *of_drop = column_find("drop");
    bool has_runtimes = results_run(results)->has_runtimes;
    column_format(column_find("speedup"), row, speedup);
    column_format(of_drop, row, drop);
    column_format(column_find("size_ratio"), row, ratio);
    text_printf(out, "ship %s on %s%s%s: %sx as fast as fp32, %sx smaller", row->label,
                placement_phrase(row->placement), has_runtimes ? " with " : "",
                has_runtimes ? row->runtime : "", speedup, ratio);
    if (has_loss)
        text_printf(
            out, ", drop %s%s%s%s", drop, column_unit(of_drop, results_run(results))[0] ? " " : "",
            column_unit(of_drop, results_run(results)), row->drop.present ? "" : " (not measured)");
    if (has_loss && !results_constraints(results)->max_drop.present &&
        strcmp(row->drop_verdict, "cannot tell") == 0) {
        text_add_string(out, "; ");
        needed_say_loss(row, out);
    }
}

/* What was found of one model. */
struct findings {
    const struct row *best;    /* of the rows that pass; NULL: none */
    const struct row *nearest; /* of those that fail, the one that misses least */
    const struct row *doubted; /* of those in doubt, the one that needs least to tell */
    int rows, measured;        /* of the model; of its candidates */
    bool is_open;              /* a row is not final */
};

static void consider(const struct constraints *limits, const struct row *row,
                     struct findings *findings)
{
    const struct row **kept[] = {[VERDICT_PASS] = &findings->best,
                                 [VERDICT_FAIL] = &findings->nearest,
                                 [VERDICT_UNKNOWN] = &findings->doubted};
    enum verdict verdict = constraints_judge(limits, row);
    const struct row **place = kept[verdict];
    bool wins = !*place;
    if (!wins && verdict == VERDICT_PASS)
        wins = is_better(row, *place);
    else if (!wins && verdict == VERDICT_FAIL)
        wins = constraints_missed(limits, row) < constraints_missed(limits, *place);
    else if (!wins)
        wins = constraints_needed(limits, row) < constraints_needed(limits, *place);
    if (wins)
        *place = row;
    findings->measured++;
}

static struct findings look(struct results *results, const char *model)
{
    struct findings findings = {0};
    for (int i = -1; (i = results_next(results, model, i)) >= 0;) {
        const struct row *row = results_row(results, i);
        findings.rows++;
        findings.is_open = findings.is_open || !trial_state_is_over(row->state);
        if (row->state == TRIAL_DONE && row_is_candidate(row))
            consider(results_constraints(results), row, &findings);
    }
    return findings;
}

static void name_row(const struct results *results, const struct row *row, struct text *out)
{
    bool has_runtimes = results_run(results)->has_runtimes;
    text_printf(out, "%s on %s%s%s", row->label, placement_phrase(row->placement),
                has_runtimes ? " with " : "", has_runtimes ? row->runtime : "");
}

/* Why no row passes. */
static enum verdict explain(const struct results *results, const struct findings *findings,
                            struct text *out)
{
    if (findings->doubted) {
        text_add_string(out, "cannot tell whether ");
        name_row(results, findings->doubted, out);
        text_add_string(out, " meets the constraints: ");
        constraints_say_doubt(results, findings->doubted, out);
        return VERDICT_UNKNOWN;
    }
    if (findings->nearest) {
        text_add_string(out, "none: ");
        name_row(results, findings->nearest, out);
        text_add_string(out, " comes closest, it misses ");
        constraints_say_missed(results, findings->nearest, out);
    } else {
        text_add_string(out, "none: no quantized mode was measured");
    }
    return VERDICT_FAIL;
}

/* The answer from the constraints alone; without has_loss, losses say nothing. */
static struct recommendation choose(struct results *results, const char *model, bool has_loss)
{
    struct recommendation out = {.verdict = VERDICT_NONE, .trial = -1};
    struct findings findings = look(results, model);
    struct text text = {0};
    if (findings.is_open || findings.rows == 0)
        return out;
    if (!constraints_any(results_constraints(results))) {
        pareto_describe(results, model, has_loss, &text);
    } else if (findings.best) {
        out.verdict = VERDICT_PASS;
        out.trial = findings.best->trial;
        describe(results, findings.best, has_loss, &text);
    } else {
        out.verdict = explain(results, &findings, &text);
    }
    if (text.length > 0)
        snprintf(out.text, sizeof(out.text), "%s", text.bytes);
    drop_cut_character(out.text);
    text_release(&text);
    return out;
}

/* The best of the rows that keep the constraints, by what a target says to them; NULL: none. */
struct fitting {
    const struct row *rows[FITS_COUNT];
};

static struct fitting fitting_of(struct results *results, const char *model, size_t target)
{
    struct fitting fitting = {{NULL}};
    for (int i = -1; (i = results_next(results, model, i)) >= 0;) {
        const struct row *row = results_row(results, i);
        struct text why = {0};
        if (row->state != TRIAL_DONE || !row_is_candidate(row) ||
            constraints_judge(results_constraints(results), row) != VERDICT_PASS)
            continue;
        const struct row **best = &fitting.rows[results_fit(results, row, target, &why)];
        if (!*best || is_better(row, *best))
            *best = row;
        text_release(&why);
    }
    return fitting;
}

/* "int8 on one core fits gpu", "nothing fits edge-tpu (int8 on one core: it lacks DEQUANTIZE)". */
static void describe_fitting(struct results *results, const struct fitting *fitting, size_t target,
                             struct text *out)
{
    const char *name = results_target(results, target)->name;
    const struct row *best = fitting->rows[FITS], *other = fitting->rows[FITS_NOT];
    if (best) {
        name_row(results, best, out);
        text_printf(out, " fits %s", name);
        return;
    }
    bool perhaps = fitting->rows[FITS_PERHAPS] != NULL;
    text_printf(out, "%s %s", perhaps ? "cannot tell what fits" : "nothing fits", name);
    if (perhaps || !other)
        return;
    struct text why = {0};
    results_fit(results, other, target, &why);
    text_add_string(out, " (");
    name_row(results, other, out);
    text_printf(out, ": %s)", why.bytes);
    text_release(&why);
}

/* What to ship on each target. One that nothing fits is a limit that is missed. */
static void consider_targets(struct results *results, const char *model, struct recommendation *out)
{
    struct text text = {0};
    text_add_string(&text, out->text);
    for (size_t i = 0; i < results_target_count(results); i++) {
        struct fitting fitting = fitting_of(results, model, i);
        text_add_string(&text, text.length ? "; " : "");
        describe_fitting(results, &fitting, i, &text);
        if (!fitting.rows[FITS] && out->verdict != VERDICT_FAIL)
            out->verdict = fitting.rows[FITS_PERHAPS] ? VERDICT_UNKNOWN : VERDICT_FAIL;
    }
    snprintf(out->text, sizeof(out->text), "%s", text.bytes);
    drop_cut_character(out->text);
    text_release(&text);
}

/* What is recommended may be a row whose answers are not those of the file. */
static void tell_disagreement(struct results *results, struct recommendation *out)
{
    struct text text = {0};
    size_t used = strlen(out->text);
    if (out->trial >= 0 &&
        disagrees_with_builtin(results, results_row(results, out->trial), &text)) {
        snprintf(out->text + used, sizeof(out->text) - used, "%s%s", used ? "; but " : "",
                 text.bytes);
        drop_cut_character(out->text);
        out->is_doubted = true;
    }
    text_release(&text);
}

struct recommendation recommend(struct results *results, const char *model)
{
    bool of_drop = results_constraints(results)->max_drop.present;
    char doubt[DOUBT_SIZE];
    bool doubted = plausible_doubt(results, model, doubt);
    struct recommendation out = choose(results, model, !doubted);
    if (of_drop && out.verdict != VERDICT_NONE && doubted) {
        out = (struct recommendation){.verdict = VERDICT_UNKNOWN, .trial = -1};
        snprintf(out.text, sizeof(out.text), "cannot tell what quantization costs: %s", doubt);
    } else if (doubted) {
        size_t used = strlen(out.text);
        snprintf(out.text + used, sizeof(out.text) - used, "%s%s", used ? "; but " : "", doubt);
    }
    if (results_target_count(results) > 0 && out.text[0])
        consider_targets(results, model, &out);
    out.is_doubted = doubted;
    tell_disagreement(results, &out);
    return out;
}
