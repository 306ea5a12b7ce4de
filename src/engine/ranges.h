/* Ranges of float32 tensors that a step quantizes at run time, found by the step that makes them
 * while its results are near: the reader need not go through the tensor twice. */
#ifndef ENGINE_RANGES_H
#define ENGINE_RANGES_H

#include "engine/planner.h"

/* The step that notes the ranges of the call's input 0, which was asked to; -1: there is none, or
 * the kernel has no use for them. Sets call->known but for its memory. To be called before the
 * kernel prepares the call, and for steps that are merged into nothing later. */
int ranges_ask(const struct planner *planner, const struct kernel *kernel, struct kernel_call *call)
    __attribute__((nonnull(1, 2, 3)));

/* Gives the calls of a session, one per step, memory for their ranges. */
void ranges_place(const struct plan *plan, struct kernel_call *calls, struct arena *arena)
    __attribute__((nonnull(1, 2, 3)));
/* Before a step runs: nothing is found yet. */
void ranges_clear(const struct kernel_call *call) __attribute__((nonnull(1)));

#endif
