/* Metrics of label maps: an output that scores classes for each pixel, and a class per pixel. */
#ifndef MEASURE_SEGMENTATION_H
#define MEASURE_SEGMENTATION_H

#include "measure/accuracy.h"

/* Pixels that belong to no class, as label maps mark borders (M. Everingham et al., 2010, The
 * PASCAL Visual Object Classes Challenge). They do not count. */
#define SEGMENTATION_VOID 255

/* Share of the pixels whose largest score is that of the label's class; NaN where the truth is no
 * label map of the output. */
double segmentation_pixels(const float *output, size_t elements, const struct truth_value *truth)
    __attribute__((nonnull(1, 3)));

/* Mean over the classes that occur, in the labels or in the answers, of intersection over union
 * within this sample; NaN likewise. The mean of these over samples weighs samples, not pixels (Z.
 * Wang et al., 2023, Revisiting Evaluation Metrics for Semantic Segmentation: mIoU per image). */
double segmentation_iou(const float *output, size_t elements, const struct truth_value *truth)
    __attribute__((nonnull(1, 3)));

/* Adds each pixel that counts to counts[its class], of the classes that the output scores. */
void segmentation_count(const struct truth_value *truth, size_t *counts)
    __attribute__((nonnull(1, 2)));
/* Makes an output that names one class for every pixel: 1 for that and 0 for the others. */
void segmentation_fill(const struct truth_value *truth, size_t class, float *output)
    __attribute__((nonnull(1, 3)));

#endif
