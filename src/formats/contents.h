/* What has been written already, found by its bytes: a file holds the same constant once. */
#ifndef FORMATS_CONTENTS_H
#define FORMATS_CONTENTS_H

#include <stddef.h>

struct content {
    const void *label, *bytes; /* the caller's, which live as long as the list; label: what must be
                                  the same, too */
    size_t label_size, size;
    int number;
};

struct content_slot;

struct content_table {
    struct content_slot *slots;
    size_t count, capacity;
};

/* {0}: nothing yet. */
struct contents {
    struct content_table sizes; /* the first one of each label and size, whose bytes are not read
                                   until there is another one */
    struct content_table items;
};

/* The number of what has the same bytes and label; where there is nothing such, that of the content
 * itself, which is noted. */
int contents_number(struct contents *contents, const struct content *content)
    __attribute__((nonnull(1, 2)));
void contents_release(struct contents *contents) __attribute__((nonnull(1)));

#endif
