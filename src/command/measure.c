#include "command/measure.h"

#include <stdio.h>

#include "command/launch.h"
#include "command/terminal.h"
#include "report/gate.h"

static enum status finish(struct launch *launch, enum exit_status *exit_status, struct error *error)
{
    enum status status = STATUS_OK;
    struct text gate = {0};
    report_gate(launch->results, "", &gate);
    terminal_print(&gate);
    printf("journal: %s\n", journal_path(launch->journal));
    if (runner_finished(launch->runner))
        status = launch_write_outputs(launch, error);
    *exit_status = launch_exit_status(launch);
    return status;
}

enum status measure_on_screen(const struct arguments *arguments, struct ui_options *ui,
                              enum exit_status *exit_status, struct error *error)
{
    struct launch launch;
    enum status status = launch_open(arguments, &launch, error);
    if (status != STATUS_OK)
        return status;
    ui->results = launch.results;
    ui->runner = launch.runner;
    ui->journal = journal_path(launch.journal);
    runner_start(launch.runner);
    status = ui_run(ui, error);
    if (status == STATUS_OK)
        status = finish(&launch, exit_status, error);
    launch_release(&launch);
    return status;
}
