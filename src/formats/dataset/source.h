/* What is behind a data set: arrays or folders of raw elements. One row per kind of source, one per
 * element type. Inner to this folder. */
#ifndef FORMATS_DATASET_SOURCE_H
#define FORMATS_DATASET_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "formats/dataset/dataset.h"

/* Dimensions of an array, the axis of the samples included. */
#define SOURCE_RANK_MAX 8

struct element {
    const char *name;
    enum type type;    /* TYPE_COUNT where no tensor has such elements */
    unsigned char idx; /* type byte of an IDX header; 0: none */
    const char *npy;   /* kind and size of an NPY descr, "i2" */
    size_t size;
    bool real; /* floating point */
    /* One element in the byte order of the machine; any alignment. */
    double (*load)(const unsigned char *bytes);
};

/* NULL when there is none. */
const struct element *element_of_type(enum type type);
const struct element *element_of_idx(unsigned char code);
const struct element *element_of_npy(const char *code) __attribute__((nonnull(1)));

struct source {
    const char *path;
    struct arena *arena; /* of all names */
    const struct element *element;
    bool big_endian;
    size_t count, elements; /* samples, and elements of one */
    size_t channels;        /* length of the last dimension; 0: unknown */
    struct shape shape;     /* of drawn samples */
    /* Fills source_bytes bytes, in the byte order of the file. Safe in several threads at once. */
    enum status (*read)(const struct source *source, size_t sample, unsigned char *bytes,
                        struct error *error);

    unsigned char *memory;      /* a whole array, to be freed */
    const unsigned char *first; /* sample 0 within it */
    int descriptor;             /* an open file, or -1 */
    off_t offset;               /* of sample 0 within it */
    const char **files;         /* one raw tensor each, within the folder that path names */
    int32_t *classes;           /* of a folder's list; NULL: none */
};

/* The first bytes of a file, or that it is a folder. */
struct probe {
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
};

bool idx_probe(const struct probe *probe) __attribute__((nonnull(1)));
bool npy_probe(const struct probe *probe) __attribute__((nonnull(1)));
bool raw_probe(const struct probe *probe) __attribute__((nonnull(1)));
enum status idx_open(const struct dataset_spec *spec, struct source *source, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status npy_open(const struct dataset_spec *spec, struct source *source, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status raw_open(const struct dataset_spec *spec, struct source *source, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Looks at a path. *kind is NULL for a file of no known kind. */
enum status source_probe(const char *path, const struct source_kind **kind, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Drawn samples are no file of a kind, and depend on the shape of what they are for. */
enum status random_open(const struct dataset_spec *spec, const struct shape *input,
                        struct source *source, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* Opens spec->samples. source is to be released whatever the outcome; input may be NULL where there
 * are no drawn samples. */
enum status source_open(const struct dataset_spec *spec, const struct shape *input,
                        struct source *source, struct error *error)
    __attribute__((nonnull(1, 3, 4)));
void source_release(struct source *source) __attribute__((nonnull(1)));

/* Bytes of one sample. */
static inline size_t source_bytes(const struct source *source)
{
    return source->elements * source->element->size;
}

/* Sets count, elements and channels from an array's dimensions; element must be set. Refuses what
 * has no samples or elements, or more bytes than can be counted. */
enum status source_set_shape(struct source *source, const uint64_t *dim, int rank,
                             struct error *error) __attribute__((nonnull(1, 2, 4)));

/* Sample i in the byte order of the machine; bytes has room for source_bytes. */
enum status source_load(const struct source *source, size_t sample, unsigned char *bytes,
                        struct error *error) __attribute__((nonnull(1, 3, 4)));

/* Values of the read member: from memory, and from the descriptor. */
enum status source_read_memory(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error) __attribute__((nonnull(1, 3, 4)));
enum status source_read_descriptor(const struct source *source, size_t sample, unsigned char *bytes,
                                   struct error *error) __attribute__((nonnull(1, 3, 4)));

/* Exactly size bytes at an offset of a file, whose name is for messages. */
enum status source_read_at(int descriptor, const char *name, off_t offset, unsigned char *bytes,
                           size_t size, struct error *error) __attribute__((nonnull(2, 4, 6)));

/* Opens a regular file for reading; *size is its length. On failure *descriptor is -1. */
enum status source_open_file(const char *path, int *descriptor, off_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
