#include "formats/contents.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* FNV-1a, of words of eight bytes and of the rest. Source: G. Fowler, L. Noll, K.-P. Vo, The FNV
 * Non-Cryptographic Hash Algorithm. */
static uint64_t hash(uint64_t value, const unsigned char *bytes, size_t size)
{
    uint64_t word;
    for (; size >= sizeof(word); size -= sizeof(word), bytes += sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        value = (value ^ word ^ value >> 32) * UINT64_C(0x100000001b3);
    }
    for (; size > 0; size--)
        value = (value ^ *bytes++) * UINT64_C(0x100000001b3);
    return value ^ value >> 32;
}

static bool are_same(const void *a, const void *b, size_t size)
{
    return a == b || memcmp(a, b, size) == 0;
}

struct content_slot {
    struct content content; /* bytes NULL: free */
    bool is_known;          /* of the table of sizes: it is among the items, too */
};

/* The slot of the content, or the free one where it belongs. */
static struct content_slot *slot_of(const struct content_table *table,
                                    const struct content *content, bool by_bytes)
{
    uint64_t value = hash(UINT64_C(0xcbf29ce484222325), content->label, content->label_size);
    size_t i = (size_t)hash(value ^ content->size, content->bytes, by_bytes ? content->size : 0);
    for (;; i++) {
        struct content_slot *slot = &table->slots[i & (table->capacity - 1)];
        const struct content *other = &slot->content;
        if (!other->bytes ||
            (other->size == content->size && other->label_size == content->label_size &&
             are_same(other->label, content->label, content->label_size) &&
             (!by_bytes || are_same(other->bytes, content->bytes, content->size))))
            return slot;
    }
}

static void grow(struct content_table *table, bool by_bytes)
{
    struct content_table larger = {.capacity = table->capacity ? 2 * table->capacity : 64,
                                   .count = table->count};
    larger.slots = xcalloc(larger.capacity, sizeof(*larger.slots));
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].content.bytes)
            *slot_of(&larger, &table->slots[i].content, by_bytes) = table->slots[i];
    free(table->slots);
    *table = larger;
}

/* Its slot, which is new where nothing such was there. */
static struct content_slot *put(struct content_table *table, const struct content *content,
                                bool by_bytes)
{
    if (2 * (table->count + 1) > table->capacity)
        grow(table, by_bytes);
    struct content_slot *slot = slot_of(table, content, by_bytes);
    if (!slot->content.bytes) {
        slot->content = *content;
        table->count++;
    }
    return slot;
}

int contents_number(struct contents *contents, const struct content *content)
{
    struct content whole = *content;
    size_t sizes = contents->sizes.count;
    whole.bytes = whole.size > 0 ? whole.bytes : "";
    struct content_slot *first = put(&contents->sizes, &whole, false);
    if (contents->sizes.count > sizes)
        return content->number;
    if (!first->is_known)
        put(&contents->items, &first->content, true);
    first->is_known = true;
    return put(&contents->items, &whole, true)->content.number;
}

void contents_release(struct contents *contents)
{
    free(contents->sizes.slots);
    free(contents->items.slots);
    *contents = (struct contents){0};
}
