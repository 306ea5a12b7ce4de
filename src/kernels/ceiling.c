#include "kernels/ceiling.h"

#include "kernels/lists.h"

const char *const ceiling_kind_names[CEILING_KIND_COUNT] = {
#define X(identifier, name) [identifier] = name,
    CEILING_LIST(X)
#undef X
};

static const struct ceiling_list *const lists[] = {
#define X(identifier) &(identifier),
    CEILING_LISTS(X)
#undef X
};

#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

size_t ceiling_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < LIST_COUNT; i++)
        count += lists[i]->count;
    return count;
}

const struct ceiling *ceiling_at(size_t index)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        if (index < lists[i]->count)
            return &lists[i]->rows[index];
        index -= lists[i]->count;
    }
    return NULL;
}

const struct ceiling *ceiling_find(enum ceiling_kind kind, enum isa most)
{
    const struct ceiling *best = NULL;
    for (size_t i = 0; i < ceiling_count(); i++) {
        const struct ceiling *row = ceiling_at(i);
        if (row->kind == kind && row->isa <= most && isa_available(row->isa))
            best = row;
    }
    return best;
}
