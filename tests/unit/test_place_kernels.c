/* The reference kernels that find elements by numbers, or numbers of elements, and those that fill,
 * turn around and deal out to batches. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/call.h"
#include "kernel_cases.h"
#include "kernels/fault.h"
#include "origins.h"

static const struct kind whole = PLAIN(TYPE_I32), wide = PLAIN(TYPE_I64);

/* Moves. */

static size_t origin_of_value(const int32_t *at, int output, int *input)
{
    (void)at, (void)output;
    *input = 1;
    return 0;
}

static void fill_case(struct kind kind)
{
    wanted.out = wanted_shape(1, 4);
    case_ints(&wanted.c, wanted.out.dim, wanted.out.rank);
    wanted_add(kind, case_between(0, 1) ? SHAPE(1) : (struct shape){0});
    wanted_finish(OP_FILL, NULL, kind, origin_of_value);
}

static size_t origin_reversed(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output, (void)input;
    for (int d = 0; d < wanted.in.rank; d++)
        from[d] = wanted.stride[d] < 0 ? wanted.in.dim[d] - 1 - at[d] : at[d];
    return shape_flat(&wanted.in, from);
}

static void reverse_case(struct kind kind)
{
    int32_t axes[SHAPE_RANK_MAX];
    int count = 0;
    wanted.in = wanted.out = wanted_shape(1, 4);
    for (int d = 0; d < wanted.in.rank; d++) {
        wanted.stride[d] = case_between(0, 1) || d == 0 ? -1 : 1;
        if (wanted.stride[d] < 0)
            axes[count++] = case_between(0, 1) ? d : d - wanted.in.rank;
    }
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, axes, count);
    wanted_finish(OP_REVERSE_V2, NULL, kind, origin_reversed);
}

/* wanted.order holds the sides of blocks along the dimensions behind the first, wanted.axis how
 * many there are; wanted.before what the image begins with. */
static size_t origin_in_image(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX] = {0}, block = at[0] / wanted.in.dim[0];
    (void)output, (void)input;
    for (int d = wanted.in.rank - 1; d > 0; d--) {
        from[d] = at[d];
        if (d > wanted.axis)
            continue;
        from[d] = at[d] * wanted.order[d] + block % wanted.order[d] - wanted.before[d];
        block /= wanted.order[d];
        if (from[d] < 0 || from[d] >= wanted.in.dim[d])
            return ORIGIN_PADDING;
    }
    from[0] = at[0] % wanted.in.dim[0];
    return shape_flat(&wanted.in, from);
}

static size_t origin_in_batches(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX] = {0}, block = 0;
    (void)output, (void)input;
    for (int d = 1; d < wanted.out.rank; d++) {
        int32_t place = at[d] + wanted.before[d];
        from[d] = d <= wanted.axis ? place / wanted.order[d] : at[d];
        block = d <= wanted.axis ? block * wanted.order[d] + place % wanted.order[d] : block;
    }
    from[0] = block * wanted.out.dim[0] + at[0];
    return shape_flat(&wanted.in, from);
}

static void blocks_case(struct kind kind)
{
    int32_t ends[2 * SHAPE_RANK_MAX], count = case_between(1, 2);
    struct shape image = {.rank = case_between(count + 1, 4)}, batches;
    bool to_batch = case_between(0, 1);
    for (int d = 0; d < image.rank; d++)
        image.dim[d] = case_between(1, d == image.rank - 1 ? 40 : 6);
    batches = image;
    wanted.axis = count;
    for (int d = 1; d <= count; d++) {
        int32_t side = case_between(1, 3), before = case_between(0, 2), after = case_between(0, 2);
        after += side - 1 - (image.dim[d] + before + after + side - 1) % side;
        wanted.order[d] = side;
        wanted.before[d] = ends[2 * d - 2] = before;
        ends[2 * d - 1] = after;
        batches.dim[d] = (image.dim[d] + before + after) / side;
        batches.dim[0] *= side;
    }
    wanted.in = to_batch ? image : batches;
    wanted.out = to_batch ? batches : image;
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, &wanted.order[1], count);
    case_ints(&wanted.c, ends, 2 * count);
    wanted_finish(to_batch ? OP_SPACE_TO_BATCH_ND : OP_BATCH_TO_SPACE_ND, NULL, kind,
                  to_batch ? origin_in_image : origin_in_batches);
}

static int64_t number_of(int input, size_t i)
{
    return (int64_t)case_real(&wanted.c, input, i);
}

