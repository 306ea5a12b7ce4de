#include "results/plausible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/groups.h"
#include "results/state.h"

/* How many times better labels that are one off must fit to be the likely cause. */
#define CLEARLY_BETTER 2.0

static size_t hits(const struct scores *seen, int32_t shift)
{
    size_t hits = 0;
    for (size_t i = 0; i < seen->count; i++)
        hits += seen->top1[i] == seen->labels[i] + shift;
    return hits;
}

const char *plausible_samples(const struct evidence *evidence, char text[PLAUSIBLE_SAMPLES_SIZE])
{
    size_t count = evidence->scores.count;
    if (evidence->total > count)
        snprintf(text, PLAUSIBLE_SAMPLES_SIZE, "%zu of %zu samples looked at", count,
                 evidence->total);
    else
        snprintf(text, PLAUSIBLE_SAMPLES_SIZE, "%zu samples", count);
    return text;
}

/* Labels cost nothing to look at: all of them are. */
static size_t all_labels(const struct evidence *evidence, const int32_t **labels)
{
    *labels = evidence->labels ? evidence->labels : evidence->scores.labels;
    return evidence->labels ? evidence->total : evidence->scores.count;
}

static bool doubt_constant(const struct evidence *seen, char text[DOUBT_SIZE])
{
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    if (!seen->is_constant)
        return false;
    snprintf(text, DOUBT_SIZE, "the first output of fp32 is the same for all %s",
             plausible_samples(seen, samples));
    return true;
}

static bool doubt_range(const struct evidence *seen, char text[DOUBT_SIZE])
{
    const int32_t *labels;
    size_t count = all_labels(seen, &labels), beyond = 0;
    int32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        beyond += (double)labels[i] >= seen->classes;
        largest = labels[i] > largest ? labels[i] : largest;
    }
    if (beyond == 0)
        return false;
    snprintf(text, DOUBT_SIZE,
             "%zu of %zu labels lie beyond the %.0f classes of the output, up to %d%s", beyond,
             count, seen->classes, (int)largest,
             (double)largest <= seen->classes ? ": do they count from 1?" : "");
    return true;
}

static bool doubt_one_label(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const int32_t *labels;
    size_t count = all_labels(evidence, &labels);
    int32_t label = only_class(labels, count);
    if (label < 0)
        return false;
    snprintf(text, DOUBT_SIZE, "all %zu labels are of class %d, which any constant output meets",
             count, (int)label);
    return true;
}

static bool doubt_one_class(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct scores *seen = &evidence->scores;
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    int32_t class = only_class(seen->top1, seen->count);
    if (class < 0)
        return false;
    snprintf(text, DOUBT_SIZE, "fp32 names class %d for all %s", (int)class,
             plausible_samples(evidence, samples));
    return true;
}

