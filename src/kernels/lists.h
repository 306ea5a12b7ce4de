/* All kernel lists. A new list is one row here. */
#ifndef KERNELS_LISTS_H
#define KERNELS_LISTS_H

#include "kernels/kernel.h"

#define KERNEL_LISTS(X)                                                                            \
    X(reference_conv_kernels)                                                                      \
    X(reference_transpose_conv_kernels)                                                            \
    X(reference_dense_kernels)                                                                     \
    X(reference_matmul_kernels)                                                                    \
    X(reference_pool_kernels)                                                                      \
    X(reference_binary_kernels)                                                                    \
    X(reference_unary_kernels)                                                                     \
    X(reference_reduce_kernels)                                                                    \
    X(reference_softmax_kernels)                                                                   \
    X(reference_normalize_kernels)                                                                 \
    X(reference_layout_kernels)                                                                    \
    X(reference_slice_kernels)                                                                     \
    X(reference_pad_kernels)                                                                       \
    X(reference_gather_kernels)                                                                    \
    X(reference_resize_kernels)                                                                    \
    X(reference_convert_kernels)

#define X(identifier) extern const struct kernel_list identifier;
KERNEL_LISTS(X)
#undef X

#endif
