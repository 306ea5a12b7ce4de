/* Nodes and constants, for the layers' files. */
#ifndef ARCHITECTURES_BUILDER_INTERNAL_H
#define ARCHITECTURES_BUILDER_INTERNAL_H

#include "architectures/builder.h"

/* Appends a node with one float output, whose shape is inferred, and returns its number. */
int builder_node(struct builder *builder, enum op op, const int *inputs, int n_inputs,
                 const union op_params *params, enum role role) __attribute__((nonnull(1, 3)));

/* Constants; the node that reads them comes next and lends them its name. */
int builder_floats(struct builder *builder, struct shape shape, const char *what, float **values)
    __attribute__((nonnull(1, 3, 4)));
int builder_ints(struct builder *builder, const int32_t *values, int count, const char *what)
    __attribute__((nonnull(1, 2, 4)));

/* Filters of `outer` x taps x `inner` weights, normally distributed. */
struct filters {
    size_t outer, taps, inner;
    double deviation;
};
void builder_draw(struct random *random, const struct filters *filters, float *values)
    __attribute__((nonnull(1, 2, 3)));

#endif
