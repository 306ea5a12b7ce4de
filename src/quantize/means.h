/* Mean input vectors of products, over all patches and samples. */
#ifndef QUANTIZE_MEANS_H
#define QUANTIZE_MEANS_H

#include "quantize/product.h"

struct means;

/* For all products (product.h) of a float graph, which must outlive the result. */
struct means *means_new(const struct graph *graph) __attribute__((returns_nonnull, nonnull(1)));
void means_free(struct means *means);

/* The product that a node of the graph is, or NULL. */
const struct product *means_product(const struct means *means, int node)
    __attribute__((nonnull(1)));

/* Looks at the elements of a tensor of the graph, of one run: all products that read it do. */
void means_see(struct means *means, int tensor, const float *elements)
    __attribute__((nonnull(1, 3)));
/* The same for the data of the product that a node is, which may be those of another graph. */
void means_see_node(struct means *means, int node, const float *elements)
    __attribute__((nonnull(1, 3)));
/* Forgets all that was seen. */
void means_reset(struct means *means) __attribute__((nonnull(1)));

/* The mean of what an output channel of the product adds up, with weights (all of the tensor, in
 * its order): the sum of weight times mean input. */
double means_output(const struct means *means, int node, int channel, const float *weights)
    __attribute__((nonnull(1, 4)));

#endif
