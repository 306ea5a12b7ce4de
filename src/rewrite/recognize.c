#include "rewrite/recognize.h"

#include <math.h>
#include <string.h>

#include "graph/node_params.h"
#include "rewrite/recognize_internal.h"

/* --- matching --- */

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
    node->inputs = arena_copy(graph->arena, inputs, (size_t)n_inputs * sizeof(*inputs));
    node->n_inputs = n_inputs;
    if (params)
        node->params = *params;
    else
        params_init(&node->params, op_table[op].params);
}

/* --- functions of one tensor that are x times something --- */

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

static bool recognize_gate(struct graph *graph, struct node *node)
{
    if ((node->op != OP_MUL && node->op != OP_DIV) || has_activation(node))
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

int graph_recognize(struct graph *graph)
{
    static bool (*const rules[])(struct graph * graph, struct node * node) = {
        recognize_stored_shape, recognize_square,     recognize_bias,
        recognize_gate,         recognize_layer_norm, recognize_transposed_operand,
        recognize_padding,      recognize_flat_mean,  recognize_dynamic,
    };
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++) {
        bool done = graph->nodes[n].n_outputs != 1;
        count += recognize_reshapes(graph, &graph->nodes[n]);
        for (size_t r = 0; !done && r < sizeof(rules) / sizeof(rules[0]); r++)
            done = rules[r](graph, &graph->nodes[n]) && ++count;
    }
    return count;
}
