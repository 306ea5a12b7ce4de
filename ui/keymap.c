#include "ui/keymap.h"

#include <string.h>

#define EVERYWHERE "all"

struct builder {
    const struct source *source;
    struct key_binding *rows;
    size_t count, capacity;
    struct error *error;
};

static enum status fail_at(const struct builder *builder, int line, int column, const char *problem,
                           const char *subject, const char *where)
{
    return error_set(builder->error, STATUS_INVALID, place_at(builder->source, line, column).text,
                     "%s '%s'%s%s", problem, text_quote(subject).text, *where ? " in " : "", where);
}

/* The bits of the contexts that a key of the mapping names; 0: there are none. */
static unsigned contexts_of(const char *name)
{
    unsigned bits = strcmp(name, EVERYWHERE) == 0 ? (1u << CONTEXT_COUNT) - 1 : 0;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (strcmp(screen_rows[context].id, name) == 0)
            bits |= 1u << context;
    return bits;
}

static bool is_of(const struct key_binding *row, const char *id, unsigned contexts)
{
    return (row->contexts & contexts) && strcmp(row->id, id) == 0 && !keys_is_mouse(row);
}

static void insert(struct builder *builder, size_t place, const struct key_binding *row)
{
    memmove(&builder->rows[place + 1], &builder->rows[place],
            (builder->count - place) * sizeof(*row));
    builder->rows[place] = *row;
    builder->count++;
}

/* The first function key stands where function keys stand, all others in their order. */
static enum status read_keys(struct builder *builder, const struct value *value,
                             struct key_binding *row)
{
    const struct value *first = value->kind == VALUE_LIST ? value->first : value;
    size_t count = 0;
    memset(row->keys, 0, sizeof(row->keys));
    row->function_key = 0;
    for (const struct value *item = first; item;
         item = value->kind == VALUE_LIST ? item->next : NULL) {
        int key = item->kind == VALUE_TEXT ? keys_parse(item->text) : 0;
        if (key == 0)
            return fail_at(builder, item->line, item->column, "no key is called",
                           item->text ? item->text : value_noun(item), "");
        if (key > UI_KEY_F0 && key <= UI_KEY_F(12) && row->function_key == 0)
            row->function_key = key - UI_KEY_F0;
        else if (count == BINDING_KEYS)
            return fail_at(builder, item->line, item->column, "there is no room for the key",
                           item->text, "");
        else
            row->keys[count++] = key;
    }
    return STATUS_OK;
}

/* Gives the action its keys in the contexts, where all its bindings become one. */
static enum status give(struct builder *builder, const struct value *value, unsigned contexts)
{
    struct key_binding keys;
    enum status status = read_keys(builder, value, &keys);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < builder->count; i++) {
        struct key_binding row = builder->rows[i];
        if (!is_of(&row, value->key, contexts))
            continue;
        builder->rows[i].contexts &= ~contexts;
        row.contexts &= contexts;
        contexts &= ~row.contexts; /* of a second binding there nothing is left */
        row.function_key = keys.function_key;
        memcpy(row.keys, keys.keys, sizeof(row.keys));
        insert(builder, ++i, &row);
        for (size_t k = i + 1; k < builder->count; k++)
            if (is_of(&builder->rows[k], value->key, row.contexts))
                builder->rows[k].contexts &= ~row.contexts;
    }
    return STATUS_OK;
}

/* Whether there is such an action, and its keys may be others. */
static enum status check_action(const struct builder *builder, const struct value *value,
                                unsigned contexts, const char *where)
{
    for (size_t i = 0; i < keymap_default()->count; i++) {
        const struct key_binding *row = &keymap_default()->rows[i];
        if (is_of(row, value->key, contexts))
            return row->is_fixed ? fail_at(builder, value->key_line, value->key_column,
                                           "the key always stays of", value->key, "")
                                 : STATUS_OK;
    }
    return fail_at(builder, value->key_line, value->key_column, "no action is called", value->key,
                   where);
}

static bool is_everywhere(const struct value *map)
{
    return strcmp(map->key, EVERYWHERE) == 0;
}

static enum status read_context(struct builder *builder, const struct value *map)
{
    unsigned contexts = contexts_of(map->key);
    enum status status = STATUS_OK;
    if (contexts == 0)
        return fail_at(builder, map->key_line, map->key_column,
                       "keys go to no screen that is called", map->key, "");
    if (map->kind != VALUE_MAP)
        return fail_at(builder, map->line, map->column, "actions and their keys are expected of",
                       map->key, "");
    for (const struct value *value = map->first; value && status == STATUS_OK;
         value = value->next) {
        status = check_action(builder, value, contexts, map->key);
        if (status == STATUS_OK)
            status = give(builder, value, contexts);
    }
    return status;
}

