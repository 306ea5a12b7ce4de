/* Where the steps of a row find their layers. */
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

struct figure layer_time(const struct results *results, const struct candidate_data *candidate,
                         size_t i, int trial)
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
