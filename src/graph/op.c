#include "graph/op.h"

#include <stddef.h>

#include "graph/graph.h"
#include "graph/infer.h"
#include "graph/schema.h"

enum {
#define X(identifier, code) CODE_##identifier = (code),
    OP_LIST(X)
#undef X
};

#define NAME(identifier) .name = #identifier, .tflite_code = CODE_##identifier
#define ARITY(least, most, least_out, most_out)                                                    \
    .min_inputs = (least), .max_inputs = (most), .min_outputs = (least_out),                       \
    .max_outputs = (most_out)
#define RULES(schema, function) .params = &(schema), .infer = (function)

/* Quantization rules. INPUT(i) is the mask of input i. */
#define INPUT(i)   (UINT32_C(1) << (i))
#define NO_WEIGHTS .weight_input = NO_INPUT, .bias_input = NO_INPUT
#define FLOAT_ONLY                                                                                 \
    .quant = {SCALE_UNSUPPORTED, SCALE_UNSUPPORTED, NO_WEIGHTS, .shrink_input = NO_INPUT}
#define SCALES(rule8, rule16, inputs)                                                              \
    .quant = {(rule8), (rule16), .data_inputs = (inputs), NO_WEIGHTS, .shrink_input = NO_INPUT}
#define FIXED(rule16, scale8, zero8, scale16)                                                      \
    .quant = {SCALE_FIXED,                                                                         \
              (rule16),                                                                            \
              .fixed8 = {(scale8), (zero8)},                                                       \
              .fixed16 = {(scale16), 0},                                                           \
              .data_inputs = INPUT(0),                                                             \
              NO_WEIGHTS,                                                                          \
              .shrink_input = NO_INPUT}
#define WEIGHTS(data, weights, axis, bias, is_hybrid)                                              \
    .quant = {SCALE_FREE,                                                                          \
              SCALE_FREE,                                                                          \
              .data_inputs = INPUT(data),                                                          \
              .weight_input = (weights),                                                           \
              .weight_axis = (axis),                                                               \
              .bias_input = (bias),                                                                \
              .hybrid = (is_hybrid),                                                               \
              .shrink_input = (weights)}

