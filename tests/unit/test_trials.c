/* Remedies are tried where nobody asked for them, and kept where the outputs are better for it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "need.h"
#include "quantize/judge.h"
#include "quantize/quantizer.h"
#include "quantize/trials.h"

#define DATA SOURCE_DIRECTORY "/data/"

/* What is tried, and what it is said to change. */
struct played {
    const double *changes;
    int count;
    bool fails;
};

static enum status play(void *context, const struct mode_options *options, double *change,
                        struct error *error)
{
    struct played *played = context;
    (void)options;
    int now = played->count++;
    assert_true(now < 4);
    *change = played->changes[now];
    return played->fails && now == 1 ? error_set(error, STATUS_MEMORY, NULL, "no more") : STATUS_OK;
}

/* A mode's text, and what becomes of it by these changes. */
struct row {
    const char *mode;
    int tried;
    double changes[4];
    const char *chosen;
};

static const struct row rows[] = {
    {"int8:effort=2", 4, {0.4, 0.3, 0.2, 0.1}, "int8:observer=minmax,effort=2,equalize=no"},
    {"int8:effort=2", 4, {0.1, 0.1, 0.1, 0.1}, "int8:effort=2"},
    {"int8:effort=3", 4, {0.4, 0.5, 0.3, 0.6}, "int8:observer=mse,effort=3"},
    {"int8:effort=2,weights=per-tensor",
     4,
     {0.4, 0.3, 0.5, 0.6},
     "int8:weights=per-tensor,effort=2,equalize=no"},
    {"int8-io:effort=2,equalize=activations",
     3,
     {0.3, 0.2, 0.4},
     "int8-io:observer=mse,effort=2,equalize=activations"},
    {"int8", 3, {0.3, 0.2, 0.1}, "int8:observer=minmax"},
    {"int8-io", 3, {0.3, 0.1, 0.2}, "int8-io:observer=mse"},
    {"int8", 3, {0.1, 0.2, 0.1}, "int8"},
    {"int8:effort=2,observer=search", 2, {0.2, 0.3}, "int8:observer=search,effort=2"},
    {"16x8:effort=2", 2, {0.3, 0.2}, "16x8:effort=2,equalize=no"},
};

static void the_best_of_what_is_open_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mode *mode;
        struct mode_options options;
        struct arena *arena = arena_new();
        struct played played = {.changes = rows[i].changes};
        struct text chosen = {0};
        struct trials_found found;
        struct error error = {0};
        need(mode_parse(rows[i].mode, arena, &mode, &options, &error), &error);
        assert_int_equal(trials_count(mode, &options), rows[i].tried - 1);
        need(trials_choose(mode, &options, play, &played, &found, &error), &error);
        mode_format(mode, &options, &chosen);
        assert_string_equal(chosen.bytes, rows[i].chosen);
        assert_int_equal(played.count, rows[i].tried);
        assert_int_equal(found.tried, rows[i].tried);
        assert_true(found.usual <= rows[i].changes[0] && found.best <= found.usual);
        text_release(&chosen);
        arena_free(arena);
    }
}

static void what_is_given_or_takes_no_effort_is_left(void **state)
{
    static const char *const modes[] = {"int8:observer=search",
                                        "int8:effort=0",
                                        "16x8",
                                        "16x8:effort=2,equalize=no",
                                        "int8:effort=3,observer=minmax,equalize=activations",
                                        "dynamic:fit=moments"};
    (void)state;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        const struct mode *mode;
        struct mode_options options;
        struct arena *arena = arena_new();
        struct error error = {0};
        need(mode_parse(modes[i], arena, &mode, &options, &error), &error);
        if (trials_count(mode, &options) > 0)
            fail_msg("%s is tried", modes[i]);
        arena_free(arena);
    }
}

static void an_error_ends_it(void **state)
{
    const double changes[4] = {0.4, 0.3, 0.2, 0.1};
    const struct mode *mode;
    struct mode_options options;
    struct arena *arena = arena_new();
    struct played played = {.changes = changes, .fails = true};
    struct trials_found found;
    struct error error = {0};
    (void)state;
    need(mode_parse("int8:effort=2", arena, &mode, &options, &error), &error);
    assert_int_equal(trials_choose(mode, &options, play, &played, &found, &error), STATUS_MEMORY);
    assert_int_equal(played.count, 2);
    arena_free(arena);
}

/* Squares of 1 and 0 over those of 2 and 4; what is not expected to be finite, or has nothing
 * beside it, is none, and what should be finite and is not is the worst there can be. */
