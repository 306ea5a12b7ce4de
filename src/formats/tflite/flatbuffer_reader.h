/* Bounds-checked access to FlatBuffers in bytes that nobody vouches for.
 *
 * Tables are opened one field at a time, never recursively, so depth is bounded by the caller's own
 * calls; the number of tables opened is limited because offsets may form a graph that is
 * exponentially large when walked. Errors are STATUS_FORMAT, say the table, the field and the byte,
 * and have no file name: the caller adds it. */
#ifndef FORMATS_TFLITE_FLATBUFFER_READER_H
#define FORMATS_TFLITE_FLATBUFFER_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "formats/tflite/flatbuffer_schema.h"

#define FLATBUFFER_TABLES_MAX 1000000

struct flatbuffer {
    const unsigned char *bytes;
    size_t size;
    size_t tables_left; /* how many may still be opened */
};

/* Checks the header and opens the root table. The bytes are not copied. */
enum status flatbuffer_open(struct flatbuffer *file, const unsigned char *bytes, size_t size,
                            const char identifier[4], struct flatbuffer_table *root,
                            struct error *error) __attribute__((nonnull(1, 2, 4, 5, 6)));

/* Reads all described fields into the record; tables among them are opened, vectors and strings
 * lie inside the file. */
enum status flatbuffer_read(struct flatbuffer *file, const struct flatbuffer_table *table,
                            const struct flatbuffer_schema *schema, void *record,
                            struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5)));

/* Opens element i < count of a vector of tables. */
enum status flatbuffer_table_at(struct flatbuffer *file, const struct flatbuffer_vector *vector,
                                uint32_t i, struct flatbuffer_table *table, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));

/* The first element of a vector or string that is present; of no particular alignment. */
const unsigned char *flatbuffer_elements(const struct flatbuffer *file,
                                         const struct flatbuffer_vector *vector)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* Element i < count of a vector of 4 or 8 bytes each. */
int32_t flatbuffer_i32(const struct flatbuffer *file, const struct flatbuffer_vector *vector,
                       uint32_t i) __attribute__((nonnull(1, 2)));
int64_t flatbuffer_i64(const struct flatbuffer *file, const struct flatbuffer_vector *vector,
                       uint32_t i) __attribute__((nonnull(1, 2)));

#endif
