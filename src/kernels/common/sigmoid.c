#include "kernels/common/sigmoid.h"

#include <math.h>
#include <stddef.h>

/* Entries that the specified table has one higher than the nearest integer. */
static const uint8_t raised[] = {4,  8,  12, 14, 15, 16, 17, 19, 20,  21,  22,  25,  27,  28, 29,
                                 30, 31, 33, 34, 35, 37, 39, 40, 41,  43,  44,  45,  46,  49, 50,
                                 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255};

void sigmoid_init(struct sigmoid *sigmoid, float scale)
{
    double factor = (double)scale * 4096.0 * 3.0;
    sigmoid->shift = 0;
    /* The factor takes 15 bits where the scale is small enough for that. */
    for (; factor <= INT16_MAX / 2.0 && sigmoid->shift <= 30; factor *= 2.0)
        sigmoid->shift++;
    sigmoid->factor = factor < INT32_MAX ? (int32_t)factor : INT32_MAX;
    for (int i = 0; i < SIGMOID_SIZE; i++)
        sigmoid->table[i] = (uint16_t)lround(65536.0 / (1.0 + exp(-i / 24.0)));
    for (size_t i = 0; i < sizeof(raised); i++)
        sigmoid->table[raised[i]]++;
}
