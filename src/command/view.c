/* quantop view: a journal on the screen, as a table or in a format of reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/read_journal.h"
#include "command/replay.h"
#include "command/screen.h"
#include "command/show_run.h"
#include "command/start.h"
#include "command/terminal.h"
#include "experiment/outputs.h"
#include "report/report.h"
#include "results/journal.h"
#include "results/journals.h"

/* What the names of its keys begin with. */
#define GATE_KEYS "gate."

static const struct option_row own[] = {
    {"table", .help = "print the table instead of opening the screen"},
    {"screen", .argument = "NAME",
     .help = "open this screen first: trials, compare, ...; a wrong name lists them"},
    {"replay", .argument = "SPEED",
     .help = "play the run again on the screen, so many times as fast as it was: 10x"},
    {"set", .argument = "KEY=VALUE", .names_key = true,
     .help = "with --baseline, set a key of the gate, such as gate.slower=10; see "
             "quantop-profile(5)"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help,   &group_gate,   &group_outputs,
                                                    &group_own,    &group_screen, &group_plain,
                                                    &group_config, NULL};

/* Of the keys of an experiment, those of its gate alone mean something to a run that is over. */
static enum status check_keys(const struct arguments *arguments, struct error *error)
{
    for (size_t i = 0; i < arguments->n_uses; i++) {
        const struct option_use *use = &arguments->uses[i];
        if (!use->row->names_key)
            continue;
        if (!arguments_has(arguments, "baseline"))
            return error_set(error, STATUS_INVALID, "option --set",
                             "keys of the gate need --baseline");
        if (strncmp(use->value, GATE_KEYS, strlen(GATE_KEYS)) != 0)
            return error_set(error, STATUS_INVALID, "option --set",
                             "'%s' means nothing here: the keys of " GATE_KEYS "* do", use->value);
    }
    return STATUS_OK;
}

/* Holds what was read against the baseline that is asked for; *event stays NULL without one. */
static enum status hold_if_asked(const struct arguments *arguments, struct results *results,
                                 json_t **event, struct error *error)
{
    struct experiment *experiment = experiment_new();
    enum status status = check_keys(arguments, error);
    if (status == STATUS_OK)
        status = arguments_apply(arguments, experiment, error);
    if (status == STATUS_OK && experiment->gate.baseline)
        status = show_run_hold(results, experiment->gate.baseline, experiment, event, error);
    experiment_free(experiment);
    return status;
}

/* The formats that are asked for, none of which may take the place of what is read. */
static enum status write_formats(const struct arguments *arguments, const char *journal,
                                 struct results *results, bool *any, struct error *error)
{
    const char *baseline = arguments_value(arguments, "baseline");
    const char *paths[REPORT_FORMAT_COUNT];
    enum status status = STATUS_OK;
    *any = false;
    for (size_t i = 0; status == STATUS_OK && i < REPORT_FORMAT_COUNT; i++) {
        paths[i] = arguments_value(arguments, report_formats[i]->name);
        *any |= paths[i] != NULL;
        if (paths[i])
            status = output_refuse_input(paths[i], journal, error);
        if (status == STATUS_OK && paths[i] && baseline)
            status = output_refuse_input(paths[i], baseline, error);
    }
    return status == STATUS_OK ? launch_write_reports(results, paths, error) : status;
}

static void print_table(struct results *results)
{
    struct table_style style = terminal_style();
    struct table_layout layout = table_layout_new(results, &style);
    struct text out = {0};
    terminal_print_heading(results_run(results));
    table_write_header(&layout, results_run(results), &out);
    for (int i = 0; i < results_count(results); i++)
        table_write_row(&layout, results_row(results, i), &out);
    table_write_notes(results, &style, &out);
    enum run_progress progress = results_progress(results);
    if (progress == RUN_INTERRUPTED || progress == RUN_WAS_STOPPED)
        text_printf(&out, "the run was %s, 'quantop run --resume' finishes it\n",
                    run_progress_name(progress));
    else if (progress != RUN_COMPLETE)
        text_printf(&out, "the run has not ended%s\n",
                    progress == RUN_GOES_ON     ? " and goes on"
                    : progress == RUN_IS_PAUSED ? ", it is paused"
                                                : "");
    terminal_print(&out);
    table_layout_release(&layout);
}

/* The gate's event comes at the end of a run that is played again, as it does in a run. */
static enum status open_screen(struct ui_options *ui, double replay_speed, json_t *gate,
                               struct journal_reader *reader, struct error *error)
{
    enum status status = ui->screen ? ui_check_screen(ui->screen, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (replay_speed > 0.0)
        return replay_show(ui, replay_speed, gate, error);
    ui->reader = reader;
    return ui_run(ui, error);
}

/* Shows what was read in the way that is asked for. */
static enum status show_results(const struct arguments *arguments, const char *path,
                                double replay_speed, json_t *gate, struct journal_reader *reader,
                                struct results *results, struct error *error)
{
    bool written;
    struct ui_options ui;
    enum status status = write_formats(arguments, path, results, &written, error);
    if (status != STATUS_OK || written)
        return status;
    status = screen_options(arguments, &ui, error);
    if (status != STATUS_OK)
        return status;
    ui.results = results;
    ui.journal = path;
    ui.screen = arguments_value(arguments, "screen");
    if (arguments_has(arguments, "plain"))
        return screen_print(arguments, &ui, error);
    if (arguments_has(arguments, "table") || !screen_is_possible()) {
        print_table(results);
        return STATUS_OK;
    }
    return open_screen(&ui, replay_speed, gate, reader, error);
}

/* Whether pages of the screen show it, each of which has a part of what the journal holds. */
static bool is_for_pages(const struct arguments *arguments)
{
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        if (arguments_has(arguments, report_formats[i]->name))
            return false;
    return arguments_has(arguments, "plain") ||
           (!arguments_has(arguments, "table") && screen_is_possible());
}

static enum status show(const struct arguments *arguments, const char *path,
                        struct journal_reader *reader, struct results *results, struct error *error)
{
    double replay_speed;
    json_t *gate = NULL;
    enum status status = replay_check(arguments, &replay_speed, error);
    if (is_for_pages(arguments))
        journal_reader_put_off(reader);
    if (status == STATUS_OK)
        status = journal_read_all(path, reader, results, error);
    if (status == STATUS_OK)
        status = hold_if_asked(arguments, results, &gate, error);
    if (status == STATUS_OK)
        status = show_results(arguments, path, replay_speed, gate, reader, results, error);
    json_decref(gate);
    return status;
}

/* *exit_status: what the gate says, where one is asked for. */
static enum status show_journal(const struct arguments *arguments, const char *path,
                                enum exit_status *exit_status, struct error *error)
{
    struct journal_reader *reader;
    enum status status = journal_reader_open(path, &reader, error);
    if (status != STATUS_OK)
        return status;
    struct results *results = results_new();
    status = show(arguments, path, reader, results, error);
    if (arguments_has(arguments, "baseline"))
        *exit_status = launch_gate_status(results, EXIT_DONE);
    results_free(results);
    journal_reader_close(reader);
    return status;
}

/* Of a folder nothing is shown but the list of its journals, from which one or two are opened. */
static enum exit_status view_folder(const struct arguments *arguments)
{
    const char *folder = arguments->words[0];
    struct error error;
    for (size_t i = 0; i < arguments->n_uses; i++) {
        const struct option_row *row = arguments->uses[i].row;
        if (group_has(&group_screen, row) || group_has(&group_plain, row))
            continue;
        error_set(&error, STATUS_INVALID, folder,
                  "is a folder, and --%s is for one of its journals", row->name);
        return command_fail(&error);
    }
    const struct start_place place = {.folder = folder, .is_of_journals = true};
    if (arguments_has(arguments, "plain"))
        return start_print(arguments, &place);
    return screen_is_possible() ? start_show(arguments, &place) : command_journals.run(arguments);
}

static enum exit_status view(const struct arguments *arguments)
{
    struct error error;
    char *path;
    enum exit_status exit_status = EXIT_DONE;
    if (path_is_folder(arguments->words[0]))
        return view_folder(arguments);
    enum status status = journal_find(arguments->words[0], &path, &error);
    if (status == STATUS_OK) {
        status = show_journal(arguments, path, &exit_status, &error);
        free(path);
    }
    return status == STATUS_OK ? exit_status : command_fail(&error);
}

const struct command command_view = {
    .name = "view",
    .arguments = "JOURNAL | FOLDER",
    .text = "show the journal of a run that is over, cut off, or still going on; 'last' is the "
            "newest. Of a folder, list its journals, from which one is opened, or two are compared",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = view,
};
