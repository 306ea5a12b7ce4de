/* Reading values that are lists, or mappings in them. */
#ifndef EXPERIMENT_KEY_LIST_H
#define EXPERIMENT_KEY_LIST_H

#include "experiment/key_set.h"

/* A list as it grows: items of one size in an array of the arena. */
struct list {
    void *items;
    size_t count, size;
};

/* Reads one item; the others of the list do not matter to it. */
typedef enum status item_reader(const struct setting *setting, const struct value *value,
                                void *item);

/* Makes a new list of the old one's items, where they stay, and the value's. */
enum status list_read(const struct setting *setting, const struct value *value, item_reader *read,
                      struct list *list) __attribute__((nonnull(1, 2, 3, 4)));

/* The member of a mapping, or NULL. */
const struct value *map_find(const struct value *map, const char *key)
    __attribute__((nonnull(1, 2)));
/* Reads a member that has to be a text; *text stays as it is without such a member. */
enum status map_read_text(const struct setting *setting, const struct value *map, const char *key,
                          const char **text) __attribute__((nonnull(1, 2, 3, 4)));
/* Whether all keys of a mapping are among the names. */
enum status map_check(const struct setting *setting, const struct value *map,
                      const char *const *names, size_t count) __attribute__((nonnull(1, 2, 3)));

#endif
