#include "kernels/common/broadcast.h"

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

/* Appends an inner dimension, or widens the last one by it where all operands allow that. */
static void append(struct broadcast *broadcast, size_t extent,
                   const size_t stride[BROADCAST_OPERANDS])
{
    int last = broadcast->rank - 1;
    bool joined = last >= 0;
    for (int o = 0; o < broadcast->operands; o++)
        joined = joined && broadcast->stride[o][last] == stride[o] * extent;
    if (!joined) {
        last = broadcast->rank++;
        broadcast->extent[last] = 1;
    }
    broadcast->extent[last] *= extent;
    for (int o = 0; o < broadcast->operands; o++)
        broadcast->stride[o][last] = stride[o];
}

void broadcast_init(struct broadcast *broadcast, const struct shape *a, const struct shape *b,
                    const struct shape *c)
{
    const struct shape *shapes[BROADCAST_OPERANDS] = {a, b, c};
    int operands = c ? 3 : 2, rank = 0;
    *broadcast = (struct broadcast){.operands = operands};
    for (int o = 0; o < operands; o++)
        rank = shapes[o]->rank > rank ? shapes[o]->rank : rank;
    for (int i = 0; i < rank; i++) {
        size_t extent = 1, stride[BROADCAST_OPERANDS] = {0};
        for (int o = 0; o < operands; o++) {
            size_t own = aligned_dim(shapes[o], rank, i);
            extent = extent == 1 ? own : extent;
            stride[o] = aligned_stride(shapes[o], rank, i);
        }
        if (extent != 1)
            append(broadcast, extent, stride);
    }
    if (broadcast->rank == 0)
        append(broadcast, 1, (const size_t[BROADCAST_OPERANDS]){0});
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct broadcast_run broadcast_run(const struct broadcast *broadcast, size_t index, size_t last)
{
    int inner = broadcast->rank - 1;
    struct broadcast_run run = {0};
    size_t rest = index;
    for (int i = inner; i >= 0; i--) {
        run.position[i] = rest % broadcast->extent[i];
        rest /= broadcast->extent[i];
    }
    for (int o = 0; o < broadcast->operands; o++) {
        run.step[o] = broadcast->stride[o][inner];
        for (int i = 0; i <= inner; i++)
            run.first[o] += run.position[i] * broadcast->stride[o][i];
    }
    run.length = lesser(broadcast->extent[inner] - run.position[inner], last - index);
    return run;
}

/* One more along dimension i, where the positions behind it begin anew. */
static void carry(const struct broadcast *broadcast, int i, struct broadcast_run *run)
{
    run->position[i]++;
    run->position[i + 1] = 0;
    for (int o = 0; o < broadcast->operands; o++)
        run->first[o] +=
            broadcast->stride[o][i] - broadcast->extent[i + 1] * broadcast->stride[o][i + 1];
}

void broadcast_next(const struct broadcast *broadcast, size_t index, size_t last,
                    struct broadcast_run *run)
{
    int inner = broadcast->rank - 1;
    if (run->length == 0) {
        *run = broadcast_run(broadcast, index, last);
        return;
    }
    run->position[inner] += run->length;
    for (int o = 0; o < broadcast->operands; o++)
        run->first[o] += run->length * run->step[o];
    for (int i = inner; i > 0 && run->position[i] == broadcast->extent[i]; i--)
        carry(broadcast, i - 1, run);
    run->length = lesser(broadcast->extent[inner] - run->position[inner], last - index);
}

struct broadcast_rows broadcast_rows(const struct broadcast *broadcast, size_t index, size_t last,
                                     struct broadcast_run *run)
{
    int inner = broadcast->rank - 1, outer = inner - 1;
    struct broadcast_rows rows = {.count = 1};
    if (inner == 0 || run->length != broadcast->extent[inner])
        return rows;
    rows.count =
        lesser(broadcast->extent[outer] - run->position[outer], (last - index) / run->length);
    for (int o = 0; o < broadcast->operands; o++) {
        rows.next[o] = broadcast->stride[o][outer];
        run->first[o] += (rows.count - 1) * rows.next[o];
    }
    run->position[outer] += rows.count - 1;
    return rows;
}
