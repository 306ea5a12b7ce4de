/* What the writer of .onnx files made of a graph, as messages. */
#ifndef TESTS_ONNX_HARNESS_H
#define TESTS_ONNX_HARNESS_H

#include "formats/onnx/onnx.pb-c.h"
#include "graph/graph.h"

/* Writes the graph and unpacks the bytes; the test ends when that fails, or when the model is not
 * sound: every value has one name of its own and is there before it is read, constants have as many
 * bytes as their shape says, inputs and outputs are those of the graph. Freed with
 * onnx_harness_free. */
Onnx__Model *onnx_harness_write(const struct graph *graph, enum type activations);
void onnx_harness_free(Onnx__Model *model);

/* Compares the operators in order: "Transpose Conv Relu". */
void onnx_harness_ops(const Onnx__Model *model, const char *expected);
int onnx_harness_count(const Onnx__Model *model, const char *op);
/* The n-th node of an operator; the test ends when there is none. */
const Onnx__Node *onnx_harness_node(const Onnx__Model *model, const char *op, int n);
/* The node that computes a value, NULL: it is an input or a constant. */
const Onnx__Node *onnx_harness_source(const Onnx__Model *model, const char *value);
/* Nodes that read a value, and the first of them. */
int onnx_harness_readers(const Onnx__Model *model, const char *value, const Onnx__Node **first);
/* A constant by its name, or NULL. */
const Onnx__Tensor *onnx_harness_constant(const Onnx__Model *model, const char *value);

/* Compares an attribute, "" where it is missing: "1 1 2 2", "0.5", "linear". */
void onnx_harness_attribute(const Onnx__Node *node, const char *name, const char *expected);
/* Compares type and shape of a constant input: "int8 6x3x3x4". */
void onnx_harness_input(const Onnx__Model *model, const Onnx__Node *node, int input,
                        const char *expected);
/* Compares the elements of a constant input: int64 or float32. */
void onnx_harness_elements(const Onnx__Model *model, const Onnx__Node *node, int input,
                           const char *expected);

#endif
