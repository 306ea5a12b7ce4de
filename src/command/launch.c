#include "command/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "command/subject.h"
#include "experiment/outputs.h"
#include "experiment/resume.h"
#include "hardware/cpu.h"
#include "report/models.h"
#include "report/report.h"
#include "results/gate.h"
#include "results/journals.h"
#include "results/recommend.h"

/* A profile that is no YAML is a wrong profile, like one with a wrong key. */
static enum status read_profile(const char *path, struct experiment *experiment,
                                struct error *error)
{
    enum status status = profile_read(path, experiment, error);
    return status == STATUS_FORMAT ? error->status = STATUS_INVALID : status;
}

static enum status read_shipped_profile(const char *name, struct experiment *experiment,
                                        struct error *error)
{
    char *path = subject_shipped(name);
    enum status status =
        path ? read_profile(path, experiment, error) : subject_unknown(name, error);
    free(path);
    return status;
}

/* The experiment of a journal's run. */
static enum status restore(const char *name, struct experiment *experiment, struct error *error)
{
    char *path;
    enum status status = journal_find(name, &path, error);
    if (status != STATUS_OK)
        return status;
    status = resume_restore(path, experiment, error);
    free(path);
    return status;
}

/* What the only word of the command line stands for. */
static enum status read_subject(const char *word, struct experiment *experiment,
                                struct error *error)
{
    if (subject_is_model(word))
        return experiment_set(experiment, "model", word, error);
    return access(word, F_OK) != 0 && strpbrk(word, "./") == NULL
               ? read_shipped_profile(word, experiment, error)
               : read_profile(word, experiment, error);
}

/* A model without a profile: labels beside the samples are taken, and random samples where there
 * are none. Either is said, and a remark will say what the samples are. */
static enum status guess_data(const char *model, bool is_quiet, struct experiment *experiment,
                              struct error *error)
{
    struct dataset_spec *data = &experiment->data;
    enum status status = STATUS_OK;
    if (!data->samples && data->n_inputs == 0) {
        if (!is_quiet)
            command_note("no data given: " LAUNCH_RANDOM_COUNT
                         " random samples stand in, and accuracy "
                         "is agreement with fp32 on them");
        status =
            experiment_set(experiment, "data.samples", DATASET_RANDOM LAUNCH_RANDOM_COUNT, error);
        char *title = xasprintf("%s: agreement with fp32 on random inputs", path_name(model));
        if (status == STATUS_OK && !experiment->title)
            status = experiment_set(experiment, "title", title, error);
        free(title);
        return status;
    }
    data->is_guessed = true;
    char *labels = data->labels || !data->samples ? NULL : subject_labels_beside(data->samples);
    if (labels) {
        if (!is_quiet)
            command_note("labels are taken from %s, beside the samples", labels);
        status = experiment_set(experiment, "data.labels", labels, error);
    }
    free(labels);
    return status;
}

/* More than the CPU has does not harm, but whoever asks for it has to know that it did not come. */
static void warn_of_isa(const struct experiment *experiment)
{
    const char *asked = experiment->measure.isa;
    if (asked && !isa_available(isa_from_name(asked)))
        command_warn("this CPU has no %s: kernels up to %s are used", asked,
                     isa_table[isa_best_up_to(isa_from_name(asked))].name);
}

enum status launch_experiment(const struct arguments *arguments, struct experiment **experiment,
                              struct error *error)
{
    struct experiment *made = experiment_new();
    enum status status = STATUS_OK;
    if (arguments_has(arguments, "trust-profile"))
        experiment_trust(made);
    made->is_unguarded = arguments_has(arguments, "no-sandbox");
    if (arguments->n_words > 0)
        status = read_subject(arguments->words[0], made, error);
    else if (arguments_has(arguments, "resume") && !arguments_has(arguments, "model"))
        status = restore(arguments_value(arguments, "resume"), made, error);
    else if (!arguments_has(arguments, "model"))
        status = read_shipped_profile("default", made, error);
    if (status == STATUS_OK)
        status = arguments_apply(arguments, made, error);
    if (status == STATUS_OK && arguments->keeps_ledger && !(made->layers.seconds > 0.0))
        status = experiment_set(made, "layers.seconds", LAUNCH_LEDGER_SECONDS, error);
    if (status == STATUS_OK && arguments->n_words > 0 && subject_is_model(arguments->words[0]))
        status = guess_data(arguments->words[0], arguments->is_quiet, made, error);
    if (status == STATUS_OK)
        status = experiment_complete(made, error);
    if (status == STATUS_OK)
        status = outputs_check(made, error);
    if (status != STATUS_OK) {
        experiment_free(made);
        return status;
    }
    warn_of_isa(made);
    *experiment = made;
    return STATUS_OK;
}