static size_t origin_of_place(const int32_t *at, int output, int *input)
{
    const struct shape *lists = case_shape(&wanted.c, 1);
    int length = lists->dim[lists->rank - 1];
    int32_t from[SHAPE_RANK_MAX];
    size_t list = 0;
    (void)output, (void)input;
    for (int d = 0; d < lists->rank - 1; d++)
        list = list * (size_t)lists->dim[d] + (size_t)at[d];
    for (int d = 0; d < length; d++) {
        int32_t number = (int32_t)number_of(1, list * (size_t)length + (size_t)d);
        from[d] = number < 0 ? number + wanted.in.dim[d] : number;
    }
    for (int d = length; d < wanted.in.rank; d++)
        from[d] = at[lists->rank - 1 + d - length];
    return shape_flat(&wanted.in, from);
}

static void gather_nd_case(struct kind kind)
{
    struct shape lists = {.rank = case_between(1, 3)};
    int length = case_between(1, 3);
    wanted.in = wanted_shape(length, 3);
    for (int d = 0; d < lists.rank - 1; d++)
        wanted.out.dim[wanted.out.rank++] = lists.dim[d] = case_between(1, 5);
    lists.dim[lists.rank - 1] = length;
    for (int d = length; d < wanted.in.rank; d++)
        wanted.out.dim[wanted.out.rank++] = wanted.in.dim[d];
    wanted_add(kind, wanted.in);
    case_input(&wanted.c, case_between(0, 1) ? whole : wide, lists, 1.0);
    for (size_t i = 0; i < case_count(&wanted.c, 1); i++) {
        int32_t size = wanted.in.dim[i % (size_t)length];
        case_store(&wanted.c, 1, i, case_between(-size, size - 1));
    }
    wanted_finish(OP_GATHER_ND, NULL, kind, origin_of_place);
}

static size_t origin_of_id(const int32_t *at, int output, int *input)
{
    const struct shape *table = case_shape(&wanted.c, 1);
    int32_t from[SHAPE_RANK_MAX];
    (void)output;
    *input = 1;
    memcpy(from, at, sizeof(from));
    from[0] = (int32_t)number_of(0, (size_t)at[0]);
    return shape_flat(table, from);
}

static void embedding_case(struct kind kind)
{
    struct shape table = wanted_shape(1, 3);
    wanted.out = table;
    wanted.out.dim[0] = case_between(1, 9);
    case_input(&wanted.c, whole, SHAPE(wanted.out.dim[0]), 1.0);
    wanted_add(kind, table);
    for (size_t i = 0; i < case_count(&wanted.c, 0); i++)
        case_store(&wanted.c, 0, i, case_between(0, table.dim[0] - 1));
    wanted_finish(OP_EMBEDDING_LOOKUP, NULL, kind, origin_of_id);
}

static size_t origin_updated(const int32_t *at, int output, int *input)
{
    const struct shape *update = case_shape(&wanted.c, 1);
    int32_t from[SHAPE_RANK_MAX];
    bool is_update = true;
    (void)output;
    for (int d = 0; d < update->rank; d++) {
        int64_t begin = number_of(2, (size_t)d), most = wanted.in.dim[d] - update->dim[d];
        from[d] = at[d] - (int32_t)(begin < 0 ? 0 : begin > most ? most : begin);
        is_update = is_update && from[d] >= 0 && from[d] < update->dim[d];
    }
    *input = is_update;
    return is_update ? shape_flat(update, from) : shape_flat(&wanted.in, at);
}

static void update_case(struct kind kind)
{
    wanted.in = wanted.out = wanted_shape(1, 4);
    struct shape update = wanted.in;
    for (int d = 0; d < update.rank; d++)
        update.dim[d] = case_between(1, wanted.in.dim[d]);
    wanted_add(kind, wanted.in);
    wanted_add(kind, update);
    case_input(&wanted.c, case_between(0, 1) ? whole : wide, SHAPE(update.rank), 1.0);
    for (int d = 0; d < update.rank; d++)
        case_store(&wanted.c, 2, (size_t)d, case_between(-2, wanted.in.dim[d] + 2));
    wanted_finish(OP_DYNAMIC_UPDATE_SLICE, NULL, kind, origin_updated);
}

static mover *const movers[] = {fill_case,      reverse_case,   blocks_case,
                                gather_nd_case, embedding_case, update_case};

static void elements_keep_their_bytes(void **state)
{
    (void)state;
    movers_keep_bytes(movers, ROWS(movers), 40);
}

