/* The reference kernels that move elements: each element of the output must be, byte for byte, the
 * element of the input that the operator's definition names. Resizing, which computes, is last. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"
#include "origins.h"
#include "real_functions.h"
#include "slice_cases.h"

static void reshape_case(struct kind kind)
{
    static const struct {
        struct shape in, out;
    } pairs[] = {{SHAPE(6, 4), SHAPE(2, 3, 4)},
                 {SHAPE(50, 60), SHAPE(3000)},
                 {SHAPE(2, 3, 1, 1, 5), SHAPE(1, 30)},
                 {SHAPE(1), {.rank = 0}},
                 {SHAPE(3, 0), SHAPE(0, 7)}};
    size_t pair = (size_t)case_between(0, ROWS(pairs) - 1);
    union op_params params = {.vector = {.present = 1, .count = pairs[pair].out.rank}};
    memcpy(params.vector.values, pairs[pair].out.dim, sizeof(params.vector.values));
    wanted.out = pairs[pair].out;
    wanted_add(kind, pairs[pair].in);
    if (wanted.out.rank > 0 && case_between(0, 1)) {
        /* One size is left to the operator, and the parameters' list is not looked at. */
        int32_t sizes[SHAPE_RANK_MAX];
        memcpy(sizes, wanted.out.dim, sizeof(sizes));
        sizes[0] = sizes[0] > 0 ? -1 : 0;
        case_ints(&wanted.c, sizes, wanted.out.rank);
        params.vector.values[0] = 99;
    }
    wanted_finish(OP_RESHAPE, &params, kind, origin_same);
}

static void squeeze_case(struct kind kind)
{
    bool lists = case_between(0, 1);
    union op_params params = {.vector = {.present = 1, .count = lists ? 2 : 0, .values = {1, -1}}};
    wanted.out = lists ? SHAPE(1, 5, 1, 7) : SHAPE(5, 7);
    wanted_add(kind, SHAPE(1, 1, 5, 1, 7, 1));
    wanted_finish(OP_SQUEEZE, &params, kind, origin_same);
}

static void expand_dims_case(struct kind kind)
{
    struct shape in = wanted_shape(0, 4);
    int axis = case_between(0, in.rank);
    int32_t stated = case_between(0, 1) ? axis : axis - in.rank - 1;
    wanted.out = in;
    wanted.out.rank++;
    for (int d = in.rank; d > axis; d--)
        wanted.out.dim[d] = in.dim[d - 1];
    wanted.out.dim[axis] = 1;
    wanted_add(kind, in);
    case_ints(&wanted.c, &stated, 0);
    wanted_finish(OP_EXPAND_DIMS, NULL, kind, origin_same);
}

static void transpose_case(struct kind kind)
{
    size_t order[SHAPE_RANK_MAX];
    wanted.in = wanted_shape(1, 5);
    wanted.out.rank = wanted.in.rank;
    random_order(&case_random, order, (size_t)wanted.in.rank);
    for (int d = 0; d < wanted.in.rank; d++) {
        wanted.order[d] = (int32_t)order[d];
        wanted.out.dim[d] = wanted.in.dim[order[d]];
    }
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, wanted.order, wanted.in.rank);
    wanted_finish(OP_TRANSPOSE, NULL, kind, origin_transposed);
}

/* Adds the input and its paddings: of a mirror no more than there is to see, else up to 3. */
static void add_padded(struct kind kind, bool is_mirror)
{
    int32_t pads[2 * SHAPE_RANK_MAX];
    wanted.in = wanted.out = wanted_shape(1, 4);
    for (int d = 0; d < wanted.in.rank; d++) {
        int limit = is_mirror ? wanted.in.dim[d] - !wanted.is_symmetric : 3;
        for (int side = 0; side < 2; side++) {
            pads[2 * d + side] = case_between(0, 2) ? case_between(0, limit < 9 ? limit : 9) : 0;
            wanted.out.dim[d] += pads[2 * d + side];
        }
        wanted.before[d] = pads[2 * d];
    }
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, pads, 2 * wanted.in.rank);
}

static void pad_case(struct kind kind)
{
    add_padded(kind, false);
    wanted_finish(OP_PAD, NULL, kind, origin_padded);
}

static void padv2_case(struct kind kind)
{
    add_padded(kind, false);
    wanted_add(kind, case_between(0, 1) ? SHAPE(1) : (struct shape){.rank = 0});
    wanted_finish(OP_PADV2, NULL, kind, origin_padded);
}

