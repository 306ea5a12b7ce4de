/* What can be folded into a product with constant weights, and how. */
#include <string.h>

#include "graph/links.h"
#include "graph/node_params.h"
#include "rewrite/fuse_internal.h"

struct node *fuse_sole_producer(struct graph *graph, int tensor)
{
    return tensor != NO_TENSOR && graph_uses(graph, tensor) == 1 ? graph_producer(graph, tensor)
                                                                 : NULL;
}

bool fuse_is_float(const struct tensor *tensor)
{
    return tensor && tensor->type == TYPE_F32;
}

bool fuse_is_foldable_product(const struct graph *graph, struct node *node)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    if (rule->weight_input == NO_INPUT || !op_has(node->op, TRAIT_FUSES) ||
        node_activation(node) != ACTIVATION_NONE)
        return false;
    const struct tensor *weights = node_input(graph, node, rule->weight_input);
    const struct tensor *bias = node_input(graph, node, rule->bias_input);
    return fuse_is_float(weights) && weights->data &&
           (!bias || (bias->type == TYPE_F32 && bias->data)) &&
           fuse_is_float(node_output(graph, node, 0));
}

int32_t fuse_last_dimension(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

float fuse_value_at(const struct tensor *per_channel, int32_t channel)
{
    const float *values = per_channel->data;
    return shape_elements(&per_channel->shape) == 1 ? values[0] : values[channel];
}

float *fuse_own_bias(struct graph *graph, struct node *node, int32_t channels)
{
    int input = op_table[node->op].quant.bias_input;
    float *values = arena_alloc(graph->arena, (size_t)channels * sizeof(*values));
    const struct tensor *old = node_input(graph, node, input);
    if (old)
        memcpy(values, old->data, (size_t)channels * sizeof(*values));
    struct tensor tensor = {.name = "", .type = TYPE_F32, .shape = SHAPE(channels), .data = values};
    if (input >= node->n_inputs) {
        int *inputs = arena_alloc(graph->arena, ((size_t)input + 1) * sizeof(*inputs));
        memcpy(inputs, node->inputs, (size_t)node->n_inputs * sizeof(*inputs));
        inputs[input] = NO_TENSOR;
        links_set_inputs(graph, node, inputs, input + 1);
    }
    links_set_input(graph, node, input, graph_add_tensor(graph, &tensor));
    return values;
}

void fuse_scale_weights(struct graph *graph, struct node *node, const struct tensor *factors)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    struct tensor weights = *node_input(graph, node, rule->weight_input);
    int axis = rule->weight_axis;
    size_t inner = shape_span(&weights.shape, axis + 1, weights.shape.rank);
    size_t channels = (size_t)weights.shape.dim[axis], count = shape_elements(&weights.shape);
    float *values = arena_copy(graph->arena, weights.data, count * sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] *= fuse_value_at(factors, (int32_t)(i / inner % channels));
    weights.data = values;
    links_set_input(graph, node, rule->weight_input, graph_add_tensor(graph, &weights));
}

void fuse_replace_by(struct graph *graph, struct node *node, struct node *before)
{
    int output = node->outputs[0];
    node_add_origin(graph, before, &node->origin);
    links_remove_node(graph, node);
    links_set_output(graph, before, 0, output);
}
