/* Filters: which rows a text lets through, and texts that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/filter.h"
#include "results_harness.h"

/* Four rows, of which only int8 has a speedup, 2.00x. */
static struct results *four_rows(void)
{
    static const char *const labels[] = {"fp32", "int8", "int8:weights=per-tensor", "fp16"};
    struct results *results = results_new();
    for (int i = 0; i < 4; i++)
        harness_trial(results, i, labels[i], i == 0 ? -1 : 0);
    for (int round = 0; round < 8; round++) {
        harness_block(results, 0, round, 0, 2000.0);
        harness_block(results, 1, round, 0, 1000.0);
    }
    return results;
}

/* The rows that match, as "0 2 ". */
static void matches(struct results *results, const char *text, char out[16])
{
    struct filter *filter;
    struct error error = {0};
    out[0] = '\0';
    if (filter_parse(text, &filter, &error) != STATUS_OK)
        fail_msg("%s: %s", text, error.text);
    for (int i = 0; i < results_count(results); i++)
        if (filter_matches(filter, results_row(results, i)))
            strcat(out, (char[]){(char)('0' + i), ' ', '\0'});
    filter_free(filter);
}

static void rows_are_let_through(void **state)
{
    static const struct {
        const char *text, *rows;
    } cases[] = {
        {"", "0 1 2 3 "},
        {"  |  ", "0 1 2 3 "},
        {"int8", "1 2 "},
        {"INT8", "1 2 "},
        {"int8 tensor", "2 "},
        {"int8|fp16", "1 2 3 "},
        {"int8 !tensor | fp16", "1 3 "},
        {"!int8", "0 3 "},
        {"/^fp(16|32)$/", "0 3 "},
        {"/^fp1|^int8$/", "1 3 "},
        {"!/^fp/", "1 2 "},
        {"mode:fp", "0 3 "},
        {"mode:/^int8$/", "1 "},
        {"!mode:fp", "1 2 "},
        {"model:fp", ""},
        {"speedup:>1.5", "1 "},
        {"speedup:>2", ""},
        {"speedup:>=2", "1 "},
        {"speedup:=2", "1 "},
        {"speedup:<3", "1 "},
        {"speedup:<=1.99", ""},
        {"!speedup:>1.5", "0 2 3 "},
        {"latency_ms:<0.0015", "1 "},
        {"median:0.0020", "0 "},
        {"speedup:>1 | mode:fp32", "0 1 "},
        {"fp32 int8 | | fp16", "3 "},
    };
    struct results *results = four_rows();
    char rows[16];
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        matches(results, cases[i].text, rows);
        if (strcmp(rows, cases[i].rows) != 0)
            fail_msg("'%s' lets '%s' through, not '%s'", cases[i].text, rows, cases[i].rows);
    }
    results_free(results);
}

static void what_is_no_filter_says_why(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"colour:red", "no column is called 'colour'"},
        {"int8 | speedup:>fast", "'fast' is no number"},
        {"speedup:>", "'' is no number"},
        {"speedup:>1x", "'1x' is no number"},
        {"/(/", "'/(/': "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct filter *filter;
        struct error error = {0};
        assert_int_equal(filter_parse(cases[i].text, &filter, &error), STATUS_INVALID);
        assert_non_null(strstr(error.text, cases[i].message));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_let_through),
        cmocka_unit_test(what_is_no_filter_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
