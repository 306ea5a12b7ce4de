#include "command/measure.h"

#include <stdio.h>

#include "command/launch.h"
#include "command/terminal.h"
#include "experiment/shipping.h"
#include "report/gate.h"
#include "ui/shipper.h"

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

static bool begin_file(void *context, int trial, const char *path, char *said, size_t size)
{
    struct error error;
    if (shipping_begin(context, trial, path, &error) == STATUS_OK)
        return true;
    error_line(&error, said, size);
    return false;
}

static bool go_on_with_file(void *context, char *said, size_t size)
{
    struct shipping *shipping = context;
    struct error error;
    enum status status;
    if (!shipping_is_over(shipping, &status, &error))
        return true;
    if (status == STATUS_OK)
        snprintf(said, size, "the model is in '%s'", shipping->path);
    else
        error_line(&error, said, size);
    return false;
}

enum status measure_on_screen(const struct arguments *arguments, struct ui_options *ui,
                              enum exit_status *exit_status, struct error *error)
{
    struct launch launch;
    struct shipping shipping;
    enum status status = launch_open(arguments, &launch, error);
    if (status != STATUS_OK)
        return status;
    ui->results = launch.results;
    ui->runner = launch.runner;
    ui->journal = journal_path(launch.journal);
    ui->shipper =
        &(struct ui_shipper){.begin = begin_file, .work = go_on_with_file, .context = &shipping};
    status = shipping_init(&shipping, launch.experiment, launch.topology, error);
    if (status == STATUS_OK) {
        runner_start(launch.runner);
        status = ui_run(ui, error);
    }
    ui->shipper = NULL;
    shipping_release(&shipping);
    if (status == STATUS_OK)
        status = finish(&launch, exit_status, error);
    launch_release(&launch);
    return status;
}
