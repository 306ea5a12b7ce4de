/* The mistakes that calibration sets have, one by one, and a set that has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "quantize/lint.h"

#define ELEMENTS 20
#define SAMPLES  100

/* Samples as a generator draws them; scored ones from another seed unless told otherwise. */
struct plan {
    double calibration_scale, scored_scale, offset;
    size_t calibration, scored;
    size_t outlier;  /* a sample times 300; SIZE_MAX: none */
    size_t distinct; /* samples that differ; the others repeat them */
    int same_seed, growing, constant;
};

static const struct plan good = {1.0, 1.0, 0.0, SAMPLES, SAMPLES, SIZE_MAX, SAMPLES, 0, 0, 0};

static void draw(const struct plan *plan, uint64_t seed, size_t i, double scale, float *values)
{
    struct random random = {.state = seed + i % plan->distinct};
    double factor = scale * (i == plan->outlier ? 300.0 : 1.0);
    if (plan->growing)
        factor *= (double)(i + 1) / SAMPLES;
    for (size_t k = 0; k < ELEMENTS; k++)
        values[k] = (float)(factor * random_unit(&random) + plan->offset);
    for (size_t k = 0; plan->constant && k < ELEMENTS; k++)
        values[k] = values[0];
}

struct heard {
    struct text names, texts; /* of the rules that found something, with spaces between */
};

static void hear(void *context, const struct lint_rule *rule, const char *text)
{
    struct heard *heard = context;
    text_printf(&heard->names, "%s%s", heard->names.length ? " " : "", rule->name);
    text_add_string(&heard->texts, text);
}

static void found(const struct plan *plan, struct heard *heard)
{
    struct lint *lint = lint_new(100);
    struct plan scored = *plan;
    float values[ELEMENTS];
    scored.growing = scored.constant = 0;
    scored.outlier = SIZE_MAX;
    for (size_t i = 0; i < plan->calibration; i++) {
        draw(plan, 1, i, plan->calibration_scale, values);
        lint_calibration(lint, values, ELEMENTS);
    }
    for (size_t i = 0; i < plan->scored; i++) {
        draw(&scored, plan->same_seed ? 1 : 100000, i, plan->scored_scale, values);
        lint_scored(lint, values, ELEMENTS);
    }
    lint_report(lint, hear, heard);
    lint_free(lint);
}

static void expect(const struct plan *plan, const char *rules, const char *part)
{
    struct heard heard = {0};
    found(plan, &heard);
    assert_string_equal(heard.names.bytes ? heard.names.bytes : "", rules);
    if (part && !strstr(heard.texts.bytes, part))
        fail_msg("'%s' is not in '%s'", part, heard.texts.bytes);
    text_release(&heard.names);
    text_release(&heard.texts);
}

static void a_good_set_has_no_mistake(void **state)
{
    (void)state;
    expect(&good, "", NULL);
    struct plan unscored = good;
    unscored.scored = 0;
    expect(&unscored, "", NULL);
}

static void every_mistake_is_found(void **state)
{
    (void)state;
    struct plan plan = good;
    plan.calibration_scale = 0.0;
    expect(&plan, "zero", "all 100 calibration samples are zero");
    plan = good;
    plan.calibration_scale = 1.0 / 255.0;
    expect(&plan, "scale", "calibration saw ");
    plan = good;
    plan.calibration_scale = 255.0;
    expect(&plan, "scale", "normalised differently");
    plan = good;
    plan.distinct = 1;
    expect(&plan, "repeated", "all 100 calibration samples are the same");
    plan = good;
    plan.distinct = 25;
    expect(&plan, "repeated", "75 of 100 calibration samples repeat others");
    plan = good;
    plan.outlier = 7;
    expect(&plan, "outlier", "calibration sample 107, one of 100, sets ");
    plan = good;
    plan.same_seed = 1;
    expect(&plan, "overlap", "100 of the 100 scored samples");
    plan = good;
    plan.growing = 1;
    expect(&plan, "few", "the range still grows");
    plan = good;
    plan.calibration = 5;
    expect(&plan, "few", "only 5 calibration samples");
    plan = good;
    plan.constant = 1;
    expect(&plan, "constant clipped", "100 of 100 calibration samples have one value throughout");
    plan = good;
    plan.calibration_scale = plan.scored_scale = 1e36;
    expect(&plan, "absurd", "no 8-bit scale can hold them");
}

/* Away from 0 the range that counts still reaches to 0. */
static void ranges_hold_zero(void **state)
{
    (void)state;
    struct plan plan = good;
    plan.offset = 1000.0;
    expect(&plan, "", NULL);
}

static void numbers_that_are_not_finite_are_left_out(void **state)
{
    const float values[] = {1.0f, __builtin_nanf(""), __builtin_inff(), -1.0f};
    struct lint *lint = lint_new(100);
    struct heard heard = {0};
    (void)state;
    for (int i = 0; i < 3; i++)
        lint_calibration(lint, values, 4);
    lint_report(lint, hear, &heard);
    assert_string_equal(heard.names.bytes, "repeated few");
    lint_free(lint);
    text_release(&heard.names);
    text_release(&heard.texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_set_has_no_mistake),
        cmocka_unit_test(every_mistake_is_found),
        cmocka_unit_test(ranges_hold_zero),
        cmocka_unit_test(numbers_that_are_not_finite_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
