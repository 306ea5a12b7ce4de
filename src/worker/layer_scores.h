/* What a layer costs the network: its scores with only this layer in the mode, beside those of the
 * float graph. */
#ifndef WORKER_LAYER_SCORES_H
#define WORKER_LAYER_SCORES_H

#include "experiment/work.h"
#include "measure/stats.h"
#include "quantize/layer_set.h"

/* Scores of the float graph. */
struct layer_scores;

/* Scores up to `most` of the order's samples, spread over all of them, or from the first on where
 * the model keeps variables; no further ones once so many seconds have passed. All outputs are kept
 * in WORK_REFERENCE, an empty file. Freed with layer_scores_free. */
enum status layer_scores_open(const struct work *work, const struct layer_set *set, size_t most,
                              double seconds, struct layer_scores **scores, struct error *error)
    __attribute__((nonnull(1, 2, 5, 6)));
void layer_scores_free(struct layer_scores *scores);
size_t layer_scores_count(const struct layer_scores *scores) __attribute__((nonnull(1)));

struct layer_cost {
    /* Root of the mean square of the errors of the worst output, over that of fp32's; NaN: there is
     * none. */
    double noise;
    bool has_drop; /* the metric tells something of these samples */
    struct interval drop;
};

/* Scores the same samples with one layer in the mode; *is_done is false where the clock reached
 * `end` before that. STATUS_UNSUPPORTED: the layer is not found again. */
enum status layer_scores_compare(const struct layer_scores *scores, int layer, double end,
                                 struct layer_cost *cost, bool *is_done, struct error *error)
    __attribute__((nonnull(1, 4, 5, 6)));

#endif
