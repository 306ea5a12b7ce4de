/* What the files that write .tflite files share. */
#ifndef FORMATS_TFLITE_WRITE_INTERNAL_H
#define FORMATS_TFLITE_WRITE_INTERNAL_H

#include "formats/tflite/flatbuffer_builder.h"
#include "graph/graph.h"

/* The signature of the graph, if it has one, with the names that it gives to inputs and outputs. */
struct flatbuffer_vector writer_signatures(struct flatbuffer_builder *builder,
                                           const struct graph *graph)
    __attribute__((nonnull(1, 2)));

#endif
