/* Running a graph over samples and watching its tensors. */
#ifndef QUANTIZE_WALK_H
#define QUANTIZE_WALK_H

#include "engine/session.h"
#include "formats/dataset/model_data.h"
#include "graph/graph.h"

struct walk {
    const struct graph *graph; /* with inputs as the data have them */
    session_observer *observe; /* of all tensors that are computed, views but for their sources */
    /* After each run; an error ends the walk. NULL: nothing to do. */
    enum status (*after)(void *context, const struct model_data *data, size_t run,
                         struct error *error);
    void *context; /* of both */
};

/* Sequence by sequence, in order, all runs of the data; the crew (crew.h) shares each of them.
 * Errors say at which sample. */
enum status walk_samples(const struct walk *walk, struct model_data *data, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
