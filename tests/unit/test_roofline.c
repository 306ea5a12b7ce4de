/* What bounds steps, given ceilings, and how ceilings travel. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/roofline.h"
#include "results_harness.h"
#include "worker/ceilings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 100 GMAC/s of int8; 200 GB/s from an L2 of 1e6 bytes, 10 GB/s from RAM. */
#define CEILINGS                                                                                   \
    "{'threads': 1, 'isa': 'avx2', 'rounds': 1, 'macs': {'int8': 1e11}, 'levels': [{'name': "      \
    "'L2', 'capacity': 1e6, 'read': 2e11}, {'name': 'RAM', 'capacity': 0, 'read': 1e10}]}"

/* A step of which something is not known, beside one that products bound. */
static void what_is_not_known_bounds_nothing(void **state)
{
    static const char *const lacking[] = {
        "'constant_bytes': 9, 'read_bytes': 9, 'written_bytes': 9",
        "'macs': 1e6, 'read_bytes': 9, 'written_bytes': 9",
        "'macs': 1e6, 'constant_bytes': 9, 'written_bytes': 9",
        "'macs': 1e6, 'constant_bytes': 9, 'read_bytes': 9",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(lacking); i++) {
        struct results *results = harness_two_rows();
        struct text text = {0};
        harness_apply(results, "{'event': 'origins', 'candidate': 1, 'layers': [], 'nodes': []}");
        harness_apply(
            results,
            "{'event': 'steps', 'trial': 1, 'ceilings': " CEILINGS
            ", 'steps': [{'nodes': [], 'op': 'Conv', 'arithmetic': 'int8', 'ns': 1e4, %s}, "
            "{'nodes': [], 'op': 'Conv', 'arithmetic': 'int8', 'ns': 3e4, 'macs': 1e6, "
            "'constant_bytes': 9, 'read_bytes': 9, 'written_bytes': 9}]}",
            lacking[i]);
        const struct step_profile *profile = results_profile(results, 1);
        assert_int_equal(step_roofline(profile, &profile->steps[0]).bound, BOUND_UNKNOWN);
        assert_int_equal(step_roofline(profile, &profile->steps[1]).bound, BOUND_COMPUTE);
        roofline_describe(profile, &text);
        assert_non_null(strstr(text.bytes, "75 % compute-bound"));
        assert_non_null(strstr(text.bytes, "; of 25 % it is not known"));
        text_release(&text);
        results_free(results);
    }
}

static void steps_are_bound_by_what_takes_longest(void **state)
{
    static const struct {
        double macs, constants, moved, ns;
        const char *arithmetic;
        enum bound bound;
        const char *level;
        double efficiency;
        const char *said;
    } cases[] = {
        {1e6, 1e3, 1e3, 2e4, "int8", BOUND_COMPUTE, "L2", 0.5, /* 10 us of products */
         "compute, at 50 % of 100 GMAC/s (int8)"},
        {0, 0, 4e5, 4e3, "read", BOUND_MEMORY, "L2", 0.5, /* 2 us from the L2 */
         "memory, above all L2 (200 GB/s), at 50 %"},
        {0, 1.1e6, 0, 2e4, "read", BOUND_MEMORY, "RAM", 0.75, /* a tenth does not fit the L2 */
         "memory, above all RAM (10 GB/s), at 75 %"},
        {0, 1.02e6, 0, 1e4, "read", BOUND_MEMORY, "L2", 0.7, /* nearly all does */
         "memory, above all L2 (200 GB/s), at 70 %"},
        {1e6, 4e6, 1e3, 5e5, "int8", BOUND_MEMORY, "RAM",
         0.61006, /* 300 us of weights, 5 in the L2 */
         "memory, above all RAM (10 GB/s), at 61 %"},
        {0, 0, 4e6, 5e5, "read", BOUND_MEMORY, "RAM", 0.61, /* of activations */
         "memory, above all RAM (10 GB/s), at 61 %"},
        {1e3, 1e3, 1e3, 1e4, "int8", BOUND_OVERHEAD, "L2", 0.001, /* 10 ns of 10 us */
         "overhead: ceilings explain 0 %"},
        {0, 1.7e308, 1.7e308, 1e4, "read", BOUND_OVERHEAD, "L2", 0.0, /* beyond all numbers */
         "overhead: ceilings explain 0 %"},
        {1e6, 1e3, 1e3, 2e4, "float16", BOUND_UNKNOWN, NULL, 0.0, ""}, /* no such ceiling */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = harness_two_rows();
        assert_string_equal(row_bound_by(results_row(results, 1)), "");
        assert_false(row_efficiency(results_row(results, 1))->present);
        harness_apply(results, "{'event': 'origins', 'candidate': 1, 'layers': [], 'nodes': []}");
        harness_apply(results,
                      "{'event': 'steps', 'trial': 1, 'ceilings': " CEILINGS
                      ", 'steps': [{'nodes': [], 'op': 'CONV_2D', 'arithmetic': '%s', 'macs': %g, "
                      "'constant_bytes': %g, 'read_bytes': %g, 'written_bytes': 0, 'ns': %g}]}",
                      cases[i].arithmetic, cases[i].macs, cases[i].constants, cases[i].moved,
                      cases[i].ns);
        const struct step_profile *profile = results_profile(results, 1);
        struct roofline roofline = step_roofline(profile, &profile->steps[0]);
        assert_int_equal(roofline.bound, cases[i].bound);
        assert_true(fabs(roofline.efficiency - cases[i].efficiency) < 1e-4);
        if (cases[i].level)
            assert_string_equal(roofline.level, cases[i].level);
        struct text text = {0}, step = {0};
        roofline_describe(profile, &text);
        assert_int_equal(text.length > 0, cases[i].bound != BOUND_UNKNOWN);
        const struct row *row = results_row(results, 1);
        assert_string_equal(row_bound_by(row), text.length > 0 ? text.bytes : "");
        assert_int_equal(row_efficiency(row)->present, cases[i].bound != BOUND_UNKNOWN);
        if (row_efficiency(row)->present)
            assert_true(fabs(row_efficiency(row)->value - cases[i].efficiency) < 1e-4);
        roofline_describe_step(profile, &profile->steps[0], &step);
        assert_string_equal(step.length > 0 ? step.bytes : "", cases[i].said);
        text_release(&text);
        text_release(&step);
        results_free(results);
    }
}

