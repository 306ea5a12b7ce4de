/* The files that a preparing worker makes for those that time and score: without a name, so that
 * nothing is left whatever happens. */
#ifndef EXPERIMENT_HANDOVER_H
#define EXPERIMENT_HANDOVER_H

#include "base/error.h"

struct handover {
    int model, inputs; /* descriptors; -1: none. See work.h for what is in them. */
};

void handover_init(struct handover *handover) __attribute__((nonnull(1)));
/* Opens two empty files; on failure, which is STATUS_IO, the handover is still to be closed. */
enum status handover_open(struct handover *handover, struct error *error)
    __attribute__((nonnull(1, 2)));
void handover_close(struct handover *handover) __attribute__((nonnull(1)));

#endif
