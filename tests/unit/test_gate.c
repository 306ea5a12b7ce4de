/* The gate: planted runs beside planted baselines, and what keeps two of them from being
 * compared. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/random.h"
#include "report/gate.h"
#include "report/report.h"
#include "results/gate_hold.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A run of fp32 and int8; what is NULL or 0 is as usual. */
struct planted {
    double ns, spread; /* of int8's blocks: their middle, and as shares of it to each side */
    int blocks, bytes, peak, threads, samples, last_miss;
    const char *cpu, *isa, *version, *metric, *content, *data, *shapes, *model, *second;
    int seed;
    double error;       /* of int8's samples; 0: scores are those of classes */
    const char *waited; /* seconds of each block's ten */
};

static const char * or (const char *text, const char *usual)
{
    return text ? text : usual;
}

static void begin(struct results *results, const struct planted *planted)
{
    harness_apply(results,
                  "{'event': 'run', 'format': 1, 'started': '2020-01-02T03:04:05', 'host': 'h', "
                  "'cpu': '%s', 'isa': '%s', 'experiment': {'models': "
                  "[{'name': '%s', 'content': '%s'}], 'order': {'direct': false, 'seed': %d, "
                  "'shapes': [%s], 'data': {'samples': '%s'}}}}",
                  or (planted->cpu, "a CPU"), or (planted->isa, "avx2"), or (planted->model, "m"),
                  or (planted->content, "sha256:1"), planted->seed, or (planted->shapes, ""),
                  or (planted->data, "sha256:2"));
    for (int i = 0; i < 2; i++)
        harness_apply(results,
                      "{'event': 'trial', 'trial': %d, 'candidate': %d, "
                      "'model': '%s', 'mode': '%s', 'label': '%s', 'placement': '1', 'threads': "
                      "%d, 'runtime': 'builtin', 'baseline': 0}",
                      i, i, or (planted->model, "m"), i ? "int8" : "fp32",
                      i ? or (planted->second, "int8") : "fp32",
                      planted->threads ? planted->threads : 1);
}

/* Errors of 40 samples around the given one. */
static void add_errors(struct results *results, int candidate, double error)
{
    struct text values = {0}, none = {0};
    for (int i = 0; i < 40; i++) {
        text_printf(&values, "%s%.17g", i ? "," : "", error * (1.0 + 0.01 * (i % 7)));
        text_printf(&none, "%s-1", i ? "," : "");
    }
    harness_apply(results,
                  "{'event': 'scores', 'candidate': %d, 'first': 0, 'values': [%s], 'top1': [%s], "
                  "'labels': [%s]}",
                  candidate, values.bytes, none.bytes, none.bytes);
    text_release(&values);
    text_release(&none);
}

static void add_row(struct results *results, const struct planted *planted, int i)
{
    int blocks = planted->blocks ? planted->blocks : 20;
    double ns = i && planted->ns > 0.0 ? planted->ns : 1e5;
    harness_apply(results,
                  "{'event': 'prepared', 'candidate': %d, 'bytes': %d, "
                  "'base_bytes': 1000, 'metric': '%s', 'samples': 100}",
                  i, planted->bytes ? planted->bytes : 1000, or (planted->metric, "top1"));
    harness_apply(results,
                  "{'event': 'process', 'trial': %d, 'process': 0, "
                  "'load_ms': 1, 'first_ms': 1, 'runtime_version': '%s', 'kernels': {'c': 1}}",
                  i, or (planted->version, "1.0"));
    for (int k = 0; k < blocks; k++)
        harness_apply(results,
                      "{'event': 'block', 'trial': %d, 'round': %d, "
                      "'process': %d, 'ns': [%.17g]%s%s%s}",
                      i, k, k, ns * (1.0 + planted->spread * (2.0 * k / (blocks - 1) - 1.0)),
                      planted->waited ? ", 'facts': {'seconds': 10, 'waited': " : "",
                      or (planted->waited, ""), planted->waited ? "}" : "");
    if (planted->error > 0.0)
        add_errors(results, i, i ? planted->error : 1.0);
    else
        harness_scores(results, i, planted->samples ? planted->samples : 100, 0,
                       i ? planted->last_miss : 0);
    harness_apply(results, "{'event': 'memory', 'trial': %d, 'peak_bytes': %d}", i,
                  planted->peak ? planted->peak : 1000000);
    harness_apply(results, "{'event': 'done', 'trial': %d}", i);
}

