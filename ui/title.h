/* The first line of the main screens: the run, the screens there are, and how the run stands. */
#ifndef UI_TITLE_H
#define UI_TITLE_H

#include "ui/ui.h"

/* Registers clicks on the names of the screens. */
void title_draw(const struct ui *ui, const struct draw *draw, struct rect area)
    __attribute__((nonnull(1, 2)));

/* The line of a screen before there is a run. */
struct title_words {
    const char *notice;  /* in the place of the others; NULL: none */
    const char *subject; /* what the screen is about */
    const char *state;   /* at the right, where it has room beside the subject */
    bool is_wrong;       /* the state is told whatever becomes of the subject */
};

void title_draw_words(const struct draw *draw, struct rect area, const struct title_words *words)
    __attribute__((nonnull(1, 3)));

#endif
