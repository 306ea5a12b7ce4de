/* Values that are lists: models, modes, placements, runtimes and shapes. */
#include <stdlib.h>
#include <string.h>

#include "architectures/architecture.h"
#include "base/memory.h"
#include "experiment/key_list.h"
#include "hardware/topology.h"
#include "quantize/skip.h"

#define LIST_MAX 256

enum status list_read(const struct setting *setting, const struct value *value, item_reader *read,
                      struct list *list)
{
    bool is_list = value->kind == VALUE_LIST;
    size_t old = setting_adds_up(setting) ? list->count : 0, more = is_list ? value->count : 1;
    if (more == 0 || more > LIST_MAX - old)
        return setting_fail(setting, value, "%zu items, expected 1 to %d", old + more, LIST_MAX);
    char *items = arena_alloc(setting->draft->experiment.arena, (old + more) * list->size);
    if (old > 0)
        memcpy(items, list->items, old * list->size);
    const struct value *item = is_list ? value->first : value;
    for (size_t i = 0; i < more; i++, item = item->next) {
        enum status status = read(setting, item, items + (old + i) * list->size);
        if (status != STATUS_OK)
            return status;
    }
    list->items = items;
    list->count = old + more;
    return STATUS_OK;
}

const struct value *map_find(const struct value *map, const char *key)
{
    const struct value *member = map->first;
    while (member && strcmp(member->key, key) != 0)
        member = member->next;
    return member;
}

enum status map_read_text(const struct setting *setting, const struct value *map, const char *key,
                          const char **text)
{
    const struct value *member = map_find(map, key);
    if (!member)
        return STATUS_OK;
    if (!value_is_text(member))
        return setting_fail(setting, member, "%s, expected a text",
                            member->kind == VALUE_TEXT ? "nothing" : value_noun(member));
    *text = member->text;
    return STATUS_OK;
}

static enum status refuse_member(const struct setting *setting, const struct value *member,
                                 const char *const *names, size_t count)
{
    const char *near = text_nearest(member->key, names, count, sizeof(names[0]));
    struct text message = {0};
    text_add_string(&message, "unknown key '");
    value_path(member, &message);
    text_add_string(&message, near ? "', nearest is '" : "', there are ");
    if (near)
        value_path(member->parent, &message);
    if (near)
        text_printf(&message, ".%s'", near);
    for (size_t i = 0; !near && i < count; i++)
        text_printf(&message, "%s%s", i > 0 ? ", " : "", names[i]);
    struct place place = place_at(setting->source, member->key_line, member->key_column);
    error_set(setting->error, STATUS_INVALID, place.text, "%s", message.bytes);
    text_release(&message);
    return STATUS_INVALID;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i < count;
}

enum status map_check(const struct setting *setting, const struct value *map,
                      const char *const *names, size_t count)
{
    for (const struct value *member = map->first; member; member = member->next) {
        if (!is_among(names, count, member->key))
            return refuse_member(setting, member, names, count);
    }
    return STATUS_OK;
}

/* A model is a mapping with these, or with an architecture and its options. */
static const char *const model_members[] = {"path", "name", "signature", "architecture"};
#define MODEL_MEMBERS (sizeof(model_members) / sizeof(model_members[0]))

static bool is_model_member(const char *key)
{
    return is_among(model_members, MODEL_MEMBERS, key);
}

static enum status check_model_members(const struct setting *setting, const struct value *map)
{
    size_t count = MODEL_MEMBERS + architecture_option_count;
    const char **names = xcalloc(count, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = i < MODEL_MEMBERS ? model_members[i]
                                     : architecture_option_table[i - MODEL_MEMBERS].name;
    enum status status = map_check(setting, map, names, count);
    free(names);
    return status;
}

/* The canonical text of an architecture, with its prefix. map holds further options, or is NULL. */
static enum status read_architecture(const struct setting *setting, const struct value *value,
                                     const char *text, const struct value *map, const char **path)
{
    const struct architecture *architecture;
    struct architecture_options options;
    struct error reason;
    if (architecture_parse(text, &architecture, &options, &reason) != STATUS_OK)
        return setting_fail(setting, value, "%s", reason.text);
    for (const struct value *member = map ? map->first : NULL; member; member = member->next) {
        if (is_model_member(member->key))
            continue;
        if (!value_is_text(member))
            return setting_fail(setting, member, "%s, expected the option's value",
                                member->kind == VALUE_TEXT ? "nothing" : value_noun(member));
        if (architecture_option_set(architecture, &options, member->key, member->text, &reason) !=
            STATUS_OK)
            return setting_fail(setting, member, "%s", reason.text);
    }
    struct text canonical = {0};
    text_add_string(&canonical, ARCHITECTURE_PREFIX);
    architecture_format(architecture, &options, &canonical);
    *path = setting_text(setting, canonical.bytes);
    text_release(&canonical);
    return STATUS_OK;
}

/* A path, or an architecture's text behind its prefix. */
static enum status read_model_text(const struct setting *setting, const struct value *value,
                                   const char **path)
{
    const char *text = architecture_text(value->text);
    if (text)
        return read_architecture(setting, value, text, NULL, path);
    *path = setting_path(setting, value->text);
    return STATUS_OK;
}

/* An architecture beside a path, or an option of one, says nothing. */
static enum status check_path_members(const struct setting *setting, const struct value *map)
{
    for (const struct value *member = map->first; member; member = member->next)
        if (strcmp(member->key, "architecture") == 0)
            return setting_fail(setting, member, "given beside a path, expected one of the two");
        else if (!is_model_member(member->key))
            return setting_fail(setting, member, "belongs to an architecture, not to a path");
    return STATUS_OK;
}

static enum status read_model_map(const struct setting *setting, const struct value *map,
                                  struct model_choice *model)
{
    const char *text = NULL, *name = NULL, *architecture = NULL, *signature = NULL;
    enum status status = check_model_members(setting, map);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "signature", &signature);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "path", &text);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "name", &name);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "architecture", &architecture);
    if (status == STATUS_OK && !text && !architecture)
        status = setting_fail(setting, map, "a model without 'path' or 'architecture'");
    if (status == STATUS_OK && text)
        status = check_path_members(setting, map);
    if (status == STATUS_OK)
        status = text ? read_model_text(setting, map_find(map, "path"), &model->path)
                      : read_architecture(setting, map_find(map, "architecture"), architecture, map,
                                          &model->path);
    if (status == STATUS_OK)
        *model = (struct model_choice){
            .path = model->path,
            .name = name ? setting_text(setting, name) : NULL,
            .signature = signature ? setting_text(setting, signature) : NULL,
        };
    return status;
}

