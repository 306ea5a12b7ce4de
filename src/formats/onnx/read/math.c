/* Element-wise operators and matrix products. */
#include <math.h>

#include "formats/onnx/codes.h"
#include "formats/onnx/read/import.h"
#include "formats/unsupported.h"

static void unary(struct import *import, const struct onnx_row *row)
{
    import_output(import, 0, import_unary(import, row->op, import_needed(import, 0)));
}

int import_aligned(struct import *import, int a, int b, enum op op)
{
    struct shape to = import_shape(import, a), shape = import_shape(import, b);
    int64_t last = to.rank - shape.rank, axis = op == OP_PRELU && shape.rank == 1 ? 1 : last;
    if (import->opset >= 7 || shape.rank == 0 || shape.rank >= to.rank)
        return b;
    if (op != OP_PRELU)
        axis = import_attribute_int(import, "axis", last);
    axis += axis < 0 ? to.rank : 0;
    if (axis < 0 || axis > last)
        import_fail(import, STATUS_FORMAT, "operand of rank %d does not fit at axis %lld",
                    shape.rank, (long long)axis);
    while (import_ok(import) && shape.rank < to.rank - axis)
        shape.dim[shape.rank++] = 1;
    return import_reshape(import, b, &shape);
}

static void binary(struct import *import, const struct onnx_row *row)
{
    int a = import_needed(import, 0), b = import_needed(import, 1);
    import_output(import, 0,
                  import_binary(import, row->op, a, import_aligned(import, a, b, row->op)));
}

static void identity(struct import *import, const struct onnx_row *row)
{
    (void)row;
    import_output(import, 0, import_needed(import, 0));
}

/* The operator on any number of tensors. */
static int joined(struct import *import, enum op op)
{
    int result = import_needed(import, 0);
    for (int i = 1; i < import_inputs(import); i++)
        result = import_binary(import, op, result, import_needed(import, i));
    return result;
}

static void variadic(struct import *import, const struct onnx_row *row)
{
    import_output(import, 0, joined(import, row->op));
}

static void mean(struct import *import, const struct onnx_row *row)
{
    int sum = joined(import, row->op), count = import_inputs(import);
    import_output(import, 0, import_scaled(import, sum, 1.0 / (count > 0 ? count : 1)));
}

/* The rest has the sign of the divisor, or, with fmod, that of the dividend. */
static void modulo(struct import *import, const struct onnx_row *row)
{
    int a = import_needed(import, 0), b = import_needed(import, 1);
    enum type type = import_tensor(import, a)->type;
    (void)row;
    if (import_attribute_int(import, "fmod", 0) == 0) {
        import_output(import, 0, import_binary(import, OP_FLOOR_MOD, a, b));
        return;
    }
    enum type computing = import_computing_type(import, a);
    a = import_cast(import, a, computing);
    b = import_unary(import, OP_ABS, import_cast(import, b, computing));
    int rest = import_binary(import, OP_FLOOR_MOD, import_unary(import, OP_ABS, a), b);
    rest = import_binary(import, OP_MUL, import_unary(import, OP_SIGN, a), rest);
    import_output(import, 0, import_cast(import, rest, type));
}

/* A number as a scalar constant of the tensor's type. */
static int like(struct import *import, int tensor, double value)
{
    enum type type = import_tensor(import, tensor)->type;
    return import_cast(import, import_float(import, (float)value), type);
}

