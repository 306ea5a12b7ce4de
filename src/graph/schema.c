#include "graph/schema.h"

/* One field: its name in the schema, its kind, the member of union op_params, its id and default.
 */
#define FIELD(text, kind_, member, id, default_)                                                   \
    {                                                                                              \
        .name = (text), .kind = (kind_), .offset = offsetof(union op_params, member),              \
        .slot = (id), .fallback = (default_)                                                       \
    }
#define COUNT(...) (int)(sizeof((struct param_field[]){__VA_ARGS__}) / sizeof(struct param_field))
#define SCHEMA(identifier, text, tag, ...)                                                         \
    const struct param_schema identifier = {                                                       \
        .name = (text), .tflite_tag = (tag), .count = COUNT(__VA_ARGS__), .fields = {__VA_ARGS__}}
#define EMPTY_SCHEMA(identifier, text, tag)                                                        \
    const struct param_schema identifier = {.name = (text), .tflite_tag = (tag)}

#define ACTIVATION(member, id)                                                                     \
    FIELD("fused_activation_function", FIELD_ACTIVATION, member, id, ACTIVATION_NONE)
#define BIAS_TYPE(member, id) FIELD("quantized_bias_type", FIELD_TYPE, member, id, TYPE_F32)
#define PADS(member)          FIELD("pads", FIELD_PADS, member, -1, 0)

EMPTY_SCHEMA(schema_none, "", 0);
SCHEMA(schema_conv, "Conv2DOptions", 1, FIELD("padding", FIELD_PADDING, conv.padding, 0, 0),
       FIELD("stride_w", FIELD_INT, conv.stride_w, 1, 0),
       FIELD("stride_h", FIELD_INT, conv.stride_h, 2, 0), ACTIVATION(conv.activation, 3),
       FIELD("dilation_w_factor", FIELD_INT, conv.dilation_w, 4, 1),
       FIELD("dilation_h_factor", FIELD_INT, conv.dilation_h, 5, 1), BIAS_TYPE(conv.bias_type, 6),
       PADS(conv.pads));
SCHEMA(schema_depthwise, "DepthwiseConv2DOptions", 2,
       FIELD("padding", FIELD_PADDING, conv.padding, 0, 0),
       FIELD("stride_w", FIELD_INT, conv.stride_w, 1, 0),
       FIELD("stride_h", FIELD_INT, conv.stride_h, 2, 0),
       FIELD("depth_multiplier", FIELD_INT, conv.multiplier, 3, 0), ACTIVATION(conv.activation, 4),
       FIELD("dilation_w_factor", FIELD_INT, conv.dilation_w, 5, 1),
       FIELD("dilation_h_factor", FIELD_INT, conv.dilation_h, 6, 1), PADS(conv.pads));
SCHEMA(schema_transpose_conv, "TransposeConvOptions", 49,
       FIELD("padding", FIELD_PADDING, conv.padding, 0, 0),
       FIELD("stride_w", FIELD_INT, conv.stride_w, 1, 0),
       FIELD("stride_h", FIELD_INT, conv.stride_h, 2, 0), ACTIVATION(conv.activation, 3),
       BIAS_TYPE(conv.bias_type, 4), FIELD("", FIELD_INT, conv.dilation_w, -1, 1),
       FIELD("", FIELD_INT, conv.dilation_h, -1, 1), PADS(conv.pads));
SCHEMA(schema_pool, "Pool2DOptions", 5, FIELD("padding", FIELD_PADDING, pool.padding, 0, 0),
       FIELD("stride_w", FIELD_INT, pool.stride_w, 1, 0),
       FIELD("stride_h", FIELD_INT, pool.stride_h, 2, 0),
       FIELD("filter_width", FIELD_INT, pool.filter_w, 3, 0),
       FIELD("filter_height", FIELD_INT, pool.filter_h, 4, 0), ACTIVATION(pool.activation, 5),
       PADS(pool.pads));
SCHEMA(schema_dense, "FullyConnectedOptions", 8, ACTIVATION(dense.activation, 0),
       FIELD("weights_format", FIELD_BYTE, dense.weights_format, 1, 0),
       FIELD("keep_num_dims", FIELD_BOOL, dense.keep_num_dims, 2, 0),
       FIELD("asymmetric_quantize_inputs", FIELD_BOOL, dense.asymmetric_inputs, 3, 0),
       BIAS_TYPE(dense.bias_type, 4));