static enum status read_model(const struct setting *setting, const struct value *value, void *item)
{
    struct model_choice *model = item;
    if (value->kind == VALUE_MAP)
        return read_model_map(setting, value, model);
    if (!value_is_text(value))
        return setting_refuse(setting, value, NULL);
    *model = (struct model_choice){0};
    return read_model_text(setting, value, &model->path);
}

enum status key_set_models(const struct setting *setting, const struct value *value)
{
    struct draft *draft = setting->draft;
    struct list list = {draft->models, draft->n_models, sizeof(*draft->models)};
    enum status status = list_read(setting, value, read_model, &list);
    if (status != STATUS_OK)
        return status;
    draft->experiment.models = draft->models = list.items;
    draft->experiment.n_models = draft->n_models = list.count;
    return STATUS_OK;
}

/* Whether "int8:weights=per-tensor,observer=minmax" names an option. */
static bool names_option(const char *mode, const char *option)
{
    size_t length = strlen(option);
    for (const char *rest = strchr(mode, ':'); rest; rest = strchr(rest + 1, ','))
        if (strncmp(rest + 1, option, length) == 0 && rest[1 + length] == '=')
            return true;
    return false;
}

/* Marks what the calibration decides for this mode. value is its mapping or NULL. */
static void leave_open(const char *text, const struct value *value, struct mode_options *options)
{
    for (size_t i = 0; i < mode_option_count; i++) {
        const struct mode_option *option = &mode_option_table[i];
        bool is_named =
            names_option(text, option->name) || (value && map_find(value, option->name) != NULL);
        if (option->leave_open && !is_named)
            option->leave_open(options);
    }
}

/* A mode is a mapping with these, and with its options. */
static const char *const mode_members[] = {"mode", "label"};
#define MODE_MEMBERS (sizeof(mode_members) / sizeof(mode_members[0]))

static enum status parse_mode(const struct setting *setting, const struct value *value,
                              const char *text, struct mode_choice *choice)
{
    struct error reason;
    struct arena *arena = setting->draft->experiment.arena;
    if (mode_parse(text, arena, &choice->mode, &choice->options, &reason) != STATUS_OK)
        return setting_fail(setting, value, "%s", reason.text);
    return STATUS_OK;
}

/* The value of an option: a text, or names as a list. */
static enum status option_text(const struct setting *setting, const struct value *member,
                               struct text *text)
{
    text_clear(text);
    bool is_list = member->kind == VALUE_LIST && mode_option_takes_names(member->key);
    if (!is_list && !value_is_text(member))
        return setting_fail(setting, member, "%s, expected the option's value",
                            member->kind == VALUE_TEXT ? "nothing" : value_noun(member));
    if (!is_list)
        text_add_string(text, member->text);
    for (const struct value *item = is_list ? member->first : NULL; item; item = item->next) {
        if (!value_is_text(item))
            return setting_fail(setting, item, "%s, expected a name",
                                item->kind == VALUE_TEXT ? "nothing" : value_noun(item));
        skip_add(text, item->text);
    }
    return STATUS_OK;
}

static enum status set_option(const struct setting *setting, const struct value *member,
                              struct mode_choice *choice, struct text *text)
{
    struct error reason;
    enum status status = option_text(setting, member, text);
    if (status != STATUS_OK)
        return status;
    status = mode_option_set(choice->mode, setting->draft->experiment.arena, &choice->options,
                             member->key, text->bytes ? text->bytes : "", &reason);
    return status == STATUS_OK ? status : setting_fail(setting, member, "%s", reason.text);
}

