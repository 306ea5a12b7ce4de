/* A value on its way to its key, for those who read and store it: texts and paths in the arena of
 * the experiment, rows of tables by name, and messages about what the key does not take. A
 * status other than STATUS_OK is STATUS_INVALID, with the error filled. */
#ifndef EXPERIMENT_SETTING_H
#define EXPERIMENT_SETTING_H

#include <stddef.h>

#include "base/error.h"
#include "experiment/keys.h"
#include "experiment/value.h"

struct setting {
    struct draft *draft;
    const struct key *key;
    const struct source *source;
    struct error *error;
};

/* Whether the value adds to what the key holds. Options add to options, and replace everything
 * else: what a profile says, and the default. */
bool setting_adds_up(const struct setting *setting) __attribute__((nonnull(1)));

/* Finds the row of the key's choices that a text names; their count stands for the open choice.
 * STATUS_OK, or the error names the nearest choice. */
enum status setting_choose(const struct setting *setting, const struct value *value, size_t *found)
    __attribute__((nonnull(1, 2, 3)));

/* Fills the error for a value that is not what the key takes; hint ends the message, NULL: none. */
enum status setting_refuse(const struct setting *setting, const struct value *value,
                           const char *hint) __attribute__((nonnull(1, 2)));
/* Fills the error with any other complaint about a value; its path ends the message's beginning:
 * "wrong value for 'modes[1]': ...". */
enum status setting_fail(const struct setting *setting, const struct value *value,
                         const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(1, 2, 3)));

/* A text of the value, in the experiment's arena; as a path it starts from the profile's folder. */
const char *setting_text(const struct setting *setting, const char *text)
    __attribute__((returns_nonnull, nonnull(1, 2)));
const char *setting_path(const struct setting *setting, const char *path)
    __attribute__((returns_nonnull, nonnull(1, 2)));

#endif
