/* Shape rules: what each operator makes of its inputs' shapes and constants, and what it refuses.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/infer.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* One node. Inputs are words: "2x3" and "." (a scalar) are float32 shapes, "i2x3" an int32 one, "-"
 * is absent; "[1,2]" and "{1}" (a scalar) are int32 constants, "L[1]" is one of int64, "f[1]" one
 * of float32, "?[1]" an int32 list that is computed. Outputs are shapes; "!" is a refusal of what
 * is malformed and "?" of what is unsupported, with the number of outputs behind it when it is not
 * 1. */
struct row {
    enum op op;
    const char *inputs, *outputs;
    union op_params params;
};

#define ROW(op_, in, out, ...)                                                                     \
    {                                                                                              \
        .op = OP_##op_, .inputs = (in), .outputs = (out), .params = { __VA_ARGS__ }                \
    }
/* Padding, strides and dilations; down and across. */
#define SAME(...)  .conv = {PADDING_SAME, __VA_ARGS__, 0, 0, 0, {0}}
#define VALID(...) .conv = {PADDING_VALID, __VA_ARGS__, 0, 0, 0, {0}}
/* Padding, strides and filter. */
#define POOL(...) .pool = {__VA_ARGS__, 0, {0}}
/* Strides and dilations (of a pool: the filter); then cells at the top, left, bottom and right. */
#define PADDED(a, b, c, d, ...)                                                                    \
    .conv = {.padding = PADDING_EXPLICIT,                                                          \
             .stride_h = (a),                                                                      \
             .stride_w = (b),                                                                      \
             .dilation_h = (c),                                                                    \
             .dilation_w = (d),                                                                    \
             .pads = {__VA_ARGS__}}
#define PADDED_POOL(a, b, c, d, ...)                                                               \
    .pool = {.padding = PADDING_EXPLICIT,                                                          \
             .stride_h = (a),                                                                      \
             .stride_w = (b),                                                                      \
             .filter_h = (c),                                                                      \
             .filter_w = (d),                                                                      \
             .pads = {__VA_ARGS__}}
#define AXIS(number)     .axis = {(number), 0}
#define PACKED(axis)     .pack = {0, (axis)}
#define LIST(count, ...) .vector = {1, (count), {__VA_ARGS__}}
#define KEEP             .reduce = {1}

#define MOST  "2147483647"
#define LEAST "-2147483648"

/* Weights and recurrent weights of an LSTM; without those of the input gate; without peepholes. */
#define GATES(w, r)   " " w " " w " " w " " w " " r " " r " " r " " r " "
#define COUPLED(w, r) " - " w " " w " " w " - " r " " r " " r " "
#define NO_PEEPS      "- - - "

