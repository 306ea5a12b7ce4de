/* How kernels that move bytes divide their work: pieces that belong together are dealt out in
 * items large enough to be worth a thread's turn. */
#ifndef KERNELS_COMMON_PORTIONS_H
#define KERNELS_COMMON_PORTIONS_H

#include <stddef.h>

#define PORTION_BYTES ((size_t)4096)

struct portions {
    size_t units;    /* pieces of work */
    size_t per_item; /* at least 1 */
    size_t items;
};

/* Pieces that move the given number of bytes each. */
static inline struct portions portions_of(size_t units, size_t bytes)
{
    size_t per_item = bytes > 0 && bytes < PORTION_BYTES ? PORTION_BYTES / bytes : 1;
    return (struct portions){units, per_item, units / per_item + (units % per_item != 0)};
}

/* The first piece of an item, or the number of pieces behind the last item. */
static inline size_t portion_begin(const struct portions *portions, size_t item)
{
    return item < portions->items ? item * portions->per_item : portions->units;
}

#endif
