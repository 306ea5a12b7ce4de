/* Ranges by what they do to the next layers: of a few for each tensor, the one whose int8 integers
 * change least what the nodes that read it compute. */
#ifndef QUANTIZE_RANGE_SEARCH_H
#define QUANTIZE_RANGE_SEARCH_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"
#include "quantize/mode.h"

/* Per tensor so many candidates, the widest first: candidates[tensor * count + i]. */
struct range_candidates {
    const struct range *items;
    size_t count;
};

/* Fills for each tensor of a float graph the number of the chosen candidate: by the squared change
 * of the outputs of each node that reads it, views aside, and of what the graph itself puts out,
 * over their squares, as some runs tell that are spread over the data. A tighter one has to save a
 * tenth, and of what is put out half of what all layers are expected to leave, so that it is the
 * widest of several, and of what is neither put out nor read by a node that computes real numbers.
 * Data are opened for the graph's inputs; it has no variables. */
enum status range_search(const struct graph *graph, struct model_data *data,
                         const struct range_candidates *candidates, size_t *chosen,
                         struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
