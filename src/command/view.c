/* quantop view: a journal on the screen, as a table or in a format of reports. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/screen.h"
#include "command/terminal.h"
#include "experiment/outputs.h"
#include "report/report.h"
#include "results/journal.h"
#include "results/journals.h"

static const struct option_row own[] = {
    {"table", .help = "print the table instead of opening the screen"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_outputs, &group_own,
                                                    &group_screen, NULL};

/* Reads what is there. Lines that are damaged are named and skipped; a journal of which nothing can
 * be read is an error. */
static enum status read_all(const char *path, struct journal_reader *reader,
                            struct results *results, struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    long applied, total = 0;
    for (;;) {
        enum status status = journal_read_more(reader, results, &applied, error);
        total += applied;
        if (status == STATUS_OK)
            break;
        if (status != STATUS_FORMAT)
            return status;
        command_warn("%s", error_line(error, line, sizeof(line)));
    }
    if (journal_reader_cut(reader))
        command_warn("%s: the last line is not complete", path);
    if (total == 0)
        return error_set(error, STATUS_FORMAT, path, "no event in the journal");
    return STATUS_OK;
}

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

static enum status show(const struct arguments *arguments, const char *path,
                        struct journal_reader *reader, struct results *results, struct error *error)
{
    bool written;
    enum status status = read_all(path, reader, results, error);
    if (status != STATUS_OK)
        return status;
    status = write_formats(arguments, path, results, &written, error);
    if (status != STATUS_OK || written)
        return status;
    if (arguments_has(arguments, "table") || !screen_is_possible()) {
        print_table(results);
        return STATUS_OK;
    }
    struct ui_options ui = screen_options(arguments);
    ui.results = results;
    ui.reader = reader;
    ui.journal = path;
    return ui_run(&ui, error);
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
