#include "rewrite/integer_node.h"

#include "graph/node_params.h"

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
    int32_t *by_powers = node_param(node, "pot_scale_int16");
    int32_t *bias_type = node_param(node, "quantized_bias_type");
    if (by_powers)
        *by_powers = 0;
    if (bias_type)
        *bias_type = (int32_t)bias;
}
