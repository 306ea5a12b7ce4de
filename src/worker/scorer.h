/* Scoring samples: an artifact run over them, which threads share. */
#ifndef WORKER_SCORER_H
#define WORKER_SCORER_H

#include <jansson.h>
#include <stdint.h>

#include "experiment/work.h"
#include "runtimes/runtime.h"

/* SPREAD: any part of the samples is like the whole, however they are sorted, and stretches are as
 * short as they can be. */
enum scorer_order { SCORER_IN_ORDER, SCORER_SPREAD };

/* Samples that were scored together. What it points to is good until the next one. */
struct stretch {
    size_t first, count; /* in the order that they are scored in */
    const double *values;
    const int32_t *top1, *labels; /* -1: none */
    const int32_t *groups; /* the recordings whose windows the samples are, counted from that of
                              sample 0; NULL: they are none */
    const double *trivial; /* what the metric gives the best answer that is the same for all samples
                              (constant.h); NULL: there is none, or nobody asks */
};

struct scorer;

/* Loads the artifact and opens the samples. The order names a metric, and outlives the scorer. */
enum status scorer_open(const struct work *work, enum scorer_order order, struct scorer **scorer,
                        struct error *error) __attribute__((nonnull(1, 3, 4)));
/* The same with a model in the place of the artifact, which now belongs to the scorer (released on
 * failure, too); NULL: the artifact. It was loaded with these options. */
enum status scorer_open_model(const struct work *work, enum scorer_order order,
                              struct runtime_model *model, struct scorer **scorer,
                              struct error *error) __attribute__((nonnull(1, 4, 5)));
struct runtime_options scorer_options(const struct work *work) __attribute__((nonnull(1)));
void scorer_close(struct scorer *scorer);

/* Scores some of the samples that are left; count 0: there were none. STATUS_INVALID: an output is
 * not finite, the error names it, its sample and, where the runtime knows, the node. */
enum status scorer_next(struct scorer *scorer, struct stretch *stretch, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* All samples that there are, of which the scorer gives some after the other. */
size_t scorer_samples(const struct scorer *scorer) __attribute__((nonnull(1)));
/* Their classes, to be freed; -1: none. */
int32_t *scorer_labels(const struct scorer *scorer) __attribute__((returns_nonnull, nonnull(1)));

/* The event "fidelity" of the samples so far. A new reference. */
json_t *scorer_outputs(const struct scorer *scorer) __attribute__((returns_nonnull, nonnull(1)));
/* How far the outputs are from those of fp32, as outputs_noise of outputs.h has it. */
double scorer_noise(const struct scorer *scorer) __attribute__((nonnull(1)));

#endif
