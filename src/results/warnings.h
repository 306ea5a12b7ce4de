/* What disturbed a run, as its journal tells. */
#ifndef RESULTS_WARNINGS_H
#define RESULTS_WARNINGS_H

#include "results/results.h"

/* Texts are printable and live as long as the results. */
struct warning {
    const char *kind; /* one warning of each: the last one said */
    const char *text, *remedy;
};

size_t results_warning_count(const struct results *results) __attribute__((nonnull(1)));
const struct warning *results_warning(const struct results *results, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