static struct results *run_of(const struct planted *planted)
{
    struct results *results = results_new();
    begin(results, planted);
    for (int i = 0; i < 2; i++)
        add_row(results, planted, i);
    harness_apply(results, "{'event': 'end'}");
    return results;
}

static const struct gate_margins usual = {
    .slower = 0.05, .larger = 0.01, .memory = 0.1, .trust = "B"};

/* The first run held against the second, which then is gone. */
static struct results *held(const struct planted *now, const struct planted *then,
                            const struct gate_margins *margins)
{
    struct results *results = run_of(now), *earlier = run_of(then);
    struct gate_run baseline;
    struct error error = {0};
    gate_run_init(&baseline, earlier);
    json_t *event = gate_hold(results, &baseline, margins);
    if (results_apply(results, event, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    json_decref(event);
    gate_run_release(&baseline);
    results_free(earlier);
    return results;
}

/* A figure of int8. */
static const struct gate_comparison *of_int8(const struct results *results, enum gate_figure figure)
{
    const struct gate *gate = results_gate(results);
    for (size_t i = 0; i < gate->n_comparisons; i++)
        if (gate->comparisons[i].trial == 1 && gate->comparisons[i].figure == figure)
            return &gate->comparisons[i];
    fail_msg("no %s", gate_figure_name(figure));
    return NULL;
}

static void check_outcome(const struct planted *now, const struct planted *then,
                          enum gate_figure figure, const char *outcome)
{
    struct results *results = held(now, then, &usual);
    assert_string_equal(gate_outcome_name(of_int8(results, figure)->outcome), outcome);
    results_free(results);
}

static void a_run_beside_itself_passes(void **state)
{
    const struct planted same = {.spread = 0.01, .last_miss = 7};
    struct results *results = held(&same, &same, &usual);
    const struct gate *gate = results_gate(results);
    (void)state;
    assert_int_equal(gate_verdict(gate), VERDICT_PASS);
    assert_int_equal(gate->n_comparisons, 8);
    assert_int_equal(gate->counts[GATE_NOT_WORSE], 8);
    assert_int_equal(gate->n_notes, 0);
    assert_string_equal(gate->started, "2020-01-02T03:04:05");
    assert_string_equal(results_row(results, 1)->gate,
                        "not worse: latency, accuracy, size, memory");
    results_free(results);
}

static void times_are_judged_by_their_interval(void **state)
{
    static const struct {
        double now, spread;
        const char *outcome;
    } cases[] = {
        {1e5, 0.01, "not worse"},    {1.2e5, 0.01, "worse"},        {0.8e5, 0.01, "better"},
        {1.03e5, 0.01, "not worse"}, {1.05e5, 0.01, "cannot tell"}, {1e5, 0.3, "cannot tell"},
        {1.2e5, 0.5, "cannot tell"}, {2e5, 0.3, "worse"},
    };
    const struct planted then = {.spread = 0.01};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct planted now = {.ns = cases[i].now, .spread = cases[i].spread};
        check_outcome(&now, &then, GATE_LATENCY, cases[i].outcome);
    }
    /* The baseline's interval counts as well. */
    check_outcome(&(struct planted){.ns = 1e5}, &(struct planted){.spread = 0.3}, GATE_LATENCY,
                  "cannot tell");
    check_outcome(&(struct planted){.blocks = 8}, &(struct planted){.blocks = 30}, GATE_LATENCY,
                  "cannot tell");
}

/* The figures are those of the rows, and the ratio's interval is made from both. */
static void the_interval_is_that_of_both_runs(void **state)
{
    const struct planted now = {.ns = 1.2e5, .spread = 0.02}, then = {.spread = 0.04};
    struct results *results = held(&now, &then, &usual), *earlier = run_of(&then);
    const struct gate_comparison *latency = of_int8(results, GATE_LATENCY);
    const struct figure *a = &results_row(results, 1)->typical;
    const struct figure *b = &results_row(earlier, 1)->typical;
    (void)state;
    double low = hypot(log(a->value / a->low), log(b->high / b->value));
    double high = hypot(log(a->high / a->value), log(b->value / b->low));
    double change = log(a->value / b->value);
    assert_true(fabs(latency->now - a->value) < 1e-3 && fabs(latency->before - b->value) < 1e-3);
    assert_true(fabs(latency->change - (exp(change) - 1.0)) < 1e-8);
    assert_true(fabs(latency->low - (exp(change - low) - 1.0)) < 1e-8);
    assert_true(fabs(latency->high - (exp(change + high) - 1.0)) < 1e-8);
    assert_true(latency->low < latency->change && latency->change < latency->high);
    results_free(results);
    results_free(earlier);
}

/* Figures without an interval are beyond the margin or not, which itself is within. */
static void sizes_are_judged_by_the_margin(void **state)
{
    static const struct {
        int bytes;
        const char *outcome;
    } cases[] = {{10000, "not worse"},
                 {10100, "not worse"},
                 {10101, "worse"},
                 {9900, "not worse"},
                 {9899, "better"}};
    const struct planted then = {.bytes = 10000, .peak = 1000};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct planted now = {.bytes = cases[i].bytes};
        check_outcome(&now, &then, GATE_SIZE, cases[i].outcome);
    }
    check_outcome(&(struct planted){.peak = 1100}, &then, GATE_MEMORY, "not worse");
    check_outcome(&(struct planted){.peak = 1101}, &then, GATE_MEMORY, "worse");
}

