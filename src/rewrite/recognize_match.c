/* Matching: what a tensor is made of. */
#include <math.h>
#include <string.h>

#include "graph/links.h"
#include "graph/node_params.h"
#include "rewrite/recognize_internal.h"

bool nearly_equal(double a, double b)
{
    return fabs(a - b) <= 1e-5 * fabs(b);
}

bool read_scalar(const struct graph *graph, int tensor, float *value)
{
    if (tensor == NO_TENSOR)
        return false;
    const struct tensor *constant = &graph->tensors[tensor];
    bool is_number =
        constant->data && constant->type == TYPE_F32 && shape_elements(&constant->shape) == 1;
    if (is_number)
        *value = *(const float *)constant->data;
    return is_number;
}

bool is_scalar(const struct graph *graph, int tensor, double value)
{
    float number;
    return read_scalar(graph, tensor, &number) && nearly_equal((double)number, value);
}

static bool has_activation(const struct node *node)
{
    return node_activation(node) != ACTIVATION_NONE;
}

const struct node *made_by(const struct graph *graph, int tensor, enum op op)
{
    const struct node *node = graph_producer(graph, tensor);
    return node && node->op == op && !has_activation(node) ? node : NULL;
}

int beside_scalar(const struct graph *graph, int tensor, enum op op, double value)
{
    const struct node *node = made_by(graph, tensor, op);
    for (int i = 0; node && i < 2; i++)
        if (is_scalar(graph, node->inputs[i], value))
            return node->inputs[1 - i];
    return NO_TENSOR;
}

static void multiply_in(const struct graph *graph, int tensor, int stop, int depth,
                        struct factors *factors)
{
    bool is_leaf = tensor == stop || depth > FACTORS_MAX;
    const struct node *node = is_leaf ? NULL : graph_producer(graph, tensor);
    float number;
    if (tensor != stop && read_scalar(graph, tensor, &number)) {
        factors->number *= (double)number;
    } else if (node && node->op == OP_MUL && !has_activation(node) &&
               factors->count <= FACTORS_MAX) {
        multiply_in(graph, node->inputs[0], stop, depth + 1, factors);
        multiply_in(graph, node->inputs[1], stop, depth + 1, factors);
    } else if (node && node->op == OP_DIV && !has_activation(node) &&
               read_scalar(graph, node->inputs[1], &number)) {
        multiply_in(graph, node->inputs[0], stop, depth + 1, factors);
        factors->number /= (double)number;
    } else if (factors->count < FACTORS_MAX) {
        factors->tensors[factors->count++] = tensor;
    } else {
        factors->count = FACTORS_MAX + 1;
    }
}

struct factors factors_of(const struct graph *graph, int tensor, int stop)
{
    struct factors factors = {.number = 1.0};
    multiply_in(graph, tensor, stop, 0, &factors);
    return factors;
}

bool is_product(const struct graph *graph, int tensor, double number, int a, int b)
{
    struct factors factors = factors_of(graph, tensor, a);
    if (factors.count != (b == NO_TENSOR ? 1 : 2) || !nearly_equal(factors.number, number))
        return false;
    if (b == NO_TENSOR)
        return factors.tensors[0] == a;
    return (factors.tensors[0] == a && factors.tensors[1] == b) ||
           (factors.tensors[0] == b && factors.tensors[1] == a);
}

bool reduced_dimensions(const struct graph *graph, const struct node *mean,
                        bool is_reduced[SHAPE_RANK_MAX])
{
    const struct tensor *axes = node_input(graph, mean, 1);
    int rank = node_input(graph, mean, 0)->shape.rank;
    memset(is_reduced, 0, SHAPE_RANK_MAX * sizeof(*is_reduced));
    if (!axes->data || axes->type != TYPE_I32)
        return false;
    for (size_t i = 0; i < shape_elements(&axes->shape); i++) {
        int axis;
        if (!shape_axis(((const int32_t *)axes->data)[i], rank, &axis))
            return false;
        is_reduced[axis] = true;
    }
    return true;
}

void become(struct graph *graph, struct node *node, enum op op, const int *inputs, int n_inputs,
            const union op_params *params)
{
    node->op = op;
    links_set_inputs(graph, node,
                     arena_copy(graph->arena, inputs, (size_t)n_inputs * sizeof(*inputs)),
                     n_inputs);
    if (params)
        node->params = *params;
    else
        params_init(&node->params, op_table[op].params);
}
