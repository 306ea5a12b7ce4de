/* What the products of an .onnx file multiply, as this program reads it. */
#ifndef RUNTIMES_ORT_PRODUCTS_H
#define RUNTIMES_ORT_PRODUCTS_H

#include <stdbool.h>

#include "graph/graph.h"

/* Of a node of the file. */
struct product_work {
    bool is_known; /* it is a product, and this program knows it as one */
    double macs, constant_bytes;
};

/* Whether an operator of .onnx files, or of those that quantizing makes, is a convolution or a
 * product of matrices. */
bool ort_is_product(const char *op) __attribute__((nonnull(1)));
/* One per node of the file, whose operators are given, to be free()d; graph may be NULL. */
struct product_work *ort_products_measure(const char *const *ops, int count,
                                          const struct graph *graph)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
