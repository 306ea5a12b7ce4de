/* One node alone: builds a graph of a single node, runs a kernel on it, and compares kernels. */
#ifndef TESTS_NODE_HARNESS_H
#define TESTS_NODE_HARNESS_H

#include "base/random.h"
#include "graph/graph.h"
#include "kernels/kernel.h"

/* A tensor of the graph; scale 0 leaves it without quantization. Returns its number. */
int harness_tensor(struct graph *graph, enum type type, struct shape shape, float scale,
                   int32_t zero_point);
/* The same with constant elements (copied). */
int harness_constant(struct graph *graph, enum type type, struct shape shape, float scale,
                     int32_t zero_point, const void *elements);
/* A constant list of int32, rank 1 (or a scalar when count is 0: values[0] then). */
int harness_ints(struct graph *graph, const int32_t *values, int count);
/* Gives a tensor one scale per index of its dimension axis; zero points 0. */
void harness_per_axis(struct graph *graph, int tensor, int axis, const float *scales);

/* An element of any type as a number, and the other way round: what is no real type gets the number
 * without its fraction. */
double harness_get(enum type type, const void *elements, size_t i);
void harness_set(enum type type, void *elements, size_t i, double value);

/* Fills elements with random values: floats in -spread..spread, integers over the whole range of
 * their type (quantized types) or 0..spread. extremes makes the ends of the range frequent. */
void harness_fill(struct random *random, enum type type, void *elements, size_t count,
                  double spread, bool extremes);

/* Infers the node's shapes (the test ends when that fails), then runs the kernel with the work cut
 * into uneven pieces on `threads` pretended threads. inputs[i] is NULL for constants and absent
 * inputs. Returns the elements of output 0 (of output i for the second form), freed with the graph.
 */
void *harness_run(struct graph *graph, const struct kernel *kernel, int threads,
                  void *const *inputs);
void *harness_run_output(struct graph *graph, const struct kernel *kernel, int threads,
                         void *const *inputs, int output);
/* As harness_run, but returns what prepare says instead of ending the test. */
enum status harness_prepare(struct graph *graph, const struct kernel *kernel, struct error *error);
/* The scratch that the kernel asks for on one thread, in bytes; the test ends where it cannot be
 * prepared. */
size_t harness_scratch(struct graph *graph, const struct kernel *kernel);

/* From now on calls say whether their int8 weights are widened (see struct kernel_call). */
void harness_widen(bool widens);
bool harness_widens(void);
/* Gives int8 weights four bits, and scales of blocks of their last dimension, if block is not
 * 0. */
void harness_narrow(struct graph *graph, int tensor, int32_t block, const float *scales);

/* The kernel that would be chosen for node 0 when at most this instruction set may be used; ends
 * the test when there is none. With exactly set, NULL unless it is of this very instruction set. */
const struct kernel *harness_kernel(struct graph *graph, enum isa most, bool exactly);

/* Largest |a - b| over 1e-6 + 1e-5 |b|-like bounds: ends the test at the first element that is
 * beyond |a - b| <= absolute + relative * |b|, naming it. */
void harness_near(const float *a, const float *b, size_t count, double absolute, double relative);
/* Ends the test at the first byte-wise different element, naming it. */
void harness_equal(enum type type, const void *a, const void *b, size_t count);

#endif
