#include "kernels/reference/unary_functions.h"

#include <math.h>

static float relu(float x)
{
    return x < 0.0f ? 0.0f : x;
}

static float relu6(float x)
{
    return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x;
}

static float relu_n1_to_1(float x)
{
    return x < -1.0f ? -1.0f : x > 1.0f ? 1.0f : x;
}

static float elu(float x)
{
    return x < 0.0f ? expm1f(x) : x;
}

static float hard_swish(float x)
{
    return x * relu6(x + 3.0f) / 6.0f;
}

/* Source: D. Hendrycks, K. Gimpel, 2016, Gaussian Error Linear Units. The complement keeps its
 * digits where 1 + erf would lose them. */
static float gelu(float x)
{
    return 0.5f * x * erfcf(-x * (float)M_SQRT1_2);
}

static float gelu_tanh(float x)
{
    const float sqrt_2_over_pi = (float)(M_SQRT2 * 0.5 * M_2_SQRTPI);
    return 0.5f * x * (1.0f + tanhf(sqrt_2_over_pi * (x + 0.044715f * x * x * x)));
}

static float logistic(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

/* Source: S. Elfwing, E. Uchibe, K. Doya, 2018, Sigmoid-weighted linear units. */
static float silu(float x)
{
    return x * logistic(x);
}

static float rsqrt(float x)
{
    return 1.0f / sqrtf(x);
}

static float negated(float x)
{
    return -x;
}

/* Halves go to the even neighbour, in the default rounding mode. */
static float rounded(float x)
{
    return rintf(x);
}

static float sign(float x)
{
    return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
}

static float square(float x)
{
    return x * x;
}

float (*unary_function(const struct node *node))(float)
{
    static float (*const functions[OP_COUNT])(float) = {
        [OP_RELU] = relu,
        [OP_RELU6] = relu6,
        [OP_RELU_N1_TO_1] = relu_n1_to_1,
        [OP_ELU] = elu,
        [OP_HARD_SWISH] = hard_swish,
        [OP_GELU] = gelu,
        [OP_LOGISTIC] = logistic,
        [OP_TANH] = tanhf,
        [OP_EXP] = expf,
        [OP_LOG] = logf,
        [OP_SQRT] = sqrtf,
        [OP_RSQRT] = rsqrt,
        [OP_ABS] = fabsf,
        [OP_NEG] = negated,
        [OP_ERF] = erff,
        [OP_SILU] = silu,
        [OP_FLOOR] = floorf,
        [OP_CEIL] = ceilf,
        [OP_ROUND] = rounded,
        [OP_SIGN] = sign,
        [OP_SQUARE] = square,
        [OP_SIN] = sinf,
        [OP_COS] = cosf,
    };
    return node->op == OP_GELU && node->params.flag.flag ? gelu_tanh : functions[node->op];
}
