/* What the files that read .tflite files share. */
#ifndef FORMATS_TFLITE_READ_INTERNAL_H
#define FORMATS_TFLITE_READ_INTERNAL_H

#include "formats/model.h"
#include "formats/tflite/flatbuffer_reader.h"
#include "formats/tflite/tables.h"
#include "formats/tflite/variables.h"
#include "graph/graph.h"

struct reader {
    struct flatbuffer file;
    struct model_record model;
    struct subgraph_record subgraph;   /* the one that is read */
    int first_tensor;                  /* the graph's number of its tensor 0 */
    struct signature_record signature; /* its own, or an empty one */
    struct graph *graph;
    const struct model_reading *reading; /* may be NULL */
    bool lacks_strings;                  /* there were more than may be copied */
    struct variables variables;
    /* Composites that are being read, inside of each other; tensors and nodes that all of them
     * brought in; which subgraphs are in the graph, but for the one that is run, and how many. */
    int composites;
    uint64_t inlined;
    bool *is_read;
    uint32_t n_read;
};

/* Reads table i of a vector into a record of the schema. */
enum status reader_record(struct reader *reader, const struct flatbuffer_vector *tables, uint32_t i,
                          const struct flatbuffer_schema *schema, void *record, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5, 6)));
/* A string of the file, printable; fallback where it is absent. Tables may share one: what its
 * copies take is bounded, and reader_check_strings fails beyond that. */
const char *reader_string(struct reader *reader, const struct flatbuffer_vector *string,
                          const char *fallback) __attribute__((nonnull(1, 2)));
enum status reader_check_strings(const struct reader *reader, struct error *error)
    __attribute__((nonnull(1, 2)));
enum status reader_no_memory(struct error *error) __attribute__((nonnull(1)));
/* Memory for elements of a constant that the file does not hold like that (graph/allowance.h), or
 * NULL. */
void *reader_room(struct reader *reader, size_t count, size_t size, struct error *error)
    __attribute__((nonnull(1, 4)));
/* The graph's numbers of the tensors that a list of the subgraph names, which messages call `what`;
 * least: NO_TENSOR where absent ones are allowed, else 0. What is out of range there must not mean
 * a tensor of another subgraph. */
enum status reader_tensor_list(struct reader *reader, const struct flatbuffer_vector *vector,
                               const char *what, int least, int **list, struct error *error)
    __attribute__((nonnull(1, 2, 3, 5, 6)));

/* The record of a buffer, and where its bytes are: in its vector, or behind the tables. NULL: it
 * has none. */
enum status reader_buffer(struct reader *reader, uint32_t number, struct buffer_record *buffer,
                          struct error *error) __attribute__((nonnull(1, 3, 4)));
