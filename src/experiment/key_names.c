/* The name that was meant where a key is unknown. */
#include <string.h>

#include "base/arena.h"
#include "experiment/keys.h"

static const char *name_of(const char *path)
{
    size_t length = key_section_length(path);
    return path + length + (length > 0);
}

/* The section of a path; NULL: there is none of that name. */
static const struct key_section *section_of(const char *path)
{
    size_t length = key_section_length(path);
    for (size_t i = 0; i < key_section_count(); i++) {
        const struct key_section *section = key_section_at(i);
        if (strlen(section->name) == length && memcmp(section->name, path, length) == 0)
            return section;
    }
    return NULL;
}

/* What a wrong name is compared with, and the list that a message ends with. */
struct names {
    const char **items;
    size_t count;
};

/* The names that a section's mapping may hold; NULL: those of all keys. */
static struct names names_within(const struct key_section *section, struct arena *arena)
{
    size_t most = key_count() + key_section_count();
    struct names names = {.items = arena_alloc(arena, most * sizeof(*names.items))};
    for (size_t i = 0; i < key_count(); i++)
        if (!section || key_is_within(key_at(i), section))
            names.items[names.count++] = name_of(key_at(i)->path);
    for (size_t i = 1; i < key_section_count() && section == key_section_at(0); i++)
        names.items[names.count++] = key_section_at(i)->name;
    return names;
}

static const char *nearest(const char *wrong, const struct names *names)
{
    return text_nearest(wrong, names->items, names->count, sizeof(names->items[0]));
}

/* The key or section that was meant: the same name elsewhere, a similar one here, or a similar one
 * elsewhere; NULL when there is none. All names are the ends of paths. */
static const char *meant(const char *path, const struct key_section *section, struct arena *arena)
{
    const char *name = name_of(path), *near;
    struct names all = names_within(NULL, arena), here = names_within(section, arena);
    for (size_t i = 0; i < key_count(); i++)
        if (strcmp(name_of(key_at(i)->path), name) == 0)
            return key_at(i)->path;
    near = nearest(name, &here);
    if (!near)
        near = nearest(name, &all);
    for (size_t i = 0; near && i < key_count(); i++)
        if (name_of(key_at(i)->path) == near)
            return key_at(i)->path;
    return near;
}

enum status key_unknown(const char *path, const char *where, struct error *error)
{
    const struct key_section *section = section_of(path);
    struct arena *arena = arena_new();
    const char *near = meant(path, section ? section : key_section_at(0), arena);
    struct quote quote = text_quote(path);
    struct names names = names_within(section ? section : key_section_at(0), arena);
    struct text list = {0};
    for (size_t i = 0; i < names.count; i++)
        text_printf(&list, "%s%s", i > 0 ? ", " : "", names.items[i]);
    if (near)
        error_set(error, STATUS_INVALID, where, "unknown key '%s', nearest is '%s'", quote.text,
                  near);
    else
        error_set(error, STATUS_INVALID, where, "unknown key '%s', there are %s", quote.text,
                  list.bytes);
    text_release(&list);
    arena_free(arena);
    return STATUS_INVALID;
}