static const struct row rows[] = {
    /* convolutions */
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "1x5x5x8", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "1x3x3x8", VALID(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x6x3 8x3x3x3", "1x3x3x8", SAME(2, 2, 1, 1)),
    ROW(CONV_2D, "1x6x7x3 8x3x3x3", "1x2x3x8", VALID(2, 2, 1, 1)),
    ROW(CONV_2D, "1x9x9x3 8x3x3x3", "1x5x3x8", VALID(1, 1, 2, 3)),
    ROW(CONV_2D, "1x10x10x3 8x3x3x3", "1x2x6x8", VALID(3, 1, 2, 2)),
    ROW(CONV_2D, "1x2x2x3 8x5x5x3", "1x2x2x8", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x4x5x3 8x5x5x3", "!", VALID(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3 8", "1x5x5x8", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3 -", "1x5x5x8", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3 7", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x4 6x1x1x2", "1x5x5x6", SAME(1, 1, 1, 1)), /* two groups */
    ROW(CONV_2D, "1x5x5x4 5x1x1x2", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x4 6x1x1x3", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", SAME(0, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", SAME(1, -1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", SAME(1, 1, 0, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", SAME(1, 1, 1, INT32_MAX)),
    ROW(CONV_2D, "1x5x5x3 8x1x1x3", "1x5x5x8", SAME(1, 1, INT32_MAX, INT32_MAX)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "1x1x1x8", SAME(INT32_MAX, INT32_MAX, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "1x1x1x8", VALID(INT32_MAX, INT32_MAX, 1, 1)),
    ROW(CONV_2D, "0x5x5x3 8x3x3x3", "0x5x5x8", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x0x5x3 8x3x3x3", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x0x3x3", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "5x5x3 8x3x3x3", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x5x5x3 8x27", "!", SAME(1, 1, 1, 1)),
    ROW(CONV_2D, "1x1048576x1024x1 2048x1x1x1", "!", SAME(1, 1, 1, 1)), /* too many elements */
    ROW(DEPTHWISE_CONV_2D, "1x5x5x2 1x3x3x4 4", "1x3x3x4", SAME(2, 2, 1, 1)),
    ROW(DEPTHWISE_CONV_2D, "1x7x7x2 1x3x3x2", "1x3x5x2", VALID(1, 1, 2, 1)),
    ROW(DEPTHWISE_CONV_2D, "1x5x5x2 2x3x3x4", "!", SAME(1, 1, 1, 1)),
    ROW(DEPTHWISE_CONV_2D, "1x5x5x2 1x3x3x3", "!", SAME(1, 1, 1, 1)),
    ROW(DEPTHWISE_CONV_2D, "1x5x5x2 1x3x3x4 2", "!", SAME(1, 1, 1, 1)),
    ROW(DEPTHWISE_CONV_2D, "1x5x5x0 1x3x3x4", "!", SAME(1, 1, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,3,3] 3x2x2x2 1x2x2x2", "1x4x3x3", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,5,4,3] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "L[1,5,6,3] 3x3x3x2 1x2x2x2 3", "1x5x6x3", VALID(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,5,3] 3x3x3x2 1x2x2x2", "!", VALID(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,4,3] 3x2x2x2 1x2x2x2 2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[2,4,4,3] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,4,2] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,4,3] 3x2x2x1 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,-4,4,3] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1," MOST ",4,3] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[4,4,3] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,4,3,1] 3x2x2x2 1x2x2x2", "!", SAME(2, 2, 1, 1)),
    ROW(TRANSPOSE_CONV, "?[1,4,4,3] 3x2x2x2 1x2x2x2", "?", SAME(2, 2, 1, 1)),
    /* cells around the image: (5 + 1 + 0 - 3) / 2 + 1 and (6 + 2 + 3 - 5) / 1 + 1 */
    ROW(CONV_2D, "1x5x6x3 8x3x3x3", "1x2x7x8", PADDED(2, 1, 1, 2, 1, 2, 0, 3)),
    ROW(CONV_2D, "1x2x2x3 8x5x5x3", "1x1x2x8", PADDED(1, 1, 1, 1, 3, 0, 0, 4)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", PADDED(1, 1, 1, 1, -1, 0, 0, 0)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", PADDED(1, 1, 1, 1, 0, 0, 0, -1)),
    ROW(CONV_2D, "1x5x5x3 8x3x3x3", "!", PADDED(1, 1, 1, 1, 0, INT32_MAX, 0, 0)),
    ROW(CONV_2D, "1x2x2x3 8x5x5x3", "!", PADDED(1, 1, 1, 1, 1, 1, 1, 9)),
    ROW(DEPTHWISE_CONV_2D, "1x5x5x2 1x3x3x4 4", "1x6x4x4", PADDED(1, 1, 1, 1, 1, 0, 2, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,5,3] 3x3x3x2 1x2x3x2", "1x4x5x3", PADDED(2, 2, 1, 1, 1, 1, 0, 1)),
    ROW(TRANSPOSE_CONV, "[1,4,5,3] 3x3x3x2 1x2x2x2", "!", PADDED(2, 2, 1, 1, 1, 1, 0, 1)),
    ROW(MAX_POOL_2D, "1x5x6x3", "1x3x4x3", PADDED_POOL(2, 2, 3, 2, 2, 1, 0, 1)),
    ROW(AVERAGE_POOL_2D, "1x5x6x3", "1x6x6x3", PADDED_POOL(1, 1, 3, 1, 2, 0, 1, 0)),
    /* windows that see nothing but padding */
    ROW(MAX_POOL_2D, "1x5x6x3", "!", PADDED_POOL(1, 1, 3, 1, 3, 0, 0, 0)),
    ROW(MAX_POOL_2D, "1x5x6x3", "!", PADDED_POOL(1, 1, 3, 1, 0, 0, 0, 1)),
    /* products */
    ROW(FULLY_CONNECTED, "2x6 4x6 4", "2x4"),
    ROW(FULLY_CONNECTED, "2x3x6 4x6", "6x4"),
    ROW(FULLY_CONNECTED, "2x3x6 4x6", "2x3x4", .dense.keep_num_dims = 1),
    ROW(FULLY_CONNECTED, "2x3x4 5x12", "2x5"),
    ROW(FULLY_CONNECTED, "2x3x4 5x12", "!", .dense.keep_num_dims = 1),
    ROW(FULLY_CONNECTED, "6 4x6", "1x4"),
    ROW(FULLY_CONNECTED, "6 4x6", "4", .dense.keep_num_dims = 1),
    ROW(FULLY_CONNECTED, "0x6 4x6", "0x4"),
    ROW(FULLY_CONNECTED, "7 4x6", "!"),
    ROW(FULLY_CONNECTED, "2x6 4x6 5", "!"),
    ROW(FULLY_CONNECTED, "2x6 24", "!"),
    ROW(FULLY_CONNECTED, "2x6 4x0", "!"),
    ROW(FULLY_CONNECTED, ". 4x1", "!"),
    ROW(FULLY_CONNECTED, "65536x65536 1x1", "!"), /* more rows than a dimension can have */
    ROW(FULLY_CONNECTED, "2x6 4x6", "?", .dense.weights_format = 1),
    ROW(BATCH_MATMUL, "2x3x4 2x4x5", "2x3x5"),
    ROW(BATCH_MATMUL, "3x4 4x5", "3x5"),
    ROW(BATCH_MATMUL, "7x1x3x4 2x4x5", "7x2x3x5"),
    ROW(BATCH_MATMUL, "2x4x3 2x4x5", "2x3x5", .matmul = {1, 0, 0}),
    ROW(BATCH_MATMUL, "2x3x4 2x5x4", "2x3x5", .matmul = {0, 1, 0}),
    ROW(BATCH_MATMUL, "2x3x4 2x5x4", "!"),
    ROW(BATCH_MATMUL, "2x3x4 3x4x5", "!"),
    ROW(BATCH_MATMUL, "4 4x5", "!"),
    ROW(BATCH_MATMUL, "3x4 .", "!"),
    /* pools and reductions */
    ROW(AVERAGE_POOL_2D, "1x5x6x3", "1x3x3x3", POOL(PADDING_SAME, 2, 2, 3, 3)),
    ROW(MAX_POOL_2D, "1x5x6x3", "1x2x6x3", POOL(PADDING_VALID, 2, 1, 2, 1)),
    ROW(MAX_POOL_2D, "1x5x6x3", "!", POOL(PADDING_VALID, 1, 1, 6, 1)),
    ROW(MAX_POOL_2D, "1x5x6x3", "!", POOL(PADDING_SAME, 1, 1, 0, 1)),
    ROW(MAX_POOL_2D, "1x5x6x3", "!", POOL(PADDING_SAME, 1, 0, 1, 1)),
    ROW(MAX_POOL_2D, "1x5x6x3", "1x5x6x3", POOL(PADDING_SAME, 1, 1, INT32_MAX, INT32_MAX)),
    ROW(MAX_POOL_2D, "5x6x3", "!", POOL(PADDING_SAME, 1, 1, 1, 1)),
    ROW(MEAN, "2x3x4 [1]", "2x4"),
    ROW(MEAN, "2x3x4 [1]", "2x1x4", KEEP),
    ROW(SUM, "2x3x4 L[-1,0]", "3"),
    ROW(SUM, "2x3x4 [0,1,2]", "."),
    ROW(SUM, "2x3x4 [0,1,2]", "1x1x1", KEEP),
    ROW(REDUCE_MAX, "2x3x4 {-2}", "2x4"),
    ROW(REDUCE_MAX, "2x3x4 [1,1,-2]", "2x4"),
    ROW(REDUCE_MAX, "2x3x4 []", "2x3x4"),
    ROW(REDUCE_MIN, "2x3x4 [1]", "2x1x4", KEEP),
    ROW(MEAN, "2x3x4 [3]", "!"),
    ROW(MEAN, "2x3x4 [" LEAST "]", "!"),
    ROW(MEAN, "2x3x4 L[4294967297]", "!"), /* 1 when cut to 32 bits */
    ROW(MEAN, "2x3x4 [0,0,0,0,0,0,0]", "!"),
    ROW(MEAN, "2x3x4 f[1]", "!"),
    ROW(MEAN, "2x3x4 ?[1]", "?"),
    ROW(ARG_MAX, "2x3x4 {1}", "2x4"),
    ROW(ARG_MAX, "2x3x4 L[-1]", "2x3"),
    ROW(ARG_MAX, "2x3x4 {3}", "!"),
    ROW(ARG_MAX, "2x3x4 [0,1]", "!"),
    ROW(ARG_MAX, "2x3x4 []", "!"),
    ROW(ARG_MAX, "2x0x4 {1}", "!"),
    ROW(ARG_MAX, "2x3x4 ?[1]", "?"),
    /* joining and splitting */
    ROW(CONCATENATION, "2x3 2x4", "2x7", AXIS(1)),
    ROW(CONCATENATION, "2x3 4x3 0x3", "6x3", AXIS(-2)),
    ROW(CONCATENATION, "2x3", "2x3", AXIS(0)),
    ROW(CONCATENATION, "2x3 2x4", "!", AXIS(0)),
    ROW(CONCATENATION, "2x3 2", "!", AXIS(1)),
    ROW(CONCATENATION, "2x3 2x3x1", "!", AXIS(1)),
    ROW(CONCATENATION, "2x3 -", "!", AXIS(1)),
    ROW(CONCATENATION, "2x3 2x3", "!", AXIS(2)),
    ROW(CONCATENATION, "2x3 2x3", "!", AXIS(INT32_MIN)),
    ROW(CONCATENATION, ". .", "!", AXIS(0)),
    ROW(CONCATENATION, "1073741824 1073741824", "!", AXIS(0)),
    /* 0 when cut to 32 bits */
    ROW(CONCATENATION, "1073741824 1073741824 1073741824 1073741824", "!", AXIS(0)),
    ROW(PACK, "2x3 2x3 2x3", "3x2x3", PACKED(0)),
    ROW(PACK, "2x3 2x3 2x3", "2x3x3", PACKED(1)),
    ROW(PACK, "2x3 2x3", "2x3x2", PACKED(-1)),
    ROW(PACK, ". . .", "3", PACKED(0)),
    ROW(PACK, "2x3 3x2", "!", PACKED(0)),
    ROW(PACK, "2x3 -", "!", PACKED(0)),
    ROW(PACK, "2x3 2x3", "!", PACKED(3)),
    ROW(PACK, "2x3 2x3", "!", PACKED(-4)),
    ROW(PACK, "1x1x1x1x1x1", "!", PACKED(0)),
    ROW(UNPACK, "3x2", "2 2 2", PACKED(0)),
    ROW(UNPACK, "3x2", "3 3", PACKED(-1)),
    ROW(UNPACK, "3x2", "!2", PACKED(0)),
    ROW(UNPACK, "3x2", "!3", PACKED(2)),
    ROW(UNPACK, ".", "!", PACKED(0)),
    ROW(SPLIT, "{1} 2x6", "2x2 2x2 2x2"),
    ROW(SPLIT, "[-2] 2x6", "1x6 1x6"),
    ROW(SPLIT, "{1} 2x7", "!3"),
    ROW(SPLIT, "{2} 2x6", "!3"),
    ROW(SPLIT, "[0,1] 2x6", "!2"),
    ROW(SPLIT, "[] 2x6", "!2"),
    ROW(SPLIT, "?[1] 2x6", "?2"),
    ROW(SPLIT_V, "2x6 [1,2,3] {1}", "2x1 2x2 2x3"),
    ROW(SPLIT_V, "2x6 L[1,-1,3] {-1}", "2x1 2x2 2x3"),
    ROW(SPLIT_V, "2x6 [6,-1] {1}", "2x6 2x0"),
    ROW(SPLIT_V, "2x6 [1,-1,-1] {1}", "!3"),
    ROW(SPLIT_V, "2x6 [1,2] {1}", "!2"),
    ROW(SPLIT_V, "2x6 [7,-1] {1}", "!2"),
    ROW(SPLIT_V, "2x6 [8,-2] {1}", "!2"),
    ROW(SPLIT_V, "2x6 [" MOST "," MOST ",8] {1}", "!3"), /* 6 when cut to 32 bits */
    ROW(SPLIT_V, "2x6 [3,3] {1}", "!3"),
    ROW(SPLIT_V, "2x6 [3,3] {2}", "!2"),
    /* other views of the same elements */
    ROW(RESHAPE, "2x6 [3,4]", "3x4"),
    ROW(RESHAPE, "2x6 L[3,-1]", "3x4"),
    ROW(RESHAPE, "2x6 [1,2,3,2,1,1]", "1x2x3x2x1x1"),
    ROW(RESHAPE, "2x6 {-1}", "12"),
    ROW(RESHAPE, "2x6", "4x3", LIST(2, 4, 3)),
    ROW(RESHAPE, "2x6 -", "4x3", LIST(2, 4, 3)),
    ROW(RESHAPE, "2x6 [6,2]", "6x2", LIST(2, 4, 3)), /* the input wins */
    ROW(RESHAPE, "1x1", ".", LIST(0, 0)),
    ROW(RESHAPE, "1x1 []", "."),
    ROW(RESHAPE, "0x3 [-1,5]", "0x5"),
    ROW(RESHAPE, "2x6", "!"),
    ROW(RESHAPE, "2x6 []", "!"),
    ROW(RESHAPE, "2x6 [3,5]", "!"),
    ROW(RESHAPE, "2x6 [5,-1]", "!"),
    ROW(RESHAPE, "2x6 [-1,-1]", "!"),
    ROW(RESHAPE, "2x6 [-3,-4]", "!"),
    ROW(RESHAPE, "2x6 [" LEAST ",-1]", "!"),
    ROW(RESHAPE, "0x3 [0,-1]", "!"),
    ROW(RESHAPE, "0x3 [65536,65536,65536,65536]", "!"), /* 0 when cut to 64 bits */
    ROW(RESHAPE, "2x6 [" MOST "," MOST "," MOST ",-1]", "!"),
    ROW(RESHAPE, "2x6 [1,1,1,1,1,1,12]", "!"),
    ROW(RESHAPE, "2x6 ?[2]", "?"),
    ROW(SQUEEZE, "1x2x1x3", "2x3"),
    ROW(SQUEEZE, "1x2x1x3", "2x1x3", LIST(1, 0)),
    ROW(SQUEEZE, "1x2x1x3", "1x2x3", LIST(1, -2)),
    ROW(SQUEEZE, "1x2x1x3", "2x3", LIST(3, 0, 0, 2)),
    ROW(SQUEEZE, "1x2x1x3", "!", LIST(1, 1)),
    ROW(SQUEEZE, "1x2x1x3", "!", LIST(1, 4)),
    ROW(SQUEEZE, "1x2x1x3", "!", LIST(1, INT32_MIN)),
    ROW(EXPAND_DIMS, "2x3 {0}", "1x2x3"),
    ROW(EXPAND_DIMS, "2x3 [-1]", "2x3x1"),
    ROW(EXPAND_DIMS, "2x3 L[-3]", "1x2x3"),
    ROW(EXPAND_DIMS, ". {0}", "1"),
    ROW(EXPAND_DIMS, "2x3 {3}", "!"),
    ROW(EXPAND_DIMS, "2x3 {-4}", "!"),
    ROW(EXPAND_DIMS, "1x1x1x1x1x1 {0}", "?"),
    ROW(TRANSPOSE, "2x3x4 [2,0,1]", "4x2x3"),
    ROW(TRANSPOSE, "2x3x4 L[-1,0,1]", "4x2x3"),
    ROW(TRANSPOSE, ". []", "."),
    ROW(TRANSPOSE, "2x3x4 [0,0,1]", "!"),
    ROW(TRANSPOSE, "2x3x4 [0,1,-2]", "!"),
    ROW(TRANSPOSE, "2x3x4 [0,1]", "!"),
    ROW(TRANSPOSE, "2x3x4 [0,1,2,0]", "!"),
    ROW(TRANSPOSE, "2x3x4 [0,1,3]", "!"),
    ROW(TRANSPOSE, "2x3x4 ?[3]", "?"),
    ROW(SHAPE, "2x3x4", "3"),
    ROW(SHAPE, ".", "0"),
    /* padding and resizing */
    ROW(PAD, "2x3 [1,2,0,4]", "5x7"),
    ROW(PAD, "2x3 L[0,0,0,0]", "2x3"),
    ROW(PAD, "2x3 [1,2,-1,4]", "!"),
    ROW(PAD, "2x3 [1,2]", "!"),
    ROW(PAD, "2x3 [0,0,0,0,0,0]", "!"),
    ROW(PAD, "2x3 [" MOST "," MOST ",0,0]", "!"),
    ROW(PAD, "1048576x1048576 [0,0,0,1]", "!"),
    ROW(PAD, "2x3 ?[4]", "?"),
    ROW(PADV2, "2x3 [1,1,1,1] .", "4x5"),
    ROW(PADV2, "2x3 [1,1,1,1] 1", "4x5"),
    ROW(PADV2, "2x3 [1,1,1,1] 2", "!"),
    ROW(MIRROR_PAD, "3x3 [2,2,0,0]", "7x3", .mirror = {MIRROR_REFLECT}),
    ROW(MIRROR_PAD, "3x3 [0,3,0,0]", "!", .mirror = {MIRROR_REFLECT}),
    ROW(MIRROR_PAD, "3x3 [3,3,0,0]", "9x3", .mirror = {MIRROR_SYMMETRIC}),
    ROW(MIRROR_PAD, "3x3 [0,0,4,0]", "!", .mirror = {MIRROR_SYMMETRIC}),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [8,6]", "1x8x6x3"),
    ROW(RESIZE_NEAREST_NEIGHBOR, "1x4x4x3 [2,9]", "1x2x9x3", .resize = {0, 1, 0}),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [8,6]", "!", .resize = {1, 1, 0}),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [0,6]", "!"),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [8,-6]", "!"),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [8]", "!"),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [8,6,3]", "!"),
    ROW(RESIZE_BILINEAR, "1x0x4x3 [8,6]", "!"),
    ROW(RESIZE_BILINEAR, "4x4x3 [8,6]", "!"),
    ROW(RESIZE_BILINEAR, "1x4x4x3 [" MOST "," MOST "]", "!"),
    ROW(RESIZE_BILINEAR, "1x4x4x3 ?[2]", "?"),
    /* blocks of pixels and channels; how often, and to what size, elements are repeated */
    ROW(DEPTH_TO_SPACE, "2x3x4x12", "2x6x8x3", .block = {2}),
    ROW(DEPTH_TO_SPACE, "2x3x4x12", "2x3x4x12", .block = {1}),
    ROW(DEPTH_TO_SPACE, "2x3x4x12", "!", .block = {3}),
    ROW(DEPTH_TO_SPACE, "2x3x4x12", "!", .block = {0}),
    ROW(DEPTH_TO_SPACE, "2x3x4x12", "!", .block = {-2}),
    ROW(DEPTH_TO_SPACE, "2x3x4x12", "!", .block = {INT32_MAX}),
    ROW(DEPTH_TO_SPACE, "3x4x12", "!", .block = {2}),
    ROW(DEPTH_TO_SPACE, "1x1048576x1x0", "!", .block = {32768}),
    ROW(SPACE_TO_DEPTH, "2x6x8x3", "2x3x4x12", .block = {2}),
    ROW(SPACE_TO_DEPTH, "2x6x7x3", "!", .block = {2}),
    ROW(SPACE_TO_DEPTH, "2x5x8x3", "!", .block = {2}),
    ROW(SPACE_TO_DEPTH, "2x6x8x3", "!", .block = {0}),
    ROW(SPACE_TO_DEPTH, "6x8x3", "!", .block = {2}),
    ROW(SPACE_TO_DEPTH, "1x0x0x32768", "!", .block = {32768}),
    ROW(TILE, "2x3 [4,1]", "8x3"),
    ROW(TILE, "2x3 L[0,5]", "0x15"),
    ROW(TILE, ". []", "."),
    ROW(TILE, "2x3 [4]", "!"),
    ROW(TILE, "2x3 [4,1,1]", "!"),
    ROW(TILE, "2x3 [4,-1]", "!"),
    ROW(TILE, "2x3 [" MOST ",1]", "!"),
    ROW(TILE, "2x3 ?[2]", "?"),
    ROW(BROADCAST_TO, "3x1 [2,3,4]", "2x3x4"),
    ROW(BROADCAST_TO, ". L[5]", "5"),
    ROW(BROADCAST_TO, "1x3 [0,3]", "0x3"),
    ROW(BROADCAST_TO, "2x3 [3]", "!"),
    ROW(BROADCAST_TO, "2x3 [2,1]", "!"),
    ROW(BROADCAST_TO, "2x3 [4,3]", "!"),
    ROW(BROADCAST_TO, "1x3 [-1,3]", "!"),
    ROW(BROADCAST_TO, "1 ?[2]", "?"),
    ROW(SELECT_V2, "2x3 2x3 2x3", "2x3"),
    ROW(SELECT_V2, "4x1x1 3 2x1", "4x2x3"),
    ROW(SELECT_V2, "2x3 . .", "2x3"),
    ROW(SELECT_V2, ". 2 3x1", "3x2"),
    ROW(SELECT_V2, "2x3 2 .", "!"),
    ROW(SELECT_V2, "2 3x1 2x3", "!"),
    ROW(SELECT_V2, "1 2 3", "!"),
    ROW(SELECT, "2x3 2x3 2x3", "2x3"),
    ROW(SELECT, ". 2x3 2x3", "2x3"),
    ROW(SELECT, "2 2x3 2x3", "2x3"),
    ROW(SELECT, "3 2x3 2x3", "!"),
    ROW(SELECT, "1 2x3 2x3", "!"),
    ROW(SELECT, "1x3 2x3 2x3", "!"),
    ROW(SELECT, "2x3 2x3 3", "!"),
    ROW(SELECT, "1 . .", "!"),
    /* places */
    ROW(GATHER_ND, "4x5x6 i2x3x2", "2x3x6"),
    ROW(GATHER_ND, "4x5x6 L[1]", "5x6"),
    ROW(GATHER_ND, "4x5x6 i7x3", "7"),
    ROW(GATHER_ND, "4x5 i2x0", "2x4x5"),
    ROW(GATHER_ND, "4x5x6 i7x4", "!"),
    ROW(GATHER_ND, "4x5x6 2x1", "?"),
    ROW(GATHER_ND, "0x5 i2x1", "!"),
    ROW(GATHER_ND, "4x5x6x7 i1x1x1x1x1", "?"),
    ROW(SCATTER_ND, "i7x1 7x6 [5,6]", "5x6"),
    ROW(SCATTER_ND, "i2x3x2 2x3 L[5,6]", "5x6"),
    ROW(SCATTER_ND, "i7x1 7x5 [5,6]", "!"),
    ROW(SCATTER_ND, "i7x3 7 [5,6]", "!"),
    ROW(SCATTER_ND, "i7x1 7x6 ?[2]", "?"),
    ROW(SCATTER_ND, "7x1 7x6 [5,6]", "?"),
    ROW(SCATTER_ND, "i7x1 7x6 [5,-6]", "!"),
    ROW(DYNAMIC_UPDATE_SLICE, "4x5 2x5 i2", "4x5"),
    ROW(DYNAMIC_UPDATE_SLICE, "4x5 5x5 i2", "!"),
    ROW(DYNAMIC_UPDATE_SLICE, "4x5 2 i2", "!"),
    ROW(DYNAMIC_UPDATE_SLICE, "4x5 2x5 i3", "!"),
    ROW(DYNAMIC_UPDATE_SLICE, "4x5 2x5 2", "?"),
    ROW(EMBEDDING_LOOKUP, "i3 7x2x4", "3x2x4"),
    ROW(EMBEDDING_LOOKUP, "i3x1 7x2", "!"),
    ROW(EMBEDDING_LOOKUP, "i3 0x2", "!"),
    ROW(EMBEDDING_LOOKUP, "3 7x2", "?"),
    ROW(TOPK_V2, "2x9 {4}", "2x4 2x4"),
    ROW(TOPK_V2, "9 [0]", "0 0"),
    ROW(TOPK_V2, "2x9 {10}", "!2"),
    ROW(TOPK_V2, "2x9 {-1}", "!2"),
    ROW(TOPK_V2, ". {0}", "!2"),
    ROW(TOPK_V2, "2x9 ?[1]", "?2"),
    ROW(ONE_HOT, "i2x3 {5} . .", "2x3x5", AXIS(-1)),
    ROW(ONE_HOT, "i2x3 {5} . .", "5x2x3", AXIS(0)),
    ROW(ONE_HOT, "L[1] {5} 1 1", "1x5", AXIS(1)),
    ROW(ONE_HOT, "i2x3 {5} . .", "!", AXIS(3)),
    ROW(ONE_HOT, "i2x3 {-5} . .", "!", AXIS(0)),
    ROW(ONE_HOT, "i2x3 {5} 2 .", "!", AXIS(0)),
    ROW(ONE_HOT, "2x3 {5} . .", "?", AXIS(0)),
    ROW(ONE_HOT, "i2x3 ?[1] . .", "?", AXIS(0)),
    ROW(CUMSUM, "2x3 {1}", "2x3"),
    ROW(CUMSUM, "2x3 {2}", "!"),
    ROW(CUMSUM, "2x3 ?[1]", "?"),
    ROW(WHERE, "[0,3,0,-1]", "2x1"),
    ROW(WHERE, "f[0,3]", "1x1"),
    ROW(WHERE, "{1}", "1x0"),
    ROW(WHERE, "i4", "?"),
    ROW(RANGE, "{3} {10} {2}", "4"),
    ROW(RANGE, "f[3] f[-3] f[-2]", "3"),
    ROW(RANGE, "{3} {1} {2}", "0"),
    ROW(RANGE, "{3} {10} {0}", "!"),
    ROW(RANGE, "{10} {3} {-3}", "3"),
    ROW(RANGE, "{3} {10} {-1}", "0"),
    ROW(RANGE, "f[0] f[0.25] f[0.125]", "2"),
    ROW(RANGE, "f[0] f[0.3] f[0.1]", "?"), /* 3 in single precision, 4 in double */
    ROW(RANGE, "f[0] f[1] f[0]", "!"),
    /* Beyond 2^53, where real numbers have no more ones. */
    ROW(RANGE, "L{9007199254740993} L{9007199254740995} L{1}", "2"),
    ROW(RANGE, "L{-9223372036854775808} L{9223372036854775807} L{9223372036854775807}", "3"),
    ROW(RANGE, "L{9223372036854775807} L{-9223372036854775808} L{-9223372036854775808}", "2"),
    ROW(RANGE, "{3} L[10] {1}", "!"),
    ROW(RANGE, "{" LEAST "} {" MOST "} {1}", "!"),
    ROW(RANGE, "i1 {10} {1}", "?"),
    ROW(RANK, "2x3", "."),
    ROW(BROADCAST_ARGS, "[2,3] [3]", "2"),
    ROW(BROADCAST_ARGS, "i1 i4", "4"),
    ROW(BROADCAST_ARGS, "i1 i4x1", "!"),
    ROW(BROADCAST_ARGS, "i1 L[4]", "!"),
    /* fillings, and blocks of places */
    ROW(FILL, "[2,3] .", "2x3"),
    ROW(FILL, "L[2] 1", "2"),
    ROW(FILL, "[2,-3] .", "!"),
    ROW(FILL, "[2,3] 2", "!"),
    ROW(FILL, "?[1] .", "?"),
    ROW(REVERSE_V2, "2x3 [1]", "2x3"),
    ROW(REVERSE_V2, "2x3 [0,-1]", "2x3"),
    ROW(REVERSE_V2, "2x3 [2]", "!"),
    ROW(REVERSE_V2, "2x3 ?[1]", "?"),
    ROW(SPACE_TO_BATCH_ND, "2x5x4x3 [3,2] [1,0,0,2]", "12x2x3x3"),
    ROW(SPACE_TO_BATCH_ND, "2x6x3 [3] [0,0]", "6x2x3"),
    ROW(SPACE_TO_BATCH_ND, "2x5x4x3 [3,2] [0,0,0,0]", "!"),
    ROW(SPACE_TO_BATCH_ND, "2x5x4x3 [3,2] [1,0,0]", "!"),
    ROW(SPACE_TO_BATCH_ND, "2x5x4x3 [0,2] [1,0,0,0]", "!"),
    ROW(SPACE_TO_BATCH_ND, "2x5x4x3 [1,2] [-1,0,0,0]", "!"),
    ROW(SPACE_TO_BATCH_ND, "2x5x4x3 [1,2] ?[4]", "?"),
    ROW(BATCH_TO_SPACE_ND, "12x2x3x3 [3,2] [1,0,0,2]", "2x5x4x3"),
    ROW(BATCH_TO_SPACE_ND, "6x2x3 [3] [0,0]", "2x6x3"),
    ROW(BATCH_TO_SPACE_ND, "7x2x3 [3] [0,0]", "!"),
    ROW(BATCH_TO_SPACE_ND, "6x2x3 [3] [4,3]", "!"),
    ROW(BATCH_TO_SPACE_ND, "6x2x3 [" MOST "] [0,0]", "!"),
    ROW(REDUCE_PROD, "2x3x4 [1]", "2x4"),
    ROW(REDUCE_ANY, "2x3x4 [0,2]", "1x3x1", KEEP),
    ROW(REDUCE_ALL, "2x3x4 [-1]", "2x3"),
    ROW(ARG_MIN, "2x3x4 {1}", "2x4"),
    /* detectors: see test_detection.c */
    ROW(DETECTION_POSTPROCESS, "1x9x4 1x9x3 9x4", "1x10x4 1x10 1x10 1",
        .detection = {5, 2, 0, 0, 2, 0.0f, 0.5f, 1.0f, 1.0f, 1.0f, 1.0f}),
    ROW(DETECTION_POSTPROCESS, "1x9x4 1x9x3 9x4", "!4"),
    /* normalization */
    ROW(LAYER_NORMALIZATION, "2x3x4 4", "2x3x4", .norm = {2, 1e-5f}),
    ROW(LAYER_NORMALIZATION, "2x3x4 12 3x4", "2x3x4", .norm = {1, 1e-5f}),
    ROW(LAYER_NORMALIZATION, "2x3x4 4 -", "2x3x4", .norm = {2, 1e-5f}),
    ROW(LAYER_NORMALIZATION, "2x3x4 3", "!", .norm = {2, 1e-5f}),
    ROW(LAYER_NORMALIZATION, "2x3x4 4 1", "!", .norm = {2, 1e-5f}),
    ROW(LAYER_NORMALIZATION, "2x3x4 4", "!", .norm = {3, 1e-5f}),
    ROW(LAYER_NORMALIZATION, "2x3x4 4", "!", .norm = {-1, 1e-5f}),
    /* sequences: 7 times of 2 rows of 5 inputs, 3 hidden values */
    ROW(LSTM, "7x2x5 1x12x5 1x12x3", "7x1x2x3 1x2x3 1x2x3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3 1x24 i2 1x2x3 1x2x3 1x9", "7x1x2x3 1x2x3 1x2x3",
        .recurrent = {DIRECTION_REVERSE, 0}),
    ROW(LSTM, "7x2x5 2x12x5 2x12x3 - - 2x2x3 - 2x9", "7x2x2x3 2x2x3 2x2x3",
        .recurrent = {DIRECTION_BOTH, 0}),
    ROW(LSTM, "7x2x5 2x12x5 2x12x3", "!3"),
    ROW(LSTM, "7x2x5 1x12x4 1x12x3", "!3"),
    ROW(LSTM, "7x2x5 1x9x5 1x9x3", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3 1x12", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3 - i7", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3 - - 1x3x2", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3 - - - 2x2x3", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3 - - - - 1x12", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3", "!3", .recurrent = {3, 0}),
    ROW(LSTM, "7x2x5 1x12x5 1x12x3", "!3", .recurrent = {-1, 0}),
    ROW(LSTM, "2x5 1x12x5 1x12x3", "!3"),
    ROW(LSTM, "7x2x5 1x12x5 12x3", "!3"),
    ROW(LSTM, "7x2x5 1x0x5 1x0x0", "!3"),
    ROW(GRU, "7x2x5 1x9x5 1x9x3 1x18 i2 1x2x3", "7x1x2x3 1x2x3", .recurrent = {0, 1}),
    ROW(GRU, "7x2x5 2x9x5 2x9x3", "7x2x2x3 2x2x3", .recurrent = {DIRECTION_BOTH, 0}),
    ROW(SIMPLE_RNN, "7x2x5 1x3x5 1x3x3 1x6 i2 1x2x3", "7x1x2x3 1x2x3"),
    ROW(SIMPLE_RNN, "7x2x5 1x9x5 1x9x3", "!2"),
    ROW(GRU, "7x2x5 1x12x5 1x12x3", "!2"),
    ROW(GRU, "7x2x5 1x9x5 1x9x3 1x9", "!2"),
    ROW(DYNAMIC_QUANTIZE, "2x3x4", "2x3x4 . ."),
    /* 2 samples of 7 steps of 5 inputs, 3 cells, 4 outputs where they are projected */
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x3") NO_PEEPS "3 3 3 3 - - 2x3 2x3",
        "2x7x3 2x3 2x3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "7x2x5" COUPLED("3x5", "3x3") NO_PEEPS "- 3 3 3 - - 2x3 2x3",
        "7x2x3 2x3 2x3", .sequence = {.time_major = 1}),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM,
        "2x7x5" GATES("3x5", "3x4") "3 3 3 3 3 3 3 4x3 4 2x4 2x3 3 3 3 3", "2x7x4 2x4 2x3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x4") NO_PEEPS "3 3 3 3 4x3 - 2x4 2x3",
        "?3", .sequence = {.diagonal = 1}),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x3") NO_PEEPS "3 3 3 3 - - 2x3", "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x3") NO_PEEPS "3 3 3 3 - - 2x3 3x3",
        "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x4") NO_PEEPS "3 3 3 3 - - 2x4 2x3",
        "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x3") NO_PEEPS "3 3 3 3 - 3 2x3 2x3",
        "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x4", "3x3") NO_PEEPS "3 3 3 3 - - 2x3 2x3",
        "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" COUPLED("3x5", "3x3") NO_PEEPS "3 3 3 3 - - 2x3 2x3",
        "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5" GATES("3x5", "3x3") "- - 3 3 3 3 3 - - 2x3 2x3",
        "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM,
        "2x7x5" GATES("3x5", "3x3") NO_PEEPS "3 3 3 3 - - 2x3 2x3 - 3 3 3", "!3"),
    ROW(UNIDIRECTIONAL_SEQUENCE_LSTM, "2x7x5 3x5", "!3"),
    ROW(SVDF, "2x5 6x5 6x7 3 2x42", "2x3 2x42", .svdf = {.rank = 2}),
    ROW(SVDF, "2x5 6x5 6x7 - 2x42", "2x6 2x42", .svdf = {.rank = 1}),
    ROW(SVDF, "2x5 6x5 6x7 - 2x41", "!2", .svdf = {.rank = 1}),
    ROW(SVDF, "2x5 6x5 6x7", "!2", .svdf = {.rank = 1}),
    ROW(SVDF, "2x5 6x5 6x7 4 2x42", "!2", .svdf = {.rank = 1}),
    ROW(SVDF, "2x5 6x4 6x7 - 2x42", "!2", .svdf = {.rank = 1}),
    ROW(SVDF, "2x5 6x5 5x7 - 2x42", "!2", .svdf = {.rank = 1}),
    ROW(SVDF, "2x5 6x5 6x7 - 2x42", "!2", .svdf = {.rank = 4}),
    ROW(SVDF, "2x5 6x5 6x7 - 2x42", "!2"),
    /* picking */
    ROW(GATHER, "5x4 i2x3", "2x3x4"),
    ROW(GATHER, "5x4 i2x3", "5x2x3", .gather = {-1, 0}),
    ROW(GATHER, "5x4 i.", "4"),
    ROW(GATHER, "5x4 L[0,1]", "2x4"),
    ROW(GATHER, "2x5x4 i2x3", "2x3x4", .gather = {1, 1}),
    ROW(GATHER, "2x5x4 i2x3", "2x3x4", .gather = {1, -1}),
    ROW(GATHER, "2x3x7 i2x3", "2x3", .gather = {2, 2}),
    ROW(GATHER, "3x5x4 i2x3", "!", .gather = {1, 1}),
    ROW(GATHER, "2x3x7 i2x3", "!", .gather = {1, 2}),
    ROW(GATHER, "2x3x7 i2", "!", .gather = {2, 2}),
    ROW(GATHER, "5x4 i2x3", "!", .gather = {1, INT32_MIN}),
    ROW(GATHER, "5x4 i2", "!", .gather = {2, 0}),
    ROW(GATHER, ". i2", "!"),
    ROW(GATHER, "5x4 2x3", "?"),
    ROW(GATHER, "0x4 i2", "?"),
    ROW(GATHER, "2x2x2x2 i2x2x2x2", "?"),
    ROW(SLICE, "4x5 [1,2] [2,3]", "2x3"),
    ROW(SLICE, "4x5 L[1,2] [-1,-1]", "3x3"),
    ROW(SLICE, "4x5 [4,5] [0,-1]", "0x0"),
    ROW(SLICE, "4x5 [3,0] [2,5]", "!"),
    ROW(SLICE, "4x5 [-1,0] [1,5]", "!"),
    ROW(SLICE, "4x5 [5,0] [-1,5]", "!"),
    ROW(SLICE, "4x5 [1,0] [-2,5]", "!"),
    ROW(SLICE, "4x5 [" MOST ",0] [" MOST ",5]", "!"),
    ROW(SLICE, "4x5 [" LEAST ",0] [-1,5]", "!"),
    ROW(SLICE, "4x5 [1] [2]", "!"),
    ROW(SLICE, "4x5 [1,2] [2,3,1]", "!"),
    ROW(SLICE, "4x5 ?[2] [2,3]", "?"),
    ROW(SLICE, "4x5 [1,2] ?[2]", "?"),
    /* masks: begin, end, ellipsis, new axis, shrink, and whether the ends are offsets */
    ROW(STRIDED_SLICE, "4x5 [1,0] [3,5] [1,2]", "2x3"),
    ROW(STRIDED_SLICE, "4x5 L[1] L[3] L[1]", "2x5"),
    ROW(STRIDED_SLICE, "5 [4] [0] [-2]", "2"),
    ROW(STRIDED_SLICE, "5 [-1] [-6] [-1]", "5"),
    ROW(STRIDED_SLICE, "5 [3] [1] [1]", "0"),
    ROW(STRIDED_SLICE, "5 [" LEAST "] [" MOST "] [1]", "5"),
    ROW(STRIDED_SLICE, "5 [" MOST "] [" LEAST "] [-1]", "5"),
    ROW(STRIDED_SLICE, "5 [1] [5] [" MOST "]", "1"),
    ROW(STRIDED_SLICE, "5 [3] [4] [1]", "4", .slice = {.begin_mask = 1}),
    ROW(STRIDED_SLICE, "5 [0] [1] [-1]", "3", .slice = {.begin_mask = 1}),
    ROW(STRIDED_SLICE, "5 [1] [2] [2]", "2", .slice = {.end_mask = 1}),
    ROW(STRIDED_SLICE, "5 [3] [0] [-1]", "4", .slice = {.end_mask = 1}),
    ROW(STRIDED_SLICE, "4x5 [9,9] [9,9] [1,1]", "4x5", .slice = {.begin_mask = 3, .end_mask = 3}),
    ROW(STRIDED_SLICE, "2x3x4x5 [9,1] [9,2] [1,1]", "2x3x4x1", .slice = {.ellipsis_mask = 1}),
    ROW(STRIDED_SLICE, "2x3x4x5 [1,9,2] [2,9,4] [1,9,1]", "1x3x4x2", .slice = {.ellipsis_mask = 2}),
    ROW(STRIDED_SLICE, "2x3 [0,9,0] [1,9,2] [1,1,1]", "1x2", .slice = {.ellipsis_mask = 2}),
    ROW(STRIDED_SLICE, "2x3 [0,9,0] [2,9,3] [1,1,1]", "2x1x3", .slice = {.new_axis_mask = 2}),
    ROW(STRIDED_SLICE, "2x3 [9,9] [9,9] [1,1]", "1x1x2x3", .slice = {.new_axis_mask = 3}),
    ROW(STRIDED_SLICE, "4x5 [1,0] [9,5] [1,1]", "5", .slice = {.shrink_axis_mask = 1}),
    ROW(STRIDED_SLICE, "4x5 [0,-5] [4,0] [1,1]", "4", .slice = {.shrink_axis_mask = 2}),
    ROW(STRIDED_SLICE, "4x5 [3,4] [9,9] [1,1]", ".", .slice = {.shrink_axis_mask = 3}),
    ROW(STRIDED_SLICE, "4x5 [9,0,1] [9,1,2] [1,1,1]", "1x1",
        .slice = {.new_axis_mask = 1, .shrink_axis_mask = 2}),
    ROW(STRIDED_SLICE, "5 [1] [3] [1]", "3", .slice = {.offset = 1}),
    ROW(STRIDED_SLICE, "5 [-2] [2] [1]", "2", .slice = {.offset = 1}),
    ROW(STRIDED_SLICE, "5 [-9] [3] [1]", "3", .slice = {.offset = 1}),
    ROW(STRIDED_SLICE, "4x5 [4,0] [9,5] [1,1]", "!", .slice = {.shrink_axis_mask = 1}),
    ROW(STRIDED_SLICE, "4x5 [-5,0] [9,5] [1,1]", "!", .slice = {.shrink_axis_mask = 1}),
    ROW(STRIDED_SLICE, "4x5 [" LEAST "] [9] [1]", "!", .slice = {.shrink_axis_mask = 1}),
    ROW(STRIDED_SLICE, "5 [0] [5] [0]", "!"),
    ROW(STRIDED_SLICE, "5 [0,0] [1,1] [1,1]", "!"),
    ROW(STRIDED_SLICE, "4x5 [0] [1,2] [1]", "!"),
    ROW(STRIDED_SLICE, "4x5 [0] [1] [1,1]", "!"),
    ROW(STRIDED_SLICE, "1x1x1x1x1x1 [0] [1] [1]", "!", .slice = {.new_axis_mask = 1}),
    ROW(STRIDED_SLICE, "5 [0] ?[1] [1]", "?"),
};

