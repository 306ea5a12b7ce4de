/* Entries that this program adds to the metadata of model files, in every format alike. */
#ifndef FORMATS_METADATA_H
#define FORMATS_METADATA_H

#include "graph/graph.h"

/* The key of the entry that names how integers are rounded (rounding_name()). Other programs do not
 * know it and round as the format has it. */
#define METADATA_ROUNDING_KEY "quantop.rounding"

/* The value that a file must have under the key, because what the graph computes with integers is
 * not rounded as files that state nothing mean it (usual); NULL: the entry is not needed. */
const char *metadata_rounding(const struct graph *graph, enum rounding usual)
    __attribute__((nonnull(1)));

#endif
