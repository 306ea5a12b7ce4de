/* Graphs as .tflite files: written and read again; graphs of one node with all that it can have;
 * and files that are put together by hand. */
#ifndef TESTS_TFLITE_HARNESS_H
#define TESTS_TFLITE_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "formats/tflite/flatbuffer_builder.h"
#include "formats/tflite/tables.h"
#include "graph/graph.h"

#define LITE_NAME "m.tflite"

/* A file and what was read from it. */
struct lite_file {
    unsigned char *bytes;
    size_t size;
    struct graph *graph;
};

/* Writes the graph and reads it back; the test ends when that fails. */
struct lite_file lite_write_and_read(const struct graph *graph);
void lite_file_release(struct lite_file *file);

/* Tensor i of a node: shapes, scales and names of all kinds. */
int lite_tensor(struct graph *graph, enum type type, int i, bool is_constant);
/* A graph of one node whose first input is the graph's, and whose others are constants, but for one
 * that is absent (or none when it is -1). */
struct graph *lite_node(enum op op, enum type type, int n_inputs, int absent);

/* --- files by hand, for what the writer does not write; parts are added before what has them */

struct flatbuffer_vector lite_ints(struct flatbuffer_builder *builder, const int32_t *values,
                                   int count);
/* A list of tables: of records that are so many bytes apart; of one record again and again where
 * that is 0. */
struct flatbuffer_vector lite_list(struct flatbuffer_builder *builder,
                                   const struct flatbuffer_schema *schema, const void *records,
                                   size_t apart, size_t count);

/* What a buffer holds. */
struct lite_bytes {
    const void *bytes;
    int size;
};
/* Buffer 0, which is empty, and one for each of these, at most 4. */
struct flatbuffer_vector lite_buffers(struct flatbuffer_builder *builder,
                                      const struct lite_bytes *contents, int count);

/* Ends the file, whose bytes the caller frees. */
unsigned char *lite_finish(struct flatbuffer_builder *builder, const struct model_record *model,
                           size_t *size);

/* The graph of a file that is read as it is; the test ends when that fails. */
struct graph *lite_read(const unsigned char *bytes, size_t size);
/* The test ends when it was not refused like this, in a message that begins with LITE_NAME. */
void lite_refused(enum status status, const struct error *error, enum status expected,
                  const char *words);
/* The same of reading these bytes. */
void lite_read_refused(const unsigned char *bytes, size_t size, enum status expected,
                       const char *words);

#endif
