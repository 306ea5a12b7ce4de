/* Where this process itself runs while its workers are timed: beside them, not on their units. */
#ifndef HARDWARE_ASIDE_H
#define HARDWARE_ASIDE_H

#include "hardware/topology.h"

/* Leaves a placement's units to others, where that leaves any of those that the process began with;
 * else it may run on all of these. Nothing is bound on a topology that stands in for this
 * machine's, nor where the system refuses. The process has one thread. */
void aside_leave(const struct placement *placement) __attribute__((nonnull(1)));
/* On all units that it began with; safe in a process that was forked off. */
void aside_return(void);

#endif
