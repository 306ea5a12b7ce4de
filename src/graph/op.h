/* The operator table: one row per operator, from which readers, writers, shape inference, rewrites,
 * the quantizer, the engine, `inspect` and the tests work. Adding an operator means one line here,
 * one row in op.c, its shape rule and kernels, a row of the readers and writers, and its tests. */
#ifndef GRAPH_OP_H
#define GRAPH_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "graph/params.h"

/* X(identifier without OP_, code of the .tflite schema's BuiltinOperator; negative where it has no
 * such operator, and graph_lower() or an error stands between the graph and the file;
 * OP_CUSTOM_CODE where the file has a name in the place of a code). */
#define OP_CUSTOM_CODE 32
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
    X(SVDF, 27)                                                                                    \
    X(UNIDIRECTIONAL_SEQUENCE_LSTM, 44)                                                            \
    X(EMBEDDING_LOOKUP, 7)                                                                         \
    X(BATCH_TO_SPACE_ND, 37)                                                                       \
    X(SPACE_TO_BATCH_ND, 38)                                                                       \
    X(TOPK_V2, 48)                                                                                 \
    X(LOG_SOFTMAX, 50)                                                                             \
    X(ARG_MIN, 79)                                                                                 \
    X(REDUCE_PROD, 81)                                                                             \
    X(ONE_HOT, 85)                                                                                 \
    X(REDUCE_ANY, 91)                                                                              \
    X(ZEROS_LIKE, 93)                                                                              \
    X(FILL, 94)                                                                                    \
    X(RANGE, 96)                                                                                   \
    X(REVERSE_V2, 105)                                                                             \
    X(GATHER_ND, 107)                                                                              \
    X(WHERE, 109)                                                                                  \
    X(RANK, 110)                                                                                   \
    X(SCATTER_ND, 122)                                                                             \
    X(CUMSUM, 128)                                                                                 \
    X(REDUCE_ALL, 140)                                                                             \
    X(BROADCAST_ARGS, 145)                                                                         \
    X(DYNAMIC_UPDATE_SLICE, 151)                                                                   \
    X(FLOOR, 8)                                                                                    \
    X(SIN, 66)                                                                                     \
    X(FLOOR_DIV, 90)                                                                               \
    X(SQUARE, 92)                                                                                  \
    X(FLOOR_MOD, 95)                                                                               \
    X(CEIL, 104)                                                                                   \
    X(COS, 108)                                                                                    \
    X(ROUND, 116)                                                                                  \
    X(SIGN, 158)                                                                                   \
    X(LESS, 58)                                                                                    \
    X(GREATER, 61)                                                                                 \
    X(GREATER_EQUAL, 62)                                                                           \
    X(LESS_EQUAL, 63)                                                                              \
    X(SELECT, 64)                                                                                  \
    X(NOT_EQUAL, 72)                                                                               \
    X(LOGICAL_OR, 84)                                                                              \
    X(LOGICAL_AND, 86)                                                                             \
    X(LOGICAL_NOT, 87)                                                                             \
    X(ERF, -1)                                                                                     \
    X(LAYER_NORMALIZATION, -2)                                                                     \
    X(LSTM, -3)                                                                                    \
    X(GRU, -4)                                                                                     \
    X(DYNAMIC_QUANTIZE, -5)                                                                        \
    X(SILU, -6)                                                                                    \
    X(SIMPLE_RNN, -7)                                                                              \
    X(DETECTION_POSTPROCESS, OP_CUSTOM_CODE)

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

/* Rows are grouped by what operators do. */
enum op_family {
    FAMILY_NONE,          /* an incomplete row */
    FAMILY_PRODUCT,       /* convolutions and matrix products */
    FAMILY_ARITHMETIC,    /* two broadcast tensors, element by element */
    FAMILY_FUNCTION,      /* one tensor, element by element */
    FAMILY_POOL,          /* a window that slides over an image */
    FAMILY_REDUCTION,     /* over listed axes, which are dropped or kept with size 1 */
    FAMILY_NORMALIZATION, /* every element by its neighbours */
    FAMILY_RECURRENT,     /* along a sequence */
    FAMILY_CONVERSION,    /* the same numbers in another type */
    FAMILY_MOVE,          /* the same elements in another shape, order or number */
    FAMILY_RESIZE,        /* images of another size */
    FAMILY_QUERY,         /* facts about tensors: sizes, places, truth values */
    FAMILY_BOXES,         /* which of a detector's boxes count */
    FAMILY_COUNT
};

/* What holds for an operator whatever its parameters are. Rewrites, the quantizer and the engine
 * ask for these instead of listing operators. */
