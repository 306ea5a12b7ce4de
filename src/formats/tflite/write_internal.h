/* What the files that write .tflite files share. */
#ifndef FORMATS_TFLITE_WRITE_INTERNAL_H
#define FORMATS_TFLITE_WRITE_INTERNAL_H

#include "formats/contents.h"
#include "formats/model.h"
#include "formats/tflite/flatbuffer_builder.h"
#include "formats/tflite/tables.h"
#include "formats/tflite/variables.h"
#include "graph/graph.h"

/* Operators on variables, and tensors that an LSTM names beside its operands. */
#define WRITER_VARIABLE_CODES 4
#define WRITER_INTERMEDIATES  5

/* One entry per distinct operator and version. */
struct code {
    int builtin; /* of the schema's BuiltinOperator */
    int32_t version;
    const char *custom; /* the name of a custom operator; else NULL */
};

/* A state that resource operators keep. */
struct resource {
    int state;        /* of the graph */
    uint32_t initial; /* the buffer with its first elements */
    int tensor;       /* number of the tensor that names it in the main subgraph */
};

/* What becomes of a tensor of the graph in the file. */
enum writer_role {
    ROLE_PLAIN,
    ROLE_VARIABLE, /* operators change it in place */
    ROLE_NEXT,     /* that tensor behind its operator: the same one */
};

struct writer {
    const struct graph *graph;
    struct flatbuffer_builder builder;
    struct flatbuffer_table *tables; /* working list, long enough for any of them */
    int *numbers;                    /* of each tensor: its number in the file */
    enum writer_role *roles;         /* of each tensor */
    uint32_t *buffers;               /* of each tensor: its buffer's number, 0 without data */
    const void **contents;           /* of each buffer; NULL for buffer 0 */
    size_t *sizes;
    struct contents written; /* the same, to find them by their bytes */
    uint32_t n_buffers;
    bool *is_nameless;            /* of each tensor: an input or output without its own name */
    uint32_t stated_rounding;     /* number of the buffer with it; 0: not stated */
    uint32_t *metadata;           /* of each entry of the graph's: its buffer's number */
    struct file_origins *origins; /* of operators; NULL: nobody asks */
    struct code *codes;
    uint32_t *node_codes;
    uint32_t n_codes;
    struct resource *resources;
    int n_tensors, n_resources, first_intermediate; /* n_tensors: of the graph that are written */
};

/* The buffer of a constant: the one that has the same bytes already, or a new one. */
uint32_t writer_buffer(struct writer *writer, const void *bytes, size_t size)
    __attribute__((nonnull(1, 2)));
/* Fills is_nameless. */
void writer_note_names(struct writer *writer) __attribute__((nonnull(1)));
/* The elements of a constant as the file has them, and the code of their TensorType: int8 of four
 * bits lie two in a byte where only DEQUANTIZE reads them. */
const void *writer_stored(const struct writer *writer, int tensor, size_t *size)
    __attribute__((nonnull(1, 3)));
int writer_stored_type(const struct writer *writer, int tensor) __attribute__((nonnull(1)));
uint32_t writer_code(struct writer *writer, int builtin, int32_t version, const char *custom)
    __attribute__((nonnull(1)));
/* The options of a custom operator. */
struct flatbuffer_vector writer_custom_options(struct writer *writer, const struct node *node)
    __attribute__((nonnull(1, 2)));
struct flatbuffer_vector writer_ints(struct writer *writer, const int32_t *values, int count)
    __attribute__((nonnull(1)));
/* type: a TensorType code. */
struct flatbuffer_table writer_tensor(struct writer *writer, const struct tensor *tensor, int type,
                                      uint32_t buffer, bool is_variable)
    __attribute__((nonnull(1, 2)));

/* Decides which states operators change in place, and numbers tensors accordingly.
 * STATUS_UNSUPPORTED: an operator's state is kept by nothing. */
enum status writer_plan_variables(struct writer *writer, struct error *error)
    __attribute__((nonnull(1, 2)));
/* Gives resources their buffers. */
void writer_number_variables(struct writer *writer) __attribute__((nonnull(1)));
/* Tensors behind those of the graph, and operators before and behind its nodes, into tables; how
 * many. */
uint32_t writer_add_variable_tensors(struct writer *writer, struct flatbuffer_table *tables)
    __attribute__((nonnull(1, 2)));
uint32_t writer_add_reads(struct writer *writer, struct flatbuffer_table *tables)
    __attribute__((nonnull(1, 2)));
uint32_t writer_add_assignments(struct writer *writer, struct flatbuffer_table *tables)
    __attribute__((nonnull(1, 2)));
/* The subgraph that initializes resources; position 0: there are none. */
struct flatbuffer_table writer_add_initial(struct writer *writer) __attribute__((nonnull(1)));
/* Of node i; nothing for most. */
struct flatbuffer_vector writer_add_intermediates(struct writer *writer, int i)
    __attribute__((nonnull(1)));

/* The signature of the graph, if it has one, with the names that it gives to inputs and outputs. */
struct flatbuffer_vector writer_signatures(struct writer *writer) __attribute__((nonnull(1)));

#endif
