/* Terminal cells: how wide a text is on the screen, and where it may be cut.
 *
 * Texts are UTF-8; what is not, and control characters, become '?'. Invisible formatting characters
 * (joiners, direction overrides, variation selectors) are left out, because terminals disagree
 * about their effect. Widths come from wcwidth, so LC_CTYPE must be a UTF-8 locale unless ascii is
 * set; with ascii every character beyond ASCII is replaced by its usual spelling ("+-", "u") or
 * '?'. */
#ifndef UI_CELLS_H
#define UI_CELLS_H

#include <stdbool.h>
#include <stddef.h>

/* One character with the combining marks that follow it. */
#define GLYPH_SIZE 32
struct glyph {
    char bytes[GLYPH_SIZE]; /* NUL-terminated UTF-8; empty when there is nothing to draw */
    int width;              /* cells: 0 (nothing to draw) to 3 (an ASCII spelling) */
};

/* Takes the next character of text; returns the bytes it had, 0 at the end. */
size_t cells_next(const char *text, bool ascii, struct glyph *glyph) __attribute__((nonnull(1, 3)));

int cells_width(const char *text, bool ascii) __attribute__((nonnull(1)));

/* The first line of a text that is wrapped to width cells: returns its bytes without the blanks at
 * its end, and in *next where the following line starts. Breaks at blanks, else within a word;
 * takes at least one character. */
size_t cells_wrap(const char *text, bool ascii, int width, size_t *next)
    __attribute__((nonnull(1, 4)));

#endif
