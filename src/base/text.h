/* Text: a growing buffer, finding the name that was probably meant, and small parsers. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/printable.h"

/* A growing string; always NUL-terminated once anything was added. {0} is a valid empty one. */
struct text {
    char *bytes;
    size_t length, capacity;
};

void text_add(struct text *text, const char *bytes, size_t length) __attribute__((nonnull(1)));
void text_add_string(struct text *text, const char *string) __attribute__((nonnull(1, 2)));
void text_printf(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));
void text_vprintf(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0), nonnull(1, 2)));
/* Empties it and keeps the memory. */
void text_clear(struct text *text) __attribute__((nonnull(1)));
void text_release(struct text *text) __attribute__((nonnull(1)));

/* Edits (insert, delete, replace, swap of neighbours) that turn a into b. */
size_t text_distance(const char *a, const char *b) __attribute__((nonnull(1, 2)));

/* The name nearest to the wrong one, or NULL when none is near enough to be meant. names has count
 * entries, each at the start of an item of stride bytes (a table whose first member is its name).
 */
const char *text_nearest(const char *wrong, const void *names, size_t count, size_t stride)
    __attribute__((nonnull(1)));

/* Parses the whole string as a number; false when anything is left over or out of range. */
bool text_to_double(const char *string, double *value) __attribute__((nonnull(1, 2)));
bool text_to_long(const char *string, long *value) __attribute__((nonnull(1, 2)));

/* The same of bytes, with a unit of the SI or a binary one: "500 KiB", "1.5MB". */
bool text_to_bytes(const char *text, double *bytes) __attribute__((nonnull(1, 2)));

/* Takes an option; its error says what is wrong with it. */
typedef enum status text_option_setter(void *context, const char *name, const char *value,
                                       struct error *error);
/* Sets the options of a list "name=value,name=value", which is changed on the way, up to the first
 * that fails. */
enum status text_set_options(char *list, text_option_setter *set, void *context,
                             struct error *error) __attribute__((nonnull(1, 2, 4)));

/* Bytes for people: "1.53 MiB", "12 B", in buffer, which it returns. */
#define TEXT_BYTES_SIZE 32
const char *text_bytes(double bytes, char buffer[TEXT_BYTES_SIZE]) __attribute__((nonnull(2)));

/* Appends the string, made printable (base/printable.h). */
void text_add_printable(struct text *text, const char *string) __attribute__((nonnull(1, 2)));

#endif
