#include "command/dry_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/launch.h"
#include "command/terminal.h"
#include "experiment/handover.h"
#include "experiment/rehearsal.h"
#include "results/gate_run.h"

/* What was found so far. */
struct findings {
    const struct experiment *experiment;
    const struct topology *topology;
    struct placement everything;
    int decoded; /* the file of data that were; -1: none */
    int works, fails;
    double seconds;   /* of a whole run whose timing takes all the time that it may */
    struct text said; /* remarks, which modes share */
    struct text out;
};

static void print_trials(const struct experiment *experiment, struct text *out)
{
    size_t count;
    const struct trial *trials = experiment_trials(experiment, &count);
    text_printf(out, "%-6s %-20s %-32s %-12s %s\n", "trial", "model", "mode", "runtime",
                "placement");
    for (size_t i = 0; i < count; i++)
        text_printf(
            out, "%-6zu %-20s %-32s %-12s %s\n", i, experiment->models[trials[i].model].name,
            experiment->modes[trials[i].mode].label, experiment->runtimes[trials[i].runtime],
            experiment->placements[trials[i].placement]);
}

static void print_placement(struct findings *findings, const char *name)
{
    struct placement placement;
    struct error error;
    text_printf(&findings->out, "placement %s: ", name);
    if (placement_resolve(findings->topology, name, &placement, &error) != STATUS_OK) {
        text_printf(&findings->out, "%s\n", error.text);
        findings->fails++;
        return;
    }
    text_printf(&findings->out, "%d thread%s on processing units", placement.n_threads,
                placement.n_threads == 1 ? "" : "s");
    for (int i = 0; i < placement.n_threads; i++)
        text_printf(&findings->out, "%s%d", i ? "," : " ", placement.pus[i]);
    text_add_string(&findings->out, "\n");
    placement_release(&placement);
}

static bool calibrates(const struct mode_choice *choice)
{
    return mode_calibrates(choice->mode, &choice->options);
}

/* Whether it calibrates, and none does with more effort, nor one before it with as much. */
static bool takes_longest(const struct experiment *experiment, size_t mode)
{
    int effort = experiment->modes[mode].options.effort;
    for (size_t i = 0; i < experiment->n_modes; i++) {
        int other = experiment->modes[i].options.effort;
        if (calibrates(&experiment->modes[i]) && (other > effort || (i < mode && other == effort)))
            return false;
    }
    return calibrates(&experiment->modes[mode]);
}

/* The modes that are tried out: the first, the one that calibrates with most effort, and fp32,
 * which tells whether the data make sense. */
static bool is_tried(const struct experiment *experiment, size_t mode)
{
    return mode == 0 || takes_longest(experiment, mode) ||
           experiment->modes[mode].mode->is_baseline;
}

/* Preparing, timing to its limit and scoring, for all rows of the model and runtime. */
static double whole_seconds(const struct findings *findings, const struct rehearsal *rehearsal)
{
    const struct experiment *experiment = findings->experiment;
    double scoring =
        (double)rehearsal->samples * rehearsal->seconds / fmax(1.0, findings->everything.n_threads);
    return (double)experiment->n_modes * (rehearsal->prepare_seconds + scoring) +
           (double)experiment->n_placements * experiment->measure.seconds /
               (double)experiment->n_runtimes;
}

static void print_remarks(struct findings *findings, const char *model, const json_t *remarks)
{
    size_t i;
    json_t *remark;
    json_array_foreach(remarks, i, remark)
    {
        struct text line = {0};
        text_printf(&line, "note: %s: ", model);
        text_add_printable(&line, json_string_value(remark));
        text_add_string(&line, "\n");
        if (!findings->said.bytes || !strstr(findings->said.bytes, line.bytes)) {
            text_add_string(&findings->said, line.bytes);
            text_add_string(&findings->out, line.bytes);
        }
        text_release(&line);
    }
}

static void print_rehearsal(struct findings *findings, const struct trial *trial,
                            const struct rehearsal *rehearsal)
{
    const struct experiment *experiment = findings->experiment;
    char bytes[TEXT_BYTES_SIZE];
    text_printf(&findings->out, "model %s, %s with %s: ", experiment->models[trial->model].name,
                experiment->modes[trial->mode].label, experiment->runtimes[trial->runtime]);
    if (!rehearsal->works) {
        text_add_printable(&findings->out, rehearsal->reason);
        text_add_string(&findings->out, "\n");
        return;
    }
    text_printf(&findings->out, "%s", text_bytes(rehearsal->bytes, bytes));
    if (rehearsal->calibrated > 0)
        text_printf(&findings->out, "; calibrated on %ld samples", rehearsal->calibrated);
    if (rehearsal->metric[0])
        text_printf(&findings->out, "; %s over %ld samples", rehearsal->metric, rehearsal->samples);
    if (rehearsal->recordings > 0)
        text_printf(&findings->out, ", windows of %ld recordings", rehearsal->recordings);
    text_add_string(&findings->out, "\n");
    print_remarks(findings, experiment->models[trial->model].name, rehearsal->remarks);
    if (rehearsal->doubt[0]) {
        text_printf(&findings->out, "warning: %s: ", experiment->models[trial->model].name);
        text_add_printable(&findings->out, rehearsal->doubt);
        text_add_string(&findings->out, "\n");
    }
}

