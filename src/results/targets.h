/* Targets: whether a row's file could run on the devices that the profile names, and why not. */
#ifndef RESULTS_TARGETS_H
#define RESULTS_TARGETS_H

#include <jansson.h>

#include "base/text.h"
#include "results/results.h"

struct target_limits {
    const char *name;  /* printable */
    double flash, ram; /* bytes; 0: no limit */
    bool integer_only;
    const char *types, *operators; /* lists with a + between items; "": anything */
};

size_t results_target_count(const struct results *results) __attribute__((nonnull(1)));
const struct target_limits *results_target(const struct results *results, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));

enum fit { FITS, FITS_NOT, FITS_PERHAPS, FITS_COUNT };

/* Whether a row's file and activations keep the limits of target i; why not (or what is not known)
 * is appended. */
enum fit results_fit(const struct results *results, const struct row *row, size_t i,
                     struct text *why) __attribute__((nonnull(1, 2, 4)));

#endif
