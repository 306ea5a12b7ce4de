/* FlatBuffers tables described as data, so that one description serves reading and building.
 *
 * A table becomes a record: a plain struct with one member per field. What the record refers to is
 * named by its position: counted from the start of the file in a record that was read, from the end
 * of the file in one that is being built, because there the start is not known yet. Position 0
 * means absent. Format: the FlatBuffers internals document; everything is little-endian. */
#ifndef FORMATS_TFLITE_FLATBUFFER_SCHEMA_H
#define FORMATS_TFLITE_FLATBUFFER_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

/* Scalars are copied as they are: a record's member has the size of the field in the file. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

enum flatbuffer_kind {
    FLATBUFFER_BOOL,   /* uint8_t, 0 or 1 */
    FLATBUFFER_8,      /* int8_t or uint8_t */
    FLATBUFFER_32,     /* int32_t, uint32_t or float */
    FLATBUFFER_64,     /* int64_t or uint64_t */
    FLATBUFFER_VECTOR, /* struct flatbuffer_vector */
    FLATBUFFER_STRING, /* struct flatbuffer_vector; a NUL that is not counted follows the bytes */
    FLATBUFFER_TABLE,  /* struct flatbuffer_table */
};

struct flatbuffer_vector {
    size_t position; /* of the count word in front of the elements */
    uint32_t count;
};

struct flatbuffer_table {
    size_t position;
    size_t vtable; /* position of its vtable; this and what follows only when read */
    uint16_t vtable_size, inline_size;
};

struct flatbuffer_field {
    const char *name;
    enum flatbuffer_kind kind;
    int slot;
    size_t element_size; /* FLATBUFFER_VECTOR: bytes per element; 4 where these are offsets */
    size_t offset;       /* of the member in the record */
    int64_t fallback;    /* value of an absent integer; an absent float is 0 */
};

struct flatbuffer_schema {
    const char *name;
    size_t count;
    const struct flatbuffer_field *fields;
};

/* No table of a description has more fields or greater slots. */
#define FLATBUFFER_SLOTS_MAX 16

/* Bytes that a field takes inside its table. */
static inline size_t flatbuffer_inline_size(enum flatbuffer_kind kind)
{
    static const uint8_t sizes[] = {
        [FLATBUFFER_BOOL] = 1,  [FLATBUFFER_8] = 1,      [FLATBUFFER_32] = 4,
        [FLATBUFFER_64] = 8,    [FLATBUFFER_VECTOR] = 4, [FLATBUFFER_STRING] = 4,
        [FLATBUFFER_TABLE] = 4,
    };
    return sizes[kind];
}

#endif
