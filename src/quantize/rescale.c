#include "quantize/rescale.h"

#include <stdint.h>

bool rescale_can(const struct graph *graph, const struct product *product)
{
    const struct tensor *bias = node_input(graph, &product->node, PRODUCT_BIAS);
    bool grouped = product->groups > 1 && product->node.op != OP_DEPTHWISE_CONV_2D;
    return !grouped && bias && bias->data && bias->type == TYPE_F32 &&
           graph_uses(graph, product->weights) == 1 &&
           graph_uses(graph, product->node.inputs[PRODUCT_BIAS]) == 1;
}

void rescale_own(struct graph *graph, int tensor)
{
    graph->tensors[tensor].data = arena_copy(graph->arena, graph->tensors[tensor].data,
                                             tensor_bytes(&graph->tensors[tensor]));
}

float *rescale_numbers(const struct graph *graph, int tensor)
{
    return (float *)(uintptr_t)graph->tensors[tensor].data;
}

void rescale_make_up(const struct graph *graph, const struct product *product, const float *lost)
{
    int outputs = product_outputs(graph, product);
    const float *weights = graph->tensors[product->weights].data;
    float *biases = rescale_numbers(graph, product->node.inputs[PRODUCT_BIAS]);
    for (int o = 0; o < outputs; o++) {
        struct strip strip = product_strip(graph, product, o);
        double sum = 0.0;
        for (int i = 0; i < product->inputs; i++)
            sum += (double)weights[strip.first + (size_t)i * strip.step] *
                   (double)lost[product_channel(product, outputs, o, i)];
        biases[o] += (float)sum;
    }
}
