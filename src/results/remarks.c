/* What the user should know about a candidate's samples. */
#include <string.h>

#include "base/text.h"
#include "results/state.h"

void results_take_remarks(struct results *results, const json_t *event,
                          struct candidate_data *candidate)
{
    const json_t *list = json_object_get(event, "remarks");
    struct text whole = {0};
    size_t i;
    json_t *item;
    candidate->n_remarks = 0;
    candidate->remarks =
        arena_alloc(results->arena, json_array_size(list) * sizeof(*candidate->remarks));
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item))
            continue;
        char *remark = arena_strdup(results->arena, json_string_value(item));
        text_make_printable(remark);
        candidate->remarks[candidate->n_remarks++] = remark;
        text_printf(&whole, "%s%s", whole.length ? "; " : "", remark);
    }
    candidate->remark_text = arena_strdup(results->arena, whole.bytes ? whole.bytes : "");
    text_release(&whole);
}
