/* The best answer that is the same for every sample: what a network that has learned anything is
 * better than. */
#ifndef WORKER_CONSTANT_H
#define WORKER_CONSTANT_H

#include "formats/dataset/dataset.h"
#include "measure/accuracy.h"
#include "worker/metric.h"

/* An output of so many elements per sample that is best for the targets of all samples, by what the
 * metric's `constant` says, to be freed. Medians of large targets are those of a part of the
 * samples. NULL: the metric has none, the targets are not as long as the output, or memory is
 * short. */
float *constant_answer(const struct metric_kind *metric, const struct dataset *dataset,
                       const struct label_map *map, size_t elements)
    __attribute__((nonnull(1, 2, 3)));

#endif