/* Operators whose output has the shape of their input. */
static const enum op unary[] = {OP_RELU,         OP_RELU6,
                                OP_RELU_N1_TO_1, OP_LEAKY_RELU,
                                OP_ELU,          OP_HARD_SWISH,
                                OP_GELU,         OP_EXP,
                                OP_LOGISTIC,     OP_TANH,
                                OP_SOFTMAX,      OP_L2_NORMALIZATION,
                                OP_LOG,          OP_SQRT,
                                OP_RSQRT,        OP_ABS,
                                OP_NEG,          OP_CAST,
                                OP_QUANTIZE,     OP_DEQUANTIZE,
                                OP_ERF,          OP_LOCAL_RESPONSE_NORMALIZATION,
                                OP_SILU,         OP_LOGICAL_NOT,
                                OP_LOG_SOFTMAX,  OP_ZEROS_LIKE,
                                OP_FLOOR,        OP_SIN,
                                OP_SQUARE,       OP_CEIL,
                                OP_COS,          OP_ROUND,
                                OP_SIGN};

/* Operators whose inputs broadcast to the shape of the output. */
static const enum op binary[] = {OP_ADD,         OP_SUB,        OP_MUL,
                                 OP_DIV,         OP_POW,        OP_MAXIMUM,
                                 OP_MINIMUM,     OP_PRELU,      OP_SQUARED_DIFFERENCE,
                                 OP_EQUAL,       OP_NOT_EQUAL,  OP_LESS,
                                 OP_LESS_EQUAL,  OP_GREATER,    OP_GREATER_EQUAL,
                                 OP_LOGICAL_AND, OP_LOGICAL_OR, OP_FLOOR_DIV,
                                 OP_FLOOR_MOD};

