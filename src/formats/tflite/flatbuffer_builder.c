#include "formats/tflite/flatbuffer_builder.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define FIRST_CAPACITY ((size_t)64 * 1024)

void flatbuffer_builder_init(struct flatbuffer_builder *builder, size_t limit)
{
    *builder = (struct flatbuffer_builder){.limit = limit};
}

void flatbuffer_builder_release(struct flatbuffer_builder *builder)
{
    free(builder->bytes);
    free(builder->vtables);
    *builder = (struct flatbuffer_builder){0};
}

/* The bytes at a position counted from the end. */
static unsigned char *at(const struct flatbuffer_builder *builder, size_t position)
{
    return builder->bytes + builder->capacity - position;
}

/* Makes room for `needed` bytes in all, keeping those that are used at the end. */
static bool grow(struct flatbuffer_builder *builder, size_t needed)
{
    size_t capacity = builder->capacity ? builder->capacity : FIRST_CAPACITY;
    while (capacity < needed)
        capacity *= 2;
    if (capacity == builder->capacity)
        return true;
    unsigned char *bytes = memory_try(capacity);
    if (!bytes) {
        builder->status = STATUS_MEMORY;
        return false;
    }
    if (builder->used)
        memcpy(bytes + capacity - builder->used, at(builder, builder->used), builder->used);
    free(builder->bytes);
    builder->bytes = bytes;
    builder->capacity = capacity;
    return true;
}

/* Takes zeroed bytes in front of those that are used, at a multiple of the alignment; NULL after a
 * failure. The position is builder->used then. */
static unsigned char *claim(struct flatbuffer_builder *builder, size_t size, size_t alignment)
{
    if (builder->status != STATUS_OK)
        return NULL;
    if (size > builder->limit) {
        builder->status = STATUS_UNSUPPORTED;
        return NULL;
    }
    size_t end = builder->used + size;
    end += (alignment - end % alignment) % alignment;
    if (end > builder->limit) {
        builder->status = STATUS_UNSUPPORTED;
        return NULL;
    }
    if (!grow(builder, end))
        return NULL;
    memset(at(builder, end), 0, end - builder->used);
    builder->used = end;
    return at(builder, end);
}

static void store_32(const struct flatbuffer_builder *builder, size_t position, size_t value)
{
    uint32_t word = (uint32_t)value;
    memcpy(at(builder, position), &word, sizeof(word));
}

/* Claims the elements and then the count in front of them. */
static void *reserve_bytes(struct flatbuffer_builder *builder, size_t count, size_t bytes,
                           size_t alignment, struct flatbuffer_vector *vector)
{
    *vector = (struct flatbuffer_vector){0};
    if (!claim(builder, bytes, alignment < 4 ? 4 : alignment) || !claim(builder, 4, 4))
        return NULL;
    *vector = (struct flatbuffer_vector){.position = builder->used, .count = (uint32_t)count};
    store_32(builder, builder->used, count);
    return at(builder, builder->used - 4);
}

void *flatbuffer_reserve(struct flatbuffer_builder *builder, size_t count, size_t element_size,
                         size_t alignment, struct flatbuffer_vector *vector)
{
    size_t bytes;
    if (!size_multiply(count, element_size, &bytes))
        bytes = SIZE_MAX;
    return reserve_bytes(builder, count, bytes, alignment, vector);
}

struct flatbuffer_vector flatbuffer_add_vector(struct flatbuffer_builder *builder,
                                               const void *elements, size_t count,
                                               size_t element_size, size_t alignment)
{
    struct flatbuffer_vector vector;
    void *copy = flatbuffer_reserve(builder, count, element_size, alignment, &vector);
    if (copy && count)
        memcpy(copy, elements, count * element_size);
    return vector;
}

struct flatbuffer_vector flatbuffer_add_string(struct flatbuffer_builder *builder,
                                               const char *string)
{
    struct flatbuffer_vector vector;
    size_t length = strlen(string);
    void *copy = reserve_bytes(builder, length, length + 1, 1, &vector);
    if (copy)
        memcpy(copy, string, length);
    return vector;
}

struct flatbuffer_vector flatbuffer_add_tables(struct flatbuffer_builder *builder,
                                               const struct flatbuffer_table *tables, size_t count)
{
    struct flatbuffer_vector vector;
    if (!flatbuffer_reserve(builder, count, 4, 4, &vector))
        return vector;
    for (size_t i = 0; i < count; i++) {
        size_t offset_at = vector.position - 4 - 4 * i;
        store_32(builder, offset_at, offset_at - tables[i].position);
    }
    return vector;
}

