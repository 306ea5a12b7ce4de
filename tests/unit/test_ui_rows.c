/* What the screens say of rows: doubts, reasons, comparisons with others and with another run, and
 * rows one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui_harness.h"

/* In the line that the recommendation has otherwise. */
static void doubts_are_shown_at_once(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    assert_false(picture_shows(&stage.buffer, "labels are odd"));
    harness_apply(stage.results, "{'event': 'prepared', 'candidate': 0, 'bytes': 1, "
                                 "'metric': 'top1', 'doubt': 'labels are odd', "
                                 "'doubt_stays': true}");
    stage_draw(&stage, 24, 120);
    assert_true(picture_shows(&stage.buffer, "what quantization costs: labels are odd"));
    stage_close(&stage);
}

/* The steps of a row: one, whose products are of a type. */
static void watch(struct results *results, int trial, const char *type)
{
    harness_apply(results,
                  "{'event': 'origins', 'candidate': %d, 'layers': [['one', 'Conv']], "
                  "'nodes': [[0]]}",
                  trial);
    harness_apply(results,
                  "{'event': 'steps', 'trial': %d, 'steps': [{'nodes': [0], 'op': 'CONV_2D', "
                  "'merged': '', 'kernel': 'k', 'isa': 'x', 'arithmetic': '%s', 'input': '%s 1x8', "
                  "'output': '%s 1x8', 'macs': 8, 'constant_bytes': 8, 'read_bytes': 8, "
                  "'written_bytes': 8, 'ns': 1e5}]}",
                  trial, type, type, type);
}

/* fp32 was not watched, int8 was, on a CPU without dot products of bytes. */
static struct results *watched_results(void)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx2', 'cpu_isa': 'avx2'}");
    harness_runtime(results, 0, "fp32", "builtin", 0, 0);
    harness_runtime(results, 1, "int8", "builtin", 0, 1);
    for (int round = 0; round < 10; round++) {
        harness_block(results, 0, round, round / 2, 2e5);
        harness_block(results, 1, round, round / 2, 1e5);
    }
    harness_apply(results, "{'event': 'state', 'trial': 0, 'state': 'done'}");
    watch(results, 1, "int8");
    return results;
}

static void reasons_stand_below_the_table(void **state)
{
    struct stage stage;
    (void)state;
    stage_show(&stage, watched_results());
    assert_true(picture_shows(&stage.buffer, " -  its steps were not watched: see the key"));
    press(&stage, "j");
    assert_picture(
        &stage.buffer,
        "quantop                                  [1]Trials 2 3 4 5 6 7 8 9 i  unfinished\n"
        "avx2\n"
        "######.......  50 %  1 of 2 rows finished                           0:00 elapsed\n"
        "\n"
        "   mode      size  smaller    median       speedup      accuracy          drop >\n"
        "              KiB        x        ms             x\n"
        "   fp32         -        -    0.2000          1.00             -             -\n"
        ">  int8         -        -    0.1000          2.00             -             -\n"
        "-- why: m, int8 on 1 -----------------------------------------------------------\n"
        " 1. products of int8 take 100 % of the time, and avx2 has no dot products of\n"
        "    bytes: they are widened to 16 bits (a CPU with VNNI, or Arm's dot products,\n"
        "    multiplies four bytes at once)~\n"
        "-- m, int8, 1 thread on 1, builtin: waiting ------------------------------------\n"
        " blocks      100 us to 100 us in 10 blocks  ..........\n"
        " size                  -         smaller               -\n"
        " median           0.1000 ms      p99                   -\n"
        " speedup            2.00 x       accuracy              -\n"
        " drop                  -         memory                -\n"
        " promised smaller      -         promised speedup      -\n"
        " seconds to tell       -         samples to tell       -\n"
        " typical block    0.1000 ms      disturbed             0\n"
        " waited                -         taken by host         -\n"
        " others use            -         interrupted           -                       v\n"
        "F1/? Help F10/q Quit Space Tag c Compare / Find F4/\\ Filter F6/s Sort w Why  2/2\n");
    stage_draw(&stage, 24, 40);
    assert_true(picture_shows(&stage.buffer, "-- why: m, int8 on 1 ---"));
    assert_true(picture_shows(&stage.buffer, "\n    of bytes: they are widened to 16~\n"));
    assert_false(picture_shows(&stage.buffer, "most time"));
    /* All of them are in the details, whole, and beside these where there is room. */
    stage_draw(&stage, 60, 80);
    assert_true(picture_shows(&stage.buffer, "\n 2. most time goes to CONV_2D 'one' 100 %"));
    assert_true(picture_shows(&stage.buffer, "\n why         products of int8 take 100 %"));
    assert_true(picture_shows(&stage.buffer, "\n why         most time goes to CONV_2D"));
    press(&stage, "w");
    assert_false(picture_shows(&stage.buffer, "-- why: "));
    press(&stage, "w");
    assert_true(picture_shows(&stage.buffer, "-- why: "));
    stage_draw(&stage, 12, 40);
    assert_false(picture_shows(&stage.buffer, "why: "));
    action_of_key(&stage.ui, 'w');
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, "no room: the details have the reasons"));
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "-- why: "));
    stage_close(&stage);
}

