/* A graph that is run stage by stage, each over all samples before the next begins: so that a stage
 * can still be changed when it is known what it reads. */
#ifndef QUANTIZE_STAGES_H
#define QUANTIZE_STAGES_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"

struct stages;

/* How many of so many runs fit into some hundred megabytes with what the graph computes of them: at
 * least one. */
size_t stages_fitting(const struct graph *graph, size_t runs) __attribute__((nonnull(1)));
/* Of count runs that are spread over all: the number of the i-th. */
size_t stages_chosen(size_t i, size_t count, size_t all);

/* Reads count runs that are spread over the data, which are opened for the graph's inputs. The
 * graph has no variables. Graph and data must outlive the result. */
enum status stages_new(const struct graph *graph, struct model_data *data, size_t count,
                       struct stages **stages, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));
void stages_free(struct stages *stages);

/* Has the crew (crew.h) run the nodes up to the given one, and without it, from where the last call
 * ended. */
enum status stages_run(struct stages *stages, int end, struct error *error)
    __attribute__((nonnull(1, 3)));

/* Elements of a tensor, in one run, that is computed and that a node behind the end still reads. */
const void *stages_elements(const struct stages *stages, size_t run, int tensor)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