/* The rows for them, of any operator among them. */
static const struct row unary_rows[] = {ROW(COUNT, "2x3x4", "2x3x4"), ROW(COUNT, ".", "."),
                                        ROW(COUNT, "0", "0"),
                                        ROW(COUNT, "1x1x1x1x1x1", "1x1x1x1x1x1")};
static const struct row binary_rows[] = {
    ROW(COUNT, "2x3 2x3", "2x3"),   ROW(COUNT, "2x1 3", "2x3"),
    ROW(COUNT, "3 5x2x1", "5x2x3"), ROW(COUNT, ". 2x3", "2x3"),
    ROW(COUNT, ". .", "."),         ROW(COUNT, "2x3 2x4", "!"),
    ROW(COUNT, "2x3 3x2", "!"),     ROW(COUNT, "0x3 3", "0x3"),
    ROW(COUNT, "2x3 0", "!"),       ROW(COUNT, "1048576x1 1x1048577", "!")};

/* --- reading the rows ------------------------------------------------------------------------- */

static struct shape parse_shape(const char *word)
{
    struct shape shape = {0};
    if (word[0] == '.')
        return shape;
    for (char *end = NULL; !end || *end == 'x'; word = end + 1) {
        assert_in_range(shape.rank, 0, SHAPE_RANK_MAX - 1);
        shape.dim[shape.rank++] = (int32_t)strtol(word, &end, 10);
    }
    return shape;
}

