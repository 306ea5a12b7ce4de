/* What a profile left open, and whether all of it fits together. */
#include <stdlib.h>
#include <string.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "experiment/complete.h"
#include "experiment/trust.h"
#include "formats/dataset/preset.h"
#include "quantize/observer.h"

/* So that a slip of the pen does not make a run of years. */
#define TRIALS_MAX 10000

static const struct given_key *given_of(const struct draft *draft, const char *path)
{
    return &draft->given[key_index(key_find(path))];
}

static bool is_given(const struct draft *draft, const char *path)
{
    return given_of(draft, path)->how != GIVEN_NOT;
}

/* Where a key was given. */
static struct place key_place(const struct draft *draft, const char *path)
{
    const struct given_key *given = given_of(draft, path);
    bool by_option = given->how >= GIVEN_JOURNAL;
    const struct source source = {.name = by_option ? NULL : draft->experiment.profile};
    return place_at(&source, given->line, given->column);
}

/* Names that are unique in a list: those that were given come first, and "#2" tells repeats
 * apart. */
struct naming {
    const char **names; /* NULL where not decided yet */
    size_t count;
    struct arena *arena;
};

static bool is_taken(const struct naming *naming, const char *name)
{
    for (size_t i = 0; i < naming->count; i++)
        if (naming->names[i] && strcmp(naming->names[i], name) == 0)
            return true;
    return false;
}

static void choose_name(struct naming *naming, size_t i, const char *wanted)
{
    const char *name = arena_strdup(naming->arena, wanted);
    for (int repeat = 2; is_taken(naming, name); repeat++)
        name = arena_printf(naming->arena, "%s #%d", wanted, repeat);
    naming->names[i] = name;
}

static struct naming naming_new(struct arena *arena, size_t count)
{
    return (struct naming){arena_alloc(arena, count * sizeof(char *)), count, arena};
}

/* The architecture's text, or the file's name without suffix. */
static char *model_name(const char *path)
{
    if (architecture_text(path))
        return xstrdup(architecture_text(path));
    const char *name = path_name(path), *dot = strrchr(name, '.');
    return dot && dot != name ? xasprintf("%.*s", (int)(dot - name), name) : xstrdup(name);
}

static enum status complete_models(struct draft *draft, struct error *error)
{
    struct experiment *experiment = &draft->experiment;
    size_t count = draft->n_models;
    if (count == 0)
        return error_set(error, STATUS_INVALID, experiment->profile,
                         "no model to compare modes of, expected 'model' or 'models'");
    struct model_choice *models =
        arena_copy(experiment->arena, draft->models, count * sizeof(*models));
    struct naming naming = naming_new(experiment->arena, count);
    for (size_t i = 0; i < count; i++)
        if (models[i].name)
            choose_name(&naming, i, models[i].name);
    for (size_t i = 0; i < count; i++) {
        char *name = model_name(models[i].path);
        if (!models[i].name)
            choose_name(&naming, i, name);
        free(name);
        models[i].name = naming.names[i];
        if (!models[i].signature)
            models[i].signature = experiment->signature;
    }
    experiment->models = models;
    experiment->n_models = count;
    return STATUS_OK;
}

/* All modes that need not be named. */
static struct mode_choice *all_modes(struct arena *arena, size_t *count)
{
    struct mode_choice *modes = arena_alloc(arena, mode_count * sizeof(*modes));
    *count = 0;
    for (size_t i = 0; i < mode_count; i++) {
        if (mode_table[i]->by_name_only)
            continue;
        struct mode_choice *choice = &modes[(*count)++];
        choice->mode = mode_table[i];
        mode_options_init(&choice->options);
        for (size_t k = 0; k < mode_option_count; k++)
            if (mode_option_table[k].leave_open)
                mode_option_table[k].leave_open(&choice->options);
    }
    return modes;
}

static bool takes_percentile(const struct mode_choice *choice)
{
    const struct observer *observer = observer_find(choice->options.observer);
    return (choice->mode->options & observer->options & HAS_PERCENTILE) != 0;
}

