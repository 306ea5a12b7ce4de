/* Screens that are one document: a first line, a window of lines that scrolls, and the footer.
 * Their state is a struct document_view. */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include "ui/ui.h"
#include "ui/widget/document.h"

/* Draws what print adds to a document, as the screen of the context, below its first line. */
void page_draw(struct ui *ui, enum context context, const struct draw *draw,
               void (*print)(struct ui *ui, struct document *document))
    __attribute__((nonnull(1, 3, 4)));

/* Of struct screen. */
void page_enter(struct ui *ui) __attribute__((nonnull(1))); /* starts from the top */
void page_move(struct ui *ui, int lines) __attribute__((nonnull(1)));
int page_height(const struct ui *ui) __attribute__((nonnull(1)));

#endif
