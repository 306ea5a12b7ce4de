#include "ui/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/keymap.h"
#include "ui/settings_text.h"

/* Members of the configuration that are no settings. */
#define KEYS    "keys"
#define PRESETS "presets"

void settings_init(struct settings *settings)
{
    *settings = (struct settings){.arena = arena_new(), .keymap = *keymap_default()};
}

void settings_release(struct settings *settings)
{
    arena_free(settings->arena);
    free(settings->path);
    free(settings->kept_path);
    text_release(&settings->problems);
    *settings = (struct settings){0};
}

void settings_note(struct settings *settings, const struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    text_printf(&settings->problems, "%s\n", error_line(error, line, sizeof(line)));
}

struct reading {
    struct settings *settings;
    struct source source;
};

/* The value as one text, a list with commas between its items; false: it is neither. */
static bool text_of(const struct value *value, bool is_list, struct text *out)
{
    text_clear(out);
    text_add_string(out, "");
    if (value->kind == VALUE_TEXT) {
        text_add_string(out, value->is_null ? "" : value->text);
        return true;
    }
    for (const struct value *item = value->first; item; item = item->next) {
        if (item->kind != VALUE_TEXT || item->key)
            return false;
        text_printf(out, "%s%s", item->index > 0 ? "," : "", item->text);
    }
    return is_list && value->kind == VALUE_LIST;
}

/* Takes a value that is one; else it is among the problems. */
static void read_setting(const struct reading *reading, enum setting setting,
                         const struct value *value, const char **values)
{
    const struct setting_row *row = &setting_rows[setting];
    const struct place place = place_at(&reading->source, value->line, value->column);
    struct text text = {0};
    struct error error, placed;
    if (!text_of(value, row->is_list, &text)) {
        error_set(&placed, STATUS_INVALID, place.text, "%s is %s, expected %s", row->name,
                  value_noun(value), row->is_list ? "a text or a list of texts" : "a text");
        settings_note(reading->settings, &placed);
    } else if (row->check(text.bytes, &error) != STATUS_OK) {
        error_set(&placed, STATUS_INVALID, place.text, "%s: %s", row->name, error.text);
        settings_note(reading->settings, &placed);
    } else {
        values[setting] = arena_strdup(reading->settings->arena, text.bytes);
    }
    text_release(&text);
}

/* What is not known may be of a later version, and stays; but what is nearly a name was meant. */
static void note_unknown(const struct reading *reading, const struct value *value)
{
    const char *near =
        text_nearest(value->key, setting_rows, SETTING_COUNT, sizeof(struct setting_row));
    struct error error;
    if (!near)
        return;
    error_set(
        &error, STATUS_INVALID, place_at(&reading->source, value->key_line, value->key_column).text,
        "'%s' is not known and left alone, nearest is '%s'", text_quote(value->key).text, near);
    settings_note(reading->settings, &error);
}

static void read_members(const struct reading *reading, const struct value *map,
                         const char **values)
{
    for (const struct value *value = map ? map->first : NULL; value; value = value->next) {
        enum setting setting = setting_find(value->key);
        if (setting < SETTING_COUNT)
            read_setting(reading, setting, value, values);
        else if (map->key || (strcmp(value->key, KEYS) != 0 && strcmp(value->key, PRESETS) != 0))
            note_unknown(reading, value);
    }
}

/* A member of that name which is a mapping; NULL: there is none. */
static const struct value *mapping_of(const struct reading *reading, const struct value *map,
                                      const char *name)
{
    const struct value *value = settings_text_member(map, name);
    struct error error;
    if (!value || value->kind == VALUE_MAP)
        return value;
    error_set(&error, STATUS_INVALID, place_at(&reading->source, value->line, value->column).text,
              "%s is %s, expected a mapping", text_quote(name).text, value_noun(value));
    settings_note(reading->settings, &error);
    return NULL;
}

static void read_presets(const struct reading *reading, const struct value *map)
{
    struct settings *settings = reading->settings;
    const struct value *presets = mapping_of(reading, map, PRESETS);
    if (!presets)
        return;
    settings->presets = arena_alloc(settings->arena, presets->count * sizeof(struct preset));
    for (const struct value *value = presets->first; value; value = value->next) {
        struct preset *preset = &settings->presets[settings->n_presets];
        if (!mapping_of(reading, presets, value->key))
            continue;
        preset->name = arena_strdup(settings->arena, value->key);
        read_members(reading, value, preset->values);
        settings->n_presets++;
    }
}

/* One of several keys that cannot be takes them all away: half of what was meant is something else.
 */
static void read_keys(const struct reading *reading, const struct value *map)
{
    struct settings *settings = reading->settings;
    struct error error;
    const struct value *keys = mapping_of(reading, map, KEYS);
    if (keys && keymap_build(keys, &reading->source, settings->arena, &settings->keymap, &error) !=
                    STATUS_OK) {
        settings_note(reading->settings, &error);
        text_add_string(&settings->problems, "all keys are the program's own\n");
    }
}

/* The mapping of a file, in the arena; NULL where it says nothing. */
static enum status read_map(const struct reading *reading, struct arena *arena, struct value **map,
                            struct error *error)
{
    struct text text = {0};
    enum status status = settings_text_read(reading->source.name, &text, error);
    if (status == STATUS_OK)
        status = settings_text_parse(&text, &reading->source, arena, map, error);
    text_release(&text);
    return status;
}

enum status settings_read(struct settings *settings, const char *path, struct error *error)
{
    const struct reading reading = {settings, {.name = path}};
    struct arena *arena = arena_new();
    struct value *map;
    settings->path = xstrdup(path);
    enum status status = read_map(&reading, arena, &map, error);
    settings->is_unreadable = status != STATUS_OK;
    if (status == STATUS_OK) {
        read_members(&reading, map, settings->values);
        for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
            settings->is_configured[setting] = settings->values[setting] != NULL;
        read_presets(&reading, map);
        read_keys(&reading, map);
    }
    arena_free(arena);
    return status;
}

void settings_read_kept(struct settings *settings, const char *path)
{
    struct settings ignored;
    struct error error;
    struct arena *arena = arena_new();
    struct value *map;
    settings->kept_path = xstrdup(path);
    settings_init(&ignored);
    const struct reading reading = {&ignored, {.name = path}};
    const char *values[SETTING_COUNT] = {NULL};
    if (read_map(&reading, arena, &map, &error) == STATUS_OK)
        read_members(&reading, map, values);
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        if (values[setting] && setting_rows[setting].is_kept) {
            settings->kept[setting] = arena_strdup(settings->arena, values[setting]);
            if (!settings->values[setting])
                settings->values[setting] = settings->kept[setting];
        }
    settings_release(&ignored);
    arena_free(arena);
}

enum status settings_give(struct settings *settings, enum setting setting, const char *text,
                          struct error *error)
{
    enum status status = setting_rows[setting].check(text, error);
    if (status == STATUS_OK)
        settings->values[setting] = arena_strdup(settings->arena, text);
    return status;
}

void settings_set(struct settings *settings, enum setting setting, const char *text)
{
    settings->values[setting] = arena_strdup(settings->arena, text);
    settings->is_set[setting] = true;
}

const struct preset *settings_preset(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->n_presets; i++)
        if (strcmp(settings->presets[i].name, name) == 0)
            return &settings->presets[i];
    return NULL;
}
