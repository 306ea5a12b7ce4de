/* Functions of one tensor, element by element: what the files that implement them share. */
#ifndef KERNELS_REFERENCE_UNARY_H
#define KERNELS_REFERENCE_UNARY_H

#include "kernels/kernel.h"

/* The node's function of a real number; NULL where a parameter enters it (LEAKY_RELU). */
float (*unary_function(const struct node *node))(float);

/* int8 and uint8: every function is a table of its 256 values. */
enum status unary_prepare_8(struct kernel_call *call, struct arena *arena, struct error *error);
void unary_run_8(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);

/* int16: the formula, element by element. */
enum status unary_prepare_16(struct kernel_call *call, struct arena *arena, struct error *error);
void unary_run_16(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);

#endif
