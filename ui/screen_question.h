/* A question over whatever was shown; its answers are in the footer, and in the box. */
#ifndef UI_SCREEN_QUESTION_H
#define UI_SCREEN_QUESTION_H

#include "ui/ui.h"

/* Asks it. title is a short form in static memory ("Quit?"): it heads the box, and is all that is
 * shown where there is hardly room. yes is called for that answer and returns bits of enum
 * loop_request. */
void question_ask(struct ui *ui, const char *title, unsigned (*yes)(struct ui *ui),
                  const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(1, 2, 3, 4)));

#endif
