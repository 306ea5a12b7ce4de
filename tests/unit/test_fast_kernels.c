/* The other fast kernels against the reference, on random shapes, remainders and extremes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fast_cases.h"
#include "graph/infer.h"
#include "hardware/cpu.h"

static void pools_agree(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 6 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params params = {.pool = {.padding = fast_between(PADDING_SAME, PADDING_EXPLICIT),
                                           .stride_h = fast_between(1, 3),
                                           .stride_w = fast_between(1, 3),
                                           .filter_h = fast_between(1, 4),
                                           .filter_w = fast_between(1, 4),
                                           .activation = fast_between(0, 3)}};
        params.pool.pads = fast_pads(params.pool.filter_h - 1, params.pool.filter_w - 1);
        struct shape in =
            SHAPE(fast_between(1, 2), fast_between(4, 9), fast_between(4, 9), fast_between(1, 300));
        enum type type = types[fast_between(0, 3)];
        int input = fast_activation(graph, type, in, fast_scale());
        struct tensor like = graph->tensors[input];
        int out = graph_add_tensor(graph, &like);
        graph_add_node(graph, fast_between(0, 1) ? OP_MAX_POOL_2D : OP_AVERAGE_POOL_2D, &input, 1,
                       &out, 1, &params);
        fast_compare(graph, 1);
        graph_free(graph);
    }
}

/* Shapes that are the same, and those that one operand repeats: along the last dimension or in
 * front of it, down to a single number. */
static void arithmetic_agrees(void **state)
{
    static const enum op ops[] = {OP_ADD,     OP_SUB,     OP_MUL,   OP_DIV,
                                  OP_MAXIMUM, OP_MINIMUM, OP_PRELU, OP_SQUARED_DIFFERENCE};
    (void)state;
    for (int i = 0; i < 8 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum op op = ops[i % 8];
        union op_params params = {.arithmetic = {.activation = fast_between(0, 3)}};
        struct shape shape = SHAPE(fast_between(1, 3), fast_between(1, 9), fast_between(1, 300)),
                     other = shape;
        int inputs[2], repeated = fast_between(0, 7), swapped = fast_between(0, 1);
        for (int d = 0; d < 3; d++)
            other.dim[d] = repeated >> d & 1 ? 1 : shape.dim[d];
        inputs[swapped] = fast_activation(graph, TYPE_F32, shape, 0.0f);
        inputs[!swapped] = fast_activation(graph, TYPE_F32, other, 0.0f);
        fast_finish(graph, op, inputs, 2, TYPE_F32, op_has(op, TRAIT_FUSES) ? &params : NULL, 2);
    }
}

/* The same of integers. MAXIMUM and MINIMUM take operands of one scale. */
static void integer_arithmetic_agrees(void **state)
{
    static const enum op ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_MAXIMUM, OP_MINIMUM, OP_PRELU};
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 18 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum op op = ops[i % 6];
        enum type type = types[op == OP_PRELU ? fast_between(0, 1) : i / 6 % 3];
        union op_params params = {.arithmetic = {.activation = fast_between(0, 3)}};
        struct shape shape = SHAPE(fast_between(1, 3), fast_between(1, 9), fast_between(1, 300)),
                     other = shape;
        int inputs[2], repeated = fast_between(0, 7),
                       swapped = op != OP_PRELU && fast_between(0, 1);
        for (int d = 0; d < 3; d++)
            other.dim[d] = repeated >> d & 1 ? 1 : shape.dim[d];
        inputs[swapped] = fast_activation(graph, type, shape, fast_scale());
        inputs[!swapped] = fast_activation(graph, type, other, fast_scale());
        float finer = op != OP_ADD && fast_between(0, 3) == 0 ? 0.01f : 1.0f;
        int out = fast_activation(graph, type, shape, finer * (0.02f + fast_scale()));
        if (op == OP_MAXIMUM || op == OP_MINIMUM) {
            graph->tensors[inputs[1]].quant = graph->tensors[inputs[0]].quant;
            graph->tensors[out].quant = graph->tensors[inputs[0]].quant;
        }
        graph_add_node(graph, op, inputs, 2, &out, 1, op_has(op, TRAIT_FUSES) ? &params : NULL);
        fast_compare(graph, 2);
        graph_free(graph);
    }
}

static void functions_agree(void **state)
{
    static const enum op ops[] = {
        OP_ABS,  OP_ERF,   OP_EXP,  OP_GELU, OP_HARD_SWISH, OP_LOGISTIC,    OP_NEG,
        OP_RELU, OP_RELU6, OP_SILU, OP_TANH, OP_LEAKY_RELU, OP_RELU_N1_TO_1};
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum op op = ops[i % (int)(sizeof(ops) / sizeof(ops[0]))];
        union op_params params = {.flag = {fast_between(0, 1)}};
        int in =
            fast_activation(graph, TYPE_F32, SHAPE(fast_between(1, 5), fast_between(1, 700)), 0.0f);
        if (op == OP_LEAKY_RELU)
            params.scalar.value = 0.1f;
        fast_finish(graph, op, &in, 1, TYPE_F32, &params, 1);
    }
}

