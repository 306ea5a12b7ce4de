#include "ui/keys.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

bool keys_has(const struct key_binding *binding, int key)
{
    if (binding->function_key != 0 && key == UI_KEY_F(binding->function_key))
        return true;
    for (int i = 0; i < BINDING_KEYS && binding->keys[i] != 0; i++)
        if (binding->keys[i] == key)
            return true;
    return false;
}

bool keys_is_mouse(const struct key_binding *binding)
{
    return binding->keys[0] >= UI_KEY_WHEEL_UP && binding->keys[0] < UI_KEY_F0;
}

const struct key_binding *keys_find(const struct keymap *keymap, enum context context, int key)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].contexts & (1u << context)) && keys_has(&keymap->rows[i], key))
            return &keymap->rows[i];
    return NULL;
}

const struct key_binding *keys_of_id(const struct keymap *keymap, enum context context,
                                     const char *id)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].contexts & (1u << context)) && strcmp(keymap->rows[i].id, id) == 0)
            return &keymap->rows[i];
    return NULL;
}

int keys_nth(const struct key_binding *binding, int n)
{
    if (binding->function_key != 0 && n-- == 0)
        return UI_KEY_F(binding->function_key);
    return n < BINDING_KEYS ? binding->keys[n] : 0;
}

void keys_print_names(const struct key_binding *binding, struct text *out)
{
    char name[KEY_NAME_SIZE];
    for (int n = 0, key; (key = keys_nth(binding, n)) != 0; n++)
        text_printf(out, "%s%s", n > 0 ? ", " : "", keys_name(key, name));
}

const char *keys_short_name(const struct key_binding *binding, char buffer[KEY_SHORT_SIZE])
{
    char first[KEY_NAME_SIZE], second[KEY_NAME_SIZE];
    keys_name(keys_nth(binding, 0), first);
    bool twin = binding->function_key != 0 && binding->keys[0] != 0;
    if (twin)
        keys_name(binding->keys[0], second);
    snprintf(buffer, KEY_SHORT_SIZE, "%s%s%s", first, twin ? "/" : "", twin ? second : "");
    return buffer;
}

const char *keys_said(const struct keymap *keymap, enum context context, const char *id,
                      char buffer[KEY_SAID_SIZE])
{
    const struct key_binding *binding = keys_of_id(keymap, context, id);
    char name[KEY_NAME_SIZE];
    assert(binding);
    int key = binding->keys[0] ? binding->keys[0] : keys_nth(binding, 0);
    if (key)
        snprintf(buffer, KEY_SAID_SIZE, "%s", keys_name(key, name));
    else
        snprintf(buffer, KEY_SAID_SIZE, ":%s", id);
    return buffer;
}

bool keys_starts_group(const struct keymap *keymap, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (keymap->rows[i].contexts == keymap->rows[index].contexts &&
            keys_nth(&keymap->rows[i], 0) != 0)
            return false;
    return keys_nth(&keymap->rows[index], 0) != 0;
}

void keys_print_group(const struct key_binding *binding, struct text *out)
{
    const char *before = "In the ";
    if (binding->contexts == (1u << CONTEXT_COUNT) - 1) {
        text_add_string(out, "Everywhere");
        return;
    }
    for (unsigned context = 0; context < CONTEXT_COUNT; context++) {
        if (!(binding->contexts & (1u << context)))
            continue;
        text_printf(out, "%s%s", before, screen_rows[context].name);
        before = ", ";
    }
}