SCHEMA(schema_softmax, "SoftmaxOptions", 9, FIELD("beta", FIELD_FLOAT, scalar.value, 0, 0));
SCHEMA(schema_concatenation, "ConcatenationOptions", 10, FIELD("axis", FIELD_INT, axis.axis, 0, 0),
       ACTIVATION(axis.activation, 1));
SCHEMA(schema_add, "AddOptions", 11, ACTIVATION(arithmetic.activation, 0),
       FIELD("pot_scale_int16", FIELD_BOOL, arithmetic.pot_scale_int16, 1, 1));
SCHEMA(schema_sub, "SubOptions", 28, ACTIVATION(arithmetic.activation, 0),
       FIELD("pot_scale_int16", FIELD_BOOL, arithmetic.pot_scale_int16, 1, 1));
SCHEMA(schema_mul, "MulOptions", 21, ACTIVATION(arithmetic.activation, 0));
SCHEMA(schema_div, "DivOptions", 29, ACTIVATION(arithmetic.activation, 0));
SCHEMA(schema_l2norm, "L2NormOptions", 12, ACTIVATION(arithmetic.activation, 0));
SCHEMA(schema_resize_bilinear, "ResizeBilinearOptions", 15,
       FIELD("align_corners", FIELD_BOOL, resize.align_corners, 2, 0),
       FIELD("half_pixel_centers", FIELD_BOOL, resize.half_pixel_centers, 3, 0));
SCHEMA(schema_resize_nearest, "ResizeNearestNeighborOptions", 74,
       FIELD("align_corners", FIELD_BOOL, resize.align_corners, 0, 0),
       FIELD("half_pixel_centers", FIELD_BOOL, resize.half_pixel_centers, 1, 0),
       FIELD("nearest", FIELD_INT, resize.nearest, -1, NEAREST_BY_CENTERS));
SCHEMA(schema_reshape, "ReshapeOptions", 17, FIELD("new_shape", FIELD_INTS, vector, 0, 0));
EMPTY_SCHEMA(schema_pad, "PadOptions", 22);
EMPTY_SCHEMA(schema_padv2, "PadV2Options", 43);
SCHEMA(schema_gather, "GatherOptions", 23, FIELD("axis", FIELD_INT, gather.axis, 0, 0),
       FIELD("batch_dims", FIELD_INT, gather.batch_dims, 1, 0));
EMPTY_SCHEMA(schema_transpose, "TransposeOptions", 26);
SCHEMA(schema_reducer, "ReducerOptions", 27,
       FIELD("keep_dims", FIELD_BOOL, reduce.keep_dims, 0, 0));
SCHEMA(schema_squeeze, "SqueezeOptions", 30, FIELD("squeeze_dims", FIELD_INTS, vector, 0, 0));
SCHEMA(schema_strided_slice, "StridedSliceOptions", 32,
       FIELD("begin_mask", FIELD_INT, slice.begin_mask, 0, 0),
       FIELD("end_mask", FIELD_INT, slice.end_mask, 1, 0),
       FIELD("ellipsis_mask", FIELD_INT, slice.ellipsis_mask, 2, 0),
       FIELD("new_axis_mask", FIELD_INT, slice.new_axis_mask, 3, 0),
       FIELD("shrink_axis_mask", FIELD_INT, slice.shrink_axis_mask, 4, 0),
       FIELD("offset", FIELD_BOOL, slice.offset, 5, 0));
EMPTY_SCHEMA(schema_exp, "ExpOptions", 33);
SCHEMA(schema_split, "SplitOptions", 35, FIELD("num_splits", FIELD_INT, count.count, 0, 0));
SCHEMA(schema_split_v, "SplitVOptions", 79, FIELD("num_splits", FIELD_INT, count.count, 0, 0));
SCHEMA(schema_cast, "CastOptions", 37, FIELD("in_data_type", FIELD_TYPE, cast.in_type, 0, TYPE_F32),
       FIELD("out_data_type", FIELD_TYPE, cast.out_type, 1, TYPE_F32));
EMPTY_SCHEMA(schema_dequantize, "DequantizeOptions", 38);
EMPTY_SCHEMA(schema_quantize, "QuantizeOptions", 89);
EMPTY_SCHEMA(schema_maximum_minimum, "MaximumMinimumOptions", 39);
SCHEMA(schema_arg_max, "ArgMaxOptions", 40,
       FIELD("output_type", FIELD_TYPE, type.type, 0, TYPE_F32));
