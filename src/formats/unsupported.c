#include "formats/unsupported.h"

#include <stdio.h>
#include <string.h>

void unsupported_add(struct unsupported *list, const char *name, const char *where)
{
    char kept[sizeof(list->kinds[0].name)];
    int kind = 0;
    snprintf(kept, sizeof(kept), "%s", name);
    if (!list->first[0])
        snprintf(list->first, sizeof(list->first), "%s", where);
    while (kind < list->n_kinds && strcmp(list->kinds[kind].name, kept) != 0)
        kind++;
    if (kind == UNSUPPORTED_KINDS) {
        list->others++;
        return;
    }
    if (kind == list->n_kinds)
        memcpy(list->kinds[list->n_kinds++].name, kept, sizeof(kept));
    list->kinds[kind].count++;
}

void unsupported_describe(const struct unsupported *list, const char *what, struct text *out)
{
    if (list->n_kinds == 0)
        return;
    text_printf(out, "%sunsupported %s: ", out->length > 0 ? "; " : "", what);
    for (int i = 0; i < list->n_kinds; i++)
        text_printf(out, "%s%s x%zu", i > 0 ? ", " : "", list->kinds[i].name, list->kinds[i].count);
    if (list->others > 0)
        text_printf(out, " and %zu others", list->others);
    text_printf(out, " (first: %s)", list->first);
}
