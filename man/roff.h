/* Roff, the language of man pages. All text that man/ does not write itself comes through here. */
#ifndef MAN_ROFF_H
#define MAN_ROFF_H

#include "base/text.h"

/* Adds text that starts a line or stands within one: backslashes, hyphens and dots or quotes at its
 * beginning as themselves. */
void roff_text(const char *string, struct text *out) __attribute__((nonnull(1, 2)));
/* Adds an entry of a list (.TP): a name in bold, with a value (NULL or "": none), and its text. */
void roff_item(const char *name, const char *value, const char *help, struct text *out)
    __attribute__((nonnull(1, 3, 4)));

#endif
