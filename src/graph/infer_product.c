/* Shape rules of convolutions, pools and matrix products. */
#include "graph/infer.h"

struct window conv_window(const struct conv_params *params, int dimension, int32_t in,
                          int32_t filter)
{
    const struct pads *pads = &params->pads;
    return (struct window){
        .in = in,
        .filter = filter,
        .stride = dimension == 0 ? params->stride_h : params->stride_w,
        .dilation = dimension == 0 ? params->dilation_h : params->dilation_w,
        .padding = params->padding,
        .before = dimension == 0 ? pads->top : pads->left,
        .after = dimension == 0 ? pads->bottom : pads->right,
    };
}

struct window pool_dimension(const struct pool_params *params, int dimension, int32_t in)
{
    const struct pads *pads = &params->pads;
    return (struct window){
        .in = in,
        .filter = dimension == 0 ? params->filter_h : params->filter_w,
        .stride = dimension == 0 ? params->stride_h : params->stride_w,
        .dilation = 1,
        .padding = params->padding,
        .before = dimension == 0 ? pads->top : pads->left,
        .after = dimension == 0 ? pads->bottom : pads->right,
    };
}

/* No padding is wider: sums of sizes then fit. */
#define PAD_MAX (1 << 24)

bool infer_window(const struct window *window, int32_t *out, int32_t *before)
{
    bool is_explicit = window->padding == PADDING_EXPLICIT;
    if (window->in < 1 || window->filter < 1 || window->stride < 1 || window->dilation < 1)
        return false;
    if (is_explicit && (window->before < 0 || window->after < 0 || window->before > PAD_MAX ||
                        window->after > PAD_MAX))
        return false;
    int64_t extent = ((int64_t)window->filter - 1) * window->dilation + 1, stride = window->stride;
    int64_t in = (int64_t)window->in + (is_explicit ? (int64_t)window->before + window->after : 0);
    int64_t count = window->padding == PADDING_SAME ? (in + stride - 1) / stride
                                                    : (in + stride - extent) / stride;
    if (count < 1 || count > INT32_MAX || extent > INT32_MAX)
        return false;
    int64_t total = (count - 1) * stride + extent - in;
    *out = (int32_t)count;
    *before = is_explicit ? window->before : total > 0 ? (int32_t)(total / 2) : 0;
    return true;
}

static enum status window_error(struct error *error)
{
    return error_set(error, STATUS_FORMAT, NULL,
                     "the filter, stride or dilation does not fit the input");
}

static bool conv_size(const struct conv_params *params, const struct shape *in, int32_t filter_h,
                      int32_t filter_w, int32_t *out_h, int32_t *out_w)
{
    struct window rows = conv_window(params, 0, in->dim[1], filter_h);
    struct window columns = conv_window(params, 1, in->dim[2], filter_w);
    int32_t before;
    return infer_window(&rows, out_h, &before) && infer_window(&columns, out_w, &before);
}

static enum status check_bias(const struct graph *graph, const struct node *node, int input,
                              int32_t channels, struct error *error)
{
    const struct tensor *bias = node_input(graph, node, input);
    if (bias && shape_elements(&bias->shape) != (size_t)channels)
        return error_set(error, STATUS_FORMAT, NULL, "%zu biases for %d output channels",
                         shape_elements(&bias->shape), channels);
    return STATUS_OK;
}

static enum status check_images(const struct shape *in, const struct shape *filter,
                                struct error *error)
{
    char a[SHAPE_TEXT_SIZE], b[SHAPE_TEXT_SIZE];
    if (in->rank != 4 || filter->rank != 4 || shape_elements(filter) == 0)
        return error_set(error, STATUS_FORMAT, NULL,
                         "expected an NHWC image and a filter of rank 4, not %s and %s",
                         shape_text(in, a), shape_text(filter, b));
    return STATUS_OK;
}

enum status infer_conv(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct shape *filter = &node_input(graph, node, 1)->shape;
    enum status status = check_images(in, filter, error);
    if (status != STATUS_OK)
        return status;
    int32_t group = filter->dim[3], h, w;
    if (in->dim[3] < 1 || in->dim[3] % group != 0 || filter->dim[0] % (in->dim[3] / group) != 0)
        return error_set(error, STATUS_FORMAT, NULL,
                         "%d input channels and %d filters do not divide into groups of %d",
                         in->dim[3], filter->dim[0], group);
    if (!conv_size(&node->params.conv, in, filter->dim[1], filter->dim[2], &h, &w))
        return window_error(error);
    struct shape out = SHAPE(in->dim[0], h, w, filter->dim[0]);
    graph->tensors[node->outputs[0]].shape = out;
    return check_bias(graph, node, 2, out.dim[3], error);
}

