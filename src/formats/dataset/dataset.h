/* Data sets: labelled samples on disk, read one at a time as real numbers. */
#ifndef FORMATS_DATASET_DATASET_H
#define FORMATS_DATASET_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "graph/graph.h"
#include "graph/input_facts.h"

#define DATASET_CHANNELS_MAX 16

/* Before a number, in the place of a path: so many samples as graph/sample.h draws them. A file
 * whose name begins like that has to be given with its folder. */
#define DATASET_RANDOM "random:"

/* The input of a model that samples are for. The first dimension of its shape counts samples and is
 * 1, unless the shape has no other. */
struct dataset_input {
    const struct tensor *tensor; /* name, type, shape, scale */
    struct input_facts facts;
    int number; /* among the inputs of the model: what is drawn for two of them differs */
};

/* Samples of the input of that name. */
struct named_samples {
    const char *input, *samples;
};

/* Where the samples are and how their elements become real numbers:
 * x = ((raw - zero_point) * scale - mean[c]) / deviation[c], c the index of the last dimension (the
 * channel of an image in NHWC). */
struct dataset_spec {
    const char *samples; /* IDX file (gzip or not), NPY file, a folder of raw tensors, or
                            DATASET_RANDOM and a number of samples to draw */
    /* In place of samples, where inputs go by name, as those of models with several do: the same
     * number of samples for each. For model_data.h; dataset_open takes samples. */
    const struct named_samples *inputs;
    size_t n_inputs;
    const char *labels; /* IDX or NPY file, or a CSV; NULL: none, or a folder's y_labels.csv */
    enum type type;     /* element type of raw tensors; TYPE_COUNT: float32 there, else ignored */
    size_t first;       /* samples to leave out at the start */
    size_t count;       /* samples to use; 0: all that are left */
    bool at_most;       /* fewer than count will do */
    double scale, zero_point;
    int n_mean, n_deviation; /* 0, 1 or one per channel */
    double mean[DATASET_CHANNELS_MAX], deviation[DATASET_CHANNELS_MAX];
};

/* scale 1, nothing else. */
void dataset_spec_init(struct dataset_spec *spec) __attribute__((nonnull(1)));

struct dataset;

/* Whether samples are drawn, not read. */
bool dataset_is_random(const char *samples) __attribute__((nonnull(1)));
/* How many are drawn; false where the prefix is not followed by a number. */
bool dataset_random_count(const char *samples, size_t *count) __attribute__((nonnull(1, 2)));

/* Opens and checks a data set, to be freed with dataset_free: headers, sizes and labels are read,
 * of raw tensors only the sizes. Compressed and NPY files are held in memory. Drawn samples are
 * in the input's shape and type; where input is NULL, they are STATUS_INVALID. STATUS_INVALID:
 * the description does not fit the files; STATUS_FORMAT: a file is damaged; STATUS_UNSUPPORTED,
 * STATUS_IO, STATUS_MEMORY. */
enum status dataset_open(const struct dataset_spec *spec, const struct dataset_input *input,
                         struct dataset **dataset, struct error *error)
    __attribute__((nonnull(1, 3, 4)));
void dataset_free(struct dataset *dataset);

/* Samples after first and count were applied. */
size_t dataset_count(const struct dataset *dataset) __attribute__((nonnull(1)));
/* Elements of one sample. */
size_t dataset_elements(const struct dataset *dataset) __attribute__((nonnull(1)));

/* Sample i, from 0, as real numbers: dataset_elements of them, in the order of the file. Safe in
 * several threads at once. */
enum status dataset_read(struct dataset *dataset, size_t i, float *values, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* The same as whole numbers of an integer type without a scale, in that type: as they are, without
 * scale, mean and deviation. A value that is not whole, or that the type cannot hold, is
 * STATUS_FORMAT. */
enum status dataset_read_whole(struct dataset *dataset, size_t i, enum type type, void *elements,
                               struct error *error) __attribute__((nonnull(1, 4, 5)));

/* What is known of each sample's truth: a class number, or a vector of real numbers (NPY of floats:
 * regression targets), or nothing. */
enum label_kind { LABEL_NONE, LABEL_CLASS, LABEL_VECTOR };
enum label_kind dataset_label_kind(const struct dataset *dataset) __attribute__((nonnull(1)));
/* The class of sample i (LABEL_CLASS), and its vector (LABEL_VECTOR), which is the data set's. */
int32_t dataset_class(const struct dataset *dataset, size_t i) __attribute__((nonnull(1)));
const float *dataset_target(const struct dataset *dataset, size_t i, size_t *elements)
    __attribute__((nonnull(1, 3)));

#endif
