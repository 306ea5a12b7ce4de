/* How threads wait for each other: they look for a short while, then sleep until they are woken. */
#ifndef ENGINE_REST_H
#define ENGINE_REST_H

#include <stdatomic.h>
#include <stdbool.h>

/* Nanoseconds of a clock that only goes forward. */
long rest_clock(void);

/* Looks until *word is no longer `value`; false: it still is after so many nanoseconds. */
bool rest_spin(const atomic_uint *word, unsigned value, long nanoseconds)
    __attribute__((nonnull(1)));

/* Sleeps until rest_wake(), or some time sooner, unless *word is no longer `value`. */
void rest_sleep(atomic_uint *word, unsigned value) __attribute__((nonnull(1)));
/* Wakes all that sleep on the word, which was changed before. */
void rest_wake(atomic_uint *word) __attribute__((nonnull(1)));

#endif
