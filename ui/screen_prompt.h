/* The prompt: a line of text that the user types, at the foot of the screen. */
#ifndef UI_SCREEN_PROMPT_H
#define UI_SCREEN_PROMPT_H

#include "ui/ui.h"

#define PROMPT_SIZE 160

/* What a prompt is for; outlives it. */
struct prompt_use {
    const char *label;                                /* "search: " */
    void (*changed)(struct ui *ui, const char *text); /* after each key; NULL: nothing is done */
    /* At Enter. False: the text will not do, which was said, and the prompt stays. */
    bool (*accepted)(struct ui *ui, const char *text);
    void (*cancelled)(struct ui *ui); /* NULL: nothing is done */
    /* Adds the words that may stand at the end of the text, for ui/completion.h; where in it they
     * begin. NULL: nothing is completed. */
    const char *(*offer)(struct ui *ui, const char *text, struct text *words);
    bool is_kept; /* what was typed can be brought back */
    /* Once the prompt is closed; returns bits of enum loop_request. NULL: nothing is done. */
    unsigned (*then)(struct ui *ui, const char *text);
};

/* Opens it with a text to change. */
void prompt_open(struct ui *ui, const struct prompt_use *use, const char *text)
    __attribute__((nonnull(1, 2, 3)));

#endif
