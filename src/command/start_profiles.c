/* Profiles: those that ship with the program, and those of the folder. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "command/start_kinds.h"
#include "command/subject.h"
#include "experiment/experiment.h"

/* The one that `quantop run` takes where nobody names one. */
#define DEFAULT_PROFILE "default"

static void add_shipped(struct start_lists *lists, const char *name)
{
    char *path = subject_shipped(name);
    if (path)
        start_add(lists, START_PROFILE, path, name, 0.0);
    free(path);
}

static int is_profile(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (path_has_suffix(entry->d_name, ".yaml") || path_has_suffix(entry->d_name, ".yml"));
}

void start_list_profiles(struct start_lists *lists, const char *folder)
{
    struct dirent **found = NULL;
    char **names;
    size_t shipped = subject_list_shipped(&names);
    int own = scandir(folder, &found, is_profile, alphasort);
    add_shipped(lists, DEFAULT_PROFILE);
    for (int i = 0; i < own; i++) {
        struct stat state;
        char *path = path_join(folder, found[i]->d_name);
        if (stat(path, &state) == 0 && S_ISREG(state.st_mode))
            start_add(lists, START_PROFILE, path, found[i]->d_name, 0.0);
        free(path);
        free(found[i]);
    }
    for (size_t i = 0; i < shipped; i++) {
        if (strcmp(names[i], DEFAULT_PROFILE) != 0)
            add_shipped(lists, names[i]);
        free(names[i]);
    }
    free(found);
    free(names);
}

static void tell_lists(struct start_lists *lists, size_t item, const struct experiment *experiment)
{
    struct text models = {0}, modes = {0}, placements = {0};
    for (size_t i = 0; i < experiment->n_models; i++)
        text_printf(&models, "%s%s", i ? ", " : "", experiment->models[i].name);
    for (size_t i = 0; i < experiment->n_modes; i++)
        text_printf(&modes, "%s%s", i ? ", " : "", experiment->modes[i].label);
    for (size_t i = 0; i < experiment->n_placements; i++)
        text_printf(&placements, "%s%s", i ? ", " : "", experiment->placements[i]);
    start_add_fact(lists, item, "models", "%s", models.bytes);
    start_add_fact(lists, item, "modes", "%s", modes.bytes);
    start_add_fact(lists, item, "placements", "%s", placements.bytes);
    start_add_fact(lists, item, "time", "at most %.0f s of timing a model and placement",
                   experiment->measure.seconds);
    text_release(&models);
    text_release(&modes);
    text_release(&placements);
}

void start_look_at_profile(struct start_lists *lists, size_t item)
{
    struct start_item *shown = &lists->start.items[item];
    const char *path = lists->entries[item].path;
    struct experiment *experiment = experiment_new();
    char line[sizeof(((struct error *)NULL)->where) + sizeof(((struct error *)NULL)->text) + 4];
    struct error error;
    size_t rows;
    enum status status = profile_read(path, experiment, &error);
    if (status == STATUS_OK)
        status = experiment_complete(experiment, &error);
    if (status == STATUS_OK) {
        experiment_trials(experiment, &rows);
        shown->figure = start_text(lists, "%zu row%s", rows, rows == 1 ? "" : "s");
        shown->text = start_text(lists, "%s", experiment->title ? experiment->title : "");
        tell_lists(lists, item, experiment);
    } else {
        shown->text = "no profile that can be run";
        shown->refusal = start_text(lists, "%s", error_line(&error, line, sizeof(line)));
        start_add_fact(lists, item, "why not", "%s", shown->refusal);
    }
    start_add_fact(lists, item, "file", "%s", path);
    experiment_free(experiment);
}
