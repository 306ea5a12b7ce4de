/* Targets: what they are given, what fits them, and what is recommended for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiment/target.h"
#include "results/reject.h"
#include "results/targets.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void targets_are_rows_or_texts_with_limits(void **state)
{
    static const struct {
        const char *text, *error;
        double flash;
    } cases[] = {
        {"cortex-m", NULL, 1048576.0},
        {"cortex-m:flash=512 KiB", NULL, 524288.0},
        {"mine:flash=2kB,ram=1 MiB,integer_only=true,types=int8+int16/int8,operators=ADD+CONV_2D",
         NULL, 2000.0},
        {"cortexm", "unknown target 'cortexm', nearest is 'cortex-m'; others need limits", 0.0},
        {"mine:flash=much", "'much' is no size", 0.0},
        {"mine:flesh=1", "targets have no 'flesh', nearest is 'flash'", 0.0},
        {"mine:integer_only=yes", "'yes' is neither true nor false", 0.0},
        {"mine:types=int8+int9", "unknown type 'int9'", 0.0},
        {"mine:types=int8/int", "unknown type 'int8/int'", 0.0},
        {"mine:operators=CONV", "unknown operator 'CONV'", 0.0},
        {"mine:operators=ADD+", "unknown operator ''", 0.0},
        {"mine:flash", "'flash' is not of the form option=value", 0.0},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct target target;
        struct error error;
        enum status status = target_parse(cases[i].text, arena, &target, &error);
        assert_int_equal(status, cases[i].error ? STATUS_INVALID : STATUS_OK);
        if (cases[i].error && !strstr(error.text, cases[i].error))
            fail_msg("%s: %s", cases[i].text, error.text);
        if (!cases[i].error)
            assert_true(target.flash == cases[i].flash);
    }
    arena_free(arena);
}

/* A typo in a row would leave out an operator without a word. */
static void shipped_targets_name_what_there_is(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < target_count; i++) {
        struct target copy = {.types = "", .operators = ""};
        struct error error;
        const struct target *target = &target_table[i].target;
        assert_true(strlen(target_table[i].text) > 10);
        if (target_option_set(arena, &copy, "types", target->types, &error) != STATUS_OK ||
            target_option_set(arena, &copy, "operators", target->operators, &error) != STATUS_OK)
            fail_msg("%s: %s", target->name, error.text);
    }
    arena_free(arena);
}

static struct results *with_target(const char *limits)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'targets': [{'name': 't'%s}]}", limits);
    harness_trial(results, 0, "fp32", 0);
    harness_trial(results, 1, "int8", 0);
    return results;
}

static void prepare(struct results *results, int candidate, int bytes, const char *operators)
{
    harness_apply(results,
                  "{'event': 'prepared', 'candidate': %d, 'bytes': %d, 'base_bytes': 4000%s}",
                  candidate, bytes, operators);
}

#define CONV  "{'op': 'CONV_2D', 'type': 'int8', 'weights': 'int8', 'count': 2}"
#define WIDE  "{'op': 'CONV_2D', 'type': 'int16', 'weights': 'int8', 'count': 2}"
#define FLOAT "{'op': 'SOFTMAX', 'type': 'float32', 'count': 1}"
#define HALF  "{'op': 'ADD', 'type': 'float32', 'weights': 'float16', 'count': 1}"

