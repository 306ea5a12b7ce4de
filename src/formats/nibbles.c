#include "formats/nibbles.h"

const void *nibbles_packed(struct arena *arena, const void *elements, size_t count, size_t *size)
{
    const uint8_t *from = elements;
    *size = count / 2 + count % 2;
    uint8_t *packed = arena_alloc(arena, *size + 1);
    for (size_t i = 0; i < count; i++)
        packed[i / 2] |= (uint8_t)((from[i] & 15) << (i % 2 * 4));
    return packed;
}
