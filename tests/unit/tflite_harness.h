/* Graphs as .tflite files: written and read again, and graphs of one node with all that it can
 * have. */
#ifndef TESTS_TFLITE_HARNESS_H
#define TESTS_TFLITE_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "graph/graph.h"

#define LITE_NAME "m.tflite"

/* The test ends, with what the error says, when the status is not STATUS_OK. */
void lite_need(enum status status, const struct error *error);

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

#endif
