/* What is known of the samples' truth, from whatever file. Inner to this folder. */
#ifndef FORMATS_DATASET_LABELS_H
#define FORMATS_DATASET_LABELS_H

#include "formats/dataset/dataset.h"
#include "formats/dataset/source.h"

/* No list of classes is longer: a greater number cannot be a class. */
#define CLASS_MAX ((1 << 20) - 1)

struct labels {
    enum label_kind kind;
    int32_t *classes; /* LABEL_CLASS */
    float *targets; /* target_elements for each sample; of classes, too, where these are numbers */
    size_t target_elements;
    const char **names; /* of classes, in the source's arena; NULL: numbers are all there is */
    size_t n_names;
};

/* The labels that the description names, or those that came with the samples. Remarks go to the
 * source, which keeps the texts. */
enum status labels_open(const struct dataset_spec *spec, struct source *source,
                        struct labels *labels, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
void labels_release(struct labels *labels) __attribute__((nonnull(1)));

/* Makes room for the classes and targets of so many samples. */
enum status labels_allocate(struct labels *labels, size_t count, size_t elements, const char *path,
                            struct error *error) __attribute__((nonnull(1, 4, 5)));
/* Whether a number can be a class. */
bool labels_is_class(double value);

/* An array with a number or a row for each of so many samples. */
enum status labels_from_array(const struct source *array, size_t samples, struct labels *labels,
                              struct error *error) __attribute__((nonnull(1, 3, 4)));

/* One text for each sample: whole numbers are classes, other numbers targets, anything else names
 * of classes, which are numbered in order. path is for messages. */
enum status labels_from_texts(const char *const *texts, const char *path, struct source *source,
                              struct labels *labels, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

/* A list (CSV) of labels; see data.labels in the table of keys for its columns. */
enum status labels_from_list(const struct dataset_spec *spec, struct source *source,
                             struct labels *labels, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* Whether a column's name says that it holds labels. */
bool labels_is_column(const char *name) __attribute__((nonnull(1)));

#endif