bool complete_mode(const struct draft *draft, struct mode_choice *choice)
{
    struct mode_options fresh;
    mode_options_init(&fresh);
    if (!choice->options.observer) {
        mode_options_close(&choice->options);
        if ((choice->mode->options & HAS_OBSERVER) != 0 &&
            is_given(draft, "calibration.observer")) {
            choice->options.observer = draft->observer;
            choice->options.given |= HAS_OBSERVER; /* not tried otherwise */
        }
    }
    if (choice->options.percentile > 0.0)
        return false;
    bool follows = takes_percentile(choice);
    choice->options.percentile = follows ? draft->percentile : fresh.percentile;
    return follows;
}

void complete_labels(struct arena *arena, struct mode_choice *modes, size_t count)
{
    struct naming naming = naming_new(arena, count);
    struct text text = {0};
    for (size_t i = 0; i < count; i++)
        if (modes[i].label)
            choose_name(&naming, i, modes[i].label);
    for (size_t i = 0; i < count; i++) {
        text_clear(&text);
        mode_format(modes[i].mode, &modes[i].options, &text);
        if (!modes[i].label)
            choose_name(&naming, i, text.bytes);
        modes[i].label = naming.names[i];
    }
    text_release(&text);
}

static enum status complete_modes(struct draft *draft, struct error *error)
{
    struct experiment *experiment = &draft->experiment;
    size_t count = draft->n_modes;
    struct mode_choice *modes =
        count > 0 ? arena_copy(experiment->arena, draft->modes, count * sizeof(*modes))
                  : all_modes(experiment->arena, &count);
    bool used = false;
    for (size_t i = 0; i < count; i++)
        used |= complete_mode(draft, &modes[i]);
    if (!used && is_given(draft, "calibration.percentile"))
        return error_set(error, STATUS_INVALID, key_place(draft, "calibration.percentile").text,
                         "'calibration.percentile' has no effect, no mode that follows it has the "
                         "observer 'percentile'");
    complete_labels(experiment->arena, modes, count);
    experiment->modes = modes;
    experiment->n_modes = count;
    return STATUS_OK;
}

/* A name that is twice in a list, or NULL. */
static const char *find_repeat(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(names[i], names[j]) == 0)
                return names[i];
    return NULL;
}

static enum status check_repeats(const struct draft *draft, struct error *error)
{
    const struct experiment *experiment = &draft->experiment;
    const struct {
        const char *one, *many, *const *names;
        size_t count;
    } lists[] = {
        {"placement", "placements", experiment->placements, experiment->n_placements},
        {"runtime", "runtimes", experiment->runtimes, experiment->n_runtimes},
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const char *repeat = find_repeat(lists[i].names, lists[i].count);
        const char *key = is_given(draft, lists[i].one) ? lists[i].one : lists[i].many;
        if (repeat)
            return error_set(error, STATUS_INVALID, key_place(draft, key).text, "duplicate %s '%s'",
                             lists[i].one, repeat);
    }
    return STATUS_OK;
}

static bool has_samples(const struct dataset_spec *spec)
{
    return spec->samples || spec->n_inputs > 0;
}

/* What the preset says and no key of its own does. */
static void complete_preset(struct draft *draft)
{
    struct dataset_spec *data = &draft->experiment.data, given = *data;
    const struct dataset_preset *preset = data->preset ? dataset_preset_find(data->preset) : NULL;
    if (!preset)
        return;
    dataset_preset_apply(preset, data);
    if (is_given(draft, "preprocess.scale"))
        data->scale = given.scale;
    if (is_given(draft, "preprocess.mean")) {
        data->n_mean = given.n_mean;
        memcpy(data->mean, given.mean, sizeof(data->mean));
    }
    if (is_given(draft, "preprocess.deviation")) {
        data->n_deviation = given.n_deviation;
        memcpy(data->deviation, given.deviation, sizeof(data->deviation));
    }
}

/* The calibration takes what it does not say from the data. Labels go along with shared samples,
 * since a list of labels may decide their order. */
static void complete_data(struct draft *draft)
{
    struct experiment *experiment = &draft->experiment;
    struct dataset_spec own = experiment->calibration, *data = &experiment->data;
    bool shared = !is_given(draft, "calibration.samples") && !is_given(draft, "calibration.inputs");
    complete_preset(draft);
    experiment->calibration = *data;
    experiment->calibration.is_guessed = false; /* one remark is enough */
    experiment->calibration.first = own.first;
    experiment->calibration.count = own.count;
    experiment->calibration.at_most = !is_given(draft, "calibration.count");
    if (!shared) {
        experiment->calibration.samples = own.samples;
        experiment->calibration.inputs = own.inputs;
        experiment->calibration.n_inputs = own.n_inputs;
        experiment->calibration.labels = NULL;
    }
    if (is_given(draft, "calibration.type"))
        experiment->calibration.type = own.type;
    experiment->has_data = has_samples(data);
    experiment->has_calibration = has_samples(&experiment->calibration);
}

