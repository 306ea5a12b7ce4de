/* What the user should know of samples that are the windows of recordings. */
#ifndef WORKER_RECORDINGS_H
#define WORKER_RECORDINGS_H

#include <jansson.h>

#include "formats/dataset/dataset.h"
#include "measure/accuracy.h"

/* Recordings that the first count > 0 samples are windows of; 0: they are no windows. */
size_t recordings_count(const struct dataset *dataset, size_t count) __attribute__((nonnull(1)));

/* Adds remarks to a list of texts: how many recordings and windows there are, how the metric takes
 * them, and which recordings are not whole. */
void recordings_remark(const struct dataset *dataset, size_t count,
                       const struct metric_kind *metric, json_t *remarks)
    __attribute__((nonnull(1, 3, 4)));

#endif
