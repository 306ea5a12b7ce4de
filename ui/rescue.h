/* The terminal as it was before, on the ways out that cannot call curses: crash signals and the end
 * of memory. What has to be written is prepared beforehand; then only calls that are safe in a
 * signal handler are used.
 *
 * While this is set up, what the process writes to standard error (a library's warning, a
 * sanitizer's report) is kept off the screen if it would go to a terminal, and is written there at
 * the end. */
#ifndef UI_RESCUE_H
#define UI_RESCUE_H

#include <stddef.h>
#include <termios.h>

/* Takes the settings of the terminal and standard error; before curses changes them. */
void rescue_begin(int terminal, const struct termios *settings) __attribute__((nonnull(2)));
/* What the terminal is sent to leave curses' screen: at most RESCUE_BYTES_MAX bytes. */
#define RESCUE_BYTES_MAX 512
void rescue_prepare(const char *bytes, size_t length) __attribute__((nonnull(1)));
/* Gives standard error back, with what was kept, and takes the handlers away; after curses ended.
 */
void rescue_end(void);

/* Restores terminal and standard error at once; safe in a signal handler, and does nothing the
 * second time. */
void rescue_now(void);

#endif
