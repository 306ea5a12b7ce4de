/* Data sets: labelled samples on disk, read one at a time as real numbers. */
#ifndef FORMATS_DATASET_DATASET_H
#define FORMATS_DATASET_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "graph/graph.h"
#include "graph/input_facts.h"

struct dataset_cache;

#define DATASET_CHANNELS_MAX 16

/* Before a number, in the place of a path: so many samples as graph/sample.h draws them. A file
 * whose name begins like that has to be given with its folder. */
#define DATASET_RANDOM "random:"

/* How the elements of samples are arranged, as far as somebody says so: one row each. */
struct data_layout {
    const char *name;
    bool is_nhwc, is_nchw; /* neither: as the model has them */
};
extern const struct data_layout data_layouts[];
extern const size_t data_layout_count;

/* The input of a model that samples are for. The first dimension of its shape counts samples and is
 * 1, unless the shape has no other.
 *
 * Channels are counted by one of its dimensions: the one that the graph tells; where it does not,
 * dimension 1 of a shape of rank 4 that has at most 4 there and more than 4 in the last; the last
 * one of all other shapes. */
struct dataset_input {
    const struct tensor *tensor; /* name, type, shape, scale */
    struct input_facts facts;
    int number; /* among the inputs of the model: what is drawn for two of them differs */
    /* The model itself has this type, no mode made it: elements of the same integer type are the
     * model's own and are not scaled twice. */
    bool is_own;
};

/* The dimension that counts channels, by that rule. */
int dataset_channel_axis(const struct dataset_input *input) __attribute__((nonnull(1)));

/* Samples of the input of that name. */
struct named_samples {
    const char *input, *samples;
};

/* Pixels; 0: not given. Height 0: see there. */
struct picture_size {
    int width, height;
};

/* How pictures get the size of the input. Pixels are weighed as PIL's resize does it (antialiased).
 */
struct picture_spec {
    struct picture_size resize; /* before the crop; without a height, that of the shorter side */
    double margin;              /* where resize is not given: the shorter side becomes so many times
                                   the input's shorter side; 0: stretched to the input */
    struct picture_size crop;   /* of the middle: what the input takes; without a height, square */
    const char *filter;         /* "bilinear" or "bicubic"; NULL: the former */
    const char *order;          /* of channels, "rgb" or "bgr"; NULL: the former */
};
extern const char *const picture_orders[];
extern const size_t picture_order_count;

/* Where the samples are and how their elements become real numbers:
 * x = ((raw - zero_point) * scale - mean[c]) / deviation[c], c the channel. Where the layout of
 * samples differs from that of the model's input, their elements change places first. */
struct dataset_spec {
    const char *samples; /* IDX file (gzip or not), NPY or NPZ file, CSV table, a folder of raw
                            tensors or of pictures, or DATASET_RANDOM and a number of samples to
                            draw */
    /* In place of samples, where inputs go by name, as those of models with several do: the same
     * number of samples for each. For model_data.h; dataset_open takes samples. */
    const struct named_samples *inputs;
    size_t n_inputs;
    const char *labels; /* IDX, NPY or NPZ file, or a CSV; NULL: none, or those that come with the
                            samples: a folder's y_labels.csv, member y of an NPZ, a column. The list
                            of a folder of raw tensors may cut its files into windows, which are
                            then the samples */
    enum type type;     /* element type of raw tensors; TYPE_COUNT: float32 there, else ignored */
    size_t first;       /* samples to leave out at the start */
    size_t count;       /* samples to use; 0: all that are left */
    bool at_most;       /* fewer than count will do */
    size_t sequence;    /* samples of one sequence, through which a model's variables keep what they
                           hold; 0: all samples are one */
    double scale, zero_point;
    int n_mean, n_deviation; /* 0, 1 or one per channel */
    double mean[DATASET_CHANNELS_MAX], deviation[DATASET_CHANNELS_MAX];
    const char *layout; /* a row of data_layouts; NULL: found out by comparing shapes */
    /* Of a CSV: the name of the column that holds labels, or its number from 1; NULL: found by its
     * name. */
    const char *label_column;
    /* The row of dataset_presets that filled the numbers above and the margin; NULL: none. Drawn
     * images are then pixels of 0 to 255. */
    const char *preset;
    struct picture_spec pictures;
    /* Of what was decompressed or decoded before, which outlives the data set; NULL: none. */
    struct dataset_cache *cache;
    bool is_guessed; /* nobody described the data: a remark tells what they were read as */
};

/* scale 1, nothing else. */
void dataset_spec_init(struct dataset_spec *spec) __attribute__((nonnull(1)));

