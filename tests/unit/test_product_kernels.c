/* The reference kernels of convolutions and matrix products, against sums of products in double
 * precision, for all families of types. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "product_cases.h"

static const struct family families[] = {
    FAMILY(F32, F32, F32),
    FAMILY(F32, F16, F32),
    FAMILY(F32, F16, F16),
    FAMILY(F32, I8, F32),
    FAMILY(I8, I8, I32),
    FAMILY(U8, U8, I32),
    FAMILY(I16, I8, I64),
    FAMILY(I16, I8, I32),
    FAMILY(I8, U8, I32),
    FAMILY(F32, BF16, F32),
    {.data = TYPE_F32, .weights = TYPE_I8, .bias = TYPE_F32, .widens = true},
};

/* Convolutions. */

/* The two sides of a convolution and how they meet: cell (ky, kx) of the filter joins the pixel (y,
 * x) of the small side, which is the output but of TRANSPOSE_CONV, and the pixel (y * stride + ky *
 * dilation - before, ...) of the large one. */
struct meeting {
    enum op op;
    const struct conv_params *conv;
    struct shape small, large, filter;
    struct sliding y, x;
};

/* Adds the products of all channels of two pixels. */
static void add_pixels(struct product *p, const struct meeting *m, const int32_t small[4],
                       const int32_t large[4], int32_t ky, int32_t kx)
{
    bool is_transposed = m->op == OP_TRANSPOSE_CONV, is_depthwise = m->op == OP_DEPTHWISE_CONV_2D;
    const int32_t *out = is_transposed ? large : small, *in = is_transposed ? small : large;
    const struct shape *out_shape = is_transposed ? &m->large : &m->small,
                       *in_shape = is_transposed ? &m->small : &m->large;
    int32_t depth = is_depthwise ? 1 : m->filter.dim[3];
    int32_t groups = in_shape->dim[3] / depth, per_group = out_shape->dim[3] / groups;
    for (int32_t o = 0; o < out_shape->dim[3]; o++)
        for (int32_t k = 0; k < depth; k++) {
            int32_t to[SHAPE_RANK_MAX] = {out[0], out[1], out[2], o};
            int32_t from[SHAPE_RANK_MAX] = {in[0], in[1], in[2], o / per_group * depth + k};
            int32_t weight[SHAPE_RANK_MAX] = {is_depthwise ? 0 : o, ky, kx, is_depthwise ? o : k};
            product_add(p, shape_flat(out_shape, to), shape_flat(in_shape, from),
                        shape_flat(&m->filter, weight));
        }
}

static void convolve(struct product *p, const struct meeting *m)
{
    size_t cells = (size_t)m->filter.dim[1] * (size_t)m->filter.dim[2];
    for (size_t i = 0; i < shape_span(&m->small, 0, 3) * cells; i++) {
        int32_t ky = (int32_t)(i % cells) / m->filter.dim[2],
                kx = (int32_t)(i % cells) % m->filter.dim[2];
        struct shape pixels = {.rank = 3,
                               .dim = {m->small.dim[0], m->small.dim[1], m->small.dim[2]}};
        int32_t small[SHAPE_RANK_MAX] = {0};
        shape_index(&pixels, i / cells, small);
        int32_t large[4] = {
            small[0], small[1] * m->conv->stride_h + ky * m->conv->dilation_h - m->y.before,
            small[2] * m->conv->stride_w + kx * m->conv->dilation_w - m->x.before, 0};
        if (large[1] >= 0 && large[1] < m->large.dim[1] && large[2] >= 0 &&
            large[2] < m->large.dim[2])
            add_pixels(p, m, small, large, ky, kx);
    }
}

static struct conv_params random_conv(bool has_dilation)
{
    return (struct conv_params){
        .padding = case_between(PADDING_SAME, PADDING_EXPLICIT),
        .stride_h = case_between(1, 2),
        .stride_w = case_between(1, 3),
        .dilation_h = has_dilation ? case_between(1, 2) : 1,
        .dilation_w = has_dilation ? case_between(1, 2) : 1,
        .activation = case_between(0, 3),
        .bias_type = TYPE_F32,
        .pads = case_pads(4),
    };
}

