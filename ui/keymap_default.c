/* The program's own keymap, put together from the tables of the screens and of what they share. */
#include <stdlib.h>

#include "base/memory.h"
#include "ui/shared_keys.h"
#include "ui/ui.h"

struct maker {
    struct key_binding *rows;
    size_t count, capacity;
};

static void add(struct maker *maker, const struct key_binding *binding, unsigned contexts)
{
    maker->rows = list_grow(maker->rows, maker->count, &maker->capacity, sizeof(*maker->rows));
    maker->rows[maker->count] = *binding;
    maker->rows[maker->count++].contexts = contexts;
}

static void add_table(struct maker *maker, const struct key_table *table, unsigned contexts)
{
    for (size_t i = 0; i < table->count; i++)
        add(maker, &table->rows[i], contexts);
}

/* Those of the screens that have the table beside their own. */
static unsigned contexts_with(const struct key_table *table)
{
    unsigned bits = 0;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (ui_screens[context]->more_keys == table)
            bits |= 1u << context;
    return bits;
}

/* A table of several screens stands behind the own one of the first of them. */
static void add_screens(struct maker *maker)
{
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const struct key_table *more = ui_screens[context]->more_keys;
        unsigned bit = 1u << context, all = more ? contexts_with(more) : 0;
        add_table(maker, &ui_screens[context]->keys, bit);
        if ((all & (bit - 1)) == 0 && all != 0)
            add_table(maker, more, all);
    }
}

/* Whether one of the keys means something in the table. */
static bool has_key_of(const struct key_table *table, const struct key_binding *binding)
{
    for (size_t i = 0; table && i < table->count; i++)
        for (int n = 0, key; (key = keys_nth(binding, n)) != 0; n++)
            if (keys_has(&table->rows[i], key))
                return true;
    return false;
}

static bool is_shared_by(const struct shared_key *shared, enum context context)
{
    const struct screen *screen = ui_screens[context];
    return (screen_rows[context].kind & shared->kinds) && (!shared->fits || shared->fits(screen)) &&
           !has_key_of(&screen->keys, &shared->binding) &&
           !has_key_of(screen->more_keys, &shared->binding);
}

static void add_shared(struct maker *maker, const struct shared_key *shared, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned contexts = 0;
        for (enum context context = 0; context < CONTEXT_COUNT; context++)
            if (is_shared_by(&shared[i], context))
                contexts |= 1u << context;
        add(maker, &shared[i].binding, contexts);
    }
}

/* The keys that lead from all main screens to each of them. */
static void add_ways(struct maker *maker)
{
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const struct screen_row *row = &screen_rows[context];
        struct shared_key way = {
            .kinds = KINDS_MAIN,
            .binding = {
                row->go, shared_go, {row->key}, .help = row->help, .argument = (int)context}};
        if (row->tab)
            add_shared(maker, &way, 1);
    }
}

const struct keymap *keymap_default(void)
{
    static struct keymap made;
    struct maker maker = {NULL, 0, 0};
    if (made.rows)
        return &made;
    add_shared(&maker, shared_keys_first, shared_keys_first_count);
    add_screens(&maker);
    add_ways(&maker);
    add_shared(&maker, shared_keys_last, shared_keys_last_count);
    made = (struct keymap){maker.rows, maker.count};
    return &made;
}