/* Paired by sample: what both runs miss says nothing of the change. */
static void accuracy_is_compared_sample_by_sample(void **state)
{
    const struct planted then = {.samples = 400, .last_miss = 100};
    struct planted now = then;
    struct results *results = held(&now, &then, &usual);
    const struct gate_comparison *accuracy = of_int8(results, GATE_ACCURACY);
    (void)state;
    assert_true(accuracy->high <= 0.0 && accuracy->low >= 0.0); /* not one sample differs */
    assert_int_equal(accuracy->outcome, GATE_NOT_WORSE);
    assert_true(fabs(accuracy->margin - 1.0) < 1e-12 && fabs(accuracy->before - 75.0) < 1e-9);
    results_free(results);

    now.last_miss = 120; /* 5 pp, of which the interval begins at 3 */
    results = held(&now, &then, &usual);
    accuracy = of_int8(results, GATE_ACCURACY);
    const struct interval drop = stats_paired_proportions(0, 20, 400);
    assert_int_equal(accuracy->outcome, GATE_WORSE);
    assert_true(fabs(accuracy->change - 5.0) < 1e-6);
    assert_true(fabs(accuracy->low - 100.0 * drop.low) < 1e-6);
    assert_true(fabs(accuracy->high - 100.0 * drop.high) < 1e-6);
    results_free(results);

    const struct gate_margins wide = {.slower = 0.05, .drop = 10.0, .has_drop = true, .trust = "B"};
    results = held(&now, &then, &wide);
    assert_int_equal(of_int8(results, GATE_ACCURACY)->outcome, GATE_NOT_WORSE);
    results_free(results);

    now.last_miss = 102;
    check_outcome(&now, &then, GATE_ACCURACY, "cannot tell");
    now.last_miss = 60;
    check_outcome(&now, &then, GATE_ACCURACY, "better");
}

/* Whether a row agrees with the fp32 of its own run is what two runs are compared by. */
static void agreement_is_compared_by_whether_rows_agree(void **state)
{
    const struct planted then = {.samples = 400, .last_miss = 100, .metric = "agreement"};
    struct planted now = then;
    (void)state;
    check_outcome(&now, &then, GATE_ACCURACY, "not worse");
    now.last_miss = 140;
    check_outcome(&now, &then, GATE_ACCURACY, "worse");
    now.last_miss = 60;
    check_outcome(&now, &then, GATE_ACCURACY, "better");
}

/* Of errors less is better, and what matters is a hundredth of the baseline's. What journals round
 * away is no change. */