static void set_sides(struct meeting *m, int32_t batches, int32_t large, int32_t small)
{
    int32_t height = case_between(5, 9), width = case_between(5, 8);
    const struct conv_params *conv = m->conv;
    m->y = case_sliding(height, m->filter.dim[1], conv->stride_h, conv->dilation_h, conv->padding,
                        conv->pads.top, conv->pads.bottom);
    m->x = case_sliding(width, m->filter.dim[2], conv->stride_w, conv->dilation_w, conv->padding,
                        conv->pads.left, conv->pads.right);
    m->large = SHAPE(batches, height, width, large);
    m->small = SHAPE(batches, m->y.places, m->x.places, small);
}

static void conv_case(const struct family *family, bool is_depthwise)
{
    struct product p;
    union op_params params = {.conv = random_conv(true)};
    if (family->data == TYPE_I32)
        params.conv.activation = ACTIVATION_NONE;
    int groups = is_depthwise ? case_between(1, 6) : case_between(1, 3);
    int depth = is_depthwise ? 1 : case_between(1, 7),
        per_group = case_between(1, is_depthwise ? 3 : 4);
    struct meeting m = {.op = is_depthwise ? OP_DEPTHWISE_CONV_2D : OP_CONV_2D,
                        .conv = &params.conv};
    int kh = case_between(1, 3), kw = case_between(1, 3);
    product_init(&p, family);
    p.channels = groups * per_group;
    params.conv.multiplier = is_depthwise ? per_group : 0;
    m.filter = is_depthwise ? SHAPE(1, kh, kw, p.channels) : SHAPE(p.channels, kh, kw, depth);
    set_sides(&m, case_between(1, 2), groups * depth, p.channels);
    product_data(&p, m.large);
    product_weights(&p, m.filter, is_depthwise ? 3 : 0, true);
    product_bias(&p);
    product_hybrid(&p, shape_span(&m.large, 1, 4), is_depthwise || product_scales_differ(&p));
    product_sums(&p, shape_elements(&m.small));
    convolve(&p, &m);
    product_check(&p, m.op, &params, params.conv.activation, &m.small);
}

static void convolutions_follow_their_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < 16 * ROWS(families); i++)
        conv_case(&families[i % ROWS(families)], false);
}

static void depthwise_convolutions_follow_their_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < 16 * ROWS(families); i++)
        conv_case(&families[i % ROWS(families)], true);
}

static void transpose_conv_case(const struct family *family)
{
    struct product p;
    union op_params params = {.conv = random_conv(false)};
    struct meeting m = {.op = OP_TRANSPOSE_CONV, .conv = &params.conv};
    int depth = case_between(1, 7);
    product_init(&p, family);
    p.channels = case_between(1, 5);
    m.filter = SHAPE(p.channels, case_between(1, 4), case_between(1, 4), depth);
    set_sides(&m, case_between(1, 2), p.channels, depth);
    case_ints(&p.c, m.large.dim, 4);
    product_weights(&p, m.filter, 0, true);
    product_data(&p, m.small);
    product_bias(&p);
    product_sums(&p, shape_elements(&m.large));
    convolve(&p, &m);
    product_check(&p, OP_TRANSPOSE_CONV, &params, params.conv.activation, &m.large);
}

static void transpose_convolutions_follow_their_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < 16 * ROWS(families); i++)
        if (!family_is_hybrid(&families[i % ROWS(families)]))
            transpose_conv_case(&families[i % ROWS(families)]);
}

/* Matrix products. */

static void dense_case(const struct family *family)
{
    struct product p;
    union op_params params = {.dense = {.activation = case_between(0, 3),
                                        .keep_num_dims = case_between(0, 1),
                                        .asymmetric_inputs = case_between(0, 1),
                                        .bias_type = TYPE_F32}};
    int rows = case_between(1, 6), depth = case_between(1, 40);
    product_init(&p, family);
    p.channels = case_between(1, 30);
    product_data(&p, SHAPE(2, rows, depth));
    product_weights(&p, SHAPE(p.channels, depth), 0, true);
    product_bias(&p);
    product_hybrid(&p, (size_t)depth, params.dense.asymmetric_inputs);
    product_sums(&p, (size_t)(2 * rows * p.channels));
    for (size_t i = 0; i < p.count; i++)
        for (size_t k = 0; k < (size_t)depth; k++)
            product_add(&p, i, i / (size_t)p.channels * (size_t)depth + k,
                        i % (size_t)p.channels * (size_t)depth + k);
    struct shape out =
        params.dense.keep_num_dims ? SHAPE(2, rows, p.channels) : SHAPE(2 * rows, p.channels);
    product_check(&p, OP_FULLY_CONNECTED, &params, params.dense.activation, &out);
}