static enum status describe_single(const struct arguments *arguments, const char *mode_without,
                                   struct experiment *experiment, struct error *error)
{
    const char *profile = arguments_value(arguments, "profile");
    const char *mode = arguments_value(arguments, "mode");
    enum status status = STATUS_OK;
    if (arguments_has(arguments, "trust-profile"))
        experiment_trust(experiment);
    experiment->is_unguarded = arguments_has(arguments, "no-sandbox");
    if (profile)
        status = read_profile(profile, experiment, error);
    if (status == STATUS_OK)
        status = experiment_set(experiment, "model", arguments->words[0], error);
    if (status == STATUS_OK)
        status = experiment_set(experiment, "mode", mode ? mode : mode_without, error);
    if (status == STATUS_OK)
        status = arguments_apply(arguments, experiment, error);
    return status == STATUS_OK ? experiment_complete(experiment, error) : status;
}

enum status launch_single(const struct arguments *arguments, const char *mode_without,
                          struct experiment **experiment, struct error *error)
{
    struct experiment *made = experiment_new();
    enum status status = describe_single(arguments, mode_without, made, error);
    if (status != STATUS_OK) {
        experiment_free(made);
        return status;
    }
    warn_of_isa(made);
    *experiment = made;
    return STATUS_OK;
}

void launch_note_entries(const struct graph *graph)
{
    struct text text = {0};
    entries_describe(graph->entries, &text);
    if (text.length > 0)
        command_note("%s", text.bytes);
    text_release(&text);
}

void launch_note_names(const struct graph *graph, const struct model_format *format)
{
    if (!format->keeps_signature && graph->entries && graph->entries->are_signatures)
        command_note("%s files have no signatures: their names are left out", format->suffix);
}

struct load_options launch_shapes(const struct experiment *experiment)
{
    return (struct load_options){
        .shapes = experiment->shapes,
        .n_shapes = experiment->n_shapes,
        .signature = experiment->signature,
        .all_named = true,
    };
}

enum status launch_model(const struct arguments *arguments, struct graph **graph,
                         struct error *error)
{
    struct experiment *experiment = experiment_new();
    enum status status = arguments_apply(arguments, experiment, error);
    if (status == STATUS_OK) {
        struct load_options options = launch_shapes(experiment);
        status = model_load(arguments->words[0], &options, graph, error);
    }
    experiment_free(experiment);
    return status;
}

enum status launch_refuse_output(const char *output, struct error *error)
{
    return error_set(error, STATUS_INVALID, "option --output",
                     "cannot tell the format of '%s', expected .tflite or .onnx", output);
}

/* Opens the journal of an earlier process, whose results come first. It may have been moved from
 * where the experiment has it. */
static enum status resume_journal(const char *path, const struct arguments *arguments,
                                  struct launch *launch, struct error *error)
{
    const char *other = arguments_value(arguments, "journal");
    if (other && !file_is_same(path, other))
        return error_set(error, STATUS_INVALID, "option --resume",
                         "'%s' is not the journal '%s' of option --journal", path, other);
    enum status status = journal_continue(path, &launch->journal, error);
    if (status == STATUS_OK)
        status = resume_read(path, launch->results, error);
    if (status == STATUS_OK)
        status = resume_check(launch->experiment, launch->topology, launch->results, path, error);
    return status;
}