static void errors_are_judged_the_other_way_round(void **state)
{
    static const struct {
        double error;
        const char *outcome;
    } cases[] = {{2.0, "not worse"}, {2.01, "not worse"}, {2.1, "worse"}, {1.9, "better"}};
    const struct planted then = {.metric = "mae", .error = 2.0};
    struct planted now = then;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        now.error = cases[i].error;
        check_outcome(&now, &then, GATE_ACCURACY, cases[i].outcome);
    }
    now.error = 2.0 * (1.0 + 4e-9);
    struct results *results = held(&now, &then, &usual);
    const struct gate_comparison *accuracy = of_int8(results, GATE_ACCURACY);
    assert_true(accuracy->low >= 0.0 && accuracy->high <= 0.0);
    assert_true(fabs(accuracy->margin - 0.01 * accuracy->before) < 1e-9);
    results_free(results);
}

/* What differs is said, and nothing is judged that rests on it. */
static void what_cannot_be_compared_is_not(void **state)
{
    static const struct {
        struct planted now;
        enum gate_figure refused, judged;
        const char *reason;
    } cases[] = {
        {{.cpu = "b"},
         GATE_LATENCY,
         GATE_ACCURACY,
         "the CPU differs: 'b', in the baseline 'a CPU'"},
        {{.cpu = "b"}, GATE_MEMORY, GATE_SIZE, "the CPU differs"},
        {{.isa = "sse"}, GATE_LATENCY, GATE_ACCURACY, "the instruction set differs: 'sse'"},
        {{.version = "2"}, GATE_LATENCY, GATE_ACCURACY, "the version of the runtime differs: '2'"},
        {{.threads = 2}, GATE_LATENCY, GATE_ACCURACY, "the threads differ: 2, in the baseline 1"},
        {{.shapes = "1"}, GATE_LATENCY, GATE_SIZE, "the shapes of inputs differ"},
        {{.shapes = "1"}, GATE_ACCURACY, GATE_SIZE, "the shapes of inputs"},
        {{.data = "x"}, GATE_ACCURACY, GATE_LATENCY, "the data differ"},
        {{.seed = 2}, GATE_ACCURACY, GATE_LATENCY, "the seed differs"},
        {{.samples = 90},
         GATE_ACCURACY,
         GATE_LATENCY,
         "the number of samples differs: 90, in the baseline 100"},
        {{.metric = "top5"},
         GATE_ACCURACY,
         GATE_LATENCY,
         "the metric differs: 'top5', in the baseline 'top1'"},
        {{.blocks = 8}, GATE_LATENCY, GATE_MEMORY, "fewer than 9 rounds: 8, in the baseline 20"},
    };
    const struct planted then = {.spread = 0.01};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct planted now = cases[i].now;
        now.spread = 0.01;
        struct results *results = held(&now, &then, &usual);
        const struct gate_comparison *refused = of_int8(results, cases[i].refused);
        assert_int_equal(refused->outcome, GATE_CANNOT_TELL);
        assert_true(isnan(refused->change) && isnan(refused->low));
        if (!strstr(refused->reason, cases[i].reason))
            fail_msg("no '%s' in '%s'", cases[i].reason, refused->reason);
        assert_int_equal(of_int8(results, cases[i].judged)->outcome, GATE_NOT_WORSE);
        assert_int_equal(gate_verdict(results_gate(results)), VERDICT_UNKNOWN);
        results_free(results);
    }
}

