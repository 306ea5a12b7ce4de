#include "kernels/reference/broadcast.h"

#include <stdbool.h>

/* The i-th dimension of a shape that is aligned at its last one to the given rank. */
static size_t aligned_dim(const struct shape *shape, int rank, int i)
{
    int own = i - (rank - shape->rank);
    return own < 0 ? 1 : (size_t)shape->dim[own];
}

/* Elements between neighbours along the i-th aligned dimension. */
static size_t aligned_stride(const struct shape *shape, int rank, int i)
{
    int own = i - (rank - shape->rank);
    return own < 0 || shape->dim[own] == 1 ? 0 : shape_span(shape, own + 1, shape->rank);
}

/* Appends an inner dimension, or widens the last one by it where both operands allow that. */
static void append(struct broadcast *broadcast, size_t extent, const size_t stride[2])
{
    int last = broadcast->rank - 1;
    bool joined = last >= 0 && broadcast->stride[0][last] == stride[0] * extent &&
                  broadcast->stride[1][last] == stride[1] * extent;
    if (!joined) {
        last = broadcast->rank++;
        broadcast->extent[last] = 1;
    }
    broadcast->extent[last] *= extent;
    broadcast->stride[0][last] = stride[0];
    broadcast->stride[1][last] = stride[1];
}

void broadcast_init(struct broadcast *broadcast, const struct shape *a, const struct shape *b)
{
    int rank = a->rank > b->rank ? a->rank : b->rank;
    *broadcast = (struct broadcast){0};
    for (int i = 0; i < rank; i++) {
        size_t in_a = aligned_dim(a, rank, i), extent = in_a == 1 ? aligned_dim(b, rank, i) : in_a;
        size_t stride[2] = {aligned_stride(a, rank, i), aligned_stride(b, rank, i)};
        if (extent != 1)
            append(broadcast, extent, stride);
    }
    if (broadcast->rank == 0)
        append(broadcast, 1, (const size_t[2]){0, 0});
}

struct broadcast_run broadcast_run(const struct broadcast *broadcast, size_t index, size_t last)
{
    int inner = broadcast->rank - 1;
    struct broadcast_run run = {
        .length = broadcast->extent[inner] - index % broadcast->extent[inner],
        .step = {broadcast->stride[0][inner], broadcast->stride[1][inner]},
    };
    if (run.length > last - index)
        run.length = last - index;
    for (int i = inner; i >= 0; i--) {
        size_t position = index % broadcast->extent[i];
        index /= broadcast->extent[i];
        run.first[0] += position * broadcast->stride[0][i];
        run.first[1] += position * broadcast->stride[1][i];
    }
    return run;
}