/* "[1,2]" or "{1}" into values; returns how many. */
static int parse_list(const char *word, int64_t *values, float *reals, int most)
{
    int count = 0;
    const char *at = word + 1;
    while (*at != ']' && *at != '}') {
        char *end;
        assert_in_range(count, 0, most - 1);
        reals[count] = strtof(at, NULL);
        values[count++] = strtoll(at, &end, 10);
        end += strspn(end, ".0123456789");
        at = *end == ',' ? end + 1 : end;
    }
    return count;
}

static int add_list(struct graph *graph, const char *word)
{
    int64_t wide[8];
    int32_t narrow[8];
    float real[8];
    char kind = word[0];
    bool is_plain = kind == '[' || kind == '{';
    int count = parse_list(is_plain ? word : word + 1, wide, real, 8);
    for (int i = 0; i < count; i++)
        narrow[i] = (int32_t)wide[i];
    struct shape shape = strchr(word, '{') ? (struct shape){0} : SHAPE(count);
    if (kind == '?')
        return harness_tensor(graph, TYPE_I32, shape, 0.0f, 0);
    if (kind == 'f')
        return harness_constant(graph, TYPE_F32, shape, 0.0f, 0, real);
    return kind == 'L' ? harness_constant(graph, TYPE_I64, shape, 0.0f, 0, wide)
                       : harness_constant(graph, TYPE_I32, shape, 0.0f, 0, narrow);
}

