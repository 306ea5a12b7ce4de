/* Shape rules: what op_table's rows point to. Each sets the shapes of the node's outputs. */
#ifndef GRAPH_INFER_H
#define GRAPH_INFER_H

#include "graph/graph.h"

enum status infer_same(struct graph *graph, const struct node *node, struct error *error);
enum status infer_broadcast(struct graph *graph, const struct node *node, struct error *error);
enum status infer_conv(struct graph *graph, const struct node *node, struct error *error);
enum status infer_depthwise(struct graph *graph, const struct node *node, struct error *error);
enum status infer_transpose_conv(struct graph *graph, const struct node *node, struct error *error);
enum status infer_pool(struct graph *graph, const struct node *node, struct error *error);
enum status infer_fully_connected(struct graph *graph, const struct node *node,
                                  struct error *error);
enum status infer_batch_matmul(struct graph *graph, const struct node *node, struct error *error);
enum status infer_reduce(struct graph *graph, const struct node *node, struct error *error);
enum status infer_arg_max(struct graph *graph, const struct node *node, struct error *error);
enum status infer_concatenation(struct graph *graph, const struct node *node, struct error *error);
enum status infer_pack(struct graph *graph, const struct node *node, struct error *error);
enum status infer_unpack(struct graph *graph, const struct node *node, struct error *error);
enum status infer_split(struct graph *graph, const struct node *node, struct error *error);
enum status infer_split_v(struct graph *graph, const struct node *node, struct error *error);
enum status infer_reshape(struct graph *graph, const struct node *node, struct error *error);
enum status infer_squeeze(struct graph *graph, const struct node *node, struct error *error);
enum status infer_expand_dims(struct graph *graph, const struct node *node, struct error *error);
enum status infer_transpose(struct graph *graph, const struct node *node, struct error *error);
enum status infer_pad(struct graph *graph, const struct node *node, struct error *error);
enum status infer_slice(struct graph *graph, const struct node *node, struct error *error);
enum status infer_strided_slice(struct graph *graph, const struct node *node, struct error *error);
enum status infer_gather(struct graph *graph, const struct node *node, struct error *error);
enum status infer_resize(struct graph *graph, const struct node *node, struct error *error);
enum status infer_shape(struct graph *graph, const struct node *node, struct error *error);
enum status infer_depth_to_space(struct graph *graph, const struct node *node, struct error *error);
enum status infer_space_to_depth(struct graph *graph, const struct node *node, struct error *error);
enum status infer_tile(struct graph *graph, const struct node *node, struct error *error);
enum status infer_broadcast_to(struct graph *graph, const struct node *node, struct error *error);
enum status infer_select(struct graph *graph, const struct node *node, struct error *error);
enum status infer_fill(struct graph *graph, const struct node *node, struct error *error);
enum status infer_reverse(struct graph *graph, const struct node *node, struct error *error);
enum status infer_blocks(struct graph *graph, const struct node *node, struct error *error);
enum status infer_update_slice(struct graph *graph, const struct node *node, struct error *error);
enum status infer_gather_nd(struct graph *graph, const struct node *node, struct error *error);
enum status infer_embedding_lookup(struct graph *graph, const struct node *node,
                                   struct error *error);
enum status infer_scatter_nd(struct graph *graph, const struct node *node, struct error *error);
enum status infer_top_k(struct graph *graph, const struct node *node, struct error *error);
enum status infer_one_hot(struct graph *graph, const struct node *node, struct error *error);
enum status infer_cumsum(struct graph *graph, const struct node *node, struct error *error);
enum status infer_where(struct graph *graph, const struct node *node, struct error *error);
enum status infer_range(struct graph *graph, const struct node *node, struct error *error);
enum status infer_broadcast_args(struct graph *graph, const struct node *node, struct error *error);
enum status infer_rank(struct graph *graph, const struct node *node, struct error *error);
enum status infer_select_rows(struct graph *graph, const struct node *node, struct error *error);
enum status infer_layer_norm(struct graph *graph, const struct node *node, struct error *error);
enum status infer_recurrent(struct graph *graph, const struct node *node, struct error *error);
enum status infer_sequence_lstm(struct graph *graph, const struct node *node, struct error *error);
enum status infer_svdf(struct graph *graph, const struct node *node, struct error *error);
enum status infer_detection(struct graph *graph, const struct node *node, struct error *error);
enum status infer_dynamic_quantize(struct graph *graph, const struct node *node,
                                   struct error *error);

/* Matrices of weights that a unit of LSTM, GRU or SIMPLE_RNN has. */
int32_t infer_gates(enum op op);

/* Runs the node's rule; the error names the node. */
enum status infer_node(struct graph *graph, const struct node *node, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Reads a constant int32 or int64 input into values; *count is its number of elements, at most max.
 * An input that is computed at run time is STATUS_UNSUPPORTED. */
enum status infer_constant(const struct graph *graph, const struct node *node, int input,
                           int32_t *values, int max, int *count, struct error *error)
    __attribute__((nonnull(1, 2, 4, 6, 7)));

/* Which dimensions of its input a reduction or the like takes together: those of its constant axes,
 * input 1. */
enum status infer_reduced(const struct graph *graph, const struct node *node,
                          bool is_reduced[SHAPE_RANK_MAX], struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: blocks of places along the dimensions behind the first,
 * each of which is padded, or cropped after. wide is where the blocks lie, small what is left of
 * it in every batch. */
struct block_plan {
    int count; /* of dimensions */
    int32_t block[SHAPE_RANK_MAX], before[SHAPE_RANK_MAX], wide[SHAPE_RANK_MAX],
        small[SHAPE_RANK_MAX];
    struct shape out;
};
enum status infer_block_plan(const struct graph *graph, const struct node *node,
                             struct block_plan *plan, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* The numbers of a RANGE, whose inputs are constants: start + i * step. */
struct range_plan {
    double start, step;
    int64_t whole_start, whole_step; /* the same of integers */
    int32_t count;
};
enum status infer_range_plan(const struct graph *graph, const struct node *node,
                             struct range_plan *plan, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* A window that slides along one dimension of an image. */
struct window {
    int32_t in, filter, stride, dilation, padding;
    int32_t before, after; /* cells around the image, with PADDING_EXPLICIT */
};

/* The windows of convolutions and pools along the rows (0) or the columns (1) of an image. */
struct window conv_window(const struct conv_params *params, int dimension, int32_t in,
                          int32_t filter) __attribute__((nonnull(1)));
struct window pool_dimension(const struct pool_params *params, int dimension, int32_t in)
    __attribute__((nonnull(1)));

/* Padding arithmetic (tflite specification): output size and cells added before the first; false
 * when nothing is left. */
bool infer_window(const struct window *window, int32_t *out, int32_t *before)
    __attribute__((nonnull(1, 2, 3)));

/* A STRIDED_SLICE or SLICE resolved to plain begins and strides per input dimension. extent is the
 * number of elements taken. */
struct slice_plan {
    int32_t begin[SHAPE_RANK_MAX], stride[SHAPE_RANK_MAX], extent[SHAPE_RANK_MAX];
    struct shape out;
};

/* Resolves the node (whose index inputs are constant). */
enum status infer_slice_plan(const struct graph *graph, const struct node *node,
                             struct slice_plan *plan, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
enum status infer_strided_slice_plan(const struct graph *graph, const struct node *node,
                                     struct slice_plan *plan, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
