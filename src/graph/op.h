/* The operator table: one row per operator, from which readers, writers, shape inference, the
 * quantizer, `inspect` and the tests work. Adding an operator means one row in op.c, its kernels,
 * and its tests. */
#ifndef GRAPH_OP_H
#define GRAPH_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "graph/params.h"

/* X(identifier without OP_, code of the .tflite schema's BuiltinOperator; negative where it has no such
 * operator, and graph_lower() or an error stands between the graph and the file). */
#define OP_LIST(X)                                                                                 \
    X(ADD, 0)                                                                                      \
    X(AVERAGE_POOL_2D, 1)                                                                          \
    X(CONCATENATION, 2)                                                                            \
    X(CONV_2D, 3)                                                                                  \
    X(DEPTHWISE_CONV_2D, 4)                                                                        \
    X(DEQUANTIZE, 6)                                                                               \
    X(FULLY_CONNECTED, 9)                                                                          \
    X(L2_NORMALIZATION, 11)                                                                        \
    X(LOGISTIC, 14)                                                                                \
    X(MAX_POOL_2D, 17)                                                                             \
    X(MUL, 18)                                                                                     \
    X(RELU, 19)                                                                                    \
    X(RELU_N1_TO_1, 20)                                                                            \
    X(RELU6, 21)                                                                                   \
    X(RESHAPE, 22)                                                                                 \
    X(RESIZE_BILINEAR, 23)                                                                         \
    X(SOFTMAX, 25)                                                                                 \
    X(TANH, 28)                                                                                    \
    X(PAD, 34)                                                                                     \
    X(GATHER, 36)                                                                                  \
    X(TRANSPOSE, 39)                                                                               \
    X(MEAN, 40)                                                                                    \
    X(SUB, 41)                                                                                     \
    X(DIV, 42)                                                                                     \
    X(SQUEEZE, 43)                                                                                 \
    X(STRIDED_SLICE, 45)                                                                           \
    X(EXP, 47)                                                                                     \
    X(SPLIT, 49)                                                                                   \
    X(CAST, 53)                                                                                    \
    X(PRELU, 54)                                                                                   \
    X(MAXIMUM, 55)                                                                                 \
    X(ARG_MAX, 56)                                                                                 \
    X(MINIMUM, 57)                                                                                 \
    X(NEG, 59)                                                                                     \
    X(PADV2, 60)                                                                                   \
    X(SLICE, 65)                                                                                   \
    X(TRANSPOSE_CONV, 67)                                                                          \
    X(EXPAND_DIMS, 70)                                                                             \
    X(LOG, 73)                                                                                     \
    X(SUM, 74)                                                                                     \
    X(SQRT, 75)                                                                                    \
    X(RSQRT, 76)                                                                                   \
    X(SHAPE, 77)                                                                                   \
    X(POW, 78)                                                                                     \
    X(REDUCE_MAX, 82)                                                                              \
    X(PACK, 83)                                                                                    \
    X(UNPACK, 88)                                                                                  \
    X(RESIZE_NEAREST_NEIGHBOR, 97)                                                                 \
    X(LEAKY_RELU, 98)                                                                              \
    X(SQUARED_DIFFERENCE, 99)                                                                      \
    X(MIRROR_PAD, 100)                                                                             \
    X(ABS, 101)                                                                                    \
    X(SPLIT_V, 102)                                                                                \
    X(ELU, 111)                                                                                    \
    X(QUANTIZE, 114)                                                                               \
    X(HARD_SWISH, 117)                                                                             \
    X(BATCH_MATMUL, 126)                                                                           \
    X(GELU, 150)                                                                                   \
    X(DEPTH_TO_SPACE, 5)                                                                           \
    X(LOCAL_RESPONSE_NORMALIZATION, 13)                                                            \
    X(SPACE_TO_DEPTH, 26)                                                                          \
    X(TILE, 69)                                                                                    \
    X(EQUAL, 71)                                                                                   \
    X(REDUCE_MIN, 89)                                                                              \
    X(SELECT_V2, 123)                                                                              \
    X(BROADCAST_TO, 130)                                                                           \
    X(ERF, -1)                                                                                     \
    X(LAYER_NORMALIZATION, -2)                                                                     \
    X(LSTM, -3)                                                                                    \
    X(GRU, -4)                                                                                     \
    X(DYNAMIC_QUANTIZE, -5)                                                                        \
    X(SILU, -6)

enum op {
#define X(identifier, code) OP_##identifier,
    OP_LIST(X)
#undef X
        OP_COUNT
};

struct graph;
struct node;

/* How an integer mode treats the operator's scales (TFLite 8-bit specification). */
enum scale_rule {
    SCALE_UNSUPPORTED, /* no integer form: stays float between DEQUANTIZE and QUANTIZE */
    SCALE_FREE,        /* every tensor has its own */
    SCALE_SAME,        /* data inputs and outputs share one */
    SCALE_FIXED,       /* the output's is given by the specification */
};

struct fixed_scale {
    float scale;
    int32_t zero_point;
};

#define NO_INPUT   (-1)
#define ALL_INPUTS UINT32_MAX

struct quant_rule {
    enum scale_rule int8, int16;
    struct fixed_scale fixed8, fixed16;
    uint32_t
        data_inputs; /* bit i: input i is a real-valued activation (or a constant used as one) */
    int8_t weight_input; /* symmetric, per-axis weights; NO_INPUT: none */
    int8_t weight_axis;  /* dimension of the per-axis scales */
    int8_t bias_input;   /* NO_INPUT: none */
    bool hybrid;         /* dynamic range: a kernel quantizes the activations at run time */
    int8_t
        shrink_input; /* dynamic range: constant operand that is stored as int8; NO_INPUT: none */
};

struct op_info {
    const char *name;
    int tflite_code;
    int8_t min_inputs, max_inputs, min_outputs, max_outputs; /* OP_VARIADIC: no upper bound */
    const struct param_schema *params;                       /* never NULL */
    /* Sets the output tensors' shapes from the inputs' shapes and the constants among them; checks
     * that ranks, axes and sizes fit each other. The error has no place yet: the caller adds it. */
    enum status (*infer)(struct graph *graph, const struct node *node, struct error *error);
    struct quant_rule quant;
};

#define OP_VARIADIC INT8_MAX

extern const struct op_info op_table[OP_COUNT];

static inline const char *op_name(enum op op)
{
    return op_table[op].name;
}

/* The operator of a BuiltinOperator code, which is not negative, or OP_COUNT. */
enum op op_from_tflite(int code);
/* TFLite's name of any BuiltinOperator code, known here or not ("SVDF"); NULL when there is none.
 */
const char *op_tflite_name(int code);

#endif