static void another_quantization_is_refused(void **state)
{
    (void)state;
    movers_refuse(movers, ROWS(movers));
}

/* Places that nobody has checked. */
static void places_beyond_the_tensor_are_harmless(void **state)
{
    static const int32_t places[] = {7, -9, INT32_MAX, INT32_MIN};
    static const float table[] = {1.0f, 2.0f, 3.0f}, gathered[4] = {0};
    static const float zeros[3] = {0};
    const struct kind real = F32;
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_input(&c, real, SHAPE(3), 0.0);
    memcpy(c.elements[0], table, sizeof(table));
    case_input(&c, whole, SHAPE(4, 1), 0.0);
    memcpy(c.elements[1], places, sizeof(places));
    case_run(&c, OP_GATHER_ND, NULL, real);
    harness_equal(TYPE_F32, c.result, gathered, 4);
    case_release(&c);
    case_init(&c);
    case_input(&c, whole, SHAPE(4, 1), 0.0);
    memcpy(c.elements[0], places, sizeof(places));
    case_input(&c, real, SHAPE(4), 5.0);
    case_ints(&c, (const int32_t[]){3}, 1);
    case_run(&c, OP_SCATTER_ND, NULL, real);
    harness_equal(TYPE_F32, c.result, zeros, 3);
    case_release(&c);
}

/* Sums and choices. */

static void scatter_case(struct kind kind)
{
    struct shape out = SHAPE(case_between(1, 4), case_between(1, 4), case_between(1, 3));
    int length = case_between(1, 3), count = case_between(1, 9);
    size_t slice = shape_span(&out, length, 3);
    struct shape updates = {.rank = 1 + 3 - length, .dim = {count}};
    double expected[48] = {0};
    struct kernel_case c;
    for (int d = length; d < 3; d++)
        updates.dim[1 + d - length] = out.dim[d];
    case_init(&c);
    case_input(&c, wide, SHAPE(count, length), 1.0);
    case_input(&c, kind, updates, 9.0);
    for (size_t i = 0; i < (size_t)count; i++) {
        size_t at = 0;
        for (int d = 0; d < length; d++) {
            int32_t place = case_between(0, out.dim[d] - 1);
            ((int64_t *)c.elements[0])[i * (size_t)length + (size_t)d] = place;
            at = at * (size_t)out.dim[d] + (size_t)place;
        }
        for (size_t k = 0; k < slice; k++) {
            double sum = expected[at * slice + k] + case_real(&c, 1, i * slice + k);
            expected[at * slice + k] = kind.type == TYPE_BOOL ? sum > 0.0 : sum;
        }
    }
    case_ints(&c, out.dim, 3);
    case_run(&c, OP_SCATTER_ND, NULL, kind);
    case_expect(&c, expected, shape_elements(&out), (struct bound){.absolute = 1e-5});
    case_release(&c);
}

static void updates_of_a_place_add_up(void **state)
{
    static const struct kind of[] = {F32, PLAIN(TYPE_I32), PLAIN(TYPE_I64), PLAIN(TYPE_BOOL)};
    (void)state;
    for (size_t i = 0; i < 40 * ROWS(of); i++)
        scatter_case(of[i % ROWS(of)]);
}

/* The number of elements of a row that stand before one: greater, or equal and earlier. */
static int32_t rank_of(const struct kernel_case *c, size_t row, size_t length, size_t i)
{
    double value = case_real(c, 0, row + i);
    int32_t rank = 0;
    for (size_t k = 0; k < length; k++) {
        double other = case_real(c, 0, row + k);
        bool is_number = !isnan(value);
        rank += is_number ? other > value || (k < i && other >= value) : !isnan(other) || k < i;
    }
    return rank;
}

static void top_k_case(struct kind kind)
{
    size_t length = (size_t)case_between(1, 50), rows = (size_t)case_between(1, 5);
    int32_t most = case_between(0, (int)length);
    struct kernel_case c;
    case_init(&c);
    case_input(&c, kind, SHAPE((int32_t)rows, (int32_t)length), 6.0);
    float *reals = c.elements[0];
    for (size_t i = 0; kind.type == TYPE_F32 && i < rows * length; i++)
        reals[i] = case_between(0, 9) ? roundf(reals[i]) : NAN;
    case_ints(&c, &most, 0);
    case_node(&c, OP_TOPK_V2, NULL, kind, 2);
    c.graph->tensors[c.graph->nodes[0].outputs[1]].type = TYPE_I32;
    const int32_t *places = case_run_output(&c, 1);
    for (size_t i = 0; i < rows * length; i++) {
        int32_t rank = rank_of(&c, i / length * length, length, i % length);
        if (rank < most)
            assert_int_equal(places[i / length * (size_t)most + (size_t)rank], i % length);
    }
    const char *values = case_run_output(&c, 0);
    size_t size = type_size(kind.type);
    for (size_t i = 0; i < rows * (size_t)most; i++)
        assert_memory_equal(values + i * size,
                            (const char *)c.elements[0] +
                                (i / (size_t)most * length + (size_t)places[i]) * size,
                            size);
    case_release(&c);
}

