/* The kinds of sources, one row each, and the opening of a data set's samples or labels by what the
 * path turns out to be. Inner to this folder. */
#ifndef FORMATS_DATASET_KINDS_H
#define FORMATS_DATASET_KINDS_H

#include "formats/dataset/dataset.h"
#include "formats/dataset/source.h"

/* The first bytes of a file, or that it is a folder. */
struct probe {
    const char *path;
    bool folder;
    unsigned char head[8];
    size_t n_head; /* less than 8 where the file is shorter */
};

struct source_kind {
    const char *name;
    bool (*probe)(const struct probe *probe);
    /* Takes what it needs from spec. On failure the caller releases what is there. */
    enum status (*open)(const struct dataset_spec *spec, struct source *source,
                        struct error *error);
    bool takes_list; /* labels may be a list (CSV) that names the files, too: source->list */
    bool is_array;   /* may hold labels as well as samples */
    bool is_table;   /* as labels, a list */
};

/* X(identifier): one file each. */
#define SOURCE_KIND_LIST(X)                                                                        \
    X(idx)                                                                                         \
    X(npy)                                                                                         \
    X(npz)                                                                                         \
    X(table)                                                                                       \
    X(pictures)                                                                                    \
    X(raw)

#define X(identifier)                                                                              \
    bool identifier##_probe(const struct probe *probe) __attribute__((nonnull(1)));                \
    enum status identifier##_open(const struct dataset_spec *spec, struct source *source,          \
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));
SOURCE_KIND_LIST(X)
#undef X

/* Looks at a path. *kind is NULL for a file of no known kind. */
enum status source_probe(const char *path, const struct source_kind **kind, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Drawn samples are not a kind of file, and depend on the input that they are for. */
enum status random_open(const struct dataset_spec *spec, const struct dataset_input *input,
                        struct source *source, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* Opens spec->samples. source is to be released whatever the outcome; input may be NULL where there
 * are no drawn samples. */
enum status source_open(const struct dataset_spec *spec, const struct dataset_input *input,
                        struct source *source, struct error *error)
    __attribute__((nonnull(1, 3, 4)));
/* Opens spec->samples, an array, as labels. */
enum status source_open_labels(const struct dataset_spec *spec, struct source *source,
                               struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Whether a file of that name makes a folder one of raw tensors. */
bool raw_is_name(const char *name) __attribute__((nonnull(1)));
/* Whether spec->labels is a list that names files: "file,classes,class" in its first line, or that
 * and two numbers more. */
enum status raw_is_list(const struct dataset_spec *spec, bool *is_list, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Fills files, classes and count from the list that was named, the folder's own or its files; where
 * lines have five fields, window and stride of recordings, too. element must be set. */
enum status raw_find_files(const struct dataset_spec *spec, struct source *source,
                           struct error *error) __attribute__((nonnull(1, 2, 3)));

/* A whole NPY file of size bytes, which source->memory holds. */
enum status npy_take(struct source *source, size_t size, struct error *error)
    __attribute__((nonnull(1, 3)));

#endif
