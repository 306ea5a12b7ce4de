#include "kernels/fast/binary_bytes.h"

#include <math.h>

#include "kernels/fast/vector/vector.h"

/* Steps from the zero point that surely fit int32. */
#define STEPS_MAX 0x1p30

/* Results of LANES pairs, from numbers that were converted; op and way are constants where this is
 * inlined. */
INLINE vint lanes_of(const struct byte_terms *terms, vfloat a, vfloat b, const enum op op,
                     const enum byte_way way)
{
    vfloat steps;
    if (way == BYTES_FUSED) {
        steps = add_product(all_float(terms->addend), b, all_float(terms->fused[1]));
        steps = add_product(steps, a, all_float(terms->fused[0]));
        return round_even(steps) + terms->after;
    }
    vfloat left = a - terms->zero[0], right = b - terms->zero[1];
    if (op == OP_MUL)
        steps = left * right * terms->factor[0] + terms->before;
    else if (op == OP_ADD)
        steps = left * terms->factor[0] + right * terms->factor[1];
    else
        steps = left * terms->factor[0] - right * terms->factor[1];
    return round_even(steps) + terms->after;
}

INLINE vfloat load_numbers(const int8_t *from)
{
    return __builtin_convertvector(load_bytes(from), vfloat);
}

INLINE size_t run_blocks(const struct byte_terms *all, const enum op op, const enum byte_way way,
                         const int8_t *a, const int8_t *b, int8_t *out, size_t count)
{
    const struct byte_terms terms = *all; /* a copy: a stored byte may alias anything */
    const vchar low = (vchar){0} + terms.low, high = (vchar){0} + terms.high;
    size_t k = 0;
    for (; k + 4 * LANES <= count; k += 4 * LANES) {
        vint made[4];
#pragma GCC unroll 4
        for (size_t v = 0; v < 4; v++)
            made[v] = lanes_of(&terms, load_numbers(a + k + v * LANES),
                               load_numbers(b + k + v * LANES), op, way);
        vchar bytes = (vchar)join_saturated(made[0], made[1], made[2], made[3]);
        store_int((int32_t *)(void *)(out + k), (vint)clamp_bytes(bytes, low, high));
    }
    return k;
}

size_t byte_blocks(const struct byte_terms *terms, enum op op, const void *a, const void *b,
                   void *out, size_t count)
{
    if (terms->way == BYTES_FUSED)
        return run_blocks(terms, op, BYTES_FUSED, a, b, out, count);
    if (op == OP_MUL)
        return run_blocks(terms, OP_MUL, BYTES_JOINED, a, b, out, count);
    if (op == OP_ADD)
        return run_blocks(terms, OP_ADD, BYTES_JOINED, a, b, out, count);
    return run_blocks(terms, OP_SUB, BYTES_JOINED, a, b, out, count);
}

/* --- which way -------------------------------------------------------------------------------- */

/* The most bytes of a block. */
#define BLOCK_MAX 256

/* Whether the fused sum gives what the definition gives, for all pairs. */
static bool is_same(const struct byte_terms *terms, enum op op)
{
    struct byte_terms defined = *terms;
    int8_t a[BLOCK_MAX], b[BLOCK_MAX], expected[BLOCK_MAX], made[BLOCK_MAX];
    defined.way = BYTES_JOINED;
    for (int i = 0; i < BLOCK_MAX; i++)
        b[i] = (int8_t)(i + INT8_MIN);
    for (int value = INT8_MIN; value <= INT8_MAX; value++) {
        memset(a, value, sizeof(a));
        byte_blocks(&defined, op, a, b, expected, BLOCK_MAX);
        byte_blocks(terms, op, a, b, made, BLOCK_MAX);
        if (memcmp(made, expected, BLOCK_MAX) != 0)
            return false;
    }
    return true;
}

/* So many ulp off. */
static float next_to(float value, int ulps)
{
    for (; ulps != 0; ulps += ulps < 0 ? 1 : -1)
        value = nextafterf(value, ulps < 0 ? -INFINITY : INFINITY);
    return value;
}

/* Tries the factors and the addend that follow from the definition, and some beside them: of those
 * one in a few errs nowhere. */
static bool find_fused(struct byte_terms *terms, enum op op)
{
    static const int off[] = {0, 1, -1, 2, -2};
    const int count = sizeof(off) / sizeof(off[0]);
    float sign = op == OP_SUB ? -1.0f : 1.0f;
    double addend = -(double)terms->zero[0] * (double)terms->factor[0] -
                    (double)sign * (double)terms->zero[1] * (double)terms->factor[1];
    for (int i = 0; i < count * 3 * 3; i++) {
        terms->way = BYTES_FUSED;
        terms->addend = next_to((float)addend, off[i % count]);
        terms->fused[0] = next_to(terms->factor[0], off[i / count % 3]);
        terms->fused[1] = next_to(sign * terms->factor[1], off[i / count / 3]);
        if (is_same(terms, op))
            return true;
    }
    return false;
}

struct byte_terms byte_terms_of(const struct quantized_binary *binary, enum op op)
{
    const struct binary_terms *from = &binary->terms;
    struct byte_terms terms = {
        .way = BYTES_CLAMPED,
        .zero = {(float)from->zero[0], (float)from->zero[1]},
        .factor = {(float)from->factor[0], (float)from->factor[1]},
        .before = (float)from->before,
        .after = from->zero[2] - from->before,
        .low = (int8_t)binary->range.low,
        .high = (int8_t)binary->range.high,
    };
    double most = 255.0 * 255.0 * from->factor[0] + 255.0;
    bool is_sum = op == OP_ADD || op == OP_SUB;
    if (is_sum) {
        most = 255.0 * (from->factor[0] + from->factor[1]);
        terms.after = from->zero[2];
    }
    if ((!is_sum && op != OP_MUL) || !(most < STEPS_MAX))
        return terms;
    if (!HAS_FUSED_PRODUCTS || !is_sum || !find_fused(&terms, op))
        terms.way = BYTES_JOINED;
    return terms;
}
