/* The vectors in the compilers' vector extension, which has the ordinary C operators for them,
 * and how they get into and out of memory. Included with VECTOR_BYTES defined. */
#ifndef KERNELS_FAST_VECTOR_TYPES_H
#define KERNELS_FAST_VECTOR_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 32-bit lanes of a vector. */
#define LANES (VECTOR_BYTES / 4)
/* Vectors that fit the registers. */
#ifndef VECTOR_REGISTERS
#define VECTOR_REGISTERS (VECTOR_BYTES == 64 ? 32 : 16)
#endif

typedef float vfloat __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t vint __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t vuint __attribute__((vector_size(VECTOR_BYTES)));
typedef int16_t vshort __attribute__((vector_size(VECTOR_BYTES)));
typedef int8_t vchar __attribute__((vector_size(VECTOR_BYTES)));
/* As many elements as a vint has, of narrower types. */
typedef int8_t vbytes __attribute__((vector_size(VECTOR_BYTES / 4)));
typedef int16_t vshorts __attribute__((vector_size(VECTOR_BYTES / 2)));
/* As many elements as a vshort has. */
typedef int8_t vshort_bytes __attribute__((vector_size(VECTOR_BYTES / 2)));

/* 64-bit lanes, and as many elements of narrower types. */
#define WIDE_LANES (VECTOR_BYTES / 8)
typedef int64_t vlong __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t vulong __attribute__((vector_size(VECTOR_BYTES)));
typedef double vdouble __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t vlong_ints __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef int16_t vlong_shorts __attribute__((vector_size(VECTOR_BYTES / 4)));
typedef float vlong_floats __attribute__((vector_size(VECTOR_BYTES / 2)));

/* A row of a square (squares.h), whatever the width of vectors. */
typedef uint8_t vrow __attribute__((vector_size(16)));

/* Where there is no alignment, of whatever is there. Assigning to these is what stores whole
 * vectors: a copy of the bytes may go through ordinary registers (gcc on AArch64). */
#define UNALIGNED aligned(1), may_alias
typedef float vfloat_at __attribute__((vector_size(VECTOR_BYTES), UNALIGNED));
typedef int32_t vint_at __attribute__((vector_size(VECTOR_BYTES), UNALIGNED));
typedef int16_t vshort_at __attribute__((vector_size(VECTOR_BYTES), UNALIGNED));
typedef uint8_t vrow_at __attribute__((vector_size(16), UNALIGNED));

#define INLINE static inline __attribute__((always_inline))

INLINE vfloat load_float(const float *from)
{
    vfloat value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE void store_float(float *to, vfloat value)
{
    *(vfloat_at *)(void *)to = value;
}

INLINE vint load_int(const int32_t *from)
{
    vint value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE void store_int(int32_t *to, vint value)
{
    *(vint_at *)(void *)to = value;
}

INLINE vlong load_long(const int64_t *from)
{
    vlong value;
    memcpy(&value, from, sizeof(value));
    return value;
}

/* As many int32 as a vlong has lanes. */
INLINE vlong widen_ints(const int32_t *from)
{
    vlong_ints value;
    memcpy(&value, from, sizeof(value));
    return __builtin_convertvector(value, vlong);
}

INLINE vdouble load_double(const double *from)
{
    vdouble value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE vshort load_short(const int16_t *from)
{
    vshort value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE void store_short(int16_t *to, vshort value)
{
    *(vshort_at *)(void *)to = value;
}

/* Subtracts 0 rather than adding it, because -0 + 0 is 0. */
INLINE vfloat all_float(float value)
{
    return value - (vfloat){0};
}

INLINE vint all_int(int32_t value)
{
    return (vint){0} + value;
}

INLINE vshort all_short(int32_t value)
{
    return (vshort){0} + (int16_t)value;
}

/* Keeps the index in a register of its own. Otherwise the compiler may give every array that is
 * read at that index a moving pointer, all of which have to be advanced in each step of the
 * loop. */
#define KEEP_INDEX(index) __asm__("" : "+r"(index))

/* Starts loading a cache line into the second-level cache, for later use. */
INLINE void fetch(const void *address)
{
    __builtin_prefetch(address, 0, 2);
}

#endif