static int add_input(struct graph *graph, const char *word)
{
    if (word[0] == '-')
        return NO_TENSOR;
    if (word[0] == 'i')
        return harness_tensor(graph, TYPE_I32, parse_shape(word + 1), 0.0f, 0);
    return word[0] == '.' || isdigit((unsigned char)word[0])
               ? harness_tensor(graph, TYPE_F32, parse_shape(word), 0.0f, 0)
               : add_list(graph, word);
}

/* The next word of a text, which moves behind it; false at its end. */
static bool next_word(const char **text, char word[64])
{
    int length = 0;
    if (sscanf(*text, " %63s%n", word, &length) != 1)
        return false;
    *text += length;
    return true;
}

static bool is_refusal(const struct row *row)
{
    return row->outputs[0] == '!' || row->outputs[0] == '?';
}

/* A graph of the row's node; op is what runs the row. */
static struct graph *build(const struct row *row, enum op op)
{
    struct graph *graph = graph_new("g");
    int inputs[OP_INPUTS_MAX], outputs[8], n_inputs = 0, n_outputs = 0;
    const char *in = row->inputs, *out = row->outputs;
    char word[64];
    while (next_word(&in, word))
        inputs[n_inputs++] = add_input(graph, word);
    int refused = is_refusal(row) && out[1] ? atoi(out + 1) : 1;
    for (int i = 0; is_refusal(row) ? i < refused : next_word(&out, word); i++)
        outputs[n_outputs++] = harness_tensor(graph, TYPE_F32, SHAPE(77), 0.0f, 0);
    graph_add_node(graph, op, inputs, n_inputs, outputs, n_outputs, &row->params);
    return graph;
}

