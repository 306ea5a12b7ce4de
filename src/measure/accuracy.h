/* What "accuracy" means: one row per metric. A worker turns each sample's output into one number
 * with score(); whoever reads the journal turns the numbers of a trial, and of a trial and its
 * baseline, into figures with intervals. */
#ifndef MEASURE_ACCURACY_H
#define MEASURE_ACCURACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/stats.h"

/* What a metric needs of the data set: class numbers, those of two classes, or vectors. */
enum truth { TRUTH_NONE, TRUTH_CLASS, TRUTH_BINARY, TRUTH_VECTOR };

/* The best of all answers that are the same for every sample, by which a metric of vectors tells
 * whether a network has learned anything. */
enum constant_answer { CONSTANT_NONE, CONSTANT_MEAN, CONSTANT_MEDIAN, CONSTANT_CLASS };

/* One sample's truth. */
struct truth_value {
    int32_t label;       /* its class, from 0; -1: none */
    const float *target; /* the data set's; NULL: none */
    size_t target_elements;
    const float *input; /* of the network, as long as the output; NULL: it is not needed */
    double threshold;   /* of an output of one element: class 1 lies above it; NaN: none */
    /* Of an output that scores so many classes for each element of the target, a pixel's scores
     * being so far apart; 0: the target is no label map. */
    size_t classes, class_stride;
    double spread; /* mean over the samples of the targets' squared distance from their mean */
};

/* Numbers of one trial: per sample what score() gave, its top-1 class, and the label; and the group
 * that it is of, where samples are the windows of recordings. */
struct scores {
    const double *values;
    const int32_t *top1;
    const int32_t *labels; /* -1: none */
    size_t count;
    const int32_t *groups; /* from 0, in the samples' order, of one label each; NULL: none */
};

struct metric_kind {
    const char *name, *title, *text;
    enum truth truth;
    const char *unit;      /* "%" for shares of 1 that are shown as per cent, "dB", or "" */
    const char *drop_unit; /* "pp", percentage points, for differences of shares; else as unit */
    double scale;          /* from values and drops to the unit: 100 for per cent */
    bool higher_is_better;
    /* Elements of an output that the metric has a meaning for; most 0: no limit. */
    size_t least_elements, most_elements;
    enum constant_answer constant;
    bool of_inputs;   /* the output is compared with the input, which is as long */
    bool of_maps;     /* the target is a label map */
    bool of_classes;  /* tells apart which class an output names: scores.top1 */
    bool of_groups;   /* a group counts as one, by the mean of its samples' scores */
    bool of_fidelity; /* the outputs' SQNR against fp32, which is no score of single samples */
    /* One number for one output; output values are real numbers (dequantized). It may
     * be NaN or infinite, as the output may. */
    double (*score)(const float *output, size_t elements, const struct truth_value *truth);
    /* The metric over all samples, with its interval. baseline is the fp32 trial's scores, or NULL;
     * only agreement needs it. count > 0. */
    struct interval (*value)(const struct scores *scores, const struct scores *baseline);
    /* value(baseline) - value(scores) where higher is better, else the reverse: a positive drop is
     * a loss. Paired by sample; both have the same count > 0. */
    struct interval (*drop)(const struct scores *scores, const struct scores *baseline);
    /* Why a figure of these scores would say nothing, though there is a number; NULL: it says
     * something. NULL in the place of the function: always. baseline as for value(). */
    const char *(*absent)(const struct scores *scores, const struct scores *baseline);
};

extern const struct metric_kind metric_kinds[];
extern const size_t metric_kind_count;

/* By name, or NULL. */
const struct metric_kind *metric_kind_find(const char *name) __attribute__((nonnull(1)));

/* Index of the first maximum; elements > 0. NaN never wins. */
int32_t top1_of(const float *output, size_t elements) __attribute__((nonnull(1)));
/* The class that an output names: that, or for one element 1 above the threshold and 0 else; -1:
 * none. */
int32_t class_of(const float *output, size_t elements, double threshold)
    __attribute__((nonnull(1)));
/* The class that all of count > 0 classes are; -1: there are several. */
int32_t only_class(const int32_t *classes, size_t count) __attribute__((nonnull(1)));

#endif
