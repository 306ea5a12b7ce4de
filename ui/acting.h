/* What the user does to the run: actions, each returns bits of enum loop_request. */
#ifndef UI_ACTING_H
#define UI_ACTING_H

#include "ui/ui.h"

/* Starts the run, or goes on with it. */
unsigned acting_start(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Stops it, after a question. */
unsigned acting_stop(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Has it wait or go on, or else the one that is played again. */
unsigned acting_pause(struct ui *ui, int argument) __attribute__((nonnull(1)));

/* Leaves the selected row out; after a question where others are compared with it. */
unsigned acting_skip(struct ui *ui, int argument) __attribute__((nonnull(1)));

/* Measures the selected row once more; after a question where that costs figures. */
unsigned acting_repeat(struct ui *ui, int argument) __attribute__((nonnull(1)));

/* Of the prompt: "mode MODE" or "placement PLACEMENT" is added to the run, or removed from it; the
 * latter after a question where that costs figures. */
enum status acting_check_add(const struct ui *ui, const char *rest, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status acting_check_remove(const struct ui *ui, const char *rest, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Adds the words that may stand at the end of rest, for ui/completion.h; where in it they begin. */
const char *acting_offer_add(const struct ui *ui, const char *rest, struct text *words)
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));
const char *acting_offer_remove(const struct ui *ui, const char *rest, struct text *words)
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));
unsigned acting_add(struct ui *ui, const char *rest) __attribute__((nonnull(1, 2)));
unsigned acting_remove(struct ui *ui, const char *rest) __attribute__((nonnull(1, 2)));

#endif