/* The only output scale that some functions have. */
static bool has_fixed_scale(enum op op, enum type type, float *scale, int32_t *zero)
{
    const struct quant_rule *rule = &op_table[op].quant;
    enum scale_rule how = type == TYPE_I16 ? rule->int16 : rule->int8;
    const struct fixed_scale *fixed = type == TYPE_I16 ? &rule->fixed16 : &rule->fixed8;
    if (how != SCALE_FIXED)
        return false;
    *scale = fixed->scale;
    *zero = fixed->zero_point + (type == TYPE_U8 ? 128 : 0);
    return true;
}

/* Adds the output, and compares. */
static void finish_fixed(struct graph *graph, enum op op, int input, enum type type,
                         const union op_params *params)
{
    float scale = 0.02f + fast_scale();
    int32_t zero = type == TYPE_I16 ? 0 : fast_between(type == TYPE_U8 ? 0 : -128, 127);
    has_fixed_scale(op, type, &scale, &zero);
    int out = harness_tensor(graph, type, SHAPE(1), scale, zero);
    graph_add_node(graph, op, &input, 1, &out, 1, params);
    fast_compare(graph, 1);
    graph_free(graph);
}

static void integer_functions_agree(void **state)
{
    /* Those in front have kernels for int16, too. */
    static const enum op ops[] = {OP_ABS,   OP_EXP,  OP_LEAKY_RELU, OP_LOGISTIC,    OP_RELU,
                                  OP_RELU6, OP_SQRT, OP_TANH,       OP_RSQRT,       OP_ELU,
                                  OP_GELU,  OP_LOG,  OP_HARD_SWISH, OP_RELU_N1_TO_1};
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 10 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum type type = types[fast_between(0, 2)];
        enum op op = ops[fast_between(0, type == TYPE_I16 ? 8 : 13)];
        union op_params params = {.flag = {fast_between(0, 1)}};
        if (op == OP_LEAKY_RELU)
            params.scalar.value = 0.1f * (float)fast_between(-3, 9);
        float scale =
            type == TYPE_I16 ? fast_scale() * (fast_between(0, 1) ? 0.01f : 1.0f) : fast_scale();
        /* Of so many a table is made. */
        struct shape shape = type == TYPE_I16 && fast_between(0, 1)
                                 ? SHAPE(4, fast_between(1024, 1500))
                                 : SHAPE(fast_between(1, 5), fast_between(1, 700));
        finish_fixed(graph, op, fast_activation(graph, type, shape, scale), type, &params);
    }
}

static void integer_softmax_agrees(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 3 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum type type = types[i % 3];
        union op_params params = {.scalar = {0.25f * (float)fast_between(1, 8)}};
        float scale = fast_scale() * (fast_between(0, 1) ? 0.02f : type == TYPE_I16 ? 0.3f : 10.0f);
        struct shape shape =
            SHAPE(fast_between(1, 5), fast_between(1, fast_between(0, 1) ? 40 : 1500));
        finish_fixed(graph, OP_SOFTMAX, fast_activation(graph, type, shape, scale), type, &params);
    }
}

static void resized_images_agree(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        int way = fast_between(0, 2);
        union op_params params = {
            .resize = {.align_corners = way == 1, .half_pixel_centers = way == 2}};
        int32_t size[] = {fast_between(1, 20), fast_between(1, 20)};
        struct shape shape =
            SHAPE(fast_between(1, 2), fast_between(1, 9), fast_between(1, 9), fast_between(1, 70));
        int inputs[2] = {fast_activation(graph, types[i % 4], shape, fast_scale()),
                         harness_ints(graph, size, 2)};
        struct tensor like = graph->tensors[inputs[0]];
        int out = graph_add_tensor(graph, &like);
        graph_add_node(graph, OP_RESIZE_BILINEAR, inputs, 2, &out, 1, &params);
        fast_compare(graph, 1);
        graph_free(graph);
    }
}

static void rows_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params soft = {.scalar = {0.25f * (float)fast_between(0, 8)}};
        union op_params norm = {.norm = {fast_between(1, 2), 1e-3f}};
        int depth = fast_between(1, fast_between(0, 1) ? 40 : 500), count = fast_between(2, 4);
        struct shape shape = SHAPE(fast_between(1, 9), fast_between(1, 3), depth);
        struct shape factors = SHAPE(norm.norm.axis == 1 ? shape.dim[1] * depth : depth);
        int inputs[3] = {fast_activation(graph, TYPE_F32, shape, 0.0f), NO_TENSOR, NO_TENSOR};
        if (fast_between(0, 1)) {
            fast_finish(graph, OP_SOFTMAX, inputs, 1, TYPE_F32, &soft, 1);
            continue;
        }
        inputs[1] = fast_activation(graph, TYPE_F32, factors, 0.0f);
        if (count == 3)
            inputs[2] = fast_activation(graph, TYPE_F32, factors, 0.0f);
        fast_finish(graph, OP_LAYER_NORMALIZATION, inputs, count < 3 ? 2 : 3, TYPE_F32, &norm,
                    count == 3 ? 3 : 2);
    }
}

