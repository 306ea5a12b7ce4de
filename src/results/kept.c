/* A line of the journal that a trial keeps until it is asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/journal_line.h"
#include "results/state.h"

json_t *journal_line_read(const char *bytes, size_t length, struct error *error)
{
    json_error_t problem;
    json_t *event = json_loadb(bytes, length, 0, &problem);
    if (!event)
        error_set(error, STATUS_FORMAT, NULL, "not a line of JSON: %s", problem.text);
    return event;
}

void kept_put(struct results *results, struct trial_data *trial)
{
    const struct journal_line *line = results->late;
    kept_drop(trial);
    trial->kept.bytes = xmalloc(line->length);
    memcpy(trial->kept.bytes, line->bytes, line->length);
    trial->kept.length = line->length;
    trial->kept.place = arena_printf(results->arena, "%s:%ld", line->path, line->number);
}

void kept_drop(struct trial_data *trial)
{
    FREE_AND_NULL(trial->kept.bytes);
}

json_t *kept_take(struct trial_data *trial, struct error *error)
{
    json_t *event = journal_line_read(trial->kept.bytes, trial->kept.length, error);
    kept_drop(trial);
    return event;
}
