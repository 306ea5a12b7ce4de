/* What comes out of a model, whatever types its file gives it. */
#ifndef WORKER_FEED_H
#define WORKER_FEED_H

#include "base/error.h"
#include "graph/graph.h"

/* Converts elements of the tensor's type to real numbers: quantized ones with its scale.
 * STATUS_UNSUPPORTED for types that stand for no real numbers here. */
enum status feed_decode(const struct tensor *tensor, const void *elements, float *values,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