/* They are those of what is selected, and of what is known of it by now. */
static void reasons_follow_selection_and_events(void **state)
{
    struct stage stage;
    (void)state;
    stage_show(&stage, watched_results());
    press(&stage, "jk");
    assert_true(picture_shows(&stage.buffer, "its steps were not watched"));
    press(&stage, "j");
    assert_false(picture_shows(&stage.buffer, "its steps were not watched"));
    assert_true(picture_shows(&stage.buffer, "and avx2 has no dot products"));
    press(&stage, "k");
    watch(stage.results, 0, "float32");
    stage_draw(&stage, 24, 80);
    assert_false(picture_shows(&stage.buffer, "its steps were not watched"));
    assert_true(picture_shows(&stage.buffer, " 1. most time goes to CONV_2D 'one' 100 %"));
    stage_close(&stage);
}

/* Its own fp32 row is what a row is compared with; fp32 has the others beside it. */
static void a_row_is_compared_with_what_it_goes_with(void **state)
{
    struct stage stage;
    (void)state;
    for (int baseline = -1; baseline <= 0; baseline++) { /* journals have it as its own */
        struct results *results = results_new();
        harness_apply(results, "{'event': 'run', 'format': 1}");
        harness_runtime(results, 0, "fp32", "builtin", baseline, 0);
        harness_runtime(results, 1, "int8", "builtin", 0, 1);
        stage_show(&stage, results);
        press(&stage, "1g3");
        assert_true(picture_shows(&stage.buffer, "\nmode         fp32  int8\n"));
        press(&stage, "1G3");
        assert_true(picture_shows(&stage.buffer, "\nmode         fp32  int8\n"));
        stage_close(&stage);
    }
}

/* Without another run, the page says how to get one; with one that has no row of it, why. */
static void history_needs_another_run(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "7jkG");
    assert_true(picture_shows(&stage.buffer, "This run was held against no other one."));
    assert_true(picture_shows(&stage.buffer, "'quantop view JOURNAL --baseline\n"));
    harness_apply(stage.results, "{'event': 'gate', 'baseline': 'b.jsonl', 'started': '', "
                                 "'notes': ['plain fp32: not in the baseline'], "
                                 "'comparisons': []}");
    press(&stage, "jk");
    assert_true(picture_shows(&stage.buffer, "no row could be compared with one of b.jsonl"));
    assert_true(picture_shows(&stage.buffer, "plain fp32: not in the baseline"));
    stage_close(&stage);
}

#define TIMES "'figure': 'latency', 'before': 1e5, 'now': 2e5, 'margin': 0.1"

/* The rows that both have, one of which has no time, with all figures of the selected one. */
static void history_lists_the_rows_of_both_runs(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    harness_apply(stage.results,
                  "{'event': 'gate', 'baseline': 'b.jsonl', 'started': 'then', 'notes': [], "
                  "'comparisons': [{'trial': 0, " TIMES ", 'change': 1, 'low': 0.9, 'high': 1.2}, "
                  "{'trial': 0, 'figure': 'size', 'before': 5, 'now': 5, 'margin': 0, 'change': 0, "
                  "'low': 0, 'high': 0}, {'trial': 1, " TIMES ", 'reason': 'too hot'}, {'trial': "
                  "3, 'figure': 'size', 'before': 6, 'margin': 0, 'reason': 'unknown'}]}");
    press(&stage, "7");
    assert_true(picture_shows(&stage.buffer, " failed: 1 of 4 figures is worse than in b.jsonl of "
                                             "then, 2 cannot be told\n"));
    assert_true(picture_shows(&stage.buffer, "> plain         fp32     worse          2.000  "));
    assert_true(picture_shows(&stage.buffer, "\nnot worse    size 5 B, 5 B before: +0.00 %"));
    press(&stage, "j");
    assert_true(picture_shows(&stage.buffer, "> plain         int8     cannot tell  (2.000)  "));
    /* Mode, verdict and change come before all else. */
    for (int width = 40; width < 80; width++) {
        stage_draw(&stage, 12, width);
        assert_true(picture_shows(&stage.buffer, "\n> ") && picture_shows(&stage.buffer, "int8") &&
                    picture_shows(&stage.buffer, "  cannot tell  (2.000)"));
    }
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, "\n> int8 plain      cannot tell  (2.000)\n"));
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "latency 0.2 ms, 0.1 ms before: too hot\n"));
    press(&stage, "G");
    assert_true(picture_shows(&stage.buffer, "3/3\n"));
    assert_true(picture_shows(&stage.buffer, "size -, 6 B before: unknown\n"));
    assert_true(action_of_click(&stage.ui, 4, 5) & LOOP_DRAW);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "1/3\n"));
    stage_close(&stage);
}

