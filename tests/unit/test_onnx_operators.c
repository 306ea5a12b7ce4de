/* Every operator of the table in an .onnx file: its nodes, their attributes, and the constants that
 * they read. What they compute is tested where files are read again (test_onnx_files). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/onnx/onnx.h"
#include "graph/infer.h"
#include "node_harness.h"
#include "onnx_harness.h"

/* How an input of the node comes about. */
enum operand_kind { ABSENT, COMPUTED, CONSTANT, LIST };

struct input {
    enum operand_kind origin;
    enum type type;
    struct shape shape; /* of a LIST: its number of elements */
    int32_t list[8];
};

/* An attribute, or an input, of the first node of an operator. */
struct expectation {
    const char *op, *attribute; /* NULL: an input */
    int input;
    const char *is;
};

struct row {
    enum op op;
    const char *nodes;
    struct input inputs[8];
    int n_outputs; /* 0: one */
    enum type types[3];
    union op_params params;
    struct expectation expectations[6];
};

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
#define MATRIX(a, b)                                                                               \
    {                                                                                              \
        COMPUTED, TYPE_F32, {2, {(a), (b)}},                                                       \
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
#define WEIGHTS(r, ...)                                                                            \
    {                                                                                              \
        CONSTANT, TYPE_F32, {(r), {__VA_ARGS__}},                                                  \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define INTS(n, ...)                                                                               \
    {                                                                                              \
        LIST, TYPE_I32, {1, {(n)}},                                                                \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define NUMBER(value)                                                                              \
    {                                                                                              \
        LIST, TYPE_I32, {0, {0}},                                                                  \
        {                                                                                          \
            (value)                                                                                \
        }                                                                                          \
    }
#define HAS(node, name, value)                                                                     \
    {                                                                                              \
        (node), (name), 0, (value)                                                                 \
    }
#define READS(node, input, value)                                                                  \
    {                                                                                              \
        (node), NULL, (input), (value)                                                             \
    }
#define CONV(...) .params = {.conv = {.dilation_h = 1, .dilation_w = 1, __VA_ARGS__}}
/* An operator that works on elements, between two transpositions that nobody needs. */
#define UNARY(op_, node)                                                                           \
    {                                                                                              \
        .op = OP_##op_, .nodes = (node), .inputs = { IMAGE }                                       \
    }
#define BINARY(op_, node)                                                                          \
    {                                                                                              \
        .op = OP_##op_, .nodes = (node), .inputs = { IMAGE, WEIGHTS(1, 8) }                        \
    }

#define COMPARISON(op_, node)                                                                      \
    {                                                                                              \
        .op = OP_##op_, .nodes = (node), .inputs = {IMAGE, VECTOR}, .types = { TYPE_BOOL }         \
    }
#define TRUTH                                                                                      \
    {                                                                                              \
        COMPUTED, TYPE_BOOL, {1, {8}},                                                             \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

static const struct row rows[] = {
    /* convolutions, pools and products */
    {.op = OP_CONV_2D,
     .nodes = "Transpose Conv Transpose",
     .inputs = {IMAGE, WEIGHTS(4, 2, 3, 1, 8), WEIGHTS(1, 2)},
     CONV(.padding = PADDING_SAME, .stride_h = 2, .stride_w = 1),
     .expectations = {HAS("Conv", "pads", "0 0 1 0"), HAS("Conv", "strides", "2 1"),
                      HAS("Conv", "kernel_shape", "3 1"), HAS("Conv", "dilations", ""),
                      READS("Conv", 1, "float32 2x8x3x1"), HAS("Transpose", "perm", "0 3 1 2")}},
    {.op = OP_CONV_2D, /* in groups, dilated */
     .nodes = "Transpose Conv Relu Transpose",
     .inputs = {IMAGE, WEIGHTS(4, 4, 2, 2, 2)},
     .params = {.conv = {.padding = PADDING_EXPLICIT,
                         .stride_h = 1,
                         .stride_w = 1,
                         .dilation_h = 2,
                         .dilation_w = 3,
                         .activation = ACTIVATION_RELU,
                         .pads = {1, 2, 3, 4}}},
     .expectations = {HAS("Conv", "pads", "1 2 3 4"), HAS("Conv", "dilations", "2 3"),
                      HAS("Conv", "group", "4"), HAS("Conv", "strides", ""),
                      HAS("Conv", "auto_pad", "")}},
    {.op = OP_DEPTHWISE_CONV_2D,
     .nodes = "Transpose Conv Clip Transpose",
     .inputs = {IMAGE, WEIGHTS(4, 1, 3, 2, 16), WEIGHTS(1, 16)},
     CONV(.padding = PADDING_VALID, .stride_h = 1, .stride_w = 1, .multiplier = 2,
          .activation = ACTIVATION_RELU6),
     .expectations = {HAS("Conv", "pads", ""), HAS("Conv", "group", "8"),
                      READS("Conv", 1, "float32 16x1x3x2"), READS("Clip", 2, "6")}},
    {.op = OP_TRANSPOSE_CONV,
     .nodes = "Transpose ConvTranspose Transpose",
     .inputs = {INTS(4, 1, 12, 8, 2), WEIGHTS(4, 2, 3, 3, 8), IMAGE, WEIGHTS(1, 2)},
     CONV(.padding = PADDING_SAME, .stride_h = 2, .stride_w = 2),
     .expectations = {HAS("ConvTranspose", "pads", "0 0 1 1"),
                      HAS("ConvTranspose", "output_padding", ""),
                      READS("ConvTranspose", 1, "float32 8x2x3x3")}},
    {.op = OP_TRANSPOSE_CONV, /* the windows of VALID padding leave a row behind */
     .nodes = "Transpose ConvTranspose Transpose",
     .inputs = {INTS(4, 1, 13, 8, 2), WEIGHTS(4, 2, 2, 2, 8), IMAGE},
     CONV(.padding = PADDING_VALID, .stride_h = 2, .stride_w = 2),
     .expectations = {HAS("ConvTranspose", "pads", ""),
                      HAS("ConvTranspose", "output_padding", "1 0")}},
    {.op = OP_AVERAGE_POOL_2D,
     .nodes = "Transpose AveragePool Transpose",
     .inputs = {IMAGE},
     .params = {.pool = {.padding = PADDING_SAME,
                         .stride_h = 1,
                         .stride_w = 2,
                         .filter_h = 2,
                         .filter_w = 3}},
     .expectations = {HAS("AveragePool", "pads", "0 0 1 1"), HAS("AveragePool", "strides", "1 2"),
                      HAS("AveragePool", "kernel_shape", "2 3"),
                      HAS("AveragePool", "count_include_pad", "")}},
    {.op = OP_MAX_POOL_2D,
     .nodes = "Transpose MaxPool Transpose",
     .inputs = {IMAGE},
     .params = {.pool = {.padding = PADDING_EXPLICIT,
                         .stride_h = 2,
                         .stride_w = 2,
                         .filter_h = 2,
                         .filter_w = 2,
                         .pads = {1, 0, 1, 0}}},
     .expectations = {HAS("MaxPool", "pads", "1 0 1 0")}},
    {.op = OP_FULLY_CONNECTED,
     .nodes = "Gemm Relu",
     .inputs = {MATRIX(3, 8), WEIGHTS(2, 5, 8), WEIGHTS(1, 5)},
     .params = {.dense = {.activation = ACTIVATION_RELU}},
     .expectations = {HAS("Gemm", "transB", "1"), READS("Gemm", 1, "float32 5x8")}},
    {.op = OP_FULLY_CONNECTED, /* rows of an image */
     .nodes = "Reshape Gemm",
     .inputs = {IMAGE, WEIGHTS(2, 5, 8)},
     .expectations = {READS("Reshape", 1, "24 8")}},
    {.op = OP_FULLY_CONNECTED, /* and its dimensions kept */
     .nodes = "MatMul Add",
     .inputs = {IMAGE, WEIGHTS(2, 5, 8), WEIGHTS(1, 5)},
     .params = {.dense = {.keep_num_dims = 1}},
     .expectations = {READS("MatMul", 1, "float32 8x5"), READS("Add", 1, "float32 5")}},
    {.op = OP_BATCH_MATMUL,
     .nodes = "Transpose MatMul",
     .inputs = {{COMPUTED, TYPE_F32, {3, {2, 8, 3}}, {0}}, WEIGHTS(2, 5, 8)},
     .params = {.matmul = {.adj_x = 1, .adj_y = 1}},
     .expectations = {HAS("Transpose", "perm", "0 2 1"), READS("MatMul", 1, "float32 8x5")}},
    /* elements alone */
    {.op = OP_ADD,
     .nodes = "Add Clip",
     .inputs = {IMAGE, WEIGHTS(1, 8)},
     .params = {.arithmetic = {.activation = ACTIVATION_RELU_N1_TO_1}},
     .expectations = {READS("Add", 1, "float32 8"), READS("Clip", 1, "-1"), READS("Clip", 2, "1")}},
    BINARY(SUB, "Sub"),
    BINARY(MUL, "Mul"),
    BINARY(DIV, "Div"),
    BINARY(POW, "Pow"),
    BINARY(MAXIMUM, "Max"),
    BINARY(MINIMUM, "Min"),
    BINARY(FLOOR_DIV, "Div Floor"),
    {.op = OP_FLOOR_DIV,
     .nodes = "Mod Sub Div",
     .inputs = {{COMPUTED, TYPE_I32, {1, {8}}, {0}}, INTS(1, 3)},
     .types = {TYPE_I32},
     .expectations = {HAS("Mod", "fmod", "")}},
    BINARY(FLOOR_MOD, "Mod Sign Sign Mul Less Add Where"),
    {.op = OP_FLOOR_MOD,
     .nodes = "Mod",
     .inputs = {{COMPUTED, TYPE_I32, {1, {8}}, {0}}, INTS(1, 3)},
     .types = {TYPE_I32}},
    BINARY(SQUARED_DIFFERENCE, "Sub Mul"),
    BINARY(PRELU, "PRelu"),
    {.op = OP_PRELU, /* the slope is larger than the input */
     .nodes = "Min Mul Relu Add",
     .inputs = {VECTOR, WEIGHTS(2, 3, 8)}},
    {.op = OP_EQUAL, .nodes = "Equal", .inputs = {IMAGE, VECTOR}, .types = {TYPE_BOOL}},
    COMPARISON(NOT_EQUAL, "Equal Not"),
    COMPARISON(LESS, "Less"),
    COMPARISON(LESS_EQUAL, "LessOrEqual"),
    COMPARISON(GREATER, "Greater"),
    COMPARISON(GREATER_EQUAL, "GreaterOrEqual"),
    {.op = OP_LOGICAL_AND, .nodes = "And", .inputs = {TRUTH, TRUTH}, .types = {TYPE_BOOL}},
    {.op = OP_LOGICAL_OR, .nodes = "Or", .inputs = {TRUTH, TRUTH}, .types = {TYPE_BOOL}},
    {.op = OP_LOGICAL_NOT, .nodes = "Not", .inputs = {TRUTH}, .types = {TYPE_BOOL}},
    {.op = OP_SELECT, /* a condition for each row */
     .nodes = "Reshape Where",
     .inputs = {TRUTH, MATRIX(8, 3), WEIGHTS(2, 8, 3)},
     .expectations = {READS("Reshape", 1, "8 1")}},
    {.op = OP_SELECT_V2,
     .nodes = "Where",
     .inputs = {{COMPUTED, TYPE_BOOL, {1, {8}}, {0}}, IMAGE, WEIGHTS(1, 1)}},
    UNARY(RELU, "Relu"),
    {.op = OP_RELU6, .nodes = "Clip", .inputs = {IMAGE}, .expectations = {READS("Clip", 2, "6")}},
    {.op = OP_RELU_N1_TO_1,
     .nodes = "Clip",
     .inputs = {IMAGE},
     .expectations = {READS("Clip", 1, "-1")}},
    {.op = OP_LEAKY_RELU,
     .nodes = "LeakyRelu",
     .inputs = {IMAGE},
     .params = {.scalar = {0.25f}},
     .expectations = {HAS("LeakyRelu", "alpha", "0.25")}},
    UNARY(ELU, "Elu"),
    UNARY(HARD_SWISH, "HardSwish"),
    UNARY(GELU, "Div Erf Add Mul Mul"),
    {.op = OP_GELU,
     .nodes = "Mul Mul Mul Add Mul Tanh Add Mul Mul",
     .inputs = {IMAGE},
     .params = {.flag = {1}}},
    UNARY(LOGISTIC, "Sigmoid"),
    UNARY(TANH, "Tanh"),
    UNARY(EXP, "Exp"),
    UNARY(LOG, "Log"),
    UNARY(SQRT, "Sqrt"),
    UNARY(RSQRT, "Sqrt Reciprocal"),
    UNARY(ABS, "Abs"),
    UNARY(NEG, "Neg"),
    UNARY(ERF, "Erf"),
    UNARY(FLOOR, "Floor"),
    UNARY(CEIL, "Ceil"),
    UNARY(ROUND, "Round"),
    UNARY(SIGN, "Sign"),
    UNARY(SQUARE, "Mul"),
    UNARY(SIN, "Sin"),
    UNARY(COS, "Cos"),
    UNARY(SILU, "Sigmoid Mul"),
    {.op = OP_CAST,
     .nodes = "Cast",
     .inputs = {IMAGE},
     .types = {TYPE_I64},
     .expectations = {HAS("Cast", "to", "7")}},
    UNARY(QUANTIZE, "Identity"), /* of nothing but float32 */
    UNARY(DEQUANTIZE, "Identity"),
    {.op = OP_DYNAMIC_QUANTIZE,
     .nodes = "DynamicQuantizeLinear",
     .inputs = {IMAGE},
     .n_outputs = 3,
     .types = {TYPE_U8, TYPE_F32, TYPE_U8}},
    /* along dimensions */
    {.op = OP_SOFTMAX,
     .nodes = "Softmax",
     .inputs = {IMAGE},
     .params = {.scalar = {1.0f}},
     .expectations = {HAS("Softmax", "axis", "3")}},
    {.op = OP_SOFTMAX,
     .nodes = "Mul Softmax",
     .inputs = {IMAGE},
     .params = {.scalar = {0.5f}},
     .expectations = {READS("Mul", 1, "0.5")}},
    {.op = OP_L2_NORMALIZATION,
     .nodes = "LpNormalization",
     .inputs = {IMAGE},
     .expectations = {HAS("LpNormalization", "axis", "3"), HAS("LpNormalization", "p", "2")}},
    {.op = OP_LOCAL_RESPONSE_NORMALIZATION,
     .nodes = "Transpose LRN Transpose",
     .inputs = {IMAGE},
     .params = {.response = {.radius = 2, .bias = 1.0f, .alpha = 0.1f, .beta = 0.75f}},
     .expectations = {HAS("LRN", "size", "5"), HAS("LRN", "alpha", "0.5"),
                      HAS("LRN", "beta", "0.75"), HAS("LRN", "bias", "1")}},
    {.op = OP_LAYER_NORMALIZATION,
     .nodes = "LayerNormalization",
     .inputs = {IMAGE, WEIGHTS(1, 32), WEIGHTS(2, 4, 8)},
     .params = {.norm = {.axis = 2, .epsilon = 0.125f}},
     .expectations = {HAS("LayerNormalization", "axis", "2"),
                      HAS("LayerNormalization", "epsilon", "0.125"),
                      READS("LayerNormalization", 1, "float32 4x8")}},
    {.op = OP_MEAN,
     .nodes = "Transpose GlobalAveragePool Reshape",
     .inputs = {IMAGE, INTS(2, 1, 2)},
     .expectations = {READS("Reshape", 1, "1 8")}},
    {.op = OP_MEAN,
     .nodes = "ReduceMean",
     .inputs = {IMAGE, INTS(2, -1, 1)},
     .expectations = {HAS("ReduceMean", "axes", "1 3"), HAS("ReduceMean", "keepdims", "0")}},
    {.op = OP_SUM,
     .nodes = "ReduceSum",
     .inputs = {IMAGE, NUMBER(2)},
     .params = {.reduce = {1}},
     .expectations = {READS("ReduceSum", 1, "2"), HAS("ReduceSum", "keepdims", "1")}},
    {.op = OP_REDUCE_MAX,
     .nodes = "ReduceMax",
     .inputs = {IMAGE, NUMBER(0)},
     .expectations = {HAS("ReduceMax", "axes", "0")}},
    {.op = OP_REDUCE_MIN,
     .nodes = "ReduceMin",
     .inputs = {IMAGE, NUMBER(3)},
     .expectations = {HAS("ReduceMin", "axes", "3")}},
    {.op = OP_REDUCE_MIN, /* along nothing */
     .nodes = "Identity",
     .inputs = {IMAGE, INTS(0, 0)}},
    {.op = OP_ARG_MAX,
     .nodes = "ArgMax Cast",
     .inputs = {IMAGE, NUMBER(-1)},
     .types = {TYPE_I32},
     .expectations = {HAS("ArgMax", "axis", "3"), HAS("ArgMax", "keepdims", "0"),
                      HAS("Cast", "to", "6")}},
    {.op = OP_LSTM,
     .nodes = "LSTM",
     .inputs = {{COMPUTED, TYPE_F32, {3, {5, 1, 8}}, {0}},
                WEIGHTS(3, 2, 12, 8),
                WEIGHTS(3, 2, 12, 3),
                {ABSENT, TYPE_F32, {0, {0}}, {0}},
                {COMPUTED, TYPE_I32, {1, {1}}, {0}}},
     .n_outputs = 3,
     .params = {.recurrent = {.direction = DIRECTION_BOTH}},
     .expectations = {HAS("LSTM", "direction", "bidirectional"), HAS("LSTM", "hidden_size", "3")}},
    {.op = OP_SIMPLE_RNN,
     .nodes = "RNN",
     .inputs = {{COMPUTED, TYPE_F32, {3, {7, 2, 5}}, {0}},
                WEIGHTS(3, 1, 3, 5),
                WEIGHTS(3, 1, 3, 3)},
     .n_outputs = 2,
     .expectations = {HAS("RNN", "hidden_size", "3"), HAS("RNN", "direction", "forward")}},
    {.op = OP_GRU,
     .nodes = "Cast GRU",
     .inputs = {{COMPUTED, TYPE_F32, {3, {5, 1, 8}}, {0}},
                WEIGHTS(3, 1, 9, 8),
                WEIGHTS(3, 1, 9, 3),
                WEIGHTS(2, 1, 18),
                {COMPUTED, TYPE_I64, {1, {1}}, {0}}},
     .n_outputs = 2,
     .params = {.recurrent = {.direction = DIRECTION_REVERSE, .linear_before_reset = 1}},
     .expectations = {HAS("GRU", "direction", "reverse"), HAS("GRU", "linear_before_reset", "1")}},
    /* other orders and shapes */
    {.op = OP_RESHAPE,
     .nodes = "Reshape",
     .inputs = {IMAGE, INTS(2, -1, 16)},
     .expectations = {READS("Reshape", 1, "12 16"), HAS("Reshape", "allowzero", "")}},
    {.op = OP_SQUEEZE,
     .nodes = "Squeeze",
     .inputs = {IMAGE},
     .expectations = {READS("Squeeze", 1, "0")}},
    {.op = OP_EXPAND_DIMS,
     .nodes = "Unsqueeze",
     .inputs = {IMAGE, NUMBER(-1)},
     .expectations = {READS("Unsqueeze", 1, "4")}},
    {.op = OP_TRANSPOSE,
     .nodes = "Transpose",
     .inputs = {IMAGE, INTS(4, 3, 1, 0, 2)},
     .expectations = {HAS("Transpose", "perm", "3 1 0 2")}},
    {.op = OP_PAD,
     .nodes = "Pad",
     .inputs = {IMAGE, {LIST, TYPE_I32, {2, {4, 2}}, {0, 0, 1, 2, 3, 4, 0, 5}}},
     .expectations = {READS("Pad", 1, "0 1 3 0 0 2 4 5"), HAS("Pad", "mode", "")}},
    {.op = OP_PADV2,
     .nodes = "Pad",
     .inputs = {IMAGE, {LIST, TYPE_I32, {2, {4, 2}}, {0, 0, 1, 1, 1, 1, 0, 0}}, WEIGHTS(1, 1)},
     .expectations = {READS("Pad", 2, "float32 scalar")}},
    {.op = OP_MIRROR_PAD,
     .nodes = "Pad",
     .inputs = {IMAGE, {LIST, TYPE_I32, {2, {4, 2}}, {0, 0, 1, 2, 0, 0, 0, 0}}},
     .expectations = {HAS("Pad", "mode", "reflect"), READS("Pad", 1, "0 1 0 0 0 2 0 0")}},
    {.op = OP_MIRROR_PAD, /* the border itself repeated */
     .nodes = "Gather Gather",
     .inputs = {IMAGE, {LIST, TYPE_I32, {2, {4, 2}}, {0, 0, 2, 1, 0, 1, 0, 0}}},
     .params = {.mirror = {MIRROR_SYMMETRIC}},
     .expectations = {HAS("Gather", "axis", "1"), READS("Gather", 1, "1 0 0 1 2 3 4 5 5")}},
    {.op = OP_CONCATENATION,
     .nodes = "Concat",
     .inputs = {IMAGE, WEIGHTS(4, 1, 6, 4, 2)},
     .params = {.axis = {.axis = -1}},
     .expectations = {HAS("Concat", "axis", "3")}},
    {.op = OP_PACK,
     .nodes = "Unsqueeze Unsqueeze Concat",
     .inputs = {VECTOR, VECTOR},
     .params = {.pack = {.count = 2, .axis = 1}},
     .expectations = {READS("Unsqueeze", 1, "1"), HAS("Concat", "axis", "1")}},
    {.op = OP_UNPACK,
     .nodes = "Gather Gather",
     .inputs = {MATRIX(8, 2)},
     .n_outputs = 2,
     .params = {.pack = {.count = 2, .axis = -1}},
     .expectations = {HAS("Gather", "axis", "1"), READS("Gather", 1, "0")}},
    {.op = OP_SPLIT,
     .nodes = "Split",
     .inputs = {NUMBER(1), IMAGE},
     .n_outputs = 2,
     .params = {.count = {2}},
     .expectations = {HAS("Split", "axis", "1"), READS("Split", 1, "3 3")}},
    {.op = OP_SPLIT_V,
     .nodes = "Split",
     .inputs = {IMAGE, INTS(2, 3, -1), NUMBER(3)},
     .n_outputs = 2,
     .params = {.count = {2}},
     .expectations = {HAS("Split", "axis", "3"), READS("Split", 1, "3 5")}},
    {.op = OP_SLICE,
     .nodes = "Slice",
     .inputs = {IMAGE, INTS(4, 0, 1, 2, 0), INTS(4, 1, 2, -1, 8)},
     .expectations = {READS("Slice", 1, "1 2"), READS("Slice", 2, "3 4"), READS("Slice", 3, "1 2"),
                      READS("Slice", 4, "1 1")}},
    {.op = OP_STRIDED_SLICE, /* backwards to the first row, and one column of it */
     .nodes = "Slice Reshape",
     .inputs = {IMAGE, INTS(3, 0, 4, 1), INTS(3, 1, 0, 2), INTS(3, 1, -2, 1)},
     .params = {.slice = {.end_mask = 2, .shrink_axis_mask = 4}},
     .expectations = {READS("Slice", 1, "4 1"), READS("Slice", 2, "-7 2"), READS("Slice", 3, "1 2"),
                      READS("Slice", 4, "-2 1"), READS("Reshape", 1, "1 3 8")}},
    {.op = OP_GATHER,
     .nodes = "Gather",
     .inputs = {WEIGHTS(2, 20, 8), {COMPUTED, TYPE_I32, {2, {1, 3}}, {0}}},
     .expectations = {HAS("Gather", "axis", "0"), READS("Gather", 0, "float32 20x8")}},
    {.op = OP_GATHER, /* in batches */
     .nodes = "Reshape Cast GatherND",
     .inputs = {IMAGE, {COMPUTED, TYPE_I32, {2, {1, 3}}, {0}}},
     .params = {.gather = {.axis = 1, .batch_dims = 1}},
     .expectations = {HAS("GatherND", "batch_dims", "1")}},
    {.op = OP_GATHER_ND,
     .nodes = "Cast GatherND",
     .inputs = {IMAGE, {COMPUTED, TYPE_I32, {2, {5, 2}}, {0}}}},
    {.op = OP_EMBEDDING_LOOKUP,
     .nodes = "Gather",
     .inputs = {{COMPUTED, TYPE_I32, {1, {3}}, {0}}, WEIGHTS(2, 20, 8)},
     .expectations = {READS("Gather", 0, "float32 20x8"), HAS("Gather", "axis", "0")}},
    {.op = OP_SCATTER_ND, /* places that may meet */
     .nodes = "Expand Cast ScatterND",
     .inputs = {{COMPUTED, TYPE_I32, {2, {3, 1}}, {0}}, MATRIX(3, 4), INTS(2, 5, 4)},
     .expectations = {HAS("ScatterND", "reduction", "add"), READS("Expand", 1, "5 4")}},
    {.op = OP_SCATTER_ND,
     .nodes = "Expand Cast ScatterND",
     .inputs = {{LIST, TYPE_I32, {2, {2, 1}}, {3, 1}}, MATRIX(2, 4), INTS(2, 5, 4)},
     .expectations = {HAS("ScatterND", "reduction", "")}},
    {.op = OP_DYNAMIC_UPDATE_SLICE,
     .nodes = "Cast Min Max Add Reshape ScatterND",
     .inputs = {MATRIX(5, 4), MATRIX(2, 4), {COMPUTED, TYPE_I32, {1, {2}}, {0}}},
     .expectations = {READS("Min", 1, "3 0"), READS("Max", 1, "0"), READS("Reshape", 1, "8")}},
    {.op = OP_TOPK_V2,
     .nodes = "TopK Cast",
     .inputs = {MATRIX(3, 8), NUMBER(2)},
     .n_outputs = 2,
     .types = {TYPE_F32, TYPE_I32},
     .expectations = {READS("TopK", 1, "2")}},
    {.op = OP_ONE_HOT,
     .nodes = "Reshape Cast Equal Where",
     .inputs = {{COMPUTED, TYPE_I32, {1, {3}}, {0}}, NUMBER(4), WEIGHTS(1, 1), WEIGHTS(1, 1)},
     .params = {.axis = {-1, 0}},
     .expectations = {READS("Reshape", 1, "3 1"), READS("Equal", 1, "int64 1x4")}},
    {.op = OP_WHERE, .nodes = "NonZero Transpose", .inputs = {INTS(2, 0, 1)}, .types = {TYPE_I64}},
    {.op = OP_RANGE,
     .nodes = "Range",
     .inputs = {NUMBER(1), NUMBER(7), INTS(1, 2)},
     .types = {TYPE_I32}},
    {.op = OP_RANK, .nodes = "Shape Size Cast", .inputs = {IMAGE}, .types = {TYPE_I32}},
    {.op = OP_ZEROS_LIKE,
     .nodes = "Expand",
     .inputs = {MATRIX(2, 3)},
     .expectations = {READS("Expand", 1, "2 3")}},
    {.op = OP_BROADCAST_ARGS,
     .nodes = "Cast Cast Concat Equal Where Cast",
     .inputs = {{COMPUTED, TYPE_I32, {1, {3}}, {0}}, {COMPUTED, TYPE_I32, {1, {2}}, {0}}},
     .types = {TYPE_I32},
     .expectations = {READS("Concat", 0, "1")}},
    {.op = OP_FILL,
     .nodes = "Reshape Expand",
     .inputs = {INTS(2, 3, 4), {COMPUTED, TYPE_F32, {1, {1}}, {0}}},
     .expectations = {READS("Expand", 1, "3 4")}},
    {.op = OP_REVERSE_V2,
     .nodes = "Slice",
     .inputs = {MATRIX(3, 4), INTS(2, -1, 1)},
     .expectations = {READS("Slice", 1, "-1"), READS("Slice", 2, "-5"), READS("Slice", 3, "1"),
                      READS("Slice", 4, "-1")}},
    {.op = OP_SPACE_TO_BATCH_ND,
     .nodes = "Pad Reshape Transpose Reshape",
     .inputs = {IMAGE, INTS(2, 2, 3), {LIST, TYPE_I32, {2, {2, 2}}, {0, 0, 1, 1}}},
     .expectations = {READS("Pad", 1, "0 0 1 0 0 0 1 0"), READS("Reshape", 1, "1 3 2 2 3 8"),
                      HAS("Transpose", "perm", "2 4 0 1 3 5")}},
    {.op = OP_BATCH_TO_SPACE_ND,
     .nodes = "Reshape Transpose Reshape Slice",
     .inputs = {{COMPUTED, TYPE_F32, SHAPE_4(6, 3, 2, 8), {0}},
                INTS(2, 2, 3),
                {LIST, TYPE_I32, {2, {2, 2}}, {0, 0, 1, 1}}},
     .expectations = {READS("Reshape", 1, "2 3 1 3 2 8"), HAS("Transpose", "perm", "2 3 0 4 1 5"),
                      READS("Slice", 1, "0 1"), READS("Slice", 2, "6 5")}},
    {.op = OP_CUMSUM,
     .nodes = "CumSum",
     .inputs = {MATRIX(3, 4), NUMBER(-1)},
     .params = {.cumulative = {1, 0}},
     .expectations = {READS("CumSum", 1, "1"), HAS("CumSum", "exclusive", "1"),
                      HAS("CumSum", "reverse", "0")}},
    {.op = OP_LOG_SOFTMAX,
     .nodes = "LogSoftmax",
     .inputs = {IMAGE},
     .expectations = {HAS("LogSoftmax", "axis", "3")}},
    {.op = OP_REDUCE_PROD,
     .nodes = "ReduceProd",
     .inputs = {IMAGE, INTS(1, 3)},
     .expectations = {HAS("ReduceProd", "axes", "3")}},
    {.op = OP_REDUCE_ANY,
     .nodes = "Cast ReduceMax Cast",
     .inputs = {TRUTH, INTS(1, 0)},
     .types = {TYPE_BOOL},
     .expectations = {HAS("ReduceMax", "axes", "0")}},
    {.op = OP_REDUCE_ALL,
     .nodes = "Cast ReduceMin Cast",
     .inputs = {TRUTH, INTS(1, 0)},
     .types = {TYPE_BOOL}},
    {.op = OP_ARG_MIN,
     .nodes = "ArgMin",
     .inputs = {MATRIX(3, 4), NUMBER(1)},
     .types = {TYPE_I64},
     .expectations = {HAS("ArgMin", "axis", "1")}},
    {.op = OP_RESIZE_BILINEAR,
     .nodes = "Transpose Resize Transpose",
     .inputs = {IMAGE, INTS(2, 9, 5)},
     .params = {.resize = {.half_pixel_centers = 1}},
     .expectations = {READS("Resize", 3, "1 8 9 5"), HAS("Resize", "mode", "linear"),
                      HAS("Resize", "coordinate_transformation_mode", "half_pixel")}},
    {.op = OP_RESIZE_NEAREST_NEIGHBOR,
     .nodes = "Transpose Resize Transpose",
     .inputs = {IMAGE, INTS(2, 9, 5)},
     .expectations = {HAS("Resize", "nearest_mode", "floor"),
                      HAS("Resize", "coordinate_transformation_mode", "asymmetric")}},
    {.op = OP_RESIZE_NEAREST_NEIGHBOR,
     .nodes = "Transpose Resize Transpose",
     .inputs = {IMAGE, INTS(2, 9, 5)},
     .params = {.resize = {.align_corners = 1}},
     .expectations = {HAS("Resize", "nearest_mode", "round_prefer_ceil"),
                      HAS("Resize", "coordinate_transformation_mode", "align_corners")}},
    {.op = OP_RESIZE_NEAREST_NEIGHBOR,
     .nodes = "Transpose Resize Transpose",
     .inputs = {IMAGE, INTS(2, 9, 5)},
     .params = {.resize = {.half_pixel_centers = 1, .nearest = NEAREST_CEIL}},
     .expectations = {HAS("Resize", "nearest_mode", "ceil")}},
    {.op = OP_DEPTH_TO_SPACE,
     .nodes = "Transpose DepthToSpace Transpose",
     .inputs = {IMAGE},
     .params = {.block = {2}},
     .expectations = {HAS("DepthToSpace", "blocksize", "2"), HAS("DepthToSpace", "mode", "")}},
    {.op = OP_SPACE_TO_DEPTH,
     .nodes = "Transpose SpaceToDepth Transpose",
     .inputs = {IMAGE},
     .params = {.block = {2}},
     .expectations = {HAS("SpaceToDepth", "blocksize", "2")}},
    {.op = OP_TILE,
     .nodes = "Tile",
     .inputs = {IMAGE, INTS(4, 1, 2, 1, 3)},
     .expectations = {READS("Tile", 1, "1 2 1 3")}},
    {.op = OP_BROADCAST_TO,
     .nodes = "Expand",
     .inputs = {VECTOR, INTS(2, 3, 8)},
     .expectations = {READS("Expand", 1, "3 8")}},
    {.op = OP_SHAPE, .nodes = "Shape Cast", .inputs = {IMAGE}, .types = {TYPE_I32}},
};

static int add_input(struct graph *graph, const struct input *input)
{
    if (input->origin == ABSENT)
        return NO_TENSOR;
    if (input->origin == COMPUTED)
        return harness_tensor(graph, input->type, input->shape, 0.0f, 0);
    if (input->origin == LIST)
        return harness_constant(graph, TYPE_I32, input->shape, 0.0f, 0, input->list);
    size_t size = shape_elements(&input->shape) * type_size(input->type);
    void *elements = calloc(1, size);
    int tensor = harness_constant(graph, input->type, input->shape, 0.0f, 0, elements);
    free(elements);
    return tensor;
}

/* A graph of the node alone. */
static struct graph *make_graph(const struct row *row)
{
    struct graph *graph = graph_new("node");
    struct error error;
    int inputs[8], outputs[3], ends[8], n_inputs = 0, n_ends = 0;
    int n_outputs = row->n_outputs ? row->n_outputs : 1;
    for (int i = 0; i < 8; i++) {
        inputs[i] = add_input(graph, &row->inputs[i]);
        if (inputs[i] != NO_TENSOR)
            n_inputs = i + 1;
        if (row->inputs[i].origin == COMPUTED)
            ends[n_ends++] = inputs[i];
    }
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = harness_tensor(graph, row->types[i], SHAPE(1), 0.0f, 0);
    graph_set_inputs(graph, ends, n_ends);
    const struct node *node =
        graph_add_node(graph, row->op, inputs, n_inputs, outputs, n_outputs, &row->params);
    if (infer_node(graph, node, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    graph_set_outputs(graph, outputs, n_outputs);
    return graph;
}

static void check_expectation(const Onnx__Model *model, const struct expectation *expectation)
{
    const Onnx__Node *node = onnx_harness_node(model, expectation->op, 0);
    if (expectation->attribute)
        onnx_harness_attribute(node, expectation->attribute, expectation->is);
    else if (strchr(expectation->is, 't') || strchr(expectation->is, 'x'))
        onnx_harness_input(model, node, expectation->input, expectation->is);
    else
        onnx_harness_elements(model, node, expectation->input, expectation->is);
}

static void each_operator_has_a_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct graph *graph = make_graph(&rows[i]);
        Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
        onnx_harness_ops(model, rows[i].nodes);
        for (int e = 0; e < 6 && rows[i].expectations[e].op; e++)
            check_expectation(model, &rows[i].expectations[e]);
        onnx_harness_free(model);
        graph_free(graph);
    }
}

static void no_operator_is_left_out(void **state)
{
    bool found[OP_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        found[rows[i].op] = true;
    for (int op = 0; op < OP_COUNT; op++)
        if (!found[op] && !op_table[op].no_onnx)
            fail_msg("no test of %s", op_name((enum op)op));
}

/* What a file cannot say is refused, and the message names the node. */
static void check_refused(const struct row *row, const char *text)
{
    const struct model_writing writing = {.activations = TYPE_U8};
    struct graph *graph = make_graph(row);
    struct error error;
    unsigned char *bytes;
    size_t size;
    char place[NODE_TEXT_SIZE + 8];
    assert_int_equal(onnx_write(graph, &writing, &bytes, &size, &error), STATUS_UNSUPPORTED);
    snprintf(place, sizeof(place), "node: node 0 (%s)", op_name(row->op));
    assert_string_equal(error.where, place);
    assert_string_equal(error.text, text);
    graph_free(graph);
}

static void what_has_no_form_is_refused(void **state)
{
    const struct row gather = {.op = OP_GATHER,
                               .inputs = {IMAGE, {COMPUTED, TYPE_I32, {2, {1, 3}}, {0}}},
                               .params = {.gather = {.axis = 2, .batch_dims = 1}}};
    const struct row response = {.op = OP_LOCAL_RESPONSE_NORMALIZATION, .inputs = {VECTOR}};
    const struct row sums = {.op = OP_CONV_2D,
                             .inputs = {{COMPUTED, TYPE_I32, SHAPE_4(1, 4, 4, 1), {0}},
                                        {CONSTANT, TYPE_I32, SHAPE_4(1, 1, 1, 1), {0}}},
                             .types = {TYPE_I32},
                             CONV(.stride_h = 1, .stride_w = 1)};
    (void)state;
    check_refused(&gather, "axis 2 after 1 batch dimensions cannot be expressed in .onnx files");
    check_refused(&response, "input is not an image (rank 4)");
    check_refused(&sums, "sums of int32 products cannot be expressed in .onnx files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operator_has_a_form),
        cmocka_unit_test(no_operator_is_left_out),
        cmocka_unit_test(what_has_no_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
