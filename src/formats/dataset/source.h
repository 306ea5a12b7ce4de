/* Where the samples of a data set come from: a file, memory or a folder of raw elements, and what
 * the kinds of sources (kinds.h) share. Inner to this folder. */
#ifndef FORMATS_DATASET_SOURCE_H
#define FORMATS_DATASET_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "formats/dataset/element.h"
#include "graph/sample.h"

struct dataset_input;
struct picture_way;

/* Dimensions of an array, the axis of the samples included. */
#define SOURCE_RANK_MAX 8

/* What drawn samples are like. */
struct drawing {
    struct shape shape;
    float low, high; /* of images */
};

/* A file that is cut into windows, which are samples. */
struct recording {
    size_t window, stride; /* bytes of a window, and from the start of one to that of the next */
    size_t bytes;          /* of the file */
    size_t first, count;   /* number of its first window among the samples; its windows */
};

struct source {
    const char *path;
    const char *kind;                  /* name of the row of kinds.h; NULL: drawn */
    const struct dataset_input *input; /* while it is opened; NULL: unknown */
    struct arena *arena;               /* of all names */
    const struct element *element;
    bool big_endian;
    size_t count, elements; /* samples, and elements of one */
    int rank;               /* of one sample; -1: nobody says how its elements are arranged */
    size_t dim[SOURCE_RANK_MAX];
    struct whole_range range; /* of drawn whole numbers */
    uint64_t drawn;           /* number of the first of all drawn samples */
    bool is_nhwc;             /* its last dimension counts channels for certain */
    const char *list;         /* the list (CSV) of a folder's files that the user named, or NULL */
    const char **remarks;     /* what the user should know about the samples */
    size_t n_remarks, remark_capacity;
    /* Fills source_bytes bytes, in the byte order of the file. Safe in several threads at once. */
    enum status (*read)(const struct source *source, size_t sample, unsigned char *bytes,
                        struct error *error);

    unsigned char *memory;        /* a whole array, to be freed */
    const unsigned char *first;   /* sample 0 within it */
    int descriptor;               /* an open file, or -1 */
    off_t offset;                 /* of sample 0 within it */
    const char **files;           /* one sample each, within the folder that path names */
    struct recording *recordings; /* one per file, whose windows are the samples instead; NULL */
    size_t n_recordings;
    const struct picture_way *way; /* how pictures become samples, in the arena */
    struct drawing drawing;
    bool for_labels; /* what is opened are labels: of a file with several arrays, another one */

    /* Labels that came with the samples; NULL: none of that kind. */
    int32_t *classes;         /* to be freed */
    const char **class_names; /* n_class_names, in the arena */
    size_t n_class_names;
    const char **label_texts; /* one for each sample, in the arena */
    const char *own_labels;   /* path of an array */
    const char *hint; /* what may be wrong where the samples do not fit; "" or in the arena */
};

/* Releases what a source holds, whatever its opening came to. */
void source_release(struct source *source) __attribute__((nonnull(1)));

/* Bytes of one sample. */
static inline size_t source_bytes(const struct source *source)
{
    return source->elements * source->element->size;
}

/* The number of the recording that a sample is a window of; there must be recordings. */
size_t source_recording(const struct source *source, size_t sample) __attribute__((nonnull(1)));

/* Adds a remark, made printable. */
void source_remark(struct source *source, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* Sets count, elements, rank and dim from an array's dimensions; element must be set. Refuses what
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

/* Opens whatever has the path for reading. On failure *descriptor is -1. */
enum status source_open_any(const char *path, int *descriptor, struct stat *info,
                            struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* The same for a regular file; *size is its length in bytes. */
enum status source_open_file(const char *path, int *descriptor, off_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
