/* What quantization does to the outputs of a network, as some samples tell it. */
#ifndef QUANTIZE_JUDGE_H
#define QUANTIZE_JUDGE_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"

/* Squares of what differs in found over those of what was expected, 0 and more: infinite where a
 * finite number was lost. What is expected not to be finite tells nothing, nor what is expected to
 * be all 0. */
double judge_share(const float *expected, const float *found, size_t count)
    __attribute__((nonnull(1, 2)));

/* The mean of that (*change), of all runs of the part of the data and of all outputs that can be
 * compared (graph/comparable.h): of real numbers in the float graph, real and, and with
 * counterparts (counterpart.h) in the graph that was made of it. *outputs is how many these are;
 * 0: nothing can be said, and the change is 0. The graphs have no variables. */
enum status judge_outputs(const struct graph *real, const struct graph *made,
                          const struct dataset_spec *spec, const struct data_part *part,
                          double *change, int *outputs, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5, 6, 7)));

#endif
