/* Allocation. Small things (lists, names, state) are allocated or the process ends with a message;
 * whatever a file or a user can make large goes through memory_try, which may fail. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed; never NULL: the process exits with status 71 when there is no memory. Freed with free().
 */
void *xcalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
/* Not zeroed. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
/* Grown memory is not zeroed. */
void *xrealloc(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));
char *xstrdup(const char *text)
    __attribute__((malloc, returns_nonnull, warn_unused_result, nonnull(1)));
char *xasprintf(const char *format, ...)
    __attribute__((malloc, returns_nonnull, warn_unused_result, format(printf, 1, 2)));

/* Zeroed, aligned to MEMORY_ALIGNMENT, or NULL when memory is short or size exceeds three quarters
 * of the machine's memory. Size 0 gives a valid pointer. Freed with free(). */
#define MEMORY_ALIGNMENT 64
void *memory_try(size_t size) __attribute__((malloc, warn_unused_result));

/* Ends the process: size bytes were needed and could not be had. */
_Noreturn void memory_exhausted(size_t size);

/* Called just before the process ends for lack of memory: whoever owns the terminal
 * restores it there. */
void memory_on_exhausted(void (*hook)(void));

/* *product = a * b; false on overflow. */
bool size_multiply(size_t a, size_t b, size_t *product);

/* Doubles a list of items of the given size when it is full; returns the (moved) list. */
void *list_grow(void *items, size_t count, size_t *capacity, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

/* Frees and forgets, for use in release functions: FREE_AND_NULL(thing->name). */
#define FREE_AND_NULL(pointer)                                                                     \
    do {                                                                                           \
        free(pointer);                                                                             \
        (pointer) = NULL;                                                                          \
    } while (0)

#endif
