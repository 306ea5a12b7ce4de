/* Any bytes as a profile: an experiment that can be completed, or an error that says what and
 * where. And as a configuration: settings that mean something, each of which can be saved into it,
 * or it is refused. */
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "tests/fuzz/fuzz.h"
#include "ui/settings_save.h"

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

/* In every context a key has one meaning, and the keys that end the program are there. */
static void check_keys(const struct keymap *keymap)
{
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const struct key_binding *leave = keys_find(keymap, context, UI_KEY_CTRL('c'));
        if (!leave || strcmp(leave->id, "leave") != 0)
            abort();
        for (size_t i = 0; i < keymap->count; i++)
            for (int n = 0, key; (key = keys_nth(&keymap->rows[i], n)) != 0; n++)
                if ((keymap->rows[i].contexts & (1u << context)) &&
                    keys_find(keymap, context, key) != &keymap->rows[i])
                    abort();
    }
}

/* The file in memory is a link that leads nowhere: what would be saved is not. */
static void check_settings(const char *path)
{
    struct settings settings;
    struct error error = {0};
    struct text said = {0};
    settings_init(&settings);
    enum status status = settings_read(&settings, path, &error);
    if (status == STATUS_OK) {
        check_keys(&settings.keymap);
        for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
            if (settings.values[setting] &&
                setting_rows[setting].check(settings.values[setting], &error) != STATUS_OK)
                abort();
        settings_set(&settings, SETTING_SCHEME, "safe");
        settings_set(&settings, SETTING_SORT, "-speedup,+mode");
        if (settings_save(&settings, &said, &error) == STATUS_OK)
            abort();
    } else {
        fuzz_check_error(status, &error, path);
    }
    text_release(&said);
    settings_release(&settings);
}

static void check_profile(const char *path)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    enum status status = profile_read(path, experiment, &error);
    if (status == STATUS_OK)
        status = experiment_complete(experiment, &error);
    if (status == STATUS_OK)
        check_trials(experiment);
    fuzz_check_error(status, &error, path);
    experiment_free(experiment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    bool is_configuration = fuzz_choice(data, size) % 4 == 0;
    if (fuzz_is_thorough || !is_configuration)
        check_profile(path);
    if (fuzz_is_thorough || is_configuration)
        check_settings(path);
    return 0;
}
