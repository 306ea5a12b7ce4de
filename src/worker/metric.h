/* Which metric of accuracy a data set is scored by. */
#ifndef WORKER_METRIC_H
#define WORKER_METRIC_H

#include "experiment/work.h"
#include "formats/dataset/dataset.h"
#include "measure/accuracy.h"

/* The order's metric, or else what its labels allow. */
const struct metric_kind *worker_metric(const struct work *work, const struct dataset *dataset)
    __attribute__((returns_nonnull, nonnull(1, 2)));

#endif
