/* The table for a terminal: which columns fit, how they are aligned, and the notes below. */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"
#include "results/column.h"
#include "results_harness.h"

static int width_of(const char *line, size_t length)
{
    int width = 0;
    for (size_t i = 0; i < length; i++)
        width += ((unsigned char)line[i] & 0xc0) != 0x80;
    return width;
}

/* Every line is within the width and, in ASCII, ASCII; every value stands there whole. */
static void check_table(struct results *results, const struct table_style *style)
{
    struct table_layout layout = table_layout_new(results, style);
    char value[COLUMN_TEXT_SIZE];
    for (int i = -1; i < results_count(results); i++) {
        struct text line = {0};
        if (i < 0)
            table_write_header(&layout, results_run(results), &line);
        else
            table_write_row(&layout, results_row(results, i), &line);
        size_t length = line.length - 1;
        assert_int_equal(line.bytes[length], '\n');
        if (layout.count > 2 && width_of(line.bytes, length) > style->width)
            fail_msg("width %d: '%s'", style->width, line.bytes);
        for (size_t k = 0; k < length && style->ascii; k++)
            assert_in_range(line.bytes[k], ' ', '~');
        const char *from = line.bytes;
        for (size_t c = 0; c < layout.count && i >= 0 && !style->ascii; c++) {
            const char *shown = column_format(layout.columns[c], results_row(results, i), value);
            const char *found = strstr(from, shown);
            assert_non_null(found);
            from = found + strlen(shown);
        }
        text_release(&line);
    }
    table_layout_release(&layout);
}

static void tables_stay_within_the_width(void **state)
{
    struct results *results = harness_run_results();
    (void)state;
    for (int width = 20; width <= 200; width++)
        for (int ascii = 0; ascii < 2; ascii++)
            check_table(results, &(struct table_style){.width = width, .ascii = ascii != 0});
    results_free(results);
}

/* An interval that fills its column needs one character more where ± is two. */
static void wide_intervals_fit_in_ascii(void **state)
{
    struct results *results = harness_two_rows();
    struct table_style style = {.width = 0, .ascii = true};
    (void)state;
    for (int i = 0; i < 6; i++) {
        harness_block(results, 0, i, i, 1e6);
        harness_block(results, 1, i, i, 1e6 / (20.0 * exp(0.6 * (i / 2.5 - 1.0))));
    }
    /* the longest state, so that the last column is full, too */
    harness_apply(results, "{'event': 'state', 'trial': 1, 'state': 'quantizing'}");
    struct table_layout whole = table_layout_new(results, &style);
    for (size_t i = 0; i < whole.count; i++)
        style.width += whole.widths[i] + (i ? 2 : 0);
    assert_in_range(style.width, 100, 200);
    check_table(results, &style);
    table_layout_release(&whole);
    results_free(results);
}

/* What is left out matters less than what stays, and a wider screen shows no less. */
static void narrow_tables_leave_out_what_matters_least(void **state)
{
    struct results *results = harness_run_results();
    size_t all = 0, before = 0;
    (void)state;
    for (int width = 20; width <= 220; width++) {
        struct table_style style = {.width = width};
        struct table_layout layout = table_layout_new(results, &style);
        int least = 0, kept = 0;
        for (size_t c = 0; c < layout.count; c++)
            least = layout.columns[c]->priority > least ? layout.columns[c]->priority : least;
        all = 0;
        for (size_t c = 0; c < column_count; c++) {
            bool shown = column_is_shown(&columns[c], SHOWN_TABLE, results_run(results));
            all += shown;
            kept += shown && columns[c].priority < least;
        }
        assert_in_range(layout.count, kept + 1, all);
        assert_true(layout.count >= before && layout.count >= 2);
        before = layout.count;
        table_layout_release(&layout);
    }
    assert_int_equal(before, all);
    results_free(results);
}

static void a_table_has_aligned_columns(void **state)
{
    static const char expected[] =
        "model  mode  on  size KiB  smaller x  median ms    p99 ms     speedup "
        "x      accuracy          drop  speed        loss          trust  promise       memory MiB "
        " state\n"
        "m      fp32  1          -          -   0.001000         -          1.0"
        "0             -             -                                                           - "
        " waiting\n"
        "m      int8  1      244.1       4.00   0.000500         -   2.00 +-0.0"
        "0             -             -  cannot tell                                              - "
        " done\n";
    struct results *results = harness_two_rows();
    struct table_style style = {.ascii = true};
    struct text text = {0}, bold = {0};
    (void)state;
    for (int i = 0; i < 6; i++) {
        harness_block(results, 0, i, i, 1000.0);
        harness_block(results, 1, i, i, 500.0);
    }
    harness_apply(results, "{'event': 'prepared', 'candidate': 1, 'bytes': 250000, 'base_bytes': "
                           "1000000}");
    harness_apply(results, "{'event': 'done', 'trial': 1}");
    struct table_layout layout = table_layout_new(results, &style);
    table_write_header(&layout, results_run(results), &text);
    for (int i = 0; i < 2; i++)
        table_write_row(&layout, results_row(results, i), &text);
    assert_string_equal(text.bytes, expected);
    layout.style.bold = true;
    table_write_header(&layout, results_run(results), &bold);
    assert_int_equal(strncmp(bold.bytes, "\033[1mmodel  mode  on", 18), 0);
    assert_non_null(strstr(bold.bytes, "\033[0m\n"));
    text_release(&text);
    text_release(&bold);
    table_layout_release(&layout);
    results_free(results);
}

