/* Functions of one tensor that are that tensor times a number and a gate: GELU, HARD_SWISH,
 * SILU. */
#include <math.h>

#include "graph/node_params.h"
#include "rewrite/recognize_internal.h"

/* erf(x / sqrt(2)) + 1: x, or NO_TENSOR. */
static int behind_erf(const struct graph *graph, int tensor)
{
    const struct node *erf = made_by(graph, beside_scalar(graph, tensor, OP_ADD, 1.0), OP_ERF);
    if (!erf)
        return NO_TENSOR;
    int x = beside_scalar(graph, erf->inputs[0], OP_MUL, M_SQRT1_2);
    const struct node *quotient = made_by(graph, erf->inputs[0], OP_DIV);
    if (x == NO_TENSOR && quotient && is_scalar(graph, quotient->inputs[1], M_SQRT2))
        x = quotient->inputs[0];
    return x;
}

static bool is_cube(const struct graph *graph, int tensor, double number, int x)
{
    struct factors factors = factors_of(graph, tensor, x);
    const struct node *power =
        factors.count == 1 ? made_by(graph, factors.tensors[0], OP_POW) : NULL;
    if (!nearly_equal(factors.number, number))
        return false;
    if (power)
        return power->inputs[0] == x && is_scalar(graph, power->inputs[1], 3.0);
    return factors.count == 3 && factors.tensors[0] == x && factors.tensors[1] == x &&
           factors.tensors[2] == x;
}

/* tanh(sqrt(2 / pi) * (x + 0.044715 x^3)) + 1: x, or NO_TENSOR. */
static int behind_tanh(const struct graph *graph, int tensor)
{
    const struct node *tanh_node =
        made_by(graph, beside_scalar(graph, tensor, OP_ADD, 1.0), OP_TANH);
    if (!tanh_node)
        return NO_TENSOR;
    struct factors factors = factors_of(graph, tanh_node->inputs[0], NO_TENSOR);
    const struct node *sum = factors.count == 1 ? made_by(graph, factors.tensors[0], OP_ADD) : NULL;
    if (!sum || !nearly_equal(factors.number, M_SQRT2 * 0.5 * M_2_SQRTPI))
        return NO_TENSOR;
    for (int i = 0; i < 2; i++)
        if (is_cube(graph, sum->inputs[1 - i], 0.044715, sum->inputs[i]))
            return sum->inputs[i];
    return NO_TENSOR;
}

/* relu6(x + 3): x, or NO_TENSOR. */
static int behind_relu6(const struct graph *graph, int tensor)
{
    const struct node *node = graph_producer(graph, tensor);
    if (node && node->op == OP_RELU6)
        return beside_scalar(graph, node->inputs[0], OP_ADD, 3.0);
    if (!node || node->op != OP_ADD || node->params.arithmetic.activation != ACTIVATION_RELU6)
        return NO_TENSOR;
    for (int i = 0; i < 2; i++)
        if (is_scalar(graph, node->inputs[i], 3.0))
            return node->inputs[1 - i];
    return NO_TENSOR;
}

/* logistic(x): x, or NO_TENSOR. */
static int behind_logistic(const struct graph *graph, int tensor)
{
    const struct node *node = graph_producer(graph, tensor);
    return node && node->op == OP_LOGISTIC ? node->inputs[0] : NO_TENSOR;
}

/* Operators that are number * x * gate(x). */
static const struct {
    int (*behind)(const struct graph *graph, int gate);
    double number;
    enum op op;
    union op_params params;
} gates[] = {
    {behind_erf, 0.5, OP_GELU, {.flag = {0}}},
    {behind_tanh, 0.5, OP_GELU, {.flag = {1}}},
    {behind_relu6, 1.0 / 6.0, OP_HARD_SWISH, {{0}}},
    {behind_logistic, 1.0, OP_SILU, {{0}}},
};

static bool has_shape_of(const struct graph *graph, int a, int b)
{
    return shape_equal(&graph->tensors[a].shape, &graph->tensors[b].shape);
}

bool recognize_gate(struct graph *graph, struct node *node)
{
    if ((node->op != OP_MUL && node->op != OP_DIV) || node_activation(node) != ACTIVATION_NONE)
        return false;
    int result = node->outputs[0];
    if (graph->tensors[result].type != TYPE_F32)
        return false;
    struct factors factors = factors_of(graph, result, NO_TENSOR);
    for (int f = 0; f < factors.count && factors.count <= FACTORS_MAX; f++) {
        for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
            int gate = factors.tensors[f], x = gates[i].behind(graph, gate);
            if (x == NO_TENSOR || !has_shape_of(graph, x, result) ||
                !is_product(graph, result, gates[i].number, x, gate))
                continue;
            become(graph, node, gates[i].op, &x, 1, &gates[i].params);
            return true;
        }
    }
    return false;
}
