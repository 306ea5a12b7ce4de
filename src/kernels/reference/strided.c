#include "kernels/reference/strided.h"

#include <string.h>

/* With a constant size this is a loop of single loads and stores. */
static inline void copy_pieces(char *to, ptrdiff_t to_step, const char *from, ptrdiff_t from_step,
                               size_t size, size_t count)
{
    for (; count > 0; count--) {
        memcpy(to, from, size);
        to += to_step;
        from += from_step;
    }
}

void strided_row(void *to, ptrdiff_t to_step, const void *from, ptrdiff_t from_step, size_t size,
                 size_t count)
{
    switch (size) {
    case 1:
        copy_pieces(to, to_step, from, from_step, 1, count);
        break;
    case 2:
        copy_pieces(to, to_step, from, from_step, 2, count);
        break;
    case 4:
        copy_pieces(to, to_step, from, from_step, 4, count);
        break;
    case 8:
        copy_pieces(to, to_step, from, from_step, 8, count);
        break;
    default:
        copy_pieces(to, to_step, from, from_step, size, count);
    }
}

static void map_row(const struct strided *copy, uint8_t *to, const uint8_t *from, size_t count)
{
    ptrdiff_t to_step = copy->to[copy->rank - 1], from_step = copy->from[copy->rank - 1];
    for (; count > 0; count--) {
        for (size_t i = 0; i < copy->unit; i++)
            to[i] = copy->map[from[i]];
        to += to_step;
        from += from_step;
    }
}

static void copy_row(const struct strided *copy, char *to, const char *from, size_t count)
{
    int inner = copy->rank - 1;
    if (copy->map)
        map_row(copy, (uint8_t *)to, (const uint8_t *)from, count);
    else if (strided_is_contiguous(copy))
        memcpy(to, from, count * copy->unit);
    else
        strided_row(to, copy->to[inner], from, copy->from[inner], copy->unit, count);
}

void strided_run(const struct strided *copy, const void *from, void *to, size_t first, size_t last)
{
    int inner = copy->rank - 1;
    size_t unit = portion_begin(&copy->portions, first), end = portion_begin(&copy->portions, last);
    while (unit < end) {
        size_t rest = unit, count = copy->extent[inner] - unit % copy->extent[inner];
        ptrdiff_t from_offset = 0, to_offset = 0;
        for (int i = inner; i >= 0; i--) {
            ptrdiff_t index = (ptrdiff_t)(rest % copy->extent[i]);
            rest /= copy->extent[i];
            from_offset += index * copy->from[i];
            to_offset += index * copy->to[i];
        }
        count = count < end - unit ? count : end - unit;
        copy_row(copy, (char *)to + to_offset, (const char *)from + from_offset, count);
        unit += count;
    }
}
