/* Texts from elsewhere, made harmless for terminals and for what takes only UTF-8. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/arena.h"

/* In place and without changing its length: '?' stands for each byte of what steers a terminal
 * (control characters, marks that turn the direction of writing) and of what is not UTF-8, such as
 * a character that was cut. */
void text_make_printable(char *string) __attribute__((nonnull(1)));
/* A formatted text, made printable, in the arena. Files may hold names of any length: what is
 * longer than PRINTABLE_MOST bytes ends there in "...". */
#define PRINTABLE_MOST 8192
char *printable_text(struct arena *arena, const char *format, va_list arguments)
    __attribute__((returns_nonnull, format(printf, 2, 0), nonnull(1, 2)));
/* Bytes of the UTF-8 character that begins here, 1 to 4; 0: none does, but for the end of the
 * string, which is a character of one byte. */
size_t text_character_bytes(const char *string) __attribute__((nonnull(1)));
/* Whether it would stay as it is. */
bool text_is_printable(const char *string) __attribute__((nonnull(1)));

/* The character that a sound UTF-8 sequence begins the string with, and the bytes of that; 0: none
 * does. */
size_t text_take_character(const char *string, unsigned long *character)
    __attribute__((nonnull(1, 2)));
/* The UTF-8 of a character, at most 0x10ffff, with a NUL behind it. */
#define CHARACTER_SIZE 5
void text_put_character(unsigned long character, char buffer[CHARACTER_SIZE])
    __attribute__((nonnull(2)));

#endif
