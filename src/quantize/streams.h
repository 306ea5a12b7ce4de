/* Streams: channels of activations that go through a network under the same numbers, from the
 * products that write them, through residual additions, pools and paddings, to the products that
 * read them. A positive factor may be drawn out of each channel of a stream: the weights that write
 * it are divided by it, and those that read it multiplied. */
#ifndef QUANTIZE_STREAMS_H
#define QUANTIZE_STREAMS_H

#include "graph/graph.h"
#include "quantize/product.h"

/* A tensor of a float graph. */
struct streamed {
    int stream;     /* number of the stream; -1: it is of none, or of one that is held */
    int channels;   /* its last dimension: the stream's first ones */
    bool is_fresh;  /* its scale is its own, not that of the one that it was made from */
    bool is_capped; /* by ReLU6 */
};

/* What belongs to streams: to stream s `of` from first[s] to first[s + 1] - 1. */
struct stream_members {
    int *of, *first;
};

struct streams {
    const struct graph *graph;
    struct streamed *tensors; /* one per tensor of the graph */
    int n_tensors;
    int count;                /* of streams */
    int *channels;            /* of each: the most of its tensors */
    struct product *products; /* one per node; where it is none, its node is all 0 */
    struct stream_members with, writers, readers; /* its tensors; products, by their nodes */
};

/* The product that the node is, or NULL. */
const struct product *streams_product(const struct streams *streams, int node)
    __attribute__((nonnull(1)));

/* Finds those of a prepared float graph, all of whose products have biases. A stream that anybody
 * else writes or reads, the graph's inputs, outputs and variables among them, is held: none. So is
 * what a FULLY_CONNECTED writes, unless its weights have scales per channel. */
struct streams streams_find(const struct graph *graph, bool scales_dense)
    __attribute__((nonnull(1)));
void streams_release(struct streams *streams) __attribute__((nonnull(1)));

/* Whether the node hands channels on, and a factor of each, from the data that it reads. */
bool streams_pass(const struct graph *graph, const struct node *node)
    __attribute__((nonnull(1, 2)));

/* Divides each channel of a stream by its factor: in the weights and biases that write it, and the
 * weights that read it, which get copies in the arena of the graph that the streams are of. */
void streams_draw_out(const struct streams *streams, struct graph *graph, int stream,
                      const double *factors) __attribute__((nonnull(1, 2, 4)));

#endif
