/* Vectors of the widest registers that the compiler's flags allow.
 *
 * One header per instruction set defines VECTOR_BYTES, includes types.h, and defines in intrinsics
 * what C cannot say well, each function together with a macro of the same name:
 *
 *     #define round_even round_even
 *     INLINE vint round_even(vfloat value) ...
 *
 * portable.h states what each function does, and defines in plain C all that have no such macro. So
 * a further instruction set needs one header, which may begin with VECTOR_BYTES alone, and a line
 * here. */
#ifndef KERNELS_FAST_VECTOR_VECTOR_H
#define KERNELS_FAST_VECTOR_VECTOR_H

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__)
#include "kernels/fast/vector/avx512.h"
#elif defined(__AVX2__)
#include "kernels/fast/vector/avx2.h"
#elif defined(__SSE2__)
#include "kernels/fast/vector/sse2.h"
#elif defined(KERNEL_NEON) /* the generic set of AArch64, whose flags allow it, too, is plain C */
#include "kernels/fast/vector/neon.h"
#endif

#include "kernels/fast/vector/portable.h"

#endif
