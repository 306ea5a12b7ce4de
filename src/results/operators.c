/* The operators of a list of nodes, as the event `prepared` has it. */
#include "base/text.h"
#include "results/state.h"

const char *results_count_operators(struct results *results, const json_t *nodes)
{
    struct text list = {0};
    json_t *counts = json_object(), *node, *count;
    const char *op;
    size_t i;
    json_array_foreach(nodes, i, node)
    {
        op = json_string_value(json_object_get(node, "op"));
        json_int_t before = op ? json_integer_value(json_object_get(counts, op)) : 0;
        if (op)
            json_object_set_new(counts, op, json_integer(before + 1));
    }
    json_object_foreach(counts, op, count)
    {
        text_printf(&list, "%s%s x%lld", list.length ? ", " : "", op,
                    (long long)json_integer_value(count));
    }
    json_decref(counts);
    char *copy = arena_strdup(results->arena, list.bytes ? list.bytes : "");
    text_make_printable(copy);
    text_release(&list);
    return copy;
}
