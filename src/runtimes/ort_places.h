/* Where the nodes of a model are in what ONNX Runtime made of it. It tells its nodes by their names
 * alone, which come from those that they were made of: so it is given a copy of the model in which
 * each node is named by its number. */
#ifndef RUNTIMES_ORT_PLACES_H
#define RUNTIMES_ORT_PLACES_H

#include "base/arena.h"
#include "base/error.h"
#include "graph/graph.h"

struct ort_places;

/* The copy of an .onnx file, to be free()d. The places live until ort_places_free. STATUS_FORMAT
 * where it is none, STATUS_MEMORY. */
enum status ort_places_mark(const unsigned char *bytes, size_t size, struct ort_places **places,
                            unsigned char **marked, size_t *marked_size, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5, 6)));
/* NULL is fine. */
void ort_places_free(struct ort_places *places);
/* Nodes of the file. */
int ort_places_count(const struct ort_places *places) __attribute__((nonnull(1)));

/* What is known of a step. */
struct ort_place {
    const int *nodes; /* of the file whose work it does, ascending; as far as it is told */
    int n_nodes;
    const char *merged; /* operators of those that it does on the way: "Relu, Add"; or "" */
    double macs, constant_bytes; /* negative: not known */
};

/* One per step, in their order, which is that in which they run; in the arena. graph is the file as
 * this program reads it, for what its products multiply; NULL: it cannot. */
const struct ort_place *ort_places_find(const struct ort_places *places, const char *const *names,
                                        size_t count, const struct graph *graph,
                                        struct arena *arena) __attribute__((nonnull(1, 2, 5)));

#endif
