/* Targets: devices that a mode's file may be meant for, and what they hold and run. */
#ifndef EXPERIMENT_TARGET_H
#define EXPERIMENT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct target {
    const char *name;
    double flash, ram; /* bytes for the file and for the activations; 0: no limit */
    bool integer_only; /* it has no floating point */
    /* What an operator may compute on, as "int8+int16/int8": the type of its activations, and that
     * of its weights where it is another; "": anything. */
    const char *types;
    const char *operators; /* "CONV_2D+ADD"; "": all */
};

/* Shipped rows. */
struct target_row {
    struct target target;
    const char *text;
};
extern const struct target_row target_table[];
extern const size_t target_count;

/* What a target may be given: one row each. */
struct target_option {
    const char *name, *text;
};
extern const struct target_option target_option_table[];
extern const size_t target_option_count;

/* Sets one of these, lists with a + between items. Texts live in the arena. STATUS_INVALID: an
 * unknown name, or a wrong value. */
enum status target_option_set(struct arena *arena, struct target *target, const char *name,
                              const char *value, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));
/* A shipped row of that name, or a target without limits. */
struct target target_of(struct arena *arena, const char *name) __attribute__((nonnull(1, 2)));
/* Parses "edge-tpu", or "board:flash=256 KiB,ram=64 KiB": a shipped row with other limits, or a
 * name of one's own with some. */
enum status target_parse(const char *text, struct arena *arena, struct target *target,
                         struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
