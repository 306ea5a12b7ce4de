/* Reading the members of an event, which may lack any of them or have another kind of it. */
#ifndef RESULTS_MEMBERS_H
#define RESULTS_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "results/results.h"

/* A text for people: printable, "" when absent; lives as long as the results. */
const char *text_member(struct results *results, const json_t *object, const char *key)
    __attribute__((returns_nonnull, nonnull(1, 3)));
/* A finite number; false: there is none. */
bool number_member(const json_t *object, const char *key, double *value)
    __attribute__((nonnull(2, 3)));
double number_or(const json_t *object, const char *key, double absent) __attribute__((nonnull(2)));
/* An index 0 <= *index < count. */
bool index_member(const json_t *object, const char *key, size_t count, size_t *index)
    __attribute__((nonnull(2, 4)));

#endif
