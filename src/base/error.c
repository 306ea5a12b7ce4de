#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"

static void __attribute__((format(printf, 4, 0)))
fill(struct error *error, enum status status, const char *where, const char *format,
     va_list arguments)
{
    error->status = status;
    snprintf(error->where, sizeof(error->where), "%s", where ? where : "");
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    text_make_printable(error->where);
    text_make_printable(error->text);
}

enum status error_set(struct error *error, enum status status, const char *where,
                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, where, format, arguments);
    va_end(arguments);
    return status;
}

enum status error_set_errno(struct error *error, enum status status, const char *where,
                            const char *format, ...)
{
    const char *reason = strerror(errno);
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, where, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof(error->text) - used, ": %s", reason);
    return status;
}

enum status error_within(struct error *error, const char *format, ...)
{
    char place[sizeof(error->where)];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(place, sizeof(place), format, arguments);
    va_end(arguments);
    if (error->where[0] != '\0' && length >= 0 && (size_t)length < sizeof(place))
        snprintf(place + length, sizeof(place) - (size_t)length, ": %s", error->where);
    memcpy(error->where, place, sizeof(place));
    text_make_printable(error->where);
    return error->status;
}

const char *error_line(const struct error *error, char *buffer, size_t size)
{
    const char *separator = error->where[0] != '\0' ? ": " : "";
    snprintf(buffer, size, "%s%s%s", error->where, separator, error->text);
    return buffer;
}
