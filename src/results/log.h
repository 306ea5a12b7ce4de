/* What happened in a run, line by line, for people: told from its events. */
#ifndef RESULTS_LOG_H
#define RESULTS_LOG_H

#include "results/results.h"

enum log_kind { LOG_NEWS, LOG_WARNING, LOG_FAILURE, LOG_KIND_COUNT };

struct log_line {
    double seconds; /* since the run began */
    enum log_kind kind;
    const char *text; /* printable; lives as long as the results */
};

size_t results_log_count(const struct results *results) __attribute__((nonnull(1)));
const struct log_line *results_log_line(const struct results *results, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
