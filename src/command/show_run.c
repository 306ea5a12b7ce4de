#include "command/show_run.h"

#include "command/read_journal.h"
#include "experiment/gate_margins.h"

enum status show_run_hold(struct results *results, const char *path,
                          const struct experiment *experiment, json_t **event, struct error *error)
{
    const struct gate_margins margins = gate_margins_of(experiment);
    struct gate_run baseline;
    enum status status = gate_run_read(path, &baseline, error);
    if (status != STATUS_OK)
        return status;
    *event = gate_hold(results, &baseline, &margins);
    gate_run_release(&baseline);
    return results_apply(results, *event, error);
}

/* By the usual margins. */
static enum status hold_against(struct results *results, const char *baseline, struct error *error)
{
    struct experiment *experiment = experiment_new();
    json_t *event = NULL;
    enum status status = show_run_hold(results, baseline, experiment, &event, error);
    json_decref(event);
    experiment_free(experiment);
    return status;
}

enum status show_run(const char *path, const char *baseline, struct ui_options *ui,
                     struct error *error)
{
    struct journal_reader *reader;
    enum status status = journal_reader_open(path, &reader, error);
    if (status != STATUS_OK)
        return status;
    journal_reader_put_off(reader);
    ui->results = results_new();
    ui->journal = path;
    ui->reader = reader;
    ui->screen = baseline ? "history" : NULL;
    status = journal_read_all(path, reader, ui->results, error);
    if (status == STATUS_OK && baseline)
        status = hold_against(ui->results, baseline, error);
    if (status == STATUS_OK)
        status = ui_run(ui, error);
    results_free(ui->results);
    journal_reader_close(reader);
    return status;
}
