/* Keys and commands that steer a run: what they ask and say. The run itself stands still here;
 * test_acting.c has what becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui_harness.h"

static const char *const options[][2] = {
    {"model", "net"}, {"modes", "[fp32, w8, fp16]"}, {NULL, NULL}};

static void open_stage(struct bench *bench, struct stage *stage)
{
    bench_open(bench, options, "/dev/null", false);
    stage_show(stage, bench->results);
    stage->ui.runner = bench->runner;
    stage_draw(stage, 24, 80);
}

static void close_stage(struct bench *bench, struct stage *stage)
{
    bench_close(bench);
    stage_close(stage);
}

static void say(struct stage *stage, const char *command)
{
    press(stage, ":");
    press(stage, command);
    press_key(stage, UI_KEY_ENTER);
}

static bool shows(const struct stage *stage, const char *text)
{
    return picture_shows(&stage->buffer, text);
}

/* Only what is compared with others asks. */
static void a_row_is_skipped(void **state)
{
    struct bench bench;
    struct stage stage;
    (void)state;
    open_stage(&bench, &stage);
    press(&stage, "gK");
    assert_true(shows(&stage, "Skip net, fp32 on 1? 2 other rows are compared with it"));
    press(&stage, "n");
    assert_int_equal(results_row(bench.results, 0)->state, TRIAL_WAITING);
    press(&stage, "GK");
    assert_true(shows(&stage, "skipped: net, fp16 on 1"));
    assert_int_equal(results_row(bench.results, 2)->state, TRIAL_SKIPPED);
    press(&stage, "K");
    assert_true(shows(&stage, "nothing is left to skip: the row is skipped"));
    press(&stage, "gKy");
    assert_int_equal(results_row(bench.results, 0)->state, TRIAL_SKIPPED);
    close_stage(&bench, &stage);
}

static void a_run_that_stands_still_says_so(void **state)
{
    struct bench bench;
    struct stage stage;
    (void)state;
    open_stage(&bench, &stage);
    press(&stage, "p");
    assert_true(shows(&stage, "nothing is running"));
    press(&stage, "gA");
    assert_true(shows(&stage, "the row is not finished yet: it is waiting"));
    press(&stage, "GKA");
    assert_true(shows(&stage, "the run is stopped"));
    say(&stage, "add mode w4");
    assert_true(shows(&stage, "the run is stopped"));
    close_stage(&bench, &stage);
}

static void modes_are_named_at_the_prompt(void **state)
{
    struct bench bench;
    struct stage stage;
    (void)state;
    open_stage(&bench, &stage);
    say(&stage, "remove mode w9");
    assert_true(shows(&stage, "no mode 'w9' takes part, nearest is 'w8'"));
    press_key(&stage, UI_KEY_ESCAPE);
    say(&stage, "remove w8");
    assert_true(shows(&stage, "'w8' is neither 'mode' with a mode nor 'placement'"));
    press_key(&stage, UI_KEY_ESCAPE);
    say(&stage, "remove mode w8");
    assert_true(shows(&stage, "w8 takes part no more"));
    assert_int_equal(results_row(bench.results, 1)->state, TRIAL_SKIPPED);
    say(&stage, "remove mode fp32");
    assert_true(shows(&stage, "Remove fp32? It has 1 row, 0 with figures"));
    press(&stage, "n");
    assert_int_equal(results_row(bench.results, 0)->state, TRIAL_WAITING);
    close_stage(&bench, &stage);
}

static void nobody_steers_a_journal(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    for (const char *key = "KA"; *key; key++) {
        press(&stage, (const char[]){*key, '\0'});
        assert_true(shows(&stage, "not in this journal's process"));
        press(&stage, "w"); /* another notice has its place */
        stage.ui.now += 60.0;
        stage_draw(&stage, 24, 80);
        assert_false(shows(&stage, "not in this journal's process"));
    }
    say(&stage, "add placement cores");
    assert_true(shows(&stage, "not in this journal's process"));
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_skipped),
        cmocka_unit_test(a_run_that_stands_still_says_so),
        cmocka_unit_test(modes_are_named_at_the_prompt),
        cmocka_unit_test(nobody_steers_a_journal),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
