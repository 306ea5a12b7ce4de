/* DYNAMIC_QUANTIZE: the scale and the zero point that it finds, and what it makes of the values with
 * them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"

/* A float32 operation is off by 2^-24 of its result. */
#define ULP 6e-8

#define COUNT 3000

/* A node with its three outputs. */
static void dynamic_node(struct kernel_case *c)
{
    case_node(c, OP_DYNAMIC_QUANTIZE, NULL, (struct kind){.type = TYPE_U8}, 3);
    const int *outputs = c->graph->nodes[0].outputs;
    c->graph->tensors[outputs[1]].type = TYPE_F32;
}

static void scales_are_found_at_run_time(void **state)
{
    (void)state;
    for (int k = 0; k < 40; k++) {
        struct kernel_case c;
        double low = 0.0, high = 0.0;
        double shift = case_between(0, 2) ? case_uniform(-3.0, 3.0) : 20.0;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(COUNT), 11.0);
        for (size_t i = 0; i < COUNT; i++) {
            ((float *)c.elements[0])[i] += (float)shift;
            low = fmin(low, case_real(&c, 0, i));
            high = fmax(high, case_real(&c, 0, i));
        }
        dynamic_node(&c);
        double step = (high - low) / 255.0, zero = round(-low / step);
        const uint8_t *stored = case_run_output(&c, 0);
        double got_step = (double)*(const float *)case_run_output(&c, 1);
        assert_true(fabs(got_step - step) <= 2.0 * ULP * step);
        assert_int_equal(*(const uint8_t *)case_run_output(&c, 2), zero);
        for (size_t i = 0; i < COUNT; i++) {
            double place = fmin(fmax(case_real(&c, 0, i) / step + zero, 0.0), 255.0);
            if (fabs(stored[i] - place) > 0.5001)
                fail_msg("element %zu is %d, expected %.6f", i, stored[i], place);
        }
        case_release(&c);
    }
}

/* Whole numbers in steps of 1 or 2, and what no scale fits. */
static void scales_at_run_time_are_worked_out_by_hand(void **state)
{
    static const struct {
        float values[4], scale;
        uint8_t zero, stored[4];
    } rows[] = {
        /* halves go to the even neighbour, of the zero point, too: 100.5, and of the values */
        {{-100.0f, 155.0f, 0.5f, 1.5f}, 1.0f, 100, {0, 255, 100, 102}},
        {{-201.0f, 309.0f, 3.0f, -3.0f}, 2.0f, 100, {0, 254, 102, 98}},
        /* one side of 0 */
        {{51.0f, 255.0f, 25.0f, 26.0f}, 1.0f, 0, {51, 255, 25, 26}},
        {{-51.0f, -255.0f, -25.0f, -26.0f}, 1.0f, 255, {204, 0, 230, 229}},
        {{0.0f, -0.0f, 0.0f, 0.0f}, 1.0f, 0, {0, 0, 0, 0}},
        /* NaN is no end of the range, and becomes a real 0 */
        {{-100.0f, 155.0f, NAN, 1.0f}, 1.0f, 100, {0, 255, 100, 101}},
        {{NAN, NAN, NAN, NAN}, 1.0f, 0, {0, 0, 0, 0}},
        /* infinity counts as the greatest number */
        {{INFINITY, 1.0f, 0.0f, -1.0f}, 0x1.fffffep127f / 255.0f, 0, {255, 0, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(4), 0.0);
        memcpy(c.elements[0], rows[i].values, sizeof(rows[i].values));
        dynamic_node(&c);
        harness_equal(TYPE_F32, case_run_output(&c, 1), &rows[i].scale, 1);
        harness_equal(TYPE_U8, case_run_output(&c, 2), &rows[i].zero, 1);
        harness_equal(TYPE_U8, case_run_output(&c, 0), rows[i].stored, 4);
        case_release(&c);
    }
}

/* The other outputs of a node that must be refused. */
static void wrong_types_are_refused(void **state)
{
    (void)state;
    for (int k = 1; k < 3; k++) {
        struct error error = {0};
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(4), 1.0);
        dynamic_node(&c);
        c.graph->tensors[c.graph->nodes[0].outputs[k]].type = TYPE_I8;
        assert_int_equal(harness_prepare(c.graph, c.kernel, &error), STATUS_UNSUPPORTED);
        assert_non_null(
            strstr(error.text, k == 1 ? "a scale of type int8" : "zero point of type int8"));
        case_release(&c);
    }
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_DYNAMIC_QUANTIZE};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_are_found_at_run_time),
        cmocka_unit_test(scales_at_run_time_are_worked_out_by_hand),
        cmocka_unit_test(wrong_types_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 16;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