/* --- the rows --------------------------------------------------------------------------------- */

static void check_outputs(const struct row *row, enum op op, const struct graph *graph)
{
    const char *out = row->outputs;
    char word[64], got[SHAPE_TEXT_SIZE];
    for (int i = 0; next_word(&out, word); i++) {
        struct shape expected = parse_shape(word);
        const struct shape *shape = &node_output(graph, &graph->nodes[0], i)->shape;
        if (!shape_equal(shape, &expected))
            fail_msg("%s of %s: output %d is %s, expected %s", op_name(op), row->inputs, i,
                     shape_text(shape, got), word);
    }
}

static bool fits(const struct shape *shape, const char *dims)
{
    bool is_open = strncmp(dims, "...", 3) == 0;
    int named = (int)strlen(dims) - (is_open ? 3 : 0);
    if (dims[0] == '\0')
        return shape_elements(shape) == 1;
    return is_open ? shape->rank >= named : shape->rank == named;
}

/* What the rule accepts and makes has the ranks that the row of the operator table says. Constant
 * lists may be scalars. */
static void check_described(const struct row *row, enum op op, const struct graph *graph)
{
    const struct op_info *info = &op_table[op];
    const struct node *node = &graph->nodes[0];
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *in = node_input(graph, node, i);
        const char *dims = info->inputs[info->max_inputs == OP_VARIADIC ? 0 : i].dims;
        if (in && !in->data && !fits(&in->shape, dims))
            fail_msg("%s of %s: input %d is not %s", op_name(op), row->inputs, i, dims);
    }
    for (int i = 0; i < node->n_outputs; i++) {
        const char *dims = info->outputs[info->max_outputs == OP_VARIADIC ? 0 : i].dims;
        if (!fits(&node_output(graph, node, i)->shape, dims))
            fail_msg("%s of %s: output %d is not %s", op_name(op), row->inputs, i, dims);
    }
}

