/* The trials of each model, one behind the other: what is said of a model costs its own rows, not
 * those of all. */
#include <string.h>

#include "base/memory.h"
#include "results/state.h"

static struct model_trials *find(const struct results *results, const char *model)
{
    size_t last = results->n_models;
    if (last > 0 && strcmp(results->models[last - 1].name, model) == 0) /* as it mostly is */
        return &results->models[last - 1];
    for (size_t i = 0; i < results->n_models; i++)
        if (strcmp(results->models[i].name, model) == 0)
            return &results->models[i];
    return NULL;
}

void models_add(struct results *results, int trial)
{
    const char *name = results->trials[trial].row.model;
    struct model_trials *model = find(results, name);
    results->trials[trial].next_of_model = -1;
    if (model) {
        results->trials[model->last].next_of_model = trial;
        model->last = trial;
        return;
    }
    results->models = list_grow(results->models, results->n_models, &results->model_capacity,
                                sizeof(*results->models));
    results->models[results->n_models++] = (struct model_trials){name, trial, trial};
}

int results_next(const struct results *results, const char *model, int trial)
{
    if (!model)
        return trial + 1 < (int)results->n_trials ? trial + 1 : -1;
    if (trial >= 0)
        return results->trials[trial].next_of_model;
    const struct model_trials *found = find(results, model);
    return found ? found->first : -1;
}