static void mirror_pad_case(struct kind kind)
{
    union op_params params = {.mirror = {case_between(0, 1)}};
    wanted.is_symmetric = params.mirror.mode == MIRROR_SYMMETRIC;
    add_padded(kind, true);
    wanted_finish(OP_MIRROR_PAD, &params, kind, origin_mirrored);
}

static void concatenation_case(struct kind kind)
{
    struct shape part = wanted_shape(1, 5);
    wanted.axis = case_between(0, part.rank - 1);
    union op_params params = {
        .axis = {.axis = case_between(0, 1) ? wanted.axis : wanted.axis - part.rank}};
    wanted.out = part;
    wanted.out.dim[wanted.axis] = 0;
    for (int i = case_between(1, 5); i > 0; i--) {
        part.dim[wanted.axis] = case_between(0, 4);
        wanted.out.dim[wanted.axis] += part.dim[wanted.axis];
        wanted_add(kind, part);
    }
    wanted_finish(OP_CONCATENATION, &params, kind, origin_joined);
}

static void pack_case(struct kind kind)
{
    wanted.in = wanted_shape(0, 4);
    wanted.axis = case_between(0, wanted.in.rank);
    union op_params params = {.pack = {.count = case_between(1, 5)}};
    params.pack.axis = case_between(0, 1) ? wanted.axis : wanted.axis - wanted.in.rank - 1;
    wanted.out.rank = wanted.in.rank + 1;
    for (int d = 0, n = 0; d < wanted.out.rank; d++)
        wanted.out.dim[d] = d == wanted.axis ? params.pack.count : wanted.in.dim[n++];
    for (int i = 0; i < params.pack.count; i++)
        wanted_add(kind, wanted.in);
    wanted_finish(OP_PACK, &params, kind, origin_packed);
}

/* Several outputs: all of one shape but along the axis. */

/* As wanted_finish. sizes: what each output has along the axis; NULL: they have no such
 * dimension. */
static void finish_parts(enum op op, const union op_params *params, struct kind kind, int parts,
                         const int32_t *sizes)
{
    case_node(&wanted.c, op, params, kind, parts);
    for (int i = 0; i < parts; i++) {
        wanted.out = wanted.in;
        if (sizes)
            wanted.out.dim[wanted.axis] = sizes[i];
        for (int d = wanted.axis; !sizes && d + 1 < wanted.in.rank; d++)
            wanted.out.dim[d] = wanted.in.dim[d + 1];
        wanted.out.rank -= !sizes;
        wanted.first[i] = i > 0 && sizes ? wanted.first[i - 1] + sizes[i - 1] : 0;
        origin_check(kind, i, case_run_output(&wanted.c, i), sizes ? origin_cut : origin_unpacked);
    }
    case_release(&wanted.c);
}

static void split_case(struct kind kind)
{
    int32_t sizes[CASE_INPUTS], parts = case_between(1, 5), size = case_between(0, 3);
    wanted.in = wanted_shape(1, 5);
    wanted.axis = case_between(0, wanted.in.rank - 1);
    for (int i = 0; i < parts; i++)
        sizes[i] = size;
    wanted.in.dim[wanted.axis] = parts * size;
    case_ints(&wanted.c, (const int32_t[]){wanted.axis - wanted.in.rank}, 0);
    wanted_add(kind, wanted.in);
    finish_parts(OP_SPLIT, NULL, kind, parts, sizes);
}

static void split_v_case(struct kind kind)
{
    int32_t sizes[CASE_INPUTS], stated[CASE_INPUTS], parts = case_between(1, 5);
    wanted.in = wanted_shape(1, 5);
    wanted.axis = case_between(0, wanted.in.rank - 1);
    wanted.in.dim[wanted.axis] = 0;
    for (int i = 0; i < parts; i++) {
        stated[i] = sizes[i] = case_between(0, 4);
        wanted.in.dim[wanted.axis] += sizes[i];
    }
    stated[case_between(0, parts - 1)] = -1;
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, stated, parts);
    case_ints(&wanted.c, &wanted.axis, 0);
    finish_parts(OP_SPLIT_V, NULL, kind, parts, sizes);
}