static enum status set_options(const struct setting *setting, const struct value *map,
                               struct mode_choice *choice)
{
    struct text text = {0};
    enum status status = STATUS_OK;
    for (const struct value *member = map->first; member && status == STATUS_OK;
         member = member->next)
        if (!is_among(mode_members, MODE_MEMBERS, member->key))
            status = set_option(setting, member, choice, &text);
    text_release(&text);
    return status;
}

static enum status check_mode_members(const struct setting *setting, const struct value *map)
{
    size_t count = MODE_MEMBERS + mode_option_count;
    const char **names = xcalloc(count, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = i < MODE_MEMBERS ? mode_members[i] : mode_option_table[i - MODE_MEMBERS].name;
    enum status status = map_check(setting, map, names, count);
    free(names);
    return status;
}

static enum status read_mode_map(const struct setting *setting, const struct value *map,
                                 struct mode_choice *choice)
{
    const char *text = NULL, *label = NULL;
    enum status status = check_mode_members(setting, map);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "mode", &text);
    if (status == STATUS_OK)
        status = map_read_text(setting, map, "label", &label);
    if (status == STATUS_OK && !text)
        status = setting_fail(setting, map, "a mode without 'mode'");
    if (status == STATUS_OK)
        status = parse_mode(setting, map_find(map, "mode"), text, choice);
    if (status == STATUS_OK)
        status = set_options(setting, map, choice);
    if (status != STATUS_OK)
        return status;
    leave_open(text, map, &choice->options);
    choice->label = label ? setting_text(setting, label) : NULL;
    return STATUS_OK;
}

static enum status read_mode(const struct setting *setting, const struct value *value, void *item)
{
    struct mode_choice *choice = item;
    if (value->kind == VALUE_MAP)
        return read_mode_map(setting, value, choice);
    if (!value_is_text(value))
        return setting_refuse(setting, value, NULL);
    enum status status = parse_mode(setting, value, value->text, choice);
    if (status == STATUS_OK)
        leave_open(value->text, NULL, &choice->options);
    return status;
}

enum status key_set_modes(const struct setting *setting, const struct value *value)
{
    struct draft *draft = setting->draft;
    struct list list = {draft->modes, draft->n_modes, sizeof(*draft->modes)};
    enum status status = list_read(setting, value, read_mode, &list);
    if (status != STATUS_OK)
        return status;
    draft->experiment.modes = draft->modes = list.items;
    draft->experiment.n_modes = draft->n_modes = list.count;
    return STATUS_OK;
}

static enum status read_placement(const struct setting *setting, const struct value *value,
                                  void *item)
{
    struct error reason;
    if (!value_is_text(value))
        return setting_refuse(setting, value, NULL);
    if (placement_check(value->text, &reason) != STATUS_OK)
        return setting_fail(setting, value, "%s", reason.text);
    *(const char **)item = setting_text(setting, value->text);
    return STATUS_OK;
}

enum status key_set_placements(const struct setting *setting, const struct value *value)
{
    struct experiment *experiment = &setting->draft->experiment;
    struct list list = {experiment->placements, experiment->n_placements,
                        sizeof(*experiment->placements)};
    enum status status = list_read(setting, value, read_placement, &list);
    if (status != STATUS_OK)
        return status;
    experiment->placements = list.items;
    experiment->n_placements = list.count;
    return STATUS_OK;
}

static enum status read_shape(const struct setting *setting, const struct value *value, void *item)
{
    struct error reason;
    if (!value_is_text(value))
        return setting_refuse(setting, value, NULL);
    if (model_shape_parse(value->text, setting->draft->experiment.arena, item, &reason) !=
        STATUS_OK)
        return setting_fail(setting, value, "%s", reason.text);
    return STATUS_OK;
}

enum status key_set_shapes(const struct setting *setting, const struct value *value)
{
    struct experiment *experiment = &setting->draft->experiment;
    struct list list = {experiment->shapes, experiment->n_shapes, sizeof(*experiment->shapes)};
    enum status status = list_read(setting, value, read_shape, &list);
    if (status != STATUS_OK)
        return status;
    experiment->shapes = list.items;
    experiment->n_shapes = list.count;
    return STATUS_OK;
}

static enum status read_runtime(const struct setting *setting, const struct value *value,
                                void *item)
{
    size_t found;
    if (!value_is_text(value))
        return setting_refuse(setting, value, NULL);
    enum status status = setting_choose(setting, value, &found);
    if (status == STATUS_OK)
        *(const char **)item = choice_name(setting->key->choices, found);
    return status;
}

enum status key_set_runtimes(const struct setting *setting, const struct value *value)
{
    struct experiment *experiment = &setting->draft->experiment;
    struct list list = {experiment->runtimes, experiment->n_runtimes,
                        sizeof(*experiment->runtimes)};
    enum status status = list_read(setting, value, read_runtime, &list);
    if (status != STATUS_OK)
        return status;
    experiment->runtimes = list.items;
    experiment->n_runtimes = list.count;
    return STATUS_OK;
}
