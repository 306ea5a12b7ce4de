#include "formats/onnx/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* FNV-1a. Source: G. Fowler, L. Noll, K.-P. Vo, The FNV Non-Cryptographic Hash Algorithm. */
static uint64_t hash(const char *name)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        value = (value ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return value;
}

/* The slot of the name, or the free one where it belongs. */
static struct onnx_name *slot_of(const struct onnx_names *names, const char *name)
{
    size_t i = (size_t)hash(name) & (names->capacity - 1);
    while (names->slots[i].name && strcmp(names->slots[i].name, name) != 0)
        i = (i + 1) & (names->capacity - 1);
    return &names->slots[i];
}

static void grow(struct onnx_names *names)
{
    struct onnx_names larger = {.capacity = names->capacity ? 2 * names->capacity : 64,
                                .outer = names->outer};
    larger.slots = xcalloc(larger.capacity, sizeof(*larger.slots));
    for (size_t i = 0; i < names->capacity; i++)
        if (names->slots[i].name)
            *slot_of(&larger, names->slots[i].name) = names->slots[i];
    larger.count = names->count;
    free(names->slots);
    *names = larger;
}

void onnx_names_set(struct onnx_names *names, const char *name, int number)
{
    if (2 * (names->count + 1) > names->capacity)
        grow(names);
    struct onnx_name *slot = slot_of(names, name);
    names->count += slot->name == NULL;
    *slot = (struct onnx_name){name, number};
}

static const struct onnx_name *find(const struct onnx_names *names, const char *name)
{
    const struct onnx_name *slot = names->capacity > 0 ? slot_of(names, name) : NULL;
    return slot && slot->name ? slot : NULL;
}

int onnx_names_own(const struct onnx_names *names, const char *name, int missing)
{
    const struct onnx_name *found = find(names, name);
    return found ? found->number : missing;
}

int onnx_names_get(const struct onnx_names *names, const char *name, int missing)
{
    const struct onnx_name *found = find(names, name);
    for (const struct onnx_names *outer = names->outer; outer && !found; outer = outer->outer)
        found = find(outer, name);
    return found ? found->number : missing;
}

void onnx_names_release(struct onnx_names *names)
{
    FREE_AND_NULL(names->slots);
    names->capacity = names->count = 0;
}
