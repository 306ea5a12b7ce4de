/* Model files: one row per format, bytes <-> graph. */
#ifndef FORMATS_MODEL_H
#define FORMATS_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "graph/graph.h"

/* Computes a node whose inputs are all constant into fresh memory of the arena: results[i] are the
 * elements of output i. engine/call.h has one; formats know no kernels, but a file that computes
 * shapes from constants can only be understood by computing them. */
typedef enum status graph_evaluator(const struct graph *graph, const struct node *node,
                                    struct arena *arena, void **results, struct error *error);

/* The shape that an input shall have, where the file leaves it open or states another one. */
struct model_shape {
    const char *input; /* its name */
    struct shape shape;
};

/* Reads "input=1x3x224x224"; the name is copied into the arena. STATUS_INVALID otherwise. */
enum status model_shape_parse(const char *text, struct arena *arena, struct model_shape *shape,
                              struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* Appends the same text. */
void model_shape_format(const struct model_shape *shape, struct text *out)
    __attribute__((nonnull(1, 2)));

struct model_reading {
    graph_evaluator *evaluate;        /* NULL: files that compute shapes are not understood */
    const struct model_shape *shapes; /* of inputs; the caller's */
    size_t n_shapes;
    const char *signature; /* which one of several to read, by its name; NULL: the first */
};

/* The shape that is asked for an input of that name, or NULL; reading may be NULL. */
const struct shape *model_shape_for(const struct model_reading *reading, const char *input)
    __attribute__((nonnull(2)));
/* STATUS_UNSUPPORTED: dimension i of the input, which the file calls by a name or "", is left open
 * and no shape was given. The first one is the batch, which is 1 then. */
enum status model_refuse_open(const char *input, size_t i, const char *dimension,
                              struct error *error) __attribute__((nonnull(1, 3, 4)));

/* Which layers of the graph each operator, or node, of a written file does the work of, in the
 * order of the file. The lists of numbers are the graph's; `of` is to be freed. */
struct file_origins {
    struct origin *of;
    int count;
};

struct model_writing {
    enum type activations;        /* .onnx: TYPE_U8 or TYPE_I8, what int8 activations become */
    struct file_origins *origins; /* what becomes known of them; NULL: not asked for */
};

struct model_format {
    const char *name;     /* "tflite" */
    const char *suffix;   /* ".tflite" */
    bool keeps_bytes;     /* graphs refer to the bytes that they were read from */
    bool pairs_scales;    /* integer operators are float ones between DEQUANTIZE and QUANTIZE there
                           (QDQ format) */
    bool keeps_signature; /* writes the names of a graph's signature */
    bool keeps_types;     /* inputs and outputs of a file have the types of the graph's */
    bool keeps_metadata;  /* of graphs that came from a file of the format */
    enum rounding rounding; /* how integers are rounded in files that do not state it */
    bool rounds_stored;     /* of graphs that round once (see struct graph) */
    /* Whether the bytes look like this format. */
    bool (*probe)(const unsigned char *bytes, size_t size);
    /* Whether all of the model is in the bytes, none in other files; NULL: always. */
    bool (*is_whole)(const unsigned char *bytes, size_t size);
    /* Appends which version of the format a sound file is of: "schema version 3". */
    void (*print_version)(const unsigned char *bytes, size_t size, struct text *out);
    /* The graph is sound (graph_check), its shapes are those that the file states; the caller frees
     * it. bytes are aligned to 64; with keeps_bytes they must live as long as the graph. name is
     * the path for messages and for files beside it. STATUS_FORMAT: damaged; STATUS_UNSUPPORTED:
     * sound, but not understood here; STATUS_MEMORY, STATUS_IO. */
    enum status (*read)(const char *name, const unsigned char *bytes, size_t size,
                        const struct model_reading *reading, struct graph **graph,
                        struct error *error);
    /* The file's bytes, to be freed by the caller. STATUS_UNSUPPORTED, naming the node, for what
     * cannot be expressed in the format; STATUS_MEMORY. */
    enum status (*write)(const struct graph *graph, const struct model_writing *writing,
                         unsigned char **bytes, size_t *size, struct error *error);
};

extern const struct model_format *const model_formats[];
extern const size_t model_format_count;

/* The format that the bytes look like, or NULL. */
const struct model_format *model_format_of(const unsigned char *bytes, size_t size)
    __attribute__((nonnull(1)));
/* The format that writes files of this name; NULL when no suffix fits. */
const struct model_format *model_format_for(const char *path) __attribute__((nonnull(1)));

/* Reads a model of any format; by content, not by name. The bytes were malloc'ed and now belong to
 * the graph (freed on failure, too). Most callers want graph_load() of model/load.h, which leaves a
 * graph that is ready to run. */
enum status model_read_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct model_reading *reading, struct graph **graph,
                             struct error *error) __attribute__((nonnull(1, 2, 4, 5, 6)));
/* The graph in the format; writing NULL: uint8 activations. */
enum status model_write(const struct model_format *format, const struct graph *graph,
                        const struct model_writing *writing, unsigned char **bytes, size_t *size,
                        struct error *error) __attribute__((nonnull(1, 2, 4, 5, 6)));

/* Appends what a file of the format will not have though the one that the graph came from had it,
 * as a remark; nothing where there is nothing. */
void model_left_out(const struct model_format *format, const struct graph *graph, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* No model file may be larger. */
#define MODEL_BYTES_MAX ((size_t)2 << 30)

#endif
