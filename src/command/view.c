/* quantop view: a journal on the screen, as a table or in a format of reports. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/screen.h"
#include "command/terminal.h"
#include "report/report.h"
#include "results/journal.h"

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
        fprintf(stderr, "quantop: warning: %s\n", error_line(error, line, sizeof(line)));
    }
    if (journal_reader_cut(reader))
        fprintf(stderr, "quantop: warning: %s: the last line is not complete\n", path);
    if (total == 0)
        return error_set(error, STATUS_FORMAT, path, "no event in the journal");
    return STATUS_OK;
}

static enum status write_formats(const struct arguments *arguments, struct results *results,
                                 bool *any, struct error *error)
{
    enum status status = STATUS_OK;
    *any = false;
    for (size_t i = 0; status == STATUS_OK && i < REPORT_FORMAT_COUNT; i++) {
        const char *path = arguments_value(arguments, report_formats[i]->name);
        struct text bytes = {0};
        if (!path)
            continue;
        *any = true;
        report_formats[i]->write(results, &bytes);
        status = file_write(path, bytes.bytes, bytes.length, error);
        text_release(&bytes);
    }
    return status;
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
    if (!results_run(results)->ended)
        text_add_string(&out, "the run has not ended\n");
    terminal_print(&out);
    table_layout_release(&layout);
}

static enum status show(const struct arguments *arguments, struct journal_reader *reader,
                        struct results *results, struct error *error)
{
    bool written;
    enum status status = read_all(arguments->words[0], reader, results, error);
    if (status != STATUS_OK)
        return status;
    status = write_formats(arguments, results, &written, error);
    if (status != STATUS_OK || written)
        return status;
    if (arguments_has(arguments, "table") || !screen_is_possible()) {
        print_table(results);
        return STATUS_OK;
    }
    struct ui_options ui = screen_options(arguments);
    ui.results = results;
    ui.reader = reader;
    ui.journal = arguments->words[0];
    return ui_run(&ui, error);
}

static enum exit_status view(const struct arguments *arguments)
{
    struct journal_reader *reader;
    struct error error;
    enum status status = journal_reader_open(arguments->words[0], &reader, &error);
    if (status != STATUS_OK)
        return command_fail(&error);
    struct results *results = results_new();
    status = show(arguments, reader, results, &error);
    results_free(results);
    journal_reader_close(reader);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_view = {
    .name = "view",
    .arguments = "JOURNAL",
    .text = "show the journal of a run that is over, cut off, or still going on",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = view,
};