/* Of 10 seconds 0.2 waited are B, 0.4 C and 5 D; without any nothing is known. */
static void disturbed_times_are_not_judged(void **state)
{
    static const struct {
        const char *now, *then, *least, *reason;
    } cases[] = {
        {"0.2", "0.2", "B", ""},
        {"0.2", NULL, "B", ""},
        {"0.2", NULL, "A", "gate.trust is A, and the times deserve B, in the baseline none"},
        {"0.2", "0.4", "B", "gate.trust is B, and the times deserve B, in the baseline C"},
        {"0.4", "0.2", "C", ""},
        {"5", "0.2", "C", "gate.trust is C, and the times deserve D, in the baseline B"},
        {"5", "5", "D", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct gate_margins margins = usual;
        margins.trust = cases[i].least;
        const struct planted now = {.waited = cases[i].now, .spread = 0.001};
        const struct planted then = {.waited = cases[i].then, .spread = 0.001};
        struct results *results = held(&now, &then, &margins);
        assert_string_equal(of_int8(results, GATE_LATENCY)->reason, cases[i].reason);
        assert_string_equal(of_int8(results, GATE_MEMORY)->reason, "");
        results_free(results);
    }
}

/* What is worse for sure goes before what nobody can tell. */
static void one_figure_that_is_worse_is_enough(void **state)
{
    const struct planted now = {.cpu = "b", .bytes = 2000}, then = {.cpu = NULL};
    struct results *results = held(&now, &then, &usual);
    (void)state;
    assert_int_equal(gate_verdict(results_gate(results)), VERDICT_FAIL);
    results_free(results);
}

static void check_notes(const struct planted *now, const struct planted *then, size_t comparisons,
                        const char *const *notes, size_t count)
{
    struct results *results = held(now, then, &usual);
    const struct gate *gate = results_gate(results);
    assert_int_equal(gate->n_comparisons, comparisons);
    assert_int_equal(gate->n_notes, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(gate->notes[i], notes[i]);
    results_free(results);
}

static void rows_without_a_counterpart_are_said(void **state)
{
    static const char *const modes[] = {"m 16x8 on 1 with builtin: not in the baseline",
                                        "m int8 on 1 with builtin: in the baseline, and not in "
                                        "this run"};
    static const char *const files[] = {"m: the model is another file than in the baseline"};
    const struct planted plain = {.spread = 0.01}, renamed = {.model = "other"};
    const struct planted changed = {.content = "sha256:9"};
    const struct planted neither = {.model = "other", .content = "sha256:9"};
    (void)state;
    check_notes(&(struct planted){.second = "16x8"}, &plain, 4, modes, COUNT(modes));
    check_notes(&renamed, &plain, 8, NULL, 0); /* the same contents */
    check_notes(&changed, &plain, 8, files, COUNT(files));
    struct results *results = held(&neither, &plain, &usual);
    assert_int_equal(results_gate(results)->n_notes, 4);
    assert_int_equal(results_gate(results)->n_comparisons, 0);
    assert_int_equal(gate_verdict(results_gate(results)), VERDICT_UNKNOWN);
    results_free(results);
}

static void no_gate_is_no_verdict(void **state)
{
    struct results *results = run_of(&(struct planted){.ns = 1e5});
    (void)state;
    assert_null(results_gate(results));
    assert_int_equal(gate_verdict(NULL), VERDICT_NONE);
    assert_string_equal(results_row(results, 1)->gate, "");
    results_free(results);
}

/* Noise of 2 % in 20 blocks: what is the same is never worse, and hardly ever cannot be told; what
 * is slower by a fifth always is. */
static void noise_is_no_regression(void **state)
{
    struct random random = {1};
    int told = 0, worse = 0, trials = 200;
    (void)state;
    for (int t = 0; t < 2 * trials; t++) {
        double logs[2][20];
        struct interval runs[2];
        for (int side = 0; side < 2; side++) {
            double slower = t >= trials && side == 0 ? log(1.2) : 0.0, pair[2];
            for (size_t i = 0; i < COUNT(logs[0]); i++) {
                random_normals(&random, pair);
                logs[side][i] = slower + 0.02 * pair[0];
            }
            runs[side] = stats_paired(logs[side], COUNT(logs[side]));
        }
        struct interval change = stats_independent_difference(&runs[0], &runs[1]);
        if (t < trials)
            assert_true(exp(change.low) <= 1.05);
        told += t < trials && exp(change.high) <= 1.05;
        worse += t >= trials && exp(change.low) > 1.05;
    }
    assert_true(told >= trials * 95 / 100);
    assert_int_equal(worse, trials);
}

/* The event */

static void check_refused(const char *comparison)
{
    struct results *results = run_of(&(struct planted){.ns = 1e5});
    struct error error = {0};
    json_t *event = harness_json("{'event': 'gate', 'baseline': 'b', "
                                 "'comparisons': %s}",
                                 comparison);
    assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
    assert_null(results_gate(results));
    json_decref(event);
    results_free(results);
}

#define FIGURE "'figure': 'size', 'margin': 0.1, "

static void malformed_events_are_refused(void **state)
{
    static const char *const wrong[] = {
        "5",
        "[5]",
        "[{'trial': 2, " FIGURE "'change': 0, 'low': 0, 'high': 0}]",
        "[{'trial': 0, 'figure': 'colour', 'margin': 1, 'change': 0, 'low': 0, 'high': 0}]",
        "[{'trial': 0, " FIGURE "'change': 0, 'low': 0.5, 'high': 1}]",
        "[{'trial': 0, " FIGURE "'change': 0, 'low': -1}]",
        "[{'trial': 0, 'figure': 'size', 'change': 0, 'low': 0, 'high': 0}]",
        "[{'trial': 0, 'figure': 'size', 'margin': -1, 'change': 0, 'low': 0, 'high': 0}]",
        "[{'trial': 1, " FIGURE "'reason': 'x'}, {'trial': 0, " FIGURE "'reason': 'x'}]",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        check_refused(wrong[i]);
}

/* Files */

static char path[64];

static int make_path(void **state)
{
    (void)state;
    strcpy(path, "/tmp/quantop-gate-XXXXXX");
    int descriptor = mkstemp(path);
    return descriptor >= 0 ? close(descriptor) : -1;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static enum status read_text(const char *text, struct gate_run *run, struct error *error)
{
    assert_int_equal(file_write(path, text, strlen(text), error), STATUS_OK);
    return gate_run_read(path, run, error);
}

/* A report has no scores of samples: accuracy is compared by its intervals, the rest as ever. */
static void a_report_serves_as_well(void **state)
{
    const struct planted then = {.ns = 1e5, .spread = 0.02, .samples = 400, .last_miss = 100};
    struct planted now = {.ns = 1.2e5, .spread = 0.02, .samples = 400, .last_miss = 160};
    struct results *results = run_of(&now), *earlier = run_of(&then), *other;
    struct gate_run baseline;
    struct error error = {0};
    struct text report = {0};
    (void)state;
    report_json.write(earlier, &report);
    if (read_text(report.bytes, &baseline, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    json_t *event = gate_hold(results, &baseline, &usual);
    assert_int_equal(results_apply(results, event, &error), STATUS_OK);
    json_decref(event);
    other = held(&now, &then, &usual);
    for (int figure = 0; figure < GATE_FIGURE_COUNT; figure++) {
        const struct gate_comparison *a = of_int8(results, (enum gate_figure)figure);
        const struct gate_comparison *b = of_int8(other, (enum gate_figure)figure);
        assert_int_equal(a->outcome, b->outcome);
        assert_true(fabs(a->change - b->change) < 1e-6);
    }
    /* 15 pp of 400 samples: MOVER of Wilson's intervals, by hand */
    struct interval before = stats_proportion(300, 400), after = stats_proportion(240, 400);
    double low = 15.0 - 100.0 * hypot(before.estimate - before.low, after.high - after.estimate);
    assert_true(fabs(of_int8(results, GATE_ACCURACY)->low - low) < 1e-5);
    assert_true(of_int8(other, GATE_ACCURACY)->low > low + 0.5); /* pairs tell more */
    gate_run_release(&baseline);
    text_release(&report);
    results_free(results);
    results_free(earlier);
    results_free(other);
}

static void what_is_no_baseline_is_refused(void **state)
{
    static const struct {
        const char *text, *reason;
        enum status status;
    } cases[] = {
        {"model,mode\nm,int8\n", "neither the journal of a run nor its JSON report",
         STATUS_INVALID},
        {"{\"rows\": [], \"run\": {\"complete\": true}}", "does not say what was measured",
         STATUS_INVALID},
        {"{\"rows\": [], \"run\": {\"complete\": false, \"experiment\": {}}}", "was not over",
         STATUS_INVALID},
        {"{\"rows\": [{\"rounds\": \"x\"}], \"run\": {\"complete\": true, \"experiment\": {}}}",
         "row 0: 'rounds' is wrong", STATUS_FORMAT},
        {"{\"rows\": [{\"block_ms\": 3, \"block_ms_low\": 4, \"block_ms_high\": 5}], \"run\": "
         "{\"complete\": true, \"experiment\": {}}}",
         "row 0: 'block_ms' is wrong", STATUS_FORMAT},
        {"{\"event\": \"run\", \"format\": 1}\n", "is not over", STATUS_INVALID},
        {"{\"event\": \"run\", \"format\": 99}\n", "journal format 99", STATUS_INVALID},
        {"{\"event\": \"run\", \"format\": 1}\nx\n", "not a line of JSON", STATUS_INVALID},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct gate_run run;
        struct error error = {0};
        char line[1000];
        assert_int_equal(read_text(cases[i].text, &run, &error), cases[i].status);
        if (!strstr(error_line(&error, line, sizeof(line)), cases[i].reason))
            fail_msg("no '%s' in '%s'", cases[i].reason, line);
    }
    struct gate_run run;
    struct error error = {0};
    assert_int_equal(gate_run_read("/no/such/file", &run, &error), STATUS_IO);
}

/* Reports */

static void reports_tell_what_is_worse(void **state)
{
    const struct planted now = {.ns = 1.2e5, .spread = 0.01, .cpu = NULL, .version = "1.0"};
    const struct planted then = {.ns = 1e5, .spread = 0.01};
    struct results *results = held(&now, &then, &usual);
    struct text lines = {0}, markdown = {0};
    (void)state;
    report_gate(results, "- ", &lines);
    assert_non_null(strstr(lines.bytes, "- gate: failed: 1 of 8 figures is worse than in "));
    assert_non_null(strstr(lines.bytes, "- gate: worse: m int8 on 1: latency 0.12 ms, 0.1 ms "
                                        "before: +20.0 % (+"));
    report_markdown.write(results, &markdown);
    assert_int_equal(strncmp(markdown.bytes, "**Gate** failed: 1 of 8", 23), 0);
    assert_non_null(strstr(markdown.bytes, "\n| **worse** | m int8 on 1 | latency | 0.1 ms | 0.12 "
                                           "ms | +20.0 % (+"));
    text_clear(&lines);
    report_html.write(results, &lines);
    assert_non_null(strstr(lines.bytes, "<li>gate: worse: m int8 on 1: latency 0.12 ms"));
    json_t *object = report_gate_json(results);
    assert_string_equal(json_string_value(json_object_get(object, "verdict")), "failed");
    assert_int_equal(json_array_size(json_object_get(object, "comparisons")), 8);
    json_decref(object);
    text_release(&lines);
    text_release(&markdown);
    results_free(results);
}

/* Figures that share a reason have one line. */
static void reasons_are_told_once(void **state)
{
    const struct planted now = {.cpu = "b"}, then = {.cpu = "c"};
    struct results *results = held(&now, &then, &usual);
    struct text lines = {0};
    (void)state;
    report_gate(results, "", &lines);
    assert_non_null(strstr(lines.bytes, "gate: cannot tell: 0 of 8 figures are worse"));
    char *line = strstr(lines.bytes, "gate: cannot tell: latency of m fp32 on 1, memory of m fp32 "
                                     "on 1, latency of m int8 on 1, memory of m int8 on 1: the CPU "
                                     "differs: 'b', in the baseline 'c'\n");
    assert_non_null(line);
    assert_null(strstr(line + 1, "gate: cannot tell"));
    text_release(&lines);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_beside_itself_passes),
        cmocka_unit_test(times_are_judged_by_their_interval),
        cmocka_unit_test(the_interval_is_that_of_both_runs),
        cmocka_unit_test(sizes_are_judged_by_the_margin),
        cmocka_unit_test(accuracy_is_compared_sample_by_sample),
        cmocka_unit_test(agreement_is_compared_by_whether_rows_agree),
        cmocka_unit_test(errors_are_judged_the_other_way_round),
        cmocka_unit_test(what_cannot_be_compared_is_not),
        cmocka_unit_test(disturbed_times_are_not_judged),
        cmocka_unit_test(one_figure_that_is_worse_is_enough),
        cmocka_unit_test(rows_without_a_counterpart_are_said),
        cmocka_unit_test(no_gate_is_no_verdict),
        cmocka_unit_test(noise_is_no_regression),
        cmocka_unit_test(malformed_events_are_refused),
        cmocka_unit_test(a_report_serves_as_well),
        cmocka_unit_test(what_is_no_baseline_is_refused),
        cmocka_unit_test(reports_tell_what_is_worse),
        cmocka_unit_test(reasons_are_told_once),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
