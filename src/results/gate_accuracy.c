#include "results/gate_accuracy.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "results/state.h"

/* Journals have nine digits of a number. */
#define SAME_SHARE 1e-8

static const struct interval none = {NAN, NAN, NAN, false};

static bool is_same(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    bool is_equal = !(a < b || a > b); /* infinite ones, too */
    return is_equal || fabs(a - b) <= SAME_SHARE * fmax(fabs(a), fabs(b));
}

/* 1 where a sample's class is that of fp32, which the metric is about, else 0; freed by the
 * caller. */
static double *agreements(const struct gate_row *row, size_t count)
{
    double *hits = xcalloc(count, sizeof(*hits));
    for (size_t i = 0; i < count; i++)
        hits[i] = row->scores->top1[i] == row->fp32->top1[i] && row->scores->top1[i] >= 0;
    return hits;
}

static struct interval in_unit(const struct metric_kind *metric, struct interval interval)
{
    interval.estimate *= metric->scale;
    interval.low *= metric->scale;
    interval.high *= metric->scale;
    interval.bounded = interval.bounded && isfinite(interval.estimate);
    return interval;
}

static bool all_same(const double *now, const double *then, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_same(now[i], then[i]))
            return false;
    return true;
}

static struct interval agreement_loss(const struct metric_kind *metric, const struct gate_row *now,
                                      const struct gate_row *then, size_t count)
{
    double *here = agreements(now, count), *there = agreements(then, count);
    size_t gained = 0, lost = 0;
    for (size_t i = 0; i < count; i++) {
        gained += here[i] > there[i];
        lost += here[i] < there[i];
    }
    free(here);
    free(there);
    return gained + lost == 0 ? (struct interval){0.0, 0.0, 0.0, true}
                              : in_unit(metric, stats_paired_proportions(gained, lost, count));
}

static struct interval paired_loss(const struct metric_kind *metric, const struct gate_row *now,
                                   const struct gate_row *then, size_t count)
{
    struct scores here = scores_of(now->scores, count), there = scores_of(then->scores, count);
    if (metric->truth == TRUTH_NONE)
        return agreement_loss(metric, now, then, count);
    if (all_same(here.values, there.values, count))
        return (struct interval){0.0, 0.0, 0.0, true};
    if (metric->absent && metric->absent(&here, &there))
        return none;
    return in_unit(metric, metric->drop(&here, &there));
}

/* Samples that both have scored, by labels that are the same; 0: none. */
static size_t paired_samples(const struct metric_kind *metric, const struct gate_row *now,
                             const struct gate_row *then)
{
    const struct candidate_data *here = now->scores, *there = then->scores;
    if (!here || !there || metric->of_fidelity || here->values.count != there->values.count)
        return 0;
    size_t count = here->values.count;
    for (size_t i = 0; i < count; i++)
        if (here->labels[i] != there->labels[i])
            return 0;
    if (metric->truth == TRUTH_NONE &&
        (!now->fp32 || !then->fp32 || now->fp32->values.count < count ||
         then->fp32->values.count < count))
        return 0;
    return count;
}

static struct interval interval_of(const struct figure *figure)
{
    return (struct interval){figure->value, figure->low, figure->high, figure->bounded};
}

static struct interval unpaired_loss(const struct metric_kind *metric, const struct gate_row *now,
                                     const struct gate_row *then)
{
    struct interval here = interval_of(&now->accuracy), there = interval_of(&then->accuracy);
    return metric->higher_is_better ? stats_independent_difference(&there, &here)
                                    : stats_independent_difference(&here, &there);
}

struct interval gate_accuracy_loss(const struct gate_row *now, const struct gate_row *then)
{
    const struct metric_kind *metric = metric_kind_find(now->metric);
    if (!metric)
        return none;
    size_t count = paired_samples(metric, now, then);
    if (count > 0)
        return paired_loss(metric, now, then, count);
    if (metric->of_fidelity && now->scores && then->scores &&
        is_same(now->accuracy.value, then->accuracy.value))
        return (struct interval){0.0, 0.0, 0.0, true};
    return unpaired_loss(metric, now, then);
}