static enum status check_needs(const struct draft *draft, struct error *error)
{
    const bool met[] = {
        [NEED_NOTHING] = true,
        [NEED_DATA] = draft->experiment.has_data,
        [NEED_SAMPLES] = draft->experiment.has_calibration,
    };
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        if (draft->given[i].how != GIVEN_NOT && !met[key->need])
            return error_set(error, STATUS_INVALID, key_place(draft, key->path).text,
                             "'%s' without %s'data.samples'", key->path,
                             key->need == NEED_SAMPLES ? "'calibration.samples' or " : "");
    }
    return STATUS_OK;
}

/* Where a key of the section "output" has something written to; NULL: nowhere. */
static const char *output_path(const struct draft *draft, const struct key *key)
{
    static const char section[] = "output.";
    bool is_output = strncmp(key->path, section, strlen(section)) == 0;
    return is_output ? key_path_held(&draft->experiment, key) : NULL;
}

/* Two outputs to one place would overwrite each other. */
static enum status check_outputs(const struct draft *draft, struct error *error)
{
    for (size_t i = 0; i < key_count(); i++) {
        const char *path = output_path(draft, key_at(i));
        for (size_t j = 0; path && j < i; j++) {
            const char *other = output_path(draft, key_at(j));
            if (other && file_is_same(path, other))
                return error_set(error, STATUS_INVALID, key_place(draft, key_at(i)->path).text,
                                 "'%s' and '%s' are both '%s'", key_at(j)->path, key_at(i)->path,
                                 path);
        }
    }
    return STATUS_OK;
}

/* Who says how long to time, and not how often, is not held to a number of rounds. Of two limits
 * that do not fit, the one that was not given follows the other. */
static void complete_rounds(struct draft *draft)
{
    struct measure_limits *measure = &draft->experiment.measure;
    if (is_given(draft, "measure.seconds") && !is_given(draft, "measure.max_rounds"))
        measure->max_rounds = ROUNDS_MOST;
    if (!is_given(draft, "measure.min_rounds") && measure->min_rounds > measure->max_rounds)
        measure->min_rounds = measure->max_rounds;
    if (!is_given(draft, "measure.max_rounds") && measure->max_rounds < measure->min_rounds)
        measure->max_rounds = measure->min_rounds;
}

static enum status check_rounds(const struct draft *draft, struct error *error)
{
    const struct measure_limits *measure = &draft->experiment.measure;
    if (measure->min_rounds > measure->max_rounds)
        return error_set(
            error, STATUS_INVALID, key_place(draft, "measure.min_rounds").text,
            "'measure.min_rounds' is %ld, more than 'measure.max_rounds', which is %ld",
            measure->min_rounds, measure->max_rounds);
    return STATUS_OK;
}

enum status complete_check_trials(const struct draft *draft, struct error *error)
{
    const struct experiment *experiment = &draft->experiment;
    size_t trials =
        experiment->n_models * experiment->n_placements * experiment_variants(experiment);
    if (trials > TRIALS_MAX)
        return error_set(error, STATUS_INVALID, experiment->profile,
                         "models, modes, placements and runtimes make %zu trials, more than %d",
                         trials, TRIALS_MAX);
    return STATUS_OK;
}

enum status experiment_complete(struct experiment *experiment, struct error *error)
{
    static enum status (*const checks[])(const struct draft *, struct error *) = {
        trust_check, check_repeats, check_needs, check_outputs, check_rounds, complete_check_trials,
    };
    struct draft *draft = draft_of(experiment);
    enum status status = complete_models(draft, error);
    if (status == STATUS_OK)
        status = complete_modes(draft, error);
    if (status == STATUS_OK)
        complete_data(draft);
    complete_rounds(draft);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && status == STATUS_OK; i++)
        status = checks[i](draft, error);
    experiment->n_trials = 0;
    if (status == STATUS_OK)
        experiment_extend_trials(experiment);
    return status;
}
