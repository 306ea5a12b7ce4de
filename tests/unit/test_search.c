/* The search for layers that stay float32, on networks that are made up: noise adds up, and the
 * drop grows with it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "search/search.h"

#define LAYERS_MOST 12

struct network {
    struct search_layer layers[LAYERS_MOST];
    size_t count;
    double seconds, bytes; /* without float32 */
    int measured, most;    /* plans; most 0: as many as it takes */
};

static void add_up(const struct network *network, const bool *stays_float,
                   struct search_result *result)
{
    double noise = 0.0;
    *result = (struct search_result){.seconds = network->seconds, .bytes = network->bytes};
    for (size_t i = 0; i < network->count; i++) {
        noise += stays_float[i] ? 0.0 : network->layers[i].noise;
        result->seconds += stays_float[i] ? network->layers[i].seconds : 0.0;
        result->bytes += stays_float[i] ? network->layers[i].bytes : 0.0;
    }
    result->drop = 10.0 * sqrt(noise); /* what it costs is no sum */
}

static enum status measure(void *context, const bool *stays_float, struct search_result *result,
                           struct error *error)
{
    struct network *network = context;
    (void)error;
    network->measured++;
    add_up(network, stays_float, result);
    return STATUS_OK;
}

static enum status fail_to_measure(void *context, const bool *stays_float,
                                   struct search_result *result, struct error *error)
{
    (void)context, (void)stays_float, (void)result;
    return error_set(error, STATUS_IO, NULL, "the disk is full");
}

static bool is_over(void *context)
{
    const struct network *network = context;
    return network->most > 0 && network->measured >= network->most;
}

static struct network draw_network(struct random *random)
{
    struct network network = {
        .count = 4 + random_below(random, LAYERS_MOST - 3), .seconds = 1e-3, .bytes = 1000.0};
    for (size_t i = 0; i < network.count; i++)
        network.layers[i] = (struct search_layer){
            .noise = pow(10.0, -2.0 - 4.0 * random_unit(random)),
            .seconds = 1e-4 * pow(10.0, -2.0 + 2.0 * random_unit(random)),
            .bytes = 10.0 + 1000.0 * random_unit(random),
        };
    return network;
}

struct outcome {
    bool stays_float[LAYERS_MOST], found;
    struct search_result result;
    int measured;
};

static struct outcome search_by(const char *method, struct network *network, double drop,
                                double bytes)
{
    const struct search_task task = {.layers = network->layers,
                                     .count = network->count,
                                     .limits = {drop, bytes},
                                     .context = network,
                                     .measure = measure,
                                     .is_over = is_over};
    struct outcome outcome = {0};
    struct error error;
    network->measured = 0;
    for (size_t i = 0; i < search_method_count; i++)
        if (strcmp(search_methods[i].name, method) == 0)
            assert_int_equal(search_methods[i].run(&task, outcome.stays_float, &outcome.result,
                                                   &outcome.found, &error),
                             STATUS_OK);
    assert_true(network->measured > 0);
    outcome.measured = network->measured;
    struct search_result again;
    add_up(network, outcome.stays_float, &again);
    assert_memory_equal(&again, &outcome.result, sizeof(again)); /* nothing is guessed */
    return outcome;
}

/* The fastest of all plans that keep the limits; INFINITY: none does. */
static double best_of_all(const struct network *network, double drop, double bytes)
{
    double best = INFINITY;
    for (unsigned plan = 0; plan < 1u << network->count; plan++) {
        bool stays_float[LAYERS_MOST];
        struct search_result result;
        for (size_t i = 0; i < network->count; i++)
            stays_float[i] = plan >> i & 1;
        add_up(network, stays_float, &result);
        if (result.drop <= drop && result.bytes <= bytes)
            best = fmin(best, result.seconds);
    }
    return best;
}

/* What is found takes little more than the best that there is, in few looks; one after the other by
 * noise takes several times as much beyond what no float32 takes, and is never faster. */
