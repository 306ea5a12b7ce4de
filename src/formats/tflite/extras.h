/* What .tflite files say beside the graph: kept for files that are written, or told as left out. */
#ifndef FORMATS_TFLITE_EXTRAS_H
#define FORMATS_TFLITE_EXTRAS_H

#include "formats/tflite/flatbuffer_reader.h"
#include "formats/tflite/tables.h"
#include "graph/graph.h"

/* Sets the graph's metadata, which stay in the file's bytes, and says what no written file will
 * have: sizes that are open, files packed behind the model. What is damaged is passed over. */
void tflite_read_extras(struct flatbuffer *file, const struct model_record *model,
                        const struct subgraph_record *subgraph, struct graph *graph)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