static void the_greatest_come_first(void **state)
{
    static const struct kind of[] = {F32,          PLAIN(TYPE_I32), PLAIN(TYPE_I64),
                                     I8(0.5f, -3), U8(0.25f, 7),    I16(0.125f, 0)};
    (void)state;
    for (size_t i = 0; i < 30 * ROWS(of); i++)
        top_k_case(of[i % ROWS(of)]);
}

static void cumsum_case(struct kind kind)
{
    struct shape shape = SHAPE(case_between(1, 4), case_between(1, 9), case_between(1, 4));
    union op_params params = {.cumulative = {case_between(0, 1), case_between(0, 1)}};
    size_t count = shape_elements(&shape);
    int32_t axis = case_between(-3, 2);
    int along = axis < 0 ? axis + 3 : axis;
    double expected[200] = {0};
    struct kernel_case c;
    case_init(&c);
    case_input(&c, kind, shape, 9.0);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            int32_t at[SHAPE_RANK_MAX], other[SHAPE_RANK_MAX], distance;
            shape_index(&shape, i, at);
            shape_index(&shape, k, other);
            distance =
                params.cumulative.reverse ? other[along] - at[along] : at[along] - other[along];
            other[along] = at[along];
            if (shape_flat(&shape, other) == i && distance >= params.cumulative.exclusive)
                expected[i] += case_real(&c, 0, k);
        }
    case_ints(&c, &axis, 0);
    case_run(&c, OP_CUMSUM, &params, kind);
    case_expect(&c, expected, count, (struct bound){.absolute = 1e-30, .relative = 1e-7});
    case_release(&c);
}

static void sums_run_along_the_axis(void **state)
{
    static const struct kind of[] = {F32, PLAIN(TYPE_I32), PLAIN(TYPE_I64)};
    (void)state;
    for (size_t i = 0; i < 40 * ROWS(of); i++)
        cumsum_case(of[i % ROWS(of)]);
}

/* A place below 0 or beyond the depth has no value there. */
static void places_become_rows_with_one_value(void **state)
{
    static const int32_t places[] = {1, 0, -1, 2, 3, 1};
    (void)state;
    for (int axis = -1; axis < 3; axis++) {
        const union op_params params = {.axis = {axis, 0}};
        const struct kind real = F32;
        int32_t depth = 3;
        struct kernel_case c;
        case_init(&c);
        case_input(&c, whole, SHAPE(2, 3), 0.0);
        memcpy(c.elements[0], places, sizeof(places));
        case_ints(&c, &depth, 0);
        case_input(&c, real, (struct shape){0}, 5.0);
        case_input(&c, real, SHAPE(1), 5.0);
        case_run(&c, OP_ONE_HOT, &params, real);
        int along = axis < 0 ? 2 : axis;
        for (size_t i = 0; i < 18; i++) {
            int32_t at[SHAPE_RANK_MAX], rest[2];
            shape_index(&c.out->shape, i, at);
            for (int d = 0, n = 0; d < 3; d++)
                if (d != along)
                    rest[n++] = at[d];
            bool is_there = places[rest[0] * 3 + rest[1]] == at[along];
            harness_equal(TYPE_F32, (const float *)c.result + i, c.elements[is_there ? 2 : 3], 1);
        }
        case_release(&c);
    }
}

/* Lists of what is known before anything runs. */

struct listed {
    enum op op;
    struct kind in, out;
    int n_inputs, counts[3];
    int32_t inputs[3][4]; /* as numbers of the inputs' type */
    int n_results;
    int32_t results[6];
};

static void set_list(enum type type, void *elements, const int32_t *numbers, int count)
{
    for (int i = 0; i < count; i++)
        harness_set(type, elements, (size_t)i, numbers[i]);
}

