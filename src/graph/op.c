#include "graph/op.h"

#include <stddef.h>
#include <string.h>

#include "graph/graph.h"
#include "graph/infer.h"
#include "graph/schema.h"
#include "graph/sequence.h"

enum {
#define X(identifier, code) CODE_##identifier = (code),
    OP_LIST(X)
#undef X
};

#define ROW(identifier, onnx, family_)                                                             \
    .name = #identifier, .tflite_code = CODE_##identifier, .onnx_name = (onnx),                    \
    .family = FAMILY_##family_
#define RULES(schema, function) .params = &(schema), .infer = (function)

/* Versions in .tflite files for uint8, int8 and int16; or why there is no such operator. */
#define VERSIONS(of_u8, of_i8, of_i16)                                                             \
    .versions = {.uint8 = (of_u8), .int8 = (of_i8), .int16 = (of_i16)}
#define NO_TFLITE(reason) .no_tflite = (reason)
#define NO_ONNX           .no_onnx = "nothing is kept from run to run there"
#define CUSTOM(name_)     .custom = (name_), VERSIONS(1, 1, 0)

/* Inputs and outputs. Optional inputs follow the others, which are in parentheses. */
#define COUNT(...)  (int8_t)(sizeof((struct op_operand[]){__VA_ARGS__}) / sizeof(struct op_operand))
#define UNWRAP(...) __VA_ARGS__
#define TAKES(...)                                                                                 \
    .inputs = {__VA_ARGS__}, .min_inputs = COUNT(__VA_ARGS__), .max_inputs = COUNT(__VA_ARGS__)
#define TAKES_OPTIONAL(needed, ...)                                                                \
    .inputs = {UNWRAP needed, __VA_ARGS__}, .min_inputs = COUNT(UNWRAP needed),                    \
    .max_inputs = COUNT(UNWRAP needed, __VA_ARGS__)
#define TAKES_MANY(operand) .inputs = {operand}, .min_inputs = 1, .max_inputs = OP_VARIADIC
#define GIVES(...)                                                                                 \
    .outputs = {__VA_ARGS__}, .min_outputs = COUNT(__VA_ARGS__), .max_outputs = COUNT(__VA_ARGS__)
#define GIVES_MANY(operand) .outputs = {operand}, .min_outputs = 1, .max_outputs = OP_VARIADIC

#define OPERAND(what, shape)                                                                       \
    {                                                                                              \
        (what), (shape)                                                                            \
    }
#define ANY(what) OPERAND(what, "...")
#define INPUT     ANY("input")
#define OUTPUT    ANY("output")
#define LEFT      ANY("left operand")
#define RIGHT     ANY("right operand")
#define AXIS      OPERAND("axis", "")
#define AXES      OPERAND("axes", "L")
#define PADDINGS  OPERAND("paddings", "R2")
#define IMAGE     OPERAND("image", "NHWC")
#define PLACES    ANY("places")
#define FILTER    OPERAND("filter", "OHWI")
#define BIAS      OPERAND("bias", "O")
/* Of LSTM and GRU. */
#define GATES                                                                                      \
    OPERAND("sequence", "TNI"), OPERAND("weights", "DGI"), OPERAND("recurrent weights", "DGO")
#define OPTIONAL_GATES                                                                             \
    OPERAND("biases", "DG"), OPERAND("sequence lengths", "N"), OPERAND("initial values", "DNO")
/* Of UNIDIRECTIONAL_SEQUENCE_LSTM: one for each gate. */
#define PER_GATE(what, shape)                                                                      \
    OPERAND("input " what, shape), OPERAND("forget " what, shape), OPERAND("cell " what, shape),   \
        OPERAND("output " what, shape)
#define SEQUENCES OPERAND("values", "TDNO"), OPERAND("last values", "DNO")

/* Whole families. */
#define UNARY(identifier, onnx) UNARY_WITH(identifier, onnx, TRAIT_ELEMENTWISE)
#define UNARY_WITH(identifier, onnx, traits_)                                                      \
    ROW(identifier, onnx, FUNCTION), .traits = (traits_), TAKES(INPUT), GIVES(OUTPUT)
#define BINARY(identifier, onnx, traits_)                                                          \
    ROW(identifier, onnx, ARITHMETIC), .traits = (traits_), TAKES(LEFT, RIGHT), GIVES(OUTPUT)
#define REAL(identifier, onnx, schema)                                                             \
    UNARY(identifier, onnx), RULES(schema, infer_same), VERSIONS(1, 1, 0), FLOAT_ONLY
#define REDUCTION(identifier, onnx)                                                                \
    ROW(identifier, onnx, REDUCTION), .traits = TRAIT_PLAIN, TAKES(INPUT, AXES), GIVES(OUTPUT),    \
                                      RULES(schema_reducer, infer_reduce), FLOAT_ONLY
