/* What leaves the screen: a page in a file, the details of a row for the clipboard. */
#ifndef UI_EXPORT_H
#define UI_EXPORT_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */

/* Asks for a file and writes the page that is shown into it, as text. */
unsigned export_page(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Leaves the text of the details, or of the page where there are none, in ui->copied. */
unsigned export_copy(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