static void lists_are_those_by_hand(void **state)
{
    static const enum type all[] = {TYPE_F32, TYPE_I32, TYPE_I64, TYPE_BOOL};
    static const struct listed rows[] = {
        {OP_RANGE, F32, F32, 3, {1, 1, 1}, {{3}, {10}, {2}}, 4, {3, 5, 7, 9}},
        {OP_RANGE, F32, F32, 3, {1, 1, 1}, {{3}, {-3}, {-2}}, 3, {3, 1, -1}},
        {OP_WHERE, F32, PLAIN(TYPE_I64), 1, {4}, {{0, 1, 0, 1}}, 2, {1, 3}},
        {OP_ZEROS_LIKE, F32, F32, 1, {3}, {{1, 1, 0}}, 3, {0, 0, 0}},
        {OP_RANK, F32, PLAIN(TYPE_I32), 1, {3}, {{1, 1, 0}}, 1, {1}},
        {OP_BROADCAST_ARGS, F32, F32, 2, {3, 2}, {{5, 1, 4}, {3, 1}}, 3, {5, 3, 4}},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows) * ROWS(all); i++) {
        const struct listed *row = &rows[i / ROWS(all)];
        struct kind in = {.type = all[i % ROWS(all)]}, out = row->out;
        struct kernel_case c;
        out.type = out.type == TYPE_F32 ? in.type : out.type;
        if (row->op != OP_RANK && !cases_have(row->op, in.type, out.type))
            continue;
        case_init(&c);
        for (int k = 0; k < row->n_inputs; k++) {
            case_constant(&c, in, SHAPE(row->counts[k]), 0.0);
            set_list(in.type, c.elements[k], row->inputs[k], row->counts[k]);
        }
        case_run(&c, row->op, NULL, out);
        int64_t expected[6];
        set_list(out.type, expected, row->results, row->n_results);
        assert_int_equal(shape_elements(&c.out->shape), row->n_results);
        harness_equal(out.type, c.result, expected, (size_t)row->n_results);
        case_release(&c);
    }
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_GATHER_ND, {F32, PLAIN(TYPE_I32)}, I8(1, 0), {{0}}, "expected one type"},
    };
    const struct kind real = F32;
    struct kernel_case c;
    (void)state;
    cases_refused(rows, ROWS(rows));
    case_init(&c);
    case_input(&c, real, SHAPE(1, 4), 1.0);
    case_ints(&c, (const int32_t[]){2}, 0);
    case_node(&c, OP_TOPK_V2, NULL, real, 2);
    struct error error;
    struct arena *arena = c.graph->arena;
    struct kernel_call call = call_new(c.graph, &c.graph->nodes[0], 1, arena);
    assert_int_equal(c.kernel->prepare(&call, arena, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "places are float32, expected int32"));
    case_release(&c);
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_FILL,
                                  OP_REVERSE_V2,
                                  OP_SPACE_TO_BATCH_ND,
                                  OP_BATCH_TO_SPACE_ND,
                                  OP_GATHER_ND,
                                  OP_SCATTER_ND,
                                  OP_TOPK_V2,
                                  OP_EMBEDDING_LOOKUP,
                                  OP_DYNAMIC_UPDATE_SLICE,
                                  OP_CUMSUM,
                                  OP_ONE_HOT,
                                  OP_RANGE,
                                  OP_WHERE,
                                  OP_ZEROS_LIKE,
                                  OP_RANK,
                                  OP_BROADCAST_ARGS};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

/* How many rows there are is said of none, too. */
static void a_table_without_rows_is_said(void **state)
{
    const struct node node = {.op = OP_SCATTER_ND};
    struct kernel_fault fault = {.node = &node, .element = 4, .value = 0, .rows = 0};
    struct error error;
    (void)state;
    assert_int_equal(fault_check(&fault, &error), STATUS_FORMAT);
    assert_string_equal(
        error.text, "element 4 of the indices is 0, but the table that it looks up has no rows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_keep_their_bytes),
        cmocka_unit_test(another_quantization_is_refused),
        cmocka_unit_test(places_beyond_the_tensor_are_harmless),
        cmocka_unit_test(updates_of_a_place_add_up),
        cmocka_unit_test(the_greatest_come_first),
        cmocka_unit_test(sums_run_along_the_axis),
        cmocka_unit_test(places_become_rows_with_one_value),
        cmocka_unit_test(lists_are_those_by_hand),
        cmocka_unit_test(a_table_without_rows_is_said),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 23;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
