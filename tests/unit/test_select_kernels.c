/* The reference kernels that rearrange, repeat and choose elements: each element of the output must
 * be, byte for byte, the element of the input that the operator's definition names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"
#include "origins.h"

/* Blocks of pixels and channels: of all channels of a block, the row comes first, then the column,
 * then the channel of the pixel (wanted.axis is the block's side). */

static size_t origin_deep(const int32_t *at, int output, int *input)
{
    int32_t side = wanted.axis, block = (at[1] % side) * side + at[2] % side;
    int32_t from[SHAPE_RANK_MAX] = {at[0], at[1] / side, at[2] / side,
                                    block * wanted.out.dim[3] + at[3]};
    (void)output, (void)input;
    return shape_flat(&wanted.in, from);
}

static size_t origin_wide(const int32_t *at, int output, int *input)
{
    int32_t side = wanted.axis, depth = wanted.in.dim[3], block = at[3] / depth;
    int32_t from[SHAPE_RANK_MAX] = {at[0], at[1] * side + block / side, at[2] * side + block % side,
                                    at[3] % depth};
    (void)output, (void)input;
    return shape_flat(&wanted.in, from);
}

static void blocks_case(struct kind kind)
{
    int32_t side = case_between(1, 4);
    bool is_deep = case_between(0, 1);
    struct shape wide = SHAPE(case_between(1, 2), side * case_between(1, 4),
                              side * case_between(1, 4), case_between(1, 5));
    struct shape deep =
        SHAPE(wide.dim[0], wide.dim[1] / side, wide.dim[2] / side, wide.dim[3] * side * side);
    wanted.axis = side;
    wanted.in = is_deep ? deep : wide;
    wanted.out = is_deep ? wide : deep;
    union op_params params = {.block = {side}};
    wanted_add(kind, wanted.in);
    wanted_finish(is_deep ? OP_DEPTH_TO_SPACE : OP_SPACE_TO_DEPTH, &params, kind,
                  is_deep ? origin_deep : origin_wide);
}

/* Repetition. */

static size_t origin_repeated(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX] = {0};
    (void)output, (void)input;
    for (int d = 0; d < wanted.in.rank; d++)
        from[d] = at[d + wanted.out.rank - wanted.in.rank] % wanted.in.dim[d];
    return shape_flat(&wanted.in, from);
}

static void tile_case(struct kind kind)
{
    int32_t times[SHAPE_RANK_MAX];
    wanted.in = wanted.out = wanted_shape(0, 4);
    for (int d = 0; d < wanted.in.rank; d++) {
        times[d] = case_between(0, 1) ? 1 : case_between(case_between(0, 9) == 0 ? 0 : 1, 3);
        wanted.out.dim[d] *= times[d];
    }
    wanted_add(kind, wanted.in);
    if (wanted.in.rank)
        case_ints(&wanted.c, times, wanted.in.rank);
    else
        case_constant(&wanted.c, (struct kind){.type = TYPE_I32}, SHAPE(0), 0.0);
    wanted_finish(OP_TILE, NULL, kind, origin_repeated);
}

static void broadcast_case(struct kind kind)
{
    wanted.out = wanted_shape(1, 5);
    wanted.in.rank = case_between(0, wanted.out.rank);
    for (int d = 0; d < wanted.in.rank; d++) {
        int32_t size = wanted.out.dim[d + wanted.out.rank - wanted.in.rank];
        wanted.in.dim[d] = case_between(0, 1) ? size : 1;
    }
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, wanted.out.dim, wanted.out.rank);
    wanted_finish(OP_BROADCAST_TO, NULL, kind, origin_repeated);
}

static size_t origin_selected(const int32_t *at, int output, int *input)
{
    const uint8_t *condition = wanted.c.elements[0];
    (void)output;
    *input = condition[shape_broadcast_flat(case_shape(&wanted.c, 0), &wanted.out, at)] ? 1 : 2;
    return shape_broadcast_flat(case_shape(&wanted.c, *input), &wanted.out, at);
}

