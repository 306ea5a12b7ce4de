#include "graph/infer.h"

#include <string.h>

enum status infer_node(struct graph *graph, const struct node *node, struct error *error)
{
    char place[NODE_TEXT_SIZE];
    enum status status = op_table[node->op].infer(graph, node, error);
    for (int i = 0; status == STATUS_OK && i < node->n_outputs; i++)
        if (!shape_is_valid(&node_output(graph, node, i)->shape))
            status = error_set(error, STATUS_FORMAT, NULL, "output %d has an impossible shape", i);
    if (status != STATUS_OK)
        error_within(error, "%s: %s", graph->name, node_text(graph, node, place));
    return status;
}

static bool narrow(int64_t wide, int32_t *value)
{
    *value = (int32_t)wide;
    return wide >= INT32_MIN && wide <= INT32_MAX;
}

/* Why the input cannot be read as a list of at most max numbers, in words that follow its name. */
static enum status check_list(const struct tensor *tensor, int max, struct error *error)
{
    if (!tensor)
        return error_set(error, STATUS_FORMAT, NULL, "is missing");
    if (!tensor->data)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "is computed at run time ('%s'), expected a constant", tensor->name);
    if (tensor->type != TYPE_I32 && tensor->type != TYPE_I64)
        return error_set(error, STATUS_FORMAT, NULL, "has type %s, expected int32 or int64",
                         type_name(tensor->type));
    if (shape_elements(&tensor->shape) > (size_t)max)
        return error_set(error, STATUS_FORMAT, NULL, "has %zu elements, expected at most %d",
                         shape_elements(&tensor->shape), max);
    return STATUS_OK;
}

static enum status read_list(const struct tensor *tensor, int32_t *values, struct error *error)
{
    size_t elements = shape_elements(&tensor->shape);
    if (tensor->type == TYPE_I32) {
        memcpy(values, tensor->data, elements * sizeof(*values));
        return STATUS_OK;
    }
    for (size_t i = 0; i < elements; i++) {
        int64_t wide;
        memcpy(&wide, (const char *)tensor->data + i * sizeof(wide), sizeof(wide));
        if (!narrow(wide, &values[i]))
            return error_set(error, STATUS_FORMAT, NULL, "holds %lld, out of range",
                             (long long)wide);
    }
    return STATUS_OK;
}

enum status infer_constant(const struct graph *graph, const struct node *node, int input,
                           int32_t *values, int max, int *count, struct error *error)
{
    const struct tensor *tensor = node_input(graph, node, input);
    struct error why;
    enum status status = check_list(tensor, max, &why);
    if (status == STATUS_OK)
        status = read_list(tensor, values, &why);
    if (status != STATUS_OK)
        return error_set(error, status, NULL, "input %d (%s) %s", input,
                         op_input_name(node->op, input), why.text);
    *count = (int)shape_elements(&tensor->shape);
    return STATUS_OK;
}

static void set_output(struct graph *graph, const struct node *node, int i,
                       const struct shape *shape)
{
    graph->tensors[node->outputs[i]].shape = *shape;
}

enum status infer_same(struct graph *graph, const struct node *node, struct error *error)
{
    (void)error;
    set_output(graph, node, 0, &node_input(graph, node, 0)->shape);
    return STATUS_OK;
}

enum status infer_broadcast(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *a = &node_input(graph, node, 0)->shape;
    const struct shape *b = &node_input(graph, node, 1)->shape;
    struct shape out;
    char text_a[SHAPE_TEXT_SIZE], text_b[SHAPE_TEXT_SIZE];
    if (!shape_broadcast(a, b, &out))
        return error_set(error, STATUS_FORMAT, NULL, "shapes %s and %s do not broadcast",
                         shape_text(a, text_a), shape_text(b, text_b));
    set_output(graph, node, 0, &out);
    return STATUS_OK;
}

/* Removes the marked dimensions, or sets them to 1. */
static struct shape reduced(const struct shape *in, const bool *removed, bool keep)
{
    struct shape out = {0};
    for (int i = 0; i < in->rank; i++)
        if (!removed[i] || keep)
            out.dim[out.rank++] = removed[i] ? 1 : in->dim[i];
    return out;
}

enum status infer_reduced(const struct graph *graph, const struct node *node,
                          bool is_reduced[SHAPE_RANK_MAX], struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int32_t axes[SHAPE_RANK_MAX];
    int count, axis;
    enum status status = infer_constant(graph, node, 1, axes, SHAPE_RANK_MAX, &count, error);
    if (status != STATUS_OK)
        return status;
    memset(is_reduced, 0, SHAPE_RANK_MAX * sizeof(*is_reduced));
    for (int i = 0; i < count; i++) {
        if (!shape_axis(axes[i], in->rank, &axis))
            return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axes[i],
                             in->rank);
        is_reduced[axis] = true;
    }
    return STATUS_OK;
}

enum status infer_reduce(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    bool is_reduced[SHAPE_RANK_MAX];
    enum status status = infer_reduced(graph, node, is_reduced, error);
    if (status != STATUS_OK)
        return status;
    struct shape out = reduced(in, is_reduced, node->params.reduce.keep_dims != 0);
    set_output(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_arg_max(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    bool removed[SHAPE_RANK_MAX] = {false};
    int32_t value;
    int count, axis;
    enum status status = infer_constant(graph, node, 1, &value, 1, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != 1 || !shape_axis(value, in->rank, &axis) || in->dim[axis] < 1)
        return error_set(error, STATUS_FORMAT, NULL, "the axis does not fit a tensor of rank %d",
                         in->rank);
    removed[axis] = true;
    struct shape out = reduced(in, removed, false);
    set_output(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_shape(struct graph *graph, const struct node *node, struct error *error)
{
    (void)error;
    struct shape out = SHAPE(node_input(graph, node, 0)->shape.rank);
    set_output(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_resize(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct resize_params *params = &node->params.resize;
    int32_t size[2];
    int count;
    enum status status = infer_constant(graph, node, 1, size, 2, &count, error);
    if (status != STATUS_OK)
        return status;
    if (in->rank != 4 || count != 2 || size[0] < 1 || size[1] < 1 || in->dim[1] < 1 ||
        in->dim[2] < 1)
        return error_set(error, STATUS_FORMAT, NULL, "expected an NHWC image and a positive size");
    if (params->align_corners && params->half_pixel_centers)
        return error_set(error, STATUS_FORMAT, NULL,
                         "align_corners and half_pixel_centers exclude each other");
    struct shape out = SHAPE(in->dim[0], size[0], size[1], in->dim[3]);
    set_output(graph, node, 0, &out);
    return STATUS_OK;
}
