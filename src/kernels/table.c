/* All kernels, and the choice of one for a node. */
#include "kernels/kernel.h"

#include "kernels/lists.h"

/* The reference's lists first, then the fast ones in ascending order of instruction set: the
 * last match wins. */
static const struct kernel_list *const lists[] = {
#define X(identifier) &(identifier),
    KERNEL_LISTS(X)
#undef X
};

#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

size_t kernel_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < LIST_COUNT; i++)
        count += lists[i]->count;
    return count;
}

const struct kernel *kernel_at(size_t index)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        if (index < lists[i]->count)
            return &lists[i]->rows[index];
        index -= lists[i]->count;
    }
    return NULL;
}

int op_data_input(enum op op)
{
    uint32_t inputs = op_table[op].quant.data_inputs;
    return inputs ? __builtin_ctz(inputs) : 0;
}

static bool fits(enum type wanted, const struct operand *operand)
{
    return wanted == TYPE_ANY || (operand->tensor && operand->tensor->type == wanted);
}

static bool matches(const struct kernel *kernel, const struct kernel_call *call)
{
    int data = op_data_input(kernel->op), weights = op_table[kernel->op].quant.weight_input;
    if (kernel->op != call->node->op || kernel->widens != call->widens || data >= call->n_inputs)
        return false;
    if (!fits(kernel->types.data, &call->inputs[data]) ||
        !fits(kernel->types.out, &call->outputs[0]))
        return false;
    if (weights != NO_INPUT && !fits(kernel->types.weights, &call->inputs[weights]))
        return false;
    return !kernel->accepts || kernel->accepts(call);
}

static const struct kernel *search(const struct kernel_call *call, enum isa most)
{
    const struct kernel *best = NULL;
    for (size_t i = 0; i < LIST_COUNT; i++)
        for (size_t k = 0; k < lists[i]->count; k++) {
            const struct kernel *kernel = &lists[i]->rows[k];
            if (kernel->isa <= most && isa_available(kernel->isa) && matches(kernel, call) &&
                (!best || kernel->isa >= best->isa))
                best = kernel;
        }
    return best;
}

static const char *operand_type(const struct operand *operand)
{
    return operand->tensor ? type_name(operand->tensor->type) : "nothing";
}

const struct kernel *kernel_find(const struct kernel_call *call, enum isa most, struct error *error)
{
    const struct kernel *best = search(call, most);
    if (best)
        return best;
    int data = op_data_input(call->node->op), weights = op_table[call->node->op].quant.weight_input;
    error_set(error, STATUS_UNSUPPORTED, NULL, "no kernel for %s%s%s to %s",
              data < call->n_inputs ? operand_type(&call->inputs[data]) : "nothing",
              weights == NO_INPUT ? "" : " with weights of ",
              weights == NO_INPUT ? "" : operand_type(&call->inputs[weights]),
              operand_type(&call->outputs[0]));
    return NULL;
}

bool kernel_exists(const struct kernel_call *call)
{
    return search(call, ISA_COUNT) != NULL;
}
