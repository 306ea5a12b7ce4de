#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void (*exhausted_hook)(void);

void memory_on_exhausted(void (*hook)(void))
{
    exhausted_hook = hook;
}

_Noreturn void memory_exhausted(size_t size)
{
    if (exhausted_hook)
        exhausted_hook();
    fprintf(stderr, "quantop: out of memory (%zu bytes)\n", size);
    exit(EX_OSERR);
}

void *xcalloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        memory_exhausted(count * size);
    return memory;
}

void *xmalloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        memory_exhausted(size);
    return memory;
}

void *xrealloc(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (!size_multiply(count, size, &bytes))
        memory_exhausted(SIZE_MAX);
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory)
        memory_exhausted(bytes);
    return memory;
}

char *xstrdup(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        memory_exhausted(strlen(text) + 1);
    return copy;
}

char *xasprintf(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        memory_exhausted(0);
    return text;
}

/* The most that one request may ask for. */
static size_t largest_request(void)
{
    static size_t largest;
    if (largest == 0) {
        long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
        bool known = pages > 0 && page > 0;
        largest = known ? (size_t)pages / 4 * 3 * (size_t)page : SIZE_MAX / 4;
    }
    return largest;
}

void *memory_try(size_t size)
{
    void *memory = NULL;
    if (size > largest_request())
        return NULL;
    if (posix_memalign(&memory, MEMORY_ALIGNMENT, size ? size : 1) != 0)
        return NULL;
    memset(memory, 0, size);
    return memory;
}

bool size_multiply(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

void *list_grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 8;
    return xrealloc(items, *capacity, size);
}
