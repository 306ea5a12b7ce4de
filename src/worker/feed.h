/* What goes into a model and what comes out, whatever types its file gives them. */
#ifndef WORKER_FEED_H
#define WORKER_FEED_H

#include "base/error.h"
#include "graph/graph.h"

/* Converts real numbers to the tensor's type: quantized with its scale, rounded halves away from
 * zero and clamped, as an application would do it. STATUS_UNSUPPORTED for types that stand for no
 * real numbers here. */
enum status feed_encode(const struct tensor *tensor, const float *values, void *elements,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* The way back. */
enum status feed_decode(const struct tensor *tensor, const void *elements, float *values,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
