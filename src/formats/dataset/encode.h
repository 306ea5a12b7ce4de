/* Real numbers in the type of an input. Inner to this folder. */
#ifndef FORMATS_DATASET_ENCODE_H
#define FORMATS_DATASET_ENCODE_H

#include "graph/graph.h"

/* Converts real numbers to count elements of the tensor's type: quantized with its scale, rounded
 * halves away from zero and clamped, as an application would do it. The type is not one of whole
 * numbers (tensor_is_whole). */
void encode_real(const struct tensor *tensor, const float *values, size_t count, void *elements)
    __attribute__((nonnull(1, 2, 4)));

#endif
