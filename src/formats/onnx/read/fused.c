/* Operators of ONNX Runtime's optimizer, of domain com.microsoft: each is several standard ones. */
#include <string.h>

#include "formats/onnx/read/import.h"

static int activated(struct import *import, enum op op, int x, int32_t flag)
{
    union op_params params = {.flag = {flag}};
    return import_emit(import, op, &x, 1, &params, TYPE_F32);
}

/* Gelu of the sum with a bias, which may be absent; fast: the approximation by tanh. */
static void bias_gelu(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), bias = import_input(import, 1);
    x = bias == NO_TENSOR ? x : import_binary(import, OP_ADD, x, bias);
    import_output(import, 0, activated(import, row->op, x, strcmp(row->name, "FastGelu") == 0));
}

/* x times the logistic function of alpha x. */
static void quick_gelu(struct import *import, const struct onnx_row *row)
{
    double alpha = (double)import_attribute_float(import, "alpha", 1.702f);
    int x = import_needed(import, 0);
    (void)row;
    int gate = import_unary(import, OP_LOGISTIC, import_scaled(import, x, alpha));
    import_output(import, 0, import_binary(import, OP_MUL, x, gate));
}

/* --- products --- */

/* The activation of a FusedConv, with its parameters. */
static int fused_activation(struct import *import, int x)
{
    const Onnx__Attribute *params = import_attribute(import, "activation_params");
    float first = params && params->n_floats > 0 ? params->floats[0] : 0.0f;
    float second = params && params->n_floats > 1 ? params->floats[1] : 0.0f;
    static const struct {
        const char *name;
        enum op op;
    } plain[] = {{"Relu", OP_RELU}, {"Tanh", OP_TANH}, {"Sigmoid", OP_LOGISTIC}};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (import_attribute_is(import, "activation", plain[i].name, ""))
            return import_unary(import, plain[i].op, x);
    if (import_attribute_is(import, "activation", "LeakyRelu", "")) {
        union op_params alpha = {.scalar = {first}};
        return import_emit(import, OP_LEAKY_RELU, &x, 1, &alpha, TYPE_F32);
    }
    if (import_attribute_is(import, "activation", "Clip", "")) {
        x = import_binary(import, OP_MAXIMUM, x, import_float(import, first));
        return import_binary(import, OP_MINIMUM, x, import_float(import, second));
    }
    if (!import_attribute_is(import, "activation", "", ""))
        import_fail(import, STATUS_UNSUPPORTED, "the activation is not supported");
    return x;
}

static void fused_conv(struct import *import, const struct onnx_row *row)
{
    const int inputs[] = {import_needed(import, 0), import_needed(import, 1),
                          import_input(import, 2)};
    int addend = import_input(import, 3);
    (void)row;
    int x = import_standard(import, "Conv", inputs, inputs[2] == NO_TENSOR ? 2 : 3);
    x = addend == NO_TENSOR ? x : import_binary(import, OP_ADD, x, addend);
    import_output(import, 0, fused_activation(import, x));
}

/* The last two dimensions swapped where the attribute says so. */
static int transposed(struct import *import, int x, const char *attribute)
{
    int32_t order[SHAPE_RANK_MAX];
    int rank = import_shape(import, x).rank;
    for (int i = 0; i < rank; i++)
        order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
    bool is_swapped = rank > 1 && import_attribute_int(import, attribute, 0) != 0;
    return is_swapped ? import_transpose(import, x, order) : x;
}

