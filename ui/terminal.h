/* The terminal through curses: opened, drawn on, read, suspended, and left as it was. There is one.
 */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "ui/curses_keys.h"
#include "ui/look.h"
#include "ui/options.h"

/* Opens standard input and output. LC_CTYPE is set from the environment first: it decides what can
 * be drawn. */
enum status terminal_open(const struct look *look, enum ui_color color, struct error *error)
    __attribute__((nonnull(1, 3)));
/* Draws otherwise from now on, and everything anew; the mouse is asked for, or not any more. */
void terminal_look(const struct look *look) __attribute__((nonnull(1)));
/* Leaves a terminal that is still there as it was; one that was closed is not touched. */
void terminal_close(void);

/* Polls readable when there are keys, or the terminal is gone. */
int terminal_descriptor(void);
/* Whether it is still there, after poll reported it as closed or as readable without anything to
 * read. */
bool terminal_is_alive(void);

/* Blank cells to draw on, as large as the terminal is now. */
void terminal_begin(struct draw *draw) __attribute__((nonnull(1)));
/* Sends what changed. */
void terminal_end(void);
/* Gives the terminal a text for its clipboard (OSC 52); one that knows no such sequence ignores it.
 */
void terminal_copy(const struct text *text) __attribute__((nonnull(1)));
/* Makes the next terminal_end send everything. */
void terminal_repaint(void);
/* Takes the new size; after SIGWINCH. */
void terminal_resize(void);
/* Gives the terminal to the shell until this process goes on. */
void terminal_suspend(void);
/* Takes the terminal's settings again, after the process was stopped by others. */
void terminal_resume(void);

/* The next key or click; false when there is none (never waits). */
bool terminal_read(struct terminal_event *event) __attribute__((nonnull(1)));

#endif
