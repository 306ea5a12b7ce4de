#include "quantize/correct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/doing.h"
#include "quantize/stages.h"

/* Inputs that products have in common besides the data. */
#define WEIGHT_INPUT 1

void correct_add_biases(struct graph *graph)
{
    struct product product;
    for (int n = 0; n < graph->n_nodes; n++) {
        struct node *node = &graph->nodes[n];
        if (!product_describe(graph, node, &product) || node_input(graph, node, PRODUCT_BIAS))
            continue;
        int channels = product_outputs(graph, &product);
        struct tensor bias = {.name = "", .type = TYPE_F32, .shape = SHAPE(channels)};
        bias.data = arena_alloc(graph->arena, (size_t)channels * sizeof(float));
        int *inputs = arena_alloc(graph->arena, (PRODUCT_BIAS + 1) * sizeof(*inputs));
        inputs[0] = node->inputs[0];
        inputs[WEIGHT_INPUT] = node->inputs[WEIGHT_INPUT];
        inputs[PRODUCT_BIAS] = graph_add_tensor(graph, &bias);
        node->inputs = inputs;
        node->n_inputs = PRODUCT_BIAS + 1;
    }
}

void correct_own_bias(struct graph *graph, const struct node *node)
{
    int input = op_table[node->op].quant.bias_input;
    const struct tensor *bias = input == NO_INPUT ? NULL : node_input(graph, node, input);
    if (!bias || !bias->data)
        return;
    struct tensor own = *bias;
    own.data = arena_copy(graph->arena, bias->data, tensor_bytes(bias));
    node->inputs[input] = graph_add_tensor(graph, &own);
}

/* A product of the quantized graph. */
struct layer {
    int node, origin; /* numbers there and in the float graph: products keep their order */
    float *weights;   /* as they are, in real numbers */
};

struct correction {
    const struct graph *made, *source;
    const struct means *expected;
    struct means *found;
    struct layer *layers;
    size_t count;
    size_t runs; /* of each layer */
};

/* Real numbers of a tensor's elements. */
static void make_real(const struct tensor *tensor, const void *elements, float *out)
{
    size_t count = shape_elements(&tensor->shape);
    const struct quantization *quant = &tensor->quant;
    if (tensor->type == TYPE_F32)
        memcpy(out, elements, count * sizeof(*out));
    for (size_t i = 0; tensor->type != TYPE_F32 && i < count; i++) {
        size_t at = quantization_entry(tensor, i);
        int32_t whole = tensor->type == TYPE_I16 ? ((const int16_t *)elements)[i]
                                                 : ((const int8_t *)elements)[i];
        out[i] = quant->scale[at] * (float)(whole - quant->zero_point[at]);
    }
}

static bool is_readable(const struct tensor *tensor)
{
    return tensor->type == TYPE_F32 ||
           ((tensor->type == TYPE_I8 || tensor->type == TYPE_I16) && tensor->quant.count > 0);
}

static bool is_product(const struct node *node)
{
    return node->op == OP_CONV_2D || node->op == OP_DEPTHWISE_CONV_2D ||
           node->op == OP_FULLY_CONNECTED;
}

/* The constant that a node's weights are, or (modes w8 and w4) are widened from before it. */
static const struct tensor *stored_weights(const struct graph *graph, int n)
{
    int weights = graph->nodes[n].inputs[WEIGHT_INPUT];
    for (int k = n - 1; !graph->tensors[weights].data && k >= 0; k--)
        if (graph->nodes[k].outputs[0] == weights)
            return &graph->tensors[graph->nodes[k].op == OP_DEQUANTIZE ? graph->nodes[k].inputs[0]
                                                                       : weights];
    return &graph->tensors[weights];
}

/* Whether the node's weights were quantized and its bias can be changed. */
static bool is_layer(const struct correction *correction, int n, int origin)
{
    const struct graph *made = correction->made;
    const struct tensor *weights = stored_weights(made, n);
    const struct tensor *bias = node_input(made, &made->nodes[n], PRODUCT_BIAS);
    return means_product(correction->expected, origin) && weights->data &&
           weights->type == TYPE_I8 && bias && bias->data &&
           (bias->type == TYPE_F32 || bias->type == TYPE_I32 || bias->type == TYPE_I64);
}

static void add_layer(struct correction *correction, int n, int origin)
{
    const struct graph *made = correction->made;
    const struct tensor *weights = stored_weights(made, n);
    if (!is_readable(node_input(made, &made->nodes[n], 0)))
        return;
    struct layer layer = {.node = n, .origin = origin};
    layer.weights = xcalloc(shape_elements(&weights->shape), sizeof(float));
    make_real(weights, weights->data, layer.weights);
    correction->layers[correction->count++] = layer;
}

