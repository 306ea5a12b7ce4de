/* How far a run is, as the screen tells it: by limits of time, before anything is scored, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acting_worker.h"
#include "measure/clock.h"
#include "runner_harness.h"

static void open_bench(struct bench *bench, const char *seconds)
{
    const char *const options[][2] = {
        {"model", "net"},
        {"modes", "[fp32, w8, fp16]"},
        {"data.samples", "random:8"},
        {"measure.min_rounds", "6"},
        {"measure.max_rounds", "12"},
        {"measure.process_rounds", "4"},
        {"measure.seconds", seconds},
        {NULL, NULL},
    };
    bench_open(bench, options, "/dev/null", false);
    runner_start(bench->runner);
}

/* The least and the most share of all steps at which a stage is. */
struct seen {
    double least, most;
};

static void see(struct seen *seen, const struct progress *progress, const char *stage)
{
    if (!strstr(progress->stage, stage))
        return;
    seen->least = progress->fraction < seen->least ? progress->fraction : seen->least;
    seen->most = progress->fraction > seen->most ? progress->fraction : seen->most;
}

static void the_share_grows_before_anything_is_scored(void **state)
{
    struct bench bench;
    struct seen timing = {1.0, 0.0}, scoring = {1.0, 0.0};
    double until = clock_seconds() + 30.0;
    (void)state;
    open_bench(&bench, "5");
    while (runner_running(bench.runner) && clock_seconds() < until) {
        struct progress progress = runner_progress(bench.runner);
        assert_true(progress.fraction >= 0.0 && progress.fraction < 1.0);
        see(&timing, &progress, "timing");
        see(&scoring, &progress, "scoring");
        bench_step(&bench);
    }
    assert_true(runner_finished(bench.runner));
    assert_true(runner_progress(bench.runner).fraction >= 1.0);
    assert_true(timing.least < timing.most && timing.most > 0.0);
    assert_true(scoring.most > timing.least);
    results_free(bench.results);
    bench_close(&bench);
}

/* Of a limit that blocks will not reach, as there are not so many, little is expected. */
static void a_limit_is_not_waited_for_that_rounds_do_not_reach(void **state)
{
    struct bench bench;
    double most = 0.0, until = clock_seconds() + 30.0;
    (void)state;
    open_bench(&bench, "3600");
    while (runner_running(bench.runner) && clock_seconds() < until) {
        struct progress progress = runner_progress(bench.runner);
        if (strstr(progress.stage, "timing"))
            most = progress.fraction > most ? progress.fraction : most;
        bench_step(&bench);
    }
    assert_true(runner_finished(bench.runner));
    assert_true(most > 0.3);
    results_free(bench.results);
    bench_close(&bench);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_grows_before_anything_is_scored),
        cmocka_unit_test(a_limit_is_not_waited_for_that_rounds_do_not_reach),
    };
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return acting_worker();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
