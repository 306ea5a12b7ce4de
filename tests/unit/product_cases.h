/* Random nodes that sum up products, for all families of types, and their comparison with sums in
 * double precision. */
#ifndef TESTS_PRODUCT_CASES_H
#define TESTS_PRODUCT_CASES_H

#include "kernel_cases.h"

struct family {
    enum type data, weights, bias;
    bool widens; /* the kernel widens int8 weights to float32 */
};
#define FAMILY(data_, weights_, bias_)                                                             \
    {                                                                                              \
        .data = TYPE_##data_, .weights = TYPE_##weights_, .bias = TYPE_##bias_                     \
    }

/* Float inputs that are quantized at run time, beside int8 weights. */
bool family_is_hybrid(const struct family *family);

/* A node under test and the sums that its output is made of. */
struct product {
    struct kernel_case c;
    const struct family *family;
    int input, weights, bias; /* which inputs of the node; bias -1: there is none */
    int channels;             /* of the output, its last dimension */
    size_t count;             /* of the output */
    double *sums;             /* of products of real numbers */
    double *reach;            /* sums of the weights' absolute values */
    /* Hybrid: the inputs are quantized without loss; else an input is off by half a step at
     * most. */
    bool is_lossless;
    double step;
};

void product_init(struct product *p, const struct family *family);

/* Append random inputs, in the order of the operator's. Weights of int8 may have a scale for each
 * index of the axis (-1: they have not); a bias may be left out. */
void product_data(struct product *p, struct shape shape);
void product_weights(struct product *p, struct shape shape, int axis, bool is_constant);
void product_bias(struct product *p);
bool product_scales_differ(const struct product *p);

/* To be called when the inputs are there: with hybrid kernels, so many of them (in a row) share a
 * scale that is found at run time, with a zero point or without. */
void product_hybrid(struct product *p, size_t group, bool is_asymmetric);

/* Begins the sums of so many outputs at 0; adds a product of an input and a weight to one. */
void product_sums(struct product *p, size_t count);
void product_add(struct product *p, size_t out, size_t input, size_t weight);

/* Runs the node, whose output is to have this shape, compares, and ends the case. */
void product_check(struct product *p, enum op op, const union op_params *params, int32_t activation,
                   const struct shape *shape);

#endif