static bool is_exactly(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* Some ranges are an activation of ours, all others a maximum and a minimum. */
static int clip(struct import *import, int x, double low, double high)
{
    static const struct {
        double low, high;
        enum op op;
    } known[] = {{0, 6, OP_RELU6}, {0, INFINITY, OP_RELU}, {-1, 1, OP_RELU_N1_TO_1}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (import_tensor(import, x)->type == TYPE_F32 && is_exactly(low, known[i].low) &&
            is_exactly(high, known[i].high))
            return import_unary(import, known[i].op, x);
    if (low > -INFINITY)
        x = import_binary(import, OP_MAXIMUM, x, like(import, x, low));
    if (high < INFINITY)
        x = import_binary(import, OP_MINIMUM, x, like(import, x, high));
    return x;
}

static void convert_clip(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), low = import_input(import, 1), high = import_input(import, 2);
    (void)row;
    if (import->opset < 11) {
        double least = (double)import_attribute_float(import, "min", -INFINITY);
        double most = (double)import_attribute_float(import, "max", INFINITY);
        /* Exporters write the extremes of float32 where there is no limit. */
        import_output(import, 0,
                      clip(import, x, least <= -3.4e38 ? -INFINITY : least,
                           most >= 3.4e38 ? INFINITY : most));
        return;
    }
    bool is_computed = (low != NO_TENSOR && !import_is_constant(import, low)) ||
                       (high != NO_TENSOR && !import_is_constant(import, high));
    if (is_computed || import_tensor(import, x)->type != TYPE_F32) {
        x = low == NO_TENSOR ? x : import_binary(import, OP_MAXIMUM, x, low);
        x = high == NO_TENSOR ? x : import_binary(import, OP_MINIMUM, x, high);
    } else {
        x = clip(import, x, low == NO_TENSOR ? -INFINITY : import_scalar(import, low, "min"),
                 high == NO_TENSOR ? INFINITY : import_scalar(import, high, "max"));
    }
    import_output(import, 0, x);
}

/* Powers that have an operator of their own become that one. */
static void power(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), y = import_needed(import, 1);
    (void)row;
    enum type type = import_tensor(import, x)->type;
    const struct tensor *exponent = import_tensor(import, y);
    bool is_single = exponent->data && shape_elements(&exponent->shape) == 1 &&
                     exponent->shape.rank <= import_shape(import, x).rank;
    double value =
        is_single && exponent->type != TYPE_F64 ? import_scalar(import, y, "exponent") : NAN;
    int real = import_cast(import, x, TYPE_F32);
    if (is_exactly(value, 2.0) && is_single)
        real = import_binary(import, OP_MUL, real, real);
    else if (is_exactly(value, 0.5) && is_single)
        real = import_unary(import, OP_SQRT, real);
    else if (!is_exactly(value, 1.0) || !is_single)
        real = import_binary(import, OP_POW, real,
                             import_cast(import, import_aligned(import, x, y, OP_POW), TYPE_F32));
    import_output(import, 0, import_cast(import, real, type));
}

static void reciprocal(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    (void)row;
    import_output(import, 0, import_binary(import, OP_DIV, import_float(import, 1.0f), x));
}

int import_scaled(struct import *import, int tensor, double factor)
{
    return fabs(factor - 1.0) < 1e-6
               ? tensor
               : import_binary(import, OP_MUL, tensor, import_float(import, (float)factor));
}

/* A constant as float32: weights that are stored in 16 bits stay so. */
static int cast_stored(struct import *import, int x)
{
    x = import_as_stored(import, x);
    enum type type = import_tensor(import, x)->type;
    return type == TYPE_F16 || type == TYPE_BF16
               ? import_emit(import, OP_DEQUANTIZE, &x, 1, NULL, TYPE_F32)
               : import_cast(import, x, TYPE_F32);
}

static void convert_cast(struct import *import, const struct onnx_row *row)
{
    int64_t code = import_attribute_int(import, "to", 0);
    enum type type = import_type(import, (int32_t)code);
    int x = import_needed(import, 0);
    char buffer[ONNX_TYPE_TEXT_SIZE];
    const char *name = onnx_type_text((int32_t)code, buffer), *remedy = unsupported_remedy(name);
    (void)row;
    if (type == TYPE_COUNT)
        import_fail(import, STATUS_UNSUPPORTED, "cast to element type %s is not supported%s%s",
                    name, remedy ? "; " : "", remedy ? remedy : "");
    else if (type == TYPE_F32 && import_is_constant(import, x))
        x = cast_stored(import, x);
    else
        x = import_cast(import, x, type);
    import_output(import, 0, x);
}

static void cast_like(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), other = import_needed(import, 1);
    (void)row;
    import_output(import, 0, import_cast(import, x, import_tensor(import, other)->type));
}

/* --- matrix products --- */

