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

/* Runs the node's rule; the error names the node. */
enum status infer_node(struct graph *graph, const struct node *node, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Reads a constant int32 or int64 input into values; *count is its number of elements, at most max.
 * An input that is computed at run time is STATUS_UNSUPPORTED: what names it in the message. */
enum status infer_constant(const struct graph *graph, const struct node *node, int input,
                           const char *what, int32_t *values, int max, int *count,
                           struct error *error) __attribute__((nonnull(1, 2, 4, 5, 7, 8)));

/* Padding arithmetic of CONV_2D and the pools along one dimension (tflite specification): output
 * size and cells added before the first; false when nothing is left. */
bool infer_window(int32_t in, int32_t filter, int32_t stride, int32_t dilation, int32_t padding,
                  int32_t *out, int32_t *before) __attribute__((nonnull(6, 7)));

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
