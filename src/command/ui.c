/* quantop without a command: the start screen, the screen on a profile, or a run without one. */
#include <sys/stat.h>

#include "command/groups.h"
#include "command/list.h"
#include "command/measure.h"
#include "command/screen.h"
#include "command/start.h"
#include "formats/foreign.h"

static const struct option_row own[] = {
    {"version", .help = "print the version"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {
    &group_help,      &group_models, &group_shapes,  &group_run, &group_data,   &group_isa,
    &group_libraries, &group_gate,   &group_outputs, &group_set, &group_screen, &group_plain,
    &group_own,       NULL};

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
            !group_has(&group_plain, arguments->uses[i].row))
            return false;
    return true;
}

/* The folder whose start screen is asked for; NULL: something is to be measured at once. One that
 * is a model of another format is refused as that, unless it is the current one. */
static const char *start_folder(const struct arguments *arguments)
{
    const char *word = arguments->n_words > 0 ? arguments->words[0] : NULL;
    struct stat state;
    if (!says_nothing(arguments))
        return NULL;
    if (!word)
        return ".";
    bool is_folder = stat(word, &state) == 0 && S_ISDIR(state.st_mode);
    return is_folder && !foreign_is_folder(word) ? word : NULL;
}

static enum exit_status open_screen(const struct arguments *arguments)
{
    const char *folder = start_folder(arguments);
    struct error error;
    if (folder && arguments_has(arguments, "plain"))
        return start_print(arguments, folder);
    if (arguments_has(arguments, "plain") || arguments_has(arguments, "size")) {
        error_set(&error, STATUS_INVALID, "option --plain",
                  "prints the start screen, of the current folder or of another one that is named, "
                  "and --size is for it: nothing is measured then");
        return command_fail(&error);
    }
    if (!screen_is_possible())
        return command_run.run(arguments);
    return folder ? start_show(arguments, folder) : measure(arguments);
}

const struct command command_ui = {
    .name = "",
    .arguments = "[FOLDER | PROFILE | MODEL]",
    .text = "open the start screen of the current folder or another one: models, experiments, "
            "earlier runs; on a profile or a model, or with options that describe one, open the "
            "screen and measure; without a terminal, the same as run",
    .groups = groups,
    .most_arguments = 1,
    .run = open_screen,
};
