/* What a kernel meets in its operands that has no result. Kernels cannot fail while they run: they
 * go on with something else and say so here, and whoever runs them asks afterwards. */
#ifndef KERNELS_FAULT_H
#define KERNELS_FAULT_H

#include <stdatomic.h>

#include "kernels/kernel.h"

/* The number of a row that a table does not have; or a box whose end lies before its beginning.
 * {0}: none so far. Of several, that of the lowest element of the first node counts: threads do not
 * decide what is said. */
struct kernel_fault {
    atomic_flag is_busy;
    const struct node *node; /* NULL: none */
    size_t element;          /* of the operand with the numbers; number of the box */
    int64_t value;
    size_t rows; /* that the table has */
    bool is_box;
};

/* Remembers that an element of the call's operand is a number that its table does not have. From
 * any thread. */
void fault_report(const struct kernel_call *call, size_t element, int64_t value, size_t rows)
    __attribute__((nonnull(1)));
/* The same of a box. */
void fault_report_box(const struct kernel_call *call, size_t box) __attribute__((nonnull(1)));
/* STATUS_FORMAT without a place where there was one. */
enum status fault_check(const struct kernel_fault *fault, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
