/* quantop view: a journal on the screen, as a table or in a format of reports. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/read_journal.h"
#include "command/screen.h"
#include "command/terminal.h"
#include "experiment/outputs.h"
#include "report/report.h"
#include "results/journal.h"
#include "results/journals.h"

static const struct option_row own[] = {
    {"table", .help = "print the table instead of opening the screen"},
    {"screen", .argument = "NAME",
     .help = "open this screen first: trials, compare, ...; a wrong name lists them"},
    {"plain", .help = "print the screen once, as lines of text"},
    {"size", .argument = "WxH", .help = "its columns and lines; 100x30 without it"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_outputs, &group_own,
                                                    &group_screen, NULL};

/* The formats that are asked for, none of which may take the journal's place. */
static enum status write_formats(const struct arguments *arguments, const char *journal,
                                 struct results *results, bool *any, struct error *error)
{
    const char *paths[REPORT_FORMAT_COUNT];
    enum status status = STATUS_OK;
    *any = false;
    for (size_t i = 0; status == STATUS_OK && i < REPORT_FORMAT_COUNT; i++) {
        paths[i] = arguments_value(arguments, report_formats[i]->name);
        *any |= paths[i] != NULL;
        if (paths[i])
            status = output_refuse_input(paths[i], journal, error);
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
                    progress == RUN_GOES_ON ? " and goes on" : "");
    terminal_print(&out);
    table_layout_release(&layout);
}

#define PLAIN_WIDTH  100
#define PLAIN_HEIGHT 30
/* Cells of a screen in one direction. */
#define PLAIN_MAX 1000

static enum status parse_size(const char *text, int *width, int *height, struct error *error)
{
    char rest;
    if (sscanf(text, "%4dx%4d%c", width, height, &rest) == 2 && *width > 0 && *height > 0 &&
        *width <= PLAIN_MAX && *height <= PLAIN_MAX)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "--size",
                     "'%s' is no size: columns x lines, as in 100x30, at most %d of each", text,
                     PLAIN_MAX);
}

/* The screen that is asked for, once. */
static enum status print_screen(const struct arguments *arguments, const struct ui_options *ui,
                                struct error *error)
{
    const char *size = arguments_value(arguments, "size");
    int width = PLAIN_WIDTH, height = PLAIN_HEIGHT;
    struct text out = {0};
    enum status status = size ? parse_size(size, &width, &height, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = ui_check_screen(ui->screen ? ui->screen : "trials", error);
    if (status != STATUS_OK)
        return status;
    ui_print(ui, height, width, &out);
    terminal_print(&out);
    text_release(&out);
    return STATUS_OK;
}

static enum status show(const struct arguments *arguments, const char *path,
                        struct journal_reader *reader, struct results *results, struct error *error)
{
    bool written;
    enum status status = journal_read_all(path, reader, results, error);
    if (status != STATUS_OK)
        return status;
    status = write_formats(arguments, path, results, &written, error);
    if (status != STATUS_OK || written)
        return status;
    struct ui_options ui;
    status = screen_options(arguments, &ui, error);
    if (status != STATUS_OK)
        return status;
    ui.results = results;
    ui.journal = path;
    ui.screen = arguments_value(arguments, "screen");
    if (arguments_has(arguments, "plain"))
        return print_screen(arguments, &ui, error);
    if (arguments_has(arguments, "table") || !screen_is_possible()) {
        print_table(results);
        return STATUS_OK;
    }
    ui.reader = reader;
    status = ui.screen ? ui_check_screen(ui.screen, error) : STATUS_OK;
    return status == STATUS_OK ? ui_run(&ui, error) : status;
}

static enum status show_journal(const struct arguments *arguments, const char *path,
                                struct error *error)
{
    struct journal_reader *reader;
    enum status status = journal_reader_open(path, &reader, error);
    if (status != STATUS_OK)
        return status;
    struct results *results = results_new();
    status = show(arguments, path, reader, results, error);
    results_free(results);
    journal_reader_close(reader);
    return status;
}

static enum exit_status view(const struct arguments *arguments)
{
    struct error error;
    char *path;
    enum status status = journal_find(arguments->words[0], &path, &error);
    if (status == STATUS_OK) {
        status = show_journal(arguments, path, &error);
        free(path);
    }
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_view = {
    .name = "view",
    .arguments = "JOURNAL",
    .text =
        "show the journal of a run that is over, cut off, or still going on; 'last' is the newest",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = view,
};
