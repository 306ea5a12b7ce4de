#include "results/recommend.h"

#include <stdio.h>
#include <string.h>

#include "hardware/topology.h"
#include "results/column.h"
#include "results/plausible.h"

/* Whether a figure keeps a limit, judged by its interval. */
static enum verdict judge(const struct figure *figure, const struct figure *limit, bool at_most)
{
    if (!limit->present)
        return VERDICT_PASS;
    if (!figure->present)
        return VERDICT_UNKNOWN;
    double worst = at_most ? figure->high : figure->low;
    double best = at_most ? figure->low : figure->high;
    if (at_most ? worst <= limit->value : worst >= limit->value)
        return VERDICT_PASS;
    return (at_most ? best > limit->value : best < limit->value) ? VERDICT_FAIL : VERDICT_UNKNOWN;
}

static enum verdict judge_row(const struct constraints *limits, const struct row *row)
{
    enum verdict verdicts[] = {
        judge(&row->drop, &limits->max_drop, true),
        judge(&row->speedup, &limits->min_speedup, false),
        judge(&row->bytes, &limits->max_bytes, true),
    };
    enum verdict out = VERDICT_PASS;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
        if (verdicts[i] == VERDICT_FAIL || out == VERDICT_PASS)
            out = verdicts[i];
        else if (out != VERDICT_FAIL && verdicts[i] == VERDICT_UNKNOWN)
            out = VERDICT_UNKNOWN;
    return out;
}

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

static void describe(struct recommendation *out, const struct results *results,
                     const struct row *row)
{
    char speedup[COLUMN_TEXT_SIZE], drop[COLUMN_TEXT_SIZE], ratio[COLUMN_TEXT_SIZE];
    const struct column *of_drop = column_find("drop");
    bool has_runtimes = results_run(results)->has_runtimes;
    column_format(column_find("speedup"), row, speedup);
    column_format(of_drop, row, drop);
    column_format(column_find("size_ratio"), row, ratio);
    snprintf(out->text, sizeof(out->text),
             "ship %s on %s%s%s: %sx as fast as fp32, %sx smaller, drop %s%s%s%s", row->label,
             placement_phrase(row->placement), has_runtimes ? " with " : "",
             has_runtimes ? row->runtime : "", speedup, ratio, drop,
             column_unit(of_drop, results_run(results))[0] ? " " : "",
             column_unit(of_drop, results_run(results)),
             row->drop.present ? "" : " (not measured)");
    drop_cut_character(out->text);
}

/* The answer from the constraints alone. */
static struct recommendation choose(struct results *results, const char *model)
{
    const struct constraints *limits = results_constraints(results);
    struct recommendation out = {.verdict = VERDICT_NONE, .trial = -1};
    const struct row *best = NULL;
    bool any_unknown = false, any_open = false;
    int judged = 0;
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (model && strcmp(row->model, model) != 0)
            continue;
        any_open = any_open || (row->state != TRIAL_DONE && row->state != TRIAL_FAILED);
        if (row->state != TRIAL_DONE)
            continue;
        enum verdict verdict = judge_row(limits, row);
        judged++;
        any_unknown = any_unknown || verdict == VERDICT_UNKNOWN;
        if (verdict == VERDICT_PASS && (!best || is_better(row, best)))
            best = row;
    }
    bool limited =
        limits->max_drop.present || limits->min_speedup.present || limits->max_bytes.present;
    if (!limited || any_open || judged == 0)
        return out;
    if (best) {
        out.verdict = VERDICT_PASS;
        out.trial = best->trial;
        describe(&out, results, best);
        return out;
    }
    out.verdict = any_unknown ? VERDICT_UNKNOWN : VERDICT_FAIL;
    snprintf(out.text, sizeof(out.text), "%s",
             any_unknown
                 ? "cannot tell whether a mode meets the constraints: the intervals are too "
                   "wide, measure longer or score more samples"
                 : "no mode meets the constraints");
    return out;
}

/* Why no measured row of the model but fp32 has a drop; NULL: some have one, or there are none. */
static const char *missing_drop(struct results *results, const char *model)
{
    const char *reason = NULL;
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (row->state != TRIAL_DONE || (model && strcmp(row->model, model) != 0) ||
            strcmp(row->mode, "fp32") == 0)
            continue;
        if (row->drop.present)
            return NULL;
        reason = reason ? reason : row->drop.reason;
    }
    return reason;
}

struct recommendation recommend(struct results *results, const char *model)
{
    struct recommendation out = choose(results, model);
    bool of_drop = results_constraints(results)->max_drop.present;
    const char *missing = of_drop ? missing_drop(results, model) : NULL;
    char doubt[DOUBT_SIZE];
    bool doubted = plausible_doubt(results, model, doubt);
    if (of_drop && out.verdict != VERDICT_NONE && doubted) {
        out = (struct recommendation){.verdict = VERDICT_UNKNOWN, .trial = -1};
        snprintf(out.text, sizeof(out.text), "cannot tell what quantization costs: %s", doubt);
    } else if (out.verdict == VERDICT_UNKNOWN && missing) {
        snprintf(out.text, sizeof(out.text), "cannot tell whether a mode meets the constraints: %s",
                 missing);
    } else if (doubted) {
        size_t used = strlen(out.text);
        snprintf(out.text + used, sizeof(out.text) - used, "%s%s", used ? "; but " : "", doubt);
    }
    return out;
}
