#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Small requests share a chunk; a large one gets a chunk of its own. The first shared one is small,
 * since many arenas hold little, and each is twice as large as the one before, up to the most. */
#define FIRST_BYTES ((size_t)2 * 1024)
#define CHUNK_BYTES ((size_t)64 * 1024)

struct chunk {
    struct chunk *next;
    unsigned char *bytes;
    size_t used, size;
};

struct arena {
    struct chunk *chunks; /* the first one is shared, if any is */
    size_t shared;        /* bytes of the last shared one */
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

/* Lists memory: at the head when it is to be shared, else behind it. */
static struct chunk *add_chunk(struct arena *arena, void *bytes, size_t size, bool is_shared)
{
    struct chunk *chunk = xcalloc(1, sizeof(*chunk));
    struct chunk **place = &arena->chunks;
    if (*place && !is_shared)
        place = &(*place)->next;
    *chunk = (struct chunk){.next = *place, .bytes = bytes, .size = size};
    *place = chunk;
    return chunk;
}

static struct chunk *allocate_chunk(struct arena *arena, size_t size, bool is_shared)
{
    void *bytes = memory_try(size);
    return bytes ? add_chunk(arena, bytes, size, is_shared) : NULL;
}

/* A new shared chunk with room for so many bytes. */
static struct chunk *share_chunk(struct arena *arena, size_t size)
{
    arena->shared = arena->shared ? arena->shared * 2 : FIRST_BYTES;
    while (arena->shared < size)
        arena->shared *= 2;
    if (arena->shared > CHUNK_BYTES)
        arena->shared = CHUNK_BYTES;
    return allocate_chunk(arena, arena->shared, true);
}

static size_t round_up(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

static void *take(struct arena *arena, size_t size, size_t alignment)
{
    if (size > SIZE_MAX - 2 * CHUNK_BYTES)
        return NULL;
    size_t rounded = round_up(size, alignment);
    struct chunk *chunk = arena->chunks;
    if (rounded > CHUNK_BYTES / 4)
        chunk = allocate_chunk(arena, rounded, false);
    else if (!chunk || chunk->size < round_up(chunk->used, alignment) + rounded)
        chunk = share_chunk(arena, rounded);
    if (!chunk)
        return NULL;
    size_t start = round_up(chunk->used, alignment);
    chunk->used = start + rounded;
    arena->total += size;
    return chunk->bytes + start;
}

/* Whatever must not fail. */
static void *take_surely(struct arena *arena, size_t size, size_t alignment)
{
    void *memory = take(arena, size, alignment);
    if (!memory)
        memory_exhausted(size);
    return memory;
}

void *arena_try(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    return size_multiply(count, size, &bytes) ? take(arena, bytes, MEMORY_ALIGNMENT) : NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return take_surely(arena, size, MEMORY_ALIGNMENT);
}

/* Texts are not aligned: they stand one behind the other. */
static char *text_alloc(struct arena *arena, size_t length)
{
    return take_surely(arena, length + 1, 1);
}

char *arena_strdup(struct arena *arena, const char *text)
{
    size_t length = strlen(text);
    return memcpy(text_alloc(arena, length), text, length + 1);
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
    char *text = text_alloc(arena, (size_t)(length > 0 ? length : 0));
    vsnprintf(text, (size_t)(length > 0 ? length : 0) + 1, format, again);
    va_end(again);
    return text;
}

void *arena_adopt(struct arena *arena, void *memory)
{
    add_chunk(arena, memory, 0, false);
    return memory;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->total;
}
