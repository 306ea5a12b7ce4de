/* Sums, differences and products of two int8 tensors that are rounded once, blocks of vectors at a
 * time, in fewer steps than one vector after the other: results saturate as they are joined, and of
 * sums all is added at once where that was found to give the same for each of the 65,536 pairs. */
#ifndef KERNELS_FAST_BINARY_BYTES_H
#define KERNELS_FAST_BINARY_BYTES_H

#include "kernels/common/binary_quantized.h"
#include "kernels/fast/isa.h"

enum byte_way {
    BYTES_CLAMPED, /* the steps of the definition, one vector after the other */
    BYTES_JOINED,  /* the same steps without bounds */
    BYTES_FUSED,   /* a * factor[0] + b * factor[1] + addend */
};

struct byte_terms {
    enum byte_way way;
    float zero[2], factor[2]; /* of the operands, as the definition has them */
    float fused[2], addend;
    float before;  /* MUL: added before a result is rounded, */
    int32_t after; /* and what is added behind that */
    int8_t low, high;
};

/* The way of an operator. */
struct byte_terms byte_terms_of(const struct quantized_binary *binary, enum op op)
    PER_ISA(byte_terms_of);
/* Makes whole blocks of `count` results, unless the way is BYTES_CLAMPED; returns how many. */
size_t byte_blocks(const struct byte_terms *terms, enum op op, const void *a, const void *b,
                   void *out, size_t count) PER_ISA(byte_blocks);

#endif
