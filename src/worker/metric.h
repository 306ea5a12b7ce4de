/* Which metric of accuracy a data set is scored by, and how an output names a class. */
#ifndef WORKER_METRIC_H
#define WORKER_METRIC_H

#include "experiment/work.h"
#include "formats/dataset/dataset.h"
#include "graph/graph.h"
#include "measure/accuracy.h"

struct metric_choice {
    const struct metric_kind *metric;
    double threshold; /* of an output of one element; NaN: none is known */
    char absent[160]; /* why the metric says nothing of this model and these labels; "": it does */
};

/* How an output scores classes for each element of targets that are label maps. */
struct label_map {
    size_t classes, stride; /* of them, and of a pixel's scores; 0: it does not */
};
struct label_map label_map_of(const struct dataset *dataset, const struct shape *output,
                              size_t batch) __attribute__((nonnull(1, 2)));

/* The order's metric and threshold, or else what the first output and the labels allow: the last
 * operator tells class scores and probabilities from other numbers. batch: samples of one run,
 * whose outputs lie one after the other. */
struct metric_choice metric_choose(const struct work *work, const struct dataset *dataset,
                                   const struct graph *graph, size_t batch)
    __attribute__((nonnull(1, 2, 3)));

#endif
