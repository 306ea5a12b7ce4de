#include "measure/accuracy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Enough for two steady digits of a 95 % interval (B. Efron, R. Tibshirani, 1993, An Introduction
 * to the Bootstrap). The seed is fixed: the same scores give the same figures everywhere. */
#define RESAMPLES 2000
#define SEED      UINT64_C(20160101)

static const struct interval undefined = {NAN, NAN, NAN, false};

/* -1, which is not a class, where every element is NaN. */
int32_t top1_of(const float *output, size_t elements)
{
    int32_t best = -1;
    for (size_t i = 0; i < elements; i++)
        if (!isnan(output[i]) && (best < 0 || output[i] > output[best]))
            best = (int32_t)i;
    return best;
}

/* Elements that come before the given one in descending order, equal ones in order of index. */
static size_t rank_of(const float *output, size_t elements, size_t index)
{
    size_t before = 0;
    for (size_t i = 0; i < elements; i++)
        before += output[i] > output[index] || (output[i] == output[index] && i < index);
    return before;
}

static double score_within(const float *output, size_t elements, int32_t label, size_t ranks)
{
    if (label < 0 || (size_t)label >= elements || isnan(output[label]))
        return 0.0;
    return rank_of(output, elements, (size_t)label) < ranks ? 1.0 : 0.0;
}

static double score_top1(const float *output, size_t elements, const struct truth_value *truth)
{
    return score_within(output, elements, truth->label, 1);
}

static double score_top5(const float *output, size_t elements, const struct truth_value *truth)
{
    return score_within(output, elements, truth->label, 5);
}

/* One element is the score of class 1, of two the second is. More have no ROC curve. */
static double score_auc(const float *output, size_t elements, const struct truth_value *truth)
{
    (void)truth;
    return elements == 1 || elements == 2 ? (double)output[elements - 1] : NAN;
}

static double score_mse(const float *output, size_t elements, const struct truth_value *truth)
{
    if (!truth->target || truth->target_elements != elements || elements == 0)
        return NAN;
    double sum = 0.0;
    for (size_t i = 0; i < elements; i++) {
        double difference = (double)output[i] - (double)truth->target[i];
        sum += difference * difference;
    }
    return sum / (double)elements;
}

/* What agrees is the class, which travels beside the score. */
static double score_agreement(const float *output, size_t elements, const struct truth_value *truth)
{
    (void)truth;
    return (double)top1_of(output, elements);
}

static bool is_hit(const struct scores *scores, size_t i)
{
    return scores->values[i] > 0.5;
}

static struct interval share_value(const struct scores *scores, const struct scores *baseline)
{
    (void)baseline;
    size_t hits = 0;
    for (size_t i = 0; i < scores->count; i++)
        hits += is_hit(scores, i);
    return stats_proportion(hits, scores->count);
}

static struct interval share_drop(const struct scores *scores, const struct scores *baseline)
{
    size_t gained = 0, lost = 0;
    for (size_t i = 0; i < scores->count; i++) {
        gained += is_hit(scores, i) && !is_hit(baseline, i);
        lost += !is_hit(scores, i) && is_hit(baseline, i);
    }
    return stats_paired_proportions(gained, lost, scores->count);
}

static bool *positives_of(const struct scores *scores)
{
    bool *positive = xcalloc(scores->count, sizeof(*positive));
    for (size_t i = 0; i < scores->count; i++)
        positive[i] = scores->labels[i] == 1;
    return positive;
}

static bool labels_are_binary(const struct scores *scores)
{
    for (size_t i = 0; i < scores->count; i++)
        if (scores->labels[i] != 0 && scores->labels[i] != 1)
            return false;
    return true;
}

static struct interval auc_value(const struct scores *scores, const struct scores *baseline)
{
    (void)baseline;
    if (!labels_are_binary(scores))
        return undefined;
    bool *positive = positives_of(scores);
    struct interval interval =
        stats_auc_interval(scores->values, positive, scores->count, RESAMPLES, SEED);
    free(positive);
    return interval;
}

static struct interval auc_drop(const struct scores *scores, const struct scores *baseline)
{
    if (!labels_are_binary(scores))
        return undefined;
    bool *positive = positives_of(scores);
    struct interval interval = stats_auc_difference(baseline->values, scores->values, positive,
                                                    scores->count, RESAMPLES, SEED);
    free(positive);
    return interval;
}

static struct interval mse_value(const struct scores *scores, const struct scores *baseline)
{
    (void)baseline;
    return stats_mean(scores->values, scores->count, RESAMPLES, SEED);
}

static struct interval mse_drop(const struct scores *scores, const struct scores *baseline)
{
    return stats_mean_difference(scores->values, baseline->values, scores->count, RESAMPLES, SEED);
}

/* Two outputs without a class do not agree. */
static struct interval agreement_value(const struct scores *scores, const struct scores *baseline)
{
    if (!baseline)
        return undefined;
    size_t same = 0;
    for (size_t i = 0; i < scores->count; i++)
        same += scores->top1[i] == baseline->top1[i] && scores->top1[i] >= 0;
    return stats_proportion(same, scores->count);
}

/* The fp32 trial agrees with itself, so the drop is what is missing to 1. */
static struct interval agreement_drop(const struct scores *scores, const struct scores *baseline)
{
    struct interval value = agreement_value(scores, baseline);
    return (struct interval){
        .estimate = 1.0 - value.estimate,
        .low = 1.0 - value.high,
        .high = 1.0 - value.low,
        .bounded = value.bounded,
    };
}

/* Units of metrics. */
#define PER_CENT .unit = "%", .scale = 100.0
#define PLAIN    .unit = "", .scale = 1.0

const struct metric_kind metric_kinds[] = {
    {
        .name = "top1",
        .title = "top-1",
        .text = "Share of samples whose largest output is that of the label's class.",
        .truth = TRUTH_CLASS,
        PER_CENT,
        .higher_is_better = true,
        .score = score_top1,
        .value = share_value,
        .drop = share_drop,
    },
    {
        .name = "top5",
        .title = "top-5",
        .text = "Share of samples with the label's class among the five largest outputs.",
        .truth = TRUTH_CLASS,
        PER_CENT,
        .higher_is_better = true,
        .score = score_top5,
        .value = share_value,
        .drop = share_drop,
    },
    {
        .name = "auc",
        .title = "AUC",
        .text = "Area under the ROC curve of a detector, for labels 0 and 1.",
        .truth = TRUTH_BINARY,
        PLAIN,
        .higher_is_better = true,
        .score = score_auc,
        .value = auc_value,
        .drop = auc_drop,
    },
    {
        .name = "mse",
        .title = "MSE",
        .text = "Mean squared error of the outputs against vectors of target values.",
        .truth = TRUTH_VECTOR,
        PLAIN,
        .higher_is_better = false,
        .score = score_mse,
        .value = mse_value,
        .drop = mse_drop,
    },
    {
        .name = "agreement",
        .title = "agree",
        .text = "Share of samples for which the largest output is the same as with fp32. "
                "Needs no labels.",
        .truth = TRUTH_NONE,
        PER_CENT,
        .higher_is_better = true,
        .score = score_agreement,
        .value = agreement_value,
        .drop = agreement_drop,
    },
};

const size_t metric_kind_count = sizeof(metric_kinds) / sizeof(metric_kinds[0]);

const struct metric_kind *metric_kind_find(const char *name)
{
    for (size_t i = 0; i < metric_kind_count; i++)
        if (strcmp(metric_kinds[i].name, name) == 0)
            return &metric_kinds[i];
    return NULL;
}
