/* Shape rules of operators that repeat, select or rearrange whole elements. */
#include "graph/infer.h"

static void set_shape(struct graph *graph, const struct node *node, int i,
                      const struct shape *shape)
{
    graph->tensors[node->outputs[i]].shape = *shape;
}

static enum status check_image(const struct shape *in, int32_t block, struct error *error)
{
    if (in->rank != 4)
        return error_set(error, STATUS_FORMAT, NULL, "expected an NHWC image, not rank %d",
                         in->rank);
    if (block < 1 || block > 1 << 15)
        return error_set(error, STATUS_FORMAT, NULL, "the block size is %d", block);
    return STATUS_OK;
}

enum status infer_depth_to_space(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int32_t block = node->params.block.size;
    enum status status = check_image(&out, block, error);
    if (status != STATUS_OK)
        return status;
    int64_t high = (int64_t)out.dim[1] * block, wide = (int64_t)out.dim[2] * block;
    if (out.dim[3] % (block * block) != 0 || high > INT32_MAX || wide > INT32_MAX)
        return error_set(error, STATUS_FORMAT, NULL,
                         "%d channels do not divide into blocks of %d x %d", out.dim[3], block,
                         block);
    out = SHAPE(out.dim[0], (int32_t)high, (int32_t)wide, out.dim[3] / (block * block));
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_space_to_depth(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int32_t block = node->params.block.size;
    enum status status = check_image(&out, block, error);
    if (status != STATUS_OK)
        return status;
    int64_t deep = (int64_t)out.dim[3] * block * block;
    if (out.dim[1] % block != 0 || out.dim[2] % block != 0 || deep > INT32_MAX)
        return error_set(error, STATUS_FORMAT, NULL,
                         "%d x %d pixels do not divide into blocks of %d x %d", out.dim[1],
                         out.dim[2], block, block);
    out = SHAPE(out.dim[0], out.dim[1] / block, out.dim[2] / block, (int32_t)deep);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_tile(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int32_t times[SHAPE_RANK_MAX];
    int count;
    enum status status = infer_constant(graph, node, 1, times, SHAPE_RANK_MAX, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != out.rank)
        return error_set(error, STATUS_FORMAT, NULL, "%d multiples for a tensor of rank %d", count,
                         out.rank);
    for (int i = 0; i < count; i++) {
        int64_t size = (int64_t)out.dim[i] * times[i];
        if (times[i] < 0 || size > INT32_MAX)
            return error_set(error, STATUS_FORMAT, NULL, "dimension %d cannot be repeated %d times",
                             i, times[i]);
        out.dim[i] = (int32_t)size;
    }
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_broadcast_to(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    struct shape wanted = {0}, out;
    char text_in[SHAPE_TEXT_SIZE], text_out[SHAPE_TEXT_SIZE];
    enum status status =
        infer_constant(graph, node, 1, wanted.dim, SHAPE_RANK_MAX, &wanted.rank, error);
    if (status != STATUS_OK)
        return status;
    if (!shape_is_valid(&wanted) || !shape_broadcast(in, &wanted, &out) ||
        !shape_equal(&out, &wanted))
        return error_set(error, STATUS_FORMAT, NULL, "shape %s does not broadcast to %s",
                         shape_text(in, text_in), shape_text(&wanted, text_out));
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_select(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *condition = &node_input(graph, node, 0)->shape;
    const struct shape *a = &node_input(graph, node, 1)->shape;
    const struct shape *b = &node_input(graph, node, 2)->shape;
    struct shape either, out;
    if (!shape_broadcast(a, b, &either) || !shape_broadcast(condition, &either, &out))
        return error_set(error, STATUS_FORMAT, NULL,
                         "the shapes of the condition and of what it selects do not broadcast");
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

/* SELECT: the condition is as large as what it selects, or one for each index of the first
 * dimension, or for all. */
enum status infer_select_rows(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *condition = &node_input(graph, node, 0)->shape;
    const struct shape *a = &node_input(graph, node, 1)->shape;
    bool is_row = condition->rank == 1 && a->rank > 0 && condition->dim[0] == a->dim[0];
    if (!shape_equal(a, &node_input(graph, node, 2)->shape) ||
        (condition->rank != 0 && !is_row && !shape_equal(condition, a)))
        return error_set(error, STATUS_FORMAT, NULL,
                         "the shapes of the condition and of what it selects do not fit");
    set_shape(graph, node, 0, a);
    return STATUS_OK;
}

enum status infer_dynamic_quantize(struct graph *graph, const struct node *node,
                                   struct error *error)
{
    const struct shape scalar = {0};
    enum status status = infer_same(graph, node, error);
    set_shape(graph, node, 1, &scalar);
    set_shape(graph, node, 2, &scalar);
    return status;
}
