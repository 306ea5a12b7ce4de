#include "worker/constant.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/segmentation.h"
#include "measure/stats.h"

/* Numbers that medians are taken of, at most, so that targets of any size take a moment. */
#define MEDIAN_NUMBERS ((size_t)1 << 22)
#define MEDIAN_SAMPLES 64 /* but of so many samples at least */

/* Whether all samples have targets of that length. */
static bool targets_fit(const struct dataset *dataset, size_t elements)
{
    size_t own;
    if (dataset_label_kind(dataset) == LABEL_NONE || dataset_count(dataset) == 0 || elements == 0)
        return false;
    for (size_t i = 0; i < dataset_count(dataset); i++) {
        dataset_target(dataset, i, &own);
        if (own != elements)
            return false;
    }
    return true;
}

/* Sums around the first target keep their digits. False: memory is short. */
static bool take_means(const struct dataset *dataset, size_t elements, float *answer)
{
    size_t count = dataset_count(dataset), own;
    double *sums = memory_try(elements * sizeof(*sums));
    if (!sums)
        return false;
    memset(sums, 0, elements * sizeof(*sums));
    const float *origin = dataset_target(dataset, 0, &own);
    for (size_t i = 0; i < count; i++) {
        const float *target = dataset_target(dataset, i, &own);
        for (size_t k = 0; k < elements; k++)
            sums[k] += (double)target[k] - (double)origin[k];
    }
    for (size_t k = 0; k < elements; k++)
        answer[k] = (float)((double)origin[k] + sums[k] / (double)count);
    free(sums);
    return true;
}

static bool take_medians(const struct dataset *dataset, size_t elements, float *answer)
{
    size_t count = dataset_count(dataset), most = MEDIAN_NUMBERS / elements, own;
    most = most < MEDIAN_SAMPLES ? MEDIAN_SAMPLES : most;
    size_t taken = count < most ? count : most;
    double *column = memory_try(taken * sizeof(*column));
    if (!column)
        return false;
    for (size_t k = 0; k < elements; k++) {
        for (size_t i = 0; i < taken; i++)
            column[i] = (double)dataset_target(dataset, i * (count / taken), &own)[k];
        answer[k] = (float)stats_median(column, taken);
    }
    free(column);
    return true;
}

static bool name_most_frequent(const struct dataset *dataset, const struct label_map *map,
                               float *answer)
{
    struct truth_value truth = {.classes = map->classes, .class_stride = map->stride};
    size_t *counts = xcalloc(map->classes, sizeof(*counts)), most = 0;
    for (size_t i = 0; i < dataset_count(dataset); i++) {
        truth.target = dataset_target(dataset, i, &truth.target_elements);
        segmentation_count(&truth, counts);
    }
    for (size_t c = 1; c < map->classes; c++)
        most = counts[c] > counts[most] ? c : most;
    segmentation_fill(&truth, most, answer);
    free(counts);
    return true;
}

float *constant_answer(const struct metric_kind *metric, const struct dataset *dataset,
                       const struct label_map *map, size_t elements)
{
    bool is_map = metric->constant == CONSTANT_CLASS;
    if (metric->constant == CONSTANT_NONE || (is_map && map->classes == 0) ||
        !targets_fit(dataset, is_map ? elements / map->classes : elements))
        return NULL;
    float *answer = memory_try(elements * sizeof(*answer));
    bool is_made =
        answer && (is_map                                ? name_most_frequent(dataset, map, answer)
                   : metric->constant == CONSTANT_MEDIAN ? take_medians(dataset, elements, answer)
                                                         : take_means(dataset, elements, answer));
    if (!is_made) {
        free(answer);
        return NULL;
    }
    return answer;
}