const struct op_info op_table[OP_COUNT] = {
    /* matrix products and convolutions */
    [OP_CONV_2D] = {NAME(CONV_2D), ARITY(2, 3, 1, 1), RULES(schema_conv, infer_conv),
                    WEIGHTS(0, 1, 0, 2, true)},
    [OP_DEPTHWISE_CONV_2D] = {NAME(DEPTHWISE_CONV_2D), ARITY(2, 3, 1, 1),
                              RULES(schema_depthwise, infer_depthwise), WEIGHTS(0, 1, 3, 2, true)},
    [OP_TRANSPOSE_CONV] = {NAME(TRANSPOSE_CONV), ARITY(3, 4, 1, 1),
                           RULES(schema_transpose_conv, infer_transpose_conv),
                           WEIGHTS(2, 1, 0, 3, false)},
    [OP_FULLY_CONNECTED] = {NAME(FULLY_CONNECTED), ARITY(2, 3, 1, 1),
                            RULES(schema_dense, infer_fully_connected), WEIGHTS(0, 1, 0, 2, true)},
    [OP_BATCH_MATMUL] = {NAME(BATCH_MATMUL), ARITY(2, 2, 1, 1),
                         RULES(schema_batch_matmul, infer_batch_matmul),
                         .quant = {SCALE_FREE, SCALE_FREE, .data_inputs = INPUT(0) | INPUT(1),
                                   NO_WEIGHTS, .hybrid = true, .shrink_input = 1}},
    /* arithmetic on two tensors */
    [OP_ADD] = {NAME(ADD), ARITY(2, 2, 1, 1), RULES(schema_add, infer_broadcast),
                SCALES(SCALE_FREE, SCALE_FREE, INPUT(0) | INPUT(1))},
    [OP_SUB] = {NAME(SUB), ARITY(2, 2, 1, 1), RULES(schema_sub, infer_broadcast),
                SCALES(SCALE_FREE, SCALE_FREE, INPUT(0) | INPUT(1))},
    [OP_MUL] = {NAME(MUL), ARITY(2, 2, 1, 1), RULES(schema_mul, infer_broadcast),
                SCALES(SCALE_FREE, SCALE_FREE, INPUT(0) | INPUT(1))},
    [OP_DIV] = {NAME(DIV), ARITY(2, 2, 1, 1), RULES(schema_div, infer_broadcast), FLOAT_ONLY},
    [OP_POW] = {NAME(POW), ARITY(2, 2, 1, 1), RULES(schema_pow, infer_broadcast), FLOAT_ONLY},
    [OP_MAXIMUM] = {NAME(MAXIMUM), ARITY(2, 2, 1, 1),
                    RULES(schema_maximum_minimum, infer_broadcast),
                    SCALES(SCALE_SAME, SCALE_SAME, INPUT(0) | INPUT(1))},
    [OP_MINIMUM] = {NAME(MINIMUM), ARITY(2, 2, 1, 1),
                    RULES(schema_maximum_minimum, infer_broadcast),
                    SCALES(SCALE_SAME, SCALE_SAME, INPUT(0) | INPUT(1))},
    [OP_SQUARED_DIFFERENCE] = {NAME(SQUARED_DIFFERENCE), ARITY(2, 2, 1, 1),
                               RULES(schema_squared_difference, infer_broadcast),
                               SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0) | INPUT(1))},
    /* pools and reductions */
    [OP_AVERAGE_POOL_2D] = {NAME(AVERAGE_POOL_2D), ARITY(1, 1, 1, 1),
                            RULES(schema_pool, infer_pool),
                            SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_MAX_POOL_2D] = {NAME(MAX_POOL_2D), ARITY(1, 1, 1, 1), RULES(schema_pool, infer_pool),
                        SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_MEAN] = {NAME(MEAN), ARITY(2, 2, 1, 1), RULES(schema_reducer, infer_reduce),
                 SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_SUM] = {NAME(SUM), ARITY(2, 2, 1, 1), RULES(schema_reducer, infer_reduce),
                SCALES(SCALE_FREE, SCALE_SAME, INPUT(0))},
    [OP_REDUCE_MAX] = {NAME(REDUCE_MAX), ARITY(2, 2, 1, 1), RULES(schema_reducer, infer_reduce),
                       SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_REDUCE_MIN] = {NAME(REDUCE_MIN), ARITY(2, 2, 1, 1), RULES(schema_reducer, infer_reduce),
                       SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_ARG_MAX] = {NAME(ARG_MAX), ARITY(2, 2, 1, 1), RULES(schema_arg_max, infer_arg_max),
                    SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0))},
    /* functions of one tensor */
    [OP_RELU] = {NAME(RELU), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                 SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_RELU6] = {NAME(RELU6), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                  SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_RELU_N1_TO_1] = {NAME(RELU_N1_TO_1), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                         SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0))},
    [OP_LEAKY_RELU] = {NAME(LEAKY_RELU), ARITY(1, 1, 1, 1), RULES(schema_leaky_relu, infer_same),
                       SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_PRELU] = {NAME(PRELU), ARITY(2, 2, 1, 1), RULES(schema_none, infer_broadcast),
                  SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0) | INPUT(1))},
    [OP_ELU] = {NAME(ELU), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same), FLOAT_ONLY},
    [OP_HARD_SWISH] = {NAME(HARD_SWISH), ARITY(1, 1, 1, 1), RULES(schema_hard_swish, infer_same),
                       SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0))},
    [OP_GELU] = {NAME(GELU), ARITY(1, 1, 1, 1), RULES(schema_gelu, infer_same),
                 SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0))},
    [OP_LOGISTIC] = {NAME(LOGISTIC), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                     FIXED(SCALE_FIXED, 1.0f / 256, -128, 1.0f / 32768)},
    [OP_TANH] = {NAME(TANH), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                 FIXED(SCALE_FIXED, 1.0f / 128, 0, 1.0f / 32768)},
    [OP_SOFTMAX] = {NAME(SOFTMAX), ARITY(1, 1, 1, 1), RULES(schema_softmax, infer_same),
                    FIXED(SCALE_FIXED, 1.0f / 256, -128, 1.0f / 32768)},
    [OP_L2_NORMALIZATION] = {NAME(L2_NORMALIZATION), ARITY(1, 1, 1, 1),
                             RULES(schema_l2norm, infer_same),
                             FIXED(SCALE_UNSUPPORTED, 1.0f / 128, 0, 1.0f)},
    [OP_EXP] = {NAME(EXP), ARITY(1, 1, 1, 1), RULES(schema_exp, infer_same),
                SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_LOG] = {NAME(LOG), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0))},
    [OP_SQRT] = {NAME(SQRT), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                 SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_RSQRT] = {NAME(RSQRT), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same),
                  SCALES(SCALE_FREE, SCALE_UNSUPPORTED, INPUT(0))},
    [OP_ABS] = {NAME(ABS), ARITY(1, 1, 1, 1), RULES(schema_abs, infer_same),
                SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
    [OP_NEG] = {NAME(NEG), ARITY(1, 1, 1, 1), RULES(schema_neg, infer_same), FLOAT_ONLY},
    [OP_SILU] = {NAME(SILU), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same), FLOAT_ONLY},
    [OP_ERF] = {NAME(ERF), ARITY(1, 1, 1, 1), RULES(schema_none, infer_same), FLOAT_ONLY},
    /* normalization, recurrence */
    [OP_LOCAL_RESPONSE_NORMALIZATION] = {NAME(LOCAL_RESPONSE_NORMALIZATION), ARITY(1, 1, 1, 1),
                                         RULES(schema_response, infer_same), FLOAT_ONLY},
    [OP_LAYER_NORMALIZATION] = {NAME(LAYER_NORMALIZATION), ARITY(2, 3, 1, 1),
                                RULES(schema_layer_norm, infer_layer_norm), FLOAT_ONLY},
    [OP_LSTM] = {NAME(LSTM), ARITY(3, 8, 3, 3), RULES(schema_lstm, infer_recurrent), FLOAT_ONLY},
    [OP_GRU] = {NAME(GRU), ARITY(3, 6, 2, 2), RULES(schema_gru, infer_recurrent), FLOAT_ONLY},
    /* types */
    [OP_DYNAMIC_QUANTIZE] = {NAME(DYNAMIC_QUANTIZE), ARITY(1, 1, 3, 3),
                             RULES(schema_none, infer_dynamic_quantize), FLOAT_ONLY},
    [OP_CAST] = {NAME(CAST), ARITY(1, 1, 1, 1), RULES(schema_cast, infer_same), FLOAT_ONLY},
    [OP_QUANTIZE] = {NAME(QUANTIZE), ARITY(1, 1, 1, 1), RULES(schema_quantize, infer_same),
                     FLOAT_ONLY},
    [OP_DEQUANTIZE] = {NAME(DEQUANTIZE), ARITY(1, 1, 1, 1), RULES(schema_dequantize, infer_same),
                       FLOAT_ONLY},
    /* layout */
    [OP_RESHAPE] = {NAME(RESHAPE), ARITY(1, 2, 1, 1), RULES(schema_reshape, infer_reshape),
                    SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_SQUEEZE] = {NAME(SQUEEZE), ARITY(1, 1, 1, 1), RULES(schema_squeeze, infer_squeeze),
                    SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_EXPAND_DIMS] = {NAME(EXPAND_DIMS), ARITY(2, 2, 1, 1),
                        RULES(schema_expand_dims, infer_expand_dims),
                        SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_TRANSPOSE] = {NAME(TRANSPOSE), ARITY(2, 2, 1, 1), RULES(schema_transpose, infer_transpose),
                      SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_PAD] = {NAME(PAD), ARITY(2, 2, 1, 1), RULES(schema_pad, infer_pad),
                SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_PADV2] = {NAME(PADV2), ARITY(3, 3, 1, 1), RULES(schema_padv2, infer_pad),
                  SCALES(SCALE_SAME, SCALE_SAME, INPUT(0) | INPUT(2))},
    [OP_MIRROR_PAD] = {NAME(MIRROR_PAD), ARITY(2, 2, 1, 1), RULES(schema_mirror_pad, infer_pad),
                       SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_CONCATENATION] = {NAME(CONCATENATION), ARITY(1, OP_VARIADIC, 1, 1),
                          RULES(schema_concatenation, infer_concatenation),
                          SCALES(SCALE_SAME, SCALE_SAME, ALL_INPUTS)},
    [OP_PACK] = {NAME(PACK), ARITY(1, OP_VARIADIC, 1, 1), RULES(schema_pack, infer_pack),
                 SCALES(SCALE_SAME, SCALE_SAME, ALL_INPUTS)},
    [OP_UNPACK] = {NAME(UNPACK), ARITY(1, 1, 1, OP_VARIADIC), RULES(schema_unpack, infer_unpack),
                   SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_SPLIT] = {NAME(SPLIT), ARITY(2, 2, 1, OP_VARIADIC), RULES(schema_split, infer_split),
                  SCALES(SCALE_SAME, SCALE_SAME, INPUT(1))},
    [OP_SPLIT_V] = {NAME(SPLIT_V), ARITY(3, 3, 1, OP_VARIADIC),
                    RULES(schema_split_v, infer_split_v), SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_SLICE] = {NAME(SLICE), ARITY(3, 3, 1, 1), RULES(schema_slice, infer_slice),
                  SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_STRIDED_SLICE] = {NAME(STRIDED_SLICE), ARITY(4, 4, 1, 1),
                          RULES(schema_strided_slice, infer_strided_slice),
                          SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_GATHER] = {NAME(GATHER), ARITY(2, 2, 1, 1), RULES(schema_gather, infer_gather),
                   .quant = {SCALE_SAME, SCALE_SAME, .data_inputs = INPUT(0), NO_WEIGHTS,
                             .shrink_input = 0}},
    [OP_RESIZE_BILINEAR] = {NAME(RESIZE_BILINEAR), ARITY(2, 2, 1, 1),
                            RULES(schema_resize_bilinear, infer_resize),
                            SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_RESIZE_NEAREST_NEIGHBOR] = {NAME(RESIZE_NEAREST_NEIGHBOR), ARITY(2, 2, 1, 1),
                                    RULES(schema_resize_nearest, infer_resize),
                                    SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_DEPTH_TO_SPACE] = {NAME(DEPTH_TO_SPACE), ARITY(1, 1, 1, 1),
                           RULES(schema_depth_to_space, infer_depth_to_space),
                           SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_SPACE_TO_DEPTH] = {NAME(SPACE_TO_DEPTH), ARITY(1, 1, 1, 1),
                           RULES(schema_space_to_depth, infer_space_to_depth),
                           SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_TILE] = {NAME(TILE), ARITY(2, 2, 1, 1), RULES(schema_tile, infer_tile),
                 SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_BROADCAST_TO] = {NAME(BROADCAST_TO), ARITY(2, 2, 1, 1),
                         RULES(schema_broadcast_to, infer_broadcast_to),
                         SCALES(SCALE_SAME, SCALE_SAME, INPUT(0))},
    [OP_SELECT_V2] = {NAME(SELECT_V2), ARITY(3, 3, 1, 1), RULES(schema_select_v2, infer_select),
                      SCALES(SCALE_SAME, SCALE_SAME, INPUT(1) | INPUT(2))},
    [OP_EQUAL] = {NAME(EQUAL), ARITY(2, 2, 1, 1), RULES(schema_equal, infer_broadcast), FLOAT_ONLY},
    [OP_SHAPE] = {NAME(SHAPE), ARITY(1, 1, 1, 1), RULES(schema_shape, infer_shape),
                  SCALES(SCALE_FREE, SCALE_FREE, INPUT(0))},
};

enum op op_from_tflite(int code)
{
    for (int i = 0; code >= 0 && i < OP_COUNT; i++)
        if (op_table[i].tflite_code == code)
            return (enum op)i;
    return OP_COUNT;
}