enum status reader_data(struct reader *reader, const struct buffer_record *buffer,
                        const unsigned char **bytes, uint64_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

/* read_stored.c: the type of the graph that elements of a TensorType become, which may be stored in
 * less than a byte (narrow); TYPE_COUNT: none. */
enum type stored_type(int8_t code);
bool stored_is_narrow(int8_t code);
/* Each sets the data of the tensor, whose type and shape are known: narrow elements, one byte each;
 * those of a sparse tensor, with zeros between them; int8 ones times the scales of their blocks, as
 * float32, which the type becomes. */
enum status stored_widen(struct reader *reader, int8_t code, struct tensor *tensor,
                         const unsigned char *bytes, uint64_t size, struct error *error)
    __attribute__((nonnull(1, 3, 4, 6)));
enum status stored_densify(struct reader *reader, const struct flatbuffer_table *table,
                           struct tensor *tensor, const unsigned char *bytes, uint64_t size,
                           struct error *error) __attribute__((nonnull(1, 2, 3, 4, 6)));
enum status stored_scale_blocks(struct reader *reader, const struct blockwise_record *record,
                                struct tensor *tensor, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* Adds the tensors of the subgraph to the graph. */
enum status reader_tensors(struct reader *reader, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Whether the file leaves dimension i of a tensor open. */
bool reader_is_open(const struct reader *reader, const struct tensor_record *record, uint32_t i)
    __attribute__((nonnull(1, 2)));
/* Refuses inputs of the graph whose shapes are open and are not given. */
enum status reader_check_inputs(struct reader *reader, struct error *error)
    __attribute__((nonnull(1, 2)));

/* What the file says beside the graph: sets the graph's metadata, which stay in the file's bytes,
 * and notes what no written file will have: sizes that are open, files packed behind the model.
 * What is damaged is passed over. */
void reader_extras(struct reader *reader) __attribute__((nonnull(1)));

/* Fails with all operators and tensors of the subgraph that are not supported. */
enum status reader_refuse(struct reader *reader, struct error *error)
    __attribute__((nonnull(1, 2)));
/* The record of an operator code, and its number: those above 127 do not fit the field that old
 * files have. */
enum status reader_code(struct reader *reader, uint32_t index, struct operator_code_record *record,
                        int32_t *code, struct error *error) __attribute__((nonnull(1, 3, 4, 5)));
/* The operator of a code and its record, or OP_COUNT. Sparse constants become dense when they are
 * read: what would make them so is a RESHAPE. */
enum op reader_op(struct reader *reader, const struct operator_code_record *record, int32_t code)
    __attribute__((nonnull(1, 2)));
#define TFLITE_DENSIFY 124

/* An operator that another subgraph spells out (STABLEHLO_COMPOSITE). */
#define TFLITE_COMPOSITE 206
struct composite {
    struct subgraph_record outer; /* that it stands in */
    int outer_first, first_node;  /* of that; of what takes its place */
    struct node node;             /* its inputs and outputs */
    const char *name;             /* "odml.rms_norm" */
    uint32_t subgraph;
};
/* Makes the subgraph that it names the one that is read. */
enum status reader_enter_composite(struct reader *reader, const struct operator_record *record,
                                   struct composite *composite, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Connects what was read from that with what stands around it, which goes on being read. */
enum status reader_leave_composite(struct reader *reader, const struct composite *composite,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
/* Notes that the graph has the subgraph in it. */
void reader_note_subgraph(struct reader *reader, uint32_t subgraph) __attribute__((nonnull(1)));

/* Finds the subgraph that is asked for, by the name of its signature or its own, reads its record,
 * and notes in the graph what else there is to choose. */
enum status reader_choose(struct reader *reader, struct error *error)
    __attribute__((nonnull(1, 2)));
/* Gives the graph, whose inputs and outputs are known, the names of its signature. */
enum status reader_name_ends(struct reader *reader, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Inputs and outputs of an operator, as numbers of the graph: what a variable holds at this point
 * stands for it. STATUS_UNSUPPORTED: a variable itself is an operand. */
enum status reader_operands(struct reader *reader, const struct operator_record *record,
                            struct node *node, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* What an LSTM says through the scales of tensors that it never computes. */
enum status reader_intermediates(struct reader *reader, const struct operator_record *record,
                                 enum op op, union op_params *params, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));
/* Parameters of a custom operator, which stand in a FlexBuffer. */
enum status reader_custom_params(struct reader *reader, const struct operator_record *record,
                                 enum op op, union op_params *params, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));
/* Custom operators take quantized inputs for the real numbers that they are: the node gets those,
 * constants as constants. */
enum status reader_widen_inputs(struct reader *reader, struct node *node, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Turns to the subgraph that CALL_ONCE calls, whose number it gives. */
enum status reader_enter_initial(struct reader *reader, const struct operator_record *record,
                                 int *called, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Another operator on variables (variables_have_operator), which becomes no node. */
enum status reader_variable(struct reader *reader, int code, const struct operator_record *record,
                            struct error *error) __attribute__((nonnull(1, 3, 4)));

#endif
