#include "engine/memory_plan.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

/* No object is larger; rounding up cannot overflow then. */
#define TOTAL_MAX (SIZE_MAX / 2 - MEMORY_ALIGNMENT)

static int by_size(const void *a, const void *b)
{
    const struct buffer *x = *(const struct buffer *const *)a, *y = *(struct buffer *const *)b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return x->first != y->first ? (x->first > y->first) - (x->first < y->first) : (x > y) - (x < y);
}

static size_t align(size_t bytes)
{
    return (bytes + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT;
}

/* Puts buffer into the lowest gap between those of `placed` (ascending offsets) that live at the
 * same time; returns its end. */
static size_t place(struct buffer *buffer, struct buffer *const *placed, size_t count)
{
    size_t bytes = align(buffer->bytes), offset = 0;
    for (size_t i = 0; i < count; i++) {
        const struct buffer *other = placed[i];
        if (other->last < buffer->first || other->first > buffer->last)
            continue;
        if (other->offset >= offset && other->offset - offset >= bytes)
            break;
        size_t end = other->offset + align(other->bytes);
        offset = end > offset ? end : offset;
    }
    buffer->offset = offset;
    return offset + bytes;
}

/* Inserts buffer among count placed ones, keeping them in order of their offsets. */
static void insert(struct buffer **placed, size_t count, struct buffer *buffer)
{
    size_t i = count;
    for (; i > 0 && placed[i - 1]->offset > buffer->offset; i--)
        placed[i] = placed[i - 1];
    placed[i] = buffer;
}

size_t memory_plan(struct buffer *buffers, size_t count)
{
    struct buffer **order = xcalloc(count, sizeof(struct buffer *));
    struct buffer **placed = xcalloc(count, sizeof(struct buffer *));
    size_t total = 0, sum = 0, used = 0;
    for (size_t i = 0; i < count; i++) {
        buffers[i].offset = 0;
        if (buffers[i].bytes == 0) /* most, in a part of a graph */
            continue;
        order[used++] = &buffers[i];
        if (buffers[i].bytes > TOTAL_MAX || sum > TOTAL_MAX - buffers[i].bytes) {
            total = SIZE_MAX;
            goto out;
        }
        sum += align(buffers[i].bytes);
    }
    qsort(order, used, sizeof(struct buffer *), by_size);
    for (size_t i = 0; i < used; i++) {
        size_t end = place(order[i], placed, i);
        insert(placed, i, order[i]);
        total = end > total ? end : total;
    }
out:
    free(order);
    free(placed);
    return total;
}

size_t memory_least(const struct buffer *buffers, size_t count)
{
    int steps = 0;
    for (size_t i = 0; i < count; i++)
        steps = buffers[i].last >= steps ? buffers[i].last + 1 : steps;
    /* What comes with a step, and what went with the one before. */
    size_t *comes = xcalloc((size_t)steps + 1, sizeof(*comes)), in_use = 0, most = 0;
    size_t *goes = xcalloc((size_t)steps + 1, sizeof(*goes));
    for (size_t i = 0; i < count; i++) {
        if (buffers[i].bytes == 0)
            continue;
        comes[buffers[i].first] += align(buffers[i].bytes);
        goes[buffers[i].last + 1] += align(buffers[i].bytes);
    }
    for (int s = 0; s < steps; s++) {
        in_use += comes[s] - goes[s];
        most = in_use > most ? in_use : most;
    }
    free(comes);
    free(goes);
    return most;
}