/* The last two dimensions swapped. */
static int swap_last(struct import *import, int tensor)
{
    int32_t order[SHAPE_RANK_MAX];
    int rank = import_shape(import, tensor).rank;
    for (int i = 0; i < rank; i++)
        order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
    return import_transpose(import, tensor, order);
}

/* x times constant weights [outputs, inputs], plus a bias or NO_TENSOR. */
static int dense(struct import *import, int x, int weights, int bias)
{
    union op_params params = {.dense = {.keep_num_dims = 1, .bias_type = TYPE_F32}};
    const int inputs[] = {x, weights, bias};
    return import_emit(import, OP_FULLY_CONNECTED, inputs, bias == NO_TENSOR ? 2 : 3, &params,
                       TYPE_F32);
}

/* Whether the numbers are in the file, if only in a narrower type that a DEQUANTIZE widens. */
static bool is_stored(const struct import *import, int tensor)
{
    const struct node *before = graph_producer(import->graph, tensor);
    return import_tensor(import, tensor)->data ||
           (before && before->op == OP_DEQUANTIZE && node_input(import->graph, before, 0)->data);
}

/* Whether a DEQUANTIZE makes the tensor from integers that weights cannot have: more than 8 bits,
 * or one scale per channel and zero points other than the middle of the type. */
static bool is_stored_otherwise(const struct import *import, int tensor)
{
    const struct node *before = graph_producer(import->graph, tensor);
    const struct tensor *stored = before ? node_input(import->graph, before, 0) : NULL;
    if (!stored || stored->type == TYPE_F16 || stored->type == TYPE_BF16)
        return false;
    int32_t middle = stored->type == TYPE_U8 ? 128 : 0;
    for (int i = 0; stored->quant.count > 1 && i < stored->quant.count; i++)
        if (stored->quant.zero_point[i] != middle)
            return true;
    return stored->type != TYPE_I8 && stored->type != TYPE_U8;
}

/* Whether FULLY_CONNECTED can take the tensor as its weights. */
static bool is_weights(const struct import *import, int tensor)
{
    const struct tensor *weights = import_tensor(import, tensor);
    return weights->shape.rank == 2 && weights->type == TYPE_F32 && is_stored(import, tensor) &&
           !is_stored_otherwise(import, tensor);
}

static int product(struct import *import, int a, int b)
{
    union op_params params = {.matmul = {0}};
    const int inputs[] = {a, b};
    return import_emit(import, OP_BATCH_MATMUL, inputs, 2, &params, import_tensor(import, a)->type);
}

/* Removes the dimension of 1 that a vector was given to make it a matrix. */
static int without(struct import *import, int tensor, int from_end)
{
    struct shape shape = import_shape(import, tensor), out = {0};
    for (int i = 0; i < shape.rank; i++)
        if (i != shape.rank - from_end)
            out.dim[out.rank++] = shape.dim[i];
    return import_reshape(import, tensor, &out);
}

int import_matmul(struct import *import, int a, int b)
{
    struct shape left = import_shape(import, a), right = import_shape(import, b);
    if (!import_ok(import) || left.rank < 1 || right.rank < 1) {
        import_fail(import, STATUS_FORMAT, "operands must not be scalars");
        return NO_TENSOR;
    }
    if (left.rank >= 2 && is_weights(import, b))
        return dense(import, a, swap_last(import, b), NO_TENSOR);
    if (left.rank == 1)
        a = import_reshape(import, a, &SHAPE(1, left.dim[0]));
    if (right.rank == 1)
        b = import_reshape(import, b, &SHAPE(right.dim[0], 1));
    int result = product(import, a, b);
    if (right.rank == 1)
        result = without(import, result, 1);
    if (left.rank == 1)
        result = without(import, result, right.rank == 1 ? 1 : 2);
    return result;
}

static void matmul(struct import *import, const struct onnx_row *row)
{
    int a = import_needed(import, 0), b = import_needed(import, 1);
    (void)row;
    import_output(import, 0, import_matmul(import, a, b));
}