static void fused_matmul(struct import *import, const struct onnx_row *row)
{
    const int inputs[] = {transposed(import, import_needed(import, 0), "transA"),
                          transposed(import, import_needed(import, 1), "transB")};
    double alpha = (double)import_attribute_float(import, "alpha", 1.0f);
    (void)row;
    if (import_attribute_int(import, "transBatchA", 0) != 0 ||
        import_attribute_int(import, "transBatchB", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED, "transBatchA and transBatchB are not supported");
    int product = import_standard(import, "MatMul", inputs, 2);
    import_output(import, 0, import_scaled(import, product, alpha));
}

/* Weights of so many bits, packed low bits first, in blocks along the depth with a scale each. */
struct blocks {
    int64_t depth, columns, size, bits, count; /* count: of blocks in a column */
    const uint8_t *packed, *zeros;             /* zeros NULL: the middle of the range */
    const float *scales, *real_zeros;          /* real_zeros NULL: there are none */
};

static unsigned number_at(const uint8_t *packed, int64_t i, int64_t bits)
{
    return bits == 8 ? packed[i] : packed[i / 2] >> (i % 2 * 4) & 15u;
}

static float zero_of(const struct blocks *blocks, int64_t column, int64_t block)
{
    int64_t row = blocks->bits == 8 ? blocks->count : (blocks->count + 1) / 2;
    if (blocks->real_zeros)
        return blocks->real_zeros[column * blocks->count + block];
    return blocks->zeros ? (float)number_at(blocks->zeros + column * row, block, blocks->bits)
                         : (float)(1 << (blocks->bits - 1));
}

/* [columns, depth] */
static int unpacked(struct import *import, const struct blocks *blocks)
{
    struct shape shape =
        SHAPE(import_i32(import, blocks->columns, "N"), import_i32(import, blocks->depth, "K"));
    int made;
    float *weights = import_made(import, TYPE_F32, &shape, &made);
    int64_t bytes = blocks->size * blocks->bits / 8;
    for (int64_t column = 0; weights && column < blocks->columns; column++)
        for (int64_t i = 0; i < blocks->depth; i++) {
            int64_t block = i / blocks->size, at = column * blocks->count + block;
            unsigned number =
                number_at(blocks->packed + at * bytes, i % blocks->size, blocks->bits);
            weights[column * blocks->depth + i] =
                ((float)number - zero_of(blocks, column, block)) * blocks->scales[at];
        }
    return made;
}

/* A constant of the type with so many elements, or NULL. */
static const void *constant_of(const struct import *import, int tensor, enum type type,
                               int64_t count)
{
    const struct tensor *constant = import_tensor(import, tensor);
    return constant->data && constant->type == type &&
                   shape_elements(&constant->shape) == (size_t)count
               ? constant->data
               : NULL;
}

static bool read_blocks(struct import *import, struct blocks *blocks)
{
    int zeros = import_input(import, 3);
    *blocks = (struct blocks){
        .depth = import_attribute_int(import, "K", 0),
        .columns = import_attribute_int(import, "N", 0),
        .size = import_attribute_int(import, "block_size", 0),
        .bits = import_attribute_int(import, "bits", 4),
    };
    const int64_t most = 1 << 24;
    if (blocks->depth < 1 || blocks->depth > most || blocks->columns < 1 ||
        blocks->columns > most || blocks->size < 2 || blocks->size > most ||
        blocks->size % 2 != 0 || (blocks->bits != 4 && blocks->bits != 8))
        return false;
    blocks->count = (blocks->depth + blocks->size - 1) / blocks->size;
    int64_t scales = blocks->columns * blocks->count;
    int64_t row = blocks->bits == 8 ? blocks->count : (blocks->count + 1) / 2;
    blocks->packed = constant_of(import, import_needed(import, 1), TYPE_U8,
                                 scales * blocks->size * blocks->bits / 8);
    blocks->scales = constant_of(import, import_needed(import, 2), TYPE_F32, scales);
    blocks->zeros = constant_of(import, zeros, TYPE_U8, blocks->columns * row);
    blocks->real_zeros = constant_of(import, zeros, TYPE_F32, scales);
    return blocks->packed && blocks->scales &&
           (zeros == NO_TENSOR || blocks->zeros || blocks->real_zeros);
}

/* The weights become real numbers. */
static void matmul_blocks(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), bias = import_input(import, 5);
    struct blocks blocks;
    (void)row;
    if (!read_blocks(import, &blocks) || import_input(import, 4) != NO_TENSOR) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "expected constant weights of 4 or 8 bits, one scale per block, and no g_idx");
        return;
    }
    const int32_t order[] = {1, 0};
    const int inputs[] = {x, import_transpose(import, unpacked(import, &blocks), order)};
    int product = import_standard(import, "MatMul", inputs, 2);
    import_output(import, 0,
                  bias == NO_TENSOR ? product : import_binary(import, OP_ADD, product, bias));
}

/* --- normalization --- */

/* Over the last dimension; offset may be NO_TENSOR. */
static int normalized(struct import *import, int x, int factor, int offset, float epsilon)
{
    union op_params params = {.norm = {import_shape(import, x).rank - 1, epsilon}};
    const int inputs[] = {x, factor, offset};
    return import_emit(import, OP_LAYER_NORMALIZATION, inputs, offset == NO_TENSOR ? 2 : 3, &params,
                       TYPE_F32);
}

