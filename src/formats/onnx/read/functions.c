/* Functions of one tensor that have parameters, or that are said in several operators. */
#include <math.h>

#include "formats/onnx/read/import.h"

static int plus(struct import *import, int x, double number)
{
    return import_binary(import, OP_ADD, x, import_float(import, (float)number));
}

static void leaky_relu(struct import *import, const struct onnx_row *row)
{
    union op_params params = {.scalar = {import_attribute_float(import, "alpha", 0.01f)}};
    int x = import_needed(import, 0);
    import_output(import, 0, import_emit(import, row->op, &x, 1, &params, TYPE_F32));
}

/* above * max(x, 0) + below * (exp(min(x, 0) / stretch) - 1). */
static int exponential_below(struct import *import, int x, double above, double below,
                             double stretch)
{
    int low = import_binary(import, OP_MINIMUM, x, import_float(import, 0.0f));
    low = import_unary(import, OP_ELU, import_scaled(import, low, 1.0 / stretch));
    return import_binary(import, OP_ADD,
                         import_scaled(import, import_unary(import, OP_RELU, x), above),
                         import_scaled(import, low, below));
}

static void elu(struct import *import, const struct onnx_row *row)
{
    double alpha = (double)import_attribute_float(import, "alpha", 1.0f);
    int x = import_needed(import, 0);
    bool is_plain = fabs(alpha - 1.0) <= 0.0;
    import_output(import, 0,
                  is_plain ? import_unary(import, row->op, x)
                           : exponential_below(import, x, 1.0, alpha, 1.0));
}

static void celu(struct import *import, const struct onnx_row *row)
{
    double alpha = (double)import_attribute_float(import, "alpha", 1.0f);
    (void)row;
    import_output(import, 0,
                  exponential_below(import, import_needed(import, 0), 1.0, alpha, alpha));
}

/* Source: G. Klambauer et al., 2017, Self-Normalizing Neural Networks. */
static void selu(struct import *import, const struct onnx_row *row)
{
    double alpha = (double)import_attribute_float(import, "alpha", 1.67326319217681884765625f);
    double gamma = (double)import_attribute_float(import, "gamma", 1.05070102214813232421875f);
    (void)row;
    import_output(import, 0,
                  exponential_below(import, import_needed(import, 0), gamma, gamma * alpha, 1.0));
}

/* max(0, min(1, alpha x + beta)) as relu6(6 alpha x + 6 beta) / 6, as .tflite files say it. */
static void hard_sigmoid(struct import *import, const struct onnx_row *row)
{
    double alpha = (double)import_attribute_float(import, "alpha", 0.2f);
    double beta = (double)import_attribute_float(import, "beta", 0.5f);
    (void)row;
    int x = import_scaled(import, import_needed(import, 0), 6.0 * alpha);
    x = import_binary(import, OP_ADD, x, import_float(import, (float)(6.0 * beta)));
    x = import_unary(import, OP_RELU6, x);
    import_output(import, 0, import_scaled(import, x, 1.0 / 6.0));
}

static void gelu(struct import *import, const struct onnx_row *row)
{
    union op_params params = {.flag = {import_attribute_is(import, "approximate", "tanh", "none")}};
    int x = import_needed(import, 0);
    import_output(import, 0, import_emit(import, row->op, &x, 1, &params, TYPE_F32));
}

/* log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)), which does not overflow. */
static int logarithmic(struct import *import, int x)
{
    int size = import_unary(import, OP_NEG, import_unary(import, OP_ABS, x));
    int rest = import_unary(import, OP_LOG, plus(import, import_unary(import, OP_EXP, size), 1.0));
    return import_binary(import, OP_ADD, import_unary(import, OP_RELU, x), rest);
}

static void softplus(struct import *import, const struct onnx_row *row)
{
    (void)row;
    import_output(import, 0, logarithmic(import, import_needed(import, 0)));
}

/* Source: D. Misra, 2019, Mish: A Self Regularized Non-Monotonic Activation Function. */
static void mish(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    (void)row;
    int gate = import_unary(import, OP_TANH, logarithmic(import, x));
    import_output(import, 0, import_binary(import, OP_MUL, x, gate));
}

/* x / (1 + |x|). */
static void softsign(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    (void)row;
    int size = plus(import, import_unary(import, OP_ABS, x), 1.0);
    import_output(import, 0, import_binary(import, OP_DIV, x, size));
}

/* a where x compares so to the number, else b. */
static int chosen(struct import *import, enum op comparison, int x, double number, int a, int b)
{
    const int compared[] = {x, import_float(import, (float)number)};
    const int inputs[] = {import_emit(import, comparison, compared, 2, NULL, TYPE_BOOL), a, b};
    return import_emit(import, OP_SELECT_V2, inputs, 3, NULL, TYPE_F32);
}

static void thresholded_relu(struct import *import, const struct onnx_row *row)
{
    double alpha = (double)import_attribute_float(import, "alpha", 1.0f);
    int x = import_cast(import, import_needed(import, 0), TYPE_F32);
    (void)row;
    import_output(import, 0, chosen(import, OP_GREATER, x, alpha, x, import_float(import, 0.0f)));
}

/* What is further from 0 than lambd comes nearer by bias, the rest is 0. */
static void shrink(struct import *import, const struct onnx_row *row)
{
    double bias = (double)import_attribute_float(import, "bias", 0.0f);
    double least = (double)import_attribute_float(import, "lambd", 0.5f);
    int x = import_cast(import, import_needed(import, 0), TYPE_F32);
    (void)row;
    int low = chosen(import, OP_LESS, x, -least, plus(import, x, bias), import_float(import, 0.0f));
    import_output(import, 0, chosen(import, OP_GREATER, x, least, plus(import, x, -bias), low));
}

/* An operator of the first operator set: a factor, and an offset per channel. */
static void image_scaler(struct import *import, const struct onnx_row *row)
{
    const Onnx__Attribute *bias = import_attribute(import, "bias");
    int x = import_scaled(import, import_needed(import, 0),
                          (double)import_attribute_float(import, "scale", 1.0f));
    (void)row;
    if (bias && bias->n_floats <= INT32_MAX) {
        struct shape shape = SHAPE((int32_t)bias->n_floats, 1, 1);
        x = import_binary(import, OP_ADD, x,
                          import_constant(import, TYPE_F32, &shape, bias->floats));
    }
    import_output(import, 0, x);
}

static const struct onnx_row rows[] = {
    {.name = "LeakyRelu", .convert = leaky_relu, .op = OP_LEAKY_RELU},
    {.name = "Elu", .convert = elu, .op = OP_ELU},
    {.name = "Celu", .convert = celu},
    {.name = "Selu", .convert = selu},
    {.name = "HardSigmoid", .convert = hard_sigmoid},
    {.name = "Gelu", .convert = gelu, .op = OP_GELU},
    {.name = "Gelu", .domain = "com.microsoft", .convert = gelu, .op = OP_GELU},
    {.name = "Softplus", .convert = softplus},
    {.name = "Mish", .convert = mish},
    {.name = "Softsign", .convert = softsign},
    {.name = "ThresholdedRelu", .convert = thresholded_relu},
    {.name = "Shrink", .convert = shrink},
    {.name = "ImageScaler", .convert = image_scaler},
};

ONNX_ROWS(onnx_function_rows, rows);
