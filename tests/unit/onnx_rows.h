/* What each operator must become in an .onnx file; test_onnx_operators.c writes the rows. */
#ifndef TESTS_ONNX_ROWS_H
#define TESTS_ONNX_ROWS_H

#include "graph/graph.h"

/* How an input of the node comes about. */
enum operand_kind { ABSENT, COMPUTED, CONSTANT, LIST };

struct onnx_input {
    enum operand_kind origin;
    enum type type;
    struct shape shape; /* of a LIST: its number of elements */
    int32_t list[8];
};

/* Inputs that are computed. */
#define IMAGE                                                                                      \
    {                                                                                              \
        COMPUTED, TYPE_F32, SHAPE_4(1, 6, 4, 8),                                                   \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define VECTOR                                                                                     \
    {                                                                                              \
        COMPUTED, TYPE_F32, {1, {8}},                                                              \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define SHAPE_4(...)                                                                               \
    {                                                                                              \
        4,                                                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* An attribute, or an input, of the first node of an operator. */
struct onnx_expectation {
    const char *op, *attribute; /* NULL: an input */
    int input;
    const char *is;
};

/* A node, and the operators of the nodes that it becomes, in order. */
struct onnx_row {
    enum op op;
    const char *nodes;
    struct onnx_input inputs[8];
    int n_outputs; /* 0: one */
    enum type types[3];
    union op_params params;
    struct onnx_expectation expectations[6];
};

extern const struct onnx_row onnx_rows[];
extern const size_t onnx_row_count;

#endif