enum status infer_depthwise(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct shape *filter = &node_input(graph, node, 1)->shape;
    enum status status = check_images(in, filter, error);
    if (status != STATUS_OK)
        return status;
    if (filter->dim[0] != 1 || in->dim[3] < 1 || filter->dim[3] % in->dim[3] != 0)
        return error_set(error, STATUS_FORMAT, NULL, "%d filters for %d input channels",
                         filter->dim[3], in->dim[3]);
    int32_t h, w;
    if (!conv_size(&node->params.conv, in, filter->dim[1], filter->dim[2], &h, &w))
        return window_error(error);
    struct shape out = SHAPE(in->dim[0], h, w, filter->dim[3]);
    graph->tensors[node->outputs[0]].shape = out;
    return check_bias(graph, node, 2, out.dim[3], error);
}

enum status infer_transpose_conv(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *filter = &node_input(graph, node, 1)->shape;
    const struct shape *in = &node_input(graph, node, 2)->shape;
    struct shape out = {.rank = 4};
    int count;
    enum status status = check_images(in, filter, error);
    if (status == STATUS_OK)
        status = infer_constant(graph, node, 0, out.dim, 4, &count, error);
    if (status != STATUS_OK)
        return status;
    int32_t h, w;
    if (count != 4 || out.dim[0] != in->dim[0] || out.dim[3] != filter->dim[0] ||
        in->dim[3] != filter->dim[3])
        return error_set(error, STATUS_FORMAT, NULL,
                         "the output shape does not fit the input and the filter");
    /* The input must be what the forward convolution makes of the output. */
    if (!conv_size(&node->params.conv, &out, filter->dim[1], filter->dim[2], &h, &w) ||
        h != in->dim[1] || w != in->dim[2])
        return window_error(error);
    graph->tensors[node->outputs[0]].shape = out;
    return check_bias(graph, node, 3, out.dim[3], error);
}

enum status infer_pool(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct pool_params *params = &node->params.pool;
    int32_t h, w, before;
    if (in->rank != 4)
        return error_set(error, STATUS_FORMAT, NULL, "expected an NHWC image, not rank %d",
                         in->rank);
    struct window rows = pool_dimension(params, 0, in->dim[1]);
    struct window columns = pool_dimension(params, 1, in->dim[2]);
    if (!infer_window(&rows, &h, &before) || !infer_window(&columns, &w, &before))
        return window_error(error);
    if (rows.before >= rows.filter || rows.after >= rows.filter ||
        columns.before >= columns.filter || columns.after >= columns.filter)
        return error_set(error, STATUS_FORMAT, NULL,
                         "a window of the pool lies entirely in the padding");
    struct shape out = SHAPE(in->dim[0], h, w, in->dim[3]);
    graph->tensors[node->outputs[0]].shape = out;
    return STATUS_OK;
}

enum status infer_fully_connected(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct shape *weights = &node_input(graph, node, 1)->shape;
    const struct dense_params *params = &node->params.dense;
    char a[SHAPE_TEXT_SIZE], b[SHAPE_TEXT_SIZE];
    if (params->weights_format != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "shuffled weights are not supported");
    if (weights->rank != 2 || weights->dim[0] < 1 || weights->dim[1] < 1 || in->rank < 1 ||
        shape_elements(in) % (size_t)weights->dim[1] != 0 ||
        (params->keep_num_dims && in->dim[in->rank - 1] != weights->dim[1]))
        return error_set(error, STATUS_FORMAT, NULL, "input %s does not fit weights %s",
                         shape_text(in, a), shape_text(weights, b));
    struct shape out = *in;
    if (!params->keep_num_dims) {
        size_t rows = shape_elements(in) / (size_t)weights->dim[1];
        if (rows > INT32_MAX)
            return error_set(error, STATUS_FORMAT, NULL, "%zu rows are too many", rows);
        out = SHAPE((int32_t)rows, 0);
    }
    out.dim[out.rank - 1] = weights->dim[0];
    graph->tensors[node->outputs[0]].shape = out;
    return check_bias(graph, node, 2, weights->dim[0], error);
}

/* The last two dimensions, swapped where adj says so, and the leading ones as a shape. */
static struct shape operand(const struct shape *in, bool adj, int32_t *rows, int32_t *columns)
{
    struct shape leading = *in;
    leading.rank -= 2;
    *rows = in->dim[in->rank - (adj ? 1 : 2)];
    *columns = in->dim[in->rank - (adj ? 2 : 1)];
    return leading;
}

enum status infer_batch_matmul(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *a = &node_input(graph, node, 0)->shape;
    const struct shape *b = &node_input(graph, node, 1)->shape;
    const struct matmul_params *params = &node->params.matmul;
    char text_a[SHAPE_TEXT_SIZE], text_b[SHAPE_TEXT_SIZE];
    if (a->rank >= 2 && b->rank >= 2) {
        int32_t m, k, again, n;
        struct shape left = operand(a, params->adj_x != 0, &m, &k);
        struct shape right = operand(b, params->adj_y != 0, &again, &n);
        struct shape out;
        if (k == again && shape_broadcast(&left, &right, &out)) {
            out.dim[out.rank++] = m;
            out.dim[out.rank++] = n;
            graph->tensors[node->outputs[0]].shape = out;
            return STATUS_OK;
        }
    }
    return error_set(error, STATUS_FORMAT, NULL, "shapes %s and %s do not multiply",
                     shape_text(a, text_a), shape_text(b, text_b));
}
