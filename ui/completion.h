/* Completing what is typed: of the words that may stand at its end, those that begin as it does. */
#ifndef UI_COMPLETION_H
#define UI_COMPLETION_H

#include <stddef.h>

#include "base/text.h"

/* Adds a word that may stand there, which has no newline; one that needs another behind it ends in
 * a blank. */
void completion_add(struct text *words, const char *word) __attribute__((nonnull(1, 2)));

/* Takes the words that begin as typed does, each once, into *matches, likewise; how many. */
size_t completion_match(const struct text *words, const char *typed, struct text *matches)
    __attribute__((nonnull(1, 2, 3)));
/* Bytes that all matches, of which there are some, begin with: whole characters. */
size_t completion_common(const struct text *matches) __attribute__((nonnull(1)));

#endif