static void what_does_not_fit_says_why(void **state)
{
    static const struct {
        const char *limits, *operators, *said;
    } cases[] = {
        {"", ", 'operators': [" CONV "]", "t: fits"},
        {", 'flash': 1000", "", "t: fits"},
        {", 'flash': 999", "", "t: no, file of 1000 B in 999 B flash"},
        {", 'ram': 2048", "", "t: fits"},
        {", 'ram': 2047", "", "t: no, activations of 2.00 KiB in 2.00 KiB RAM"},
        {", 'integer_only': true", "", "t: cannot tell, operators not known"},
        {", 'integer_only': true", ", 'operators': [" CONV "]", "t: fits"},
        {", 'integer_only': true", ", 'operators': [" CONV "," FLOAT "]",
         "t: no, SOFTMAX in float32"},
        {", 'types': 'float32'", ", 'operators': [" HALF "]", "t: no, ADD in float32/float16"},
        {", 'types': 'int8+float32'", ", 'operators': [" WIDE "]", "t: no, CONV_2D in int16/int8"},
        {", 'types': 'int16/int8'", ", 'operators': [" WIDE "]", "t: fits"},
        {", 'operators': 'CONV_2D_X+ADD'", ", 'operators': [" CONV "]", "t: no, it lacks CONV_2D"},
        {", 'operators': 'ADD+CONV_2D'", ", 'operators': [" CONV "]", "t: fits"},
        {", 'flash': 1, 'ram': 1, 'integer_only': true, 'operators': 'ADD'",
         ", 'operators': [" CONV "," FLOAT "]",
         "t: no, file of 1000 B in 1 B flash, activations of 2.00 KiB in 1 B RAM, it lacks CONV_2D "
         "and 1 more"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = with_target(cases[i].limits);
        assert_string_equal(results_row(results, 1)->target_list, "");
        prepare(results, 1, 1000, cases[i].operators);
        harness_apply(results, "{'event': 'process', 'trial': 1, 'process': 0, 'load_ms': 1, "
                               "'first_ms': 1, 'arena_bytes': 2048}");
        assert_string_equal(results_row(results, 1)->target_list, cases[i].said);
        assert_string_equal(results_row(results, 1)->fits,
                            strstr(cases[i].said, "fits") ? "t" : "none");
        results_free(results);
    }
}

static void finish(struct results *results)
{
    for (int round = 0; round < 12; round++)
        for (int t = 0; t < 2; t++)
            harness_block(results, t, round, round, t ? 500.0 : 1000.0);
    for (int t = 0; t < 2; t++)
        harness_apply(results, "{'event': 'done', 'trial': %d}", t);
}

static void the_answer_names_what_fits(void **state)
{
    static const struct {
        const char *limits, *operators, *said;
        enum verdict verdict;
    } cases[] = {
        {", 'flash': 1000", "", "; int8 on one core fits t", VERDICT_NONE},
        {", 'flash': 999", "", "; nothing fits t (int8 on one core: file of 1000 B in 999 B flash)",
         VERDICT_FAIL},
        {", 'types': 'int8'", "", "; cannot tell what fits t", VERDICT_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = with_target(cases[i].limits);
        prepare(results, 0, 4000, "");
        prepare(results, 1, 1000, cases[i].operators);
        finish(results);
        struct recommendation choice = recommend(results, "m");
        assert_int_equal(choice.verdict, cases[i].verdict);
        if (!strstr(choice.text, cases[i].said))
            fail_msg("%s", choice.text);
        results_free(results);
    }
}

/* Rows of 2, 2 and 1.5 times the speed of fp32, the second of which is larger. */
static void check_reasons(int chosen_bytes, int larger_bytes, const char *said)
{
    const int bytes[] = {4000000, chosen_bytes, larger_bytes, 900, 3000000};
    static const double ns[] = {1000.0, 500.0, 500.0, 666.0, 400.0};
    struct results *results = results_new();
    struct text why = {0};
    harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_bytes': 2000000}}");
    static const char *const labels[] = {"fp32", "a", "b", "c", "d"};
    for (int t = 0; t < 5; t++) {
        harness_trial(results, t, labels[t], 0);
        prepare(results, t, bytes[t], "");
    }
    for (int round = 0; round < 12; round++)
        for (int t = 0; t < 5; t++)
            harness_block(results, t, round, round, ns[t]);
    for (int t = 0; t < 5; t++)
        harness_apply(results, "{'event': 'done', 'trial': %d}", t);
    struct recommendation choice = recommend(results, "m");
    assert_int_equal(choice.trial, 1);
    reject_describe(results, "m", &choice, &why);
    assert_string_equal(why.bytes, said);
    text_release(&why);
    results_free(results);
}

#define OTHERS                                                                                     \
    " and no faster as far as one can tell; c on 1 is slower (1.50 ±0.00 times fp32, not 2.00 "   \
    "±0.00); d on 1 misses max_size by 977 KiB"

static void rows_that_are_not_chosen_say_why(void **state)
{
    (void)state;
    check_reasons(1000, 1200, "b on 1 is larger (1.17 KiB, not 1000 B)" OTHERS);
    check_reasons(600000, 600100, "b on 1 is larger (by 100 B)" OTHERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_rows_or_texts_with_limits),
        cmocka_unit_test(shipped_targets_name_what_there_is),
        cmocka_unit_test(what_does_not_fit_says_why),
        cmocka_unit_test(the_answer_names_what_fits),
        cmocka_unit_test(rows_that_are_not_chosen_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
