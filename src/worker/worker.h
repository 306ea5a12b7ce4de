/* The worker: the other process, the only one that touches models. It does one order and ends. */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include <jansson.h>

#include "base/error.h"
#include "experiment/work.h"
#include "measure/accuracy.h"

/* Runs one order from the parent (descriptors as work.h says) and returns the process's exit
 * status. */
int worker_main(void);

/* Sends an event to the parent, which takes the reference. */
void worker_emit(json_t *event) __attribute__((nonnull(1)));
/* Waits for the parent's next message; NULL when it is gone. A new reference. */
json_t *worker_await(void);

/* What the data set is scored by: the order's metric, or else what its labels allow. */
const struct metric_kind *worker_metric(const struct work *work, const struct dataset *dataset)
    __attribute__((returns_nonnull, nonnull(1, 2)));

/* One file per kind of work. */
enum status worker_prepare(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_time(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_score(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
