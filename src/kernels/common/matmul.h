/* BATCH_MATMUL: what its reference kernel prepares. */
#ifndef KERNELS_COMMON_MATMUL_H
#define KERNELS_COMMON_MATMUL_H

#include "kernels/common/broadcast.h"
#include "kernels/common/product_terms.h"

/* The state of a call: x[rows, depth] times y[depth, columns] for every batch, each operand perhaps
 * stored with its dimensions swapped. */
struct matmul {
    struct product_terms terms;
    struct broadcast batches; /* of the leading dimensions, in matrices */
    size_t rows, columns, depth;
    size_t x_row, x_step, y_column, y_step; /* strides, in elements: of x from row to row and along
                                             * depth; of y from column to column and along depth */
};

/* Makes a struct matmul the state; the items of the sums are output elements. Errors as of
 * product_prepare. */
enum status matmul_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
