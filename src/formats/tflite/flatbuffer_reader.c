#include "formats/tflite/flatbuffer_reader.h"

#include <stdbool.h>
#include <string.h>

#define HEADER_BYTES 8 /* root offset and identifier */

static uint16_t load_16(const struct flatbuffer *file, size_t position)
{
    uint16_t value;
    memcpy(&value, file->bytes + position, sizeof(value));
    return value;
}

static uint32_t load_32(const struct flatbuffer *file, size_t position)
{
    uint32_t value;
    memcpy(&value, file->bytes + position, sizeof(value));
    return value;
}

static bool inside(const struct flatbuffer *file, size_t position, uint64_t bytes)
{
    return position <= file->size && bytes <= file->size - position;
}

/* Finds and checks the table's vtable and the extent of its inline part. */
static enum status open_table(struct flatbuffer *file, size_t position,
                              struct flatbuffer_table *table, struct error *error)
{
    if (file->tables_left == 0)
        return error_set(error, STATUS_FORMAT, NULL, "more than %d tables are referred to",
                         FLATBUFFER_TABLES_MAX);
    file->tables_left--;
    int64_t distance = (int32_t)load_32(file, position);
    int64_t vtable = (int64_t)position - distance;
    if (vtable < 0 || vtable % 2 != 0 || !inside(file, (size_t)vtable, 4))
        return error_set(error, STATUS_FORMAT, NULL,
                         "the table at byte %zu has its vtable at byte %lld, expected an even "
                         "offset in a file of %zu bytes",
                         position, (long long)vtable, file->size);
    *table = (struct flatbuffer_table){
        .position = position,
        .vtable = (size_t)vtable,
        .vtable_size = load_16(file, (size_t)vtable),
        .inline_size = load_16(file, (size_t)vtable + 2),
    };
    if (table->vtable_size < 4 || table->vtable_size % 2 != 0 ||
        !inside(file, table->vtable, table->vtable_size))
        return error_set(error, STATUS_FORMAT, NULL,
                         "the vtable at byte %zu has an impossible size of %u bytes", table->vtable,
                         table->vtable_size);
    if (table->inline_size < 4 || !inside(file, position, table->inline_size))
        return error_set(error, STATUS_FORMAT, NULL,
                         "the table at byte %zu has an impossible size of %u bytes", position,
                         table->inline_size);
    return STATUS_OK;
}

/* Where the offset stored at a position leads: a place with room for a count or a table. */
static enum status follow(const struct flatbuffer *file, size_t position, size_t *target,
                          struct error *error)
{
    uint32_t offset = load_32(file, position);
    if (offset == 0 || offset > file->size - position || (position + offset) % 4 != 0 ||
        !inside(file, position + offset, 4))
        return error_set(error, STATUS_FORMAT, NULL,
                         "the offset at byte %zu is %u, expected to lead to a multiple of 4 in a "
                         "file of %zu bytes",
                         position, offset, file->size);
    *target = position + offset;
    return STATUS_OK;
}

static enum status open_vector(const struct flatbuffer *file, size_t position, size_t element_size,
                               bool is_string, struct flatbuffer_vector *vector,
                               struct error *error)
{
    uint32_t count = load_32(file, position);
    uint64_t bytes = (uint64_t)count * element_size;
    if (!inside(file, position + 4, bytes + is_string))
        return error_set(error, STATUS_FORMAT, NULL,
                         "%u elements of %zu bytes at byte %zu do not fit in a file of %zu bytes",
                         count, element_size, position + 4, file->size);
    if (is_string && file->bytes[position + 4 + bytes] != '\0')
        return error_set(error, STATUS_FORMAT, NULL,
                         "the string at byte %zu does not end with a NUL", position + 4);
    *vector = (struct flatbuffer_vector){.position = position, .count = count};
    return STATUS_OK;
}

/* Reads what a field that takes 4 bytes of offset refers to. */
static enum status read_reference(struct flatbuffer *file, const struct flatbuffer_field *field,
                                  size_t position, void *member, struct error *error)
{
    size_t target;
    enum status status = follow(file, position, &target, error);
    if (status != STATUS_OK)
        return status;
    if (field->kind == FLATBUFFER_TABLE)
        return open_table(file, target, member, error);
    bool is_string = field->kind == FLATBUFFER_STRING;
    return open_vector(file, target, is_string ? 1 : field->element_size, is_string, member, error);
}

