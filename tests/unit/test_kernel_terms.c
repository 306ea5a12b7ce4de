/* What reference and fast kernels are both prepared with, by numbers that were worked out from
 * the file formats' definitions: multipliers, factors, ranges, and the geometry of pools and
 * reductions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernels/common/binary_quantized.h"
#include "kernels/common/broadcast.h"
#include "kernels/common/multipliers.h"
#include "kernels/common/pool.h"
#include "kernels/common/reduce.h"

#define INPUTS 3

/* A call of a node alone. */
struct fixture {
    struct arena *arena;
    struct error error;
    struct node node;
    struct tensor tensors[INPUTS], out_tensor;
    struct operand inputs[INPUTS], out;
    struct kernel_call call;
};

/* One scale; 0: none. */
static struct tensor tensor_of(struct fixture *f, enum type type, struct shape shape, float scale,
                               int32_t zero)
{
    struct tensor tensor = {.name = "t", .type = type, .shape = shape};
    if (scale > 0.0f)
        tensor.quant = (struct quantization){
            .count = 1,
            .scale = arena_copy(f->arena, &scale, sizeof(scale)),
            .zero_point = arena_copy(f->arena, &zero, sizeof(zero)),
        };
    return tensor;
}

static void begin(struct fixture *f, enum op op, enum rounding rounding)
{
    *f = (struct fixture){.arena = arena_new(), .node = {.op = op}};
    f->call = (struct kernel_call){
        .node = &f->node,
        .inputs = f->inputs,
        .outputs = &f->out,
        .n_outputs = 1,
        .n_threads = 1,
        .rounding = rounding,
        .n_stages = 1,
    };
    f->out.tensor = &f->out_tensor;
}

static void add_input(struct fixture *f, struct tensor tensor)
{
    int i = f->call.n_inputs++;
    f->tensors[i] = tensor;
    f->inputs[i] = (struct operand){.tensor = &f->tensors[i]};
}

static void end(struct fixture *f)
{
    arena_free(f->arena);
}

static void same_multiplier(struct multiplier got, int32_t mantissa, int32_t shift)
{
    if (got.mantissa != mantissa || got.shift != shift)
        fail_msg("%d * 2^(%d - 31), expected %d * 2^(%d - 31)", got.mantissa, got.shift, mantissa,
                 shift);
}

static void same(double got, double expected)
{
    if (!(got <= expected && got >= expected))
        fail_msg("%.17g (%a), expected %.17g (%a)", got, got, expected, expected);
}

/* --- products: 0.1f * 0.2f / 0.3f --- */

static void begin_product(struct fixture *f, enum op op, enum type type, enum rounding rounding)
{
    static const int32_t zeros[2] = {0, 0};
    static const float scales[2] = {0.2f, 0.05f};
    bool is_conv = op == OP_CONV_2D;
    struct shape weights = is_conv ? SHAPE(2, 1, 1, 4) : SHAPE(2, 4);
    begin(f, op, rounding);
    f->node.params.conv.bias_type = TYPE_F32;
    add_input(f, tensor_of(f, type, is_conv ? SHAPE(1, 1, 1, 4) : SHAPE(1, 4), 0.1f, 0));
    add_input(f, tensor_of(f, TYPE_I8, weights, 0.2f, 0));
    if (is_conv)
        f->tensors[1].quant = (struct quantization){2, 0, 0, scales, zeros};
    f->out_tensor = tensor_of(f, type, is_conv ? SHAPE(1, 1, 1, 2) : SHAPE(1, 2), 0.3f, 0);
}

/* One multiplier for all channels comes from a product of scales in single precision, one for each
 * from a product in double. */
static void multipliers_have_the_references_precision(void **state)
{
    struct fixture f;
    struct multiplier *by;
    (void)state;
    begin_product(&f, OP_FULLY_CONNECTED, TYPE_I8, ROUNDING_TWICE);
    f.node.params.dense.bias_type = TYPE_F32;
    assert_int_equal(multipliers_new(&f.call, f.arena, &by, &f.error), STATUS_OK);
    same_multiplier(by[0], 1145324648, -3);
    same_multiplier(by[1], 1145324648, -3);
    end(&f);
    begin_product(&f, OP_CONV_2D, TYPE_I8, ROUNDING_TWICE);
    assert_int_equal(multipliers_new(&f.call, f.arena, &by, &f.error), STATUS_OK);
    same_multiplier(by[0], 1145324601, -3);
    same_multiplier(by[1], 1145324601, -5);
    f.tensors[1].quant.count = 1; /* int8 convolutions always */
    assert_int_equal(multipliers_new(&f.call, f.arena, &by, &f.error), STATUS_OK);
    same_multiplier(by[1], 1145324601, -3);
    end(&f);
}