/* A new journal, or the one to go on with. */
static enum status open_journal(const struct arguments *arguments, struct launch *launch,
                                struct error *error)
{
    const char *name = arguments_value(arguments, "resume");
    char *path;
    if (!name)
        return journal_create(launch->experiment->output.journal, &launch->journal, error);
    enum status status = journal_find(name, &path, error);
    if (status != STATUS_OK)
        return status;
    status = resume_journal(path, arguments, launch, error);
    free(path);
    return status;
}

enum status launch_open(const struct arguments *arguments, struct launch *launch,
                        struct error *error)
{
    *launch = (struct launch){0};
    enum status status = launch_experiment(arguments, &launch->experiment, error);
    if (status == STATUS_OK)
        status = topology_load(&launch->topology, error);
    launch->results = results_new();
    if (status == STATUS_OK && launch->experiment->gate.baseline)
        status = gate_run_read(launch->experiment->gate.baseline, &launch->baseline, error);
    if (status == STATUS_OK)
        status = open_journal(arguments, launch, error);
    if (status == STATUS_OK)
        status = runner_new(launch->experiment, launch->topology, launch->journal, launch->results,
                            &launch->runner, error);
    if (status == STATUS_OK && launch->baseline.path)
        runner_hold_against(launch->runner, &launch->baseline);
    if (status != STATUS_OK)
        launch_release(launch);
    return status;
}

void launch_release(struct launch *launch)
{
    runner_free(launch->runner);
    gate_run_release(&launch->baseline);
    results_free(launch->results);
    journal_close(launch->journal);
    topology_free(launch->topology);
    experiment_free(launch->experiment);
    *launch = (struct launch){0};
}

enum status launch_write_reports(struct results *results,
                                 const char *const paths[REPORT_FORMAT_COUNT], struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++) {
        struct text bytes = {0};
        struct error trouble;
        if (!paths[i])
            continue;
        report_formats[i]->write(results, &bytes);
        if (file_write(paths[i], bytes.bytes, bytes.length, &trouble) != STATUS_OK) {
            if (status != STATUS_OK) /* the last one is the caller's to tell */
                command_fail(error);
            *error = trouble;
            status = trouble.status;
        }
        text_release(&bytes);
    }
    return status;
}

enum status launch_write_outputs(const struct launch *launch, struct error *error)
{
    return launch_write_reports(launch->results, launch->experiment->output.reports, error);
}

enum exit_status launch_gate_status(const struct results *results, enum exit_status otherwise)
{
    enum verdict verdict = gate_verdict(results_gate(results));
    if (verdict == VERDICT_FAIL && otherwise <= EXIT_UNDECIDED)
        return EXIT_CONSTRAINTS;
    return verdict == VERDICT_UNKNOWN && otherwise == EXIT_DONE ? EXIT_UNDECIDED : otherwise;
}

/* The worst verdict over the models, worst last in the enum of exit statuses. */
static void worst_verdict(struct results *results, const char *model, void *context)
{
    enum exit_status *worst = context;
    enum verdict verdict = recommend(results, model).verdict;
    if (verdict == VERDICT_FAIL)
        *worst = EXIT_CONSTRAINTS;
    else if (verdict == VERDICT_UNKNOWN && *worst == EXIT_DONE)
        *worst = EXIT_UNDECIDED;
}

enum exit_status launch_exit_status(const struct launch *launch)
{
    struct results *results = launch->results;
    bool is_recorded = !runner_warning(launch->runner);
    enum exit_status worst = is_recorded ? EXIT_DONE : EXIT_TROUBLE;
    int count = results_count(results), lost = 0;
    if (!runner_finished(launch->runner))
        return EXIT_INTERRUPTED;
    for (int i = 0; i < count; i++)
        lost += results_row(results, i)->state == TRIAL_FAILED;
    if (lost > 0)
        return lost == count ? EXIT_TROUBLE : EXIT_ROWS_LOST;
    report_each_model(results, worst_verdict, &worst);
    return launch_gate_status(results, worst);
}