static void what_is_found_is_nearly_the_fastest(void **state)
{
    struct random random = {7};
    double over = 0.0, over_by_one = 0.0;
    int looks = 0, cases = 0;
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct network network = draw_network(&random);
        double drop = 0.1 + 0.8 * random_unit(&random);
        struct outcome gain = search_by("gain", &network, drop, INFINITY);
        struct outcome by_one = search_by("one-by-one", &network, drop, INFINITY);
        double best = best_of_all(&network, drop, INFINITY);
        assert_true(gain.found && by_one.found && gain.result.drop <= drop);
        assert_true(gain.result.seconds >= best - 1e-12);
        over += gain.result.seconds - best;
        over_by_one += by_one.result.seconds - best;
        looks += gain.measured;
        cases++;
    }
    if (!(over < 0.1 * over_by_one))
        fail_msg("%g s over the best in all, %g s one by one", over, over_by_one);
    assert_true(looks < 12 * cases);
}

static void nothing_stays_where_nothing_must(void **state)
{
    struct random random = {1};
    struct network network = draw_network(&random);
    (void)state;
    struct outcome gain = search_by("gain", &network, 100.0, INFINITY);
    assert_true(gain.found);
    assert_int_equal(gain.measured, 1);
    for (size_t i = 0; i < network.count; i++)
        assert_false(gain.stays_float[i]);
}

static void what_cannot_be_kept_is_said(void **state)
{
    struct random random = {2};
    struct network network = draw_network(&random);
    (void)state;
    struct outcome gain = search_by("gain", &network, -1.0, INFINITY);
    struct outcome by_one = search_by("one-by-one", &network, -1.0, INFINITY);
    assert_true(!gain.found && !by_one.found);
    for (size_t i = 0; i < network.count; i++) /* the least drop that there is */
        assert_true(gain.stays_float[i] && by_one.stays_float[i]);
}

static void files_are_no_larger_than_allowed(void **state)
{
    struct random random = {3};
    int found = 0, possible = 0;
    (void)state;
    for (int i = 0; i < 200; i++) {
        struct network network = draw_network(&random);
        double drop = 0.1 + 0.8 * random_unit(&random),
               bytes = 1000.0 + 2500.0 * random_unit(&random);
        struct outcome gain = search_by("gain", &network, drop, bytes);
        assert_true(!gain.found || (gain.result.bytes <= bytes && gain.result.drop <= drop));
        found += gain.found;
        possible += isfinite(best_of_all(&network, drop, bytes)) != 0;
    }
    if (!(found > possible * 85 / 100 && possible > 50))
        fail_msg("%d of %d were found", found, possible);
}

static void it_ends_when_time_is_up(void **state)
{
    struct random random = {4};
    struct network network = draw_network(&random);
    (void)state;
    network.most = 3;
    struct outcome gain = search_by("gain", &network, 0.05, INFINITY);
    assert_int_equal(gain.measured, 3);
    network.most = 2;
    assert_int_equal(search_by("one-by-one", &network, 0.05, INFINITY).measured, 2);
}

static void sixteen_bits_are_to_be_faster_and_nearly_exact(void **state)
{
    (void)state;
    assert_true(search_prefers_wide(1e-3, 1.2, 1e-5, 1.1));
    assert_true(search_prefers_wide(1e-3, 1.2, 1e-4, 1.1));
    assert_false(search_prefers_wide(1e-3, 1.2, 1.1e-4, 1.1)); /* weights are what it loses by */
    assert_false(search_prefers_wide(1e-3, 1.2, 1e-5, 1.2));
    assert_false(search_prefers_wide(1e-3, 1.2, 0.0, 1.3));
    assert_true(search_prefers_wide(0.0, 1.2, 0.0, 1.1));
}

static void errors_end_it(void **state)
{
    struct network network = {.layers = {{1.0, 1.0, 1.0}}, .count = 1};
    const struct search_task task = {.layers = network.layers,
                                     .count = 1,
                                     .limits = {1.0, INFINITY},
                                     .context = &network,
                                     .measure = fail_to_measure,
                                     .is_over = is_over};
    (void)state;
    for (size_t i = 0; i < search_method_count; i++) {
        struct search_result result;
        struct error error;
        bool stays_float[1], found;
        assert_int_equal(search_methods[i].run(&task, stays_float, &result, &found, &error),
                         STATUS_IO);
        assert_string_equal(error.text, "the disk is full");
        assert_false(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_nearly_the_fastest),
        cmocka_unit_test(nothing_stays_where_nothing_must),
        cmocka_unit_test(what_cannot_be_kept_is_said),
        cmocka_unit_test(files_are_no_larger_than_allowed),
        cmocka_unit_test(it_ends_when_time_is_up),
        cmocka_unit_test(sixteen_bits_are_to_be_faster_and_nearly_exact),
        cmocka_unit_test(errors_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
