/* What `quantop`, `quantop run` and `quantop quantize` share: options that describe an experiment,
 * and getting from them to something that runs. */
#ifndef COMMAND_LAUNCH_H
#define COMMAND_LAUNCH_H

#include "command/command.h"
#include "experiment/experiment.h"
#include "experiment/runner.h"
#include "hardware/topology.h"
#include "model/load.h"
#include "results/gate_run.h"
#include "results/journal.h"
#include "results/results.h"

/* Samples that are drawn where a model comes without data. */
#define LAUNCH_RANDOM_COUNT "32"

/* For the layers of a mode, where the command is about these and nobody says. */
#define LAUNCH_LEDGER_SECONDS "20"

/* The profile (or the shipped default when there is neither a profile nor a model) with the options
 * over it, complete. A model may stand in the place of the profile (subject.h). Freed with
 * experiment_free. */
enum status launch_experiment(const struct arguments *arguments, struct experiment **experiment,
                              struct error *error) __attribute__((nonnull(1, 2, 3)));

/* The same for a command about one model, its only argument, in one mode: that of --mode, or
 * mode_without where the option is missing. --profile lends data and preprocessing. */
enum status launch_single(const struct arguments *arguments, const char *mode_without,
                          struct experiment **experiment, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* Loads the command's only argument, with the shapes that its options give inputs. */
enum status launch_model(const struct arguments *arguments, struct graph **graph,
                         struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Fills the error for an output whose name stands for no format. */
enum status launch_refuse_output(const char *output, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Says on standard error which of a file's signatures the graph is, where there are several; and
 * that a file in the format has no names of its own for a signature, where the graph has some. */
void launch_note_entries(const struct graph *graph) __attribute__((nonnull(1)));
void launch_note_names(const struct graph *graph, const struct model_format *format)
    __attribute__((nonnull(1, 2)));

/* The shapes that a command's experiment asks for, all of them inputs of its one model. */
struct load_options launch_shapes(const struct experiment *experiment) __attribute__((nonnull(1)));

/* A run that is ready to start. */
struct launch {
    struct experiment *experiment;
    struct topology *topology;
    struct journal *journal;
    struct results *results;
    struct runner *runner;
    struct gate_run baseline; /* path NULL: the run is held against none */
};

enum status launch_open(const struct arguments *arguments, struct launch *launch,
                        struct error *error) __attribute__((nonnull(1, 2, 3)));
void launch_release(struct launch *launch) __attribute__((nonnull(1)));

/* Writes reports to the paths that are not NULL. One that fails does not keep the others from being
 * written; the error is that of the last one, others have been told. */
enum status launch_write_reports(struct results *results,
                                 const char *const paths[REPORT_FORMAT_COUNT], struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The same for the outputs that the experiment asks for. */
enum status launch_write_outputs(const struct launch *launch, struct error *error)
    __attribute__((nonnull(1, 2)));
/* What the gate says by the exit status, where there is one, in the place of a milder one. */
enum exit_status launch_gate_status(const struct results *results, enum exit_status otherwise)
    __attribute__((nonnull(1)));
/* What a finished (or interrupted) run says by its exit status; one whose journal lacks something
 * is no success. */
enum exit_status launch_exit_status(const struct launch *launch) __attribute__((nonnull(1)));

#endif