static void factors_have_the_runtimes_precision(void **state)
{
    struct fixture f;
    double *by;
    (void)state;
    begin_product(&f, OP_CONV_2D, TYPE_I8, ROUNDING_ONCE);
    assert_int_equal(factors_new(&f.call, f.arena, &by, &f.error), STATUS_OK);
    same(by[0], 0x1.111112p-4);
    same(by[1], 0x1.111112p-6);
    end(&f);
    begin_product(&f, OP_CONV_2D, TYPE_I16, ROUNDING_ONCE);
    assert_int_equal(factors_new(&f.call, f.arena, &by, &f.error), STATUS_OK);
    same(by[0], 0x1.111110e38e391p-4);
    end(&f);
}

static void weight_scales_are_one_per_channel(void **state)
{
    struct fixture f;
    float *scales;
    (void)state;
    begin_product(&f, OP_CONV_2D, TYPE_F32, ROUNDING_TWICE);
    assert_int_equal(weight_scales_new(&f.call, f.arena, &scales, &f.error), STATUS_OK);
    same((double)scales[0], (double)0.2f);
    same((double)scales[1], (double)0.05f);
    assert_true(product_is_asymmetric(&f.call));
    end(&f);
    begin_product(&f, OP_FULLY_CONNECTED, TYPE_F32, ROUNDING_TWICE);
    assert_int_equal(weight_scales_new(&f.call, f.arena, &scales, &f.error), STATUS_OK);
    same((double)scales[1], (double)0.2f);
    end(&f);
}

/* --- arithmetic on two tensors of scales 0.1f and 0.2f, to 0.3f --- */

static const struct binary_terms *binary_terms(struct fixture *f, enum op op, enum type type,
                                               enum rounding rounding)
{
    int32_t zero = type == TYPE_I16 ? 0 : 1;
    begin(f, op, rounding);
    add_input(f, tensor_of(f, type, SHAPE(4), 0.1f, zero));
    add_input(f, tensor_of(f, type, SHAPE(4), 0.2f, 2 * zero));
    f->out_tensor = tensor_of(f, type, SHAPE(4), 0.3f, 3 * zero);
    if (binary_prepare_quantized(&f->call, f->arena, &f->error) != STATUS_OK)
        fail_msg("%s", f->error.text);
    return &((const struct quantized_binary *)f->call.state)->terms;
}

static void sums_have_a_common_scale(void **state)
{
    struct fixture f;
    const struct binary_terms *terms = binary_terms(&f, OP_ADD, TYPE_I8, ROUNDING_TWICE);
    (void)state;
    assert_int_equal(terms->left, 20);
    same_multiplier(terms->by[0], 1 << 30, -1);
    same_multiplier(terms->by[1], 1 << 30, 0);
    same_multiplier(terms->by[2], 1431655730, -19); /* 0.4 / 2^20 / 0.3 */
    for (int i = 0; i < 3; i++)
        assert_int_equal(terms->zero[i], i + 1);
    end(&f);
    terms = binary_terms(&f, OP_ADD, TYPE_I16, ROUNDING_TWICE);
    assert_int_equal(terms->left, 15);
    same_multiplier(terms->by[2], 1431655730, -14);
    end(&f);
    terms = binary_terms(&f, OP_ADD, TYPE_I8, ROUNDING_ONCE);
    same(terms->factor[0], 0x1.555554c71c722p-2);
    same(terms->factor[1], 0x1.555554c71c722p-1);
    end(&f);
}

/* Shifts alone where both scales are powers of two and the file asks for that. */
static void scales_of_powers_of_two_become_shifts(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, OP_ADD, ROUNDING_TWICE);
    f.node.params.arithmetic.pot_scale_int16 = 1;
    add_input(&f, tensor_of(&f, TYPE_I16, SHAPE(4), 0.125f, 0));
    add_input(&f, tensor_of(&f, TYPE_I16, SHAPE(4), 0.5f, 0));
    f.out_tensor = tensor_of(&f, TYPE_I16, SHAPE(4), 0.5f, 0);
    assert_true(binary_wants_shifts(&f.call));
    assert_int_equal(binary_prepare_quantized(&f.call, f.arena, &f.error), STATUS_OK);
    const struct quantized_binary *binary = f.call.state;
    assert_int_equal(binary->terms.right[0], 2);
    assert_int_equal(binary->terms.right[1], 0);
    f.out_tensor = tensor_of(&f, TYPE_I16, SHAPE(4), 0.3f, 0);
    assert_false(binary_wants_shifts(&f.call));
    end(&f);
}