static void skip_layer_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_binary(import, OP_ADD, import_needed(import, 0), import_needed(import, 1));
    int factor = import_needed(import, 2), offset = import_input(import, 3);
    int bias = import_input(import, 4);
    (void)row;
    x = bias == NO_TENSOR ? x : import_binary(import, OP_ADD, x, bias);
    float epsilon = import_attribute_float(import, "epsilon", 1e-12f);
    if (import_has_output(import, 1) || import_has_output(import, 2))
        import_fail(import, STATUS_UNSUPPORTED, "mean and deviation as outputs are not supported");
    import_output(import, 0, normalized(import, x, factor, offset, epsilon));
    import_output(import, 3, x);
}

static int looked_up(struct import *import, int table, int ids)
{
    union op_params params = {.gather = {.axis = 0}};
    const int inputs[] = {table, ids};
    return import_emit(import, OP_GATHER, inputs, 2, &params, TYPE_F32);
}

/* The first rows of a table. */
static int first_rows(struct import *import, int table, int32_t rows)
{
    struct shape shape = import_shape(import, table);
    const int32_t begin[] = {0, 0}, size[] = {rows, shape.dim[1]};
    if (shape.rank != 2)
        import_fail(import, STATUS_FORMAT, "embeddings have rank %d, expected 2", shape.rank);
    const int inputs[] = {table, import_list(import, begin, 2), import_list(import, size, 2)};
    return import_emit(import, OP_SLICE, inputs, 3, NULL, TYPE_F32);
}

/* How many ids of each sample count; 0 without a mask. */
static int mask_sum(struct import *import, int mask, int32_t batch)
{
    const int32_t axis = 1, zeros = 0;
    union op_params params = {.reduce = {.keep_dims = 0}};
    if (mask == NO_TENSOR) {
        const struct shape scalar = {0};
        const int inputs[] = {import_constant(import, TYPE_I32, &scalar, &zeros),
                              import_list(import, &batch, 1)};
        return import_emit(import, OP_BROADCAST_TO, inputs, 2, NULL, TYPE_I32);
    }
    const int inputs[] = {import_cast(import, mask, TYPE_I32), import_list(import, &axis, 1)};
    return import_emit(import, OP_SUM, inputs, 2, &params, TYPE_I32);
}

/* Words, places and segments, each looked up and added. */
static void embed_layer_norm(struct import *import, const struct onnx_row *row)
{
    int ids = import_needed(import, 0), segments = import_input(import, 1);
    int places = import_input(import, 8), table = import_needed(import, 3);
    int of_segments = import_input(import, 4), mask = import_input(import, 7);
    struct shape shape = import_shape(import, ids);
    (void)row;
    if (shape.rank != 2) {
        import_fail(import, STATUS_FORMAT, "ids have rank %d, expected 2", shape.rank);
        return;
    }
    int x = looked_up(import, import_needed(import, 2), ids);
    x = import_binary(import, OP_ADD, x,
                      places == NO_TENSOR ? first_rows(import, table, shape.dim[1])
                                          : looked_up(import, table, places));
    if (segments != NO_TENSOR && of_segments == NO_TENSOR)
        import_fail(import, STATUS_FORMAT, "there are segments, but no embeddings of them");
    if (segments != NO_TENSOR)
        x = import_binary(import, OP_ADD, x, looked_up(import, of_segments, segments));
    float epsilon = import_attribute_float(import, "epsilon", 1e-12f);
    import_output(
        import, 0,
        normalized(import, x, import_needed(import, 5), import_needed(import, 6), epsilon));
    if (import_has_output(import, 1))
        import_output(import, 1, mask_sum(import, mask, shape.dim[0]));
    import_output(import, 2, x);
}

#define OWN(text, function, op_)                                                                   \
    {                                                                                              \
        .name = (text), .domain = "com.microsoft", .convert = (function), .op = (op_)              \
    }

static const struct onnx_row rows[] = {
    OWN("BiasGelu", bias_gelu, OP_GELU),
    OWN("FastGelu", bias_gelu, OP_GELU),
    OWN("QuickGelu", quick_gelu, OP_LOGISTIC),
    OWN("FusedConv", fused_conv, OP_CONV_2D),
    OWN("FusedMatMul", fused_matmul, OP_BATCH_MATMUL),
    OWN("MatMulNBits", matmul_blocks, OP_FULLY_CONNECTED),
    OWN("SkipLayerNormalization", skip_layer_norm, OP_LAYER_NORMALIZATION),
    OWN("EmbedLayerNormalization", embed_layer_norm, OP_LAYER_NORMALIZATION),
};

ONNX_ROWS(onnx_fused_rows, rows);
