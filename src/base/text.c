#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void reserve(struct text *text, size_t more)
{
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return;
    text->capacity = needed < 2 * text->capacity ? 2 * text->capacity : needed;
    text->bytes = xrealloc(text->bytes, text->capacity, 1);
}

void text_add(struct text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_vprintf(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(text, format, arguments);
    va_end(arguments);
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->bytes)
        text->bytes[0] = '\0';
}

void text_release(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

/* Optimal string alignment with three rows; names are short, so longer ones just never match. */
#define NAME_MAX_LENGTH 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > NAME_MAX_LENGTH || m > NAME_MAX_LENGTH)
        return n > m ? n : m;
    size_t rows[3][NAME_MAX_LENGTH + 1];
    size_t *before = rows[0], *previous = rows[1], *current = rows[2];
    for (size_t j = 0; j <= m; j++)
        previous[j] = j;
    for (size_t i = 1; i <= n; i++) {
        current[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t replaced = previous[j - 1] + (a[i - 1] != b[j - 1]);
            current[j] = least(replaced, least(previous[j], current[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = least(current[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return previous[m];
}

const char *text_nearest(const char *wrong, const void *names, size_t count, size_t stride)
{
    const char *best = NULL;
    size_t best_distance = strlen(wrong) / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        const char *name = *(const char *const *)((const char *)names + i * stride);
        size_t distance = text_distance(wrong, name);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}

bool text_to_double(const char *string, double *value)
{
    char *end;
    errno = 0;
    double parsed = strtod(string, &end);
    if (end == string || *end != '\0' || errno == ERANGE || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

bool text_to_long(const char *string, long *value)
{
    char *end;
    errno = 0;
    long parsed = strtol(string, &end, 10);
    if (end == string || *end != '\0' || errno == ERANGE)
        return false;
    *value = parsed;
    return true;
}

/* Numbers of bytes: the SI's units and the binary ones. */
static const struct {
    const char *name;
    double bytes;
} byte_units[] = {
    {"", 1},         {"B", 1},    {"kB", 1e3},     {"KiB", 0x1p10}, {"MB", 1e6},
    {"MiB", 0x1p20}, {"GB", 1e9}, {"GiB", 0x1p30}, {"TB", 1e12},    {"TiB", 0x1p40},
};

bool text_to_bytes(const char *text, double *bytes)
{
    char *unit;
    double number = strtod(text, &unit);
    if (unit == text || !isfinite(number))
        return false;
    unit += strspn(unit, " ");
    for (size_t i = 0; i < sizeof(byte_units) / sizeof(byte_units[0]); i++) {
        if (strcasecmp(unit, byte_units[i].name) != 0)
            continue;
        *bytes = number * byte_units[i].bytes;
        return true;
    }
    return false;
}

const char *text_bytes(double bytes, char buffer[TEXT_BYTES_SIZE])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (bytes >= 1024.0 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        bytes /= 1024.0;
        unit++;
    }
    int digits = unit == 0 || bytes >= 100.0 ? 0 : bytes >= 10.0 ? 1 : 2;
    snprintf(buffer, TEXT_BYTES_SIZE, "%.*f %s", digits, bytes, units[unit]);
    return buffer;
}

void text_add_printable(struct text *text, const char *string)
{
    size_t before = text->length;
    text_add_string(text, string);
    text_make_printable(text->bytes + before);
}

enum status text_set_options(char *list, text_option_setter *set, void *context,
                             struct error *error)
{
    char *rest = list;
    for (char *item = strsep(&rest, ","); item; item = strsep(&rest, ",")) {
        char *value = strchr(item, '=');
        if (!value)
            return error_set(error, STATUS_INVALID, NULL, "'%s' is not of the form option=value",
                             item);
        *value++ = '\0';
        enum status status = set(context, item, value, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