static void set_absent(const struct flatbuffer_field *field, void *member)
{
    if (field->kind == FLATBUFFER_TABLE)
        memset(member, 0, sizeof(struct flatbuffer_table));
    else if (field->kind == FLATBUFFER_VECTOR || field->kind == FLATBUFFER_STRING)
        memset(member, 0, sizeof(struct flatbuffer_vector));
    else
        memcpy(member, &field->fallback, flatbuffer_inline_size(field->kind));
}

static enum status read_field(struct flatbuffer *file, const struct flatbuffer_table *table,
                              const struct flatbuffer_field *field, void *member,
                              struct error *error)
{
    size_t entry = 4 + 2 * (size_t)field->slot, size = flatbuffer_inline_size(field->kind);
    size_t at = entry + 2 <= table->vtable_size ? load_16(file, table->vtable + entry) : 0;
    if (at == 0) {
        set_absent(field, member);
        return STATUS_OK;
    }
    if (at < 4 || at + size > table->inline_size)
        return error_set(error, STATUS_FORMAT, NULL,
                         "the vtable puts it at byte %zu of a table of %u bytes", at,
                         table->inline_size);
    size_t position = table->position + at;
    if (field->kind >= FLATBUFFER_VECTOR)
        return read_reference(file, field, position, member, error);
    memcpy(member, file->bytes + position, size);
    if (field->kind == FLATBUFFER_BOOL)
        *(uint8_t *)member = file->bytes[position] != 0;
    return STATUS_OK;
}

enum status flatbuffer_read(struct flatbuffer *file, const struct flatbuffer_table *table,
                            const struct flatbuffer_schema *schema, void *record,
                            struct error *error)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct flatbuffer_field *field = &schema->fields[i];
        if (read_field(file, table, field, (char *)record + field->offset, error) != STATUS_OK)
            return error_within(error, "%s at byte %zu: '%s'", schema->name, table->position,
                                field->name);
    }
    return STATUS_OK;
}

enum status flatbuffer_table_at(struct flatbuffer *file, const struct flatbuffer_vector *vector,
                                uint32_t i, struct flatbuffer_table *table, struct error *error)
{
    size_t target = 0;
    enum status status = follow(file, vector->position + 4 + (size_t)i * 4, &target, error);
    return status == STATUS_OK ? open_table(file, target, table, error) : status;
}

enum status flatbuffer_open(struct flatbuffer *file, const unsigned char *bytes, size_t size,
                            const char identifier[4], struct flatbuffer_table *root,
                            struct error *error)
{
    *file = (struct flatbuffer){bytes, size, .tables_left = FLATBUFFER_TABLES_MAX};
    if (size < HEADER_BYTES)
        return error_set(error, STATUS_FORMAT, NULL,
                         "the file has %zu bytes, expected a header of %d bytes", size,
                         HEADER_BYTES);
    if (memcmp(bytes + 4, identifier, 4) != 0)
        return error_set(error, STATUS_FORMAT, NULL, "bytes 4 to 7 are not the identifier '%.4s'",
                         identifier);
    size_t target;
    enum status status = follow(file, 0, &target, error);
    return status == STATUS_OK ? open_table(file, target, root, error) : status;
}

const unsigned char *flatbuffer_elements(const struct flatbuffer *file,
                                         const struct flatbuffer_vector *vector)
{
    return file->bytes + vector->position + 4;
}

int32_t flatbuffer_i32(const struct flatbuffer *file, const struct flatbuffer_vector *vector,
                       uint32_t i)
{
    int32_t value;
    memcpy(&value, flatbuffer_elements(file, vector) + (size_t)i * sizeof(value), sizeof(value));
    return value;
}

int64_t flatbuffer_i64(const struct flatbuffer *file, const struct flatbuffer_vector *vector,
                       uint32_t i)
{
    int64_t value;
    memcpy(&value, flatbuffer_elements(file, vector) + (size_t)i * sizeof(value), sizeof(value));
    return value;
}