static void unpack_case(struct kind kind)
{
    wanted.in = wanted_shape(1, 5);
    wanted.axis = case_between(0, wanted.in.rank - 1);
    union op_params params = {.pack = {case_between(1, 5), wanted.axis}};
    wanted.in.dim[wanted.axis] = params.pack.count;
    wanted_add(kind, wanted.in);
    finish_parts(OP_UNPACK, &params, kind, params.pack.count, NULL);
}

static void gather_case(struct kind kind)
{
    enum type type = case_between(0, 1) ? TYPE_I32 : TYPE_I64;
    struct shape indices = {0}, *out = &wanted.out;
    wanted.in = wanted_shape(1, 4);
    wanted.axis = case_between(0, wanted.in.rank - 1);
    wanted.batch = case_between(0, wanted.axis < 2 ? wanted.axis : 2);
    for (int d = 0; d < wanted.batch; d++)
        indices.dim[indices.rank++] = wanted.in.dim[d];
    for (int d = case_between(0, 2); d > 0; d--)
        indices.dim[indices.rank++] = case_between(1, 4);
    union op_params params = {.gather = {wanted.axis - wanted.in.rank, wanted.batch}};
    for (int d = 0; d < wanted.axis; d++)
        out->dim[out->rank++] = wanted.in.dim[d];
    for (int d = wanted.batch; d < indices.rank; d++)
        out->dim[out->rank++] = indices.dim[d];
    for (int d = wanted.axis + 1; d < wanted.in.rank; d++)
        out->dim[out->rank++] = wanted.in.dim[d];
    wanted_add(kind, wanted.in);
    int32_t size = wanted.in.dim[wanted.axis];
    int number = case_input(&wanted.c, (struct kind){.type = type}, indices, 2.0 * size + 3.0);
    /* From one before the first that is counted from the end to one behind the last. */
    for (size_t i = 0; i < shape_elements(&indices); i++)
        if (type == TYPE_I32)
            ((int32_t *)wanted.c.elements[number])[i] -= size + 1;
        else
            ((int64_t *)wanted.c.elements[number])[i] -= size + 1;
    wanted_finish(OP_GATHER, &params, kind, origin_gathered);
}

static void nearest_case(struct kind kind)
{
    wanted.mode = case_between(0, 2);
    wanted.nearest = case_between(NEAREST_BY_CENTERS, NEAREST_CEIL);
    union op_params params = {.resize = {wanted.mode == 1, wanted.mode == 2, wanted.nearest}};
    wanted.in =
        SHAPE(case_between(1, 2), case_between(1, 9), case_between(1, 9), case_between(1, 6));
    wanted.out =
        SHAPE(wanted.in.dim[0], case_between(1, 15), case_between(1, 15), wanted.in.dim[3]);
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, &wanted.out.dim[1], 2);
    wanted_finish(OP_RESIZE_NEAREST_NEIGHBOR, &params, kind, origin_nearest);
}

static mover *const movers[] = {
    reshape_case, squeeze_case, expand_dims_case,   transpose_case,
    pad_case,     padv2_case,   mirror_pad_case,    concatenation_case,
    pack_case,    slice_case,   strided_slice_case, gather_case,
    nearest_case, split_case,   split_v_case,       unpack_case,
};
/* The first ones are views, which may take bytes for numbers of another scale; the last ones have
 * several outputs. */
#define VIEWS  3
#define SINGLE (ROWS(movers) - 3)

static void elements_keep_their_bytes(void **state)
{
    (void)state;
    movers_keep_bytes(movers, ROWS(movers), 12);
}

static void another_quantization_is_refused(void **state)
{
    (void)state;
    movers_refuse(movers + VIEWS, SINGLE - VIEWS);
}

/* Only float32 parts take an activation, which is applied to what is joined. */
static void joined_parts_are_activated(void **state)
{
    (void)state;
    for (int32_t activation = 0; activation < 4; activation++) {
        union op_params params = {.axis = {.axis = 0, .activation = activation}};
        double expected[3000];
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(1000), 9.0);
        case_input(&c, (struct kind)F32, SHAPE(2000), 9.0);
        for (size_t i = 0; i < 3000; i++)
            expected[i] = real_activated(
                activation, case_real(&c, i >= 1000, i % 1000 + (i >= 2000 ? 1000 : 0)));
        case_run(&c, OP_CONCATENATION, &params, (struct kind)F32);
        case_expect(&c, expected, 3000, (struct bound){0});
        case_release(&c);
    }
}

