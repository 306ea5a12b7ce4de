#include "quantize/product.h"

#include <string.h>

#include "graph/infer.h"

int product_source(const struct graph *graph, int tensor)
{
    for (int n = graph->n_nodes - 1; n >= 0; n--)
        if (op_has(graph->nodes[n].op, TRAIT_VIEW) && graph->nodes[n].outputs[0] == tensor)
            tensor = graph->nodes[n].inputs[0];
    return tensor;
}

static bool place_windows(struct product *product, const struct shape *in)
{
    const struct conv_params *params = &product->node.params.conv;
    struct window rows = conv_window(params, 0, in->dim[1], product->height);
    struct window columns = conv_window(params, 1, in->dim[2], product->width);
    int32_t above, left;
    if (!infer_window(&rows, &product->rows, &above) ||
        !infer_window(&columns, &product->columns, &left))
        return false;
    product->first_row = -above;
    product->first_column = -left;
    product->images = in->dim[0];
    return true;
}

/* How the weights divide into groups, and how the data into patches. */
static bool divide(const struct graph *graph, struct product *product)
{
    const struct shape *in = &node_input(graph, &product->node, 0)->shape;
    const struct shape *filter = &graph->tensors[product->weights].shape;
    if (product->node.op == OP_FULLY_CONNECTED) {
        product->groups = product->height = product->width = 1;
        product->inputs = product->channels = filter->dim[1];
        product->rows = (int)(shape_elements(in) / (size_t)product->inputs);
        product->columns = product->images = 1;
        return true;
    }
    bool depthwise = product->node.op == OP_DEPTHWISE_CONV_2D;
    int channels = depthwise ? 1 : filter->dim[3];
    product->channels = in->dim[3];
    product->groups = in->dim[3] / channels;
    product->height = filter->dim[1];
    product->width = filter->dim[2];
    product->inputs = filter->dim[1] * filter->dim[2] * channels;
    return place_windows(product, in);
}

bool product_describe(const struct graph *graph, const struct node *node, struct product *product)
{
    if (node->op != OP_CONV_2D && node->op != OP_DEPTHWISE_CONV_2D &&
        node->op != OP_FULLY_CONNECTED)
        return false;
    const struct tensor *in = node_input(graph, node, 0), *weights = node_input(graph, node, 1);
    if (in->type != TYPE_F32 || in->data || weights->type != TYPE_F32 || !weights->data)
        return false;
    *product = (struct product){
        .node = *node,
        .data = product_source(graph, node->inputs[0]),
        .weights = node->inputs[1],
    };
    return divide(graph, product);
}

size_t product_patches(const struct product *product)
{
    return (size_t)product->images * (size_t)product->rows * (size_t)product->columns;
}

void product_patch(const struct graph *graph, const struct product *product, size_t patch,
                   int group, const float *elements, float *to)
{
    const struct shape *in = &node_input(graph, &product->node, 0)->shape;
    const struct conv_params *params = &product->node.params.conv;
    if (product->node.op == OP_FULLY_CONNECTED) {
        memcpy(to, elements + patch * (size_t)product->inputs,
               (size_t)product->inputs * sizeof(float));
        return;
    }
    size_t channels = (size_t)in->dim[3], own = channels / (size_t)product->groups;
    size_t cells = (size_t)product->rows * (size_t)product->columns, cell = patch % cells;
    const float *image =
        elements + patch / cells * (size_t)in->dim[1] * (size_t)in->dim[2] * channels;
    int top = product->first_row + (int)(cell / (size_t)product->columns) * params->stride_h;
    int left = product->first_column + (int)(cell % (size_t)product->columns) * params->stride_w;
    for (int y = 0; y < product->height; y++)
        for (int x = 0; x < product->width; x++, to += own) {
            int row = top + y * params->dilation_h, column = left + x * params->dilation_w;
            bool inside = row >= 0 && row < in->dim[1] && column >= 0 && column < in->dim[2];
            if (inside)
                memcpy(to,
                       image + ((size_t)row * (size_t)in->dim[2] + (size_t)column) * channels +
                           (size_t)group * own,
                       own * sizeof(float));
            else
                memset(to, 0, own * sizeof(float));
        }
}

int product_outputs(const struct graph *graph, const struct product *product)
{
    const struct shape *filter = &graph->tensors[product->weights].shape;
    return filter->dim[product->node.op == OP_DEPTHWISE_CONV_2D ? 3 : 0];
}

struct strip product_strip(const struct graph *graph, const struct product *product, int channel)
{
    if (product->node.op == OP_DEPTHWISE_CONV_2D)
        return (struct strip){(size_t)channel, (size_t)product_outputs(graph, product)};
    return (struct strip){(size_t)channel * (size_t)product->inputs, 1};
}

int product_activation(const struct product *product)
{
    const union op_params *params = &product->node.params;
    return product->node.op == OP_FULLY_CONNECTED ? params->dense.activation
                                                  : params->conv.activation;
}

bool product_pads(const struct graph *graph, const struct product *product)
{
    const struct shape *in = &node_input(graph, &product->node, 0)->shape;
    const struct conv_params *params = &product->node.params.conv;
    if (product->node.op == OP_FULLY_CONNECTED)
        return false;
    int last_row = product->first_row + (product->rows - 1) * params->stride_h +
                   (product->height - 1) * params->dilation_h;
    int last_column = product->first_column + (product->columns - 1) * params->stride_w +
                      (product->width - 1) * params->dilation_w;
    return product->first_row < 0 || product->first_column < 0 || last_row >= in->dim[1] ||
           last_column >= in->dim[2];
}

int product_channel(const struct product *product, int outputs, int channel, int i)
{
    if (product->node.op == OP_DEPTHWISE_CONV_2D)
        return channel / (outputs / product->channels);
    return i % product->channels;
}
