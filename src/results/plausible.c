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

static bool doubt_constant(const struct evidence *seen, char text[DOUBT_SIZE])
{
    if (!seen->is_constant)
        return false;
    snprintf(text, DOUBT_SIZE, "the first output of fp32 is the same for all %zu samples",
             seen->scores.count);
    return true;
}

static bool doubt_range(const struct evidence *seen, char text[DOUBT_SIZE])
{
    const struct scores *scores = &seen->scores;
    size_t beyond = 0;
    int32_t largest = 0;
    for (size_t i = 0; i < scores->count; i++) {
        beyond += (double)scores->labels[i] >= seen->classes;
        largest = scores->labels[i] > largest ? scores->labels[i] : largest;
    }
    if (beyond == 0)
        return false;
    snprintf(text, DOUBT_SIZE,
             "%zu of %zu labels lie beyond the %.0f classes of the output, up to %d%s", beyond,
             scores->count, seen->classes, (int)largest,
             (double)largest <= seen->classes ? ": do they count from 1?" : "");
    return true;
}

static bool doubt_one_label(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct scores *seen = &evidence->scores;
    int32_t label = only_class(seen->labels, seen->count);
    if (label < 0)
        return false;
    snprintf(text, DOUBT_SIZE, "all %zu labels are of class %d, which any constant output meets",
             seen->count, (int)label);
    return true;
}

static bool doubt_one_class(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct scores *seen = &evidence->scores;
    int32_t class = only_class(seen->top1, seen->count);
    if (class < 0)
        return false;
    snprintf(text, DOUBT_SIZE, "fp32 names class %d for all %zu samples", (int)class, seen->count);
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
    struct interval own = stats_proportion(hits(seen, 0), seen->count);
    double by_chance = chance(seen);
    for (int32_t shift = -1; shift <= 1; shift += 2) {
        struct interval other = stats_proportion(hits(seen, shift), seen->count);
        if (other.low <= by_chance || other.low <= own.high ||
            other.estimate < CLEARLY_BETTER * own.estimate)
            continue;
        snprintf(text, DOUBT_SIZE,
                 "fp32 names the label's class in %.1f %% of the samples, but the class %s it in "
                 "%.1f %%: the labels seem to be one off",
                 100.0 * own.estimate, shift < 0 ? "before" : "after", 100.0 * other.estimate);
        return true;
    }
    return false;
}

static bool doubt_chance(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct scores *seen = &evidence->scores;
    double by_chance = chance(seen);
    struct interval own = stats_proportion(hits(seen, 0), seen->count);
    if (own.low > by_chance)
        return false;
    snprintf(text, DOUBT_SIZE,
             "fp32 names the label's class in %.1f %% of %zu samples, no better than chance "
             "(%.1f %%): check labels and preprocessing",
             100.0 * own.estimate, seen->count, 100.0 * by_chance);
    return true;
}

static bool doubt_auc(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    const struct metric_kind *metric = evidence->metric;
    const struct scores *seen = &evidence->scores;
    if (metric->absent && metric->absent(seen, NULL))
        return false;
    struct interval own = metric->value(seen, NULL);
    bool by_recording = metric->of_groups && seen->groups;
    if (own.low > 0.5)
        return false;
    snprintf(text, DOUBT_SIZE,
             "the AUC of fp32 is %.2f over %zu %s, no better than chance: check labels and "
             "preprocessing",
             own.estimate, by_recording ? groups_count(seen) : seen->count,
             by_recording ? "recordings" : "samples");
    return true;
}

/* What each metric's scores are doubted for, in the order of causes. */
bool plausible_judge(const struct evidence *evidence, char text[DOUBT_SIZE])
{
    static bool (*const of_labels[])(const struct evidence *, char *) = {
        doubt_range, doubt_shift, doubt_one_label, doubt_one_class, doubt_chance,
    };
    const struct metric_kind *metric = evidence->metric;
    text[0] = '\0';
    if (doubt_constant(evidence, text))
        return true;
    if (metric->of_classes && metric->truth == TRUTH_NONE)
        return doubt_one_class(evidence, text);
    if (!metric->of_classes)
        return metric->truth == TRUTH_BINARY && doubt_auc(evidence, text);
    for (size_t i = 0; i < sizeof(of_labels) / sizeof(of_labels[0]); i++)
        if (of_labels[i](evidence, text))
            return true;
    return false;
}

static bool judge_scores(const struct candidate_data *fp32, char text[DOUBT_SIZE])
{
    struct evidence evidence = {
        .metric = fp32->metric,
        .scores = scores_of(fp32, fp32->values.count),
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

bool plausible_doubt(struct results *results, const char *model, char text[DOUBT_SIZE])
{
    text[0] = '\0';
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        const struct candidate_data *fp32 = &results->candidates[row->candidate];
        if ((model && strcmp(row->model, model) != 0) || row->baseline != i)
            continue;
        if (fp32->doubt[0] && (row->state != TRIAL_DONE || fp32->doubt_stays))
            snprintf(text, DOUBT_SIZE, "%s", fp32->doubt);
        else if (row->state == TRIAL_DONE)
            judge_scores(fp32, text);
        if (text[0])
            return true;
    }
    return false;
}

const char *plausible_first_doubt(const struct results *results, int row)
{
    return results->candidates[results->trials[row].candidate].doubt;
}