#define COMPARISON(identifier, onnx, schema)                                                       \
    ROW(identifier, onnx, QUERY), .traits = TRAIT_ELEMENTWISE, TAKES(LEFT, RIGHT), GIVES(OUTPUT),  \
                                  RULES(schema_##schema, infer_broadcast), FLOAT_ONLY

/* Quantization rules. DATA(i) is the mask of input i. */
#define DATA(i)    (UINT32_C(1) << (i))
#define NO_WEIGHTS .weight_input = NO_INPUT, .bias_input = NO_INPUT
#define FLOAT_ONLY                                                                                 \
    .quant = {SCALE_UNSUPPORTED, SCALE_UNSUPPORTED, NO_WEIGHTS, .shrink_input = NO_INPUT}
/* Of many weights, one stands for all (quantize/layers.h). */
#define HYBRID_LAYER(weights)                                                                      \
    .quant = {SCALE_UNSUPPORTED, SCALE_UNSUPPORTED, NO_WEIGHTS, .hybrid = true,                    \
              .shrink_input = (weights)}
#define SCALES(rule8, rule16, inputs)                                                              \
    .quant = {(rule8), (rule16), .data_inputs = (inputs), NO_WEIGHTS, .shrink_input = NO_INPUT}
#define FIXED(rule16, scale8, zero8, scale16)                                                      \
    .quant = {SCALE_FIXED,                                                                         \
              (rule16),                                                                            \
              .fixed8 = {(scale8), (zero8)},                                                       \
              .fixed16 = {(scale16), 0},                                                           \
              .data_inputs = DATA(0),                                                              \
              NO_WEIGHTS,                                                                          \
              .shrink_input = NO_INPUT}
#define WEIGHTS(data, weights, axis, bias, is_hybrid)                                              \
    .quant = {SCALE_FREE,                                                                          \
              SCALE_FREE,                                                                          \
              .data_inputs = DATA(data),                                                           \
              .weight_input = (weights),                                                           \
              .weight_axis = (axis),                                                               \
              .bias_input = (bias),                                                                \
              .hybrid = (is_hybrid),                                                               \
              .shrink_input = (weights)}

const struct op_info op_table[OP_COUNT] = {
    /* matrix products and convolutions */
    [OP_CONV_2D] = {ROW(CONV_2D, "Conv", PRODUCT), .traits = TRAIT_FUSES,
                    TAKES_OPTIONAL((IMAGE, FILTER), BIAS), GIVES(IMAGE),
                    RULES(schema_conv, infer_conv), VERSIONS(1, 3, 1), WEIGHTS(0, 1, 0, 2, true)},
    [OP_DEPTHWISE_CONV_2D] = {ROW(DEPTHWISE_CONV_2D, "Conv", PRODUCT), .traits = TRAIT_FUSES,
                              TAKES_OPTIONAL((IMAGE, {"filter", "1HWO"}), BIAS), GIVES(IMAGE),
                              RULES(schema_depthwise, infer_depthwise), VERSIONS(1, 3, 5),
                              WEIGHTS(0, 1, 3, 2, true)},
    [OP_TRANSPOSE_CONV] = {ROW(TRANSPOSE_CONV, "ConvTranspose", PRODUCT), .traits = TRAIT_FUSES,
                           TAKES_OPTIONAL(({"output shape", "4"}, FILTER, IMAGE), BIAS),
                           GIVES(IMAGE), RULES(schema_transpose_conv, infer_transpose_conv),
                           VERSIONS(1, 1, 1), WEIGHTS(2, 1, 0, 3, false)},
    [OP_FULLY_CONNECTED] = {ROW(FULLY_CONNECTED, "Gemm", PRODUCT), .traits = TRAIT_FUSES,
                            TAKES_OPTIONAL((INPUT, {"weights", "OI"}), BIAS),
                            GIVES({"output", "...O"}), RULES(schema_dense, infer_fully_connected),
                            VERSIONS(1, 4, 4), WEIGHTS(0, 1, 0, 2, true)},
    [OP_BATCH_MATMUL] = {ROW(BATCH_MATMUL, "MatMul", PRODUCT), .traits = TRAIT_PASSES_FACTOR,
                         TAKES({"left", "...MK"}, {"right", "...KN"}), GIVES({"output", "...MN"}),
                         RULES(schema_batch_matmul, infer_batch_matmul), VERSIONS(1, 2, 3),
                         .quant = {SCALE_FREE, SCALE_FREE, .data_inputs = DATA(0) | DATA(1),
                                   NO_WEIGHTS, .hybrid = true, .shrink_input = 1}},
    /* arithmetic on two tensors */
    [OP_ADD] = {BINARY(ADD, "Add", TRAIT_ELEMENTWISE | TRAIT_PASSES_MASK | TRAIT_FUSES),
                RULES(schema_add, infer_broadcast), VERSIONS(1, 2, 1),
                SCALES(SCALE_FREE, SCALE_FREE, DATA(0) | DATA(1))},
    [OP_SUB] = {BINARY(SUB, "Sub", TRAIT_ELEMENTWISE | TRAIT_PASSES_MASK | TRAIT_FUSES),
                RULES(schema_sub, infer_broadcast), VERSIONS(1, 2, 1),
                SCALES(SCALE_FREE, SCALE_FREE, DATA(0) | DATA(1))},
    [OP_MUL] = {BINARY(MUL, "Mul", TRAIT_ELEMENTWISE | TRAIT_PASSES_MASK | TRAIT_FUSES),
                RULES(schema_mul, infer_broadcast), VERSIONS(1, 2, 4),
                SCALES(SCALE_FREE, SCALE_FREE, DATA(0) | DATA(1))},
    [OP_DIV] = {BINARY(DIV, "Div", TRAIT_ELEMENTWISE | TRAIT_FUSES),
                RULES(schema_div, infer_broadcast), VERSIONS(1, 1, 1), FLOAT_ONLY},
    [OP_POW] = {BINARY(POW, "Pow", TRAIT_ELEMENTWISE), RULES(schema_pow, infer_broadcast),
                VERSIONS(1, 1, 1), FLOAT_ONLY},
    [OP_MAXIMUM] = {BINARY(MAXIMUM, "Max", TRAIT_ELEMENTWISE | TRAIT_SHIFTABLE),
                    RULES(schema_maximum_minimum, infer_broadcast), VERSIONS(1, 2, 4),
                    SCALES(SCALE_SAME, SCALE_SAME, DATA(0) | DATA(1))},
    [OP_MINIMUM] = {BINARY(MINIMUM, "Min", TRAIT_ELEMENTWISE | TRAIT_SHIFTABLE),
                    RULES(schema_maximum_minimum, infer_broadcast), VERSIONS(1, 2, 4),
                    SCALES(SCALE_SAME, SCALE_SAME, DATA(0) | DATA(1))},
    [OP_SQUARED_DIFFERENCE] = {BINARY(SQUARED_DIFFERENCE, "Mul", TRAIT_ELEMENTWISE),
                               RULES(schema_squared_difference, infer_broadcast), VERSIONS(1, 2, 1),
                               SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0) | DATA(1))},
    [OP_PRELU] = {ROW(PRELU, "PRelu", ARITHMETIC), .traits = TRAIT_ELEMENTWISE,
                  TAKES(INPUT, ANY("slopes")), GIVES(OUTPUT), RULES(schema_none, infer_broadcast),
                  VERSIONS(1, 1, 1), SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0) | DATA(1))},
    [OP_FLOOR_DIV] = {BINARY(FLOOR_DIV, "Div", TRAIT_ELEMENTWISE),
                      RULES(schema_floor_div, infer_broadcast), VERSIONS(1, 3, 3), FLOAT_ONLY},
    [OP_FLOOR_MOD] = {BINARY(FLOOR_MOD, "Mod", TRAIT_ELEMENTWISE),
                      RULES(schema_floor_mod, infer_broadcast), VERSIONS(1, 2, 2), FLOAT_ONLY},
    /* functions of one tensor */
    [OP_RELU] = {UNARY(RELU, "Relu"), .activation = ACTIVATION_RELU, RULES(schema_none, infer_same),
                 VERSIONS(2, 2, 3), SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_RELU6] = {UNARY(RELU6, "Clip"), .activation = ACTIVATION_RELU6,
                  RULES(schema_none, infer_same), VERSIONS(1, 2, 3),
                  SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_RELU_N1_TO_1] = {UNARY(RELU_N1_TO_1, "Clip"), .activation = ACTIVATION_RELU_N1_TO_1,
                         RULES(schema_none, infer_same), VERSIONS(1, 1, 1),
                         SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_LEAKY_RELU] = {UNARY(LEAKY_RELU, "LeakyRelu"), RULES(schema_leaky_relu, infer_same),
                       VERSIONS(1, 1, 2), SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_ELU] = {UNARY(ELU, "Elu"), RULES(schema_none, infer_same), VERSIONS(1, 1, 1), FLOAT_ONLY},
    [OP_HARD_SWISH] = {UNARY(HARD_SWISH, "HardSwish"), RULES(schema_hard_swish, infer_same),
                       VERSIONS(1, 1, 1), SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_GELU] = {UNARY(GELU, "Gelu"), RULES(schema_gelu, infer_same), VERSIONS(2, 2, 1),
                 SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_SILU] = {UNARY(SILU, "Mul"), RULES(schema_none, infer_same),
                 NO_TFLITE("it is spelled out before it is written"), FLOAT_ONLY},
    [OP_LOGISTIC] = {UNARY_WITH(LOGISTIC, "Sigmoid", TRAIT_ELEMENTWISE | TRAIT_EXPONENTIAL),
                     RULES(schema_none, infer_same), VERSIONS(1, 2, 3),
                     FIXED(SCALE_FIXED, 1.0f / 256, -128, 1.0f / 32768)},
    [OP_TANH] = {UNARY(TANH, "Tanh"), RULES(schema_none, infer_same), VERSIONS(1, 2, 3),
                 FIXED(SCALE_FIXED, 1.0f / 128, 0, 1.0f / 32768)},
    [OP_EXP] = {UNARY_WITH(EXP, "Exp", TRAIT_ELEMENTWISE | TRAIT_EXPONENTIAL),
                RULES(schema_exp, infer_same), VERSIONS(1, 2, 2),
                SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_LOG] = {UNARY(LOG, "Log"), RULES(schema_none, infer_same), VERSIONS(1, 2, 2),
                SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_SQRT] = {UNARY(SQRT, "Sqrt"), RULES(schema_none, infer_same), VERSIONS(1, 2, 2),
                 SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_RSQRT] = {UNARY(RSQRT, "Reciprocal"), RULES(schema_none, infer_same), VERSIONS(1, 2, 3),
                  SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_ABS] = {UNARY(ABS, "Abs"), RULES(schema_abs, infer_same), VERSIONS(2, 2, 3),
                SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_NEG] = {UNARY(NEG, "Neg"), RULES(schema_neg, infer_same), VERSIONS(1, 1, 1), FLOAT_ONLY},
    [OP_ERF] = {UNARY(ERF, "Erf"), RULES(schema_none, infer_same),
                NO_TFLITE("the schema has no such operator"), FLOAT_ONLY},
    [OP_FLOOR] = {REAL(FLOOR, "Floor", schema_none)},
    [OP_CEIL] = {REAL(CEIL, "Ceil", schema_none)},
    [OP_ROUND] = {REAL(ROUND, "Round", schema_none)},
    [OP_SIGN] = {REAL(SIGN, "Sign", schema_sign)},
    [OP_SQUARE] = {REAL(SQUARE, "Mul", schema_square)},
    [OP_SIN] = {REAL(SIN, "Sin", schema_none)},
    [OP_COS] = {REAL(COS, "Cos", schema_cos)},
    /* pools */
    [OP_AVERAGE_POOL_2D] = {ROW(AVERAGE_POOL_2D, "AveragePool", POOL),
                            .traits = TRAIT_FUSES | TRAIT_RESCALES, TAKES(IMAGE), GIVES(IMAGE),
                            RULES(schema_pool, infer_pool), VERSIONS(1, 2, 3),
                            SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_MAX_POOL_2D] = {ROW(MAX_POOL_2D, "MaxPool", POOL),
                        .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE | TRAIT_FUSES, TAKES(IMAGE),
                        GIVES(IMAGE), RULES(schema_pool, infer_pool), VERSIONS(1, 2, 3),
                        SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    /* reductions */
    [OP_MEAN] = {ROW(MEAN, "ReduceMean", REDUCTION), .traits = TRAIT_PLAIN, TAKES(INPUT, AXES),
                 GIVES(OUTPUT), RULES(schema_reducer, infer_reduce), VERSIONS(1, 2, 3),
                 SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_SUM] = {ROW(SUM, "ReduceSum", REDUCTION), .traits = TRAIT_PLAIN, TAKES(INPUT, AXES),
                GIVES(OUTPUT), RULES(schema_reducer, infer_reduce), VERSIONS(1, 2, 1),
                SCALES(SCALE_FREE, SCALE_SAME, DATA(0))},
    [OP_REDUCE_MAX] = {ROW(REDUCE_MAX, "ReduceMax", REDUCTION), .traits = TRAIT_SHIFTABLE,
                       TAKES(INPUT, AXES), GIVES(OUTPUT), RULES(schema_reducer, infer_reduce),
                       VERSIONS(1, 2, 3), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_REDUCE_MIN] = {ROW(REDUCE_MIN, "ReduceMin", REDUCTION), .traits = TRAIT_SHIFTABLE,
                       TAKES(INPUT, AXES), GIVES(OUTPUT), RULES(schema_reducer, infer_reduce),
                       VERSIONS(1, 2, 3), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_REDUCE_PROD] = {REDUCTION(REDUCE_PROD, "ReduceProd"), VERSIONS(1, 2, 2)},
    [OP_REDUCE_ANY] = {REDUCTION(REDUCE_ANY, "ReduceMax"), VERSIONS(1, 1, 0)},
    [OP_REDUCE_ALL] = {REDUCTION(REDUCE_ALL, "ReduceMin"), VERSIONS(1, 1, 0)},
    /* normalization */
    [OP_SOFTMAX] = {ROW(SOFTMAX, "Softmax", NORMALIZATION),
                    .traits = TRAIT_ALONG_LAST | TRAIT_EXPONENTIAL, TAKES(INPUT), GIVES(OUTPUT),
                    RULES(schema_softmax, infer_same), VERSIONS(1, 2, 3),
                    FIXED(SCALE_FIXED, 1.0f / 256, -128, 1.0f / 32768)},
    [OP_L2_NORMALIZATION] = {ROW(L2_NORMALIZATION, "LpNormalization", NORMALIZATION),
                             .traits = TRAIT_ALONG_LAST, TAKES(INPUT), GIVES(OUTPUT),
                             RULES(schema_l2norm, infer_same), VERSIONS(1, 2, 1),
                             FIXED(SCALE_UNSUPPORTED, 1.0f / 128, 0, 1.0f)},
    [OP_LOCAL_RESPONSE_NORMALIZATION] = {ROW(LOCAL_RESPONSE_NORMALIZATION, "LRN", NORMALIZATION),
                                         .traits = TRAIT_PLAIN, TAKES(INPUT), GIVES(OUTPUT),
                                         RULES(schema_response, infer_same), VERSIONS(1, 1, 1),
                                         FLOAT_ONLY},
    [OP_LAYER_NORMALIZATION] = {ROW(LAYER_NORMALIZATION, "LayerNormalization", NORMALIZATION),
                                .traits = TRAIT_PLAIN,
                                TAKES_OPTIONAL((INPUT, ANY("factors")), ANY("offsets")),
                                GIVES(OUTPUT), RULES(schema_layer_norm, infer_layer_norm),
                                NO_TFLITE("it is spelled out before it is written"), FLOAT_ONLY},
    [OP_LOG_SOFTMAX] = {ROW(LOG_SOFTMAX, "LogSoftmax", NORMALIZATION), .traits = TRAIT_ALONG_LAST,
                        TAKES(INPUT), GIVES(OUTPUT), RULES(schema_log_softmax, infer_same),
                        VERSIONS(1, 2, 0), FLOAT_ONLY},
    [OP_CUMSUM] = {ROW(CUMSUM, "CumSum", NORMALIZATION), .traits = TRAIT_PLAIN, TAKES(INPUT, AXIS),
                   GIVES(OUTPUT), RULES(schema_cumsum, infer_cumsum), VERSIONS(1, 1, 0),
                   FLOAT_ONLY},
    /* recurrent layers */
    [OP_LSTM] = {ROW(LSTM, "LSTM", RECURRENT), .traits = TRAIT_PLAIN,
                 TAKES_OPTIONAL((GATES), OPTIONAL_GATES, {"initial cells", "DNO"},
                                {"peepholes", "DG"}),
                 GIVES(SEQUENCES, {"last cells", "DNO"}), RULES(schema_lstm, infer_recurrent),
                 NO_TFLITE("the schema has no such operator"), FLOAT_ONLY},
    [OP_GRU] = {ROW(GRU, "GRU", RECURRENT), .traits = TRAIT_PLAIN,
                TAKES_OPTIONAL((GATES), OPTIONAL_GATES), GIVES(SEQUENCES),
                RULES(schema_gru, infer_recurrent), NO_TFLITE("the schema has no such operator"),
                FLOAT_ONLY},
    [OP_UNIDIRECTIONAL_SEQUENCE_LSTM] =
        {ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, NULL, RECURRENT), NO_ONNX, .traits = TRAIT_PLAIN,
         TAKES_OPTIONAL(({"sequence", "NTI"}), PER_GATE("weights", "GI"),
                        PER_GATE("recurrent weights", "GO"), {"input peepholes", "G"},
                        {"forget peepholes", "G"}, {"output peepholes", "G"}, PER_GATE("bias", "G"),
                        {"projection", "OG"}, {"projection bias", "O"}, {"output state", "NO"},
                        {"cells", "NG"}, PER_GATE("factors", "G")),
         GIVES({"values", "NTO"}, {"next output state", "NO"}, {"next cells", "NG"}),
         RULES(schema_sequence_lstm, infer_sequence_lstm), VERSIONS(1, 1, 1),
         HYBRID_LAYER(SEQUENCE_WEIGHTS + SEQUENCE_OUTPUT)},
    [OP_SVDF] = {ROW(SVDF, NULL, RECURRENT), NO_ONNX, .traits = TRAIT_FUSES,
                 TAKES_OPTIONAL(
                     ({"input", "NI"}, {"feature weights", "DI"}, {"time weights", "DT"}),
                     {"bias", "O"}, {"state", "NL"}),
                 GIVES({"output", "NO"}, {"next state", "NL"}), RULES(schema_svdf, infer_svdf),
                 VERSIONS(1, 3, 1), HYBRID_LAYER(SVDF_FEATURE)},
    [OP_SIMPLE_RNN] = {ROW(SIMPLE_RNN, "RNN", RECURRENT), .traits = TRAIT_PLAIN,
                       TAKES_OPTIONAL((GATES), OPTIONAL_GATES), GIVES(SEQUENCES),
                       RULES(schema_rnn, infer_recurrent),
                       NO_TFLITE("the schema has no such operator"), FLOAT_ONLY},
    /* types */
    [OP_CAST] = {ROW(CAST, "Cast", CONVERSION), .traits = TRAIT_ELEMENTWISE, TAKES(INPUT),
                 GIVES(OUTPUT), RULES(schema_cast, infer_same), VERSIONS(1, 1, 1), FLOAT_ONLY},
    [OP_QUANTIZE] = {ROW(QUANTIZE, "QuantizeLinear", CONVERSION),
                     .traits = TRAIT_ELEMENTWISE | TRAIT_SHIFTABLE | TRAIT_STORAGE, TAKES(INPUT),
                     GIVES(OUTPUT), RULES(schema_quantize, infer_same), VERSIONS(1, 1, 1),
                     FLOAT_ONLY},
    [OP_DEQUANTIZE] = {ROW(DEQUANTIZE, "DequantizeLinear", CONVERSION),
                       .traits = TRAIT_ELEMENTWISE | TRAIT_SHIFTABLE | TRAIT_STORAGE, TAKES(INPUT),
                       GIVES(OUTPUT), RULES(schema_dequantize, infer_same), VERSIONS(1, 2, 3),
                       FLOAT_ONLY},
    [OP_DYNAMIC_QUANTIZE] = {ROW(DYNAMIC_QUANTIZE, "DynamicQuantizeLinear", CONVERSION),
                             .traits = TRAIT_PLAIN, TAKES(INPUT),
                             GIVES(ANY("integers"), {"scale", ""}, {"zero point", ""}),
                             RULES(schema_none, infer_dynamic_quantize),
                             NO_TFLITE("the schema has no such operator"), FLOAT_ONLY},
    /* moves */
    [OP_RESHAPE] = {ROW(RESHAPE, "Reshape", MOVE),
                    .traits = TRAIT_VIEW | TRAIT_PASSES_SCALE | TRAIT_PASSES_FACTOR |
                              TRAIT_PASSES_MASK | TRAIT_SHIFTABLE,
                    TAKES_OPTIONAL((INPUT), ANY("new shape")), GIVES(OUTPUT),
                    RULES(schema_reshape, infer_reshape), VERSIONS(1, 1, 1),
                    SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_SQUEEZE] = {ROW(SQUEEZE, "Squeeze", MOVE),
                    .traits = TRAIT_VIEW | TRAIT_PASSES_SCALE | TRAIT_PASSES_MASK | TRAIT_SHIFTABLE,
                    TAKES(INPUT), GIVES(OUTPUT), RULES(schema_squeeze, infer_squeeze),
                    VERSIONS(1, 1, 1), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_EXPAND_DIMS] = {ROW(EXPAND_DIMS, "Unsqueeze", MOVE),
                        .traits =
                            TRAIT_VIEW | TRAIT_PASSES_SCALE | TRAIT_PASSES_MASK | TRAIT_SHIFTABLE,
                        TAKES(INPUT, AXIS), GIVES(OUTPUT),
                        RULES(schema_expand_dims, infer_expand_dims), VERSIONS(1, 1, 1),
                        SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_TRANSPOSE] = {ROW(TRANSPOSE, "Transpose", MOVE),
                      .traits = TRAIT_PASSES_SCALE | TRAIT_PASSES_FACTOR | TRAIT_PASSES_MASK |
                                TRAIT_SHIFTABLE,
                      TAKES(INPUT, {"permutation", "R"}), GIVES(OUTPUT),
                      RULES(schema_transpose, infer_transpose), VERSIONS(1, 2, 5),
                      SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_PAD] = {ROW(PAD, "Pad", MOVE), .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE,
                TAKES(INPUT, PADDINGS), GIVES(OUTPUT), RULES(schema_pad, infer_pad),
                VERSIONS(1, 2, 3), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_PADV2] = {ROW(PADV2, "Pad", MOVE), .traits = TRAIT_SHIFTABLE,
                  TAKES(INPUT, PADDINGS, {"padding value", ""}), GIVES(OUTPUT),
                  RULES(schema_padv2, infer_pad), VERSIONS(1, 2, 3),
                  SCALES(SCALE_SAME, SCALE_SAME, DATA(0) | DATA(2))},
    [OP_MIRROR_PAD] = {ROW(MIRROR_PAD, "Pad", MOVE), .traits = TRAIT_SHIFTABLE,
                       TAKES(INPUT, PADDINGS), GIVES(OUTPUT), RULES(schema_mirror_pad, infer_pad),
                       VERSIONS(1, 2, 3), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_CONCATENATION] = {ROW(CONCATENATION, "Concat", MOVE),
                          .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE, TAKES_MANY(ANY("part")),
                          GIVES(OUTPUT), RULES(schema_concatenation, infer_concatenation),
                          VERSIONS(1, 2, 3), SCALES(SCALE_SAME, SCALE_SAME, ALL_INPUTS)},
    [OP_PACK] = {ROW(PACK, "Concat", MOVE), .traits = TRAIT_SHIFTABLE, TAKES_MANY(ANY("part")),
                 GIVES(OUTPUT), RULES(schema_pack, infer_pack), VERSIONS(1, 2, 3),
                 SCALES(SCALE_SAME, SCALE_SAME, ALL_INPUTS)},
    [OP_UNPACK] = {ROW(UNPACK, "Gather", MOVE), .traits = TRAIT_SHIFTABLE, TAKES(INPUT),
                   GIVES_MANY(ANY("part")), RULES(schema_unpack, infer_unpack), VERSIONS(1, 2, 4),
                   SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_SPLIT] = {ROW(SPLIT, "Split", MOVE), .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE,
                  TAKES(AXIS, INPUT), GIVES_MANY(ANY("part")), RULES(schema_split, infer_split),
                  VERSIONS(1, 2, 4), SCALES(SCALE_SAME, SCALE_SAME, DATA(1))},
    [OP_SPLIT_V] = {ROW(SPLIT_V, "Split", MOVE), .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE,
                    TAKES(INPUT, {"sizes", "L"}, AXIS), GIVES_MANY(ANY("part")),
                    RULES(schema_split_v, infer_split_v), VERSIONS(1, 2, 1),
                    SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_SLICE] = {ROW(SLICE, "Slice", MOVE), .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE,
                  TAKES(INPUT, {"begin", "R"}, {"size", "R"}), GIVES(OUTPUT),
                  RULES(schema_slice, infer_slice), VERSIONS(1, 2, 4),
                  SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_STRIDED_SLICE] = {ROW(STRIDED_SLICE, "Slice", MOVE),
                          .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE,
                          TAKES(INPUT, {"begin", "L"}, {"end", "L"}, {"strides", "L"}),
                          GIVES(OUTPUT), RULES(schema_strided_slice, infer_strided_slice),
                          VERSIONS(1, 2, 1), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_GATHER] = {ROW(GATHER, "Gather", MOVE), .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE,
                   TAKES(INPUT, ANY("indices")), GIVES(OUTPUT), RULES(schema_gather, infer_gather),
                   VERSIONS(1, 2, 4),
                   .quant = {SCALE_SAME, SCALE_SAME, .data_inputs = DATA(0), NO_WEIGHTS,
                             .shrink_input = 0}},
    [OP_DEPTH_TO_SPACE] = {ROW(DEPTH_TO_SPACE, "DepthToSpace", MOVE), .traits = TRAIT_SHIFTABLE,
                           TAKES(IMAGE), GIVES(IMAGE),
                           RULES(schema_depth_to_space, infer_depth_to_space), VERSIONS(1, 2, 0),
                           SCALES(SCALE_SAME, SCALE_UNSUPPORTED, DATA(0))},
    [OP_SPACE_TO_DEPTH] = {ROW(SPACE_TO_DEPTH, "SpaceToDepth", MOVE), .traits = TRAIT_SHIFTABLE,
                           TAKES(IMAGE), GIVES(IMAGE),
                           RULES(schema_space_to_depth, infer_space_to_depth), VERSIONS(1, 2, 0),
                           SCALES(SCALE_SAME, SCALE_UNSUPPORTED, DATA(0))},
    [OP_TILE] = {ROW(TILE, "Tile", MOVE), .traits = TRAIT_SHIFTABLE,
                 TAKES(INPUT, {"multiples", "R"}), GIVES(OUTPUT), RULES(schema_tile, infer_tile),
                 VERSIONS(1, 3, 1), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_BROADCAST_TO] = {ROW(BROADCAST_TO, "Expand", MOVE), .traits = TRAIT_SHIFTABLE,
                         TAKES(INPUT, {"shape", "L"}), GIVES(OUTPUT),
                         RULES(schema_broadcast_to, infer_broadcast_to), VERSIONS(1, 1, 1),
                         SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_SELECT_V2] = {ROW(SELECT_V2, "Where", MOVE),
                      .traits = TRAIT_ELEMENTWISE | TRAIT_PASSES_MASK | TRAIT_SHIFTABLE,
                      TAKES(ANY("condition"), ANY("values where true"), ANY("values where false")),
                      GIVES(OUTPUT), RULES(schema_select_v2, infer_select), VERSIONS(1, 1, 1),
                      SCALES(SCALE_SAME, SCALE_SAME, DATA(1) | DATA(2))},
    [OP_SELECT] = {ROW(SELECT, "Where", MOVE), .traits = TRAIT_PASSES_MASK | TRAIT_SHIFTABLE,
                   TAKES(ANY("condition"), ANY("values where true"), ANY("values where false")),
                   GIVES(OUTPUT), RULES(schema_select, infer_select_rows), VERSIONS(1, 1, 1),
                   SCALES(SCALE_SAME, SCALE_SAME, DATA(1) | DATA(2))},
    [OP_GATHER_ND] = {ROW(GATHER_ND, "GatherND", MOVE),
                      .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE, TAKES(INPUT, PLACES),
                      GIVES(OUTPUT), RULES(schema_gather_nd, infer_gather_nd), VERSIONS(1, 1, 3),
                      SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_EMBEDDING_LOOKUP] = {ROW(EMBEDDING_LOOKUP, "Gather", MOVE), .traits = TRAIT_SHIFTABLE,
                             TAKES(OPERAND("ids", "L"), ANY("table")), GIVES(OUTPUT),
                             RULES(schema_none, infer_embedding_lookup), VERSIONS(1, 1, 0),
                             SCALES(SCALE_SAME, SCALE_UNSUPPORTED, DATA(1))},
    [OP_SCATTER_ND] = {ROW(SCATTER_ND, "ScatterND", MOVE), .traits = TRAIT_PLAIN,
                       TAKES(PLACES, ANY("updates"), OPERAND("shape", "R")), GIVES(OUTPUT),
                       RULES(schema_scatter_nd, infer_scatter_nd), VERSIONS(1, 1, 0), FLOAT_ONLY},
    [OP_DYNAMIC_UPDATE_SLICE] = {ROW(DYNAMIC_UPDATE_SLICE, "ScatterND", MOVE),
                                 .traits = TRAIT_SHIFTABLE,
                                 TAKES(INPUT, ANY("update"), OPERAND("begin", "R")), GIVES(OUTPUT),
                                 RULES(schema_update_slice, infer_update_slice), VERSIONS(1, 1, 4),
                                 SCALES(SCALE_SAME, SCALE_SAME, DATA(0) | DATA(1))},
    [OP_FILL] = {ROW(FILL, "Expand", MOVE), .traits = TRAIT_SHIFTABLE,
                 TAKES(OPERAND("shape", "L"), OPERAND("value", "")), GIVES(OUTPUT),
                 RULES(schema_fill, infer_fill), VERSIONS(1, 3, 3),
                 SCALES(SCALE_SAME, SCALE_SAME, DATA(1))},
    [OP_REVERSE_V2] = {ROW(REVERSE_V2, "Slice", MOVE),
                       .traits = TRAIT_PASSES_SCALE | TRAIT_SHIFTABLE, TAKES(INPUT, AXES),
                       GIVES(OUTPUT), RULES(schema_reverse, infer_reverse), VERSIONS(1, 3, 1),
                       SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_SPACE_TO_BATCH_ND] = {ROW(SPACE_TO_BATCH_ND, "Transpose", MOVE), .traits = TRAIT_SHIFTABLE,
                              TAKES(INPUT, OPERAND("block", "L"), OPERAND("paddings", "L2")),
                              GIVES(OUTPUT), RULES(schema_space_to_batch, infer_blocks),
                              VERSIONS(1, 2, 4), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_BATCH_TO_SPACE_ND] = {ROW(BATCH_TO_SPACE_ND, "Transpose", MOVE), .traits = TRAIT_SHIFTABLE,
                              TAKES(INPUT, OPERAND("block", "L"), OPERAND("crops", "L2")),
                              GIVES(OUTPUT), RULES(schema_batch_to_space, infer_blocks),
                              VERSIONS(1, 2, 4), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    /* images of another size */
    [OP_RESIZE_BILINEAR] = {ROW(RESIZE_BILINEAR, "Resize", RESIZE), .traits = TRAIT_SHIFTABLE,
                            TAKES(IMAGE, {"size", "2"}), GIVES(IMAGE),
                            RULES(schema_resize_bilinear, infer_resize), VERSIONS(1, 2, 4),
                            SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    [OP_RESIZE_NEAREST_NEIGHBOR] = {ROW(RESIZE_NEAREST_NEIGHBOR, "Resize", RESIZE),
                                    .traits = TRAIT_SHIFTABLE, TAKES(IMAGE, {"size", "2"}),
                                    GIVES(IMAGE), RULES(schema_resize_nearest, infer_resize),
                                    VERSIONS(1, 2, 4), SCALES(SCALE_SAME, SCALE_SAME, DATA(0))},
    /* facts about tensors */
    [OP_ARG_MAX] = {ROW(ARG_MAX, "ArgMax", QUERY), .traits = TRAIT_PLAIN, TAKES(INPUT, AXIS),
                    GIVES(OUTPUT), RULES(schema_arg_max, infer_arg_max), VERSIONS(1, 2, 1),
                    SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_EQUAL] = {COMPARISON(EQUAL, "Equal", equal), VERSIONS(1, 2, 5)},
    [OP_NOT_EQUAL] = {COMPARISON(NOT_EQUAL, "Not", not_equal), VERSIONS(1, 2, 4)},
    [OP_LESS] = {COMPARISON(LESS, "Less", less), VERSIONS(1, 2, 3)},
    [OP_LESS_EQUAL] = {COMPARISON(LESS_EQUAL, "LessOrEqual", less_equal), VERSIONS(1, 2, 0)},
    [OP_GREATER] = {COMPARISON(GREATER, "Greater", greater), VERSIONS(1, 2, 0)},
    [OP_GREATER_EQUAL] = {COMPARISON(GREATER_EQUAL, "GreaterOrEqual", greater_equal),
                          VERSIONS(1, 2, 3)},
    [OP_LOGICAL_AND] = {COMPARISON(LOGICAL_AND, "And", logical_and), VERSIONS(1, 1, 0)},
    [OP_LOGICAL_OR] = {COMPARISON(LOGICAL_OR, "Or", logical_or), VERSIONS(1, 1, 0)},
    [OP_LOGICAL_NOT] = {ROW(LOGICAL_NOT, "Not", QUERY), .traits = TRAIT_ELEMENTWISE, TAKES(INPUT),
                        GIVES(OUTPUT), RULES(schema_logical_not, infer_same), VERSIONS(1, 1, 0),
                        FLOAT_ONLY},
    [OP_ARG_MIN] = {ROW(ARG_MIN, "ArgMin", QUERY), .traits = TRAIT_PLAIN, TAKES(INPUT, AXIS),
                    GIVES(OUTPUT), RULES(schema_arg_min, infer_arg_max), VERSIONS(1, 2, 0),
                    SCALES(SCALE_FREE, SCALE_UNSUPPORTED, DATA(0))},
    [OP_TOPK_V2] = {ROW(TOPK_V2, "TopK", QUERY), .traits = TRAIT_PLAIN,
                    TAKES(INPUT, OPERAND("number", "")), GIVES(ANY("values"), ANY("places")),
                    RULES(schema_top_k, infer_top_k), VERSIONS(1, 2, 3), FLOAT_ONLY},
    [OP_ONE_HOT] = {ROW(ONE_HOT, "Where", QUERY), .traits = TRAIT_PLAIN,
                    TAKES(ANY("places"), OPERAND("depth", ""), OPERAND("value there", ""),
                          OPERAND("value elsewhere", "")),
                    GIVES(OUTPUT), RULES(schema_one_hot, infer_one_hot), VERSIONS(1, 1, 0),
                    FLOAT_ONLY},
    [OP_WHERE] = {ROW(WHERE, "NonZero", QUERY), .traits = TRAIT_PLAIN, TAKES(ANY("condition")),
                  GIVES(OPERAND("places", "LR")), RULES(schema_where, infer_where),
                  VERSIONS(2, 2, 0), FLOAT_ONLY},
    [OP_RANGE] = {ROW(RANGE, "Range", QUERY), .traits = TRAIT_PLAIN,
                  TAKES(OPERAND("start", ""), OPERAND("limit", ""), OPERAND("step", "")),
                  GIVES(OPERAND("numbers", "L")), RULES(schema_range, infer_range),
                  VERSIONS(1, 1, 0), FLOAT_ONLY},
    [OP_BROADCAST_ARGS] = {ROW(BROADCAST_ARGS, "Where", QUERY), .traits = TRAIT_PLAIN,
                           TAKES(OPERAND("shape", "L"), OPERAND("other shape", "L")),
                           GIVES(OPERAND("joint shape", "L")),
                           RULES(schema_none, infer_broadcast_args), VERSIONS(1, 1, 0), FLOAT_ONLY},
    [OP_ZEROS_LIKE] = {ROW(ZEROS_LIKE, "Expand", QUERY), .traits = TRAIT_OF_SHAPE, TAKES(INPUT),
                       GIVES(OUTPUT), RULES(schema_zeros_like, infer_same), VERSIONS(1, 1, 0),
                       FLOAT_ONLY},
    [OP_RANK] = {ROW(RANK, "Size", QUERY), .traits = TRAIT_SHIFTABLE | TRAIT_OF_SHAPE, TAKES(INPUT),
                 GIVES(OPERAND("dimensions", "")), RULES(schema_rank, infer_rank),
                 VERSIONS(1, 1, 1), SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    [OP_SHAPE] = {ROW(SHAPE, "Shape", QUERY), .traits = TRAIT_SHIFTABLE | TRAIT_OF_SHAPE,
                  TAKES(INPUT), GIVES({"sizes", "R"}), RULES(schema_shape, infer_shape),
                  VERSIONS(1, 1, 1), SCALES(SCALE_FREE, SCALE_FREE, DATA(0))},
    /* detectors */
    [OP_DETECTION_POSTPROCESS] = {ROW(DETECTION_POSTPROCESS, NULL, BOXES),
                                  CUSTOM("TFLite_Detection_PostProcess"),
                                  .no_onnx = "no operator there suppresses boxes as it does",
                                  .traits = TRAIT_PLAIN,
                                  TAKES(OPERAND("box encodings", "1LI"),
                                        OPERAND("class scores", "1LC"), OPERAND("anchors", "L4")),
                                  GIVES(OPERAND("boxes", "1L4"),
                                        OPERAND("classes", "1L"), OPERAND("scores", "1L"),
                                        OPERAND("number of boxes", "1")),
                                  RULES(schema_detection, infer_detection), FLOAT_ONLY},
};

enum op op_from_tflite(int code)
{
    for (int i = 0; code >= 0 && i < OP_COUNT; i++)
        if (op_table[i].tflite_code == code && !op_table[i].custom)
            return (enum op)i;
    return OP_COUNT;
}

enum op op_from_custom(const char *name)
{
    for (int i = 0; i < OP_COUNT; i++)
        if (op_table[i].custom && strcmp(op_table[i].custom, name) == 0)
            return (enum op)i;
    return OP_COUNT;
}
