/* A function of one stored number as a table of what the reference kernel makes of each. */
#ifndef KERNELS_COMMON_TABULATE_H
#define KERNELS_COMMON_TABULATE_H

#include "kernels/kernel.h"

/* Runs the reference kernel of an element-by-element operator on all values of its 8-bit or 16-bit
 * input: entry i of the table is the output for the value whose bits are i, of 256 or 65536.
 * Errors are that kernel's. */
enum status tabulate(const struct kernel_call *call, void *table, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
