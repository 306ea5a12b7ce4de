/* The options tables of the .tflite schema that the operators here carry, and those of operators
 * that only exist here. */
#ifndef GRAPH_SCHEMA_H
#define GRAPH_SCHEMA_H

#include "graph/params.h"

extern const struct param_schema schema_none, schema_conv, schema_depthwise, schema_transpose_conv,
    schema_pool, schema_dense, schema_softmax, schema_concatenation, schema_add, schema_sub,
    schema_mul, schema_div, schema_l2norm, schema_resize_bilinear, schema_resize_nearest,
    schema_reshape, schema_pad, schema_padv2, schema_gather, schema_transpose, schema_reducer,
    schema_squeeze, schema_strided_slice, schema_exp, schema_split, schema_split_v, schema_cast,
    schema_dequantize, schema_quantize, schema_maximum_minimum, schema_arg_max, schema_neg,
    schema_slice, schema_expand_dims, schema_shape, schema_pow, schema_pack, schema_unpack,
    schema_leaky_relu, schema_squared_difference, schema_mirror_pad, schema_abs, schema_hard_swish,
    schema_batch_matmul, schema_gelu, schema_depth_to_space, schema_space_to_depth, schema_response,
    schema_tile, schema_equal, schema_select_v2, schema_broadcast_to, schema_layer_norm,
    schema_lstm, schema_gru, schema_sequence_lstm, schema_svdf, schema_not_equal, schema_less,
    schema_floor_div, schema_floor_mod, schema_sign, schema_square, schema_cos, schema_less_equal,
    schema_greater, schema_greater_equal, schema_logical_or, schema_logical_and, schema_logical_not,
    schema_select, schema_batch_to_space, schema_space_to_batch, schema_top_k, schema_log_softmax,
    schema_arg_min, schema_one_hot, schema_zeros_like, schema_fill, schema_range, schema_reverse,
    schema_gather_nd, schema_where, schema_rank, schema_scatter_nd, schema_cumsum,
    schema_update_slice, schema_rnn, schema_detection;

#endif
