/* Forms within the form of the start screen: the options of each mode. */
#ifndef COMMAND_START_MODES_H
#define COMMAND_START_MODES_H

#include "base/arena.h"
#include "base/text.h"
#include "quantize/mode.h"
#include "ui/form.h"

struct start_mode {
    const struct mode *mode;
    struct form form; /* a field for each option that the mode has, in the order of their table */
};

/* Everything is at its default. Texts and fields live in the arena; changed and context are those
 * of the form that this one is opened from. */
void start_mode_init(struct start_mode *chosen, const struct mode *mode, struct arena *arena,
                     void (*changed)(void *context), void *context)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Whether an option is not at its default. */
bool start_mode_is_changed(const struct start_mode *chosen) __attribute__((nonnull(1)));
/* As mode_parse reads it: "int8:weights=per-tensor". */
void start_mode_format(const struct start_mode *chosen, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
