/* Short spans of time: by the CPU's own counter, where that goes on at one rate whatever the clock
 * of the cores does, else by the system's clock. */
#ifndef MEASURE_TICKS_H
#define MEASURE_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/clock.h"

#ifdef __x86_64__
#include <x86intrin.h>
#define TICKS_COUNTER_NAME "time stamp counter"
#else
#define TICKS_COUNTER_NAME ""
#endif

/* Whether there is a counter that is worth it: invariant, and read faster than the clock. That of
 * AArch64 is what the system's clock reads anyway. */
bool ticks_has_counter(void);

/* The counter, or nanoseconds where has_counter is false. */
static inline uint64_t ticks_now(bool has_counter)
{
#ifdef __x86_64__
    if (has_counter)
        return __rdtsc();
#endif
    (void)has_counter;
    return clock_ns();
}

#endif
