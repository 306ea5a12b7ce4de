/* Memory that is freed together: one arena per lifetime (a graph, a plan, a profile). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void) __attribute__((returns_nonnull, warn_unused_result));
/* Frees everything that came from it. NULL is fine. */
void arena_free(struct arena *arena);

/* Zeroed, aligned to 64 bytes, valid until arena_free. Never NULL (see base/memory.h). */
void *arena_alloc(struct arena *arena, size_t size)
    __attribute__((returns_nonnull, malloc, nonnull(1)));
/* Like arena_alloc for count items, or NULL where the product overflows or memory is short: for
 * sizes that a file decides. */
void *arena_try(struct arena *arena, size_t count, size_t size) __attribute__((nonnull(1)));
char *arena_strdup(struct arena *arena, const char *text)
    __attribute__((returns_nonnull, nonnull(1, 2)));
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3), nonnull(1, 2)));
void *arena_copy(struct arena *arena, const void *bytes, size_t size)
    __attribute__((returns_nonnull, nonnull(1)));

/* Makes the arena free() memory with everything else; returns it. */
void *arena_adopt(struct arena *arena, void *memory) __attribute__((nonnull(1)));

/* Bytes handed out so far. */
size_t arena_bytes(const struct arena *arena) __attribute__((nonnull(1)));

#endif
