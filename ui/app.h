/* The terminal user interface: live tables of a run, or of a journal. */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "ui/options.h"

/* Whether this program was built with the screen. */
bool ui_available(void);

/* STATUS_INVALID: no main screen has that name; the message lists those that there are. */
enum status ui_check_screen(const char *name, struct error *error) __attribute__((nonnull(1, 2)));

/* Adds one drawing of a screen of so many cells as lines of text, without the blanks at their ends;
 * options->screen must be one that ui_check_screen knows, or NULL. What options->keys has between
 * blanks is typed there first: keys by their names, else characters. Characters beyond ASCII are
 * used where the locale has them. */
void ui_print(const struct ui_options *options, int height, int width, struct text *out)
    __attribute__((nonnull(1, 4)));

/* Shows the screens on standard input and output until the user quits, a signal ends the program
 * (SIGINT, SIGTERM, SIGHUP, SIGQUIT), or the terminal is closed; all of these are STATUS_OK. A run
 * that is still going is stopped then (runner_stop); the caller frees the runner. The terminal is
 * as it was before on every way out, and what was written to standard error meanwhile is written
 * there afterwards. STATUS_UNSUPPORTED: standard input or output is not a terminal, or one that
 * cannot place its cursor. Any other error is what ended the run (runner_dispatch); it was shown to
 * the user until he quit. */
enum status ui_run(const struct ui_options *options, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