enum op_trait {
    /* None of the others, stated: a row without traits is an incomplete one. */
    TRAIT_PLAIN = 1 << 0,
    /* Element i of the output depends on element i of the broadcast inputs alone. */
    TRAIT_ELEMENTWISE = 1 << 1,
    /* Works along the last dimension, on each index of the others alone. */
    TRAIT_ALONG_LAST = 1 << 2,
    /* The output is the bytes of the first input, in another shape. */
    TRAIT_VIEW = 1 << 3,
    /* Chooses and orders stored integers: a DEQUANTIZE in front of it may stand behind it. */
    TRAIT_PASSES_SCALE = 1 << 4,
    /* Linear, and found between the scale of attention scores and the product above it: a factor of
     * the result may multiply an input instead. */
    TRAIT_PASSES_FACTOR = 1 << 5,
    /* Brings attention masks in, or hands them on to the exponential (quantize/masks.h). */
    TRAIT_PASSES_MASK = 1 << 6,
    /* Integers may be shifted, and their zero points with them: only the real numbers that they
     * stand for count, or their order. */
    TRAIT_SHIFTABLE = 1 << 7,
    /* Only changes how numbers are stored: not counted as an operator, never folded away. */
    TRAIT_STORAGE = 1 << 8,
    /* Kernels apply the activation that stands in its parameters (see node_activation). */
    TRAIT_FUSES = 1 << 9,
    /* The output's relative error is the input's absolute one, near 0 as well. */
    TRAIT_EXPONENTIAL = 1 << 10,
    /* Looks at the shape of its input alone: known before anything runs. */
    TRAIT_OF_SHAPE = 1 << 11,
    /* Where a graph has rounds_stored, integers of the output may have a scale of their own, though
     * the rule is that all share one. */
    TRAIT_RESCALES = 1 << 12,
};

/* An input or output: what messages call it, and its dimensions, outermost first. A capital letter
 * or a digit, its size, is one dimension; "..." any number of them; "" is one element. N samples, H
 * rows, W columns, C channels, I and O the channels that a product reads and makes; M, K and N of
 * matrices; L the length of a list, R where that is the rank of the input. T steps, D directions, G
 * units of gates. */
struct op_operand {
    const char *name, *dims;
};

/* The lowest version of the operator in .tflite files, by the type of its first data input; 0: no
 * runtime has a kernel; 1 for any other type. What a node's parameters ask for beyond that is in
 * formats/tflite/versions.c. */
struct tflite_versions {
    int8_t uint8, int8, int16;
};

#define OP_INPUTS_MAX  24
#define OP_OUTPUTS_MAX 4
#define OP_VARIADIC    INT8_MAX

struct op_info {
    const char *name;
    int tflite_code;
    const char *no_tflite; /* where the code is negative: why there is none */
    const char *custom;    /* where it is OP_CUSTOM_CODE: the name in its place; else NULL */
    struct tflite_versions versions;
    /* The operator of .onnx files that it is, or the last of those that spell it out; or why there
     * is none. */
    const char *onnx_name, *no_onnx;
    enum op_family family;
    uint32_t traits; /* of enum op_trait */
    /* That the operator is, so that others can fuse it; ACTIVATION_NONE: it is none. */
    enum activation activation;
    /* In order. Those from min_inputs on are optional; OP_VARIADIC: any number like the last. */
    struct op_operand inputs[OP_INPUTS_MAX], outputs[OP_OUTPUTS_MAX];
    int8_t min_inputs, max_inputs, min_outputs, max_outputs;
    const struct param_schema *params; /* never NULL */
    /* Sets the output tensors' shapes from the inputs' shapes and the constants among them; checks
     * that ranks, axes and sizes fit each other. The error has no place yet: the caller adds it. */
    enum status (*infer)(struct graph *graph, const struct node *node, struct error *error);
    struct quant_rule quant;
};

extern const struct op_info op_table[OP_COUNT];

static inline const char *op_name(enum op op)
{
    return op_table[op].name;
}
/* What messages call input i, which the operator may have. */
static inline const char *op_input_name(enum op op, int i)
{
    return op_table[op].inputs[op_table[op].max_inputs == OP_VARIADIC ? 0 : i].name;
}
static inline bool op_has(enum op op, enum op_trait trait)
{
    return (op_table[op].traits & (uint32_t)trait) != 0;
}

/* The operator of a BuiltinOperator code, which is not negative and no OP_CUSTOM_CODE, or of the
 * name of a custom operator; OP_COUNT: there is none. */
enum op op_from_tflite(int code);
enum op op_from_custom(const char *name) __attribute__((nonnull(1)));

#endif
