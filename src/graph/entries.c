#include "graph/entries.h"

/* Names that one message lists. */
#define NAMES_MAX 8

void entries_describe(const struct graph_entries *entries, struct text *out)
{
    int count = entries ? entries->count : 0, named = 0;
    if (count < 2 || (!entries->are_signatures && !entries->is_part))
        return;
    text_printf(out, "%s '%.60s' is taken, ", entries->are_signatures ? "signature" : "subgraph",
                entries->list[entries->taken].name);
    for (int i = 0; i < count && named < NAMES_MAX; i++)
        if (i != entries->taken)
            text_printf(out, "%s'%.60s'", named++ > 0 ? ", " : "", entries->list[i].name);
    if (count - 1 > named)
        text_printf(out, " and %d more", count - 1 - named);
    text_add_string(out, count > 2 ? " are left out" : " is left out");
}
