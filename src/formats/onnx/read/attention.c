/* Attention of the standard and of ONNX Runtime's domain: scores of queries by keys, made shares by
 * a softmax, of values.
 *
 * Source: A. Vaswani et al., 2017, Attention Is All You Need. */
#include <math.h>

#include "formats/onnx/read/import.h"

/* One attention: [N, heads, places, depth] each. */
struct heads {
    int query, key, value;
    double scale, cap; /* of the scores; cap 0: none */
    int mask;          /* added to the scores, or NO_TENSOR */
};

static int product(struct import *import, int a, int b, bool swaps_b)
{
    union op_params params = {.matmul = {.adj_y = swaps_b}};
    const int inputs[] = {a, b};
    return import_emit(import, OP_BATCH_MATMUL, inputs, 2, &params, TYPE_F32);
}

static int attend(struct import *import, const struct heads *heads)
{
    union op_params softmax = {.scalar = {1.0f}};
    int scores = product(import, heads->query, heads->key, true);
    scores = import_scaled(import, scores, heads->scale);
    if (heads->cap > 0.0) {
        scores = import_unary(import, OP_TANH, import_scaled(import, scores, 1.0 / heads->cap));
        scores = import_scaled(import, scores, heads->cap);
    }
    if (heads->mask != NO_TENSOR)
        scores = import_binary(import, OP_ADD, scores, heads->mask);
    int shares = import_emit(import, OP_SOFTMAX, &scores, 1, &softmax, TYPE_F32);
    return product(import, shares, heads->value, false);
}

/* [N, places, heads * depth] to [N, heads, places, depth], and back. */
static int split_heads(struct import *import, int x, int64_t heads)
{
    struct shape shape = import_shape(import, x);
    if (!import_ok(import) || shape.rank != 3 || heads < 1 || shape.dim[2] % heads != 0) {
        import_fail(import, STATUS_FORMAT, "%d channels do not divide into %lld heads",
                    shape.rank > 2 ? shape.dim[2] : 0, (long long)heads);
        return NO_TENSOR;
    }
    int32_t count = (int32_t)heads;
    x = import_reshape(import, x, &SHAPE(shape.dim[0], shape.dim[1], count, shape.dim[2] / count));
    return import_transpose(import, x, (const int32_t[]){0, 2, 1, 3});
}

static int join_heads(struct import *import, int x)
{
    x = import_transpose(import, x, (const int32_t[]){0, 2, 1, 3});
    struct shape shape = import_shape(import, x);
    int32_t depth = import_i32(import, (int64_t)shape.dim[2] * shape.dim[3], "a size");
    return import_reshape(import, x, &SHAPE(shape.dim[0], shape.dim[1], depth));
}

/* What is added where a truth value says that a place does not count. */
static int excluded(struct import *import, int counts, float amount)
{
    const int inputs[] = {counts, import_float(import, 0.0f), import_float(import, amount)};
    return import_emit(import, OP_SELECT_V2, inputs, 3, NULL, TYPE_F32);
}

static int both(struct import *import, int a, int b)
{
    return a == NO_TENSOR ? b : b == NO_TENSOR ? a : import_binary(import, OP_ADD, a, b);
}

/* [queries, keys]: places behind the own one do not count. Keys of so many places before the first
 * query come first. */
static int causal(struct import *import, int32_t queries, int32_t keys, int32_t before,
                  float amount)
{
    int tensor;
    float *mask = import_made(import, TYPE_F32, &SHAPE(queries, keys), &tensor);
    for (int32_t q = 0; mask && q < queries; q++)
        for (int32_t k = 0; k < keys; k++)
            mask[(size_t)q * (size_t)keys + (size_t)k] = k - before > q ? amount : 0.0f;
    return tensor;
}

/* --- the standard's --- */

/* Keys or values of fewer heads than the queries have, each for several of those. */
static int repeated(struct import *import, int x, int32_t heads)
{
    struct shape in = import_shape(import, x);
    if (!import_ok(import) || in.dim[1] == heads)
        return x;
    if (in.dim[1] < 1 || heads % in.dim[1] != 0) {
        import_fail(import, STATUS_FORMAT, "%d heads of queries for %d", heads, in.dim[1]);
        return NO_TENSOR;
    }
    struct shape wide = SHAPE(in.dim[0], in.dim[1], heads / in.dim[1], in.dim[2], in.dim[3]);
    x = import_reshape(import, x, &SHAPE(in.dim[0], in.dim[1], 1, in.dim[2], in.dim[3]));
    const int inputs[] = {x, import_list(import, wide.dim, 5)};
    x = import_emit(import, OP_BROADCAST_TO, inputs, 2, NULL, TYPE_F32);
    return import_reshape(import, x, &SHAPE(in.dim[0], heads, in.dim[2], in.dim[3]));
}

