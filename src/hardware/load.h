/* How busy each processing unit is, from counters of the system. */
#ifndef HARDWARE_LOAD_H
#define HARDWARE_LOAD_H

#include <stdbool.h>
#include <stddef.h>

/* Units beyond are not looked at. */
#define LOAD_UNITS_MAX 1024

/* Counters of the last look, in ticks, by the unit's number. Zeros, but for the root, at first. */
struct load {
    const char *root; /* stands before /proc, "" but in tests; outlives this */
    bool has_looked;
    double busy[LOAD_UNITS_MAX], total[LOAD_UNITS_MAX];
};

/* Looks, and says what share of the time since the look before each unit computed: shares, room for
 * LOAD_UNITS_MAX of them, by number; NaN where a unit is not there, or no time passed. *count: the
 * highest number and one. False: it was the first look, or the system does not tell. */
bool load_look(struct load *load, double *shares, size_t *count) __attribute__((nonnull(1, 2, 3)));

#endif
