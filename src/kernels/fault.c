#include "kernels/fault.h"

#include <inttypes.h>

void fault_report(const struct kernel_call *call, size_t element, int64_t value, size_t rows)
{
    struct kernel_fault *fault = call->fault;
    if (!fault)
        return;
    while (atomic_flag_test_and_set(&fault->is_busy))
        ;
    if (!fault->node || (fault->node == call->node && element < fault->element)) {
        fault->node = call->node;
        fault->element = element;
        fault->value = value;
        fault->rows = rows;
    }
    atomic_flag_clear(&fault->is_busy);
}

enum status fault_check(const struct kernel_fault *fault, struct error *error)
{
    if (!fault->node)
        return STATUS_OK;
    if (fault->rows == 0)
        return error_set(error, STATUS_FORMAT, NULL,
                         "element %zu of the indices is %" PRId64
                         ", but the table that it looks up has no rows",
                         fault->element, fault->value);
    return error_set(error, STATUS_FORMAT, NULL,
                     "element %zu of the indices is %" PRId64
                     ", but the table that it looks up has the rows 0 to %zu",
                     fault->element, fault->value, fault->rows - 1);
}
