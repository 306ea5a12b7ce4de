/* Keys that the user gave to actions, in the place of the program's own. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include "base/arena.h"
#include "experiment/value.h"
#include "ui/keys.h"

/* Makes a keymap, in the arena, of the program's keys and a mapping of contexts to mappings of
 * actions to lists of keys, which take the place of all keys that the action has there:
 *     {all: {quit: [Q]}, trials: {sort: [s, F6], stop: []}}
 * STATUS_INVALID, and *keymap as it was: a context, an action or a key that there is not, a key
 * that means something else there, or an action whose keys always stay. */
enum status keymap_build(const struct value *map, const struct source *source, struct arena *arena,
                         struct keymap *keymap, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