static void dense_layers_follow_their_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < 24 * ROWS(families); i++)
        dense_case(&families[i % ROWS(families)]);
}

/* Places of x[.., m, k] and y[.., k, n], either of them stored with its last dimensions swapped,
 * and broadcast along the first two. */
static size_t matrix_place(const struct shape *shape, const int32_t batch[2], int32_t row,
                           int32_t column, bool is_swapped)
{
    int32_t at[SHAPE_RANK_MAX] = {shape->dim[0] > 1 ? batch[0] : 0,
                                  shape->dim[1] > 1 ? batch[1] : 0, is_swapped ? column : row,
                                  is_swapped ? row : column};
    return shape_flat(shape, at);
}

static void matmul_case(const struct family *family)
{
    struct product p;
    union op_params params = {.matmul = {case_between(0, !family_is_hybrid(family)),
                                         case_between(0, 1), case_between(0, 1)}};
    bool adj_x = params.matmul.adj_x, adj_y = params.matmul.adj_y;
    int32_t rows = case_between(1, 6), columns = case_between(1, 6), depth = case_between(1, 20);
    struct shape out = SHAPE(case_between(1, 3), case_between(1, 3), rows, columns);
    struct shape x = SHAPE(case_between(0, 1) ? out.dim[0] : 1, out.dim[1], adj_x ? depth : rows,
                           adj_x ? rows : depth);
    struct shape y = SHAPE(out.dim[0], case_between(0, 1) ? out.dim[1] : 1, adj_y ? columns : depth,
                           adj_y ? depth : columns);
    product_init(&p, family);
    p.channels = columns;
    product_data(&p, x);
    product_weights(&p, y, -1, case_between(0, 1));
    product_hybrid(&p, (size_t)depth, params.matmul.asymmetric_inputs);
    product_sums(&p, shape_elements(&out));
    for (size_t i = 0; i < p.count; i++) {
        int32_t at[SHAPE_RANK_MAX];
        shape_index(&out, i, at);
        for (int32_t k = 0; k < depth; k++)
            product_add(&p, i, matrix_place(&x, at, at[2], k, adj_x),
                        matrix_place(&y, at, k, at[3], adj_y));
    }
    product_check(&p, OP_BATCH_MATMUL, &params, ACTIVATION_NONE, &out);
}

static void matrix_products_follow_their_definition(void **state)
{
    static const struct family pairs[] = {
        FAMILY(F32, F32, F32),
        FAMILY(F32, I8, F32),
        FAMILY(I8, I8, I32),
        FAMILY(I16, I16, I64),
    };
    (void)state;
    for (size_t i = 0; i < 30 * ROWS(pairs); i++)
        matmul_case(&pairs[i % ROWS(pairs)]);
}

/* int32 without scales: sums of products of whole numbers, which wrap around in 32 bits. */
static void plain_products_wrap(void **state)
{
    static const int32_t x[] = {1 << 20, -3, 7, 1 << 30, 5, -1},
                         w[] = {1 << 12, 2, -1, 4, 1 << 28, 3}, bias = INT32_MAX;
    /* 2^32 - 6 - 7 + 2^32 + 5 * 2^28 - 3 = 1342177264, beyond int32 with the bias */
    static const int32_t sum = 1342177264, biased = -805306385;
    const struct kind kind = {.type = TYPE_I32};
    union op_params params = {.conv = {.padding = PADDING_VALID,
                                       .stride_h = 1,
                                       .stride_w = 1,
                                       .dilation_h = 1,
                                       .dilation_w = 1}};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct kernel_case c;
        bool is_matmul = k == 2;
        case_init(&c);
        case_input(&c, kind, is_matmul ? SHAPE(1, 6) : SHAPE(1, 1, 3, 2), 0.0);
        case_constant(&c, kind, is_matmul ? SHAPE(6, 1) : SHAPE(1, 1, 3, 2), 0.0);
        memcpy(c.elements[0], x, sizeof(x));
        memcpy(c.elements[1], w, sizeof(w));
        if (k == 1)
            memcpy(c.elements[case_constant(&c, kind, SHAPE(1), 0.0)], &bias, sizeof(bias));
        case_run(&c, is_matmul ? OP_BATCH_MATMUL : OP_CONV_2D, is_matmul ? NULL : &params, kind);
        case_expect_stored(&c, k == 1 ? &biased : &sum, 1);
        case_release(&c);
    }
}

