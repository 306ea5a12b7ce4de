/* The functions of portable.h, which includes this, that bring lanes together or out of their
 * places: reductions, tables, transposing. */
#ifndef KERNELS_FAST_VECTOR_PORTABLE_ACROSS_H
#define KERNELS_FAST_VECTOR_PORTABLE_ACROSS_H

#include "kernels/fast/vector/types.h"

/* --- across the lanes ------------------------------------------------------------------------- */

/* The order in which lanes are added is each instruction set's own. */
#ifndef sum_lanes
INLINE float sum_lanes(vfloat value)
{
    float sum = 0.0f;
    for (int i = 0; i < LANES; i += 4)
        sum += (value[i] + value[i + 1]) + (value[i + 2] + value[i + 3]);
    return sum;
}
#endif

/* No lane is NaN. */
#ifndef greatest_lane
INLINE float greatest_lane(vfloat value)
{
    float greatest = value[0];
    for (int i = 1; i < LANES; i++)
        greatest = value[i] > greatest ? value[i] : greatest;
    return greatest;
}
#endif

/* --- tables ----------------------------------------------------------------------------------- */

/* VECTOR_BYTES bytes, each replaced by its entry of a table of 256. */
#ifndef lookup_block
INLINE void lookup_block(const uint8_t *table, const uint8_t *from, uint8_t *to)
{
    for (int i = 0; i < VECTOR_BYTES; i++)
        to[i] = table[from[i]];
}
#endif

/* Entry index[i] of a table in the low half of lane i, the next one in the high half. */
#ifndef lookup_neighbours
INLINE vint lookup_neighbours(const uint16_t *table, vint index)
{
    vint made;
    for (int i = 0; i < LANES; i++)
        made[i] = (int32_t)(table[index[i]] | (uint32_t)table[index[i] + 1] << 16);
    return made;
}
#endif

/* --- transposing: to[column * to_step + row] = from[row * from_step + column] ----------------- */

/* The sides of squares whose rows have 16 bytes. */
#define FLOAT_SIDE 4
#define BYTE_SIDE  16

#ifndef transpose_square_floats
INLINE void transpose_square_floats(const float *from, size_t from_step, float *to, size_t to_step)
{
    for (size_t column = 0; column < FLOAT_SIDE; column++)
        for (size_t row = 0; row < FLOAT_SIDE; row++)
            to[column * to_step + row] = from[row * from_step + column];
}
#endif

#ifndef transpose_square_bytes
INLINE void transpose_square_bytes(const int8_t *from, size_t from_step, int8_t *to, size_t to_step)
{
    for (size_t column = 0; column < BYTE_SIDE; column++)
        for (size_t row = 0; row < BYTE_SIDE; row++)
            to[column * to_step + row] = from[row * from_step + column];
}
#endif

#endif
