#include "results/late.h"

#include <string.h>

#include "base/text.h"
#include "results/members.h"
#include "results/state.h"

/* --- cutting ---------------------------------------------------------------------------------- */

/* Behind a text that begins here; NULL: it does not end. */
static const char *skip_text(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\';
    return at < end ? at + 1 : NULL;
}

/* At the comma or bracket behind a value that begins here; NULL: there is none. */
static const char *skip_value(const char *at, const char *end)
{
    int depth = 0;
    while (at && at < end) {
        if (*at == '"') {
            at = skip_text(at, end);
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}' || *at == ']'))
            return at;
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    }
    return NULL;
}

/* Whether a key, with its quotes, is among the members. */
static bool is_named(const char *key, size_t length, const char *const *members)
{
    for (; *members; members++)
        if (strlen(*members) + 2 == length && memcmp(*members, key + 1, length - 2) == 0)
            return true;
    return false;
}

bool late_cut(const char *line, size_t length, const char *const *members, struct text *out)
{
    const char *at = line, *end = line + length;
    bool has_cut = false;
    text_clear(out);
    for (char before = '{'; at < end && *at == before; before = ',') {
        const char *key = at + 1;
        const char *colon = key < end && *key == '"' ? skip_text(key, end) : NULL;
        at = colon && colon < end && *colon == ':' ? skip_value(colon + 1, end) : NULL;
        if (!at)
            return false;
        bool cuts = is_named(key, (size_t)(colon - key), members);
        has_cut |= cuts;
        if (cuts)
            continue;
        text_add(out, out->length == 0 ? "{" : ",", 1);
        text_add(out, key, (size_t)(at - key));
    }
    text_add(out, "}", 1);
    return has_cut && out->length > 1 && at + 1 == end && *at == '}';
}

/* --- what may be cut -------------------------------------------------------------------------- */

static struct trial_data *trial_of(struct results *results, const json_t *event)
{
    size_t index;
    return index_member(event, "trial", results->n_trials, &index) ? &results->trials[index] : NULL;
}

/* The first process of a trial has said what all have. */
static bool is_said(struct results *results, const json_t *event)
{
    const struct trial_data *trial = trial_of(results, event);
    return trial && trial->row.kernel_list[0] != '\0';
}

/* What its steps name is there, so that the line means later what it means now. */
static bool can_wait(struct results *results, const json_t *event)
{
    const struct trial_data *trial = trial_of(results, event);
    return trial && results->candidates[trial->candidate].file_nodes &&
           !json_object_get(event, "absent");
}

/* What the whole line says stays what it is, whatever comes later. */
static bool has_candidate(struct results *results, const json_t *event)
{
    size_t index;
    return index_member(event, "candidate", results->n_candidates, &index);
}

static const struct late_kind {
    const char *event;
    const char *members[8];                                       /* up to a NULL */
    bool (*can_do)(struct results *results, const json_t *event); /* without them */
    bool is_kept;                                                 /* somebody may ask for them */
} kinds[] = {
    {"process",
     {"isa", "arithmetic", "runtime_version", "kernels", "shares", "sandbox", "unguarded"},
     is_said,
     false},
    {"steps", {"steps", "ceilings"}, can_wait, true},
    {"network", {"tensors", "operators"}, has_candidate, true},
};

/* The kind whose name the line begins with, as journal_append has it; NULL: none. */
static const struct late_kind *kind_of(const struct journal_line *line)
{
    static const char begin[] = "{\"event\":\"";
    size_t first = sizeof(begin) - 1;
    if (line->length < first || memcmp(line->bytes, begin, first) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t length = strlen(kinds[i].event);
        if (line->length > first + length && line->bytes[first + length] == '"' &&
            memcmp(line->bytes + first, kinds[i].event, length) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* The event of the line without its lists; NULL: they are needed now. */
static json_t *read_cut(struct results *results, const struct late_kind *kind,
                        const struct journal_line *line)
{
    struct text cut = {0};
    json_t *event = NULL;
    if (late_cut(line->bytes, line->length, kind->members, &cut))
        event = json_loadb(cut.bytes, cut.length, 0, NULL);
    text_release(&cut);
    const char *name = json_string_value(json_object_get(event, "event"));
    if (event && name && strcmp(name, kind->event) == 0 && kind->can_do(results, event))
        return event;
    json_decref(event);
    return NULL;
}

enum status late_apply(struct results *results, const struct journal_line *line, bool puts_off,
                       struct error *error)
{
    const struct late_kind *kind = puts_off ? kind_of(line) : NULL;
    json_t *event = kind ? read_cut(results, kind, line) : NULL;
    results->late = event && kind->is_kept ? line : NULL;
    if (!event)
        event = journal_line_read(line->bytes, line->length, error);
    enum status status = event ? results_apply(results, event, error) : STATUS_FORMAT;
    results->late = NULL;
    json_decref(event);
    return status;
}
