/* Windows over images as .tflite files cannot say them: with cells around, without a bias. */
#include <float.h>
#include <math.h>

#include "base/arena.h"
#include "graph/infer.h"
#include "rewrite/lower_internal.h"
#include "rewrite/padding.h"

/* The steps of sums of products, as far as floats go: zeros are the same in any. */
static float product_scale(float data, float weights)
{
    float scale = data * weights;
    return copysignf(fminf(fmaxf(fabsf(scale), FLT_MIN), FLT_MAX), scale);
}

/* A bias of zeros, in the type and the steps of the node's sums. */
static int zero_bias(struct lowering *lowering, const struct node *node)
{
    struct graph *graph = lowering->graph;
    const struct tensor *x = node_input(graph, node, 0), *weights = node_input(graph, node, 1);
    int32_t channels = weights->shape.dim[op_table[node->op].quant.weight_axis];
    int count = x->quant.count > 0 ? weights->quant.count : 0;
    float *scales = arena_alloc(graph->arena, (size_t)count * sizeof(*scales));
    for (int i = 0; i < count; i++)
        scales[i] = product_scale(x->quant.scale[0], weights->quant.scale[i]);
    struct tensor bias = {
        .name = "",
        .type = x->type == TYPE_F32   ? TYPE_F32
                : x->type == TYPE_I16 ? TYPE_I64
                                      : TYPE_I32,
        .shape = SHAPE(channels),
        .quant = {.count = count,
                  .scale = scales,
                  .zero_point = arena_alloc(graph->arena, (size_t)count * sizeof(int32_t))},
    };
    bias.data = arena_alloc(graph->arena, tensor_bytes(&bias));
    return graph_add_tensor(graph, &bias);
}

/* TFLite's kernel of CONV_2D insists on a bias, that of DEPTHWISE_CONV_2D does not. */
static bool lacks_bias(const struct graph *graph, const struct node *node)
{
    return node->op == OP_CONV_2D && !node_input(graph, node, 2);
}

bool lower_conv(struct lowering *lowering, const struct node *node)
{
    struct graph *graph = lowering->graph;
    int x = node->inputs[0];
    bool is_bare = lacks_bias(graph, node);
    union op_params params = node->params;
    if (params.conv.padding != PADDING_EXPLICIT && !is_bare)
        return false;
    params.conv.padding = padding_known(graph, node);
    if (params.conv.padding == PADDING_EXPLICIT) {
        x = lower_pad(lowering, x, &node->params.conv.pads, NO_TENSOR);
        params.conv.padding = PADDING_VALID;
    }
    params.conv.pads = (struct pads){0};
    int bias = is_bare              ? zero_bias(lowering, node)
               : node->n_inputs > 2 ? node->inputs[2]
                                    : NO_TENSOR;
    const int inputs[] = {x, node->inputs[1], bias};
    lower_add(lowering, node->op, inputs, is_bare ? 3 : node->n_inputs, &params, node->outputs[0],
              true);
    return true;
}

/* The whole image, of which the cells around are cut off. */
static void crop_transposed(struct lowering *lowering, const struct node *node,
                            union op_params *params, int inputs[4])
{
    const struct pads *pads = &node->params.conv.pads;
    struct shape shape = node_output(lowering->graph, node, 0)->shape;
    const int32_t whole[] = {shape.dim[0], shape.dim[1] + pads->top + pads->bottom,
                             shape.dim[2] + pads->left + pads->right, shape.dim[3]};
    const int32_t begin[] = {0, pads->top, pads->left, 0};
    params->conv.padding = PADDING_VALID;
    inputs[0] = graph_add_list(lowering->graph, whole, 4);
    int image =
        lower_add(lowering, node->op, inputs, node->n_inputs, params, node->outputs[0], false);
    const int slice[] = {image, graph_add_list(lowering->graph, begin, 4),
                         graph_add_list(lowering->graph, shape.dim, 4)};
    lower_add(lowering, OP_SLICE, slice, 3, NULL, node->outputs[0], true);
}

bool lower_transpose_conv(struct lowering *lowering, const struct node *node)
{
    union op_params params = node->params;
    int inputs[4] = {NO_TENSOR, NO_TENSOR, NO_TENSOR, NO_TENSOR};
    if (params.conv.padding != PADDING_EXPLICIT)
        return false;
    for (int i = 0; i < node->n_inputs; i++)
        inputs[i] = node->inputs[i];
    params.conv.padding = padding_known(lowering->graph, node);
    bool is_cropped = params.conv.padding == PADDING_EXPLICIT;
    params.conv.pads = (struct pads){0};
    if (is_cropped)
        crop_transposed(lowering, node, &params, inputs);
    else
        lower_add(lowering, node->op, inputs, node->n_inputs, &params, node->outputs[0], true);
    return true;
}

/* --- pools --- */

