/* Arithmetic on two quantized tensors, of graphs that round once: in real numbers. */
#include <math.h>

#include "kernels/reference/binary_quantized.h"

/* How an operator is computed: setup finds the factors from the scales a and b of the operands and that of
 * the output; evaluate gives the result for the stored numbers a and b in steps of the output, from
 * its zero point, neither rounded nor clamped. */
struct formula {
    void (*setup)(double factor[3], double a, double b, double out);
    double (*evaluate)(const struct binary_terms *terms, int32_t a, int32_t b);
};

/* So that no sum is one of two infinities. An operand that is not 0 saturates the output long before. */
#define FACTOR_MAX 0x1p100

static void setup_sum(double factor[3], double a, double b, double out)
{
    factor[0] = fmin(a / out, FACTOR_MAX);
    factor[1] = fmin(b / out, FACTOR_MAX);
}

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

static void setup_product(double factor[3], double a, double b, double out)
{
    factor[0] = a * b / out;
}

static double product(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return (double)(a - terms->zero[0]) * (double)(b - terms->zero[1]) * terms->factor[0];
}

static void setup_quotient(double factor[3], double a, double b, double out)
{
    factor[0] = a / (b * out);
}

/* 0 / 0 is 0. */
static double quotient(const struct binary_terms *terms, int32_t a, int32_t b)
{
    double x = a - terms->zero[0], y = b - terms->zero[1];
    return a == terms->zero[0] ? 0.0 : x / y * terms->factor[0];
}

static void setup_squared_difference(double factor[3], double a, double b, double out)
{
    factor[0] = a;
    factor[1] = b;
    factor[2] = out;
}

static double squared_difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    double d = (double)(a - terms->zero[0]) * terms->factor[0] -
               (double)(b - terms->zero[1]) * terms->factor[1];
    return d * d / terms->factor[2];
}

static void setup_prelu(double factor[3], double x, double alpha, double out)
{
    factor[0] = x / out;
    factor[1] = x * alpha / out;
}

static double prelu(const struct binary_terms *terms, int32_t a, int32_t b)
{
    double x = a - terms->zero[0], alpha = b - terms->zero[1];
    return x >= 0.0 ? x * terms->factor[0] : x * alpha * terms->factor[1];
}

/* Those that choose one of their operands round nothing. */
static const struct formula formulas[OP_COUNT] = {
    [OP_ADD] = {setup_sum, sum},
    [OP_SUB] = {setup_sum, difference},
    [OP_MUL] = {setup_product, product},
    [OP_DIV] = {setup_quotient, quotient},
    [OP_SQUARED_DIFFERENCE] = {setup_squared_difference, squared_difference},
    [OP_PRELU] = {setup_prelu, prelu},
};

void binary_setup_once(struct quantized_binary *binary, const struct kernel_call *call)
{
    const struct formula *formula = &formulas[call->node->op];
    formula->setup(binary->terms.factor, (double)call->inputs[0].tensor->quant.scale[0],
                   (double)call->inputs[1].tensor->quant.scale[0],
                   (double)call->outputs[0].tensor->quant.scale[0]);
    binary->once = formula->evaluate;
}

bool binary_rounds_once(const struct kernel_call *call)
{
    return call->rounding == ROUNDING_ONCE && formulas[call->node->op].evaluate;
}
