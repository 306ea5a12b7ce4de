#include "experiment/setting.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

enum status setting_refuse(const struct setting *setting, const struct value *value,
                           const char *hint)
{
    struct place place = place_at(setting->source, value->line, value->column);
    struct text expected = {0}, path = {0};
    key_expected(setting->key, value->key == NULL, &expected);
    value_path(value, &path);
    if (value->kind != VALUE_TEXT)
        error_set(setting->error, STATUS_INVALID, place.text,
                  "wrong value for '%s': %s, expected %s", path.bytes, value_noun(value),
                  expected.bytes);
    else if (!value_is_text(value))
        error_set(setting->error, STATUS_INVALID, place.text, "no value for '%s', expected %s",
                  path.bytes, expected.bytes);
    else
        error_set(setting->error, STATUS_INVALID, place.text,
                  "wrong value '%s' for '%s', expected %s%s%s%s", text_quote(value->text).text,
                  path.bytes, expected.bytes, hint ? ", nearest is '" : "", hint ? hint : "",
                  hint ? "'" : "");
    text_release(&expected);
    text_release(&path);
    return STATUS_INVALID;
}

enum status setting_fail(const struct setting *setting, const struct value *value,
                         const char *format, ...)
{
    char message[sizeof(setting->error->text)];
    struct text path = {0};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    value_path(value, &path);
    error_set(setting->error, STATUS_INVALID,
              place_at(setting->source, value->line, value->column).text,
              "wrong value for '%s': %s", path.bytes, message);
    text_release(&path);
    return STATUS_INVALID;
}

const char *setting_text(const struct setting *setting, const char *text)
{
    return arena_strdup(setting->draft->experiment.arena, text);
}

const char *setting_path(const struct setting *setting, const char *path)
{
    if (strcmp(path, "-") == 0)
        return setting_text(setting, path);
    return arena_adopt(setting->draft->experiment.arena,
                       path_join(setting->source->directory, path));
}

static enum status refuse_choice(const struct setting *setting, const struct value *value)
{
    const struct choices *choices = setting->key->choices;
    const char **names = xcalloc(*choices->count, sizeof(*names));
    for (size_t i = 0; i < *choices->count; i++)
        names[i] = choice_name(choices, i);
    const char *near = text_nearest(value->text, names, *choices->count, sizeof(*names));
    enum status status = setting_refuse(setting, value, near);
    free(names);
    return status;
}

enum status setting_choose(const struct setting *setting, const struct value *value, size_t *found)
{
    const struct choices *choices = setting->key->choices;
    size_t count = *choices->count, i = 0;
    bool is_open = choices->open && strcmp(choices->open, value->text) == 0;
    while (i < count && (is_open || strcmp(choice_name(choices, i), value->text) != 0))
        i++;
    *found = i;
    return i < count || is_open ? STATUS_OK : refuse_choice(setting, value);
}

bool setting_adds_up(const struct setting *setting)
{
    const struct draft *draft = setting->draft;
    bool by_option = false;
    for (size_t i = 0; i < key_count(); i++)
        if (key_at(i)->offset == setting->key->offset)
            by_option |= draft->given[i].how >= GIVEN_JOURNAL;
    return setting->key->one && !setting->source->name && by_option;
}
