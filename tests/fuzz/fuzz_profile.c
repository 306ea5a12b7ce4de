/* Any bytes as a profile: an experiment that can be completed, or an error that says what and
 * where. */
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "tests/fuzz/fuzz.h"

/* What the trials promise to those who index with them. */
static void check_trials(const struct experiment *experiment)
{
    size_t count;
    const struct trial *trials = experiment_trials(experiment, &count);
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        if (trial->model >= experiment->n_models || trial->mode >= experiment->n_modes ||
            trial->placement >= experiment->n_placements || trial->baseline >= (int)count ||
            !experiment->models[trial->model].name || !experiment->modes[trial->mode].label ||
            !experiment->modes[trial->mode].options.observer)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    enum status status = profile_read(path, experiment, &error);
    if (status == STATUS_OK)
        status = experiment_complete(experiment, &error);
    if (status == STATUS_OK)
        check_trials(experiment);
    fuzz_check_error(status, &error, path);
    experiment_free(experiment);
    return 0;
}
