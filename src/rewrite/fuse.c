#include "rewrite/fuse.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/node_params.h"
#include "rewrite/fuse_internal.h"

struct node *fuse_sole_producer(struct graph *graph, int tensor)
{
    return tensor != NO_TENSOR && graph_uses(graph, tensor) == 1 ? graph_producer(graph, tensor)
                                                                 : NULL;
}

static bool is_float(const struct tensor *tensor)
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
    return is_float(weights) && weights->data &&
           (!bias || (bias->type == TYPE_F32 && bias->data)) &&
           is_float(node_output(graph, node, 0));
}

/* Whether the tensor is a float constant with one value per index of the last dimension, or one. */
static bool is_per_channel(const struct tensor *tensor, int32_t channels)
{
    size_t elements = shape_elements(&tensor->shape);
    int rank = tensor->shape.rank;
    return is_float(tensor) && tensor->data &&
           (elements == 1 ||
            (elements == (size_t)channels && rank > 0 && tensor->shape.dim[rank - 1] == channels));
}

int32_t fuse_last_dimension(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

static float value_at(const struct tensor *per_channel, int32_t channel)
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
        node->inputs = inputs;
        node->n_inputs = input + 1;
    }
    node->inputs[input] = graph_add_tensor(graph, &tensor);
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
        values[i] *= value_at(factors, (int32_t)(i / inner % channels));
    weights.data = values;
    node->inputs[rule->weight_input] = graph_add_tensor(graph, &weights);
}

void fuse_replace_by(struct graph *graph, struct node *node, struct node *before)
{
    before->outputs[0] = node->outputs[0];
    size_t behind = (size_t)(graph->nodes + graph->n_nodes - (node + 1));
    memmove(node, node + 1, behind * sizeof(*node));
    graph->n_nodes--;
}

/* The other operand of a MUL, ADD or SUB whose first one `before` computes. SUB only has its
 * constant on the right; the others on either side. */
static const struct tensor *constant_operand(const struct graph *graph, const struct node *node,
                                             int *computed)
{
    for (int i = node->op == OP_SUB ? 1 : 0; i < 2; i++) {
        const struct tensor *operand = node_input(graph, node, i);
        if (operand && operand->data) {
            *computed = node->inputs[1 - i];
            return operand;
        }
    }
    return NULL;
}

/* Folds MUL, ADD or SUB with a constant per channel into the product before it. */
static bool fold_affine(struct graph *graph, struct node *node, struct fuse_counts *counts)
{
    int computed = NO_TENSOR;
    if (node->op != OP_MUL && node->op != OP_ADD && node->op != OP_SUB)
        return false;
    const struct tensor *constant = constant_operand(graph, node, &computed);
    struct node *before = constant ? fuse_sole_producer(graph, computed) : NULL;
    if (!before || !fuse_is_foldable_product(graph, before))
        return false;
    int32_t channels = fuse_last_dimension(node_output(graph, before, 0));
    if (!is_per_channel(constant, channels) ||
        !shape_equal(&node_output(graph, before, 0)->shape, &node_output(graph, node, 0)->shape))
        return false;
    struct tensor factors = *constant; /* the tensor list moves when constants are added */
    float *bias = fuse_own_bias(graph, before, channels);
    for (int32_t c = 0; c < channels; c++) {
        float value = value_at(&factors, c);
        bias[c] =
            node->op == OP_MUL ? bias[c] * value : bias[c] + (node->op == OP_SUB ? -value : value);
    }
    if (node->op == OP_MUL)
        fuse_scale_weights(graph, before, &factors);
    *(node->op == OP_MUL ? &counts->scales : &counts->offsets) += 1;
    *node_fused_activation(before) = node_activation(node);
    fuse_replace_by(graph, node, before);
    return true;
}

/* Integers are clamped the same way before or after they are stored. */
static bool clamps_alike(const struct tensor *before, const struct tensor *after)
{
    return before->type == after->type &&
           (is_float(before) ||
            (before->quant.count == 1 && quantization_equal(&before->quant, &after->quant)));
}

static bool fuse_activation(struct graph *graph, struct node *node, struct fuse_counts *counts)
{
    enum activation activation = op_table[node->op].activation;
    struct node *before =
        activation == ACTIVATION_NONE ? NULL : fuse_sole_producer(graph, node->inputs[0]);
    int32_t *fused = before ? node_fused_activation(before) : NULL;
    if (!fused || *fused != ACTIVATION_NONE ||
        !clamps_alike(node_output(graph, before, 0), node_output(graph, node, 0)))
        return false;
    *fused = (int32_t)activation;
    counts->activations++;
    fuse_replace_by(graph, node, before);
    return true;
}

int graph_drop_dead(struct graph *graph)
{
    bool *is_read = xcalloc((size_t)graph->n_tensors, sizeof(*is_read));
    int dropped = 0;
    for (int i = 0; i < graph->n_outputs; i++)
        is_read[graph->outputs[i]] = true;
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        struct node *node = &graph->nodes[n];
        bool alive = false;
        for (int i = 0; i < node->n_outputs; i++)
            alive = alive || is_read[node->outputs[i]];
        for (int i = 0; alive && i < node->n_inputs; i++)
            if (node->inputs[i] != NO_TENSOR)
                is_read[node->inputs[i]] = true;
        if (alive)
            continue;
        memmove(node, node + 1, (size_t)(graph->n_nodes - n - 1) * sizeof(*node));
        graph->n_nodes--;
        dropped++;
    }
    free(is_read);
    return dropped;
}

struct fuse_counts graph_fuse(struct graph *graph)
{
    struct fuse_counts counts = {.dead = graph_drop_dead(graph)};
    for (int n = 0; n < graph->n_nodes;) {
        bool changed = fold_affine(graph, &graph->nodes[n], &counts) ||
                       fuse_scale_above(graph, &graph->nodes[n], &counts) ||
                       fuse_activation(graph, &graph->nodes[n], &counts);
        if (!changed)
            n++;
    }
    return counts;
}