EMPTY_SCHEMA(schema_neg, "NegOptions", 42);
EMPTY_SCHEMA(schema_slice, "SliceOptions", 48);
EMPTY_SCHEMA(schema_expand_dims, "ExpandDimsOptions", 52);
SCHEMA(schema_shape, "ShapeOptions", 55, FIELD("out_type", FIELD_TYPE, type.type, 0, TYPE_F32));
EMPTY_SCHEMA(schema_pow, "PowOptions", 56);
SCHEMA(schema_pack, "PackOptions", 59, FIELD("values_count", FIELD_INT, pack.count, 0, 0),
       FIELD("axis", FIELD_INT, pack.axis, 1, 0));
SCHEMA(schema_unpack, "UnpackOptions", 64, FIELD("num", FIELD_INT, pack.count, 0, 0),
       FIELD("axis", FIELD_INT, pack.axis, 1, 0));
SCHEMA(schema_leaky_relu, "LeakyReluOptions", 75, FIELD("alpha", FIELD_FLOAT, scalar.value, 0, 0));
EMPTY_SCHEMA(schema_squared_difference, "SquaredDifferenceOptions", 76);
SCHEMA(schema_mirror_pad, "MirrorPadOptions", 77, FIELD("mode", FIELD_MIRROR, mirror.mode, 0, 0));
EMPTY_SCHEMA(schema_abs, "AbsOptions", 78);
EMPTY_SCHEMA(schema_hard_swish, "HardSwishOptions", 91);
SCHEMA(schema_batch_matmul, "BatchMatMulOptions", 101,
       FIELD("adj_x", FIELD_BOOL, matmul.adj_x, 0, 0),
       FIELD("adj_y", FIELD_BOOL, matmul.adj_y, 1, 0),
       FIELD("asymmetric_quantize_inputs", FIELD_BOOL, matmul.asymmetric_inputs, 2, 0));
SCHEMA(schema_gelu, "GeluOptions", 116, FIELD("approximate", FIELD_BOOL, flag.flag, 0, 0));
SCHEMA(schema_depth_to_space, "DepthToSpaceOptions", 94,
       FIELD("block_size", FIELD_INT, block.size, 0, 0));
SCHEMA(schema_space_to_depth, "SpaceToDepthOptions", 19,
       FIELD("block_size", FIELD_INT, block.size, 0, 0));
SCHEMA(schema_response, "LocalResponseNormalizationOptions", 13,
       FIELD("radius", FIELD_INT, response.radius, 0, 0),
       FIELD("bias", FIELD_FLOAT, response.bias, 1, 0),
       FIELD("alpha", FIELD_FLOAT, response.alpha, 2, 0),
       FIELD("beta", FIELD_FLOAT, response.beta, 3, 0));
EMPTY_SCHEMA(schema_tile, "TileOptions", 51);
EMPTY_SCHEMA(schema_equal, "EqualOptions", 53);
EMPTY_SCHEMA(schema_batch_to_space, "BatchToSpaceNDOptions", 24);
EMPTY_SCHEMA(schema_space_to_batch, "SpaceToBatchNDOptions", 25);
EMPTY_SCHEMA(schema_top_k, "TopKV2Options", 34);
EMPTY_SCHEMA(schema_log_softmax, "LogSoftmaxOptions", 36);
SCHEMA(schema_arg_min, "ArgMinOptions", 57,
       FIELD("output_type", FIELD_TYPE, type.type, 0, TYPE_F32));
SCHEMA(schema_one_hot, "OneHotOptions", 61, FIELD("axis", FIELD_INT, axis.axis, 0, 0));
EMPTY_SCHEMA(schema_zeros_like, "ZerosLikeOptions", 67);
EMPTY_SCHEMA(schema_fill, "FillOptions", 68);
EMPTY_SCHEMA(schema_range, "RangeOptions", 73);
EMPTY_SCHEMA(schema_reverse, "ReverseV2Options", 81);
EMPTY_SCHEMA(schema_gather_nd, "GatherNdOptions", 83);
EMPTY_SCHEMA(schema_where, "WhereOptions", 85);
EMPTY_SCHEMA(schema_rank, "RankOptions", 86);
EMPTY_SCHEMA(schema_scatter_nd, "ScatterNdOptions", 97);
SCHEMA(schema_cumsum, "CumsumOptions", 102,
       FIELD("exclusive", FIELD_BOOL, cumulative.exclusive, 0, 0),
       FIELD("reverse", FIELD_BOOL, cumulative.reverse, 1, 0));
