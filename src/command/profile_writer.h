/* Profiles that are written: every key with its help, those that are chosen with their values. */
#ifndef COMMAND_PROFILE_WRITER_H
#define COMMAND_PROFILE_WRITER_H

#include "base/text.h"

#define PROFILE_CHOICES_MOST 32

/* Keys that the profile sets, and their values as YAML, which free() frees. */
struct profile_choices {
    struct profile_choice {
        const char *path;
        char *value;
    } items[PROFILE_CHOICES_MOST];
    size_t count;
};

/* Takes over the value; path is that of a key that is not chosen yet, and outlives the choices. */
void profile_choose(struct profile_choices *choices, const char *path, char *value)
    __attribute__((nonnull(1, 2, 3)));
void profile_choices_release(struct profile_choices *choices) __attribute__((nonnull(1)));

/* Values, which the caller frees: a text in double quotes, so that nothing in it is YAML, and a
 * path that holds wherever the profile is put. */
char *profile_text(const char *text) __attribute__((returns_nonnull, nonnull(1)));
char *profile_path(const char *path) __attribute__((returns_nonnull, nonnull(1)));

void profile_write(const struct profile_choices *choices, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
