/* The worker: the other process, the only one that touches models. It does one order and ends. */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "base/error.h"
#include "experiment/work.h"

/* Runs one order from the parent (descriptors as work.h says) and returns the process's exit
 * status. */
int worker_main(void);

/* One file per kind of work. */
enum status worker_prepare(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_time(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_score(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_layers(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_search(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_inspect(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status worker_show(const struct work *work, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
