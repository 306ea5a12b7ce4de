/* What one file can run, where it holds several graphs or gives them names. */
#ifndef GRAPH_ENTRIES_H
#define GRAPH_ENTRIES_H

#include <stdbool.h>

#include "base/text.h"

/* A signature, or a subgraph of a file that has none. All texts are printable. */
struct graph_entry {
    const char *name;
    const char *inputs, *outputs; /* as people read them: "'x' float32 1x8, 'n' int32 1" */
};

struct graph_entries {
    struct graph_entry *list;
    int count, taken;    /* taken: the one that the graph is */
    bool are_signatures; /* else subgraphs */
    bool is_part;        /* the file has subgraphs that are not in the graph */
    /* The names that the signature gives to the inputs and outputs of the graph, by their number;
     * NULL where there is none. */
    const char **inputs, **outputs;
};

/* Appends which of several was taken ("signature 'add' is taken, 'sub' is left out"); nothing where
 * there is only one, where the graph has all subgraphs, or entries is NULL. */
void entries_describe(const struct graph_entries *entries, struct text *out)
    __attribute__((nonnull(2)));

#endif
