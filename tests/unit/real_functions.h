/* Operators as functions of real numbers, in double precision and from their definitions: what
 * kernels of every type are compared with. */
#ifndef TESTS_REAL_FUNCTIONS_H
#define TESTS_REAL_FUNCTIONS_H

#include "graph/op.h"

/* Functions of one and of two numbers; NULL for operators that are neither. Where stored numbers
 * have another result than real ones, it is theirs: 0 / 0 is 0, a root of a negative number is 0,
 * its inverse infinite, its logarithm minus infinity. */
extern double (*const real_unary[OP_COUNT])(double);
extern double (*const real_binary[OP_COUNT])(double, double);

/* GELU by its approximation. */
double real_gelu_tanh(double x);

/* The slope of LEAKY_RELU below 0. */
extern double real_leaky_slope;

/* The value after a fused activation (enum activation). */
double real_activated(int32_t activation, double value);

#endif
