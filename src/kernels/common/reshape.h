/* RESHAPE, TRANSPOSE, CONCATENATION, SPLIT and their like: what their kernels prepare. */
#ifndef KERNELS_COMMON_RESHAPE_H
#define KERNELS_COMMON_RESHAPE_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* Make a struct moves the state. RESHAPE, SQUEEZE and EXPAND_DIMS; TRANSPOSE; CONCATENATION;
 * PACK, UNPACK; SPLIT and SPLIT_V. Axes and permutations that are inputs must be constant:
 * STATUS_UNSUPPORTED when they are computed, STATUS_FORMAT when the shape does not have them or
 * the tensors are not quantized alike; STATUS_UNSUPPORTED for an activation of a CONCATENATION;
 * STATUS_MEMORY. */
enum status reshape_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status reshape_prepare_transpose(struct kernel_call *call, struct arena *arena,
                                      struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status reshape_prepare_concatenation(struct kernel_call *call, struct arena *arena,
                                          struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status reshape_prepare_pack(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status reshape_prepare_unpack(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status reshape_prepare_split(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Whether a TRANSPOSE leaves the last dimension in its place, and that is long enough to be copied
 * as a piece of memory. */
bool reshape_keeps_rows(const struct kernel_call *call) __attribute__((nonnull(1)));

/* CONCATENATION of float32: with an activation a second stage applies it to these portions of the
 * output. */
enum status reshape_prepare_concatenation_f32(struct kernel_call *call, struct arena *arena,
                                              struct error *error)
    __attribute__((nonnull(1, 2, 3)));
struct portions reshape_output_elements(const struct kernel_call *call) __attribute__((nonnull(1)));

/* CONCATENATION of uint8, whose parts may have scales of their own: they are rescaled on the
 * way. */
enum status reshape_prepare_concatenation_u8(struct kernel_call *call, struct arena *arena,
                                             struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
