#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Small requests share a chunk; a large one gets a chunk of its own. */
#define CHUNK_BYTES ((size_t)64 * 1024)

struct chunk {
    struct chunk *next;
    unsigned char *bytes;
    size_t used, size;
};

struct arena {
    struct chunk *chunks;
    size_t total;
};

struct arena *arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk->bytes);
        free(chunk);
    }
    free(arena);
}

/* Lists memory: at the head when it is to be filled, else behind it. */
static struct chunk *add_chunk(struct arena *arena, void *bytes, size_t size)
{
    struct chunk *chunk = xcalloc(1, sizeof(*chunk));
    struct chunk **place = &arena->chunks;
    if (*place && size != CHUNK_BYTES)
        place = &(*place)->next;
    *chunk = (struct chunk){.next = *place, .bytes = bytes, .size = size};
    *place = chunk;
    return chunk;
}

static struct chunk *allocate_chunk(struct arena *arena, size_t size)
{
    void *bytes = memory_try(size);
    return bytes ? add_chunk(arena, bytes, size) : NULL;
}

static void *take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - 2 * CHUNK_BYTES)
        return NULL;
    size_t rounded = (size + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT;
    struct chunk *chunk = arena->chunks;
    if (rounded > CHUNK_BYTES / 4)
        chunk = allocate_chunk(arena, rounded);
    else if (!chunk || chunk->size - chunk->used < rounded)
        chunk = allocate_chunk(arena, CHUNK_BYTES);
    if (!chunk)
        return NULL;
    void *memory = chunk->bytes + chunk->used;
    chunk->used += rounded;
    arena->total += size;
    return memory;
}

void *arena_try(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    return size_multiply(count, size, &bytes) ? take(arena, bytes) : NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *memory = take(arena, size);
    if (!memory)
        memory_exhausted(size);
    return memory;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = arena_alloc(arena, (size_t)(length > 0 ? length : 0) + 1);
    vsnprintf(text, (size_t)(length > 0 ? length : 0) + 1, format, again);
    va_end(again);
    return text;
}

void *arena_adopt(struct arena *arena, void *memory)
{
    add_chunk(arena, memory, 0);
    return memory;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->total;
}