static void without_ceilings_nothing_is_said(void **state)
{
    struct results *results = harness_two_rows();
    struct text text = {0};
    (void)state;
    harness_apply(results, "{'event': 'origins', 'candidate': 1, 'layers': [], 'nodes': []}");
    harness_apply(results, "{'event': 'steps', 'trial': 1, 'ceilings': {'macs': {'int8': -1}, "
                           "'levels': [{'name': 'L1', 'read': 0}, 7]}, 'steps': [{'nodes': [], "
                           "'arithmetic': 'int8', 'macs': 1, 'constant_bytes': 0, 'read_bytes': 1, "
                           "'written_bytes': 0, 'ns': 1}]}");
    const struct step_profile *profile = results_profile(results, 1);
    assert_int_equal(profile->n_products + profile->n_levels, 0);
    assert_int_equal(step_roofline(profile, &profile->steps[0]).bound, BOUND_UNKNOWN);
    roofline_describe(profile, &text);
    assert_int_equal(text.length, 0);
    results_free(results);
}

static void ceilings_come_back_as_they_were(void **state)
{
    struct ceilings ceilings = {.threads = 2, .isa = ISA_GENERIC, .rounds = 2, .n_levels = 1}, back;
    (void)state;
    ceilings.macs[CEILING_FLOAT] = 3e9;
    ceilings.levels[0] = (struct ceilings_level){"L2", 4096.0, 5e9};
    json_t *packed = ceilings_pack(&ceilings);
    assert_true(ceilings_unpack(packed, &back));
    assert_int_equal(back.threads, 2);
    assert_int_equal(back.isa, ISA_GENERIC);
    assert_int_equal(back.rounds, 2);
    assert_true(back.macs[CEILING_FLOAT] == 3e9 && back.macs[CEILING_BYTES] == 0.0);
    assert_string_equal(back.levels[0].name, "L2");
    assert_true(back.levels[0].capacity == 4096.0 && back.levels[0].read == 5e9);
    json_decref(packed);
}

static void other_things_are_no_ceilings(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{'threads': 0, 'isa': 'avx2', 'rounds': 1}",
        "{'threads': 1, 'isa': 'avx3', 'rounds': 1}",
        "{'threads': 1, 'isa': 'avx2', 'rounds': 0}",
        "{'threads': 1, 'isa': 'avx2', 'rounds': 1, 'levels': [{}]}",
        "{'threads': 1, 'isa': 'avx2', 'rounds': 1, 'levels': [{}, {}, {}, {}, {}]}",
    };
    struct ceilings ceilings;
    (void)state;
    assert_false(ceilings_unpack(NULL, &ceilings));
    for (size_t i = 0; i < COUNT(texts); i++) {
        json_t *packed = harness_json("%s", texts[i]);
        assert_false(ceilings_unpack(packed, &ceilings));
        json_decref(packed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_bound_by_what_takes_longest),
        cmocka_unit_test(what_is_not_known_bounds_nothing),
        cmocka_unit_test(without_ceilings_nothing_is_said),
        cmocka_unit_test(ceilings_come_back_as_they_were),
        cmocka_unit_test(other_things_are_no_ceilings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
