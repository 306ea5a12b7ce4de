#include "formats/dataset/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

static const unsigned char mark[] = {0xef, 0xbb, 0xbf}; /* of byte order, which UTF-8 has not */

static char find_separator(const struct csv *csv)
{
    const unsigned char *start = csv->bytes;
    const unsigned char *end = memchr(start, '\n', csv->size);
    size_t length = end ? (size_t)(end - start) : csv->size;
    const char others[] = {',', ';', '\t'};
    for (size_t i = 0; i < sizeof(others); i++)
        if (memchr(start, others[i], length))
            return others[i];
    return ',';
}

enum status csv_open(const char *path, size_t limit, struct csv *csv, struct error *error)
{
    *csv = (struct csv){.path = path};
    enum status status = file_read(path, limit, &csv->bytes, &csv->size, error);
    if (status != STATUS_OK)
        return status;
    csv->text = memory_try(csv->size + 1);
    if (!csv->text)
        return error_set(error, STATUS_MEMORY, path, "not enough memory for its rows");
    csv->separator = find_separator(csv);
    csv_rewind(csv);
    return STATUS_OK;
}

void csv_close(struct csv *csv)
{
    free(csv->bytes);
    free(csv->text);
    free(csv->fields);
    *csv = (struct csv){0};
}

void csv_rewind(struct csv *csv)
{
    bool is_marked = csv->size >= sizeof(mark) && memcmp(csv->bytes, mark, sizeof(mark)) == 0;
    csv->at = is_marked ? sizeof(mark) : 0;
    csv->next_line = 1;
}

enum status csv_fail(const struct csv *csv, struct error *error, const char *format, ...)
{
    char text[sizeof(error->text)];
    char *place = xasprintf("%s:%zu", csv->path, csv->line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    text_make_printable(text);
    error_set(error, STATUS_FORMAT, place, "%s", text);
    free(place);
    return error->status;
}

bool csv_number(const char *field, double *number)
{
    return text_to_double(field, number) && isfinite(*number);
}

static bool ends_field(const struct csv *csv, unsigned char byte)
{
    return byte == (unsigned char)csv->separator || byte == '\n';
}

/* Copies a field between quotes to `to`; a doubled quote stands for one. */
static enum status take_quoted(struct csv *csv, char **to, struct error *error)
{
    for (csv->at++; csv->at < csv->size; csv->at++) {
        unsigned char byte = csv->bytes[csv->at];
        csv->next_line += byte == '\n';
        if (byte == '"' && !(csv->at + 1 < csv->size && csv->bytes[csv->at + 1] == '"')) {
            csv->at++;
            return STATUS_OK;
        }
        csv->at += byte == '"';
        *(*to)++ = (char)byte;
    }
    return csv_fail(csv, error, "a quote is open at the end of the file");
}

static enum status take_plain(struct csv *csv, char **to, struct error *error)
{
    for (; csv->at < csv->size && !ends_field(csv, csv->bytes[csv->at]); csv->at++) {
        unsigned char byte = csv->bytes[csv->at];
        if ((byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f)
            return csv_fail(csv, error, "the line has control characters, expected text");
        *(*to)++ = (char)byte;
    }
    return STATUS_OK;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static void skip_space(struct csv *csv)
{
    while (csv->at < csv->size && !ends_field(csv, csv->bytes[csv->at]) &&
           is_space((char)csv->bytes[csv->at]))
        csv->at++;
}

/* One field, and what may stand between its quote and the separator: nothing but space. */
static enum status take_field(struct csv *csv, char **to, struct error *error)
{
    char *start = *to;
    skip_space(csv);
    bool quoted = csv->at < csv->size && csv->bytes[csv->at] == '"';
    enum status status = quoted ? take_quoted(csv, to, error) : take_plain(csv, to, error);
    if (status != STATUS_OK)
        return status;
    if (quoted)
        skip_space(csv);
    else
        while (*to > start && is_space((*to)[-1]))
            (*to)--;
    if (csv->at < csv->size && !ends_field(csv, csv->bytes[csv->at]))
        return csv_fail(csv, error, "text behind a closing quote");
    if (quoted && memchr(start, '\0', (size_t)(*to - start)))
        return csv_fail(csv, error, "the line has control characters, expected text");
    *(*to)++ = '\0';
    csv->fields = list_grow(csv->fields, csv->n_fields, &csv->field_capacity, sizeof(*csv->fields));
    csv->fields[csv->n_fields++] = start;
    return STATUS_OK;
}

static enum status take_row(struct csv *csv, struct error *error)
{
    char *to = csv->text;
    csv->n_fields = 0;
    csv->line = csv->next_line;
    for (;;) {
        enum status status = take_field(csv, &to, error);
        if (status != STATUS_OK)
            return status;
        if (csv->at == csv->size)
            return STATUS_OK;
        if (csv->bytes[csv->at++] == '\n') {
            csv->next_line++;
            return STATUS_OK;
        }
    }
}

bool csv_next(struct csv *csv, enum status *status, struct error *error)
{
    while (csv->at < csv->size) {
        *status = take_row(csv, error);
        if (*status != STATUS_OK)
            return false;
        if (csv->n_fields > 1 || csv->fields[0][0] != '\0')
            return true;
    }
    *status = STATUS_OK;
    return false;
}