/* What came before along the places, and x behind it. */
static int behind(struct import *import, int past, int x)
{
    union op_params params = {.axis = {2, 0}};
    const int parts[] = {past, x};
    return past == NO_TENSOR ? x
                             : import_emit(import, OP_CONCATENATION, parts, 2, &params, TYPE_F32);
}

/* From operator set 24 on a mask of fewer keys leaves out the others, where it broadcast before. */
static int given_mask(struct import *import, int32_t keys)
{
    int mask = import_input(import, 3);
    struct shape shape = import_shape(import, mask);
    bool is_truth = import_tensor(import, mask)->type == TYPE_BOOL;
    if (mask == NO_TENSOR)
        return mask;
    if (import->opset >= 24 && (shape.rank < 1 || shape.dim[shape.rank - 1] != keys))
        import_fail(import, STATUS_UNSUPPORTED, "attn_mask of other keys than all %d", keys);
    return is_truth ? excluded(import, mask, -INFINITY) : mask;
}

static void attention(struct import *import, const struct onnx_row *row)
{
    int query = import_needed(import, 0), key = import_needed(import, 1);
    int value = import_needed(import, 2);
    bool is_flat = import_shape(import, query).rank == 3;
    (void)row;
    if (is_flat) {
        int64_t shared = import_attribute_int(import, "kv_num_heads", 0);
        query = split_heads(import, query, import_attribute_int(import, "q_num_heads", 0));
        key = split_heads(import, key, shared);
        value = split_heads(import, value, shared);
    }
    int past = import_input(import, 4);
    int32_t before = past == NO_TENSOR ? 0 : import_shape(import, past).dim[2];
    key = behind(import, past, key);
    value = behind(import, import_input(import, 5), value);
    struct shape shape = import_shape(import, query), keys = import_shape(import, key);
    if (!import_ok(import) || shape.rank != 4 || keys.rank != 4 || import_has_output(import, 3)) {
        import_fail(import, STATUS_UNSUPPORTED, "operands of another rank, or scores as an output");
        return;
    }
    double usual = 1.0 / sqrt((double)shape.dim[3]);
    struct heads heads = {
        .query = query,
        .key = repeated(import, key, shape.dim[1]),
        .value = repeated(import, value, shape.dim[1]),
        .scale = (double)import_attribute_float(import, "scale", (float)usual),
        .cap = (double)import_attribute_float(import, "softcap", 0.0f),
        .mask = given_mask(import, keys.dim[2]),
    };
    if (import_attribute_int(import, "is_causal", 0) != 0)
        heads.mask =
            both(import, heads.mask, causal(import, shape.dim[2], keys.dim[2], before, -INFINITY));
    int result = attend(import, &heads);
    import_output(import, 0, is_flat ? join_heads(import, result) : result);
    import_output(import, 1, key);
    import_output(import, 2, value);
}

/* --- ONNX Runtime's own --- */

/* Channels first..first+count-1 of [N, places, channels]. */
static int channels_of(struct import *import, int x, int64_t first, int64_t count)
{
    struct shape shape = import_shape(import, x);
    const int32_t begin[] = {0, 0, import_i32(import, first, "a size")};
    const int32_t size[] = {shape.dim[0], shape.dim[1], import_i32(import, count, "a size")};
    const int inputs[] = {x, import_list(import, begin, 3), import_list(import, size, 3)};
    return import_emit(import, OP_SLICE, inputs, 3, NULL, TYPE_F32);
}

/* How input 3 of an Attention of ONNX Runtime tells which places count. Its shape alone tells the
 * forms apart. Of the rest, two ends or more per sample (2 N or 3 N + 2 numbers) and a mask of four
 * dimensions are for padding on the left, packed samples and the past. */
enum mask_form {
    MASK_OTHER,
    MASK_NONE,    /* [N or 1, 1], of more places than that: the same for all of them */
    MASK_LENGTHS, /* [N]: as many of the first count */
    MASK_KEYS,    /* [N, places]: those above 0 count, as everywhere below */
    MASK_PAIRS    /* [N, places, places]: of the last ones, for each of those in between */
};

static enum mask_form mask_form(const struct shape *mask, int32_t samples, int32_t places)
{
    if (mask->rank == 1)
        return mask->dim[0] == samples ? MASK_LENGTHS : MASK_OTHER;
    if (mask->rank == 2 && mask->dim[0] == samples && mask->dim[1] == places)
        return MASK_KEYS;
    if (mask->rank == 2 && (mask->dim[0] == samples || mask->dim[0] == 1) && mask->dim[1] == 1)
        return MASK_NONE;
    bool fits = mask->rank == 3 && mask->dim[0] == samples && mask->dim[1] == places &&
                mask->dim[2] == places;
    return fits ? MASK_PAIRS : MASK_OTHER;
}

