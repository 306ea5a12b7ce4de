/* quantop run: measures, and prints the table as rows become final. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/dry_run.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/run.h"
#include "command/terminal.h"
#include "report/report.h"
#include "results/plausible.h"

/* How often the progress line is written anew. */
#define PROGRESS_MS 250

static const struct option_row own[] = {
    {"dry-run", .help = "print what would be done, try out models and data, and end"},
    {"quiet", 'q', .help = "no table and no progress, only errors"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {
    &group_help, &group_models, &group_shapes,    &group_run,  &group_guard,
    &group_data, &group_isa,    &group_libraries, &group_gate, &group_outputs,
    &group_set,  &group_own,    &group_config,    NULL};

/* What the terminal is told while the run goes on. */
struct printer {
    bool table, progress; /* rows on stdout, a progress line on stderr */
    bool doubts;          /* on stderr */
    bool has_line;        /* the progress line stands there and must be wiped */
    struct table_style style;
    struct table_layout layout;
    bool has_header;   /* the table has begun: its layout is made */
    bool *is_written;  /* per trial */
    const char **said; /* per trial: the doubt that stderr was told; "": none */
};

static bool writes_to_stdout(const struct output_paths *paths)
{
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        if (paths->reports[i] && strcmp(paths->reports[i], "-") == 0)
            return true;
    return false;
}

static void printer_init(struct printer *printer, const struct arguments *arguments,
                         const struct launch *launch)
{
    bool quiet = arguments_has(arguments, "quiet");
    *printer = (struct printer){
        .table = !quiet && !writes_to_stdout(&launch->experiment->output),
        .progress = !quiet && isatty(STDERR_FILENO),
        .doubts = !quiet,
        .style = terminal_style(),
        .is_written = xcalloc((size_t)results_count(launch->results), sizeof(bool)),
        .said = xcalloc((size_t)results_count(launch->results), sizeof(char *)),
    };
    for (int i = 0; i < results_count(launch->results); i++)
        printer->said[i] = "";
}

static void printer_release(struct printer *printer)
{
    table_layout_release(&printer->layout);
    free(printer->is_written);
    free(printer->said);
}

static void wipe_progress(struct printer *printer)
{
    if (printer->has_line)
        fputs("\r\033[K", stderr);
    printer->has_line = false;
}

static void print_header(struct printer *printer, struct results *results)
{
    struct text out = {0};
    wipe_progress(printer);
    printer->layout = table_layout_new(results, &printer->style);
    printer->has_header = true;
    table_write_header(&printer->layout, results_run(results), &out);
    terminal_print(&out);
}

/* The table begins with the first row that is measured, when it is known what accuracy means, or
 * else with the end. */
static bool may_begin(struct results *results)
{
    for (int i = 0; i < results_count(results); i++)
        if (results_row_as_it_stands(results, i)->state == TRIAL_DONE)
            return true;
    return results_run(results)->ended || results_run(results)->stopped;
}

/* Rows are written as soon as they are final. */
static void print_rows(struct printer *printer, struct results *results)
{
    if (!printer->table || (!printer->has_header && !may_begin(results)))
        return;
    if (!printer->has_header)
        print_header(printer, results);
    for (int i = 0; i < results_count(results); i++) {
        enum trial_state state = results_row_as_it_stands(results, i)->state;
        if (printer->is_written[i] || !trial_state_is_over(state))
            continue;
        struct text out = {0};
        wipe_progress(printer);
        table_write_row(&printer->layout, results_row(results, i), &out);
        terminal_print(&out);
        printer->is_written[i] = true;
    }
}

/* Whether stderr was told the same of another row of the model: rows often share a doubt. */
static bool is_said_elsewhere(const struct printer *printer, const struct results *results, int row,
                              const char *doubt)
{
    const char *model = results_row_as_it_stands(results, row)->model;
    for (int k = 0; k < results_count(results); k++)
        if (k != row && strcmp(printer->said[k], doubt) == 0 &&
            strcmp(results_row_as_it_stands(results, k)->model, model) == 0)
            return true;
    return false;
}

/* Doubts about the data are said as soon as they are found, and taken back as soon as they are
 * cleared up: whoever reads them may not want to wait for the table. */
static void print_doubts(struct printer *printer, const struct results *results)
{
    for (int i = 0; printer->doubts && i < results_count(results); i++) {
        const char *doubt = plausible_first_doubt(results, i), *before = printer->said[i];
        const char *model = results_row_as_it_stands(results, i)->model;
        if (strcmp(doubt, before) == 0)
            continue;
        printer->said[i] = doubt;
        if (is_said_elsewhere(printer, results, i, doubt[0] ? doubt : before))
            continue;
        wipe_progress(printer);
        if (doubt[0])
            command_warn("%s: %s", model, doubt);
        else
            command_note("%s: all samples are scored and clear this up: %s", model, before);
    }
}

static void print_progress(struct printer *printer, const struct runner *runner)
{
    struct progress progress = runner_progress(runner);
    if (!printer->progress)
        return;
    wipe_progress(printer);
    fprintf(stderr, "%3.0f %%  %s", progress.fraction * 100.0, progress.stage);
    if (progress.left_seconds >= 0.0)
        fprintf(stderr, ", about %.0f s left", progress.left_seconds);
    printer->has_line = true;
}

static bool is_ignored(int signal_)
{
    struct sigaction action;
    return sigaction(signal_, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* A descriptor that tells of the signals that end the run; they are blocked otherwise. Batch
 * systems warn by some of them. What is ignored already stays so, as nohup(1) has it. A reader of
 * the table that is gone (SIGPIPE) is noticed when it is written to. */
static int open_signals(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2};
    sigset_t signals;
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
        if (!is_ignored(ending[i]))
            sigaddset(&signals, ending[i]);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

static enum status loop(struct printer *printer, struct launch *launch, int signals,
                        struct error *error)
{
    struct pollfd waited[] = {{.fd = runner_descriptor(launch->runner), .events = POLLIN},
                              {.fd = signals, .events = POLLIN}};
    enum status status = STATUS_OK;
    print_rows(printer, launch->results); /* of an earlier process, whose run this one finishes */
    runner_start(launch->runner);
    while (status == STATUS_OK && runner_running(launch->runner)) {
        int ready = poll(waited, 2, printer->progress ? PROGRESS_MS : -1);
        if (ferror(stdout))
            runner_stop(launch->runner);
        else if (ready < 0 && errno != EINTR)
            status = error_set_errno(error, STATUS_SYSTEM, NULL, "cannot wait");
        else if (ready > 0 && waited[1].revents)
            runner_stop(launch->runner);
        else
            status = runner_dispatch(launch->runner, error);
        print_doubts(printer, launch->results);
        print_rows(printer, launch->results);
        print_progress(printer, launch->runner);
    }
    wipe_progress(printer);
    return status;
}

static void print_notes(const struct printer *printer, const struct launch *launch)
{
    struct text out = {0};
    table_write_notes(launch->results, &printer->style, &out);
    text_printf(&out, "journal: %s\n", journal_path(launch->journal));
    terminal_print(&out);
}

/* Without a table, errors are still said. */
static void print_failures(const struct printer *printer, const struct launch *launch)
{
    struct text out = {0};
    table_write_failures(launch->results, &printer->style, &out);
    if (out.length > 0)
        fputs(out.bytes, stderr);
    text_release(&out);
}

/* What `quantop run` ends with, below its table. */
static enum status finish_run(const struct arguments *arguments, struct launch *launch,
                              struct error *error)
{
    (void)arguments;
    return launch_write_outputs(launch, error);
}

enum exit_status run_measure(const struct arguments *arguments, bool shows_table,
                             run_finisher *finish)
{
    struct launch launch;
    struct printer printer;
    struct error error;
    int signals = open_signals(); /* before there is a journal, which they end */
    if (launch_open(arguments, &launch, &error) != STATUS_OK)
        return command_fail(&error);
    printer_init(&printer, arguments, &launch);
    printer.table = printer.table && shows_table;
    if (printer.table)
        terminal_print_heading(results_run(launch.results));
    enum status status = loop(&printer, &launch, signals, &error);
    close(signals);
    if (printer.table)
        print_notes(&printer, &launch);
    else
        print_failures(&printer, &launch);
    if (runner_warning(launch.runner))
        command_warn("%s", runner_warning(launch.runner));
    if (status == STATUS_OK)
        status = finish(arguments, &launch, &error);
    enum exit_status exit_status =
        status == STATUS_OK ? launch_exit_status(&launch) : command_fail(&error);
    printer_release(&printer);
    launch_release(&launch);
    return exit_status;
}

static enum exit_status run_headless(const struct arguments *arguments)
{
    return arguments_has(arguments, "dry-run") ? dry_run(arguments)
                                               : run_measure(arguments, true, finish_run);
}

const struct command command_run = {
    .name = "run",
    .arguments = "[PROFILE | MODEL]",
    .text = "measure without a user interface: a table on the terminal, and CSV, JSON or Markdown. "
            "A shipped profile is known by its name; a model's file or architecture may stand in "
            "the place of a profile",
    .groups = groups,
    .most_arguments = 1,
    .run = run_headless,
};
