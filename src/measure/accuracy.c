#include "measure/accuracy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/groups.h"
#include "measure/segmentation.h"

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

int32_t class_of(const float *output, size_t elements, double threshold)
{
    if (elements != 1)
        return top1_of(output, elements);
    return isnan(output[0]) || isnan(threshold) ? -1 : (double)output[0] > threshold;
}

int32_t only_class(const int32_t *classes, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (classes[i] != classes[0])
            return -1;
    return classes[0];
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

static double score_decision(const float *output, size_t elements, const struct truth_value *truth)
{
    int32_t decision = class_of(output, elements, truth->threshold);
    return decision >= 0 && decision == truth->label ? 1.0 : 0.0;
}

/* One element is the score of class 1, of two the second is. More have no ROC curve. */
static double score_auc(const float *output, size_t elements, const struct truth_value *truth)
{
    (void)truth;
    return elements == 1 || elements == 2 ? (double)output[elements - 1] : NAN;
}

static double score_reconstruction(const float *output, size_t elements,
                                   const struct truth_value *truth)
{
    double sum = 0.0;
    if (!truth->input || elements == 0)
        return NAN;
    for (size_t i = 0; i < elements; i++) {
        double difference = (double)output[i] - (double)truth->input[i];
        sum += difference * difference;
    }
    return sum / (double)elements;
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

static double score_mae(const float *output, size_t elements, const struct truth_value *truth)
{
    if (!truth->target || truth->target_elements != elements || elements == 0)
        return NAN;
    double sum = 0.0;
    for (size_t i = 0; i < elements; i++)
        sum += fabs((double)output[i] - (double)truth->target[i]);
    return sum / (double)elements;
}

/* The mean of these over all samples is 1 less the squared errors over the targets' squared
 * distances from their mean. */
static double score_r2(const float *output, size_t elements, const struct truth_value *truth)
{
    double error = score_mse(output, elements, truth);
    return truth->spread > 0.0 ? 1.0 - error / truth->spread : NAN;
}

static double score_nothing(const float *output, size_t elements, const struct truth_value *truth)
{
    (void)output, (void)elements, (void)truth;
    return NAN;
}

/* What agrees is the class, which travels beside the score. */
static double score_agreement(const float *output, size_t elements, const struct truth_value *truth)
{
    return (double)class_of(output, elements, truth->threshold);
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

static const char *auc_absent(const struct scores *scores, const struct scores *baseline)
{
    (void)baseline;
    for (size_t i = 0; i < scores->count; i++)
        if (scores->labels[i] < 0)
            return "AUC needs a label for each sample";
    if (!labels_are_binary(scores))
        return "AUC needs labels 0 and 1, there are others";
    return only_class(scores->labels, scores->count) >= 0
               ? "AUC needs samples of both classes, all labels are the same"
               : NULL;
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

static struct interval anomaly_value(const struct scores *scores, const struct scores *baseline)
{
    struct group_scores own;
    if (!scores->groups)
        return auc_value(scores, baseline);
    group_scores_init(scores, &own);
    struct interval interval = auc_value(&own.scores, NULL);
    group_scores_release(&own);
    return interval;
}

static struct interval anomaly_drop(const struct scores *scores, const struct scores *baseline)
{
    struct group_scores own, other;
    if (!scores->groups && !baseline->groups)
        return auc_drop(scores, baseline);
    if (!groups_are_same(scores, baseline))
        return undefined;
    group_scores_init(scores, &own);
    group_scores_init(baseline, &other);
    struct interval interval = auc_drop(&own.scores, &other.scores);
    group_scores_release(&own);
    group_scores_release(&other);
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

static struct interval mean_value(const struct scores *scores, const struct scores *baseline)
{
    (void)baseline;
    return stats_mean(scores->values, scores->count, RESAMPLES, SEED);
}

static struct interval mean_drop(const struct scores *scores, const struct scores *baseline)
{
    return stats_mean_difference(baseline->values, scores->values, scores->count, RESAMPLES, SEED);
}

/* The root keeps the order, so that it may be taken of the interval's ends. */
static struct interval rmse_value(const struct scores *scores, const struct scores *baseline)
{
    struct interval mean = mse_value(scores, baseline);
    return (struct interval){
        .estimate = sqrt(mean.estimate),
        .low = sqrt(mean.low),
        .high = sqrt(mean.high),
        .bounded = mean.bounded,
    };
}

static struct interval rmse_drop(const struct scores *scores, const struct scores *baseline)
{
    return stats_root_mean_difference(scores->values, baseline->values, scores->count, RESAMPLES,
                                      SEED);
}

static const char *r2_absent(const struct scores *scores, const struct scores *baseline)
{
    (void)baseline;
    return isnan(scores->values[0]) ? "R2 needs targets that differ, all are the same" : NULL;
}

static struct interval no_interval(const struct scores *scores, const struct scores *baseline)
{
    (void)scores, (void)baseline;
    return undefined;
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

/* Where fp32 names the same class for all samples, a network that is ruined may do so, too. One
 * that disagrees has told something. */
static const char *agreement_absent(const struct scores *scores, const struct scores *baseline)
{
    if (!baseline)
        return "there are no outputs of fp32 to agree with";
    for (size_t i = 0; i < scores->count; i++)
        if (scores->top1[i] != baseline->top1[i])
            return NULL;
    return only_class(baseline->top1, scores->count) >= 0
               ? "fp32 names one class for all samples, so that agreement says nothing"
               : NULL;
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
#define PER_CENT .unit = "%", .drop_unit = "pp", .scale = 100.0
#define PLAIN    .unit = "", .drop_unit = "", .scale = 1.0

const struct metric_kind metric_kinds[] = {
    {
        .name = "top1",
        .title = "top-1",
        .text = "Share of samples whose largest output is that of the label's class.",
        .truth = TRUTH_CLASS,
        PER_CENT,
        .least_elements = 2,
        .of_classes = true,
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
        .least_elements = 6,
        .of_classes = true,
        .higher_is_better = true,
        .score = score_top5,
        .value = share_value,
        .drop = share_drop,
    },
    {
        .name = "decision",
        .title = "decision",
        .text = "Share of samples for which the one output lies on the label's side of the "
                "threshold, for labels 0 and 1.",
        .truth = TRUTH_BINARY,
        PER_CENT,
        .least_elements = 1,
        .most_elements = 1,
        .of_classes = true,
        .higher_is_better = true,
        .score = score_decision,
        .value = share_value,
        .drop = share_drop,
    },
    {
        .name = "auc",
        .title = "AUC",
        .text = "Area under the ROC curve of a detector, for labels 0 and 1.",
        .truth = TRUTH_BINARY,
        PLAIN,
        .least_elements = 1,
        .most_elements = 2,
        .higher_is_better = true,
        .score = score_auc,
        .value = auc_value,
        .drop = auc_drop,
        .absent = auc_absent,
    },
    {
        .name = "anomaly",
        .title = "anomaly AUC",
        .text = "Area under the ROC curve of the mean squared difference between output and input, "
                "as autoencoders detect anomalies, for labels 0 (normal) and 1. Windows of one "
                "recording count as one, by the mean.",
        .truth = TRUTH_BINARY,
        PLAIN,
        .of_inputs = true,
        .of_groups = true,
        .higher_is_better = true,
        .score = score_reconstruction,
        .value = anomaly_value,
        .drop = anomaly_drop,
        .absent = auc_absent,
    },
    {
        .name = "mse",
        .title = "MSE",
        .text = "Mean squared error of the outputs against vectors of target values.",
        .truth = TRUTH_VECTOR,
        .constant = CONSTANT_MEAN,
        PLAIN,
        .higher_is_better = false,
        .score = score_mse,
        .value = mse_value,
        .drop = mse_drop,
    },
    {
        .name = "rmse",
        .title = "RMSE",
        .text = "Root of the mean squared error, in the unit of the target values.",
        .truth = TRUTH_VECTOR,
        .constant = CONSTANT_MEAN,
        PLAIN,
        .higher_is_better = false,
        .score = score_mse,
        .value = rmse_value,
        .drop = rmse_drop,
    },
    {
        .name = "mae",
        .title = "MAE",
        .text = "Mean absolute error of the outputs against vectors of target values.",
        .truth = TRUTH_VECTOR,
        .constant = CONSTANT_MEDIAN,
        PLAIN,
        .higher_is_better = false,
        .score = score_mae,
        .value = mse_value,
        .drop = mse_drop,
    },
    {
        .name = "r2",
        .title = "R2",
        .text = "Coefficient of determination: 1 less the squared errors over the squared "
                "distances of the target values from their mean.",
        .truth = TRUTH_VECTOR,
        .constant = CONSTANT_MEAN,
        PLAIN,
        .higher_is_better = true,
        .score = score_r2,
        .value = mean_value,
        .drop = mean_drop,
        .absent = r2_absent,
    },
    {
        .name = "pixel",
        .title = "pixels",
        .text = "Share of pixels whose largest score is that of the label's class, mean over the "
                "samples; label 255 does not count.",
        .truth = TRUTH_VECTOR,
        .constant = CONSTANT_CLASS,
        PER_CENT,
        .of_maps = true,
        .higher_is_better = true,
        .score = segmentation_pixels,
        .value = mean_value,
        .drop = mean_drop,
    },
    {
        .name = "miou",
        .title = "mIoU",
        .text = "Mean over the classes of a sample of intersection over union, mean over the "
                "samples; label 255 does not count.",
        .truth = TRUTH_VECTOR,
        .constant = CONSTANT_CLASS,
        PER_CENT,
        .of_maps = true,
        .higher_is_better = true,
        .score = segmentation_iou,
        .value = mean_value,
        .drop = mean_drop,
    },
    {
        .name = "sqnr",
        .title = "SQNR",
        .text = "Ratio of signal to quantization noise of the outputs against those of fp32, of "
                "the worst output. Needs no labels.",
        .truth = TRUTH_NONE,
        .unit = "dB",
        .drop_unit = "dB",
        .scale = 1.0,
        .of_fidelity = true,
        .higher_is_better = true,
        .score = score_nothing,
        .value = no_interval,
        .drop = no_interval,
    },
    {
        .name = "agreement",
        .title = "agree",
        .text = "Share of samples for which the largest output, or the side of the threshold, is "
                "the same as with fp32. Needs no labels.",
        .truth = TRUTH_NONE,
        PER_CENT,
        .of_classes = true,
        .higher_is_better = true,
        .score = score_agreement,
        .value = agreement_value,
        .drop = agreement_drop,
        .absent = agreement_absent,
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
