#include "kernels/common/strided.h"

/* Innermost bytes are one unit up to this size; beyond it, finding a row costs nothing beside
 * copying it, and smaller units divide better among threads. */
#define UNIT_BYTES_MAX ((size_t)1024)

void strided_steps(const struct shape *shape, ptrdiff_t steps[SHAPE_RANK_MAX])
{
    for (int i = 0; i < shape->rank; i++)
        steps[i] = (ptrdiff_t)shape_span(shape, i + 1, shape->rank);
}

/* Appends an inner dimension, or widens the last one by it where both sides allow that. */
static void append(struct strided *copy, size_t extent, ptrdiff_t from, ptrdiff_t to)
{
    int last = copy->rank - 1;
    bool joined = last >= 0 && copy->from[last] == from * (ptrdiff_t)extent &&
                  copy->to[last] == to * (ptrdiff_t)extent;
    if (!joined) {
        last = copy->rank++;
        copy->extent[last] = 1;
    }
    copy->extent[last] *= extent;
    copy->from[last] = from;
    copy->to[last] = to;
}

bool strided_is_contiguous(const struct strided *copy)
{
    ptrdiff_t unit = (ptrdiff_t)copy->unit;
    return copy->from[copy->rank - 1] == unit && copy->to[copy->rank - 1] == unit;
}

void strided_init(struct strided *copy, size_t size, const struct shape *box,
                  const ptrdiff_t from[SHAPE_RANK_MAX], const ptrdiff_t to[SHAPE_RANK_MAX])
{
    ptrdiff_t bytes = (ptrdiff_t)size;
    size_t units = shape_elements(box);
    *copy = (struct strided){.unit = size};
    for (int i = 0; units > 0 && i < box->rank; i++)
        if (box->dim[i] != 1)
            append(copy, (size_t)box->dim[i], from[i] * bytes, to[i] * bytes);
    if (copy->rank > 0 && strided_is_contiguous(copy) &&
        copy->extent[copy->rank - 1] * size <= UNIT_BYTES_MAX) {
        copy->rank--;
        copy->unit *= copy->extent[copy->rank];
        units /= copy->extent[copy->rank];
    }
    if (copy->rank == 0)
        append(copy, 1, 0, 0);
    copy->portions = portions_of(units, copy->unit);
}