/* The value that is never the greatest, in the type and scale of the tensor. */
static int lowest_constant(struct lowering *lowering, int like)
{
    struct tensor tensor = lowering->graph->tensors[like];
    tensor.name = "";
    tensor.shape = (struct shape){0};
    int64_t *element = arena_alloc(lowering->graph->arena, sizeof(*element));
    if (tensor.type == TYPE_F32)
        *(float *)element = -FLT_MAX;
    else /* little-endian: its first bytes are the narrower number */
        *element = type_lowest(tensor.type);
    tensor.data = element;
    return graph_add_tensor(lowering->graph, &tensor);
}

/* How many of the window's cells lie in the image. */
static int32_t cells_inside(const struct window *window, int32_t i)
{
    int32_t first = i * window->stride - window->before, last = first + window->filter;
    return (last < window->in ? last : window->in) - (first > 0 ? first : 0);
}

/* Means over windows that count cells around the image, to be multiplied with this, do not. */
static int excluded_cells(struct lowering *lowering, const struct node *node)
{
    struct shape image = node_input(lowering->graph, node, 0)->shape;
    struct shape out = node_output(lowering->graph, node, 0)->shape;
    struct window rows = pool_dimension(&node->params.pool, 0, image.dim[1]);
    struct window columns = pool_dimension(&node->params.pool, 1, image.dim[2]);
    struct shape shape = SHAPE(1, out.dim[1], out.dim[2], 1);
    float *factors = arena_alloc(lowering->graph->arena, shape_elements(&shape) * sizeof(*factors));
    for (int32_t y = 0; y < out.dim[1]; y++)
        for (int32_t x = 0; x < out.dim[2]; x++)
            factors[y * out.dim[2] + x] =
                (float)((double)rows.filter * columns.filter /
                        ((double)cells_inside(&rows, y) * cells_inside(&columns, x)));
    return lower_reals(lowering, factors, shape);
}

static void lower_average(struct lowering *lowering, const struct node *node,
                          union op_params *params)
{
    union op_params product = {.arithmetic = {.activation = params->pool.activation}};
    int x = lower_pad(lowering, node->inputs[0], &node->params.pool.pads, NO_TENSOR);
    params->pool.activation = ACTIVATION_NONE;
    x = lower_add(lowering, node->op, &x, 1, params, node->outputs[0], false);
    const int inputs[] = {x, excluded_cells(lowering, node)};
    lower_add(lowering, OP_MUL, inputs, 2, &product, node->outputs[0], true);
}

/* An average that goes from one scale to another is one of real numbers. */
static bool lower_rescaling(struct lowering *lowering, const struct node *node)
{
    struct graph *graph = lowering->graph;
    int real[2];
    for (int i = 0; i < 2; i++) {
        struct tensor tensor = *(i ? node_output(graph, node, 0) : node_input(graph, node, 0));
        tensor.type = TYPE_F32;
        tensor.quant = (struct quantization){0};
        real[i] = graph_add_tensor(graph, &tensor);
    }
    graph_add_node(graph, OP_DEQUANTIZE, node->inputs, 1, &real[0], 1, NULL);
    const struct node pool = {.op = node->op,
                              .n_inputs = 1,
                              .n_outputs = 1,
                              .inputs = &real[0],
                              .outputs = &real[1],
                              .params = node->params};
    if (!lower_pool(lowering, &pool))
        graph_add_node(graph, pool.op, pool.inputs, 1, pool.outputs, 1, &pool.params);
    graph_add_node(graph, OP_QUANTIZE, &real[1], 1, node->outputs, 1, NULL);
    return true;
}

bool lower_pool(struct lowering *lowering, const struct node *node)
{
    struct graph *graph = lowering->graph;
    const struct tensor *in = node_input(graph, node, 0);
    union op_params params = node->params;
    int x = node->inputs[0];
    if (node->op == OP_AVERAGE_POOL_2D &&
        !quantization_equal(&in->quant, &node_output(graph, node, 0)->quant))
        return lower_rescaling(lowering, node);
    if (params.pool.padding != PADDING_EXPLICIT)
        return false;
    params.pool.padding = padding_known(graph, node);
    params.pool.pads = (struct pads){0};
    if (params.pool.padding != PADDING_EXPLICIT) {
        lower_add(lowering, node->op, &x, 1, &params, node->outputs[0], true);
        return true;
    }
    params.pool.padding = PADDING_VALID;
    if (node->op == OP_AVERAGE_POOL_2D && in->type != TYPE_F32)
        return false; /* a product would round once more */
    if (node->op == OP_AVERAGE_POOL_2D) {
        lower_average(lowering, node, &params);
        return true;
    }
    x = lower_pad(lowering, x, &node->params.pool.pads, lowest_constant(lowering, x));
    lower_add(lowering, node->op, &x, 1, &params, node->outputs[0], true);
    return true;
}
