/* quantop without a command: the screen on a profile, or the run without a screen. */
#include <stdio.h>

#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/screen.h"
#include "command/terminal.h"
#include "report/gate.h"

static const struct option_row own[] = {
    {"version", .help = "print the version"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {
    &group_help, &group_models, &group_shapes,    &group_run,  &group_guard,
    &group_data, &group_isa,    &group_libraries, &group_gate, &group_outputs,
    &group_set,  &group_screen, &group_own,       NULL};

static enum exit_status finish(struct launch *launch, struct error *error)
{
    enum status status = STATUS_OK;
    struct text gate = {0};
    report_gate(launch->results, "", &gate);
    terminal_print(&gate);
    printf("journal: %s\n", journal_path(launch->journal));
    if (runner_finished(launch->runner))
        status = launch_write_outputs(launch, error);
    return status == STATUS_OK ? launch_exit_status(launch) : command_fail(error);
}

static enum exit_status open_screen(const struct arguments *arguments)
{
    struct launch launch;
    struct error error;
    struct ui_options ui;
    if (!screen_is_possible())
        return command_run.run(arguments);
    if (screen_options(arguments, &ui, &error) != STATUS_OK ||
        launch_open(arguments, &launch, &error) != STATUS_OK)
        return command_fail(&error);
    ui.results = launch.results;
    ui.runner = launch.runner;
    ui.journal = journal_path(launch.journal);
    runner_start(launch.runner);
    enum exit_status exit_status =
        ui_run(&ui, &error) == STATUS_OK ? finish(&launch, &error) : command_fail(&error);
    launch_release(&launch);
    return exit_status;
}

const struct command command_ui = {
    .name = "",
    .arguments = "[PROFILE | MODEL]",
    .text = "open the screen on a profile (the shipped default without one) or on a model, and "
            "measure; without a terminal, the same as run",
    .groups = groups,
    .most_arguments = 1,
    .run = open_screen,
};
