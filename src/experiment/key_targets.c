/* Values that are targets: names, texts with limits, or mappings. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/key_list.h"
#include "experiment/target.h"

/* A list of texts becomes one with a + between them. */
static enum status read_limit(const struct setting *setting, const struct value *member,
                              struct target *target)
{
    struct arena *arena = setting->draft->experiment.arena;
    struct text joined = {0};
    struct error reason;
    enum status status = STATUS_OK;
    if (member->kind != VALUE_LIST && !value_is_text(member))
        return setting_fail(setting, member, "%s, expected a text or a list of texts",
                            member->kind == VALUE_TEXT ? "nothing" : value_noun(member));
    text_add_string(&joined, member->kind == VALUE_LIST ? "" : member->text);
    for (const struct value *item = member->kind == VALUE_LIST ? member->first : NULL;
         item && status == STATUS_OK; item = item->next) {
        if (!value_is_text(item))
            status = setting_fail(setting, item, "expected a text");
        else
            text_printf(&joined, "%s%s", joined.length ? "+" : "", item->text);
    }
    if (status == STATUS_OK &&
        target_option_set(arena, target, member->key, joined.bytes, &reason) != STATUS_OK)
        status = setting_fail(setting, member, "%s", reason.text);
    text_release(&joined);
    return status;
}

static enum status check_members(const struct setting *setting, const struct value *map)
{
    const char **names = xcalloc(1 + target_option_count, sizeof(*names));
    names[0] = "name";
    for (size_t i = 0; i < target_option_count; i++)
        names[1 + i] = target_option_table[i].name;
    enum status status = map_check(setting, map, names, 1 + target_option_count);
    free(names);
    return status;
}

static enum status read_map(const struct setting *setting, const struct value *map,
                            struct target *target)
{
    const char *name = NULL;
    enum status status = check_members(setting, map);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "name", &name);
    if (status == STATUS_OK && !name)
        status = setting_fail(setting, map, "a target without 'name'");
    if (status != STATUS_OK)
        return status;
    *target = target_of(setting->draft->experiment.arena, name);
    for (const struct value *member = map->first; member && status == STATUS_OK;
         member = member->next)
        if (strcmp(member->key, "name") != 0)
            status = read_limit(setting, member, target);
    return status;
}

static enum status read_target(const struct setting *setting, const struct value *value, void *item)
{
    struct error reason;
    if (value->kind == VALUE_MAP)
        return read_map(setting, value, item);
    if (!value_is_text(value))
        return setting_refuse(setting, value, NULL);
    if (target_parse(value->text, setting->draft->experiment.arena, item, &reason) != STATUS_OK)
        return setting_fail(setting, value, "%s", reason.text);
    return STATUS_OK;
}

enum status key_set_targets(const struct setting *setting, const struct value *value)
{
    struct experiment *experiment = &setting->draft->experiment;
    struct list list = {experiment->targets, experiment->n_targets, sizeof(*experiment->targets)};
    enum status status = list_read(setting, value, read_target, &list);
    if (status != STATUS_OK)
        return status;
    experiment->targets = list.items;
    experiment->n_targets = list.count;
    return STATUS_OK;
}
