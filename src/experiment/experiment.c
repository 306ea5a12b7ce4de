#include "experiment/experiment.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/key_set.h"
#include "runtimes/runtime.h"

static void set_defaults(struct draft *draft)
{
    const struct source source = {0};
    struct error error;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        struct setting setting = {draft, key, &source, &error};
        struct value value = {.kind = VALUE_TEXT, .text = key->initial, .key = key->path};
        if (key->initial && key_set(&setting, &value) != STATUS_OK)
            abort(); /* a mistake in the table */
    }
}

struct experiment *experiment_new(void)
{
    struct draft *draft = xcalloc(1, sizeof(*draft));
    draft->experiment.arena = arena_new();
    draft->given = arena_alloc(draft->experiment.arena, key_count() * sizeof(*draft->given));
    dataset_spec_init(&draft->experiment.data);
    dataset_spec_init(&draft->experiment.calibration);
    set_defaults(draft);
    return &draft->experiment;
}

void experiment_free(struct experiment *experiment)
{
    if (!experiment)
        return;
    arena_free(experiment->arena);
    free(draft_of(experiment));
}

/* A list in an option is written as in a profile: "[1, cores]". */
static bool is_written_list(const struct key *key, const char *text)
{
    bool is_list = key->kind == KEY_NUMBERS || key->kind == KEY_MODELS || key->kind == KEY_MODES ||
                   key->kind == KEY_PLACEMENTS || key->kind == KEY_RUNTIMES ||
                   key->kind == KEY_SHAPES || key->kind == KEY_TARGETS;
    return is_list && !key->one && text[0] == '[';
}

static enum status give_option(const struct setting *setting, const char *text, struct arena *arena)
{
    struct value plain = {.kind = VALUE_TEXT, .text = text}, *value = &plain;
    enum status status = STATUS_OK;
    if (is_written_list(setting->key, text))
        status = value_parse(text, strlen(text), setting->source, arena, &value, setting->error);
    if (status != STATUS_OK)
        return status;
    value->key = setting->key->path;
    return key_give(setting, value);
}

void experiment_trust(struct experiment *experiment)
{
    draft_of(experiment)->is_trusted = true;
}

/* Options are few: the list is copied for each. */
static void remember_option(struct experiment *experiment, const char *key, const char *value)
{
    struct arena *arena = experiment->arena;
    size_t count = experiment->n_options;
    struct given_option *options = arena_alloc(arena, (count + 1) * sizeof(*options));
    if (count > 0)
        memcpy(options, experiment->options, count * sizeof(*options));
    options[count] = (struct given_option){arena_strdup(arena, key), arena_strdup(arena, value)};
    experiment->options = options;
    experiment->n_options = count + 1;
}

enum status experiment_set_from(struct experiment *experiment, const char *directory,
                                const char *key, const char *value, struct error *error)
{
    const struct source source = {.directory = directory};
    struct setting setting = {draft_of(experiment), key_find(key), &source, error};
    if (!setting.key)
        return key_unknown(key, NULL, error);
    if (!text_is_printable(value))
        return error_set(error, STATUS_INVALID, NULL,
                         "wrong value '%s' for '%s': it holds a control character, a line break or "
                         "bytes that are not UTF-8",
                         value, key);
    struct arena *arena = arena_new();
    enum status status = give_option(&setting, value, arena);
    arena_free(arena);
    if (status == STATUS_OK)
        remember_option(experiment, key, value);
    return status;
}

enum status experiment_set(struct experiment *experiment, const char *key, const char *value,
                           struct error *error)
{
    return experiment_set_from(experiment, NULL, key, value, error);
}

/* Position of the first baseline mode, or n_modes. */
static size_t baseline_mode(const struct experiment *experiment)
{
    size_t mode = 0;
    while (mode < experiment->n_modes && !experiment->modes[mode].mode->is_baseline)
        mode++;
    return mode;
}

/* Position of the runtime that the others are compared with, or n_runtimes. */
static size_t baseline_runtime(const struct experiment *experiment)
{
    size_t runtime = 0;
    while (runtime < experiment->n_runtimes &&
           !runtime_find(experiment->runtimes[runtime])->is_baseline)
        runtime++;
    return runtime;
}

/* A runtime whose library may be elsewhere has a key of its own name. */
const char *experiment_library(const struct experiment *experiment, size_t i)
{
    const struct runtime *runtime = runtime_find(experiment->runtimes[i]);
    bool has_library = runtime && runtime->library;
    return has_library ? key_path_held(experiment, key_find(runtime->name)) : NULL;
}

/* Where the trial of a model, mode and runtime on a placement stands in a list of all. */
static size_t cell_of(const struct experiment *experiment, const struct trial *trial)
{
    return ((trial->model * experiment->n_placements + trial->placement) * experiment->n_modes +
            trial->mode) *
               experiment->n_runtimes +
           trial->runtime;
}

/* The trials that there are not yet, in order; a candidate may have some on other placements.
 * cells has the number of each trial. */
static void add_trials(struct experiment *experiment, struct trial *trials, int *cells)
{
    size_t n_variants = experiment_variants(experiment), n_runtimes = experiment->n_runtimes;
    size_t count = experiment->n_trials, models = experiment->n_models;
    int n_candidates = 0, *candidates = xcalloc(models * n_variants, sizeof(*candidates));
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        candidates[trial->model * n_variants + trial->mode * n_runtimes + trial->runtime] =
            trial->candidate + 1;
        cells[cell_of(experiment, trial)] = (int)i + 1;
        n_candidates = trial->candidate >= n_candidates ? trial->candidate + 1 : n_candidates;
    }
    for (size_t cell = 0; cell < models * experiment->n_placements * n_variants; cell++) {
        size_t variant = cell % n_variants, model = cell / n_variants / experiment->n_placements;
        int *candidate = &candidates[model * n_variants + variant];
        if (cells[cell])
            continue;
        *candidate = *candidate ? *candidate : ++n_candidates;
        trials[count++] = (struct trial){.candidate = *candidate - 1,
                                         .model = model,
                                         .mode = variant / n_runtimes,
                                         .placement = cell / n_variants % experiment->n_placements,
                                         .runtime = variant % n_runtimes};
        cells[cell] = (int)count;
    }
    free(candidates);
}

void experiment_extend_trials(struct experiment *experiment)
{
    size_t before = experiment->n_trials;
    size_t count =
        experiment->n_models * experiment->n_placements * experiment_variants(experiment);
    size_t baseline = baseline_mode(experiment), builtin = baseline_runtime(experiment);
    struct trial *trials = arena_alloc(experiment->arena, count * sizeof(*trials));
    int *cells = xcalloc(count, sizeof(*cells));
    if (before > 0)
        memcpy(trials, experiment->trials, before * sizeof(*trials));
    add_trials(experiment, trials, cells);
    for (size_t i = before; i < count; i++) {
        struct trial other = trials[i];
        other.mode = baseline;
        trials[i].baseline =
            baseline < experiment->n_modes ? cells[cell_of(experiment, &other)] - 1 : -1;
        other = trials[i];
        other.runtime = builtin;
        trials[i].builtin =
            builtin < experiment->n_runtimes ? cells[cell_of(experiment, &other)] - 1 : -1;
    }
    free(cells);
    experiment->trials = trials;
    experiment->n_trials = count;
}

const struct trial *experiment_trials(const struct experiment *experiment, size_t *count)
{
    *count = experiment->n_trials;
    return experiment->trials;
}
