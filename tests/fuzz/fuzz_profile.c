/* Any bytes as a profile: an experiment that can be completed, or an error that says what and
 * where. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "experiment/experiment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    static int descriptor = -1;
    static char path[64];
    if (descriptor < 0) {
        descriptor = memfd_create("profile", MFD_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    }
    if (descriptor < 0 || ftruncate(descriptor, 0) != 0 || lseek(descriptor, 0, SEEK_SET) != 0 ||
        !write_all(descriptor, data, size))
        abort();
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    enum status status = profile_read(path, experiment, &error);
    if (status == STATUS_OK)
        status = experiment_complete(experiment, &error);
    if (status == STATUS_OK)
        check_trials(experiment);
    else if (error.text[0] == '\0' || strncmp(error.where, path, strlen(path)) != 0)
        abort();
    experiment_free(experiment);
    return 0;
}