static void check_row(const struct row *row, enum op op)
{
    struct graph *graph = build(row, op);
    struct error error = {0};
    enum status status = infer_node(graph, &graph->nodes[0], &error);
    enum status expected = !is_refusal(row)         ? STATUS_OK
                           : row->outputs[0] == '!' ? STATUS_FORMAT
                                                    : STATUS_UNSUPPORTED;
    if (status != expected)
        fail_msg("%s of %s: status %d (%s), expected %d", op_name(op), row->inputs, status,
                 error.text, expected);
    if (status == STATUS_OK) {
        check_outputs(row, op, graph);
        check_described(row, op, graph);
    } else {
        char place[80];
        snprintf(place, sizeof(place), "g: node 0 (%s)", op_name(op));
        assert_string_equal(error.where, place);
        assert_true(error.text[0] != '\0' && !isupper((unsigned char)error.text[0]));
    }
    graph_free(graph);
}

static void shapes_follow_from_inputs_and_constants(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        check_row(&rows[i], rows[i].op);
    for (size_t i = 0; i < LENGTH(unary) * LENGTH(unary_rows); i++)
        check_row(&unary_rows[i % LENGTH(unary_rows)], unary[i / LENGTH(unary_rows)]);
    for (size_t i = 0; i < LENGTH(binary) * LENGTH(binary_rows); i++)
        check_row(&binary_rows[i % LENGTH(binary_rows)], binary[i / LENGTH(binary_rows)]);
}

static void every_operator_has_a_row(void **state)
{
    bool reached[OP_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        reached[rows[i].op] = reached[rows[i].op] || !is_refusal(&rows[i]);
    for (size_t i = 0; i < LENGTH(unary); i++)
        reached[unary[i]] = true;
    for (size_t i = 0; i < LENGTH(binary); i++)
        reached[binary[i]] = true;
    for (int op = 0; op < OP_COUNT; op++)
        if (!reached[op])
            fail_msg("%s: no row infers its shape", op_name((enum op)op));
}

/* --- hostile values --------------------------------------------------------------------------- */

#define HOSTILE_ROUNDS 30

static struct random random_state;

static int32_t hostile(void)
{
    static const int32_t values[] = {
        INT32_MIN, INT32_MIN + 1, -7,     -2,        -1,           0, 1, 2, 3, 5, 6, 255,
        65536,     1 << 30,       123456, INT32_MAX, INT32_MAX - 1};
    return values[random_below(&random_state, LENGTH(values))];
}

static bool one_in(size_t count)
{
    return random_below(&random_state, count) == 0;
}

static void damage_tensor(struct tensor *tensor)
{
    struct shape changed = tensor->shape;
    for (int i = 0; i < changed.rank; i++)
        if (one_in(3))
            changed.dim[i] = hostile() & INT32_MAX;
    if (!tensor->data && shape_is_valid(&changed))
        tensor->shape = changed;
    char *elements = (char *)(uintptr_t)tensor->data; /* from the arena: not really constant */
    size_t size = type_size(tensor->type);
    for (size_t i = 0; elements && i < shape_elements(&tensor->shape); i++) {
        int64_t value =
            tensor->type == TYPE_I64 && one_in(4) ? INT64_MIN + hostile() % 2 + 1 : hostile();
        if (one_in(2))
            memcpy(elements + i * size, &value, size);
    }
}

static void damage_params(struct node *node)
{
    const struct param_schema *schema = op_table[node->op].params;
    for (int i = 0; i < schema->count; i++) {
        char *member = (char *)&node->params + schema->fields[i].offset;
        int32_t value = hostile();
        if (schema->fields[i].kind == FIELD_INTS)
            ((struct vector_params *)member)->values[random_below(&random_state, 6)] = value;
        else if (schema->fields[i].kind == FIELD_PADS && one_in(3))
            memcpy(member + sizeof(value) * random_below(&random_state, 4), &value, sizeof(value));
        else if (one_in(3))
            memcpy(member, &value, sizeof(value));
    }
}

/* Whatever the values are, the rule refuses or makes shapes that are possible. */
static void check_hostile(const struct row *row)
{
    struct graph *graph = build(row, row->op);
    struct error error = {0};
    for (int i = 0; i < graph->n_tensors; i++)
        damage_tensor(&graph->tensors[i]);
    damage_params(&graph->nodes[0]);
    if (infer_node(graph, &graph->nodes[0], &error) == STATUS_OK)
        for (int i = 0; i < graph->nodes[0].n_outputs; i++)
            assert_true(shape_is_valid(&node_output(graph, &graph->nodes[0], i)->shape));
    else
        assert_string_not_equal(error.text, "");
    graph_free(graph);
}

static void hostile_values_are_refused_or_make_possible_shapes(void **state)
{
    (void)state;
    random_state.state = 1;
    for (int round = 0; round < HOSTILE_ROUNDS; round++)
        for (size_t i = 0; i < LENGTH(rows); i++)
            check_hostile(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_follow_from_inputs_and_constants),
        cmocka_unit_test(every_operator_has_a_row),
        cmocka_unit_test(hostile_values_are_refused_or_make_possible_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
