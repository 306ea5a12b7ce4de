/* What the shape rules must make of operators, row by row; test_infer.c runs them. */
#ifndef TESTS_INFER_ROWS_H
#define TESTS_INFER_ROWS_H

#include "graph/graph.h"

/* One node. Inputs are words: "2x3" and "." (a scalar) are float32 shapes, "i2x3" an int32 one, "-"
 * is absent; "[1,2]" and "{1}" (a scalar) are int32 constants, "L[1]" is one of int64, "f[1]" one
 * of float32, "?[1]" an int32 list that is computed. Outputs are shapes; "!" is a refusal of what
 * is malformed and "?" of what is unsupported, with the number of outputs behind it when it is not
 * 1. */
struct infer_row {
    enum op op;
    const char *inputs, *outputs;
    union op_params params;
};

#define ROW(op_, in, out, ...)                                                                     \
    {                                                                                              \
        .op = OP_##op_, .inputs = (in), .outputs = (out), .params = { __VA_ARGS__ }                \
    }

extern const struct infer_row infer_rows[];
extern const size_t infer_row_count;

#endif
