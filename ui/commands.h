/* The prompt that everything can be said at: commands, and the names of what keys do. */
#ifndef UI_COMMANDS_H
#define UI_COMMANDS_H

#include "ui/ui.h"

/* What there is beside the names of actions, for the manual. */
struct prompt_command {
    const char *name, *arguments, *help;
    /* STATUS_INVALID: what stands behind the name will not do. */
    enum status (*check)(const struct ui *ui, const char *rest, struct error *error);
    unsigned (*run)(struct ui *ui, const char *rest); /* bits of enum loop_request */
    /* Adds the words that may stand at the end of rest, for ui/completion.h; where in it they
     * begin. NULL: nothing stands behind the name. */
    const char *(*offer)(const struct ui *ui, const char *rest, struct text *words);
};

extern const struct prompt_command prompt_commands[];
extern const size_t prompt_command_count;

/* Actions; each returns bits of enum loop_request. */
unsigned commands_prompt(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Takes the next preset. */
unsigned commands_preset(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
