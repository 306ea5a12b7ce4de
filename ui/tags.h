/* The rows that the user tagged, to compare them. */
#ifndef UI_TAGS_H
#define UI_TAGS_H

#include <stdbool.h>

/* As many as have room beside each other. */
#define TAGS_MAX 4

struct tags {
    int trials[TAGS_MAX]; /* in the order in which they were tagged */
    int count;
};

bool tags_have(const struct tags *tags, int trial) __attribute__((nonnull(1)));
/* Tags a row, or takes its tag away; false: there are TAGS_MAX already. */
bool tags_toggle(struct tags *tags, int trial) __attribute__((nonnull(1)));

#endif
