#include "kernels/fault.h"

#include <inttypes.h>

/* As `seen` says, unless an earlier one is known. */
static void note(const struct kernel_call *call, const struct kernel_fault *seen)
{
    struct kernel_fault *fault = call->fault;
    if (!fault)
        return;
    while (atomic_flag_test_and_set(&fault->is_busy))
        ;
    if (!fault->node || (fault->node == call->node && seen->element < fault->element)) {
        fault->node = call->node;
        fault->element = seen->element;
        fault->value = seen->value;
        fault->rows = seen->rows;
        fault->is_box = seen->is_box;
    }
    atomic_flag_clear(&fault->is_busy);
}

void fault_report(const struct kernel_call *call, size_t element, int64_t value, size_t rows)
{
    note(call, &(struct kernel_fault){.element = element, .value = value, .rows = rows});
}

void fault_report_box(const struct kernel_call *call, size_t box)
{
    note(call, &(struct kernel_fault){.element = box, .is_box = true});
}

enum status fault_check(const struct kernel_fault *fault, struct error *error)
{
    if (!fault->node)
        return STATUS_OK;
    if (fault->is_box)
        return error_set(error, STATUS_FORMAT, NULL,
                         "box %zu ends before it begins: its anchor has a negative size",
                         fault->element);
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
