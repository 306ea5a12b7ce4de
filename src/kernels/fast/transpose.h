/* Matrices with rows and columns exchanged, in small squares that stay in registers. */
#ifndef KERNELS_FAST_TRANSPOSE_H
#define KERNELS_FAST_TRANSPOSE_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/fast/isa.h"

/* to[column * to_step + row] = from[row * from_step + column]; steps in elements. Squares are done
 * row of squares by row of squares: few rows, and as many columns as there are, make the best use
 * of caches. */
void transpose_floats(const float *from, size_t from_step, float *to, size_t to_step, size_t rows,
                      size_t columns) PER_ISA(transpose_floats);
void transpose_bytes(const int8_t *from, size_t from_step, int8_t *to, size_t to_step, size_t rows,
                     size_t columns) PER_ISA(transpose_bytes);

#endif
