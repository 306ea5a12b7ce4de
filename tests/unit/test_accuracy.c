#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "measure/accuracy.h"
#include "near.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static double score(const char *metric, const float *output, size_t elements, int32_t label)
{
    struct truth_value truth = {.label = label};
    return metric_kind_find(metric)->score(output, elements, &truth);
}

/* Rows */

static void every_row_is_complete_and_found_by_its_name(void **state)
{
    (void)state;
    assert_true(metric_kind_count > 0);
    for (size_t i = 0; i < metric_kind_count; i++) {
        const struct metric_kind *kind = &metric_kinds[i];
        assert_ptr_equal(metric_kind_find(kind->name), kind);
        assert_true(kind->title[0] != '\0' && kind->text[0] != '\0');
        bool is_share = strcmp(kind->unit, "%") == 0;
        assert_true(is_share || strcmp(kind->unit, "dB") == 0 || kind->unit[0] == '\0');
        assert_string_equal(kind->drop_unit, is_share ? "pp" : kind->unit);
        assert_true(kind->score && kind->value && kind->drop);
    }
    assert_null(metric_kind_find("top2"));
    assert_null(metric_kind_find(""));
}

static void rows_say_what_truth_they_need(void **state)
{
    const struct {
        const char *name, *unit;
        enum truth truth;
        bool higher_is_better;
        double scale;
    } rows[] = {
        {"top1", "%", TRUTH_CLASS, true, 100.0},      {"top5", "%", TRUTH_CLASS, true, 100.0},
        {"decision", "%", TRUTH_BINARY, true, 100.0}, {"auc", "", TRUTH_BINARY, true, 1.0},
        {"anomaly", "", TRUTH_BINARY, true, 1.0},     {"mse", "", TRUTH_VECTOR, false, 1.0},
        {"rmse", "", TRUTH_VECTOR, false, 1.0},       {"mae", "", TRUTH_VECTOR, false, 1.0},
        {"r2", "", TRUTH_VECTOR, true, 1.0},          {"pixel", "%", TRUTH_VECTOR, true, 100.0},
        {"miou", "%", TRUTH_VECTOR, true, 100.0},     {"sqnr", "dB", TRUTH_NONE, true, 1.0},
        {"agreement", "%", TRUTH_NONE, true, 100.0}};
    (void)state;
    assert_int_equal(metric_kind_count, LENGTH(rows));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct metric_kind *kind = metric_kind_find(rows[i].name);
        assert_non_null(kind);
        assert_string_equal(kind->unit, rows[i].unit);
        assert_true(kind->scale == rows[i].scale);
        assert_int_equal(kind->truth, rows[i].truth);
        assert_int_equal(kind->higher_is_better, rows[i].higher_is_better);
    }
}

/* Scores of one output */

