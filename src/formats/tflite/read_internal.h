/* What the files that read .tflite files share. */
#ifndef FORMATS_TFLITE_READ_INTERNAL_H
#define FORMATS_TFLITE_READ_INTERNAL_H

#include "formats/tflite/flatbuffer_reader.h"
#include "formats/tflite/tables.h"
#include "formats/tflite/variables.h"
#include "graph/graph.h"

struct reader {
    struct flatbuffer file;
    struct model_record model;
    struct subgraph_record subgraph; /* the one that is read */
    int first_tensor;                /* the graph's number of its tensor 0 */
    struct graph *graph;
    struct variables variables;
};

/* Reads table i of a vector into a record of the schema. */
enum status reader_record(struct reader *reader, const struct flatbuffer_vector *tables, uint32_t i,
                          const struct flatbuffer_schema *schema, void *record, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5, 6)));
/* A string of the file, printable; fallback where it is absent. */
const char *reader_string(struct reader *reader, const struct flatbuffer_vector *string,
                          const char *fallback) __attribute__((nonnull(1, 2)));
/* A list of int32, or NULL when memory is short. */
int *reader_list(struct reader *reader, const struct flatbuffer_vector *vector)
    __attribute__((nonnull(1, 2)));
enum status reader_no_memory(struct error *error) __attribute__((nonnull(1)));

/* The record of an operator code, and its number: those above 127 do not fit the field that old
 * files have. */
enum status reader_code(struct reader *reader, uint32_t index, struct operator_code_record *record,
                        int32_t *code, struct error *error) __attribute__((nonnull(1, 3, 4, 5)));

/* Inputs and outputs of an operator, as numbers of the graph: what a variable holds at this point
 * stands for it. STATUS_UNSUPPORTED: a variable itself is an operand. */
enum status reader_operands(struct reader *reader, const struct operator_record *record,
                            struct node *node, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* What an LSTM says through the scales of tensors that it never computes. */
enum status reader_intermediates(struct reader *reader, const struct operator_record *record,
                                 enum op op, union op_params *params, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));
/* Turns to the subgraph that CALL_ONCE calls, whose number it gives. */
enum status reader_enter_initial(struct reader *reader, const struct operator_record *record,
                                 int *called, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Another operator on variables (variables_have_operator), which becomes no node. */
enum status reader_variable(struct reader *reader, int code, const struct operator_record *record,
                            struct error *error) __attribute__((nonnull(1, 3, 4)));

#endif
