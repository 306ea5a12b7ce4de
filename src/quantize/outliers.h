/* Which run of a calibration reaches far beyond all others, so that a user finds the sample that is
 * not like them. */
#ifndef QUANTIZE_OUTLIERS_H
#define QUANTIZE_OUTLIERS_H

#include "base/text.h"
#include "formats/dataset/model_data.h"
#include "graph/graph.h"
#include "quantize/mode.h"

struct outliers;

/* The graph must outlive the result. */
struct outliers *outliers_new(const struct graph *graph)
    __attribute__((returns_nonnull, nonnull(1)));
void outliers_free(struct outliers *outliers);

/* Takes in what a tensor held in one run. Runs come in order. */
void outliers_see(struct outliers *outliers, int tensor, size_t run, struct range range)
    __attribute__((nonnull(1)));

/* What is left of a tensor's range, 0 in it, without the run that reaches farthest on either
 * side. */
struct range outliers_others(const struct outliers *outliers, int tensor)
    __attribute__((nonnull(1)));

/* Marks the runs, of an entry each, that alone make the range of some tensor, inputs among them,
 * ten times as wide. Returns whether there are any. */
bool outliers_mark(const struct outliers *outliers, bool *is_out) __attribute__((nonnull(1, 2)));

/* One sentence without a full stop, of the run that sets the range of most tensors alone, as far
 * beyond all others; nothing where there is none, or where its inputs are ten times beyond, which
 * is told elsewhere (lint.h). Below ten runs none is told from the others. */
void outliers_tell(const struct outliers *outliers, const struct model_data *data, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