/* --- ranges --- */

static void activations_cut_the_range(void **state)
{
    static const struct {
        enum activation activation;
        enum type type;
        float scale;
        int32_t zero, low, high;
    } rows[] = {
        {ACTIVATION_NONE, TYPE_I8, 0.1f, 3, -128, 127},
        {ACTIVATION_RELU, TYPE_I8, 0.1f, 3, 3, 127},
        {ACTIVATION_RELU6, TYPE_I8, 0.1f, 3, 3, 63},
        {ACTIVATION_RELU6, TYPE_I8, 0.01f, 3, 3, 127},
        {ACTIVATION_RELU_N1_TO_1, TYPE_I8, 0.1f, 3, -7, 13},
        {ACTIVATION_RELU6, TYPE_U8, 0.125f, 10, 10, 58},
        {ACTIVATION_RELU6, TYPE_I16, 0.001f, 0, 0, 6000},
        {ACTIVATION_RELU_N1_TO_1, TYPE_I8, 2.0f, 0, -1, 1}, /* halves go away from zero */
    };
    struct fixture f;
    (void)state;
    begin(&f, OP_ADD, ROUNDING_TWICE);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tensor out = tensor_of(&f, rows[i].type, SHAPE(1), rows[i].scale, rows[i].zero);
        struct clamp_range range = quantized_range(rows[i].activation, &out);
        if (range.low != rows[i].low || range.high != rows[i].high)
            fail_msg("row %zu: %d..%d, expected %d..%d", i, range.low, range.high, rows[i].low,
                     rows[i].high);
    }
    float low, high;
    activation_range(ACTIVATION_RELU6, &low, &high);
    same((double)low, 0.0);
    same((double)high, 6.0);
    activation_range(ACTIVATION_NONE, &low, &high);
    same((double)low, -(double)INFINITY);
    assert_int_equal(activation_check(4, &f.error), STATUS_UNSUPPORTED);
    assert_int_equal(activation_check(-1, &f.error), STATUS_UNSUPPORTED);
    end(&f);
}

/* --- geometry --- */

/* An image of 5 x 4 in windows of 3 x 2, steps of 2 x 2, SAME: a row of padding above, one
 * below. */
static void windows_end_at_the_image(void **state)
{
    static const struct pool_window expected[] = {
        {0, 0, 0, 2, 2}, {0, 0, 2, 2, 4}, {0, 1, 0, 4, 2}, {0, 1, 2, 4, 4},
        {0, 3, 0, 5, 2}, {0, 3, 2, 5, 4}, {1, 0, 0, 2, 2},
    };
    struct fixture f;
    (void)state;
    begin(&f, OP_MAX_POOL_2D, ROUNDING_TWICE);
    f.node.params.pool = (struct pool_params){
        .padding = PADDING_SAME, .stride_h = 2, .stride_w = 2, .filter_h = 3, .filter_w = 2};
    add_input(&f, tensor_of(&f, TYPE_F32, SHAPE(2, 5, 4, 1), 0.0f, 0));
    f.out_tensor = tensor_of(&f, TYPE_F32, SHAPE(2, 3, 2, 1), 0.0f, 0);
    assert_int_equal(pool_prepare(&f.call, f.arena, &f.error), STATUS_OK);
    assert_int_equal(f.call.items[0], 12);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct pool_window window = pool_window(&f.call, i);
        assert_memory_equal(&window, &expected[i], sizeof(window));
    }
    struct pool_window whole = pool_window(&f.call, 2);
    assert_int_equal(pool_window_cells(&whole), 6);
    end(&f);
}

