/* Which run of a calibration reaches far beyond all others, so that a user finds the sample that is
 * not like them. */
#ifndef QUANTIZE_OUTLIERS_H
#define QUANTIZE_OUTLIERS_H

#include "base/text.h"
#include "formats/dataset/model_data.h"
#include "graph/graph.h"
#include "quantize/mode.h"

struct outliers;

/* Of the tensors that the graph's nodes compute: its inputs are looked at elsewhere (lint.h). The
 * graph must outlive the result. */
struct outliers *outliers_new(const struct graph *graph)
    __attribute__((returns_nonnull, nonnull(1)));
void outliers_free(struct outliers *outliers);

/* Takes in what a tensor held in one run. Runs come in order. */
void outliers_see(struct outliers *outliers, int tensor, size_t run, struct range range)
    __attribute__((nonnull(1)));

/* One sentence without a full stop, of the run that sets the range of most tensors alone, as far
 * beyond all others; nothing where there is none. Below ten runs none is told from the others. */
void outliers_tell(const struct outliers *outliers, const struct model_data *data, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
