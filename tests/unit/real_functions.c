#include "real_functions.h"

#include <math.h>

double real_leaky_slope;

static double sum(double a, double b)
{
    return a + b;
}

static double difference(double a, double b)
{
    return a - b;
}

static double product(double a, double b)
{
    return a * b;
}

static double quotient(double a, double b)
{
    return fabs(a) > 0.0 || fabs(b) > 0.0 ? a / b : 0.0;
}

static double squared_difference(double a, double b)
{
    return (a - b) * (a - b);
}

static double prelu(double x, double alpha)
{
    return x < 0.0 ? alpha * x : x;
}

static double relu(double x)
{
    return fmax(x, 0.0);
}

static double relu6(double x)
{
    return fmin(fmax(x, 0.0), 6.0);
}

static double relu_n1_to_1(double x)
{
    return fmin(fmax(x, -1.0), 1.0);
}

static double leaky_relu(double x)
{
    return x < 0.0 ? real_leaky_slope * x : x;
}

static double elu(double x)
{
    return x < 0.0 ? exp(x) - 1.0 : x;
}

static double hard_swish(double x)
{
    return x * relu6(x + 3.0) / 6.0;
}

/* x times the normal distribution's function of x. */
static double gelu(double x)
{
    return x * (1.0 + erf(x / sqrt(2.0))) / 2.0;
}

double real_gelu_tanh(double x)
{
    return x / 2.0 * (1.0 + tanh(sqrt(2.0 / acos(-1.0)) * (x + 0.044715 * pow(x, 3.0))));
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double silu(double x)
{
    return x * logistic(x);
}

static double root(double x)
{
    return sqrt(fmax(x, 0.0));
}

static double inverse_root(double x)
{
    return x > 0.0 ? 1.0 / sqrt(x) : INFINITY;
}

static double logarithm(double x)
{
    return x > 0.0 ? log(x) : -INFINITY;
}

static double negated(double x)
{
    return -x;
}

static double sign(double x)
{
    return (x > 0.0) - (x < 0.0);
}

static double square(double x)
{
    return x * x;
}

static double floor_quotient(double a, double b)
{
    return floor(a / b);
}

static double floor_rest(double a, double b)
{
    return a - b * floor(a / b);
}

double (*const real_binary[OP_COUNT])(double, double) = {
    [OP_ADD] = sum,
    [OP_SUB] = difference,
    [OP_MUL] = product,
    [OP_DIV] = quotient,
    [OP_POW] = pow,
    [OP_MAXIMUM] = fmax,
    [OP_MINIMUM] = fmin,
    [OP_SQUARED_DIFFERENCE] = squared_difference,
    [OP_PRELU] = prelu,
    [OP_FLOOR_DIV] = floor_quotient,
    [OP_FLOOR_MOD] = floor_rest,
};

double (*const real_unary[OP_COUNT])(double) = {
    [OP_RELU] = relu,
    [OP_RELU6] = relu6,
    [OP_RELU_N1_TO_1] = relu_n1_to_1,
    [OP_LEAKY_RELU] = leaky_relu,
    [OP_ELU] = elu,
    [OP_HARD_SWISH] = hard_swish,
    [OP_GELU] = gelu,
    [OP_LOGISTIC] = logistic,
    [OP_TANH] = tanh,
    [OP_EXP] = exp,
    [OP_LOG] = logarithm,
    [OP_SQRT] = root,
    [OP_RSQRT] = inverse_root,
    [OP_ABS] = fabs,
    [OP_NEG] = negated,
    [OP_ERF] = erf,
    [OP_SILU] = silu,
    [OP_FLOOR] = floor,
    [OP_CEIL] = ceil,
    [OP_ROUND] = nearbyint,
    [OP_SIGN] = sign,
    [OP_SQUARE] = square,
    [OP_SIN] = sin,
    [OP_COS] = cos,
};

double real_activated(int32_t activation, double value)
{
    switch (activation) {
    case ACTIVATION_RELU:
        return relu(value);
    case ACTIVATION_RELU6:
        return relu6(value);
    case ACTIVATION_RELU_N1_TO_1:
        return relu_n1_to_1(value);
    default:
        return value;
    }
}