/* Random whole numbers, small enough for a double to sum them exactly. */
static void plain_products_follow_their_definition(void **state)
{
    static const struct family whole = FAMILY(I32, I32, I32);
    (void)state;
    for (int i = 0; i < 40; i++) {
        matmul_case(&whole);
        conv_case(&whole, i % 2);
    }
}

/* One product and a bias, worked out by hand: x * w + bias times the ratio of the scales. */
struct worked {
    struct kind in, out;
    int32_t x, w, result;
    enum type bias_type;
    int64_t bias;
};

static void check_worked(enum rounding rounding, const struct worked *row)
{
    enum type weights = row->in.type == TYPE_U8 ? TYPE_U8 : TYPE_I8;
    union op_params params = {.dense = {.bias_type = TYPE_F32}};
    struct kernel_case c;
    case_init(&c);
    c.graph->rounding = rounding;
    case_input(&c, row->in, SHAPE(1, 1), 0.0);
    case_store(&c, 0, 0, row->x);
    case_constant(&c, (struct kind){weights, 1.0f, 0}, SHAPE(1, 1), 0.0);
    case_store(&c, 1, 0, row->w);
    case_constant(&c, (struct kind){.type = row->bias_type}, SHAPE(1), 0.0);
    if (row->bias_type == TYPE_I64)
        *(int64_t *)c.elements[2] = row->bias;
    else
        *(int32_t *)c.elements[2] = (int32_t)row->bias;
    case_run(&c, OP_FULLY_CONNECTED, &params, row->out);
    case_expect_stored(&c, &row->result, 1);
    case_release(&c);
}

