#include "measure/segmentation.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Where a pixel's scores begin: one element for each class, stride apart. */
static size_t place_of(size_t pixel, const struct truth_value *truth)
{
    size_t stride = truth->class_stride;
    return pixel / stride * stride * truth->classes + pixel % stride;
}

static int32_t class_at(const float *output, size_t pixel, const struct truth_value *truth)
{
    size_t stride = truth->class_stride;
    const float *scores = output + place_of(pixel, truth);
    int32_t best = -1;
    for (size_t c = 0; c < truth->classes; c++)
        if (!isnan(scores[c * stride]) &&
            (best < 0 || scores[c * stride] > scores[(size_t)best * stride]))
            best = (int32_t)c;
    return best;
}

static bool is_map(const struct truth_value *truth, size_t elements)
{
    return truth->target && truth->classes > 1 &&
           truth->classes * truth->target_elements == elements && elements > 0;
}

/* -1: the pixel does not count. */
static int32_t label_at(const struct truth_value *truth, size_t pixel)
{
    float label = truth->target[pixel];
    bool counts = label >= 0.0f && label <= 0x1p24f && (int32_t)label != SEGMENTATION_VOID;
    return counts ? (int32_t)label : -1;
}

double segmentation_pixels(const float *output, size_t elements, const struct truth_value *truth)
{
    size_t right = 0, counted = 0;
    if (!is_map(truth, elements))
        return NAN;
    for (size_t i = 0; i < truth->target_elements; i++) {
        int32_t label = label_at(truth, i);
        counted += label >= 0;
        right += label >= 0 && class_at(output, i, truth) == label;
    }
    return counted > 0 ? (double)right / (double)counted : NAN;
}

/* Pixels of one class. */
struct region {
    size_t both, either;
};

static void count_pixel(struct region *regions, size_t classes, int32_t label, int32_t answer)
{
    bool known = (size_t)label < classes, answered = answer >= 0;
    if (known)
        regions[label].either++;
    if (answered && answer != label)
        regions[answer].either++;
    if (known && answer == label)
        regions[label].both++;
}

double segmentation_iou(const float *output, size_t elements, const struct truth_value *truth)
{
    if (!is_map(truth, elements))
        return NAN;
    struct region *regions = xcalloc(truth->classes, sizeof(*regions));
    for (size_t i = 0; i < truth->target_elements; i++) {
        int32_t label = label_at(truth, i);
        if (label >= 0)
            count_pixel(regions, truth->classes, label, class_at(output, i, truth));
    }
    size_t seen = 0;
    double sum = 0.0;
    for (size_t c = 0; c < truth->classes; c++) {
        seen += regions[c].either > 0;
        sum += regions[c].either > 0 ? (double)regions[c].both / (double)regions[c].either : 0.0;
    }
    free(regions);
    return seen > 0 ? sum / (double)seen : NAN;
}

void segmentation_count(const struct truth_value *truth, size_t *counts)
{
    for (size_t i = 0; i < truth->target_elements; i++) {
        int32_t label = label_at(truth, i);
        if (label >= 0 && (size_t)label < truth->classes)
            counts[label]++;
    }
}

void segmentation_fill(const struct truth_value *truth, size_t class, float *output)
{
    for (size_t i = 0; i < truth->target_elements; i++)
        for (size_t c = 0; c < truth->classes; c++)
            output[place_of(i, truth) + c * truth->class_stride] = c == class ? 1.0f : 0.0f;
}
