/* What the words of the program mean, kind by kind, as the help screen shows it. The kinds are
 * handed in: most words stand in tables that no screen knows. */
#ifndef UI_TOPICS_H
#define UI_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* The words of one table. */
struct topic_kind {
    const char *name;    /* "mode" */
    const char *heading; /* "Modes" */
    size_t (*count)(void);
    const void *(*item)(size_t i);          /* the first member of items is the word */
    const char *(*title)(const void *item); /* what people see in its place; NULL: the word */
    void (*print)(const void *item, struct text *out); /* one or more sentences */
    bool is_shown_already;                             /* the help screen has these otherwise */
};

static inline const char *topic_name(const void *item)
{
    return *(const char *const *)item;
}

struct topics {
    const struct topic_kind *kinds;
    size_t count;
};

#endif
