/* The text of a file of settings, and the mapping that it says. */
#ifndef UI_SETTINGS_TEXT_H
#define UI_SETTINGS_TEXT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "experiment/value.h"

/* Reads a file, which may be empty, into a text that is to be released in any case. STATUS_IO,
 * STATUS_FORMAT: it cannot be read, or is larger than anybody writes by hand. */
enum status settings_text_read(const char *path, struct text *text, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* The mapping, in the arena; NULL where there is nothing but comments. STATUS_FORMAT: it is no
 * YAML, or something else than a mapping. */
enum status settings_text_parse(const struct text *text, const struct source *source,
                                struct arena *arena, struct value **map, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

/* The members of a map that may be NULL; NULL: it has none of that name. */
const struct value *settings_text_member(const struct value *map, const char *name)
    __attribute__((nonnull(2)));

#endif
