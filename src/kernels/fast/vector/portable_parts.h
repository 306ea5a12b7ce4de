/* The functions of portable.h, which includes this, that take parts of vectors. */
#ifndef KERNELS_FAST_VECTOR_PORTABLE_PARTS_H
#define KERNELS_FAST_VECTOR_PORTABLE_PARTS_H

#include "kernels/fast/vector/types.h"

/* count < LANES elements; the lanes behind them are `fill`. */
#ifndef load_some
INLINE vfloat load_some(const float *from, size_t count, float fill)
{
    vfloat value = all_float(fill);
    memcpy(&value, from, count * sizeof(float));
    return value;
}
#endif

#ifndef store_some
INLINE void store_some(float *to, size_t count, vfloat value)
{
    memcpy(to, &value, count * sizeof(float));
}
#endif

/* count <= LANES elements. */
INLINE vfloat load_live(const float *from, size_t count)
{
    return count == LANES ? load_float(from) : load_some(from, count, 0.0f);
}

INLINE void store_live(float *to, size_t count, vfloat value)
{
    if (count == LANES)
        store_float(to, value);
    else
        store_some(to, count, value);
}

/* The lower half of the lanes, and the upper one. */
#ifndef low_ints
INLINE vlong_ints low_ints(vint value)
{
    vlong_ints made;
    memcpy(&made, &value, sizeof(made));
    return made;
}

INLINE vlong_ints high_ints(vint value)
{
    vlong_ints made;
    memcpy(&made, (const char *)&value + sizeof(made), sizeof(made));
    return made;
}
#endif

#endif
