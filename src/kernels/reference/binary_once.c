/* Arithmetic on two quantized tensors, of graphs that round once: in real numbers. */
#include <math.h>

#include "kernels/reference/binary_quantized.h"

/* In single precision, which vectors have more lanes of. */
static double sum(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return (double)((float)(a - terms->zero[0]) * (float)terms->factor[0] +
                    (float)(b - terms->zero[1]) * (float)terms->factor[1]);
}

static double difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return (double)((float)(a - terms->zero[0]) * (float)terms->factor[0] -
                    (float)(b - terms->zero[1]) * (float)terms->factor[1]);
}

/* Of 8 bits in single precision. */
static double product(const struct binary_terms *terms, int32_t a, int32_t b)
{
    float before = (float)terms->before;
    int32_t count = (a - terms->zero[0]) * (b - terms->zero[1]);
    if (terms->is_narrow)
        return (double)rintf((float)count * (float)terms->factor[0] + before) - (double)before;
    return (double)(a - terms->zero[0]) * (double)(b - terms->zero[1]) * terms->factor[0];
}

/* 0 / 0 is 0. */
static double quotient(const struct binary_terms *terms, int32_t a, int32_t b)
{
    double x = a - terms->zero[0], y = b - terms->zero[1];
    return a == terms->zero[0] ? 0.0 : x / y * terms->factor[0];
}

static double squared_difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    double d = (double)(a - terms->zero[0]) * terms->factor[0] -
               (double)(b - terms->zero[1]) * terms->factor[1];
    return d * d / terms->factor[2];
}

static double prelu(const struct binary_terms *terms, int32_t a, int32_t b)
{
    double x = a - terms->zero[0], alpha = b - terms->zero[1];
    return x >= 0.0 ? x * terms->factor[0] : x * alpha * terms->factor[1];
}

once_function *binary_once(enum op op)
{
    static once_function *const functions[OP_COUNT] = {
        [OP_ADD] = sum,
        [OP_SUB] = difference,
        [OP_MUL] = product,
        [OP_DIV] = quotient,
        [OP_SQUARED_DIFFERENCE] = squared_difference,
        [OP_PRELU] = prelu,
    };
    return functions[op];
}
