/* What feeds a model: a data set for each of its inputs, which come in the types of the inputs. */
#ifndef FORMATS_DATASET_MODEL_DATA_H
#define FORMATS_DATASET_MODEL_DATA_H

#include "formats/dataset/dataset.h"

/* The two ends of a model, for which the caller keeps everything that this points to. */
struct model_ends {
    const char *name; /* of the model, for messages */
    const struct tensor *inputs, *outputs;
    const struct input_facts *facts; /* of each input */
    int n_inputs, n_outputs;
    bool is_own; /* types are those of the model itself: see struct dataset_input */
};

/* The same of a graph, which is the model itself; ends_release frees the lists. */
struct model_ends ends_of_graph(const struct graph *graph) __attribute__((nonnull(1)));
void ends_release(struct model_ends *ends) __attribute__((nonnull(1)));

struct model_data;

/* Opens a data set per input, to be freed with model_data_free; the ends must outlive it.
 *
 * spec->inputs names the inputs, each of which has to be there once; spec->samples alone feeds the
 * only input, or, where samples are drawn, all. Labels go with all sets. All sets must have the
 * same number of samples, and the same labels where they have any.
 *
 * Where the first dimension of all inputs and outputs is the same N above 1, and a sample fits N
 * times into its input, as drawn ones always do, N samples make one run.
 *
 * Errors as dataset_open's; STATUS_INVALID, too, for what does not go with the model, and
 * STATUS_UNSUPPORTED for a model without inputs. */
enum status model_data_open(const struct dataset_spec *spec, const struct model_ends *ends,
                            struct model_data **data, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
void model_data_free(struct model_data *data);

/* From now on the data are every step-th of their runs (1 or more), from the first one on (below
 * step): no sequences. Numbers of samples are still those in their files. */
struct data_part {
    size_t step, first;
};
void model_data_take(struct model_data *data, const struct data_part *part)
    __attribute__((nonnull(1, 2)));

/* Samples of one run, N or else 1, runs, and samples of all of them. */
size_t model_data_batch(const struct model_data *data) __attribute__((nonnull(1)));
size_t model_data_runs(const struct model_data *data) __attribute__((nonnull(1)));
size_t model_data_count(const struct model_data *data) __attribute__((nonnull(1)));
/* Samples at the end that do not fill a run, which are left out. */
size_t model_data_left_out(const struct model_data *data) __attribute__((nonnull(1)));

/* Number of sample k of these among those of the files, from which the first ones may be left out:
 * the one that messages have. */
size_t model_data_number(const struct model_data *data, size_t k) __attribute__((nonnull(1)));
/* The samples of run i by these numbers: "sample 12", or "samples 12 to 15". */
#define MODEL_DATA_RUN_SIZE 64
const char *model_data_run_name(const struct model_data *data, size_t i,
                                char name[MODEL_DATA_RUN_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 3)));

/* Whether run i begins a sequence, in which the variables of a model have their first values. */
bool model_data_begins(const struct model_data *data, size_t i) __attribute__((nonnull(1)));
/* Runs of each sequence; 0: they are recordings of any length. STATUS_UNSUPPORTED: a run takes
 * several samples of one sequence, which follow each other. */
enum status model_data_sequence(const struct model_data *data, size_t *runs, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* What the user should know about how samples were taken, one sentence each without a full stop. */
size_t model_data_remark_count(const struct model_data *data) __attribute__((nonnull(1)));
const char *model_data_remark(const struct model_data *data, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));

/* Fills the elements of all inputs, in the order of the ends, for run i. Real numbers are converted
 * to the type of an input, as encode.h does it; whole numbers are as they are, and those of a
 * table's rows must be there. Safe in several threads at once. */
enum status model_data_read(struct model_data *data, size_t i, void *const *elements,
                            struct error *error) __attribute__((nonnull(1, 3, 4)));

/* The data set whose labels are those of the samples. */
const struct dataset *model_data_labelled(const struct model_data *data)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
