#include "rewrite/integer_node.h"

bool integer_node_data(const struct node *node, int i)
{
    uint32_t inputs = op_table[node->op].quant.data_inputs;
    return inputs == ALL_INPUTS || (i < 32 && (inputs >> i & 1u) != 0);
}

enum scale_rule integer_node_rule(const struct node *node, enum type activation)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    return activation == TYPE_I16 ? rule->int16 : rule->int8;
}

void integer_node_params(struct node *node, enum type activation, enum type bias)
{
    if (activation != TYPE_I16)
        return;
    if (node->op == OP_ADD || node->op == OP_SUB)
        node->params.arithmetic.pot_scale_int16 = 0;
    if (node->op == OP_CONV_2D || node->op == OP_TRANSPOSE_CONV)
        node->params.conv.bias_type = (int32_t)bias;
    if (node->op == OP_FULLY_CONNECTED)
        node->params.dense.bias_type = (int32_t)bias;
}
