/* IEEE 754 binary16 and bfloat16 <-> binary32, exact and independent of the CPU. */
#ifndef BASE_HALF_H
#define BASE_HALF_H

#include <stddef.h>
#include <stdint.h>

/* Every half is a float; subnormals, infinities and NaN included. */
float half_to_float(uint16_t half);
/* Round to nearest even; beyond the range gives infinity, NaN stays NaN. */
uint16_t half_from_float(float value);

/* The same of bfloat16, the upper half of a float, whose range it has. */
float brain_to_float(uint16_t brain);
uint16_t brain_from_float(float value);

#endif