/* uint8 parts with scales of their own are brought to the output's. */
static void joined_bytes_are_rescaled(void **state)
{
    (void)state;
    for (int k = 0; k < 20; k++) {
        struct kind out = case_kind(TYPE_U8, case_uniform(-6.0, 0.0), case_uniform(0.5, 6.0));
        union op_params params = {.axis = {.axis = -1}};
        double expected[6 * 50];
        struct kernel_case c;
        case_init(&c);
        case_input(&c, case_kind(TYPE_U8, case_uniform(-8.0, 0.0), case_uniform(0.5, 8.0)),
                   SHAPE(6, 20), 0.0);
        case_input(&c, out, SHAPE(6, 30), 0.0);
        for (size_t i = 0; i < ROWS(expected); i++) {
            size_t row = i / 50, column = i % 50;
            expected[i] = column < 20 ? case_real(&c, 0, row * 20 + column)
                                      : case_real(&c, 1, row * 30 + column - 20);
        }
        case_run(&c, OP_CONCATENATION, &params, out);
        case_expect(&c, expected, ROWS(expected), (struct bound){.steps = 0.501});
        case_release(&c);
    }
}

static void shapes_are_told(void **state)
{
    static const int32_t narrow[] = {2, 0, 7};
    static const int64_t wide[] = {2, 0, 7};
    (void)state;
    for (size_t i = 0; i < MOVED_KINDS; i++) {
        struct kernel_case c;
        case_init(&c);
        case_bytes(&c, moved_kinds[i], SHAPE(2, 0, 7));
        case_run(&c, OP_SHAPE, NULL, (struct kind){.type = i % 2 ? TYPE_I32 : TYPE_I64});
        harness_equal(c.out->type, c.result, i % 2 ? (const void *)narrow : wide, 3);
        case_release(&c);
    }
}

/* Bilinear resizing. */

/* Where position i of the output is in the input; integers take the scale in 1/1024. */
static double place(const struct resize_params *params, bool is_integer, int32_t in, int32_t out,
                    int32_t i)
{
    bool aligned = params->align_corners && out > 1;
    int32_t over = aligned ? in - 1 : in, under = aligned ? out - 1 : out;
    double scale = (double)over / under,
           place = params->half_pixel_centers ? (i + 0.5) * scale - 0.5 : i * scale;
    if (is_integer) {
        int32_t q10 = (1024 * over + under / 2) / under;
        place = (i * q10 + (params->half_pixel_centers ? q10 / 2 - 512 : 0)) / 1024.0;
    }
    return fmin(fmax(place, 0.0), in - 1);
}

static double interpolated(const struct kernel_case *c, const int32_t *at, double y, double x)
{
    double sum = 0.0;
    for (int corner = 0; corner < 4; corner++) {
        int32_t from[SHAPE_RANK_MAX] = {at[0], (int32_t)y + corner / 2, (int32_t)x + corner % 2,
                                        at[3]};
        double weight = (1.0 - fabs(y - from[1])) * (1.0 - fabs(x - from[2]));
        if (weight > 0.0)
            sum += weight * case_real(c, 0, shape_flat(case_shape(c, 0), from));
    }
    return sum;
}

static void bilinear_case(enum type type)
{
    int mode = case_between(0, 2);
    union op_params params = {.resize = {mode == 1, mode == 2, 0}};
    struct kind kind = case_kind(type, -3.0, 5.0);
    struct shape in =
        SHAPE(case_between(1, 2), case_between(1, 9), case_between(1, 9), case_between(1, 6));
    struct shape out = SHAPE(in.dim[0], case_between(1, 15), case_between(1, 15), in.dim[3]);
    size_t count = shape_elements(&out);
    double *expected = calloc(count, sizeof(*expected));
    struct kernel_case c;
    case_init(&c);
    case_input(&c, kind, in, 4.0);
    case_ints(&c, &out.dim[1], 2);
    for (size_t i = 0; i < count; i++) {
        int32_t at[SHAPE_RANK_MAX];
        shape_index(&out, i, at);
        bool is_integer = type != TYPE_F32;
        double y = place(&params.resize, is_integer, in.dim[1], out.dim[1], at[1]);
        double x = place(&params.resize, is_integer, in.dim[2], out.dim[2], at[2]);
        expected[i] = interpolated(&c, at, y, x);
    }
    case_run(&c, OP_RESIZE_BILINEAR, &params, kind);
    /* float32: positions up to 9 are off by 2^-20, between neighbours up to 8 apart. */
    case_expect(&c, expected, count,
                (struct bound){.absolute = 2.0 * 8.0 * 0x1p-20, .steps = 0.501});
    case_release(&c);
    free(expected);
}

