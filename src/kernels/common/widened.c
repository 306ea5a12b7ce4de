#include "kernels/common/widened.h"

static bool reads_all_channels(const struct kernel_call *call, const struct shape *weights)
{
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        return false;
    const struct shape *in = &call->inputs[op_data_input(call->node->op)].tensor->shape;
    return call->node->op != OP_CONV_2D || in->dim[3] == weights->dim[3];
}

static bool accepts_blocks(const struct kernel_call *call, const struct tensor *weights)
{
    return weights->bits == 4 && weights->quant.axis == weights->shape.rank - 1 &&
           weights->quant.block % WIDENED_BLOCK == 0 && reads_all_channels(call, &weights->shape);
}

bool widened_accepts(const struct kernel_call *call)
{
    const struct quant_rule *rule = &op_table[call->node->op].quant;
    const struct operand *weights = &call->inputs[rule->weight_input];
    const struct quantization *quant = &weights->tensor->quant;
    if (!weights->data || quant->count < 1 || weights->tensor->type != TYPE_I8)
        return false;
    if (quant->block > 0 ? !accepts_blocks(call, weights->tensor)
                         : quant->count > 1 && quant->axis != rule->weight_axis)
        return false;
    for (int i = 0; i < quant->count; i++)
        if (quant->zero_point[i] != 0)
            return false;
    return true;
}

float widened_load(const struct operand *weights, size_t i)
{
    return weights->tensor->quant.scale[quantization_entry(weights->tensor, i)] *
           (float)((const int8_t *)weights->data)[i];
}
