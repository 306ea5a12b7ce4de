/* Where the steps of a row find their layers, with a ledger and without. */
#include <stdlib.h>

#include "base/memory.h"
#include "results/state.h"
#include "results/steps.h"

/* For each layer of the model's file, the layer of the ledger that does its work, or SIZE_MAX. */
static size_t *find_owners(const struct candidate_data *candidate, size_t count)
{
    size_t *owners = xcalloc(count, sizeof(*owners));
    for (size_t k = 0; k < count; k++)
        owners[k] = SIZE_MAX;
    for (size_t i = candidate->ledger.layers; i-- > 0;)
        for (size_t k = 0; k < candidate->ledger_layers[i].n_origin; k++)
            if ((size_t)candidate->ledger_layers[i].origin[k] < count)
                owners[candidate->ledger_layers[i].origin[k]] = i;
    return owners;
}

/* The first layer of the ledger that the step does the work of; *has: layer i is among them. */
static size_t first_of(const struct step *step, const size_t *owners, size_t count, size_t i,
                       bool *has)
{
    size_t first = SIZE_MAX;
    *has = false;
    for (size_t k = 0; k < step->n_layers; k++) {
        size_t owner = (size_t)step->layers[k] < count ? owners[step->layers[k]] : SIZE_MAX;
        first = owner < first ? owner : first;
        *has = *has || owner == i;
    }
    return first;
}

struct figure layer_time(struct results *results, const struct candidate_data *candidate, size_t i,
                         int trial)
{
    const struct step_profile *profile = results_profile(results, trial);
    struct figure time = {.reason = "no step of its own"};
    if (!profile)
        return (struct figure){.reason = "steps were not timed (key measure.profile_seconds)"};
    size_t *owners = find_owners(candidate, profile->n_layers);
    for (size_t s = 0; s < profile->n_steps; s++) {
        bool has;
        const struct step *step = &profile->steps[s];
        size_t first = first_of(step, owners, profile->n_layers, i, &has);
        if (has && first == i)
            time = (struct figure){.present = true, .value = time.value + step->ns};
        else if (has && !time.present)
            time.reason = "done by the step of a layer before it";
    }
    free(owners);
    return time;
}

/* For each layer of the model's file, the time of the steps that begin with it. */
static struct figure *times_of(const struct step_profile *profile, size_t count)
{
    struct figure *times = xcalloc(count, sizeof(*times));
    for (size_t i = 0; i < count; i++)
        times[i].reason = profile ? "no step begins with it"
                                  : "steps were not timed (key measure.profile_seconds)";
    for (size_t s = 0; profile && s < profile->n_steps; s++) {
        const struct step *step = &profile->steps[s];
        if (step->n_layers == 0 || (size_t)step->layers[0] >= count)
            continue;
        struct figure *time = &times[step->layers[0]];
        *time = (struct figure){.present = true, .value = time->value + step->ns};
    }
    return times;
}

static struct layer_row timed_row(const struct row *row, const struct layer_name *layer, size_t i)
{
    static const struct figure none = {.reason = "layers were not looked at (key layers.seconds)"};
    return (struct layer_row){
        .row = row,
        .number = {.present = true, .value = (double)i},
        .name = layer->name,
        .op = layer->op,
        .fate = "",
        .isolated_sqnr = none,
        .isolated_cosine = none,
        .isolated_steps = none,
        .accumulated_sqnr = none,
        .accumulated_cosine = none,
        .accumulated_steps = none,
        .clipped = none,
        .held_low = none,
        .held_high = none,
        .seen_low = none,
        .seen_high = none,
        .weights_sqnr = none,
        .zeroed = none,
        .output_sqnr = none,
        .drop = none,
        .cost = none,
    };
}

struct figure figure_difference(const struct figure *a, const struct figure *b)
{
    const struct figure *missing = !a->present ? a : b;
    return a->present && b->present ? (struct figure){.present = true, .value = a->value - b->value}
                                    : (struct figure){.reason = missing->reason};
}

struct layer_row *results_timed_layers(struct results *results, int trial, size_t *count)
{
    const struct row *row = results_row(results, trial);
    const struct step_profile *profile = results_profile(results, trial), *base = NULL;
    size_t all = profile ? profile->n_layers : 0;
    if (row->baseline >= 0 && (size_t)row->baseline < results->n_trials)
        base = results_profile(results, row->baseline);
    struct layer_row *layers = xcalloc(all, sizeof(*layers));
    struct figure *times = times_of(profile, all), *real = times_of(base, all);
    *count = 0;
    for (size_t i = 0; i < all; i++) {
        if (!times[i].present && !real[i].present)
            continue;
        struct layer_row *layer = &layers[(*count)++];
        *layer = timed_row(row, &profile->layers[i], i);
        layer->time = times[i];
        layer->saved = figure_difference(&real[i], &times[i]);
    }
    free(times);
    free(real);
    return layers;
}
