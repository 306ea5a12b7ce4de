/* SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: what their kernels prepare. */
#ifndef KERNELS_COMMON_BLOCKS_H
#define KERNELS_COMMON_BLOCKS_H

#include "graph/infer.h"
#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call: the image as [images, wide..., unit], and as [blocks, images, small...,
 * unit], where place p of the image lies in block (p + before) % block at (p + before) / block. */
struct blocks {
    struct block_plan plan;
    size_t images;
    size_t unit;                         /* bytes */
    unsigned char zero[sizeof(int64_t)]; /* SPACE_TO_BATCH_ND: what surrounds the image */
    size_t size;                         /* bytes of an element */
    struct portions portions;            /* of the output's units; they are the work items */
};

/* Makes a struct blocks the state. STATUS_UNSUPPORTED when blocks or borders are computed,
 * STATUS_FORMAT when they do not fit or the tensors are not quantized alike. */
enum status blocks_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
