/* The loops that bound kernels. Those of arithmetic have more independent sums than the longest
 * latency times the most instructions in a cycle need (5 cycles, 2 of them), as many as registers
 * hold beside what is multiplied. */
#include "kernels/ceiling.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"

#define SUMS  (VECTOR_REGISTERS - VECTOR_REGISTERS / 4)
#define READS 8
_Static_assert(CEILING_READ_MULTIPLE % (READS * VECTOR_BYTES) == 0, "a step reads whole vectors");

/* To the compiler the vector is another one from here on, so that no product is computed once for
 * several sums or several steps. It stays in its register. */
#if defined(__SSE2__)
#define RENEW(vector) KEEP_VECTOR(vector)
#elif defined(__aarch64__)
#define RENEW(vector) __asm__("" : "+w"(vector))
#else
#define RENEW(vector) __asm__("" : "+m"(vector))
#endif

/* What is multiplied, in all lanes: as floats and as halves positive numbers far from the ends of
 * their range, as int16 and as bytes such that the sum over a lane is 0, so that no sum leaves its
 * range however many steps there are. */
#define BITS       0x3c013c01
#define PAIRS_BITS ((int32_t)0xc3ff3c01) /* 0x3c01 and -0x3c01 */
#define BYTES_BITS ((int32_t)0xc4ff3c01) /* 1 and 0x3c, -1 and -0x3c */

/* In each step add(sum, a, b) for all sums. */
#define ARITHMETIC(name, sum_type, factor_type, bits, add)                                         \
    static void name(const void *memory, size_t bytes, size_t steps)                               \
    {                                                                                              \
        factor_type a = (factor_type)all_int(BITS), b = (factor_type)all_int(bits);                \
        sum_type sum[SUMS];                                                                        \
        (void)memory, (void)bytes;                                                                 \
        RENEW(b);                                                                                  \
        _Pragma("GCC unroll 24") for (int i = 0; i < SUMS; i++) sum[i] = (sum_type)all_int(0);     \
        for (; steps > 0; steps--)                                                                 \
            _Pragma("GCC unroll 24") for (int i = 0; i < SUMS; i++)                                \
            {                                                                                      \
                RENEW(a);                                                                          \
                sum[i] = add(sum[i], a, b);                                                        \
            }                                                                                      \
        _Pragma("GCC unroll 24") for (int i = 0; i < SUMS; i++) USE(sum[i]);                       \
    }

/* What is computed is wanted. */
#define USE(vector) __asm__ volatile("" : : "m"(vector))

#if HAS_HALF_ARITHMETIC

ARITHMETIC(sum_halves, vhalf, vhalf, BITS, add_half_product)

static const struct ceiling rows[] = {
    {CEILING_HALF, KERNEL_ISA, "multiply and add halves, fused", SUMS * 2.0 * LANES * 2.0,
     sum_halves},
};

#else

ARITHMETIC(sum_floats, vfloat, vfloat, BITS, add_product)
ARITHMETIC(sum_pairs, vint, vshort, PAIRS_BITS, add_pair_products)

/* As tiles do it: src/kernels/fast/product/. */
#if HAS_BYTE_PRODUCTS
#define BYTES_TEXT "four bytes to a lane at once"
#define BYTES_EACH 4.0
ARITHMETIC(sum_bytes, vint, vint, BYTES_BITS, add_quad_products)
#elif HAS_MATCHED_PRODUCTS
#define BYTES_TEXT "two bytes in 16 bits, two such sums, and add"
#define BYTES_EACH 4.0
ARITHMETIC(sum_bytes, vint, vint, BYTES_BITS, add_matched_products)
#else
#define BYTES_TEXT "widened to int16, as pairs"
#define BYTES_EACH 2.0
#define sum_bytes  sum_pairs
#endif

static void read_memory(const void *memory, size_t bytes, size_t steps)
{
    vint seen[READS];
#pragma GCC unroll 8
    for (int i = 0; i < READS; i++)
        seen[i] = all_int(0);
    for (; steps > 0; steps--) {
        const char *from = memory;
        for (size_t at = 0; at < bytes; at += sizeof(seen)) {
            KEEP_INDEX(at);
#pragma GCC unroll 8
            for (size_t i = 0; i < READS; i++)
                seen[i] ^= load_int((const int32_t *)(const void *)(from + at + i * VECTOR_BYTES));
        }
        __asm__ volatile("" : : : "memory"); /* it may have changed */
    }
#pragma GCC unroll 8
    for (int i = 0; i < READS; i++)
        USE(seen[i]);
}

#if HAS_FUSED_PRODUCTS
#define FLOAT_TEXT "multiply and add, fused"
#else
#define FLOAT_TEXT "multiply, add"
#endif

static const struct ceiling rows[] = {
    {CEILING_FLOAT, KERNEL_ISA, FLOAT_TEXT, SUMS *LANES * 2.0, sum_floats},
    {CEILING_PAIRS, KERNEL_ISA, "two int16 to a lane", SUMS *LANES * 2.0 * 2.0, sum_pairs},
    {CEILING_BYTES, KERNEL_ISA, BYTES_TEXT, SUMS *LANES *BYTES_EACH * 2.0, sum_bytes},
    {CEILING_READ, KERNEL_ISA, "whole vectors", 0.0, read_memory},
};

#endif

#define LIST(suffix) NAME_JOIN(fast_ceilings, suffix)
const struct ceiling_list LIST(KERNEL_SUFFIX) = {rows, sizeof(rows) / sizeof(rows[0])};