static void a_share_is_of_squares(void **state)
{
    const float expected[] = {2.0f, 4.0f, NAN, 0.0f, 5.0f}, found[] = {3.0f, 4.0f, 5.0f, 1.0f, NAN};
    (void)state;
    assert_true(fabs(judge_share(expected, found, 2) - 0.05) < 1e-12);
    assert_true(fabs(judge_share(expected, found, 3) - 0.05) < 1e-12);
    assert_true(fabs(judge_share(expected, found, 4) - 0.1) < 1e-12);
    assert_true(judge_share(expected + 3, found + 3, 1) <= 0.0);
    assert_true(isinf(judge_share(expected, found, 5)));
}

static struct dataset_spec pictures(void)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = DATA "calibration-images.idx.gz";
    spec.count = 40;
    spec.scale = 1.0 / 255.0;
    return spec;
}

/* What a mode does to the outputs that the float graph had before it was calibrated. */
static double change_by(const char *model, const char *mode, const struct dataset_spec *spec)
{
    const struct data_part all = {.step = 1};
    struct quantizer *quantizer;
    struct graph *made, *real;
    struct error error = {0};
    double change;
    int outputs;
    need(quantizer_open(model, mode, NULL, &quantizer, &error), &error);
    real = graph_share(quantizer_graph(quantizer));
    need(quantizer_calibrate(quantizer, spec, &error), &error);
    need(quantizer_apply(quantizer, NULL, &made, &error), &error);
    need(judge_outputs(real, made, spec, &all, &change, &outputs, &error), &error);
    assert_int_equal(outputs, 1);
    graph_free(made);
    graph_free(real);
    quantizer_free(quantizer);
    return change;
}

#define REST ",effort=2,fit=nearest,bias=plain,observer=minmax"
#define OPEN "int8:effort=2,fit=nearest,bias=plain,observer=minmax"

/* Balancing helps some networks and hurts others: never where nobody asked for it. */
static void balancing_is_no_loss(void **state)
{
    static const char *const models[] = {DATA "resnet.tflite", DATA "mobilenet.tflite",
                                         DATA "narrow.tflite"};
    const struct dataset_spec spec = pictures();
    int helped = 0, hurt = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        double without = change_by(models[i], "int8:equalize=no" REST, &spec);
        double with = change_by(models[i], "int8:equalize=activations" REST, &spec);
        double open = change_by(models[i], OPEN, &spec);
        helped += with < without;
        hurt += with > without;
        if (open < fmin(with, without) || open > fmin(with, without))
            fail_msg("%s: %g, without balancing %g, with %g", models[i], open, without, with);
    }
    assert_true(helped > 0 && hurt > 0);
}

/* Each observer is better than the others somewhere, and what is open is as good as the best. */
static void the_best_observer_is_taken(void **state)
{
    static const char *const models[] = {DATA "resnet.tflite", DATA "mobilenet.tflite",
                                         DATA "narrow.tflite"};
    static const char *const modes[] = {"int8:observer=search", "int8:observer=mse",
                                        "int8:observer=minmax"};
    const struct dataset_spec spec = pictures();
    int others = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        double changes[3], open = change_by(models[i], "int8", &spec), best;
        for (size_t k = 0; k < 3; k++)
            changes[k] = change_by(models[i], modes[k], &spec);
        best = fmin(changes[0], fmin(changes[1], changes[2]));
        others += best < changes[0];
        if (open < best || open > best)
            fail_msg("%s: %g, by search %g, mse %g, minmax %g", models[i], open, changes[0],
                     changes[1], changes[2]);
    }
    assert_true(others > 0);
}

/* Forms are not tried with fewer runs than tell anything. */
static void few_samples_tell_nothing(void **state)
{
    struct dataset_spec spec = pictures();
    (void)state;
    spec.count = 7;
    double with = change_by(DATA "resnet.tflite", "int8:equalize=activations" REST, &spec);
    double open = change_by(DATA "resnet.tflite", OPEN, &spec);
    assert_true(with <= open && open <= with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_what_is_open_is_taken),
        cmocka_unit_test(what_is_given_or_takes_no_effort_is_left),
        cmocka_unit_test(an_error_ends_it),
        cmocka_unit_test(a_share_is_of_squares),
        cmocka_unit_test(balancing_is_no_loss),
        cmocka_unit_test(the_best_observer_is_taken),
        cmocka_unit_test(few_samples_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