/* A constant addend as a bias, one element per channel; NO_TENSOR where it cannot be one. */
static int as_bias(struct import *import, int c, int32_t channels)
{
    const struct tensor *tensor = import_tensor(import, c);
    size_t elements = shape_elements(&tensor->shape);
    int rank = tensor->shape.rank;
    if (!is_stored(import, c) || tensor->type != TYPE_F32)
        return NO_TENSOR;
    if (elements == (size_t)channels && rank == 1)
        return c;
    if (!tensor->data)
        return NO_TENSOR;
    if (elements == (size_t)channels && rank > 0 && tensor->shape.dim[rank - 1] == channels)
        return import_reshape(import, c, &SHAPE(channels));
    if (elements != 1)
        return NO_TENSOR;
    const int inputs[] = {import_reshape(import, c, &SHAPE(1)), import_list(import, &channels, 1)};
    return import_emit(import, OP_BROADCAST_TO, inputs, 2, NULL, TYPE_F32);
}

static void gemm(struct import *import, const struct onnx_row *row)
{
    int a = import_needed(import, 0), b = import_needed(import, 1), c = import_input(import, 2);
    double alpha = (double)import_attribute_float(import, "alpha", 1.0f);
    double beta = (double)import_attribute_float(import, "beta", 1.0f);
    bool swap_a = import_attribute_int(import, "transA", 0) != 0;
    bool swap_b = import_attribute_int(import, "transB", 0) != 0;
    (void)row;
    if (import_shape(import, a).rank != 2 || import_shape(import, b).rank != 2) {
        import_fail(import, STATUS_FORMAT, "operands must be matrices");
        return;
    }
    a = swap_a ? swap_last(import, a) : a;
    c = c == NO_TENSOR ? c : import_scaled(import, c, beta);
    int result, bias = NO_TENSOR;
    if (is_weights(import, b)) {
        int weights = import_scaled(import, swap_b ? b : swap_last(import, b), alpha);
        bias = c == NO_TENSOR ? c : as_bias(import, c, import_shape(import, weights).dim[0]);
        result = dense(import, a, weights, bias);
    } else {
        result =
            import_scaled(import, product(import, a, swap_b ? swap_last(import, b) : b), alpha);
    }
    if (c != NO_TENSOR && bias == NO_TENSOR)
        result = import_binary(import, OP_ADD, result, c);
    import_output(import, 0, result);
}

#define UNARY(text, op_)                                                                           \
    {                                                                                              \
        .name = (text), .convert = unary, .op = OP_##op_                                           \
    }
#define BINARY(text, op_)                                                                          \
    {                                                                                              \
        .name = (text), .convert = binary, .op = OP_##op_                                          \
    }
#define VARIADIC(text, op_)                                                                        \
    {                                                                                              \
        .name = (text), .convert = variadic, .op = OP_##op_                                        \
    }

static const struct onnx_row rows[] = {
    BINARY("Add", ADD),
    BINARY("Sub", SUB),
    BINARY("Mul", MUL),
    BINARY("Div", DIV),
    BINARY("PRelu", PRELU),
    VARIADIC("Min", MINIMUM),
    VARIADIC("Max", MAXIMUM),
    VARIADIC("Sum", ADD),
    {.name = "Mean", .convert = mean, .op = OP_ADD},
    {.name = "Mod", .convert = modulo},
    UNARY("Relu", RELU),
    UNARY("Sigmoid", LOGISTIC),
    UNARY("Tanh", TANH),
    UNARY("HardSwish", HARD_SWISH),
    UNARY("Exp", EXP),
    UNARY("Log", LOG),
    UNARY("Sqrt", SQRT),
    UNARY("Abs", ABS),
    UNARY("Neg", NEG),
    UNARY("Erf", ERF),
    UNARY("Floor", FLOOR),
    UNARY("Ceil", CEIL),
    UNARY("Round", ROUND),
    UNARY("Sign", SIGN),
    UNARY("Sin", SIN),
    UNARY("Cos", COS),
    {.name = "Pow", .convert = power},
    {.name = "Reciprocal", .convert = reciprocal},
    {.name = "Clip", .convert = convert_clip},
    {.name = "Cast", .convert = convert_cast},
    {.name = "CastLike", .convert = cast_like},
    {.name = "Identity", .convert = identity},
    {.name = "MatMul", .convert = matmul},
    {.name = "Gemm", .convert = gemm},
};

ONNX_ROWS(onnx_math_rows, rows);