static void try_model(struct findings *findings, size_t model)
{
    const struct experiment *experiment = findings->experiment;
    for (size_t runtime = 0; runtime < experiment->n_runtimes; runtime++) {
        double most = 0.0;
        for (size_t mode = 0; mode < experiment->n_modes; mode++) {
            const struct trial trial = {.model = model, .mode = mode, .runtime = runtime};
            struct rehearsal rehearsal;
            if (!is_tried(experiment, mode))
                continue;
            rehearse(experiment, &trial, &findings->everything, findings->decoded, &rehearsal);
            print_rehearsal(findings, &trial, &rehearsal);
            rehearsal_release(&rehearsal);
            findings->works += rehearsal.works;
            findings->fails += !rehearsal.works;
            if (rehearsal.works)
                most = fmax(most, whole_seconds(findings, &rehearsal));
        }
        findings->seconds += most;
    }
}

static void print_paths(const struct experiment *experiment, struct text *out)
{
    const struct {
        const char *name, *path;
    } paths[] = {
        {"data", experiment->data.samples},
        {"labels", experiment->data.labels},
        {"calibration", experiment->calibration.samples},
        {"journal", experiment->output.journal ? experiment->output.journal : "a new file"},
    };
    for (size_t i = 0; i < experiment->n_models; i++)
        text_printf(out, "model %s: %s\n", experiment->models[i].name, experiment->models[i].path);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        if (paths[i].path)
            text_printf(out, "%s: %s\n", paths[i].name, paths[i].path);
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        if (experiment->output.reports[i])
            text_printf(out, "%s: %s\n", report_formats[i]->name, experiment->output.reports[i]);
}

/* The run that the results are to be held against. */
static enum status print_baseline(struct findings *findings, struct error *error)
{
    const char *path = findings->experiment->gate.baseline;
    struct gate_run baseline;
    enum status status = path ? gate_run_read(path, &baseline, error) : STATUS_OK;
    if (!path || status != STATUS_OK)
        return status;
    text_printf(&findings->out, "baseline: %s, %zu rows of %s\n", path, baseline.n_rows,
                baseline.started);
    gate_run_release(&baseline);
    return STATUS_OK;
}

static enum exit_status look(struct findings *findings)
{
    const struct experiment *experiment = findings->experiment;
    print_trials(experiment, &findings->out);
    print_paths(experiment, &findings->out);
    for (size_t i = 0; i < experiment->n_placements; i++)
        print_placement(findings, experiment->placements[i]);
    terminal_print(&findings->out); /* what follows takes a while */
    for (size_t i = 0; i < experiment->n_models; i++) {
        try_model(findings, i);
        terminal_print(&findings->out);
    }
    if (findings->works > 0)
        text_printf(&findings->out, DRY_RUN_ESTIMATE "%.0f s, less where rounds end early\n",
                    ceil(findings->seconds));
    terminal_print(&findings->out);
    text_release(&findings->said);
    return findings->works == 0 ? EXIT_TROUBLE : findings->fails == 0 ? EXIT_DONE : EXIT_ROWS_LOST;
}

enum exit_status dry_run(const struct arguments *arguments)
{
    struct experiment *experiment;
    struct topology *topology = NULL;
    struct findings findings = {.decoded = -1};
    struct error error;
    if (launch_experiment(arguments, &experiment, &error) != STATUS_OK)
        return command_fail(&error);
    enum status status = topology_load(&topology, &error);
    if (status == STATUS_OK)
        status = placement_resolve(topology, "threads", &findings.everything, &error);
    findings.experiment = experiment;
    findings.topology = topology;
    if (status == STATUS_OK)
        status = print_baseline(&findings, &error);
    findings.decoded = handover_open_decoded();
    enum exit_status exit_status = status == STATUS_OK ? look(&findings) : command_fail(&error);
    if (findings.decoded >= 0)
        close(findings.decoded);
    placement_release(&findings.everything);
    topology_free(topology);
    experiment_free(experiment);
    return exit_status;
}