/* What says which runtime a row is of is there when there are several. */
static void several_runtimes_have_columns_of_their_own(void **state)
{
    static const char expected[] =
        "model  mode  runtime      on  size KiB  smaller x  median ms    p99 ms"
        "     speedup x  vs builtin x      accuracy          drop  speed        loss          "
        "trust  promise       memory MiB  state\n"
        "m      int8  builtin      1          -          -   0.001000         -"
        "             -          1.00             -             -                                  "
        "                         -  waiting\n"
        "m      int8  onnxruntime  1          -          -   0.000500         -"
        "             -   2.00 +-0.00             -             -                                  "
        "                         -  failed\n";
    struct results *results = results_new();
    struct table_style style = {.ascii = true};
    struct text text = {0};
    (void)state;
    harness_runtime(results, 0, "int8", "builtin", -1, 0);
    assert_false(results_run(results)->has_runtimes);
    harness_runtime(results, 1, "int8", "onnxruntime", -1, 0);
    for (int i = 0; i < 6; i++) {
        harness_block(results, 0, i, i, 1000.0);
        harness_block(results, 1, i, i, 500.0);
    }
    harness_apply(results, "{'event': 'failed', 'trial': 1, 'stage': 'time', 'reason': 'x'}");
    struct table_layout layout = table_layout_new(results, &style);
    table_write_header(&layout, results_run(results), &text);
    for (int i = 0; i < 2; i++)
        table_write_row(&layout, results_row(results, i), &text);
    assert_string_equal(text.bytes, expected);
    text_clear(&text);
    table_write_notes(results, &style, &text);
    assert_string_equal(text.bytes, "m int8 with onnxruntime on 1 failed: time: x\n");
    text_release(&text);
    table_layout_release(&layout);
    results_free(results);
}

static void notes_name_failures_float_operators_and_the_choice(void **state)
{
    struct results *results = harness_run_results();
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct table_style style = {.ascii = ascii != 0};
        struct text text = {0};
        table_write_notes(results, &style, &text);
        assert_non_null(
            strstr(text.bytes, "plain wide, \"slow\" | 16x8 on pu:0,2 failed: timing: "));
        assert_non_null(strstr(text.bytes, "plain int8: 1 of 9 operators stay float (ELU x1)\n"));
        assert_non_null(strstr(text.bytes, "plain: ship int8 on one core: 2.5"));
        assert_non_null(strstr(text.bytes, ascii ? "na?ve|?, \"x\" fp16 on cores failed: out of"
                                                 : "naïve|µ, \"x\" fp16 on cores failed: out of"));
        assert_non_null(strstr(text.bytes, ascii ? "killed?by ?, again" : "killed?by µ, again"));
        for (size_t i = 0; i < text.length && ascii; i++)
            assert_true(text.bytes[i] == '\n' || isprint((unsigned char)text.bytes[i]));
        text_release(&text);
    }
    results_free(results);
}

/* Each once for a model, with the modes where it is not about all that were prepared. */
static void notes_tell_remarks_once(void **state)
{
    struct results *results = results_new();
    struct table_style style = {.ascii = true};
    struct text text = {0};
    (void)state;
    harness_trial(results, 0, "fp32", -1);
    harness_trial(results, 1, "int8", 0);
    harness_trial(results, 2, "16x8", 0);
    harness_apply(results, "{'event': 'prepared', 'candidate': 0, 'bytes': 1, 'remarks': ['a']}");
    harness_apply(results, "{'event': 'prepared', 'candidate': 1, 'bytes': 1, 'remarks': "
                           "['a', 'b']}");
    table_write_notes(results, &style, &text);
    assert_string_equal(text.bytes, "m: note: a\nm int8: note: b\n");
    text_release(&text);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_stay_within_the_width),
        cmocka_unit_test(wide_intervals_fit_in_ascii),
        cmocka_unit_test(narrow_tables_leave_out_what_matters_least),
        cmocka_unit_test(a_table_has_aligned_columns),
        cmocka_unit_test(several_runtimes_have_columns_of_their_own),
        cmocka_unit_test(notes_name_failures_float_operators_and_the_choice),
        cmocka_unit_test(notes_tell_remarks_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
