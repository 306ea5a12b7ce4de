/* A line of the journal that a trial or a candidate keeps until it is asked for. */
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

void kept_put(struct results *results, struct kept_line *kept)
{
    const struct journal_line *line = results->late;
    kept_drop(kept);
    kept->bytes = xmalloc(line->length);
    memcpy(kept->bytes, line->bytes, line->length);
    kept->length = line->length;
    kept->place = arena_printf(results->arena, "%s:%ld", line->path, line->number);
}

void kept_put_event(struct kept_line *kept, const json_t *event)
{
    kept_drop(kept);
    kept->bytes = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(9));
    kept->length = strlen(kept->bytes);
    kept->place = "an event of this run";
}

void kept_drop(struct kept_line *kept)
{
    FREE_AND_NULL(kept->bytes);
}

json_t *kept_take(struct kept_line *kept, struct error *error)
{
    json_t *event = journal_line_read(kept->bytes, kept->length, error);
    kept_drop(kept);
    return event;
}
