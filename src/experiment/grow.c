#include "experiment/grow.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "experiment/complete.h"
#include "experiment/key_set.h"

/* Has a key that holds a list take one more item; it may take its place. */
static enum status set_key(struct experiment *experiment, const char *key, const char *text,
                           struct error *error)
{
    const struct source source = {0};
    struct setting setting = {draft_of(experiment), key_find(key), &source, error};
    struct value value = {.kind = VALUE_TEXT, .text = text, .key = key};
    if (!*text || !text_is_printable(text))
        return error_set(error, STATUS_INVALID, NULL, "'%s' is no %s", text, key);
    return key_set(&setting, &value);
}

/* The first item of a list that is the same text; count: there is none, with the nearest one. */
static size_t find_text(const char *const *texts, size_t count, const char *noun, const char *text,
                        struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0)
            return i;
    const char *near = text_nearest(text, texts, count, sizeof(texts[0]));
    error_set(error, STATUS_INVALID, NULL, "no %s '%s' takes part%s%s%s", noun, text,
              near ? ", nearest is '" : "", near ? near : "", near ? "'" : "");
    return count;
}

/* Whether a mode is spelled like this, with all that is not a default. */
static bool is_spelled(const struct mode_choice *choice, const char *text)
{
    struct text spelled = {0};
    mode_format(choice->mode, &choice->options, &spelled);
    bool is_same = strcmp(spelled.bytes, text) == 0;
    text_release(&spelled);
    return is_same;
}

size_t grow_find_mode(const struct experiment *experiment, const char *text, struct error *error)
{
    const char **labels = xcalloc(experiment->n_modes, sizeof(*labels));
    for (size_t i = 0; i < experiment->n_modes; i++)
        labels[i] = experiment->modes[i].label;
    size_t found = find_text(labels, experiment->n_modes, "mode", text, error);
    free(labels);
    for (size_t i = 0; i < experiment->n_modes && found == experiment->n_modes; i++)
        if (is_spelled(&experiment->modes[i], text))
            found = i;
    return found;
}

size_t grow_find_placement(const struct experiment *experiment, const char *text,
                           struct error *error)
{
    return find_text(experiment->placements, experiment->n_placements, "placement", text, error);
}

/* The trials of what was added; too many take nothing in. */
static enum status extend(struct experiment *experiment, struct error *error)
{
    enum status status = complete_check_trials(draft_of(experiment), error);
    if (status == STATUS_OK)
        experiment_extend_trials(experiment);
    return status;
}

static enum status refuse_repeat(const char *noun, const char *text, struct error *error)
{
    return error_set(error, STATUS_INVALID, NULL, "%s '%s' takes part already", noun, text);
}

/* Whether the last mode is spelled like another one. */
static bool is_repeat(const struct mode_choice *modes, size_t count)
{
    struct text spelled = {0};
    bool is_same = false;
    mode_format(modes[count - 1].mode, &modes[count - 1].options, &spelled);
    for (size_t i = 0; i + 1 < count; i++)
        is_same |= is_spelled(&modes[i], spelled.bytes);
    text_release(&spelled);
    return is_same;
}

enum status grow_mode(struct experiment *experiment, const char *text, struct error *error)
{
    struct draft *draft = draft_of(experiment);
    struct mode_choice *before = experiment->modes;
    size_t count = experiment->n_modes;
    enum status status = set_key(experiment, "mode", text, error);
    experiment->modes = before;
    experiment->n_modes = count;
    if (status != STATUS_OK)
        return status;
    struct mode_choice *modes = arena_alloc(experiment->arena, (count + 1) * sizeof(*modes));
    memcpy(modes, before, count * sizeof(*modes));
    modes[count] = draft->modes[draft->n_modes - 1];
    complete_mode(draft, &modes[count]);
    if (is_repeat(modes, count + 1))
        return refuse_repeat("mode", text, error);
    complete_labels(experiment->arena, modes, count + 1);
    experiment->modes = modes;
    experiment->n_modes = count + 1;
    status = extend(experiment, error);
    if (status != STATUS_OK) {
        experiment->modes = before;
        experiment->n_modes = count;
    }
    return status;
}

enum status grow_placement(struct experiment *experiment, const char *text, struct error *error)
{
    const char **before = experiment->placements;
    size_t count = experiment->n_placements;
    struct error ignored;
    if (grow_find_placement(experiment, text, &ignored) < count)
        return refuse_repeat("placement", text, error);
    enum status status = set_key(experiment, "placement", text, error);
    const char *added =
        status == STATUS_OK ? experiment->placements[experiment->n_placements - 1] : NULL;
    experiment->placements = before;
    experiment->n_placements = count;
    if (status != STATUS_OK)
        return status;
    const char **names = arena_alloc(experiment->arena, (count + 1) * sizeof(*names));
    memcpy(names, before, count * sizeof(*names));
    names[count] = added;
    experiment->placements = names;
    experiment->n_placements = count + 1;
    status = extend(experiment, error);
    if (status != STATUS_OK) {
        experiment->placements = before;
        experiment->n_placements = count;
    }
    return status;
}
