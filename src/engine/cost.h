/* Which stages of a plan are worth sharing: the time of each is estimated from what it reads,
 * writes and multiplies, and compared with what sharing costs. */
#ifndef ENGINE_COST_H
#define ENGINE_COST_H

#include "engine/plan_internal.h"
#include "engine/threads.h"

/* How the stages of a step are run. */
struct sharing {
    bool is_shared[KERNEL_STAGES_MAX]; /* else the caller does it alone */
    /* Sleeping threads are woken for it: what they save in the rest of the run is worth that. */
    bool wakes[KERNEL_STAGES_MAX];
};

/* One per step, for a pool of so many threads with these costs. */
void cost_share(const struct plan *plan, int threads, const struct pool_costs *costs,
                struct sharing *sharing) __attribute__((nonnull(1, 3, 4)));

#endif
