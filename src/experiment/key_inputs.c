/* Values that are samples: one data set for the only input, or one for each input by its name. */
#include <string.h>

#include "experiment/key_set.h"

/* Far more inputs than any model has. */
#define INPUTS_MAX 256

/* Both kinds of keys are about the beginning of the same struct, so that each forgets the other. */
_Static_assert(offsetof(struct dataset_spec, samples) == 0, "see target");

static struct dataset_spec *target(const struct setting *setting)
{
    return (struct dataset_spec *)(void *)((char *)setting->draft + setting->key->offset);
}

static bool is_number_of_samples(const char *text)
{
    size_t count;
    return dataset_random_count(text, &count);
}

/* A path, or a number of samples to draw. */
static enum status read_samples(const struct setting *setting, const struct value *value,
                                const char *text, const char **samples)
{
    if (!dataset_is_random(text))
        *samples = setting_path(setting, text);
    else if (is_number_of_samples(text))
        *samples = setting_text(setting, text);
    else
        return setting_refuse(setting, value, NULL);
    return STATUS_OK;
}

enum status key_set_samples(const struct setting *setting, const struct value *value)
{
    const char *samples;
    enum status status = read_samples(setting, value, value->text, &samples);
    if (status != STATUS_OK)
        return status;
    struct dataset_spec *spec = target(setting);
    spec->samples = samples;
    spec->inputs = NULL;
    spec->n_inputs = 0;
    return STATUS_OK;
}

bool key_is_named(const char *text)
{
    size_t length = strcspn(text, "=/");
    return length > 0 && text[length] == '=';
}

/* "NAME=PATH". */
static enum status read_text(const struct setting *setting, const struct value *value,
                             struct named_samples *item)
{
    const char *equals = strchr(value->text, '=');
    if (!equals || equals == value->text || equals[1] == '\0')
        return setting_refuse(setting, value, NULL);
    char *name = arena_strdup(setting->draft->experiment.arena, value->text);
    name[equals - value->text] = '\0';
    item->input = name;
    return read_samples(setting, value, equals + 1, &item->samples);
}

static enum status read_member(const struct setting *setting, const struct value *member,
                               struct named_samples *item)
{
    if (!value_is_text(member))
        return setting_fail(setting, member, "%s, expected a path, or random: and a number",
                            member->kind == VALUE_TEXT ? "nothing" : value_noun(member));
    item->input = setting_text(setting, member->key);
    return read_samples(setting, member, member->text, &item->samples);
}

static enum status check_names(const struct setting *setting, const struct value *value,
                               const struct named_samples *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(items[i].input, items[k].input) == 0)
                return setting_fail(setting, value, "two data sets for input '%s'",
                                    text_quote(items[i].input).text);
    return STATUS_OK;
}

enum status key_set_inputs(const struct setting *setting, const struct value *value)
{
    struct dataset_spec *spec = target(setting);
    bool is_map = value->kind == VALUE_MAP;
    size_t old = setting_adds_up(setting) ? spec->n_inputs : 0, more = is_map ? value->count : 1;
    if (more == 0 || more > INPUTS_MAX - old)
        return setting_fail(setting, value, "%zu inputs, expected 1 to %d", old + more, INPUTS_MAX);
    struct named_samples *items =
        arena_alloc(setting->draft->experiment.arena, (old + more) * sizeof(*items));
    if (old > 0)
        memcpy(items, spec->inputs, old * sizeof(*items));
    enum status status = STATUS_OK;
    if (!is_map)
        status = read_text(setting, value, &items[old]);
    const struct value *member = value->first;
    for (size_t i = 0; is_map && i < more && status == STATUS_OK; i++, member = member->next)
        status = read_member(setting, member, &items[old + i]);
    if (status == STATUS_OK)
        status = check_names(setting, value, items, old + more);
    if (status != STATUS_OK)
        return status;
    spec->samples = NULL;
    spec->inputs = items;
    spec->n_inputs = old + more;
    return STATUS_OK;
}