/* The path of the file or folder that samples or labels name, to be freed: that before the colon of
 * "set.npz:member" unless a file is called so. *member is what follows, inside samples, or NULL. */
char *dataset_file(const char *samples, const char **member)
    __attribute__((malloc, returns_nonnull, nonnull(1, 2)));

struct dataset;

/* Whether samples are drawn, not read. */
bool dataset_is_random(const char *samples) __attribute__((nonnull(1)));
/* How many are drawn; false where the prefix is not followed by a number. */
bool dataset_random_count(const char *samples, size_t *count) __attribute__((nonnull(1, 2)));

/* Opens and checks a data set, to be freed with dataset_free: headers, sizes and labels are read,
 * of raw tensors only the sizes, of pictures only the names: they are decoded when they are read.
 * Compressed files, arrays of NumPy and tables are held in memory.
 *
 * Samples are compared with the input. The same dimensions, those of 1 aside, are taken as they
 * are, and so are samples or inputs of one dimension and the right length. Of an input of rank 4,
 * or of one of rank 3 whose channels the graph tells, samples in the other layout (channels before
 * rows and columns, or behind them) change places, with a remark. What could be either, or fits
 * neither, is STATUS_INVALID; spec->layout decides. Where input is NULL nothing is compared:
 * samples are as they are, the last dimension of images counts channels, and drawn samples are
 * STATUS_INVALID.
 *
 * STATUS_INVALID: the description does not fit the files or the input; STATUS_FORMAT: a file is
 * damaged; STATUS_UNSUPPORTED, STATUS_IO, STATUS_MEMORY. */
enum status dataset_open(const struct dataset_spec *spec, const struct dataset_input *input,
                         struct dataset **dataset, struct error *error)
    __attribute__((nonnull(1, 3, 4)));
void dataset_free(struct dataset *dataset);

/* Samples after first and count were applied. */
size_t dataset_count(const struct dataset *dataset) __attribute__((nonnull(1)));
/* Elements of one sample. */
size_t dataset_elements(const struct dataset *dataset) __attribute__((nonnull(1)));

/* What the user should know about how the samples were taken, one sentence each without a full
 * stop; they live as long as the data set. */
size_t dataset_remark_count(const struct dataset *dataset) __attribute__((nonnull(1)));
const char *dataset_remark(const struct dataset *dataset, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));

/* Whether elements are bytes, as those of pictures, and fed to an input of real numbers as they
 * are, though nobody said so. */
bool dataset_feeds_bytes(const struct dataset *dataset) __attribute__((nonnull(1)));

/* What a sample is where recordings were cut into windows. */
struct dataset_window {
    const char *file;     /* the recording's; lives as long as the data set */
    size_t recording;     /* its number, from 0, in the order of the samples */
    size_t number, count; /* of the window in its recording, from 0, and of all its windows */
};
/* Fills in that of sample i; false where samples are no windows. */
bool dataset_window(const struct dataset *dataset, size_t i, struct dataset_window *window)
    __attribute__((nonnull(1, 3)));

/* Sample i, from 0, as real numbers: dataset_elements of them, in the order of the input. Safe in
 * several threads at once. */
enum status dataset_read(struct dataset *dataset, size_t i, float *values, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* The same as whole numbers of an integer type without a scale, in that type: as they are, without
 * scale, mean and deviation. A value that is not whole, or that the type cannot hold, is
 * STATUS_FORMAT. */
enum status dataset_read_whole(struct dataset *dataset, size_t i, enum type type, void *elements,
                               struct error *error) __attribute__((nonnull(1, 4, 5)));

/* What is known of each sample's truth, whatever type its numbers have on disk: a class number
 * (whole numbers from 0, one for each sample; rows of zeros with a single 1; names, numbered in
 * order), or a vector of other numbers (regression targets, maps of classes), or nothing. Anything
 * else was refused. */
enum label_kind { LABEL_NONE, LABEL_CLASS, LABEL_VECTOR };
enum label_kind dataset_label_kind(const struct dataset *dataset) __attribute__((nonnull(1)));
/* The class of sample i (LABEL_CLASS). */
int32_t dataset_class(const struct dataset *dataset, size_t i) __attribute__((nonnull(1)));
/* The name of a class, or NULL where classes have none. */
const char *dataset_class_name(const struct dataset *dataset, int32_t class)
    __attribute__((nonnull(1)));
/* The vector of sample i (LABEL_VECTOR), which is the data set's. Classes that were given as
 * numbers are targets, too: the number itself, or the row with its single 1. NULL: there is none.
 */
const float *dataset_target(const struct dataset *dataset, size_t i, size_t *elements)
    __attribute__((nonnull(1, 3)));

#endif
