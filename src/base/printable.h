/* Texts from elsewhere, made harmless for terminals and for what takes only UTF-8. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stdbool.h>

/* In place and without changing its length: '?' stands for each byte of what steers a terminal
 * (control characters, marks that turn the direction of writing) and of what is not UTF-8, such as
 * a character that was cut. */
void text_make_printable(char *string) __attribute__((nonnull(1)));
/* Whether it would stay as it is. */
bool text_is_printable(const char *string) __attribute__((nonnull(1)));

#endif
