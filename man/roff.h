/* Roff, the language of man pages. All text that man/ does not write itself comes through here. */
#ifndef MAN_ROFF_H
#define MAN_ROFF_H

#include "base/text.h"

/* Adds text that starts a line or stands within one: backslashes, hyphens and dots or quotes at its
 * beginning as themselves. */
void roff_text(const char *string, struct text *out) __attribute__((nonnull(1, 2)));

#endif
