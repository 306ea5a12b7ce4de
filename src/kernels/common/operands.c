#include "kernels/common/operands.h"

enum status operands_check_type(const struct operand *a, const struct operand *b,
                                struct error *error)
{
    if (a->tensor->type == b->tensor->type)
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL, "'%s' is %s and '%s' is %s, expected one type",
                     a->tensor->name, type_name(a->tensor->type), b->tensor->name,
                     type_name(b->tensor->type));
}

enum status operands_check_same(const struct operand *a, const struct operand *b,
                                struct error *error)
{
    enum status status = operands_check_type(a, b, error);
    if (status != STATUS_OK || !type_is_quantized(a->tensor->type))
        return status;
    if (a->tensor->quant.count > 1 || b->tensor->quant.count > 1)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "'%s' has one scale per channel",
                         a->tensor->quant.count > 1 ? a->tensor->name : b->tensor->name);
    if (!quantization_equal(&a->tensor->quant, &b->tensor->quant))
        return error_set(error, STATUS_FORMAT, NULL,
                         "'%s' and '%s' differ in scale or zero point, expected the same",
                         a->tensor->name, b->tensor->name);
    return STATUS_OK;
}

void node_view_init(struct node_view *view, const struct kernel_call *call)
{
    int count = call->n_inputs < NODE_VIEW_INPUTS ? call->n_inputs : NODE_VIEW_INPUTS;
    *view = (struct node_view){.node = *call->node};
    view->graph.name = "";
    view->graph.tensors = view->tensors;
    view->graph.n_tensors = count;
    view->node.inputs = view->numbers;
    view->node.n_inputs = count;
    for (int i = 0; i < count; i++) {
        view->numbers[i] = call->inputs[i].tensor ? i : NO_TENSOR;
        if (!call->inputs[i].tensor)
            continue;
        view->tensors[i] = *call->inputs[i].tensor;
        view->tensors[i].data = call->inputs[i].data;
    }
}