/* [2, 5, 4] over its middle dimension: 5 numbers, 4 apart, for each of 8 outputs. */
static void reductions_split_dimensions(void **state)
{
    int32_t axis = -2;
    struct fixture f;
    (void)state;
    begin(&f, OP_MEAN, ROUNDING_TWICE);
    add_input(&f, tensor_of(&f, TYPE_I8, SHAPE(2, 5, 4), 0.5f, 7));
    add_input(&f, tensor_of(&f, TYPE_I32, SHAPE(1), 0.0f, 0));
    f.inputs[1].data = &axis;
    f.out_tensor = tensor_of(&f, TYPE_I8, SHAPE(2, 4), 0.5f, -7);
    assert_int_equal(reduce_prepare_quantized(&f.call, f.arena, &f.error), STATUS_OK);
    const struct reduction *reduction = f.call.state;
    assert_int_equal(f.call.items[0], 8);
    assert_int_equal(reduction->count, 5);
    assert_int_equal(axes_offset(&reduction->kept, 0), 0);
    assert_int_equal(axes_offset(&reduction->kept, 3), 3);
    assert_int_equal(axes_offset(&reduction->kept, 5), 21);
    assert_int_equal(axes_offset(&reduction->reduced, 2), 8);
    assert_int_equal(reduction->zero_in, 7);
    assert_int_equal(reduction->zero_out, -7);
    same_multiplier(reduction->by, 858993459, -1); /* 2^30 * 4 / 5 = 858993459.2, cut off */
    same(reduction->factor, (double)0.2f);         /* of 8 bits */
    end(&f);
}

/* [2, 1, 3] and [4, 1] to [2, 4, 3]: the 18th output is at (1, 2, 0). */
static void broadcasts_repeat_operands(void **state)
{
    const struct shape a = SHAPE(2, 1, 3), b = SHAPE(4, 1);
    struct broadcast broadcast;
    (void)state;
    broadcast_init(&broadcast, &a, &b, NULL);
    struct broadcast_run run = broadcast_run(&broadcast, 18, 24);
    assert_int_equal(run.length, 3);
    assert_int_equal(run.first[0], 3);
    assert_int_equal(run.step[0], 1);
    assert_int_equal(run.first[1], 2);
    assert_int_equal(run.step[1], 0);
    run = broadcast_run(&broadcast, 19, 20);
    assert_int_equal(run.length, 1);
    assert_int_equal(run.first[0], 4);
}

/* [2, 1, 3, 2], [4, 1, 1] and [2] to [2, 4, 3, 2]: from every output to every one behind it. */
static void runs_follow_each_other(void **state)
{
    const struct shape a = SHAPE(2, 1, 3, 2), b = SHAPE(4, 1, 1), c = SHAPE(2);
    struct broadcast broadcast;
    (void)state;
    broadcast_init(&broadcast, &a, &b, &c);
    for (size_t first = 0; first < 48; first++)
        for (size_t last = first + 1; last <= 48; last++) {
            struct broadcast_run run = {0};
            for (size_t i = first; i < last; i += run.length) {
                struct broadcast_run alone = broadcast_run(&broadcast, i, last);
                broadcast_next(&broadcast, i, last, &run);
                assert_memory_equal(&run, &alone, sizeof(run));
            }
        }
}

/* The same, in rows of runs. */
static void runs_make_rows(void **state)
{
    const struct shape a = SHAPE(2, 1, 3, 2), b = SHAPE(4, 1, 1), c = SHAPE(2);
    struct broadcast broadcast;
    (void)state;
    broadcast_init(&broadcast, &a, &b, &c);
    for (size_t first = 0; first < 48; first++)
        for (size_t last = first + 1; last <= 48; last++) {
            struct broadcast_run run = {0};
            for (size_t i = first; i < last;) {
                broadcast_next(&broadcast, i, last, &run);
                struct broadcast_run row = run;
                struct broadcast_rows rows = broadcast_rows(&broadcast, i, last, &run);
                for (size_t r = 0; r < rows.count; r++, i += row.length) {
                    struct broadcast_run alone = broadcast_run(&broadcast, i, last);
                    assert_int_equal(row.length, alone.length);
                    for (int o = 0; o < BROADCAST_OPERANDS; o++) {
                        assert_int_equal(row.first[o], alone.first[o]);
                        row.first[o] += rows.next[o];
                    }
                }
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multipliers_have_the_references_precision),
        cmocka_unit_test(factors_have_the_runtimes_precision),
        cmocka_unit_test(weight_scales_are_one_per_channel),
        cmocka_unit_test(sums_have_a_common_scale),
        cmocka_unit_test(scales_of_powers_of_two_become_shifts),
        cmocka_unit_test(activations_cut_the_range),
        cmocka_unit_test(windows_end_at_the_image),
        cmocka_unit_test(reductions_split_dimensions),
        cmocka_unit_test(broadcasts_repeat_operands),
        cmocka_unit_test(runs_follow_each_other),
        cmocka_unit_test(runs_make_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
