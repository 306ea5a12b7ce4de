/* Convolutions and pools of .onnx files. */
#include "formats/onnx/write/export.h"
#include "graph/infer.h"

/* --- windows */

/* The attributes of windows that slide over rows and columns. */
struct geometry {
    int64_t kernel[2], strides[2], dilations[2], pads[4]; /* pads: before both, after both */
};

/* Cells after the last one of the input that the windows reach. */
static int64_t cells_after(const struct window *window, int32_t out, int32_t before)
{
    int64_t extent = ((int64_t)window->filter - 1) * window->dilation + 1;
    int64_t reach = ((int64_t)out - 1) * window->stride + extent - window->in - before;
    if (window->padding == PADDING_EXPLICIT)
        return window->after;
    return reach > 0 ? reach : 0;
}

static struct geometry geometry_of(const struct window windows[2])
{
    struct geometry geometry = {.kernel = {0}};
    for (int i = 0; i < 2; i++) {
        const struct window *window = &windows[i];
        int32_t out = 1, before = 0;
        infer_window(window, &out, &before);
        geometry.kernel[i] = window->filter;
        geometry.strides[i] = window->stride;
        geometry.dilations[i] = window->dilation;
        geometry.pads[i] = before;
        geometry.pads[2 + i] = cells_after(window, out, before);
    }
    return geometry;
}

static bool differs(const int64_t *numbers, int count, int64_t usual)
{
    bool found = false;
    for (int i = 0; i < count; i++)
        found = found || numbers[i] != usual;
    return found;
}

/* Attributes of the node added last; defaults are left out. */
static void set_geometry(struct exporter *exporter, const struct geometry *geometry)
{
    struct onnx_file *file = &exporter->file;
    onnx_set_ints(file, "kernel_shape", geometry->kernel, 2);
    if (differs(geometry->strides, 2, 1))
        onnx_set_ints(file, "strides", geometry->strides, 2);
    if (differs(geometry->dilations, 2, 1))
        onnx_set_ints(file, "dilations", geometry->dilations, 2);
    if (differs(geometry->pads, 4, 0))
        onnx_set_ints(file, "pads", geometry->pads, 4);
}

/* --- convolutions */

/* Of a PAD that adds cells around rows and columns alone: how many. */
static bool read_border(const struct exporter *exporter, const struct node *pad,
                        struct pads *border)
{
    int32_t cells[8];
    int count = 0;
    struct error error;
    bool known = infer_constant(exporter->graph, pad, 1, cells, 8, &count, &error) == STATUS_OK &&
                 count == 8;
    if (!known || cells[0] || cells[1] || cells[6] || cells[7])
        return false;
    *border = (struct pads){cells[2], cells[4], cells[3], cells[5]};
    return true;
}

/* Whether a node reads the tensor as the image of a convolution that can have more padding. */
static bool takes_border(const struct node *node, int tensor)
{
    bool is_conv = node->op == OP_CONV_2D || node->op == OP_DEPTHWISE_CONV_2D;
    if (!is_conv || node->inputs[0] != tensor || node->params.conv.padding == PADDING_SAME)
        return false;
    for (int i = 1; i < node->n_inputs; i++)
        if (node->inputs[i] == tensor)
            return false;
    return true;
}

/* Runtimes have integer kernels for convolutions with padding, but not for padding. */
bool export_is_padding(const struct exporter *exporter, const struct node *pad)
{
    const struct graph *graph = exporter->graph;
    struct pads border;
    int out = pad->outputs[0], taken = 0;
    if (pad->op != OP_PAD || exporter->tensors[pad->inputs[0]].source != NO_TENSOR ||
        !export_stored_alike(exporter, pad->inputs[0], out) || !read_border(exporter, pad, &border))
        return false;
    for (int n = 0; n < graph->n_nodes; n++)
        taken += takes_border(&graph->nodes[n], out);
    return taken > 0 && taken == graph_uses(graph, out);
}

/* The image that a convolution reads and the padding that it has then. */
static int conv_input(const struct exporter *exporter, const struct node *node,
                      struct conv_params *params)
{
    const struct node *pad = exporter->tensors[node->inputs[0]].pad;
    struct pads border = {0};
    *params = node->params.conv;
    if (!pad || !read_border(exporter, pad, &border))
        return node->inputs[0];
    struct pads own = params->padding == PADDING_EXPLICIT ? params->pads : (struct pads){0};
    params->padding = PADDING_EXPLICIT;
    params->pads = (struct pads){own.top + border.top, own.left + border.left,
                                 own.bottom + border.bottom, own.right + border.right};
    return pad->inputs[0];
}

