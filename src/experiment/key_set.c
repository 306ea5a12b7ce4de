#include "experiment/key_set.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void *target(const struct setting *setting)
{
    return (char *)setting->draft + setting->key->offset;
}

static void *companion(const struct setting *setting)
{
    return (char *)setting->draft + setting->key->also;
}

static enum status set_text(const struct setting *setting, const struct value *value)
{
    *(const char **)target(setting) = setting_text(setting, value->text);
    return STATUS_OK;
}

static enum status set_path(const struct setting *setting, const struct value *value)
{
    *(const char **)target(setting) = setting_path(setting, value->text);
    return STATUS_OK;
}

static bool in_range(const struct key *key, double number)
{
    return number >= key->least && number <= key->most && (!key->not_zero || number != 0.0);
}

static enum status store_number(const struct setting *setting, double number)
{
    *(double *)target(setting) = number;
    if (setting->key->also)
        *(bool *)companion(setting) = true;
    return STATUS_OK;
}

static enum status set_number(const struct setting *setting, const struct value *value)
{
    double number;
    if (!text_to_double(value->text, &number) || !in_range(setting->key, number))
        return setting_refuse(setting, value, NULL);
    return store_number(setting, number);
}

static enum status set_bytes(const struct setting *setting, const struct value *value)
{
    double bytes;
    if (!text_to_bytes(value->text, &bytes) || !in_range(setting->key, bytes))
        return setting_refuse(setting, value, NULL);
    return store_number(setting, bytes);
}

#define PIXELS_MAX 16384

static enum status set_size(const struct setting *setting, const struct value *value)
{
    const char *text = value->text, *times = strchr(text, 'x');
    char *first = times ? xasprintf("%.*s", (int)(times - text), text) : xstrdup(text);
    long width = 0, height = 0;
    bool good = text_to_long(first, &width) && width >= 1 && width <= PIXELS_MAX;
    if (times)
        good = good && text_to_long(times + 1, &height) && height >= 1 && height <= PIXELS_MAX;
    free(first);
    if (!good)
        return setting_refuse(setting, value, NULL);
    *(struct picture_size *)target(setting) = (struct picture_size){(int)width, (int)height};
    return STATUS_OK;
}

static enum status set_integer(const struct setting *setting, const struct value *value)
{
    long number;
    if (!text_to_long(value->text, &number) || !in_range(setting->key, (double)number))
        return setting_refuse(setting, value, NULL);
    if (setting->key->kind == KEY_COUNT)
        *(size_t *)target(setting) = (size_t)number;
    else
        *(long *)target(setting) = number;
    return STATUS_OK;
}

static enum status set_choice(const struct setting *setting, const struct value *value)
{
    const struct choices *choices = setting->key->choices;
    size_t found;
    enum status status = setting_choose(setting, value, &found);
    if (status == STATUS_OK)
        *(const char **)target(setting) =
            found < *choices->count ? choice_name(choices, found) : NULL;
    return status;
}

static enum status set_type(const struct setting *setting, const struct value *value)
{
    size_t found;
    enum status status = setting_choose(setting, value, &found);
    if (status == STATUS_OK)
        *(enum type *)target(setting) = (enum type)found;
    return status;
}

static enum status set_numbers(const struct setting *setting, const struct value *value)
{
    bool is_list = value->kind == VALUE_LIST;
    size_t count = is_list ? value->count : 1;
    double numbers[DATASET_CHANNELS_MAX];
    if (count < 1 || count > DATASET_CHANNELS_MAX)
        return setting_fail(setting, value, "%zu numbers, expected 1 to %d", count,
                            DATASET_CHANNELS_MAX);
    const struct value *item = is_list ? value->first : value;
    for (size_t i = 0; i < count; i++, item = item->next)
        if (item->kind != VALUE_TEXT || !text_to_double(item->text, &numbers[i]) ||
            !in_range(setting->key, numbers[i]))
            return setting_refuse(setting, item, NULL);
    memcpy(target(setting), numbers, count * sizeof(numbers[0]));
    *(int *)companion(setting) = (int)count;
    return STATUS_OK;
}

struct kind {
    enum status (*set)(const struct setting *setting, const struct value *value);
    bool lists, maps; /* whether a list or a mapping may be a value */
};

static const struct kind kinds[KEY_KIND_COUNT] = {
    [KEY_TEXT] = {.set = set_text},
    [KEY_PATH] = {.set = set_path},
    [KEY_SAMPLES] = {.set = key_set_samples},
    [KEY_INPUTS] = {.set = key_set_inputs, .maps = true},
    [KEY_NUMBER] = {.set = set_number},
    [KEY_INTEGER] = {.set = set_integer},
    [KEY_COUNT] = {.set = set_integer},
    [KEY_SIZE] = {.set = set_size},
    [KEY_BYTES] = {.set = set_bytes},
    [KEY_CHOICE] = {.set = set_choice},
    [KEY_TYPE] = {.set = set_type},
    [KEY_NUMBERS] = {.set = set_numbers, .lists = true},
    [KEY_MODELS] = {.set = key_set_models, .lists = true, .maps = true},
    [KEY_MODES] = {.set = key_set_modes, .lists = true, .maps = true},
    [KEY_PLACEMENTS] = {.set = key_set_placements, .lists = true},
    [KEY_RUNTIMES] = {.set = key_set_runtimes, .lists = true},
    [KEY_SHAPES] = {.set = key_set_shapes, .lists = true},
    [KEY_TARGETS] = {.set = key_set_targets, .lists = true, .maps = true},
};

enum status key_set(const struct setting *setting, const struct value *value)
{
    const struct kind *kind = &kinds[setting->key->kind];
    bool fits = value->kind == VALUE_LIST  ? kind->lists && !setting->key->one
                : value->kind == VALUE_MAP ? kind->maps
                                           : value_is_text(value);
    return fits ? kind->set(setting, value) : setting_refuse(setting, value, NULL);
}

enum status key_give(const struct setting *setting, const struct value *value)
{
    enum status status = key_set(setting, value);
    struct given_key *given = setting->draft->given;
    for (size_t i = 0; i < key_count() && status == STATUS_OK; i++)
        if (key_at(i) == setting->key)
            given[i] = (struct given_key){setting->source->name        ? GIVEN_PROFILE
                                          : setting->source->directory ? GIVEN_JOURNAL
                                                                       : GIVEN_OPTION,
                                          value->key_line, value->key_column};
        else if (key_at(i)->offset == setting->key->offset)
            given[i] = (struct given_key){0}; /* "model" forgets "models" */
    return status;
}