/* All rotations of the last dimensions, of sides that are squares or not, and other permutations,
 * which mostly have no fast kernel. */
static void transpositions_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        int rank = fast_between(2, 4), kept = fast_between(0, rank - 2),
            by = fast_between(1, rank - kept - 1);
        int32_t order[SHAPE_RANK_MAX];
        size_t shuffled[SHAPE_RANK_MAX];
        bool is_any = fast_between(0, 3) == 0;
        struct shape shape = {.rank = rank};
        enum type type = fast_between(0, 1) ? TYPE_F32 : TYPE_I8;
        random_order(&fast_random, shuffled, (size_t)rank);
        for (int d = 0; d < rank; d++) {
            shape.dim[d] = fast_between(0, 3) == 0 ? 1 : fast_between(2, d == rank - 1 ? 70 : 40);
            order[d] = d < kept ? d : kept + (d - kept + by) % (rank - kept);
            order[d] = is_any ? (int32_t)shuffled[d] : order[d];
        }
        int inputs[2] = {harness_tensor(graph, type, shape, type == TYPE_I8 ? 0.5f : 0.0f, 3),
                         harness_ints(graph, order, rank)};
        struct tensor like = graph->tensors[inputs[0]];
        int out = graph_add_tensor(graph, &like);
        graph_add_node(graph, OP_TRANSPOSE, inputs, 2, &out, 1, NULL);
        fast_compare(graph, 1);
        graph_free(graph);
    }
}

static void reductions_agree(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    static const enum op ops[] = {OP_MEAN, OP_SUM, OP_REDUCE_MAX, OP_REDUCE_MIN};
    (void)state;
    for (int i = 0; i < 16 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params params = {.reduce = {.keep_dims = fast_between(0, 1)}};
        struct shape shape =
            SHAPE(fast_between(1, 3), fast_between(1, 8), fast_between(1, 8), fast_between(1, 600));
        enum type type = types[i % 4];
        int32_t axes[3] = {fast_between(0, 2), fast_between(0, 2), -2};
        int inputs[2] = {fast_activation(graph, type, shape, fast_scale()),
                         harness_ints(graph, axes, fast_between(1, 3))};
        enum op op = ops[fast_between(0, 3)];
        int out = fast_activation(graph, type, SHAPE(1), 4.0f * fast_scale());
        if (op == OP_REDUCE_MAX || op == OP_REDUCE_MIN)
            graph->tensors[out].quant = graph->tensors[inputs[0]].quant;
        graph_add_node(graph, op, inputs, 2, &out, 1, &params);
        fast_compare(graph, 1);
        graph_free(graph);
    }
}

/* Between all types with a scale, float32 included. */
static void conversions_agree(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16, TYPE_F32};
    (void)state;
    for (int i = 0; i < 8 * CASES; i++) {
        struct graph *graph = graph_new("test");
        struct shape shape = SHAPE(1, fast_between(1, 40), fast_between(1, 90));
        enum type from = types[i % 4],
                  to = types[from == TYPE_F32 ? fast_between(0, 2) : fast_between(0, 3)];
        int in = fast_activation(graph, from, shape, fast_scale());
        int out = fast_activation(graph, to, shape, fast_scale());
        if (fast_between(0, 3) == 0 && to != TYPE_F32 && from != TYPE_F32)
            graph->tensors[out].quant.scale = graph->tensors[in].quant.scale;
        union op_params params = {.flag = {fast_between(0, 1)}};
        graph_add_node(graph, to == TYPE_F32 ? OP_DEQUANTIZE : OP_QUANTIZE, &in, 1, &out, 1,
                       to == TYPE_F32 ? NULL : &params);
        fast_compare(graph, 1);
        graph_free(graph);
    }
}

/* Every one that this CPU runs. */
static void all_were_compared(void **state)
{
    (void)state;
    fast_all_compared(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_agree),
        cmocka_unit_test(integer_arithmetic_agrees),
        cmocka_unit_test(integer_functions_agree),
        cmocka_unit_test(integer_softmax_agrees),
        cmocka_unit_test(resized_images_agree),
        cmocka_unit_test(arithmetic_agrees),
        cmocka_unit_test(functions_agree),
        cmocka_unit_test(rows_agree),
        cmocka_unit_test(transpositions_agree),
        cmocka_unit_test(reductions_agree),
        cmocka_unit_test(conversions_agree),
        cmocka_unit_test(all_were_compared),
    };
    fast_begin(20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fast_end();
    return failed;
}
