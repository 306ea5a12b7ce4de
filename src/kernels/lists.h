/* All kernel lists. A new list is one row here. */
#ifndef KERNELS_LISTS_H
#define KERNELS_LISTS_H

#include "kernels/ceiling.h"
#include "kernels/kernel.h"

/* The fast kernels, once per instruction set that this architecture has. */
#define FAST_LISTS(X, suffix)                                                                      \
    X(fast_product_kernels_##suffix)                                                               \
    X(fast_product_parts_kernels_##suffix)                                                         \
    X(fast_winograd_kernels_##suffix)                                                              \
    X(fast_depthwise_kernels_##suffix)                                                             \
    X(fast_pool_kernels_##suffix)                                                                  \
    X(fast_convert_kernels_##suffix)                                                               \
    X(fast_binary_quantized_kernels_##suffix)                                                      \
    X(fast_binary_kernels_##suffix)                                                                \
    X(fast_unary_kernels_##suffix)                                                                 \
    X(fast_unary_words_kernels_##suffix)                                                           \
    X(fast_lookup_kernels_##suffix)                                                                \
    X(fast_resize_kernels_##suffix)                                                                \
    X(fast_softmax_kernels_##suffix)                                                               \
    X(fast_softmax_integer_kernels_##suffix)                                                       \
    X(fast_reduce_kernels_##suffix)                                                                \
    X(fast_layer_norm_kernels_##suffix)                                                            \
    X(fast_transpose_kernels_##suffix)                                                             \
    X(fast_matmul_kernels_##suffix)
#ifdef HAVE_AVX512_FP16 /* what the compiler cannot build is left out */
#define HALF_LISTS(X) X(fast_product_kernels_fp16)
#else
#define HALF_LISTS(X)
#endif
#ifdef __x86_64__
#define ALL_FAST_LISTS(X)                                                                          \
    FAST_LISTS(X, generic)                                                                         \
    FAST_LISTS(X, avx2)                                                                            \
    FAST_LISTS(X, avx512)                                                                          \
    FAST_LISTS(X, vnni)                                                                            \
    HALF_LISTS(X)
#elif defined(__aarch64__)
#define ALL_FAST_LISTS(X)                                                                          \
    FAST_LISTS(X, generic)                                                                         \
    FAST_LISTS(X, neon)                                                                            \
    FAST_LISTS(X, neon_dot)
#else
#define ALL_FAST_LISTS(X) FAST_LISTS(X, generic)
#endif

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
    X(reference_layer_norm_kernels)                                                                \
    X(reference_response_kernels)                                                                  \
    X(reference_recurrent_kernels)                                                                 \
    X(reference_sequence_lstm_kernels)                                                             \
    X(reference_sequence_integer_kernels)                                                          \
    X(reference_svdf_kernels)                                                                      \
    X(reference_reshape_kernels)                                                                   \
    X(reference_slice_kernels)                                                                     \
    X(reference_pad_kernels)                                                                       \
    X(reference_gather_kernels)                                                                    \
    X(reference_rearrange_kernels)                                                                 \
    X(reference_blocks_kernels)                                                                    \
    X(reference_places_kernels)                                                                    \
    X(reference_lines_kernels)                                                                     \
    X(reference_query_kernels)                                                                     \
    X(reference_select_kernels)                                                                    \
    X(reference_compare_kernels)                                                                   \
    X(reference_resize_kernels)                                                                    \
    X(reference_detection_kernels)                                                                 \
    X(reference_convert_kernels)                                                                   \
    X(reference_dynamic_quantize_kernels)                                                          \
    ALL_FAST_LISTS(X)

#define X(identifier) extern const struct kernel_list identifier;
KERNEL_LISTS(X)
#undef X

/* What bounds the fast ones (kernels/ceiling.h), likewise. */
#ifdef HAVE_AVX512_FP16
#define HALF_CEILINGS(X) X(fast_ceilings_fp16)
#else
#define HALF_CEILINGS(X)
#endif
#ifdef __x86_64__
#define CEILING_LISTS(X)                                                                           \
    X(fast_ceilings_generic)                                                                       \
    X(fast_ceilings_avx2)                                                                          \
    X(fast_ceilings_avx512)                                                                        \
    X(fast_ceilings_vnni)                                                                          \
    HALF_CEILINGS(X)
#elif defined(__aarch64__)
#define CEILING_LISTS(X)                                                                           \
    X(fast_ceilings_generic)                                                                       \
    X(fast_ceilings_neon)                                                                          \
    X(fast_ceilings_neon_dot)
#else
#define CEILING_LISTS(X) X(fast_ceilings_generic)
#endif

#define X(identifier) extern const struct ceiling_list identifier;
CEILING_LISTS(X)
#undef X

#endif
