/* Orders of dimensions. */
#include <string.h>

#include "rewrite/transposes_internal.h"

struct order order_identity(int rank)
{
    struct order order = {.rank = rank};
    for (int i = 0; i < rank; i++)
        order.at[i] = (int8_t)i;
    return order;
}

bool order_equal(const struct order *a, const struct order *b)
{
    return a->rank == b->rank && memcmp(a->at, b->at, (size_t)a->rank) == 0;
}

bool order_is_identity(const struct order *order)
{
    struct order identity = order_identity(order->rank);
    return order_equal(order, &identity);
}

struct order order_inverse(const struct order *order)
{
    struct order inverse = {.rank = order->rank};
    for (int i = 0; i < order->rank; i++)
        inverse.at[order->at[i]] = (int8_t)i;
    return inverse;
}

struct order order_compose(const struct order *first, const struct order *second)
{
    struct order both = {.rank = first->rank};
    for (int i = 0; i < first->rank; i++)
        both.at[i] = first->at[second->at[i]];
    return both;
}

struct shape order_apply(const struct order *order, const struct shape *shape)
{
    struct shape out = {.rank = shape->rank};
    for (int i = 0; i < shape->rank; i++)
        out.dim[i] = shape->dim[order->at[i]];
    return out;
}

bool order_moves_nothing(const struct order *order, const struct shape *shape)
{
    int last = -1;
    for (int i = 0; i < order->rank; i++) {
        if (shape->dim[order->at[i]] == 1)
            continue;
        if (order->at[i] < last)
            return false;
        last = order->at[i];
    }
    return true;
}