/* One row after the other, and back; the other pages go on with the one that is shown. */
static void rows_are_presented_one_by_one(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "9");
    assert_true(picture_shows(&stage.buffer, "plain, fp32 on 1\n"));
    assert_true(picture_shows(&stage.buffer, "1 of 6 shown\n"));
    assert_false(picture_shows(&stage.buffer, "int8"));
    press(&stage, " ");
    assert_true(picture_shows(&stage.buffer, "plain, int8 on 1\n speedup x: 2.50 "));
    assert_true(picture_shows(&stage.buffer, ", faster\n _\"\"\"_ "));
    assert_true(picture_shows(&stage.buffer, "2 of 6 shown\n"));
    press(&stage, "k");
    assert_true(picture_shows(&stage.buffer, "plain, fp32 on 1\n"));
    assert_true(picture_shows(&stage.buffer, "2 of 6 shown\n"));
    action_of_key(&stage.ui, UI_KEY_PAGE_UP);
    action_of_key(&stage.ui, UI_KEY_PAGE_UP);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "\nthis is the first row\n"));
    stage.ui.now += 10.0;
    press(&stage, "       ");
    assert_true(picture_shows(&stage.buffer, "\nevery row is shown\n"));
    stage.ui.now += 10.0;
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "6 of 6 shown\n"));
    /* A figure that is absent says why. */
    assert_true(picture_shows(&stage.buffer, "drop pp: the trial failed\n\n ____\n"));
    press(&stage, "ggjq9");
    assert_true(picture_shows(&stage.buffer, "plain, int8 on 1\n"));
    press(&stage, "1");
    assert_true(stage_selects(&stage, "int8"));
    stage_close(&stage);
}

/* Where no row tells what accuracy it loses, another figure than the drop stands upwards, until one
 * is chosen. */
static void charts_begin_with_figures_that_are_there(void **state)
{
    struct stage stage;
    (void)state;
    stage_show(&stage, watched_results());
    press(&stage, "4");
    assert_true(picture_shows(&stage.buffer, "no row has both figures yet\n"));
    for (int candidate = 0; candidate < 2; candidate++)
        harness_apply(stage.results,
                      "{'event': 'prepared', 'candidate': %d, 'bytes': %d, 'base_bytes': 400, "
                      "'metric': 'top1'}",
                      candidate, 400 - 300 * candidate);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "  0.1000  4.00\n"));
    press(&stage, "v");
    assert_false(picture_shows(&stage.buffer, "  0.1000  4.00\n"));
    stage_close(&stage);
}

static void rounds_of_a_row_are_charted(void **state)
{
    struct stage stage;
    (void)state;
    stage_show(&stage, watched_results());
    press(&stage, "j4r");
    assert_true(picture_shows(&stage.buffer, "m: int8, speedup by round\n"));
    assert_true(picture_shows(&stage.buffer, " 2.00 x after 10 rounds\n"));
    assert_true(picture_shows(&stage.buffer, "no interval yet; what was wanted is not in\n"));
    assert_true(picture_shows(&stage.buffer, "rounds, log\n"));
    /* The builtin row would be compared with itself: the block's time comes next. */
    press(&stage, "v");
    assert_true(picture_shows(&stage.buffer, "m: int8, typical block by round\n"));
    assert_true(picture_shows(&stage.buffer, "rounds do not go on for"));
    press(&stage, "v");
    assert_true(picture_shows(&stage.buffer, "m: int8, speedup by round\n"));
    press(&stage, "x");
    assert_true(picture_shows(&stage.buffer, "rounds always go across"));
    /* fp32 is compared with nothing. */
    press(&stage, "k");
    assert_true(picture_shows(&stage.buffer, "m: fp32, typical block by round\n"));
    press(&stage, "jr");
    assert_true(picture_shows(&stage.buffer, "* by the values no other is better in both\n"));
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubts_are_shown_at_once),
        cmocka_unit_test(reasons_stand_below_the_table),
        cmocka_unit_test(reasons_follow_selection_and_events),
        cmocka_unit_test(a_row_is_compared_with_what_it_goes_with),
        cmocka_unit_test(history_needs_another_run),
        cmocka_unit_test(history_lists_the_rows_of_both_runs),
        cmocka_unit_test(rows_are_presented_one_by_one),
        cmocka_unit_test(charts_begin_with_figures_that_are_there),
        cmocka_unit_test(rounds_of_a_row_are_charted),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
