#include "ui/settings_save.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/printable.h"
#include "ui/settings_text.h"

/* One text of YAML, which says the same whatever stands around it. */
static void print_text(const char *text, size_t length, struct text *out)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+";
    size_t first = length > 0 && strchr("+-", text[0]) ? 1 : 0;
    bool is_plain = length > first && isalnum((unsigned char)text[first]) &&
                    strspn(text, plain) >= length &&
                    !(length == 4 && strncmp(text, "null", 4) == 0);
    if (is_plain || (length > 1 && text[0] == '/' && strspn(text, plain) >= length)) {
        text_add(out, text, length);
        return;
    }
    text_add_string(out, "\"");
    for (size_t i = 0; i < length; i++)
        text_printf(out, "%s%c", strchr("\"\\", text[i]) ? "\\" : "", text[i]);
    text_add_string(out, "\"");
}

static void print_value(enum setting setting, const char *value, struct text *out)
{
    if (!setting_rows[setting].is_list) {
        print_text(value, strlen(value), out);
        return;
    }
    text_add_string(out, "[");
    for (const char *next = value; *next;) {
        size_t length = strcspn(next, ",");
        text_add_string(out, next > value ? ", " : "");
        print_text(next, length, out);
        next += length + (next[length] == ',');
    }
    text_add_string(out, "]");
}

/* The byte at which the character of a text begins that has so many before it. */
static size_t byte_of(const struct text *text, size_t character)
{
    size_t byte = strncmp(text->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; character > 0 && byte < text->length; character--) {
        size_t bytes = text_character_bytes(text->bytes + byte);
        byte += bytes > 0 ? bytes : 1;
    }
    return byte;
}

static void splice(struct text *text, size_t begin, size_t end, const struct text *piece)
{
    struct text made = {0};
    text_add(&made, text->bytes, begin);
    text_add(&made, piece->bytes, piece->length);
    text_add(&made, text->bytes + end, text->length - end);
    text_release(text);
    *text = made;
}

/* Puts the value where the old one stands, or a line with it at the end. */
static void put(struct text *text, const struct value *map, enum setting setting, const char *value)
{
    const char *name = setting_rows[setting].name;
    const struct value *old = settings_text_member(map, name);
    struct text piece = {0};
    if (old) {
        size_t begin = byte_of(text, old->begin), end = byte_of(text, old->end);
        text_add_string(&piece, begin == end ? " " : "");
        print_value(setting, value, &piece);
        splice(text, begin, end, &piece);
    } else {
        bool is_open = text->length > 0 && text->bytes[text->length - 1] != '\n';
        text_printf(&piece, "%s%*s%s: ", is_open ? "\n" : "", map ? map->column - 1 : 0, "", name);
        print_value(setting, value, &piece);
        text_add_string(&piece, "\n");
        splice(text, text->length, text->length, &piece);
    }
    text_release(&piece);
}

static void print_tree(const struct value *value, const char *without, struct text *out)
{
    text_printf(out, "%d %s=%s(", (int)value->kind, value->key ? value->key : "",
                value->text ? value->text : "");
    for (const struct value *item = value->first; item; item = item->next)
        if (!without || !item->key || strcmp(item->key, without) != 0)
            print_tree(item, NULL, out);
    text_add_string(out, ")");
}

/* Whether the new text says the value, and of all else what the old one said. */
static bool is_as_meant(const struct value *before, const struct value *after, enum setting setting,
                        const char *value)
{
    const char *name = setting_rows[setting].name;
    const struct value *member = settings_text_member(after, name);
    struct text old = {0}, new = {0}, said = {0};
    if (!member)
        return false;
    if (before)
        print_tree(before, name, &old);
    else
        text_printf(&old, "%d =()", VALUE_MAP);
    print_tree(after, name, &new);
    for (const struct value *item = member->kind == VALUE_LIST ? member->first : member; item;
         item = member->kind == VALUE_LIST ? item->next : NULL)
        text_printf(&said, "%s%s", said.length > 0 ? "," : "", item->text ? item->text : "?");
    bool is_same =
        strcmp(old.bytes, new.bytes) == 0 && strcmp(said.bytes ? said.bytes : "", value) == 0;
    text_release(&old);
    text_release(&new);
    text_release(&said);
    return is_same;
}

/* Replaces one value in the text. */
static enum status replace_value(const struct settings *settings, enum setting setting,
                                 struct text *text, struct error *error)
{
    const char *value = settings->values[setting];
    const struct source source = {.name = settings->path};
    struct arena *arena = arena_new();
    struct value *before, *after = NULL;
    enum status status = settings_text_parse(text, &source, arena, &before, error);
    if (status == STATUS_OK) {
        struct error ignored;
        put(text, before, setting, value);
        if (settings_text_parse(text, &source, arena, &after, &ignored) != STATUS_OK ||
            !is_as_meant(before, after, setting, value))
            status = error_set(error, STATUS_INVALID, settings->path,
                               "its form leaves no place for a value: write %s there by hand",
                               setting_rows[setting].name);
    }
    arena_free(arena);
    return status;
}

static enum status check_savable(const struct settings *settings, struct error *error)
{
    bool any = false;
    if (!settings->path)
        return error_set(error, STATUS_INVALID, NULL,
                         "there is no configuration: --no-config, or "
                         "no folder for it");
    if (settings->is_unreadable)
        return error_set(error, STATUS_INVALID, settings->path,
                         "it could not be read, and is left as it is");
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        any |= settings->is_set[setting];
    return any ? STATUS_OK : error_set(error, STATUS_INVALID, NULL, "nothing was set");
}

enum status settings_save(struct settings *settings, struct text *said, struct error *error)
{
    struct text text = {0};
    enum status status = check_savable(settings, error);
    text_add_string(&text, "");
    if (status == STATUS_OK &&
        access(settings->path, F_OK) == 0) /* as it is now: others write it */
        status = settings_text_read(settings->path, &text, error);
    for (enum setting setting = 0; setting < SETTING_COUNT && status == STATUS_OK; setting++)
        if (settings->is_set[setting]) {
            status = replace_value(settings, setting, &text, error);
            text_printf(said, "%s%s", said->length > 0 ? ", " : "", setting_rows[setting].name);
        }
    if (status == STATUS_OK)
        status = file_rewrite(settings->path, text.bytes, text.length, error);
    if (status == STATUS_OK)
        memset(settings->is_set, 0, sizeof(settings->is_set));
    text_release(&text);
    return status;
}

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

enum status settings_keep(struct settings *settings, const char *const values[SETTING_COUNT],
                          struct error *error)
{
    struct text text = {0};
    bool differs = false;
    enum status status = STATUS_OK;
    text_add_string(&text, "# What quantop keeps of the last session; it writes this anew.\n");
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const char *value = values[setting] ? values[setting] : settings->kept[setting];
        if (!setting_rows[setting].is_kept || !value)
            continue;
        differs |= strcmp(value, or_nothing(settings->kept[setting])) != 0;
        text_printf(&text, "%s: ", setting_rows[setting].name);
        print_value(setting, value, &text);
        text_add_string(&text, "\n");
        settings->kept[setting] = arena_strdup(settings->arena, value);
        if (!settings->is_configured[setting])
            settings->values[setting] = settings->kept[setting];
    }
    if (differs && settings->kept_path)
        status = file_rewrite(settings->kept_path, text.bytes, text.length, error);
    text_release(&text);
    return status;
}
