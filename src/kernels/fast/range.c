#include "kernels/fast/range.h"

#include "kernels/fast/vector/vector.h"

_Static_assert(LANES <= RANGE_LANES, "a range has room for all lanes");

/* Vectors that are compared at once, each with its own ends: one comparison waits for the one
 * before. */
#define CHAINS 4

struct ends {
    vfloat low[CHAINS], high[CHAINS];
};

INLINE struct ends no_ends(void)
{
    struct ends ends;
#pragma GCC unroll 4
    for (int c = 0; c < CHAINS; c++)
        ends.low[c] = ends.high[c] = all_float(0.0f);
    return ends;
}

/* sides: 1 where there is no lower end, else 2; a constant where these are inlined. */
INLINE void widen(struct ends *ends, const int chain, vfloat value, const int sides)
{
    if (sides > 1)
        ends->low[chain] = lesser(value, ends->low[chain]);
    ends->high[chain] = greater(value, ends->high[chain]);
}

/* Leaves what is in all chains in the first. */
INLINE void join_chains(struct ends *ends)
{
#pragma GCC unroll 4
    for (int c = 1; c < CHAINS; c++) {
        ends->low[0] = lesser(ends->low[c], ends->low[0]);
        ends->high[0] = greater(ends->high[c], ends->high[0]);
    }
}

/* Of neighbouring values. */
INLINE void widen_by(struct ends *ends, const float *values, size_t count, const int sides)
{
    size_t i = 0;
    for (; i + CHAINS * LANES <= count; i += CHAINS * LANES)
#pragma GCC unroll 4
        for (int c = 0; c < CHAINS; c++)
            widen(ends, c, load_float(values + i + (size_t)c * LANES), sides);
    for (; i + LANES <= count; i += LANES)
        widen(ends, 0, load_float(values + i), sides);
    if (i < count)
        widen(ends, 0, load_some(values + i, count - i, 0.0f), sides);
}

/* Of rows that begin `step` apart: four at a time, which all have their own chain. */
INLINE void widen_by_rows(struct ends *ends, const float *at, size_t rows, size_t width,
                          size_t step, const int sides)
{
    if (width >= CHAINS * LANES) {
        for (size_t r = 0; r < rows; r++)
            widen_by(ends, at + r * step, width, sides);
        return;
    }
    for (size_t i = 0; i < width; i += LANES) {
        size_t live = width - i < LANES ? width - i : LANES, r = 0;
        for (; r + CHAINS <= rows; r += CHAINS)
#pragma GCC unroll 4
            for (int c = 0; c < CHAINS; c++)
                widen(ends, c, load_live(at + (r + (size_t)c) * step + i, live), sides);
        for (; r < rows; r++)
            widen(ends, 0, load_live(at + r * step + i, live), sides);
    }
}

struct range range_find(const float *values, size_t count)
{
    struct ends ends = no_ends();
    widen_by(&ends, values, count, 2);
    join_chains(&ends);
    return (struct range){-greatest_lane(-ends.low[0]), greatest_lane(ends.high[0])};
}

struct range range_known(const struct kernel_call *call, size_t image)
{
    struct range range = {0.0f, 0.0f};
    for (int t = 0; t < call->n_threads; t++) {
        const struct kernel_range *of = &call->known.of[(size_t)t * call->known.images + image];
        for (int i = 0; i < RANGE_LANES; i++) {
            range.low = of->low[i] < range.low ? of->low[i] : range.low;
            range.high = of->high[i] > range.high ? of->high[i] : range.high;
        }
    }
    return range;
}

INLINE void note_sides(const struct kernel_call *call, const struct range_part *part,
                       struct kernel_range *noted, const int sides)
{
    const struct operand *out = &call->outputs[0];
    const float *at = (const float *)out->data + part->row * out->row_step + part->first;
    struct ends ends = no_ends();
    if (part->width == out->row_step)
        widen_by(&ends, at, part->rows * part->width, sides);
    else
        widen_by_rows(&ends, at, part->rows, part->width, out->row_step, sides);
    join_chains(&ends);
    if (sides > 1)
        store_float(noted->low, lesser(ends.low[0], load_float(noted->low)));
    store_float(noted->high, greater(ends.high[0], load_float(noted->high)));
}

void range_note(const struct kernel_call *call, const struct range_part *part, int thread)
{
    size_t images = call->noted.images, behind = part->row + part->rows;
    struct range_part one = *part;
    for (; images > 0 && one.row < behind; one.row += one.rows) {
        size_t image = images == 1 ? 0 : one.row / call->noted.image_rows;
        size_t end = (image + 1) * call->noted.image_rows;
        struct kernel_range *noted = &call->noted.of[(size_t)thread * images + image];
        one.rows = (end < behind ? end : behind) - one.row;
        if (part->are_positive)
            note_sides(call, &one, noted, 1);
        else
            note_sides(call, &one, noted, 2);
    }
}
