#include "graph/shape.h"

#include <stdio.h>

size_t shape_span(const struct shape *shape, int first, int last)
{
    size_t product = 1;
    for (int i = first; i < last; i++)
        product *= (size_t)shape->dim[i];
    return product;
}

size_t shape_elements(const struct shape *shape)
{
    return shape_span(shape, 0, shape->rank);
}

bool shape_is_valid(const struct shape *shape)
{
    if (shape->rank < 0 || shape->rank > SHAPE_RANK_MAX)
        return false;
    /* The product without the zeros bounds every partial product. */
    size_t product = 1;
    for (int i = 0; i < shape->rank; i++) {
        if (shape->dim[i] < 0)
            return false;
        if (shape->dim[i] == 0)
            continue;
        if (product > SHAPE_ELEMENTS_MAX / (size_t)shape->dim[i])
            return false;
        product *= (size_t)shape->dim[i];
    }
    return true;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (a->dim[i] != b->dim[i])
            return false;
    return true;
}

bool shape_broadcast(const struct shape *a, const struct shape *b, struct shape *out)
{
    int rank = a->rank > b->rank ? a->rank : b->rank;
    *out = (struct shape){.rank = rank};
    for (int i = 1; i <= rank; i++) {
        int32_t x = i <= a->rank ? a->dim[a->rank - i] : 1;
        int32_t y = i <= b->rank ? b->dim[b->rank - i] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        out->dim[rank - i] = x == 1 ? y : x;
    }
    return true;
}

bool shape_axis(int32_t axis, int rank, int *out)
{
    if (axis < -rank || axis >= rank)
        return false;
    *out = axis < 0 ? axis + rank : axis;
    return true;
}

const char *shape_text(const struct shape *shape, char buffer[SHAPE_TEXT_SIZE])
{
    size_t used = 0;
    if (shape->rank == 0)
        snprintf(buffer, SHAPE_TEXT_SIZE, "scalar");
    for (int i = 0; i < shape->rank && used < SHAPE_TEXT_SIZE; i++)
        used += (size_t)snprintf(buffer + used, SHAPE_TEXT_SIZE - used, "%s%d", i ? "x" : "",
                                 shape->dim[i]);
    return buffer;
}