/* int32: 0, 1, and so on. */
static int counting(struct import *import, int32_t count)
{
    int tensor;
    int32_t *list = import_made(import, TYPE_I32, &SHAPE(count), &tensor);
    for (int32_t i = 0; list && i < count; i++)
        list[i] = i;
    return tensor;
}

/* What is added to the scores for input 3, or NO_TENSOR. */
static int own_mask(struct import *import, int32_t samples, int32_t places, float amount)
{
    int mask = import_input(import, 3);
    struct shape shape = import_shape(import, mask);
    char text[SHAPE_TEXT_SIZE];
    if (mask == NO_TENSOR)
        return NO_TENSOR;
    int a = import_cast(import, mask, TYPE_I32);
    int b = import_constant(import, TYPE_I32, &(struct shape){0}, &(int32_t){0});
    switch (mask_form(&shape, samples, places)) {
    case MASK_NONE:
        return NO_TENSOR;
    case MASK_LENGTHS:
        a = import_reshape(import, a, &SHAPE(samples, 1, 1, 1));
        b = counting(import, places);
        break;
    case MASK_KEYS:
        a = import_reshape(import, a, &SHAPE(samples, 1, 1, places));
        break;
    case MASK_PAIRS:
        a = import_reshape(import, a, &SHAPE(samples, 1, places, places));
        break;
    default:
        import_fail(import, STATUS_UNSUPPORTED,
                    "mask_index of shape %s is not supported for %d samples of %d places",
                    shape_text(&shape, text), samples, places);
        return NO_TENSOR;
    }
    const int inputs[] = {a, b};
    return excluded(import, import_emit(import, OP_GREATER, inputs, 2, NULL, TYPE_BOOL), amount);
}

/* Widths of queries, keys and values in what the weights make. */
static void read_widths(struct import *import, int64_t total, int64_t widths[3])
{
    struct import_ints sizes = import_attribute_ints(import, "qkv_hidden_sizes");
    for (int i = 0; i < 3; i++)
        widths[i] = sizes.count == 3 ? sizes.values[i] : total / 3;
    if ((sizes.count != 0 && sizes.count != 3) || widths[0] < 1 || widths[0] != widths[1] ||
        widths[2] < 1 || widths[0] > total || widths[2] > total ||
        widths[0] + widths[1] + widths[2] != total)
        import_fail(import, STATUS_FORMAT, "weights do not divide into queries, keys and values");
}

static void own_attention(struct import *import, const struct onnx_row *row)
{
    const int inputs[] = {import_needed(import, 0), import_needed(import, 1)};
    int bias = import_input(import, 2);
    int64_t count = import_attribute_int(import, "num_heads", 0), widths[3];
    float amount = import_attribute_float(import, "mask_filter_value", -10000.0f);
    (void)row;
    if (import_input(import, 4) != NO_TENSOR || import_has_output(import, 1) ||
        import_attribute_int(import, "do_rotary", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED, "past keys and rotation are not supported");
    int x = import_standard(import, "MatMul", inputs, 2);
    x = bias == NO_TENSOR ? x : import_binary(import, OP_ADD, x, bias);
    struct shape shape = import_shape(import, x);
    if (!import_ok(import) || shape.rank != 3) {
        import_fail(import, STATUS_FORMAT, "input has rank %d, expected 3", shape.rank);
        return;
    }
    read_widths(import, shape.dim[2], widths);
    if (!import_ok(import))
        return;
    struct heads heads = {
        .query = split_heads(import, channels_of(import, x, 0, widths[0]), count),
        .key = split_heads(import, channels_of(import, x, widths[0], widths[1]), count),
        .value = split_heads(import, channels_of(import, x, 2 * widths[0], widths[2]), count),
        .mask = import_input(import, 5),
    };
    double usual = 1.0 / sqrt((double)import_shape(import, heads.query).dim[3]);
    double scale = (double)import_attribute_float(import, "scale", 0.0f); /* 0: the usual one */
    heads.scale = scale < 0.0 || scale > 0.0 ? scale : usual;
    int32_t samples = shape.dim[0], places = shape.dim[1];
    heads.mask = both(import, heads.mask, own_mask(import, samples, places, amount));
    if (import_attribute_int(import, "unidirectional", 0) != 0)
        heads.mask = both(import, heads.mask, causal(import, places, places, 0, amount));
    import_output(import, 0, join_heads(import, attend(import, &heads)));
}

static const struct onnx_row rows[] = {
    {.name = "Attention", .convert = attention, .first = 23},
    {.name = "Attention", .domain = "com.microsoft", .convert = own_attention},
};

ONNX_ROWS(onnx_attention_rows, rows);
