/* Products of int8 with uint8 weights, which .tflite files do not have: as products of uint8, with
 * a QUANTIZE in front and behind that shifts all numbers by 128. */
#include "rewrite/lower_internal.h"

/* How many nodes before it a product's input is looked for. */
#define LOOK_BACK 64

/* Files may say int8 without saying what the numbers stand for. */
static bool is_int8(const struct tensor *tensor)
{
    return tensor->type == TYPE_I8 && tensor->quant.count == 1;
}

/* The input that holds a product's data. */
static int data_input(const struct node *node)
{
    return __builtin_ctz(op_table[node->op].quant.data_inputs);
}

static bool is_mixed(const struct graph *graph, const struct node *node)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    if (rule->weight_input == NO_INPUT || rule->weight_input >= node->n_inputs)
        return false;
    return node_input(graph, node, rule->weight_input)->type == TYPE_U8 &&
           is_int8(node_input(graph, node, data_input(node))) &&
           is_int8(node_output(graph, node, 0));
}

/* A tensor that holds the numbers of an int8 one as uint8. */
static struct tensor as_unsigned(struct graph *graph, int tensor)
{
    struct tensor made = graph->tensors[tensor];
    int32_t *zero = arena_alloc(graph->arena, sizeof(*zero));
    *zero = made.quant.zero_point[0] + 128;
    made.name = "";
    made.type = TYPE_U8;
    made.quant.zero_point = zero;
    return made;
}

/* The numbers of an int8 tensor as uint8: those that the last nodes made it from, or shifted. */
static int find_unsigned(struct graph *graph, int tensor)
{
    struct tensor wanted = as_unsigned(graph, tensor);
    for (int n = graph->n_nodes - 1; n >= 0 && n >= graph->n_nodes - LOOK_BACK; n--) {
        const struct node *node = &graph->nodes[n];
        const struct tensor *from = node_input(graph, node, 0);
        if (node->op == OP_QUANTIZE && node->outputs[0] == tensor && from->type == TYPE_U8 &&
            quantization_equal(&from->quant, &wanted.quant))
            return node->inputs[0];
    }
    int made = graph_add_tensor(graph, &wanted);
    graph_add_node(graph, OP_QUANTIZE, &tensor, 1, &made, 1, NULL);
    return made;
}

bool lower_unsigned(struct lowering *lowering, const struct node *node, struct node *made)
{
    struct graph *graph = lowering->graph;
    if (!is_mixed(graph, node))
        return false;
    int data = data_input(node), input = find_unsigned(graph, node->inputs[data]);
    struct tensor output = as_unsigned(graph, node->outputs[0]);
    *made = *node;
    made->inputs =
        arena_copy(graph->arena, node->inputs, (size_t)node->n_inputs * sizeof(*node->inputs));
    made->outputs = arena_copy(graph->arena, node->outputs, sizeof(*node->outputs));
    made->inputs[data] = input;
    made->outputs[0] = graph_add_tensor(graph, &output);
    return true;
}
