#include "runner_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>

#include "experiment/resume.h"

static struct experiment *make_experiment(const char *const options[][2])
{
    struct error error = {0};
    struct experiment *experiment = experiment_new();
    for (size_t i = 0; options[i][0]; i++)
        if (experiment_set(experiment, options[i][0], options[i][1], &error) != STATUS_OK)
            fail_msg("%s", error.text);
    if (experiment_complete(experiment, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return experiment;
}

void bench_open(struct bench *bench, const char *const options[][2], const char *journal,
                bool is_resumed)
{
    struct error error = {0};
    *bench = (struct bench){.experiment = make_experiment(options), .results = results_new()};
    assert_int_equal(topology_load(&bench->topology, &error), STATUS_OK);
    enum status status = is_resumed ? journal_continue(journal, &bench->journal, &error)
                                    : journal_create(journal, &bench->journal, &error);
    if (status == STATUS_OK && is_resumed)
        status = resume_read(journal, bench->results, &error);
    if (status == STATUS_OK)
        status = runner_new(bench->experiment, bench->topology, bench->journal, bench->results,
                            &bench->runner, &error);
    if (status != STATUS_OK)
        fail_msg("%s", error.text);
}

void bench_step(struct bench *bench)
{
    struct error error;
    struct pollfd waited = {.fd = runner_descriptor(bench->runner), .events = POLLIN};
    poll(&waited, 1, 100);
    assert_int_equal(runner_dispatch(bench->runner, &error), STATUS_OK);
}

void bench_close(struct bench *bench)
{
    runner_free(bench->runner);
    journal_close(bench->journal);
    topology_free(bench->topology);
    experiment_free(bench->experiment);
}

void bench_check(struct bench *bench, const char *journal)
{
    struct results *read = results_new();
    struct error error;
    bench_close(bench);
    if (resume_read(journal, read, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(results_count(read), results_count(bench->results));
    for (int i = 0; i < results_count(read); i++) {
        const struct row *there = results_row(read, i), *here = results_row(bench->results, i);
        assert_int_equal(there->state, here->state);
        assert_string_equal(there->label, here->label);
        assert_string_equal(there->placement, here->placement);
        assert_string_equal(there->reason, here->reason);
        assert_true(there->rounds.value == here->rounds.value);
        assert_int_equal(there->speedup.present, here->speedup.present);
        assert_true(!here->speedup.present || there->speedup.value == here->speedup.value);
    }
    results_free(read);
    results_free(bench->results);
}