static bool is_reference(const struct flatbuffer_field *field)
{
    return field->kind >= FLATBUFFER_VECTOR;
}

/* What the member of a field refers to; position is the first member of both structs. */
static size_t referred(const void *member)
{
    _Static_assert(offsetof(struct flatbuffer_vector, position) == 0, "read as the first member");
    _Static_assert(offsetof(struct flatbuffer_table, position) == 0, "read as the first member");
    size_t position;
    memcpy(&position, member, sizeof(position));
    return position;
}

static bool is_stored(const struct flatbuffer_field *field, const void *member)
{
    if (is_reference(field))
        return referred(member) != 0;
    return memcmp(member, &field->fallback, flatbuffer_inline_size(field->kind)) != 0;
}

/* Where the fields of a table are, in the order that leaves the fewest gaps. */
struct placement {
    uint16_t vtable[2 + FLATBUFFER_SLOTS_MAX]; /* bytes of the vtable, of the table, then slots */
    size_t alignment;
};

static struct placement place_fields(const struct flatbuffer_schema *schema, const char *record)
{
    static const size_t widths[] = {4, 8, 1};
    struct placement placement = {.alignment = 4};
    size_t size = 4, slots = 0;
    for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
        for (size_t i = 0; i < schema->count; i++) {
            const struct flatbuffer_field *field = &schema->fields[i];
            if (flatbuffer_inline_size(field->kind) != widths[w] ||
                !is_stored(field, record + field->offset))
                continue;
            size += (widths[w] - size % widths[w]) % widths[w];
            placement.vtable[2 + field->slot] = (uint16_t)size;
            size += widths[w];
            if (widths[w] > placement.alignment)
                placement.alignment = widths[w];
            if ((size_t)field->slot + 1 > slots)
                slots = (size_t)field->slot + 1;
        }
    }
    placement.vtable[0] = (uint16_t)(2 * (2 + slots));
    placement.vtable[1] = (uint16_t)size;
    return placement;
}

/* Position of an equal vtable, added when there is none. */
static size_t place_vtable(struct flatbuffer_builder *builder, const uint16_t *vtable)
{
    for (size_t i = 0; i < builder->n_vtables; i++)
        if (memcmp(at(builder, builder->vtables[i]), vtable, 2) == 0 &&
            memcmp(at(builder, builder->vtables[i]), vtable, vtable[0]) == 0)
            return builder->vtables[i];
    unsigned char *copy = claim(builder, vtable[0], 2);
    if (!copy)
        return 0;
    memcpy(copy, vtable, vtable[0]);
    builder->vtables = list_grow(builder->vtables, builder->n_vtables, &builder->vtable_capacity,
                                 sizeof(*builder->vtables));
    return builder->vtables[builder->n_vtables++] = builder->used;
}

struct flatbuffer_table flatbuffer_add_table(struct flatbuffer_builder *builder,
                                             const struct flatbuffer_schema *schema,
                                             const void *record)
{
    struct placement placement = place_fields(schema, record);
    struct flatbuffer_table none = {0}, table = {0};
    if (!claim(builder, placement.vtable[1], placement.alignment))
        return none;
    table.position = builder->used;
    for (size_t i = 0; i < schema->count; i++) {
        const struct flatbuffer_field *field = &schema->fields[i];
        const char *member = (const char *)record + field->offset;
        size_t place = table.position - placement.vtable[2 + field->slot];
        if (placement.vtable[2 + field->slot] == 0)
            continue;
        if (is_reference(field))
            store_32(builder, place, place - referred(member));
        else
            memcpy(at(builder, place), member, flatbuffer_inline_size(field->kind));
    }
    size_t vtable = place_vtable(builder, placement.vtable);
    if (builder->status != STATUS_OK)
        return none;
    store_32(builder, table.position, vtable - table.position);
    return table;
}

enum status flatbuffer_finish(struct flatbuffer_builder *builder,
                              const struct flatbuffer_table *root, const char identifier[4],
                              unsigned char **bytes, size_t *size, struct error *error)
{
    unsigned char *header = claim(builder, 8, FLATBUFFER_ALIGNMENT);
    if (builder->status == STATUS_MEMORY)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory to write the file");
    if (builder->status != STATUS_OK)
        return error_set(error, builder->status, NULL,
                         "the file would have more than %zu bytes, the most that its format allows",
                         builder->limit);
    store_32(builder, builder->used, builder->used - root->position);
    memcpy(header + 4, identifier, 4);
    memmove(builder->bytes, header, builder->used);
    *bytes = builder->bytes;
    *size = builder->used;
    builder->bytes = NULL;
    flatbuffer_builder_release(builder);
    return STATUS_OK;
}
