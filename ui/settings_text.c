#include "ui/settings_text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

/* Far more than anybody writes by hand. */
#define BYTES_MAX ((size_t)256 * 1024)

enum status settings_text_read(const char *path, struct text *text, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    struct stat info;
    text_add_string(text, "");
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0)
        return STATUS_OK;
    enum status status = file_read(path, BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    text_add(text, (const char *)bytes, size);
    free(bytes);
    return STATUS_OK;
}

/* Whether there is nothing but comments. */
static bool is_blank(const struct text *text)
{
    bool in_comment = false;
    for (size_t i = 0; i < text->length; i++) {
        char byte = text->bytes[i];
        in_comment = byte != '\n' && (in_comment || byte == '#');
        if (!in_comment && byte != ' ' && byte != '\r' && byte != '\n')
            return false;
    }
    return true;
}

enum status settings_text_parse(const struct text *text, const struct source *source,
                                struct arena *arena, struct value **map, struct error *error)
{
    *map = NULL;
    if (is_blank(text))
        return STATUS_OK;
    enum status status = value_parse(text->bytes, text->length, source, arena, map, error);
    if (status != STATUS_OK || (*map)->kind == VALUE_MAP)
        return status;
    return error_set(error, STATUS_FORMAT, place_at(source, (*map)->line, (*map)->column).text,
                     "this is %s, expected a mapping of settings", value_noun(*map));
}

const struct value *settings_text_member(const struct value *map, const char *name)
{
    const struct value *value = map ? map->first : NULL;
    while (value && strcmp(value->key, name) != 0)
        value = value->next;
    return value;
}
