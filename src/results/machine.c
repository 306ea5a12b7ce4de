#include "results/machine.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/state.h"

/* More than the trees of large machines have, whose siblings are factored. */
#define LINES_MAX 2000
#define DEPTH_MAX 40

size_t results_machine_count(const struct results *results)
{
    return results->n_machine;
}

const struct machine_line *results_machine_line(const struct results *results, size_t i)
{
    return &results->machine[i];
}

/* A line is indented by two blanks for each level. */
static struct machine_line parse_line(struct results *results, const char *text)
{
    size_t blanks = strspn(text, " ");
    int depth = blanks / 2 < DEPTH_MAX ? (int)(blanks / 2) : DEPTH_MAX;
    char *copy = arena_strdup(results->arena, text + blanks);
    text_make_printable(copy);
    return (struct machine_line){depth, copy};
}

static void take_tree(struct results *results, const json_t *lines)
{
    size_t i;
    json_t *item;
    json_array_foreach(lines, i, item)
    {
        const char *text = json_string_value(item);
        if (!text || results->n_machine == LINES_MAX)
            continue;
        results->machine = list_grow(results->machine, results->n_machine,
                                     &results->machine_capacity, sizeof(*results->machine));
        results->machine[results->n_machine++] = parse_line(results, text);
    }
}

void results_take_machine(struct results *results, const json_t *event)
{
    results->n_machine = 0;
    take_tree(results, json_object_get(event, "machine"));
}

static void list_units(const json_t *units, struct text *out)
{
    size_t i;
    json_t *unit;
    json_array_foreach(units, i, unit)
        text_printf(out, "%s%lld", i > 0 ? "," : "", (long long)json_integer_value(unit));
}

void results_placement_units(const struct results *results, const char *placement, struct text *out)
{
    const json_t *experiment = json_object_get(results->run_event, "experiment");
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(experiment, "placements"), i, item)
    {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (name && strcmp(name, placement) == 0)
            list_units(json_object_get(item, "units"), out);
    }
}

/* The next range of a list, which is taken off it; false: there is none. */
static bool take_range(const char **list, long *first, long *last)
{
    char *end;
    *first = *last = strtol(*list, &end, 10);
    if (end == *list || *first < 0)
        return false;
    if (*end == '-')
        *last = strtol(end + 1, &end, 10);
    *list = *end == ',' ? end + 1 : end;
    return true;
}

bool units_overlap(const char *a, const char *b)
{
    long a_first, a_last, b_first, b_last;
    while (take_range(&a, &a_first, &a_last))
        for (const char *rest = b; take_range(&rest, &b_first, &b_last);)
            if (a_first <= b_last && b_first <= a_last)
                return true;
    return false;
}
