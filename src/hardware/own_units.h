/* Where this process itself runs while its workers are timed: beside them, not on their units. */
#ifndef HARDWARE_OWN_UNITS_H
#define HARDWARE_OWN_UNITS_H

#include "hardware/topology.h"

/* Leaves a placement's units to others, where that leaves any of those that the process began with;
 * else it may run on all of these. Nothing is bound on a topology that stands in for this
 * machine's, nor where the system refuses. The process has one thread. */
void own_units_leave(const struct placement *placement) __attribute__((nonnull(1)));
/* On all units that it began with; safe in a process that was forked off. */
void own_units_return(void);

#endif
