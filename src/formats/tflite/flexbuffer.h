/* FlexBuffers: the self-describing values that custom operators of .tflite files keep their options
 * in. Only what those are: a map from names to numbers, in bytes that nobody vouches for.
 *
 * Format: FlatBuffers' document on FlexBuffers. A value is a number of a width that its container
 * states, or the distance back to where it lies. The last three parts of the bytes are the root's
 * value, its type, and the width of its value. Little-endian. */
#ifndef FORMATS_TFLITE_FLEXBUFFER_H
#define FORMATS_TFLITE_FLEXBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum flexbuffer_kind {
    FLEXBUFFER_NULL,
    FLEXBUFFER_WHOLE, /* integers and truth values */
    FLEXBUFFER_REAL,
    FLEXBUFFER_OTHER, /* texts, lists, maps: not looked into */
};

struct flexbuffer_value {
    enum flexbuffer_kind kind;
    int64_t whole; /* an unsigned number beyond its range: INT64_MAX */
    double real;
};

/* Positions are bytes from the beginning. */
struct flexbuffer_map {
    const unsigned char *bytes;
    size_t size;
    size_t values, keys; /* of the first ones */
    size_t value_width, key_width;
    uint32_t count;
};

/* More are no options of an operator. */
#define FLEXBUFFER_SIZE_MAX  65536
#define FLEXBUFFER_COUNT_MAX 256

/* Opens the map that the bytes hold, whose keys are texts in ascending order, as readers that
 * search for them need it. STATUS_FORMAT says what else is there, and the byte;
 * STATUS_UNSUPPORTED: more than the above. */
enum status flexbuffer_open(const unsigned char *bytes, size_t size, struct flexbuffer_map *map,
                            struct error *error) __attribute__((nonnull(1, 3, 4)));
/* The value of a key; one that the map does not have is FLEXBUFFER_NULL. */
enum status flexbuffer_find(const struct flexbuffer_map *map, const char *key,
                            struct flexbuffer_value *value, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* An entry of a map to write. */
enum flexbuffer_type { FLEXBUFFER_INT = 1, FLEXBUFFER_FLOAT = 3, FLEXBUFFER_BOOL = 26 };
struct flexbuffer_entry {
    const char *key;
    enum flexbuffer_type type;
    uint32_t bits; /* of an int32, a float, or 0 or 1 */
};

#define FLEXBUFFER_ENTRIES_MAX 16
#define FLEXBUFFER_BYTES_MAX   1024
/* Writes a map of up to FLEXBUFFER_ENTRIES_MAX entries, whose keys are in ascending order and have
 * less than 255 bytes in all, with their ends; returns how many bytes it has. */
size_t flexbuffer_write(const struct flexbuffer_entry *entries, size_t count,
                        unsigned char bytes[FLEXBUFFER_BYTES_MAX]) __attribute__((nonnull(1, 3)));

#endif
