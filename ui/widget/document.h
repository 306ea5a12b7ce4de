/* A document: lines of text in roles, made anew for a width, shown through a window that scrolls.
 */
#ifndef UI_WIDGET_DOCUMENT_H
#define UI_WIDGET_DOCUMENT_H

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw.h"

struct document_span {
    int x;
    enum role role;
    const char *text;
};

#define DOCUMENT_SPANS_MAX 24

struct document_line {
    struct document_span spans[DOCUMENT_SPANS_MAX];
    int count;
};

struct document {
    struct arena *arena; /* owns the lines and their texts */
    struct document_line **lines;
    size_t count, capacity;
    int width; /* that paragraphs are wrapped to */
    bool ascii;
    bool braille; /* as in struct draw; false at first */
};

/* How far a document is scrolled; kept from one drawing to the next. */
struct document_view {
    int top;           /* first line shown */
    int lines, height; /* of the document and of the window when last drawn */
};

void document_init(struct document *document, int width, bool ascii) __attribute__((nonnull(1)));
void document_release(struct document *document) __attribute__((nonnull(1)));

/* Starts an empty line. */
void document_break(struct document *document) __attribute__((nonnull(1)));
/* Adds to the last line, from column x; a span beyond DOCUMENT_SPANS_MAX is left out. */
void document_span(struct document *document, int x, enum role role, const char *text)
    __attribute__((nonnull(1, 4)));
/* Wraps a text between column x and the right edge: the first line goes on with the last line of
 * the document, the others start lines of their own. */
void document_paragraph(struct document *document, int x, enum role role, const char *text)
    __attribute__((nonnull(1, 4)));
/* A line that starts with a label, and a paragraph behind it at column x; nothing when text is
 * empty. */
void document_entry(struct document *document, int x, const char *label, enum role role,
                    const char *text) __attribute__((nonnull(1, 3, 5)));

/* Leaves so many lines; where that takes some away, the last one ends in "…". */
void document_cut(struct document *document, size_t lines) __attribute__((nonnull(1)));

/* Draws the lines that the view shows, takes the view into range, and marks at the right edge that
 * there are more lines above or below. */
void document_draw(const struct document *document, struct document_view *view,
                   const struct draw *draw, struct rect area) __attribute__((nonnull(1, 2, 3)));
/* Adds the whole document as lines of text. */
void document_print(const struct document *document, struct text *out)
    __attribute__((nonnull(1, 2)));
void document_move(struct document_view *view, int lines) __attribute__((nonnull(1)));

#endif