static struct geometry conv_geometry(const struct exporter *exporter, const struct node *node)
{
    struct conv_params params;
    int image = conv_input(exporter, node, &params);
    const struct shape *in = &export_tensor(exporter, image)->shape;
    const struct shape *filter = &node_input(exporter->graph, node, 1)->shape;
    const struct window windows[] = {
        conv_window(&params, 0, in->dim[1], filter->dim[1]),
        conv_window(&params, 1, in->dim[2], filter->dim[2]),
    };
    return geometry_of(windows);
}

static void set_conv(struct exporter *exporter)
{
    const struct node *node = exporter->node;
    const struct geometry geometry = conv_geometry(exporter, node);
    int32_t depth = node_input(exporter->graph, node, 0)->shape.dim[3];
    int32_t own = node_input(exporter->graph, node, 1)->shape.dim[3];
    int32_t groups = node->op == OP_DEPTHWISE_CONV_2D ? depth : depth / own;
    set_geometry(exporter, &geometry);
    if (groups != 1)
        onnx_set_int(&exporter->file, "group", groups);
}

/* Filters are [channels, depth, rows, columns]. */
EXPORT(conv)
{
    static const int depthwise_order[] = {3, 0, 1, 2};
    const int *order = node->op == OP_DEPTHWISE_CONV_2D ? depthwise_order : export_first_order;
    if (export_tensor(exporter, node->inputs[0])->type == TYPE_I32) {
        export_refuse(exporter, "sums of int32 products cannot be expressed in .onnx files");
        return;
    }
    struct conv_params params;
    int image = conv_input(exporter, node, &params), value;
    int x = export_read(exporter, image, LAYOUT_CHANNELS_FIRST);
    if (export_is_dynamic(exporter, 0, 1)) {
        struct shape channels = SHAPE(node_output(exporter->graph, node, 0)->shape.dim[3], 1, 1);
        value = export_dynamic_product(exporter, "ConvInteger", x, order, &channels, set_conv);
    } else {
        int weights = export_read_weights(exporter, node->inputs[1], order);
        int bias = export_read_bias(exporter, 0, 1, 2);
        value = EMIT(exporter, name, x, weights, bias);
        set_conv(exporter);
    }
    export_finish(exporter, node->outputs[0], LAYOUT_CHANNELS_FIRST, value,
                  node->params.conv.activation);
}

/* The windows slide over the output. ONNX's padding crops it; cells after the last window, which
 * VALID padding may leave, are output_padding. */
static void set_transpose_conv(struct exporter *exporter, const struct node *node)
{
    const struct shape *filter = &node_input(exporter->graph, node, 1)->shape;
    const struct shape *in = &node_input(exporter->graph, node, 2)->shape;
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    const struct window windows[] = {
        conv_window(&node->params.conv, 0, out->dim[1], filter->dim[1]),
        conv_window(&node->params.conv, 1, out->dim[2], filter->dim[2]),
    };
    struct geometry geometry = geometry_of(windows);
    int64_t added[2] = {0};
    for (int i = 0; i < 2; i++) {
        int64_t reach = geometry.strides[i] * (in->dim[1 + i] - 1) +
                        geometry.dilations[i] * (geometry.kernel[i] - 1) + 1;
        int64_t after = reach - geometry.pads[i] - out->dim[1 + i];
        geometry.pads[2 + i] = after > 0 ? after : 0;
        added[i] = after < 0 ? -after : 0;
    }
    set_geometry(exporter, &geometry);
    if (differs(added, 2, 0))
        onnx_set_ints(&exporter->file, "output_padding", added, 2);
}

/* Filters are [depth, channels, rows, columns]. */
EXPORT(transpose_conv)
{
    static const int order[] = {3, 0, 1, 2};
    int x = export_read(exporter, node->inputs[2], LAYOUT_CHANNELS_FIRST);
    int weights = export_read_weights(exporter, node->inputs[1], order);
    int bias = export_read_bias(exporter, 2, 1, 3);
    int value = EMIT(exporter, name, x, weights, bias);
    set_transpose_conv(exporter, node);
    export_finish(exporter, node->outputs[0], LAYOUT_CHANNELS_FIRST, value,
                  node->params.conv.activation);
}

/* --- pools */

EXPORT(pool)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    const struct window windows[] = {
        pool_dimension(&node->params.pool, 0, in->dim[1]),
        pool_dimension(&node->params.pool, 1, in->dim[2]),
    };
    const struct geometry geometry = geometry_of(windows);
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], LAYOUT_CHANNELS_FIRST));
    set_geometry(exporter, &geometry);
    export_finish(exporter, node->outputs[0], LAYOUT_CHANNELS_FIRST, value,
                  node->params.pool.activation);
}