static void products_that_are_rounded_once(void **state)
{
    static const struct worked rows[] = {
        /* halves to the even neighbour */
        {I8(1, 0), I8(2, 0), 1, 1, 0, TYPE_I32, 0},
        {I8(1, 0), I8(2, 0), 3, 1, 2, TYPE_I32, 0},
        {I8(1, 0), I8(2, 0), -1, 1, 0, TYPE_I32, 0},
        {U8(1, 0), U8(2, 7), 3, 1, 9, TYPE_I32, 0},
        {I16(1, 0), I16(2, 0), 1, 1, 0, TYPE_I64, 0},
        {I16(1, 0), I16(2, 0), -3, 1, -2, TYPE_I64, 0},
        {I16(1, 0), I16(2, 0), 5, 1, 2, TYPE_I32, 0},
        /* quarters at once */
        {I8(1, 0), I8(4, 0), 1, 1, 0, TYPE_I32, 0},
        {I8(1, 0), I8(4, 0), 1, 1, 1, TYPE_I32, 2},
        {I8(1, 0), I8(4, 0), -3, 1, -1, TYPE_I32, 0},
        /* sums beyond 32 bits, of 44 digits */
        {I16(0x1p-15f, 0), I16(0x1p15f, 0), 0, 1, 1024, TYPE_I64, INT64_C(1) << 40},
        {I16(1, 0), I16(0x1p30f, 0), 1, 1, 8193, TYPE_I64, INT64_C(16385) << 29},
        /* zero points at the ends, saturation, a ratio beyond the 15-bit mantissa's */
        {I8(1, -128), I8(2, 127), 127, 127, 127, TYPE_I32, 0},
        {U8(1, 255), U8(1, 0), 0, 3, 0, TYPE_I32, 0},
        {I16(1, 0), I16(1, 0), 32767, 127, 32767, TYPE_I64, 0},
        {I16(1, 0), I16(0.001f, 0), -1, 1, -1000, TYPE_I64, 0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        check_worked(ROUNDING_ONCE, &rows[i]);
}

static void hand_worked_products_are_exact(void **state)
{
    static const struct worked rows[] = {
        /* times 1/2, in 32 bits: one rounding, halves up */
        {I8(1, 0), I8(2, 0), 1, 1, 1, TYPE_I32, 0},
        {I8(1, 0), I8(2, 0), -1, 1, 0, TYPE_I32, 0},
        {I8(1, 0), I8(2, 0), 1, 1, -1, TYPE_I32, -4},
        /* times 1/4: two roundings, the second of them away from zero */
        {I8(1, 0), I8(4, 0), 1, 1, 1, TYPE_I32, 0},
        {I8(1, 0), I8(4, 0), 1, 1, 1, TYPE_I32, 2},
        {I8(1, 0), I8(4, 0), -2, 1, -1, TYPE_I32, 0},
        {I16(1, 0), I16(4, 0), 1, 1, 1, TYPE_I32, 0},
        {I16(1, 0), I16(4, 0), -2, 1, -1, TYPE_I32, 0},
        /* in 64 bits: one rounding, halves up */
        {I16(1, 0), I16(4, 0), 1, 1, 0, TYPE_I64, 0},
        {I16(1, 0), I16(4, 0), 2, 1, 1, TYPE_I64, 0},
        {I16(1, 0), I16(4, 0), -2, 1, 0, TYPE_I64, 0},
        /* sums beyond 32 bits: 2^40 * 2^-30 */
        {I16(0x1p-15f, 0), I16(0x1p15f, 0), 0, 1, 1024, TYPE_I64, INT64_C(1) << 40},
        /* zero points at the ends, saturation */
        {I8(1, -128), I8(2, 127), 127, 127, 127, TYPE_I32, 0},
        {I8(1, 127), I8(2, 127), -128, 1, 0, TYPE_I32, 0},
        {U8(1, 255), U8(1, 0), 0, 3, 0, TYPE_I32, 0},
        {I16(1, 0), I16(1, 0), 32767, 127, 32767, TYPE_I64, 0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        check_worked(ROUNDING_TWICE, &rows[i]);
}

/* Without a bias the file may say that it would have 32 bits: 1 / 4 is then rounded twice. */
static void an_absent_bias_has_the_stated_type(void **state)
{
    (void)state;
    for (int32_t k = 0; k < 2; k++) {
        union op_params params = {.dense = {.bias_type = k ? TYPE_I32 : TYPE_I64}};
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = ROUNDING_TWICE;
        case_input(&c, (struct kind)I16(1, 0), SHAPE(1, 1), 0.0);
        case_store(&c, 0, 0, 1);
        case_constant(&c, (struct kind)I8(1, 0), SHAPE(1, 1), 0.0);
        case_store(&c, 1, 0, 1);
        case_absent(&c);
        case_run(&c, OP_FULLY_CONNECTED, &params, (struct kind)I16(4, 0));
        case_expect_stored(&c, &k, 1);
        case_release(&c);
    }
}

/* Inputs that are quantized at run time: NaN counts as 0, infinity as the greatest float32, which
 * leaves nothing of the others; numbers too small for a scale stay small. */
static void inputs_at_run_time_may_be_anything(void **state)
{
    enum { DEPTH = 43 };
    static const float others[] = {NAN, INFINITY, -INFINITY, 1e-42f, -1e-45f};
    (void)state;
    for (size_t i = 0; i < 2 * ROWS(others); i++) {
        float special = others[i / 2], rest = fabsf(special) < 1e-30f ? special : 1.0f;
        union op_params params = {.dense = {.asymmetric_inputs = i % 2}};
        double expected = 0.0;
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(1, DEPTH), 0.0);
        case_constant(&c, (struct kind)I8(0.01f, 0), SHAPE(1, DEPTH), 0.0);
        for (size_t k = 0; k < DEPTH; k++) {
            bool is_special = k == 3 || k == DEPTH - 1;
            ((float *)c.elements[0])[k] = is_special ? special : rest;
            case_store(&c, 1, k, is_special ? 9 : 1);
            double value =
                is_special == (isinf(special) != 0) ? (double)(is_special ? special : rest) : 0.0;
            value = isinf(value) ? copysign((double)FLT_MAX, value) : value;
            expected += value * case_real(&c, 1, k);
        }
        case_run(&c, OP_FULLY_CONNECTED, &params, (struct kind)F32);
        for (int isa = ISA_REFERENCE; isa < ISA_COUNT; isa++)
            if (case_run_on(&c, (enum isa)isa))
                case_expect(&c, &expected, 1, (struct bound){.absolute = 1e-36, .relative = 1e-6});
        case_release(&c);
    }
}

static void wrong_nodes_are_refused(void **state)
{
    static const float scales[] = {1.0f, 2.0f};
    static const struct {
        struct kind in, weights, bias, out;
        int axis; /* of two scales of the weights; -1: they have one */
        int32_t activation;
        const char *text;
    } rows[] = {
        {I8(1, 0), I8(1, 3), {TYPE_I32, 0, 0}, I8(1, 0), -1, 0, "have zero point 3, expected 0"},
        {F32, I8(1, 3), F32, F32, -1, 0, "have zero point 3, expected 0"},
        {I8(1, 0), I8(1, 0), F32, I8(1, 0), -1, 0, "is float32 beside int8 weights and int8"},
        {F32, I8(1, 0), {TYPE_F16, 0, 0}, F32, -1, 0, "is float16 beside int8 weights and float32"},
        {I8(1, 0), I8(1, 0), {TYPE_I64, 0, 0}, I8(1, 0), -1, 0, "is int64 beside int8"},
        {I8(1, 0),
         I8(1, 0),
         {TYPE_I32, 0, 0},
         I8(1, 0),
         1,
         0,
         "2 scales along dimension 1, expected 2 along 0"},
        {U8(1, 0), U8(1, 0), {TYPE_I32, 0, 0}, U8(1, 0), 0, 0, "have 2 scales, expected 1"},
        {I16(1, 4), I8(1, 0), {TYPE_I64, 0, 0}, I16(1, 0), -1, 0, "zero point 4"},
        {I8(1, 0), I8(1, 0), {TYPE_I32, 0, 0}, I8(0, 0), -1, 0, "without a scale"},
        {I8(1, 0), I8(0, 0), {TYPE_I32, 0, 0}, I8(1, 0), -1, 0, "without a scale"},
        {I16(1, 0), I8(1, 0), {TYPE_I64, 0, 0}, I16(0.001f, 0), -1, 0, "too fine"},
        {F32, F32, F32, F32, -1, 4, "fused activation 4"},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        union op_params params = {.dense = {.activation = rows[i].activation}};
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = ROUNDING_TWICE;
        case_input(&c, rows[i].in, SHAPE(1, 2), 1.0);
        case_constant(&c, rows[i].weights, SHAPE(2, 2), 1.0);
        if (rows[i].axis >= 0)
            harness_per_axis(c.graph, c.tensors[1], rows[i].axis, scales);
        case_constant(&c, rows[i].bias, SHAPE(2), 1.0);
        case_refuses(&c, OP_FULLY_CONNECTED, &params, rows[i].out, rows[i].text);
        case_release(&c);
    }
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_CONV_2D, OP_DEPTHWISE_CONV_2D, OP_TRANSPOSE_CONV,
                                  OP_FULLY_CONNECTED, OP_BATCH_MATMUL};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_follow_their_definition),
        cmocka_unit_test(depthwise_convolutions_follow_their_definition),
        cmocka_unit_test(transpose_convolutions_follow_their_definition),
        cmocka_unit_test(dense_layers_follow_their_definition),
        cmocka_unit_test(matrix_products_follow_their_definition),
        cmocka_unit_test(plain_products_wrap),
        cmocka_unit_test(plain_products_follow_their_definition),
        cmocka_unit_test(hand_worked_products_are_exact),
        cmocka_unit_test(products_that_are_rounded_once),
        cmocka_unit_test(an_absent_bias_has_the_stated_type),
        cmocka_unit_test(inputs_at_run_time_may_be_anything),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 5;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