static void the_first_maximum_is_the_class(void **state)
{
    const struct {
        float output[4];
        int32_t top1;
    } cases[] = {{{1.0f, 3.0f, 2.0f, 0.0f}, 1},     {{3.0f, 3.0f, 3.0f, 3.0f}, 0},
                 {{-3.0f, -1.0f, -2.0f, -1.0f}, 1}, {{NAN, -1.0f, NAN, 5.0f}, 3},
                 {{5.0f, NAN, NAN, NAN}, 0},        {{-INFINITY, NAN, INFINITY, 0.0f}, 2},
                 {{NAN, -INFINITY, NAN, NAN}, 1},   {{NAN, NAN, NAN, NAN}, -1}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(top1_of(cases[i].output, 4), cases[i].top1);
}

static void top1_scores_the_class_of_the_first_maximum(void **state)
{
    struct random random = {1};
    (void)state;
    for (int trial = 0; trial < 200; trial++) {
        float output[6];
        for (size_t i = 0; i < 6; i++)
            output[i] = random_below(&random, 8) == 0 ? NAN : (float)random_below(&random, 4);
        for (int32_t label = 0; label < 6; label++)
            near(score("top1", output, 6, label), top1_of(output, 6) == label, 0.0);
    }
}

static void top5_takes_equal_outputs_in_order_of_index(void **state)
{
    const float ramp[] = {0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
    const float flat[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
    const float broken[] = {NAN, 1.0f, NAN, 1.0f, 1.0f, 1.0f, 0.0f};
    const double of_ramp[] = {0, 0, 1, 1, 1, 1, 1}, of_flat[] = {1, 1, 1, 1, 1, 0, 0};
    const double of_broken[] = {0, 1, 0, 1, 1, 1, 1};
    (void)state;
    for (int32_t label = 0; label < 7; label++) {
        near(score("top5", ramp, 7, label), of_ramp[label], 0.0);
        near(score("top5", flat, 7, label), of_flat[label], 0.0);
        near(score("top5", broken, 7, label), of_broken[label], 0.0);
    }
    near(score("top5", ramp, 3, 0), 1.0, 0.0);
}

static void labels_outside_of_the_output_are_never_right(void **state)
{
    const float output[] = {1.0f, 2.0f};
    (void)state;
    near(score("top1", output, 2, -1), 0.0, 0.0);
    near(score("top1", output, 2, 2), 0.0, 0.0);
    near(score("top5", output, 2, INT32_MAX), 0.0, 0.0);
    near(score("top5", output, 2, INT32_MIN), 0.0, 0.0);
}

static void auc_scores_are_the_last_of_one_or_two_outputs(void **state)
{
    const float output[] = {0.25f, 0.75f, 0.5f};
    (void)state;
    near(score("auc", output, 1, 0), 0.25, 0.0);
    near(score("auc", output, 2, 1), 0.75, 0.0);
    assert_true(isnan(score("auc", output, 3, 1)));
}

static void squared_errors_are_averaged_over_the_elements(void **state)
{
    const float output[] = {1.0f, 2.0f, 5.0f}, target[] = {1.0f, 0.0f, 4.0f};
    const struct metric_kind *mse = metric_kind_find("mse");
    struct truth_value truth = {.label = -1, .target = target, .target_elements = 3};
    (void)state;
    near(mse->score(output, 3, &truth), 5.0 / 3.0, 1e-15);
    assert_true(isnan(mse->score(output, 2, &truth)));
    truth.target = NULL;
    assert_true(isnan(mse->score(output, 3, &truth)));
}

/* Figures of a trial */

#define SAMPLES 200

/* Room for one trial; the scores point into it. */
struct trial {
    double values[SAMPLES];
    int32_t top1[SAMPLES], labels[SAMPLES], groups[SAMPLES];
    struct scores scores;
};

static void trial_init(struct trial *trial)
{
    memset(trial, 0, sizeof(*trial));
    trial->scores = (struct scores){
        .values = trial->values, .top1 = trial->top1, .labels = trial->labels, .count = SAMPLES};
}

/* The given number of samples is right, from sample first on. */
static void trial_of_hits(struct trial *trial, size_t first, size_t hits)
{
    trial_init(trial);
    for (size_t i = 0; i < hits; i++)
        trial->values[first + i] = 1.0;
}

static void shares_have_wilson_intervals(void **state)
{
    const char *names[] = {"top1", "top5"};
    struct trial trial;
    (void)state;
    trial_of_hits(&trial, 20, 150);
    struct interval expected = stats_proportion(150, SAMPLES);
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct interval value = metric_kind_find(names[i])->value(&trial.scores, NULL);
        near(value.estimate, 0.75, 1e-15);
        near(value.low, expected.low, 0.0);
        near(value.high, expected.high, 0.0);
        assert_true(value.bounded);
    }
}

static void a_drop_of_shares_is_positive_for_a_loss(void **state)
{
    struct trial base, worse;
    const struct metric_kind *top1 = metric_kind_find("top1");
    (void)state;
    trial_of_hits(&base, 0, 160);
    trial_of_hits(&worse, 4, 146); /* loses samples 0-3 and 150-159, gains none */
    struct interval drop = top1->drop(&worse.scores, &base.scores);
    struct interval expected = stats_paired_proportions(0, 14, SAMPLES);
    near(drop.estimate, 0.07, 1e-15);
    near(drop.estimate,
         top1->value(&base.scores, NULL).estimate - top1->value(&worse.scores, NULL).estimate,
         1e-15);
    near(drop.low, expected.low, 0.0);
    near(drop.high, expected.high, 0.0);
    assert_true(drop.low > 0.0);
    struct interval gain = top1->drop(&base.scores, &worse.scores);
    near(gain.high, -drop.low, 0.0);
}

static void agreement_compares_classes(void **state)
{
    struct trial base, other;
    const struct metric_kind *agreement = metric_kind_find("agreement");
    (void)state;
    trial_init(&base);
    trial_init(&other);
    for (int32_t i = 0; i < SAMPLES; i++) {
        base.top1[i] = i % 7;
        other.top1[i] = i < 10 ? (i + 1) % 7 : i % 7;
    }
    struct interval value = agreement->value(&other.scores, &base.scores);
    struct interval drop = agreement->drop(&other.scores, &base.scores);
    near(value.estimate, 0.95, 1e-15);
    near(value.low, stats_proportion(190, SAMPLES).low, 0.0);
    near(drop.estimate, 0.05, 1e-15);
    near(drop.low, 1.0 - value.high, 0.0);
    near(drop.high, 1.0 - value.low, 0.0);
    assert_true(drop.bounded && drop.low > 0.0);
    near(agreement->value(&base.scores, &base.scores).estimate, 1.0, 0.0);
    assert_true(isnan(agreement->value(&base.scores, NULL).estimate));
    assert_false(agreement->value(&base.scores, NULL).bounded);
}

static void outputs_without_a_class_agree_with_nothing(void **state)
{
    struct trial base;
    (void)state;
    trial_init(&base);
    for (size_t i = 0; i < SAMPLES; i++)
        base.top1[i] = i < 50 ? -1 : 3;
    near(metric_kind_find("agreement")->value(&base.scores, &base.scores).estimate, 0.75, 1e-15);
}

static void fill_errors(struct trial *trial, struct random *random, double scale)
{
    trial_init(trial);
    for (size_t i = 0; i < SAMPLES; i++)
        trial->values[i] = scale * (0.5 + random_unit(random));
}

static void a_drop_of_squared_error_is_its_growth(void **state)
{
    struct random random = {2};
    struct trial base, other;
    const struct metric_kind *mse = metric_kind_find("mse");
    (void)state;
    fill_errors(&base, &random, 1.0);
    fill_errors(&other, &random, 1.0);
    for (size_t i = 0; i < SAMPLES; i++)
        other.values[i] = base.values[i] + 0.1 * other.values[i];
    struct interval value = mse->value(&base.scores, NULL);
    struct interval drop = mse->drop(&other.scores, &base.scores);
    assert_true(value.bounded && value.low < value.estimate && value.estimate < value.high);
    near(drop.estimate, mse->value(&other.scores, NULL).estimate - value.estimate, 1e-12);
    near(drop.estimate, 0.1, 0.01);
    assert_true(drop.bounded && drop.low > 0.08 && drop.high < 0.12);
    near(mse->drop(&base.scores, &base.scores).high, 0.0, 0.0);
}

static void figures_of_broken_outputs_are_absent(void **state)
{
    struct random random = {3};
    struct trial base, other;
    const char *names[] = {"mse", "auc"};
    (void)state;
    fill_errors(&base, &random, 1.0);
    fill_errors(&other, &random, 1.0);
    for (int32_t i = 0; i < SAMPLES; i++)
        base.labels[i] = other.labels[i] = i % 2;
    other.values[7] = NAN;
    for (size_t i = 0; i < LENGTH(names); i++) {
        const struct metric_kind *kind = metric_kind_find(names[i]);
        struct interval value = kind->value(&other.scores, NULL),
                        drop = kind->drop(&other.scores, &base.scores);
        assert_true(isnan(value.estimate) && !value.bounded);
        assert_true(isnan(drop.estimate) && !drop.bounded);
    }
}

static void auc_figures_follow_scores_and_labels(void **state)
{
    struct random random = {4};
    struct trial base, other;
    const struct metric_kind *auc = metric_kind_find("auc");
    (void)state;
    fill_errors(&base, &random, 1.0);
    fill_errors(&other, &random, 1.0);
    for (int32_t i = 0; i < SAMPLES; i++) {
        base.labels[i] = other.labels[i] = i % 4 == 0;
        base.values[i] += 0.4 * base.labels[i];
    }
    struct interval good = auc->value(&base.scores, NULL), poor = auc->value(&other.scores, NULL);
    struct interval drop = auc->drop(&other.scores, &base.scores);
    assert_true(good.bounded && good.low > 0.5 && good.high < 1.0);
    assert_true(poor.bounded && poor.low < 0.5 && poor.high > 0.5);
    near(drop.estimate, good.estimate - poor.estimate, 1e-12);
    assert_true(drop.bounded && drop.low > 0.0);
}

/* Recordings of one to three windows, of which every third is an anomaly, and their means as
 * samples of their own. Every window is off by as much as another one the other way. */
static void fill_recordings(struct trial *windows, struct trial *means, double gap)
{
    struct random random = {6};
    trial_init(windows);
    trial_init(means);
    size_t at = 0, group = 0;
    for (; at + 3 <= SAMPLES; group++) {
        size_t count = 1 + group % 3;
        means->labels[group] = group % 3 == 0;
        means->values[group] = 1.0 + random_unit(&random) + gap * means->labels[group];
        for (size_t i = 0; i < count; i++, at++) {
            windows->values[at] = means->values[group] + ((double)i - (double)(count - 1) / 2.0);
            windows->labels[at] = means->labels[group];
            windows->groups[at] = (int32_t)group;
        }
    }
    windows->scores.groups = windows->groups;
    windows->scores.count = at;
    means->scores.count = group;
}

static void same_interval(struct interval a, struct interval b, int line)
{
    assert_true(a.bounded && b.bounded);
    check_near(a.estimate, b.estimate, 1e-12, line);
    check_near(a.low, b.low, 1e-12, line);
    check_near(a.high, b.high, 1e-12, line);
}

static void windows_of_a_recording_count_as_one(void **state)
{
    const struct metric_kind *anomaly = metric_kind_find("anomaly");
    struct trial windows[2], means[2];
    (void)state;
    fill_recordings(&windows[0], &means[0], 0.5);
    fill_recordings(&windows[1], &means[1], 0.25);
    struct interval value = anomaly->value(&windows[1].scores, NULL);
    same_interval(value, anomaly->value(&means[1].scores, NULL), __LINE__);
    struct interval drop = anomaly->drop(&windows[1].scores, &windows[0].scores);
    same_interval(drop, anomaly->drop(&means[1].scores, &means[0].scores), __LINE__);
    assert_true(drop.estimate > 0.05);
    windows[1].scores.groups = NULL; /* each window for itself */
    struct interval each = anomaly->value(&windows[1].scores, NULL);
    assert_true(fabs(each.estimate - value.estimate) > 0.01);
    assert_true(each.high - each.low < 0.9 * (value.high - value.low));
    assert_true(isnan(anomaly->drop(&windows[1].scores, &windows[0].scores).estimate));
    windows[1].scores.groups = windows[1].groups;
    windows[1].groups[windows[1].scores.count - 1]++; /* other recordings */
    assert_true(isnan(anomaly->drop(&windows[1].scores, &windows[0].scores).estimate));
}

static void other_metrics_know_no_groups(void **state)
{
    struct trial windows, means;
    (void)state;
    fill_recordings(&windows, &means, 0.5);
    for (size_t i = 0; i < metric_kind_count; i++) {
        const struct metric_kind *kind = &metric_kinds[i];
        assert_int_equal(kind->of_groups, strcmp(kind->name, "anomaly") == 0);
        windows.scores.groups = windows.groups;
        struct interval grouped = kind->value(&windows.scores, &windows.scores);
        windows.scores.groups = NULL;
        struct interval each = kind->value(&windows.scores, &windows.scores);
        bool same = isnan(grouped.estimate) == isnan(each.estimate) &&
                    !(fabs(grouped.estimate - each.estimate) > 0.0);
        assert_int_equal(same, !kind->of_groups);
    }
}

static void auc_needs_labels_of_0_and_1(void **state)
{
    struct random random = {5};
    struct trial trial;
    const struct metric_kind *auc = metric_kind_find("auc");
    (void)state;
    fill_errors(&trial, &random, 1.0);
    assert_true(isnan(auc->value(&trial.scores, NULL).estimate)); /* no positive one */
    for (int32_t i = 0; i < SAMPLES; i++)
        trial.labels[i] = i % 3;
    assert_true(isnan(auc->value(&trial.scores, NULL).estimate));
    assert_true(isnan(auc->drop(&trial.scores, &trial.scores).estimate));
}

static void one_sample_gives_figures_without_false_claims(void **state)
{
    struct trial trial;
    (void)state;
    trial_of_hits(&trial, 0, 1);
    trial.labels[0] = 1;
    trial.scores.count = 1;
    for (size_t i = 0; i < metric_kind_count; i++) {
        const struct interval figures[] = {metric_kinds[i].value(&trial.scores, &trial.scores),
                                           metric_kinds[i].drop(&trial.scores, &trial.scores)};
        for (size_t k = 0; k < 2; k++)
            if (figures[k].bounded)
                assert_true(figures[k].low <= figures[k].estimate &&
                            figures[k].estimate <= figures[k].high);
    }
    near(metric_kind_find("mse")->value(&trial.scores, NULL).estimate, 1.0, 0.0);
    assert_false(metric_kind_find("mse")->value(&trial.scores, NULL).bounded);
}

static void one_element_names_a_class_by_its_threshold(void **state)
{
    const float scores[] = {0.5f, 0.75f, NAN};
    (void)state;
    assert_int_equal(class_of(&scores[0], 1, 0.5), 0);
    assert_int_equal(class_of(&scores[1], 1, 0.5), 1);
    assert_int_equal(class_of(&scores[2], 1, 0.5), -1);
    assert_int_equal(class_of(&scores[1], 1, (double)NAN), -1);
    assert_int_equal(class_of(scores, 2, 0.9), 1); /* two elements are two classes */
    struct truth_value truth = {.label = 1, .threshold = 0.7};
    near(metric_kind_find("decision")->score(&scores[1], 1, &truth), 1.0, 0.0);
    near(metric_kind_find("decision")->score(&scores[0], 1, &truth), 0.0, 0.0);
    near(metric_kind_find("agreement")->score(&scores[1], 1, &truth), 1.0, 0.0);
}

static void reconstruction_is_compared_with_the_input(void **state)
{
    const float output[] = {1, 2, 3}, input[] = {1, 4, 2};
    struct truth_value truth = {.input = input};
    (void)state;
    near(metric_kind_find("anomaly")->score(output, 3, &truth), 5.0 / 3.0, 1e-12);
    truth.input = NULL;
    assert_true(isnan(metric_kind_find("anomaly")->score(output, 3, &truth)));
}

static void errors_of_regression_are_those_of_the_textbook(void **state)
{
    const float targets[3][2] = {{1, 2}, {3, 6}, {8, 4}}, outputs[3][2] = {{1, 3}, {3, 6}, {6, 4}};
    /* around the means 4 and 4, by element */
    const double spread = ((9 + 1 + 16) + (4 + 4 + 0)) / 3.0 / 2.0;
    double mse[3], mae[3], r2[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct truth_value truth = {.target = targets[i], .target_elements = 2, .spread = spread};
        mse[i] = metric_kind_find("rmse")->score(outputs[i], 2, &truth);
        mae[i] = metric_kind_find("mae")->score(outputs[i], 2, &truth);
        r2[i] = metric_kind_find("r2")->score(outputs[i], 2, &truth);
    }
    struct scores scores = {.count = 3, .values = mse};
    near(metric_kind_find("rmse")->value(&scores, NULL).estimate, sqrt(5.0 / 6.0), 1e-12);
    scores.values = mae;
    near(metric_kind_find("mae")->value(&scores, NULL).estimate, 0.5, 1e-12);
    scores.values = r2;
    near(metric_kind_find("r2")->value(&scores, NULL).estimate, 1.0 - 5.0 / 34.0, 1e-12);
}

static void figures_that_say_nothing_have_reasons(void **state)
{
    const int32_t one[] = {1, 1, 1}, both[] = {0, 1, 1}, three[] = {0, 1, 2}, some[] = {0, 1, -1};
    const double nan[] = {NAN, NAN, NAN};
    const struct metric_kind *auc = metric_kind_find("auc"), *agree = metric_kind_find("agreement");
    (void)state;
    assert_non_null(
        strstr(auc->absent(&(struct scores){nan, one, one, 3, NULL}, NULL), "both classes"));
    assert_non_null(
        strstr(auc->absent(&(struct scores){nan, one, three, 3, NULL}, NULL), "0 and 1"));
    assert_non_null(
        strstr(auc->absent(&(struct scores){nan, one, some, 3, NULL}, NULL), "a label"));
    assert_null(auc->absent(&(struct scores){nan, one, both, 3, NULL}, NULL));
    const struct scores same = {nan, one, some, 3, NULL}, varied = {nan, both, some, 3, NULL};
    assert_non_null(strstr(agree->absent(&same, &same), "one class"));
    assert_non_null(strstr(agree->absent(&same, NULL), "no outputs"));
    assert_null(agree->absent(&varied, &varied));
    assert_null(agree->absent(&varied, &same)); /* it disagrees, which is no accident */
    assert_non_null(strstr(metric_kind_find("r2")->absent(&same, NULL), "targets that differ"));
}

static void equal_scores_give_equal_figures(void **state)
{
    struct random random = {6};
    struct trial trial;
    (void)state;
    fill_errors(&trial, &random, 2.0);
    for (int32_t i = 0; i < SAMPLES; i++)
        trial.labels[i] = i % 2;
    for (size_t i = 0; i < metric_kind_count; i++) {
        if (metric_kinds[i].of_fidelity) /* it has no figure of scores */
            continue;
        struct interval one = metric_kinds[i].value(&trial.scores, &trial.scores),
                        two = metric_kinds[i].value(&trial.scores, &trial.scores);
        near(one.low, two.low, 0.0);
        near(one.high, two.high, 0.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete_and_found_by_its_name),
        cmocka_unit_test(rows_say_what_truth_they_need),
        cmocka_unit_test(the_first_maximum_is_the_class),
        cmocka_unit_test(top1_scores_the_class_of_the_first_maximum),
        cmocka_unit_test(top5_takes_equal_outputs_in_order_of_index),
        cmocka_unit_test(labels_outside_of_the_output_are_never_right),
        cmocka_unit_test(auc_scores_are_the_last_of_one_or_two_outputs),
        cmocka_unit_test(squared_errors_are_averaged_over_the_elements),
        cmocka_unit_test(shares_have_wilson_intervals),
        cmocka_unit_test(a_drop_of_shares_is_positive_for_a_loss),
        cmocka_unit_test(agreement_compares_classes),
        cmocka_unit_test(outputs_without_a_class_agree_with_nothing),
        cmocka_unit_test(a_drop_of_squared_error_is_its_growth),
        cmocka_unit_test(figures_of_broken_outputs_are_absent),
        cmocka_unit_test(auc_figures_follow_scores_and_labels),
        cmocka_unit_test(windows_of_a_recording_count_as_one),
        cmocka_unit_test(other_metrics_know_no_groups),
        cmocka_unit_test(auc_needs_labels_of_0_and_1),
        cmocka_unit_test(one_sample_gives_figures_without_false_claims),
        cmocka_unit_test(one_element_names_a_class_by_its_threshold),
        cmocka_unit_test(reconstruction_is_compared_with_the_input),
        cmocka_unit_test(errors_of_regression_are_those_of_the_textbook),
        cmocka_unit_test(figures_that_say_nothing_have_reasons),
        cmocka_unit_test(equal_scores_give_equal_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