/* A shape that broadcasts to the output's. */
static struct shape operand_shape(void)
{
    struct shape shape = {.rank = wanted.out.rank};
    int32_t left_out = case_between(0, 3) == 0 ? case_between(0, wanted.out.rank) : 0;
    for (int d = 0; d < shape.rank; d++)
        shape.dim[d] = case_between(0, 2) ? wanted.out.dim[d] : 1;
    shape.rank -= left_out;
    memmove(shape.dim, shape.dim + left_out, (size_t)shape.rank * sizeof(shape.dim[0]));
    return shape;
}

static void select_case(struct kind kind)
{
    struct shape shapes[3];
    wanted.out = wanted_shape(0, 5);
    for (int i = 0; i < 3; i++)
        shapes[i] = operand_shape();
    shapes[case_between(0, 2)] = wanted.out;
    case_input(&wanted.c, (struct kind){.type = TYPE_BOOL}, shapes[0], 0.0);
    wanted_add(kind, shapes[1]);
    wanted_add(kind, shapes[2]);
    wanted_finish(OP_SELECT_V2, NULL, kind, origin_selected);
}

/* SELECT with one condition for each index of the first dimension, or for all. */
static size_t origin_of_row(const int32_t *at, int output, int *input)
{
    const uint8_t *condition = wanted.c.elements[0];
    (void)output;
    *input = condition[case_shape(&wanted.c, 0)->rank > 0 ? at[0] : 0] ? 1 : 2;
    return shape_flat(&wanted.out, at);
}

static void row_case(struct kind kind)
{
    wanted.out = wanted_shape(1, 5);
    struct shape scalar = {.rank = 0}, rows = SHAPE(wanted.out.dim[0]);
    case_input(&wanted.c, (struct kind){.type = TYPE_BOOL}, case_between(0, 2) ? rows : scalar, 0);
    wanted_add(kind, wanted.out);
    wanted_add(kind, wanted.out);
    wanted_finish(OP_SELECT, NULL, kind, origin_of_row);
}

static mover *const movers[] = {blocks_case, tile_case, broadcast_case, select_case, row_case};

static void elements_keep_their_bytes(void **state)
{
    (void)state;
    movers_keep_bytes(movers, ROWS(movers), 24);
}

static void another_quantization_is_refused(void **state)
{
    (void)state;
    movers_refuse(movers, ROWS(movers));
}

/* The block's rows are the slow part of the channels: 2x2 pixels of one channel from one of
 * four. */
static void channels_become_rows_then_columns(void **state)
{
    static const uint8_t deep[] = {1, 2, 3, 4, 5, 6, 7, 8}, wide[] = {1, 2, 5, 6, 3, 4, 7, 8};
    const union op_params params = {.block = {2}};
    const struct kind kind = U8(1, 0);
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct kernel_case c;
        case_init(&c);
        case_input(&c, kind, k ? SHAPE(1, 2, 4, 1) : SHAPE(1, 1, 2, 4), 0.0);
        memcpy(c.elements[0], k ? wide : deep, 8);
        case_run(&c, k ? OP_SPACE_TO_DEPTH : OP_DEPTH_TO_SPACE, &params, kind);
        harness_equal(TYPE_U8, c.result, k ? deep : wide, 8);
        case_release(&c);
    }
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_SELECT_V2, {U8(0, 0), F32, F32}, F32, {{0}}, "is uint8, expected bool"},
        {OP_SELECT_V2, {BOOLEAN, F32, I8(1, 0)}, F32, {{0}}, "expected one type"},
        {OP_SELECT_V2, {BOOLEAN, I8(1, 0), I8(2, 0)}, I8(1, 0), {{0}}, "differ in scale"},
        {OP_SELECT_V2, {BOOLEAN, I8(2, 0), I8(1, 0)}, I8(1, 0), {{0}}, "differ in scale"},
        {OP_DEPTH_TO_SPACE, {I8(1, 0)}, U8(1, 0), {.block = {2}}, "expected one type"},
    };
    (void)state;
    cases_refused(rows, ROWS(rows));
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_DEPTH_TO_SPACE, OP_SPACE_TO_DEPTH, OP_TILE,
                                  OP_BROADCAST_TO,   OP_SELECT_V2,      OP_SELECT};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_keep_their_bytes),
        cmocka_unit_test(another_quantization_is_refused),
        cmocka_unit_test(channels_become_rows_then_columns),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 13;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
