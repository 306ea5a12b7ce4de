#include "command/start_items.h"

#include <stdarg.h>

#include "base/memory.h"
#include "base/printable.h"

const char *start_text(struct start_lists *lists, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = printable_text(lists->arena, format, arguments);
    va_end(arguments);
    return text;
}

void start_add(struct start_lists *lists, enum start_kind kind, const char *path, const char *name,
               double bytes)
{
    struct start *start = &lists->start;
    size_t capacity = lists->capacity;
    start->items = list_grow(start->items, start->count, &capacity, sizeof(*start->items));
    lists->entries =
        list_grow(lists->entries, start->count, &lists->capacity, sizeof(*lists->entries));
    start->items[start->count] = (struct start_item){
        .kind = kind,
        .name = start_text(lists, "%s", name),
        .figure = "",
        .text = "",
        .facts = arena_alloc(lists->arena, START_FACTS_MOST * sizeof(struct start_fact)),
    };
    lists->entries[start->count++] = (struct start_entry){
        .kind = kind, .path = arena_strdup(lists->arena, path), .bytes = bytes};
}

void start_add_fact(struct start_lists *lists, size_t item, const char *label, const char *format,
                    ...)
{
    struct start_item *shown = &lists->start.items[item];
    va_list arguments;
    va_start(arguments, format);
    const char *text = printable_text(lists->arena, format, arguments);
    va_end(arguments);
    if (shown->n_facts < START_FACTS_MOST)
        shown->facts[shown->n_facts++] = (struct start_fact){label, text};
}