static int compare_classes(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int32_t *sorted(const int32_t *classes, size_t count)
{
    int32_t *copy = xcalloc(count, sizeof(*copy));
    memcpy(copy, classes, count * sizeof(*copy));
    qsort(copy, count, sizeof(*copy), compare_classes);
    return copy;
}

/* The share of hits that these answers would have if they had nothing to do with the labels, as in
 * J. Cohen, 1960, A Coefficient of Agreement for Nominal Scales. */
static double chance(const struct scores *seen)
{
    int32_t *named = sorted(seen->top1, seen->count), *right = sorted(seen->labels, seen->count);
    double sum = 0.0, total = (double)seen->count;
    for (size_t i = 0, k = 0; i < seen->count;) {
        size_t same = i, equal = 0;
        while (same < seen->count && named[same] == named[i])
            same++;
        while (k < seen->count && right[k] < named[i])
            k++;
        for (; k < seen->count && right[k] == named[i]; k++)
            equal++;
        sum += (double)(same - i) / total * ((double)equal / total);
        i = same;
    }
    free(named);
    free(right);
    return sum;
}

/* Labels that count from 1, or leave out the background class. */
static bool doubt_shift(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct scores *seen = &evidence->scores;
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    struct interval own = stats_proportion(hits(seen, 0), seen->count);
    double by_chance = chance(seen);
    for (int32_t shift = -1; shift <= 1; shift += 2) {
        struct interval other = stats_proportion(hits(seen, shift), seen->count);
        if (other.low <= by_chance || other.low <= own.high ||
            other.estimate < CLEARLY_BETTER * own.estimate)
            continue;
        snprintf(
            text, DOUBT_SIZE,
            "fp32 names the label's class in %.1f %% of %s, but the class %s it in %.1f %%: the "
            "labels seem to be one off",
            100.0 * own.estimate, plausible_samples(evidence, samples),
            shift < 0 ? "before" : "after", 100.0 * other.estimate);
        return true;
    }
    return false;
}

/* Too few samples may leave it open. */
static const char *compared(double by)
{
    return by > 0.0 ? "not clearly better" : "no better";
}

static bool doubt_chance(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct scores *seen = &evidence->scores;
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    double by_chance = chance(seen);
    struct interval own = stats_proportion(hits(seen, 0), seen->count);
    if (own.low > by_chance)
        return false;
    snprintf(
        text, DOUBT_SIZE,
        "fp32 names the label's class in %.1f %% of %s, %s than chance (%.1f %%): check labels "
        "and preprocessing",
        100.0 * own.estimate, plausible_samples(evidence, samples),
        compared(own.estimate - by_chance), 100.0 * by_chance);
    return true;
}

static bool doubt_auc(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct metric_kind *metric = evidence->metric;
    const struct scores *seen = &evidence->scores;
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    if (metric->absent && metric->absent(seen, NULL))
        return false;
    struct interval own = metric->value(seen, NULL);
    if (own.low > 0.5)
        return false;
    if (metric->of_groups && seen->groups)
        snprintf(samples, sizeof(samples), "%zu recordings", groups_count(seen));
    else
        plausible_samples(evidence, samples);
    snprintf(text, DOUBT_SIZE,
             "the AUC of fp32 is %.2f over %s, %s than chance: check labels and preprocessing",
             own.estimate, samples, compared(own.estimate - 0.5));
    return true;
}

/* In the metric's unit. What is 0 but for rounding, as the R2 of a mean, is 0. */
static double shown(const struct metric_kind *metric, double value, double beside)
{
    return fabs(value) > 1e-6 * fabs(beside) ? value * metric->scale : 0.0;
}

/* Whether it is worse than the best answer that takes no notice of the samples: that of a
 * regression has an R2 of 0. */
static bool doubt_trivial(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    static const char *const answers[] = {
        [CONSTANT_MEAN] = "always answering the targets' mean",
        [CONSTANT_MEDIAN] = "always answering the targets' median",
        [CONSTANT_CLASS] = "naming the most frequent class everywhere",
    };
    const struct metric_kind *metric = evidence->metric;
    const struct scores *own = &evidence->scores;
    struct scores trivial = {.values = evidence->trivial, .count = own->count};
    const char *unit = metric->unit, *space = unit[0] ? " " : "";
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    if (!evidence->trivial || metric->constant == CONSTANT_NONE)
        return false;
    double value = metric->value(own, NULL).estimate,
           other = metric->value(&trivial, NULL).estimate;
    struct interval gain = metric->drop(&trivial, own);
    if (!isfinite(gain.estimate) || gain.low > 0.0)
        return false;
    snprintf(text, DOUBT_SIZE,
             "over %s, %s of fp32 is %.4g%s%s, %s than the %.4g%s%s of %s: check labels and "
             "preprocessing",
             plausible_samples(evidence, samples), metric->title, value * metric->scale, space,
             unit, compared(gain.estimate), shown(metric, other, value), space, unit,
             answers[metric->constant]);
    return true;
}

/* A doubt, and what it comes to in a word or two. */
struct doubt {
    bool (*judge)(const struct evidence *evidence, char text[DOUBT_SIZE]);
    const char *word;
};

static const struct doubt *first_of(const struct doubt *doubts, size_t count,
                                    const struct evidence *evidence, char text[DOUBT_SIZE])
{
    for (size_t i = 0; i < count; i++)
        if (doubts[i].judge(evidence, text))
            return &doubts[i];
    return NULL;
}
#define FIRST_OF(doubts, evidence, text)                                                           \
    first_of(doubts, sizeof(doubts) / sizeof((doubts)[0]), evidence, text)

/* A part of the samples that all have one label, as others do not, tells nothing of answers. */
static bool is_blind(const struct evidence *evidence)
{
    const struct scores *seen = &evidence->scores;
    const int32_t *labels;
    size_t count = all_labels(evidence, &labels);
    return count > seen->count && only_class(seen->labels, seen->count) >= 0 &&
           only_class(labels, count) < 0;
}

/* What each metric's scores are doubted for, in the order of causes; NULL: nothing. */
static const struct doubt *find_doubt(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    static const struct doubt of_all[] = {{doubt_constant, "constant output"}};
    static const struct doubt of_labels[] = {{doubt_range, "labels beyond the classes"},
                                             {doubt_one_label, "one label for all"}};
    static const struct doubt of_answers[] = {{doubt_shift, "labels one off"},
                                              {doubt_one_class, "one class for all"},
                                              {doubt_chance, "at chance level"}};
    static const struct doubt of_class[] = {{doubt_one_class, "one class for all"}};
    static const struct doubt of_vectors[] = {{doubt_trivial, "no better than a constant"}};
    static const struct doubt of_ranks[] = {{doubt_auc, "at chance level"}};
    const struct metric_kind *metric = evidence->metric;
    text[0] = '\0';
    const struct doubt *found = FIRST_OF(of_all, evidence, text);
    if (found)
        return found;
    if (metric->truth == TRUTH_NONE)
        return metric->of_classes ? FIRST_OF(of_class, evidence, text) : NULL;
    if (metric->truth == TRUTH_VECTOR)
        return FIRST_OF(of_vectors, evidence, text);
    if (!metric->of_classes)
        return metric->truth == TRUTH_BINARY ? FIRST_OF(of_ranks, evidence, text) : NULL;
    found = FIRST_OF(of_labels, evidence, text);
    return found || is_blind(evidence) ? found : FIRST_OF(of_answers, evidence, text);
}

bool plausible_judge(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    return find_doubt(evidence, text) != NULL;
}

const char *plausible_word(const struct evidence *evidence)
{
    char text[DOUBT_SIZE];
    const struct doubt *doubt = find_doubt(evidence, text);
    return doubt ? doubt->word : "";
}

double plausible_chance(const struct evidence *evidence)
{
    const struct metric_kind *metric = evidence->metric;
    const struct scores *seen = &evidence->scores;
    if (metric->truth != TRUTH_CLASS && metric->truth != TRUTH_BINARY)
        return NAN;
    if (!metric->of_classes)
        return 0.5; /* an area under the ROC curve */
    for (size_t i = 0; i < seen->count; i++) {
        double hit = seen->top1[i] == seen->labels[i] ? 1.0 : 0.0;
        if (fabs(seen->values[i] - hit) > 0.0)
            return NAN; /* hits of another kind, as top-5 has them */
    }
    return chance(seen);
}

static bool judge_scores(const struct candidate_data *fp32, char text[DOUBT_SIZE])
{
    struct evidence evidence = {
        .metric = fp32->metric,
        .scores = scores_of(fp32, fp32->values.count),
        .trivial = fp32->has_trivial ? fp32->trivial : NULL,
        .classes = NAN,
    };
    if (!fp32->metric || fp32->values.count == 0 || fp32->metric_absent)
        return false;
    if (fp32->n_outputs > 0) {
        evidence.is_constant = fp32->outputs[0].is_constant;
        if (fp32->outputs[0].elements > 0.0) /* one decides between two */
            evidence.classes = fmax(fp32->outputs[0].elements, 2.0);
    }
    return plausible_judge(&evidence, text);
}

/* Whether what was found of some samples holds though all of them are scored. */
static bool stays(const struct candidate_data *fp32)
{
    const struct metric_kind *metric = fp32->metric;
    if (!fp32->doubt_stays || !metric || fp32->metric_absent || fp32->values.count == 0)
        return fp32->doubt_stays;
    struct scores scores = scores_of(fp32, fp32->values.count);
    struct interval own = metric->value(&scores, NULL);
    return !(metric->higher_is_better ? own.high >= fp32->doubt_bar : own.low <= fp32->doubt_bar);
}

bool plausible_doubt(struct results *results, const char *model, char text[DOUBT_SIZE])
{
    text[0] = '\0';
    for (int i = -1; (i = results_next(results, model, i)) >= 0;) {
        const struct row *row = results_row_as_it_stands(results, i);
        const struct candidate_data *fp32 = &results->candidates[row->candidate];
        if (row->baseline != i)
            continue;
        if (fp32->doubt[0] && (row->state != TRIAL_DONE || stays(fp32)))
            snprintf(text, DOUBT_SIZE, "%s", fp32->doubt);
        else if (row->state == TRIAL_DONE)
            judge_scores(fp32, text);
        if (text[0])
            return true;
    }
    return false;
}

bool plausible_clears(struct results *results, int row)
{
    const struct candidate_data *fp32 = &results->candidates[results->trials[row].candidate];
    char text[DOUBT_SIZE];
    return fp32->doubt[0] && !stays(fp32) && fp32->values.count > 0 &&
           results->trials[row].row.state == TRIAL_DONE && !judge_scores(fp32, text);
}

const char *plausible_first_doubt(const struct results *results, int row)
{
    return results->candidates[results->trials[row].candidate].doubt;
}
