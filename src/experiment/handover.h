/* The files that workers make for those that come after them: without a name, so that nothing is
 * left whatever happens. */
#ifndef EXPERIMENT_HANDOVER_H
#define EXPERIMENT_HANDOVER_H

#include "base/error.h"

struct handover {
    /* Descriptors; -1: none. See work.h for what is in them. The reference comes from the worker
     * that scores, the others from the one that prepares. */
    int model, inputs, reference;
    /* Shared by all candidates, and not closed with the others: whoever opened it closes it. */
    int decoded;
};

void handover_init(struct handover *handover) __attribute__((nonnull(1)));
/* Opens two empty files; on failure, which is STATUS_IO, the handover is still to be closed. */
enum status handover_open(struct handover *handover, struct error *error)
    __attribute__((nonnull(1, 2)));
/* Opens an empty file for the outputs that others are compared with, in the place of an older
 * one. */
enum status handover_open_reference(struct handover *handover, struct error *error)
    __attribute__((nonnull(1, 2)));
void handover_close_reference(struct handover *handover) __attribute__((nonnull(1)));
/* Closes what the candidate's own workers read: nobody runs it any more, but its outputs may still
 * be compared with. */
void handover_close_artifact(struct handover *handover) __attribute__((nonnull(1)));
void handover_close(struct handover *handover) __attribute__((nonnull(1)));

/* Opens an empty file for data that workers decode, which the caller closes. -1: it cannot be had,
 * and they do without. */
int handover_open_decoded(void);

#endif