static void correction_init(struct correction *correction)
{
    const struct graph *made = correction->made;
    correction->found = means_new(correction->source);
    correction->layers = xcalloc((size_t)made->n_nodes, sizeof(*correction->layers));
    for (int n = 0, origin = 0; n < made->n_nodes; n++) {
        if (!is_product(&made->nodes[n]))
            continue;
        while (!is_product(&correction->source->nodes[origin]))
            origin++;
        if (is_layer(correction, n, origin))
            add_layer(correction, n, origin);
        origin++;
    }
}

static void correction_release(struct correction *correction)
{
    for (size_t i = 0; i < correction->count; i++)
        free(correction->layers[i].weights);
    free(correction->layers);
    means_free(correction->found);
}

/* What the layer reads in all runs. */
static void see(struct correction *correction, const struct layer *layer,
                const struct stages *stages)
{
    const struct graph *made = correction->made;
    int data = made->nodes[layer->node].inputs[0];
    float *real = xcalloc(shape_elements(&made->tensors[data].shape), sizeof(*real));
    for (size_t run = 0; run < correction->runs; run++) {
        make_real(&made->tensors[data], stages_elements(stages, run, data), real);
        means_see_node(correction->found, layer->origin, real);
    }
    free(real);
}

/* The bias of one channel that gives it its mean in the float graph. */
static double corrected(const struct correction *correction, const struct layer *layer, int channel,
                        const struct means *found)
{
    const struct graph *source = correction->source;
    const struct node *node = &source->nodes[layer->origin];
    const float *weights = node_input(source, node, WEIGHT_INPUT)->data;
    const float *bias = node_input(source, node, PRODUCT_BIAS)->data;
    return (double)bias[channel] +
           means_output(correction->expected, layer->origin, channel, weights) -
           means_output(found, layer->origin, channel, layer->weights);
}

static double clamp(double value, double most)
{
    return fmin(fmax(value, -most), most);
}

static void store(const struct tensor *bias, int channel, double value)
{
    const struct quantization *quant = &bias->quant;
    /* constants of the quantized graph, made for it: nobody else reads them */
    if (bias->type == TYPE_F32) {
        ((float *)(uintptr_t)bias->data)[channel] = (float)value;
        return;
    }
    double steps = round(value / (double)quant->scale[quant->count > 1 ? channel : 0]);
    if (bias->type == TYPE_I32)
        ((int32_t *)(uintptr_t)bias->data)[channel] = (int32_t)clamp(steps, 2147483647.0);
    else
        ((int64_t *)(uintptr_t)bias->data)[channel] = (int64_t)clamp(steps, 2147483647.0);
}

static void correct_layer(const struct correction *correction, const struct layer *layer,
                          const struct means *found)
{
    const struct node *node = &correction->made->nodes[layer->node];
    const struct tensor *bias = node_input(correction->made, node, PRODUCT_BIAS);
    int channels = (int)shape_elements(&bias->shape);
    for (int c = 0; c < channels; c++)
        store(bias, c, corrected(correction, layer, c, found));
}

static enum status correct_in_order(struct correction *correction, struct stages *stages,
                                    struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < correction->count && status == STATUS_OK; i++) {
        const struct layer *layer = &correction->layers[i];
        status = stages_run(stages, layer->node, error);
        if (status != STATUS_OK)
            break;
        doing_tell(DOING_BIASES, i + 1, correction->count);
        see(correction, layer, stages);
        correct_layer(correction, layer, correction->found);
    }
    return status;
}

void correct_weights(struct graph *made, const struct graph *source, const struct means *means)
{
    struct correction correction = {.made = made, .source = source, .expected = means};
    correction_init(&correction);
    for (size_t i = 0; i < correction.count; i++)
        correct_layer(&correction, &correction.layers[i], means);
    correction_release(&correction);
}

enum status correct_biases(struct graph *made, const struct graph *source,
                           const struct means *expected, struct model_data *data, size_t runs,
                           struct error *error)
{
    struct correction correction = {
        .made = made, .source = source, .expected = expected, .runs = runs};
    struct stages *stages;
    enum status status = stages_new(made, data, runs, &stages, error);
    if (status != STATUS_OK)
        return status;
    correction_init(&correction);
    status = correct_in_order(&correction, stages, error);
    correction_release(&correction);
    stages_free(stages);
    return status;
}
