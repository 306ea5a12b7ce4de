#include "formats/tflite/flexbuffer.h"

#include <assert.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

/* A type's number is in the upper six bits of its byte, the width that its value is stored with
 * where it lies elsewhere in the lower two. */
#define TYPE_SHIFT 2
#define WIDTH_MASK 3
enum {
    TYPE_NULL = 0,
    TYPE_INT = 1,
    TYPE_UINT = 2,
    TYPE_FLOAT = 3,
    TYPE_INDIRECT_INT = 6,
    TYPE_INDIRECT_UINT = 7,
    TYPE_INDIRECT_FLOAT = 8,
    TYPE_MAP = 9,
    TYPE_BOOL = 26,
};

static enum status outside(size_t at, const char *what, struct error *error)
{
    return error_set(error, STATUS_FORMAT, NULL, "byte %zu of the options: %s", at, what);
}

/* The number of 1, 2, 4 or 8 bytes at a place that has as many. */
static uint64_t load(const unsigned char *bytes, size_t width)
{
    uint64_t value = 0;
    memcpy(&value, bytes, width);
    return value;
}

static int64_t load_signed(const unsigned char *bytes, size_t width)
{
    unsigned unused = 64 - 8 * (unsigned)width;
    return (int64_t)(load(bytes, width) << unused) >> unused;
}

static bool is_width(uint64_t width)
{
    return width == 1 || width == 2 || width == 4 || width == 8;
}

/* Where the distance of that width at a place leads. Places lie before the end by that width. */
static enum status follow(const struct flexbuffer_map *map, size_t at, size_t width, size_t *to,
                          struct error *error)
{
    uint64_t distance = load(map->bytes + at, width);
    if (distance > at)
        return outside(at, "leads to before their beginning", error);
    *to = at - (size_t)distance;
    return STATUS_OK;
}

/* A key, which ends before the bytes do. */
static enum status key_at(const struct flexbuffer_map *map, uint32_t i, const char **key,
                          struct error *error)
{
    size_t at = map->keys + i * map->key_width, to = at;
    enum status status = follow(map, at, map->key_width, &to, error);
    if (status != STATUS_OK)
        return status;
    *key = (const char *)map->bytes + to;
    return memchr(*key, '\0', map->size - to) ? STATUS_OK
                                              : outside(to, "a name without an end", error);
}

static enum status check_keys(const struct flexbuffer_map *map, struct error *error)
{
    const char *before = NULL, *key;
    for (uint32_t i = 0; i < map->count; i++) {
        enum status status = key_at(map, i, &key, error);
        if (status != STATUS_OK)
            return status;
        if (before && strcmp(before, key) >= 0)
            return outside(map->keys + i * map->key_width, "names that are not in order", error);
        before = key;
    }
    return STATUS_OK;
}

/* In front of the values stand their number, the width of the keys, and where those are; in front
 * of the keys their number. A byte of type for each value follows. */
static enum status open_map(struct flexbuffer_map *map, size_t at, size_t width,
                            struct error *error)
{
    map->values = at;
    map->value_width = width;
    if (at < 3 * width)
        return outside(at, "no room for a map", error);
    uint64_t count = load(map->bytes + at - width, width);
    uint64_t key_width = load(map->bytes + at - 2 * width, width);
    if (count > (map->size - at) / (width + 1))
        return outside(at - width, "more values than there is room for", error);
    if (count > FLEXBUFFER_COUNT_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "%u options, at most %d are supported",
                         (unsigned)count, FLEXBUFFER_COUNT_MAX);
    if (!is_width(key_width))
        return outside(at - 2 * width, "not the width of a number", error);
    map->count = (uint32_t)count;
    map->key_width = (size_t)key_width;
    enum status status = follow(map, at - 3 * width, width, &map->keys, error);
    if (status != STATUS_OK)
        return status;
    size_t keys = map->keys;
    if (keys < map->key_width || (map->size - keys) / map->key_width < map->count ||
        load(map->bytes + keys - map->key_width, map->key_width) != count)
        return outside(keys, "not as many names as there are values", error);
    return check_keys(map, error);
}

enum status flexbuffer_open(const unsigned char *bytes, size_t size, struct flexbuffer_map *map,
                            struct error *error)
{
    *map = (struct flexbuffer_map){.bytes = bytes, .size = size};
    if (size < 3)
        return error_set(error, STATUS_FORMAT, NULL, "%zu bytes of options are no map", size);
    if (size > FLEXBUFFER_SIZE_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "%zu bytes of options, at most %d are supported", size,
                         FLEXBUFFER_SIZE_MAX);
    size_t width = bytes[size - 1], type = bytes[size - 2], at = 0;
    if (!is_width(width) || width > size - 2)
        return outside(size - 1, "not the width of a number", error);
    if (type >> TYPE_SHIFT != TYPE_MAP)
        return outside(size - 2, "not the type of a map", error);
    enum status status = follow(map, size - 2 - width, width, &at, error);
    return status == STATUS_OK ? open_map(map, at, (size_t)1 << (type & WIDTH_MASK), error)
                               : status;
}

