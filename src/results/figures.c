/* The figures of a row with their intervals, from blocks, samples and scores. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/outputs.h"
#include "results/roofline.h"
#include "results/trust.h"
#include "results/verdict.h"

/* With fewer samples none may lie beyond the 99th percentile at all: 0.99^458 > 1 % (J. Reddi et
 * al., 2020, MLPerf Inference Benchmark). */
#define SAMPLES_FOR_P99 459

static struct figure absent(const char *reason)
{
    return (struct figure){.reason = reason};
}

static struct figure exact(double value)
{
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

static struct figure from_interval(struct interval interval)
{
    if (!isfinite(interval.estimate))
        return absent("not defined for these samples");
    return (struct figure){.present = true,
                           .bounded = interval.bounded,
                           .value = interval.estimate,
                           .low = interval.low,
                           .high = interval.high};
}

static struct figure known(double value, const char *reason)
{
    return value >= 0.0 ? exact(value) : absent(reason);
}

static const char *not_yet(const struct row *row)
{
    return row->state == TRIAL_FAILED    ? "the trial failed"
           : row->state == TRIAL_SKIPPED ? row->reason
                                         : "not measured yet";
}

static void compute_size(const struct candidate_data *candidate, struct row *row)
{
    row->bytes = known(candidate->bytes, not_yet(row));
    row->nodes = known(candidate->nodes, not_yet(row));
    row->float_nodes = candidate->nodes >= 0.0 ? exact(candidate->float_nodes) : row->nodes;
    row->float_list = candidate->float_list;
    row->remarks = candidate->remarks;
    row->n_remarks = candidate->n_remarks;
    row->remark_text = candidate->remark_text;
    if (candidate->bytes > 0.0 && candidate->base_bytes > 0.0)
        row->size_ratio = exact(candidate->base_bytes / candidate->bytes);
    else
        row->size_ratio =
            absent(candidate->bytes > 0.0 ? "the model has no float32 form" : not_yet(row));
}

static double median_copy(const struct series *series)
{
    double *copy = xcalloc(series->count, sizeof(*copy));
    memcpy(copy, series->values, series->count * sizeof(*copy));
    double median = stats_median(copy, series->count);
    free(copy);
    return median;
}

static void compute_latency(struct trial_data *trial, double batch, struct row *row)
{
    times_sort(trial);
    size_t count = trial->sorted.count;
    const double *sorted = trial->sorted.values;
    row->rounds = exact((double)trial->n_blocks);
    row->samples = exact((double)count);
    row->median = row->p90 = row->p99 = row->fastest = row->per_sample = absent(not_yet(row));
    if (count > 0) {
        row->median = exact(stats_quantile(sorted, count, 0.5));
        row->per_sample = exact(row->median.value / batch);
        row->p90 = exact(stats_quantile(sorted, count, 0.9));
        row->fastest = exact(sorted[0]);
        row->p99 = count >= SAMPLES_FOR_P99 ? exact(stats_quantile(sorted, count, 0.99))
                                            : absent("needs 459 timed inferences");
    }
}

/* Observations as processes make them: rounds of one process share its memory layout, so that their
 * mean counts as one. */
struct observations {
    double *values;
    size_t count, in_process;
    long process;
};

static void observe(struct observations *observations, long process, double value)
{
    if (observations->count > 0 && observations->process == process) {
        double *mean = &observations->values[observations->count - 1];
        observations->in_process++;
        *mean += (value - *mean) / (double)observations->in_process;
        return;
    }
    observations->values[observations->count++] = value;
    observations->process = process;
    observations->in_process = 1;
}

/* Of logs. */
static struct figure exponential(struct interval interval)
{
    interval.estimate = exp(interval.estimate);
    interval.low = exp(interval.low);
    interval.high = exp(interval.high);
    return from_interval(interval);
}

/* Of the first blocks; *observations: behind it. */
static struct figure typical_block(const struct trial_data *trial, size_t n_blocks,
                                   size_t *observations)
{
    struct observations logs = {.values = xcalloc(n_blocks, sizeof(*logs.values))};
    for (size_t i = 0; i < n_blocks; i++)
        if (!trial->blocks[i].is_left_out)
            observe(&logs, trial->blocks[i].process, log(trial->blocks[i].median));
    struct figure typical = logs.count > 0 ? exponential(stats_paired(logs.values, logs.count))
                                           : absent(not_yet(&trial->row));
    *observations = logs.count;
    free(logs.values);
    return typical;
}

/* Log ratios of the trial's first blocks whose rounds count on both sides. */
static size_t paired_log_ratios(const struct trial_data *base, const struct trial_data *trial,
                                size_t n_blocks, double *ratios)
{
    struct observations logs = {.values = ratios};
    for (size_t i = 0, k = 0; i < n_blocks; i++) {
        const struct block *block = &trial->blocks[i];
        while (k < base->n_blocks && base->blocks[k].round < block->round)
            k++;
        if (k == base->n_blocks || base->blocks[k].round != block->round || block->is_left_out ||
            base->blocks[k].is_left_out)
            continue;
        observe(&logs, block->process, log(base->blocks[k].median / block->median));
    }
    return logs.count;
}

/* What a row's latency is compared with, and what is said where that cannot be done. */
struct comparison {
    int trial; /* -1: none */
    const char *missing, *failed, *skipped;
};

/* Why there is nothing in common with the other row. */
static const char *nothing_in_common(const struct trial_data *trial, const struct row *other,
                                     const struct comparison *with)
{
    return other->state == TRIAL_FAILED    ? with->failed
           : other->state == TRIAL_SKIPPED ? with->skipped
                                           : not_yet(&trial->row);
}

/* Latency of the other row over that of this one, in the first blocks of this one; *rounds: paired
 * observations behind it. */
static struct figure compare(const struct results *results, const struct trial_data *trial,
                             const struct comparison *with, size_t n_blocks, size_t *rounds)
{
    *rounds = 0;
    if (with->trial < 0 || (size_t)with->trial >= results->n_trials)
        return absent(with->missing);
    const struct trial_data *other = &results->trials[with->trial];
    if (other == trial)
        return n_blocks ? exact(1.0) : absent(not_yet(&trial->row));
    double *ratios = xcalloc(n_blocks, sizeof(*ratios));
    struct figure ratio;
    *rounds = paired_log_ratios(other, trial, n_blocks, ratios);
    if (*rounds == 0) {
        ratio = absent(nothing_in_common(trial, &other->row, with));
    } else {
        ratio = exponential(stats_paired(ratios, *rounds));
    }
    free(ratios);
    return ratio;
}

struct figure figures_speed(const struct results *results, const struct trial_data *trial,
                            enum speed speed, size_t n_blocks, size_t *observations)
{
    const struct comparison with[] = {
        [SPEED_VS_FP32] = {trial->row.baseline, "no fp32 row to compare with",
                           "the fp32 row failed", "the fp32 row was left out by hand"},
        [SPEED_VS_BUILTIN] = {trial->row.builtin, "no row of the builtin runtime",
                              "the row of the builtin runtime failed",
                              "the row of the builtin runtime was left out by hand"}};
    return speed == SPEED_TYPICAL ? typical_block(trial, n_blocks, observations)
                                  : compare(results, trial, &with[speed], n_blocks, observations);
}

static void compute_speed(const struct results *results, const struct trial_data *trial,
                          struct row *row)
{
    size_t rounds, unused, n = trial->n_blocks;
    row->typical = figures_speed(results, trial, SPEED_TYPICAL, n, &unused);
    row->vs_builtin = figures_speed(results, trial, SPEED_VS_BUILTIN, n, &unused);
    row->speedup = figures_speed(results, trial, SPEED_VS_FP32, n, &rounds);
    verdict_on_speed(results, trial, rounds, row);
}

static struct figure recordings_of(const struct candidate_data *candidate)
{
    size_t count = candidate->values.count;
    return candidate->has_groups && count > 0
               ? exact((double)candidate->groups[count - 1] + 1.0)
               : absent("samples are not known as windows of recordings");
}

/* Shares are shown, and exported, as per cent. */
static struct figure in_unit(const struct metric_kind *metric, struct interval interval)
{
    interval.estimate *= metric->scale;
    interval.low *= metric->scale;
    interval.high *= metric->scale;
    return from_interval(interval);
}

/* A figure of scores, or why there is none. */
static struct figure figure_of(const struct metric_kind *metric,
                               struct interval (*compute)(const struct scores *,
                                                          const struct scores *),
                               const struct scores *scores, const struct scores *baseline)
{
    const char *reason = metric->absent ? metric->absent(scores, baseline) : NULL;
    return reason ? absent(reason) : in_unit(metric, compute(scores, baseline));
}

/* The candidate that a trial is compared with, or NULL. */
static const struct candidate_data *baseline_of(const struct results *results,
                                                const struct row *row)
{
    if (row->baseline < 0 || (size_t)row->baseline >= results->n_trials)
        return NULL;
    return &results->candidates[results->trials[row->baseline].candidate];
}

/* Figures of what compares with fp32 and not with labels. */
static void compute_agreement(const struct candidate_data *own, const struct candidate_data *other,
                              struct row *row)
{
    if (own->metric->of_fidelity) {
        row->accuracy = row->sqnr;
        row->drop = absent("SQNR compares with fp32 already");
    } else if (other == own) {
        row->accuracy = absent("fp32 is what the others agree with");
        row->drop = exact(0.0);
    }
}

static void compute_scores(const struct candidate_data *own, const struct candidate_data *other,
                           struct row *row)
{
    const struct metric_kind *metric = own->metric;
    size_t shared = other ? other->values.count : 0;
    shared = shared < own->values.count ? shared : own->values.count;
    struct scores scores = scores_of(own, own->values.count), base;
    if (shared > 0)
        base = scores_of(other, shared);
    if (metric->truth == TRUTH_NONE)
        scores.count = shared;
    if (scores.count > 0)
        row->accuracy = figure_of(metric, metric->value, &scores, shared > 0 ? &base : NULL);
    if (!other) {
        row->drop = absent("no fp32 row to compare with");
    } else if (shared > 0) {
        scores.count = shared;
        row->drop = other == own && row->accuracy.present
                        ? exact(0.0)
                        : figure_of(metric, metric->drop, &scores, &base);
    }
}

static void compute_accuracy(const struct results *results, const struct trial_data *trial,
                             struct row *row)
{
    const struct candidate_data *own = &results->candidates[trial->candidate];
    const struct candidate_data *other = baseline_of(results, row);
    row->metric = own->metric;
    row->metric_name = own->metric ? own->metric->name : "";
    row->threshold = isnan(own->threshold) ? absent("the metric has none") : exact(own->threshold);
    row->scored = exact((double)own->values.count);
    row->recordings = recordings_of(own);
    row->left_out = known(own->bytes >= 0.0 ? own->left_out : -1.0, not_yet(row));
    row->accuracy = row->drop = absent(own->metric ? not_yet(row) : "nothing is scored");
    if (!own->metric || own->values.count == 0)
        return;
    if (other && other->values.count == 0) {
        enum trial_state state = results->trials[row->baseline].row.state;
        if (trial_state_is_lost(state))
            row->drop = absent(state == TRIAL_FAILED ? "the fp32 row failed"
                                                     : "the fp32 row was left out by hand");
    }
    if (own->metric->truth == TRUTH_NONE)
        row->accuracy = row->drop;
    if (own->metric_absent)
        row->accuracy = row->drop = absent(own->metric_absent);
    else if (own->metric->truth == TRUTH_NONE && (own->metric->of_fidelity || other == own))
        compute_agreement(own, other, row);
    else
        compute_scores(own, other, row);
}

void figures_compute(const struct results *results, struct trial_data *trial)
{
    struct row *row = &trial->row;
    const struct candidate_data *candidate = &results->candidates[trial->candidate];
    compute_size(candidate, row);
    compute_latency(trial, candidate->batch, row);
    compute_speed(results, trial, row);
    trust_grade(trial, row);
    verdict_on_promise(row);
    trial->is_bound_known = false;
    outputs_compute(&results->candidates[trial->candidate], row);
    compute_accuracy(results, trial, row);
    verdict_on_drop(results, row);
    row->peak =
        known(trial->peak, row->state == TRIAL_DONE ? "no process lived to tell" : not_yet(row));
    const char *untold = trial->loads.count ? "the runtime does not tell" : not_yet(row);
    row->arena = known(trial->arena, untold);
    row->weights = known(trial->weights, untold);
    results_judge_targets(results, trial);
    row->load = trial->loads.count ? exact(median_copy(&trial->loads)) : absent(not_yet(row));
    row->first = trial->firsts.count ? exact(median_copy(&trial->firsts)) : absent(not_yet(row));
    row->thread_count =
        row->threads > 0 ? exact(row->threads) : absent("the machine lacks the placement");
}

/* What bounds its steps. */
static void compute_bound(struct results *results, struct trial_data *trial)
{
    struct row *row = &trial->row;
    const struct step_profile *profile = results_profile(results, row->trial);
    double efficiency = profile ? roofline_efficiency(profile) : NAN;
    row->step_efficiency = !profile ? absent("its steps were not watched")
                           : isnan(efficiency)
                               ? absent("a ceiling, or the work of a step, is not known")
                               : exact(efficiency);
    text_clear(&trial->bound_by);
    text_add_string(&trial->bound_by, "");
    if (profile)
        roofline_describe(profile, &trial->bound_by);
    row->step_bound = trial->bound_by.bytes;
}

/* The row itself, with its figures of steps; one that is nobody's has what it has. */
static const struct row *with_bound(const struct row *row)
{
    if (!row->source)
        return row;
    struct trial_data *trial = &row->source->trials[row->trial];
    if (!trial->is_bound_known)
        compute_bound(row->source, trial);
    trial->is_bound_known = true;
    return &trial->row;
}

const struct figure *row_efficiency(const struct row *row)
{
    return &with_bound(row)->step_efficiency;
}

const char *row_bound_by(const struct row *row)
{
    return with_bound(row)->step_bound;
}