static void bilinear_resizing_follows_its_definition(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (size_t i = 0; i < 60 * ROWS(types); i++)
        bilinear_case(types[i % ROWS(types)]);
}

/* A half goes away from the stored 0. */
static void bilinear_rounds_halves_away_from_zero(void **state)
{
    static const int32_t in[] = {1, 2, -4, -3}, out[] = {1, 2, 2, -1, -4, -4, -3, -3};
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_input(&c, (struct kind)I8(0.5f, 50), SHAPE(1, 1, 4, 1), 0.0);
    for (size_t i = 0; i < ROWS(in); i++)
        case_store(&c, 0, i, in[i]);
    case_ints(&c, (const int32_t[]){1, 8}, 2);
    case_run(&c, OP_RESIZE_BILINEAR, NULL, (struct kind)I8(0.5f, 50));
    case_expect_stored(&c, out, ROWS(out));
    case_release(&c);
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_CONCATENATION,
         {I8(1, 0)},
         I8(1, 0),
         {.axis = {.activation = 1}},
         "a concatenation of int8 with an activation"},
        {OP_CONCATENATION, {F32}, F32, {.axis = {.activation = 4}}, "fused activation 4"},
        {OP_CONCATENATION, {U8(0, 0)}, U8(1, 0), {{0}}, "do not have one scale each"},
        {OP_SPLIT, {{TYPE_I32, 0, 0}, I8(1, 0)}, I8(2, 0), {{0}}, "differ in scale or zero point"},
        {OP_UNPACK, {I8(1, 0)}, I8(2, 0), {{0}}, "differ in scale or zero point"},
        {OP_RESHAPE, {I8(1, 0)}, U8(1, 0), {.vector = {1, 1, {4}}}, "expected one type"},
    };
    struct kernel_case c;
    (void)state;
    cases_refused(rows, ROWS(rows));
    case_init(&c);
    case_input(&c, (struct kind)I8(1, 0), SHAPE(1, 2, 2, 1), 0.0);
    case_ints(&c, (const int32_t[]){4, 4}, 2);
    case_refuses(&c, OP_RESIZE_BILINEAR, NULL, (struct kind)I8(2, 0),
                 "differ in scale or zero point");
    case_release(&c);
    case_init(&c);
    case_input(&c, (struct kind)F32, SHAPE(1, 2, 2, 1), 0.0);
    case_ints(&c, (const int32_t[]){4, 4}, 2);
    case_refuses(&c, OP_RESIZE_NEAREST_NEIGHBOR, &(union op_params){.resize = {0, 0, 5}},
                 (struct kind)F32, "way 5 of choosing");
    case_release(&c);
    case_init(&c);
    case_input(&c, (struct kind)I8(1, 0), SHAPE(2), 0.0);
    case_ints(&c, (const int32_t[]){1, 1}, 2);
    case_input(&c, (struct kind)I8(1, 1), SHAPE(1), 0.0);
    case_refuses(&c, OP_PADV2, NULL, (struct kind)I8(1, 0), "differ in scale or zero point");
    case_release(&c);
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {
        OP_RESHAPE,
        OP_SQUEEZE,
        OP_EXPAND_DIMS,
        OP_TRANSPOSE,
        OP_PAD,
        OP_PADV2,
        OP_MIRROR_PAD,
        OP_CONCATENATION,
        OP_PACK,
        OP_UNPACK,
        OP_SPLIT,
        OP_SPLIT_V,
        OP_SLICE,
        OP_STRIDED_SLICE,
        OP_GATHER,
        OP_RESIZE_BILINEAR,
        OP_RESIZE_NEAREST_NEIGHBOR,
        OP_SHAPE,
    };
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_keep_their_bytes),
        cmocka_unit_test(another_quantization_is_refused),
        cmocka_unit_test(joined_parts_are_activated),
        cmocka_unit_test(joined_bytes_are_rescaled),
        cmocka_unit_test(shapes_are_told),
        cmocka_unit_test(bilinear_resizing_follows_its_definition),
        cmocka_unit_test(bilinear_rounds_halves_away_from_zero),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 3;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
