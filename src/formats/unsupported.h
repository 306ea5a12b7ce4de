/* What a model file holds and nothing here implements: all of it with counts, for one message. */
#ifndef FORMATS_UNSUPPORTED_H
#define FORMATS_UNSUPPORTED_H

#include <stddef.h>

#include "base/text.h"

/* Further kinds are counted together. */
#define UNSUPPORTED_KINDS 8

/* {0} is a valid empty one. */
struct unsupported {
    struct {
        char name[48];
        size_t count;
    } kinds[UNSUPPORTED_KINDS];
    int n_kinds;
    size_t others;   /* uses of kinds that have no place above */
    char first[100]; /* where the first one is: "node 12 'x'" */
};

/* Counts one more use of a kind; where is kept of the first. */
void unsupported_add(struct unsupported *list, const char *name, const char *where)
    __attribute__((nonnull(1, 2, 3)));
/* Appends "unsupported operators: TopK x2, LSTM x1 (first: node 12 'x')", what being "operators";
 * after "; " where something precedes. Nothing where nothing was added. */
void unsupported_describe(const struct unsupported *list, const char *what, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* What may help with a kind, by its name; NULL: nothing in particular. */
const char *unsupported_remedy(const char *kind) __attribute__((nonnull(1)));
/* Appends what may help with the first operator or else type that there is a remedy for ("; export
 * the model without loops ..."), or what helps with many. Nothing where nothing was added. */
void unsupported_advise(const struct unsupported *operators, const struct unsupported *types,
                        struct text *out) __attribute__((nonnull(1, 2, 3)));

#endif
