/* Keys that screens share, each on the screens of some kinds, and what of them tables of screens
 * use, too. */
#ifndef UI_SHARED_KEYS_H
#define UI_SHARED_KEYS_H

#include "ui/keys.h"

struct shared_key {
    unsigned kinds; /* bits of enum screen_kind: the screens that have it */
    struct key_binding binding;
    /* Whether a screen has what the key needs; NULL: all of these kinds have. */
    bool (*fits)(const struct screen *screen);
};

/* Those that stand before the keys of the screen itself, and those behind them. */
extern const struct shared_key shared_keys_first[], shared_keys_last[];
extern const size_t shared_keys_first_count, shared_keys_last_count;

/* Actions; each returns bits of enum loop_request. */

/* Moves the screen's selection, or what it shows, by lines; those above 0 are downwards. */
unsigned shared_move(struct ui *ui, int lines) __attribute__((nonnull(1)));
/* Goes back to the screen before. */
unsigned shared_back(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Goes to the main screen of an enum context. */
unsigned shared_go(struct ui *ui, int context) __attribute__((nonnull(1)));
/* Opens the screen of an enum context over this one. */
unsigned shared_enter(struct ui *ui, int context) __attribute__((nonnull(1)));

#endif
