/* How a failure travels: one status and one message, filled by the layer that first failed.
 *
 * Every function that can fail returns an enum status and takes a struct error last. On STATUS_OK
 * the error is untouched; on anything else it is filled. Upper layers may add a place
 * (error_within) but never a second text. Messages state the problem first, quote the subject,
 * start in lower case and have no full stop. They may quote what files hold: both texts of an error
 * are sound UTF-8 and steer no terminal, whatever went in.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stddef.h>

enum status {
    STATUS_OK = 0,
    STATUS_IO,          /* a file could not be opened, read or written */
    STATUS_FORMAT,      /* bytes contradict the format they claim */
    STATUS_UNSUPPORTED, /* well-formed, but nothing here implements it */
    STATUS_INVALID,     /* an argument or a profile value is wrong */
    STATUS_MEMORY,      /* more memory asked for than there is */
    STATUS_SYSTEM,      /* the operating system refused */
};

struct error {
    enum status status;
    char where[320]; /* file, file:line:column, or file and node; may be empty */
    char text[480];  /* what is wrong */
};

/* Fills *error and returns status, so that a failing path is one statement. where may be NULL. */
enum status error_set(struct error *error, enum status status, const char *where,
                      const char *format, ...) __attribute__((format(printf, 4, 5), nonnull(1, 4)));

/* As error_set with STATUS_IO or STATUS_SYSTEM and the text of errno appended. */
enum status error_set_errno(struct error *error, enum status status, const char *where,
                            const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(1, 4)));

/* Puts an outer place in front of the recorded one ("model.tflite: node 3 (CONV_2D)"). */
enum status error_within(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* "where: text" in buffer, which it returns. */
const char *error_line(const struct error *error, char *buffer, size_t size)
    __attribute__((nonnull(1, 2)));

#endif