EMPTY_SCHEMA(schema_update_slice, "DynamicUpdateSliceOptions", 117);
EMPTY_SCHEMA(schema_floor_div, "FloorDivOptions", 65);
EMPTY_SCHEMA(schema_floor_mod, "FloorModOptions", 72);
EMPTY_SCHEMA(schema_sign, "SignOptions", 123);
EMPTY_SCHEMA(schema_square, "SquareOptions", 66);
EMPTY_SCHEMA(schema_cos, "CosOptions", 84);
EMPTY_SCHEMA(schema_not_equal, "NotEqualOptions", 54);
EMPTY_SCHEMA(schema_less, "LessOptions", 41);
EMPTY_SCHEMA(schema_less_equal, "LessEqualOptions", 46);
EMPTY_SCHEMA(schema_greater, "GreaterOptions", 44);
EMPTY_SCHEMA(schema_greater_equal, "GreaterEqualOptions", 45);
EMPTY_SCHEMA(schema_logical_or, "LogicalOrOptions", 60);
EMPTY_SCHEMA(schema_logical_and, "LogicalAndOptions", 62);
EMPTY_SCHEMA(schema_logical_not, "LogicalNotOptions", 63);
EMPTY_SCHEMA(schema_select, "SelectOptions", 47);
EMPTY_SCHEMA(schema_select_v2, "SelectV2Options", 98);
EMPTY_SCHEMA(schema_broadcast_to, "BroadcastToOptions", 104);
/* Operators that no .tflite file has. */
SCHEMA(schema_layer_norm, "", 0, FIELD("axis", FIELD_INT, norm.axis, -1, 0),
       FIELD("epsilon", FIELD_FLOAT, norm.epsilon, -1, 0));
SCHEMA(schema_lstm, "", 0, FIELD("direction", FIELD_INT, recurrent.direction, -1, 0));
SCHEMA(schema_rnn, "", 0, FIELD("direction", FIELD_INT, recurrent.direction, -1, 0));
SCHEMA(schema_gru, "", 0, FIELD("direction", FIELD_INT, recurrent.direction, -1, 0),
       FIELD("linear_before_reset", FIELD_INT, recurrent.linear_before_reset, -1, 0));
SCHEMA(schema_sequence_lstm, "UnidirectionalSequenceLSTMOptions", 71,
       FIELD("fused_activation_function", FIELD_BYTE, sequence.activation, 0, 0),
       FIELD("cell_clip", FIELD_FLOAT, sequence.cell_clip, 1, 0),
       FIELD("proj_clip", FIELD_FLOAT, sequence.projection_clip, 2, 0),
       FIELD("time_major", FIELD_BOOL, sequence.time_major, 3, 0),
       FIELD("asymmetric_quantize_inputs", FIELD_BOOL, sequence.asymmetric_inputs, 4, 0),
       FIELD("diagonal_recurrent_tensors", FIELD_BOOL, sequence.diagonal, 5, 0),
       FIELD("hidden_scale", FIELD_FLOAT, sequence.hidden_scale, -1, 0),
       FIELD("hidden_zero_point", FIELD_INT, sequence.hidden_zero_point, -1, 0));
SCHEMA(schema_svdf, "SVDFOptions", 6, FIELD("rank", FIELD_INT, svdf.rank, 0, 0),
       ACTIVATION(svdf.activation, 1),
       FIELD("asymmetric_quantize_inputs", FIELD_BOOL, svdf.asymmetric_inputs, 2, 0));
/* In .tflite files a map of these, whose keys are in order. */
SCHEMA(schema_detection, "", 0,
       FIELD("detections_per_class", FIELD_INT, detection.detections_per_class, -1, 100),
       FIELD("h_scale", FIELD_FLOAT, detection.h_scale, -1, 0),
       FIELD("max_classes_per_detection", FIELD_INT, detection.max_classes_per_detection, -1, 0),
       FIELD("max_detections", FIELD_INT, detection.max_detections, -1, 0),
       FIELD("nms_iou_threshold", FIELD_FLOAT, detection.iou_threshold, -1, 0),
       FIELD("nms_score_threshold", FIELD_FLOAT, detection.score_threshold, -1, 0),
       FIELD("num_classes", FIELD_INT, detection.num_classes, -1, 0),
       FIELD("use_regular_nms", FIELD_BOOL, detection.use_regular_nms, -1, 0),
       FIELD("w_scale", FIELD_FLOAT, detection.w_scale, -1, 0),
       FIELD("x_scale", FIELD_FLOAT, detection.x_scale, -1, 0),
       FIELD("y_scale", FIELD_FLOAT, detection.y_scale, -1, 0));