/* Another action that has the key of this one in the context. */
static const struct key_binding *find_rival(const struct builder *builder, enum context context,
                                            int key, const char *id)
{
    for (size_t i = 0; i < builder->count; i++)
        if ((builder->rows[i].contexts & (1u << context)) && keys_has(&builder->rows[i], key) &&
            strcmp(builder->rows[i].id, id) != 0)
            return &builder->rows[i];
    return NULL;
}

/* One key that was given, in one context where it was. */
static enum status check_key(const struct builder *builder, const struct value *item,
                             const char *id, enum context context)
{
    int key = keys_parse(item->text);
    const struct keymap made = {builder->rows, builder->count};
    const struct key_binding *row = keys_of_id(&made, context, id);
    if (!row || !keys_has(row, key)) /* it is not there, or was given others later on */
        return STATUS_OK;
    if (context == CONTEXT_PROMPT && key >= ' ' && key < UI_KEY_UP && key != UI_KEY_ERASE)
        return fail_at(builder, item->line, item->column, "what is typed at the prompt has to have",
                       item->text, "");
    const struct key_binding *rival = find_rival(builder, context, key, id);
    if (!rival)
        return STATUS_OK;
    return error_set(builder->error, STATUS_INVALID,
                     place_at(builder->source, item->line, item->column).text,
                     "key '%s' of '%s' means '%s' in %s: give that other keys, or none ([]), too",
                     text_quote(item->text).text, id, rival->id, screen_rows[context].id);
}

static enum status check_keys(const struct builder *builder, const struct value *action,
                              unsigned contexts)
{
    enum status status = STATUS_OK;
    const struct value *item = action->kind == VALUE_LIST ? action->first : action;
    for (; item && status == STATUS_OK; item = action->kind == VALUE_LIST ? item->next : NULL)
        for (enum context context = 0; context < CONTEXT_COUNT && status == STATUS_OK; context++)
            if (contexts & (1u << context))
                status = check_key(builder, item, action->key, context);
    return status;
}

/* When all of them are known: what is taken from one action may be given to another. */
static enum status check_all(const struct builder *builder, const struct value *map)
{
    enum status status = STATUS_OK;
    for (const struct value *context = map->first; context; context = context->next)
        for (const struct value *action = context->first; action && status == STATUS_OK;
             action = action->next)
            status = check_keys(builder, action, contexts_of(context->key));
    return status;
}

/* Drops the bindings that have no screen left. */
static void compact(struct builder *builder)
{
    size_t kept = 0;
    for (size_t i = 0; i < builder->count; i++)
        if (builder->rows[i].contexts != 0)
            builder->rows[kept++] = builder->rows[i];
    builder->count = kept;
}

/* Rows that the mapping may add: an action has at most as many bindings as there are contexts. */
static size_t count_additions(const struct value *map)
{
    size_t count = 0;
    for (const struct value *context = map->first; context; context = context->next)
        count += context->count;
    return count * CONTEXT_COUNT;
}

enum status keymap_build(const struct value *map, const struct source *source, struct arena *arena,
                         struct keymap *keymap, struct error *error)
{
    struct builder builder = {.source = source, .error = error, .count = keymap_default()->count};
    enum status status = STATUS_OK;
    if (map->kind != VALUE_MAP)
        return error_set(error, STATUS_INVALID, place_at(source, map->line, map->column).text,
                         "keys is %s, expected a mapping of screens", value_noun(map));
    builder.rows =
        arena_alloc(arena, (builder.count + count_additions(map)) * sizeof(*builder.rows));
    memcpy(builder.rows, keymap_default()->rows, builder.count * sizeof(*builder.rows));
    /* What is said of one screen counts there, wherever it stands. */
    for (int last = 0; last < 2; last++)
        for (const struct value *context = map->first; context && status == STATUS_OK;
             context = context->next)
            if (is_everywhere(context) != last)
                status = read_context(&builder, context);
    if (status == STATUS_OK)
        status = check_all(&builder, map);
    compact(&builder);
    if (status == STATUS_OK)
        *keymap = (struct keymap){builder.rows, builder.count};
    return status;
}
