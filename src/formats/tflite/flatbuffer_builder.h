/* Builds FlatBuffers back to front: whatever is referred to is added before what refers to it.
 *
 * A failure (too large, out of memory) is remembered and makes later additions do nothing, so that
 * only flatbuffer_finish has to be checked. */
#ifndef FORMATS_TFLITE_FLATBUFFER_BUILDER_H
#define FORMATS_TFLITE_FLATBUFFER_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "formats/tflite/flatbuffer_schema.h"

/* Distances between a table and its vtable are signed 32-bit numbers. */
#define FLATBUFFER_BYTES_MAX INT32_MAX
/* What the end of the file is aligned to, and thereby the most that anything in it can be. */
#define FLATBUFFER_ALIGNMENT 16

struct flatbuffer_builder {
    unsigned char *bytes; /* the last `used` of `capacity` are filled */
    size_t capacity, used, limit;
    enum status status;
    size_t *vtables; /* positions of the distinct ones */
    size_t n_vtables, vtable_capacity;
};

/* limit: bytes that the file may have at most, FLATBUFFER_BYTES_MAX or less. */
void flatbuffer_builder_init(struct flatbuffer_builder *builder, size_t limit)
    __attribute__((nonnull(1)));
void flatbuffer_builder_release(struct flatbuffer_builder *builder) __attribute__((nonnull(1)));

/* Adds a vector whose elements the caller fills in through the returned pointer before anything
 * else is added; NULL after a failure. The first element is aligned to the greater of 4 and
 * alignment, a power of two up to FLATBUFFER_ALIGNMENT. */
void *flatbuffer_reserve(struct flatbuffer_builder *builder, size_t count, size_t element_size,
                         size_t alignment, struct flatbuffer_vector *vector)
    __attribute__((nonnull(1, 5)));
/* The same with the elements copied. */
struct flatbuffer_vector flatbuffer_add_vector(struct flatbuffer_builder *builder,
                                               const void *elements, size_t count,
                                               size_t element_size, size_t alignment)
    __attribute__((nonnull(1)));
struct flatbuffer_vector flatbuffer_add_string(struct flatbuffer_builder *builder,
                                               const char *string) __attribute__((nonnull(1, 2)));
/* A vector of offsets to tables. */
struct flatbuffer_vector flatbuffer_add_tables(struct flatbuffer_builder *builder,
                                               const struct flatbuffer_table *tables, size_t count)
    __attribute__((nonnull(1)));
/* A table with those fields of the record that are present and differ from the fallback. */
struct flatbuffer_table flatbuffer_add_table(struct flatbuffer_builder *builder,
                                             const struct flatbuffer_schema *schema,
                                             const void *record) __attribute__((nonnull(1, 2, 3)));

/* Adds the header. The bytes are aligned to 64 and belong to the caller, who frees them; the
 * builder is empty afterwards. STATUS_UNSUPPORTED: larger than the limit; STATUS_MEMORY. */
enum status flatbuffer_finish(struct flatbuffer_builder *builder,
                              const struct flatbuffer_table *root, const char identifier[4],
                              unsigned char **bytes, size_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5, 6)));

#endif
