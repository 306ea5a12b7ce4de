#include "results/warnings.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/state.h"

/* No program of ours knows as many kinds; a hostile journal shall not fill the screen. */
#define WARNINGS_MAX 32

size_t results_warning_count(const struct results *results)
{
    return results->n_warnings;
}

const struct warning *results_warning(const struct results *results, size_t i)
{
    return &results->warnings[i];
}

static const char *printable(struct results *results, const json_t *text)
{
    const char *value = json_string_value(text);
    char *copy = arena_strdup(results->arena, value ? value : "");
    text_make_printable(copy);
    return copy;
}

/* The place of a kind: its own, or a new one; NULL: there are too many. */
static struct warning *place_of(struct results *results, const char *kind)
{
    for (size_t i = 0; i < results->n_warnings; i++)
        if (strcmp(results->warnings[i].kind, kind) == 0)
            return &results->warnings[i];
    if (results->n_warnings == WARNINGS_MAX)
        return NULL;
    results->warnings = list_grow(results->warnings, results->n_warnings,
                                  &results->warning_capacity, sizeof(*results->warnings));
    return &results->warnings[results->n_warnings++];
}

enum status results_take_warning(struct results *results, const json_t *event, struct error *error)
{
    const json_t *kind = json_object_get(event, "kind"), *text = json_object_get(event, "text");
    if (!json_is_string(kind))
        return malformed(error, event, "kind");
    if (!json_is_string(text))
        return malformed(error, event, "text");
    const char *name = printable(results, kind);
    struct warning *warning = place_of(results, name);
    if (warning)
        *warning = (struct warning){name, printable(results, text),
                                    printable(results, json_object_get(event, "remedy"))};
    return STATUS_OK;
}