/* A real number of 4 or 8 bytes. */
static enum status read_real(const struct flexbuffer_map *map, size_t at, size_t width,
                             struct flexbuffer_value *value, struct error *error)
{
    float narrow;
    value->kind = FLEXBUFFER_REAL;
    if (width == sizeof(narrow)) {
        memcpy(&narrow, map->bytes + at, sizeof(narrow));
        value->real = (double)narrow;
        return STATUS_OK;
    }
    if (width != sizeof(value->real))
        return outside(at, "a real number of less than 4 bytes", error);
    memcpy(&value->real, map->bytes + at, sizeof(value->real));
    return STATUS_OK;
}

static enum status read_value(const struct flexbuffer_map *map, size_t at, size_t width,
                              unsigned type, struct flexbuffer_value *value, struct error *error)
{
    uint64_t number = load(map->bytes + at, width);
    value->kind = FLEXBUFFER_WHOLE;
    switch (type) {
    case TYPE_NULL:
        value->kind = FLEXBUFFER_NULL;
        break;
    case TYPE_INT:
    case TYPE_INDIRECT_INT:
        value->whole = load_signed(map->bytes + at, width);
        break;
    case TYPE_UINT:
    case TYPE_INDIRECT_UINT:
        value->whole = number > INT64_MAX ? INT64_MAX : (int64_t)number;
        break;
    case TYPE_BOOL:
        value->whole = number != 0;
        break;
    case TYPE_FLOAT:
    case TYPE_INDIRECT_FLOAT:
        return read_real(map, at, width, value, error);
    default:
        value->kind = FLEXBUFFER_OTHER;
    }
    return STATUS_OK;
}

static enum status value_at(const struct flexbuffer_map *map, uint32_t i,
                            struct flexbuffer_value *value, struct error *error)
{
    size_t at = map->values + i * map->value_width, width = map->value_width;
    unsigned type = map->bytes[map->values + map->count * map->value_width + i];
    unsigned kind = type >> TYPE_SHIFT;
    if (kind == TYPE_INDIRECT_INT || kind == TYPE_INDIRECT_UINT || kind == TYPE_INDIRECT_FLOAT) {
        enum status status = follow(map, at, width, &at, error);
        if (status != STATUS_OK)
            return status;
        width = (size_t)1 << (type & WIDTH_MASK);
        if (width > map->size - at)
            return outside(at, "a number that they end in", error);
    }
    return read_value(map, at, width, kind, value, error);
}

enum status flexbuffer_find(const struct flexbuffer_map *map, const char *key,
                            struct flexbuffer_value *value, struct error *error)
{
    const char *found;
    *value = (struct flexbuffer_value){.kind = FLEXBUFFER_NULL};
    for (uint32_t i = 0; i < map->count; i++) {
        enum status status = key_at(map, i, &found, error);
        if (status != STATUS_OK)
            return status;
        if (strcmp(found, key) == 0)
            return value_at(map, i, value, error);
    }
    return STATUS_OK;
}

#define VALUE_WIDTH              4
#define KEY_WIDTH                1
#define PACKED(type, width_bits) (unsigned char)((unsigned)(type) << TYPE_SHIFT | (width_bits))
/* Base two logarithm of VALUE_WIDTH. */
#define VALUE_WIDTH_BITS 2

struct output {
    unsigned char *bytes;
    size_t used;
};

static void put(struct output *out, const void *from, size_t size)
{
    assert(size <= FLEXBUFFER_BYTES_MAX - out->used);
    memcpy(out->bytes + out->used, from, size);
    out->used += size;
}

static void put_number(struct output *out, uint32_t number)
{
    put(out, &number, VALUE_WIDTH);
}

size_t flexbuffer_write(const struct flexbuffer_entry *entries, size_t count,
                        unsigned char bytes[FLEXBUFFER_BYTES_MAX])
{
    struct output out = {.bytes = bytes};
    size_t key_starts[FLEXBUFFER_ENTRIES_MAX];
    assert(count <= FLEXBUFFER_ENTRIES_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(i == 0 || strcmp(entries[i - 1].key, entries[i].key) < 0);
        key_starts[i] = out.used;
        put(&out, entries[i].key, strlen(entries[i].key) + 1);
    }
    unsigned char number = (unsigned char)count;
    put(&out, &number, KEY_WIDTH);
    size_t keys = out.used;
    for (size_t i = 0; i < count; i++) {
        size_t distance = out.used - key_starts[i];
        assert(distance <= UINT8_MAX);
        number = (unsigned char)distance;
        put(&out, &number, KEY_WIDTH);
    }
    /* Numbers lie at multiples of their width. */
    while (out.used % VALUE_WIDTH != 0)
        put(&out, "", 1);
    put_number(&out, (uint32_t)(out.used - keys));
    put_number(&out, KEY_WIDTH);
    put_number(&out, (uint32_t)count);
    size_t values = out.used;
    for (size_t i = 0; i < count; i++)
        put_number(&out, entries[i].bits);
    for (size_t i = 0; i < count; i++) {
        number = PACKED(entries[i].type, VALUE_WIDTH_BITS);
        put(&out, &number, 1);
    }
    while (out.used % VALUE_WIDTH != 0)
        put(&out, "", 1);
    put_number(&out, (uint32_t)(out.used - values));
    const unsigned char end[] = {PACKED(TYPE_MAP, VALUE_WIDTH_BITS), VALUE_WIDTH};
    put(&out, end, sizeof(end));
    return out.used;
}
