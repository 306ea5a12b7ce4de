/* quantop without a command: the start screen, the screen on a profile, or a run without one. */
#include <stdlib.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/measure.h"
#include "command/screen.h"
#include "command/start.h"
#include "command/subject.h"
#include "formats/foreign.h"

static const struct option_row own[] = {
    {"version", .help = "print the version"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {
    &group_help,  &group_models,  &group_shapes, &group_run,
    &group_guard, &group_data,    &group_isa,    &group_libraries,
    &group_gate,  &group_outputs, &group_set,    &group_screen,
    &group_plain, &group_own,     &group_config, NULL};

static enum exit_status measure(const struct arguments *arguments)
{
    struct error error;
    struct ui_options ui;
    enum exit_status exit_status = EXIT_DONE;
    enum status status = screen_options(arguments, &ui, &error);
    if (status == STATUS_OK)
        status = measure_on_screen(arguments, &ui, &exit_status, &error);
    return status == STATUS_OK ? exit_status : command_fail(&error);
}

/* Whether all that is given says how to draw, and nothing what to measure. */
static bool says_nothing(const struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->n_uses; i++)
        if (!group_has(&group_screen, arguments->uses[i].row) &&
            !group_has(&group_plain, arguments->uses[i].row) &&
            !group_has(&group_config, arguments->uses[i].row))
            return false;
    return true;
}

/* What the start screen is asked for, or a form of it; false: something is to be measured at once.
 * A folder that is a model of another format is refused as that, unless it is the current one. The
 * folder is to be freed. */
static bool find_start(const struct arguments *arguments, char **folder, const char **model)
{
    const char *word = arguments->n_words > 0 ? arguments->words[0] : ".";
    bool is_folder = path_is_folder(word);
    *model = !is_folder && subject_is_model(word) ? word : NULL;
    if (!says_nothing(arguments) || (!is_folder && !*model) ||
        (is_folder && arguments->n_words > 0 && foreign_is_folder(word)))
        return false;
    *folder = is_folder                 ? xstrdup(word)
              : architecture_text(word) ? xstrdup(".")
                                        : path_directory(word);
    return true;
}

static enum exit_status open_screen(const struct arguments *arguments)
{
    const char *model = NULL;
    char *folder = NULL;
    struct error error;
    bool is_start = find_start(arguments, &folder, &model);
    bool is_plain = arguments_has(arguments, "plain");
    enum exit_status status;
    if (!is_start && (is_plain || arguments_has(arguments, "size"))) {
        error_set(&error, STATUS_INVALID, "option --plain",
                  "prints the start screen: of this folder, or of a folder or model that is named, "
                  "without options that say what to measure");
        return command_fail(&error);
    }
    const struct start_place place = {.folder = folder, .model = model};
    if (is_start && is_plain)
        status = start_print(arguments, &place);
    else if (!screen_is_possible())
        status = command_run.run(arguments);
    else
        status = is_start ? start_show(arguments, &place) : measure(arguments);
    free(folder);
    return status;
}

const struct command command_ui = {
    .name = "",
    .arguments = "[FOLDER | PROFILE | MODEL]",
    .text = "open the start screen of the current folder or another one: models, experiments, "
            "earlier runs; of a model, the form of an experiment. With a profile, or options that "
            "say what to measure, open the screen and measure; without a terminal, the same as run",
    .groups = groups,
    .most_arguments = 1,
    .run = open_screen,
};
