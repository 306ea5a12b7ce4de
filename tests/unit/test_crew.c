/* The threads that share the work of quantizing: files are the same for any number of them, and the
 * error is that of the first run that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph_harness.h"
#include "network_harness.h"
#include "quantize/candidate.h"
#include "quantize/crew.h"
#include "quantize/doing.h"

#define DATA SOURCE_DIRECTORY "/data/"

static void need(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
}

/* Threads on the units that this process may use, in turn. */
static void hire(int threads)
{
    int pus[HARNESS_THREADS_MAX];
    const struct placement placement = {.name = "test", .n_threads = threads, .pus = pus};
    harness_units(threads, pus);
    crew_hire(&placement);
    assert_int_equal(crew_threads(), threads);
}

static struct candidate quantize(const char *mode)
{
    static const char *const formats[] = {".tflite", NULL};
    struct dataset_spec spec;
    struct candidate candidate;
    struct error error = {0};
    dataset_spec_init(&spec);
    spec.samples = DATA "calibration-images.idx.gz";
    spec.count = 12;
    spec.scale = 1.0 / 255.0;
    const struct candidate_order order = {.model = DATA "resnet.tflite",
                                          .mode = mode,
                                          .load = &(struct load_options){0},
                                          .calibration = &spec,
                                          .formats = formats};
    need(candidate_make(&order, &candidate, &error), &error);
    return candidate;
}

static void files_are_the_same(void **state)
{
    static const char *const modes[] = {"int8:effort=2", "dynamic:fit=nearest,bias=corrected"};
    (void)state;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct candidate alone = quantize(modes[i]);
        for (int threads = 2; threads <= 3; threads++) {
            hire(threads);
            struct candidate shared = quantize(modes[i]);
            crew_dismiss();
            assert_int_equal(shared.size, alone.size);
            assert_memory_equal(shared.bytes, alone.bytes, alone.size);
            candidate_release(&shared);
        }
        candidate_release(&alone);
    }
}

#define RUNS 50

/* Runs 20 to 40 fail. */
static enum status note_run(void *context, struct session *session, int thread, size_t run,
                            struct error *error)
{
    int *done = context;
    assert_non_null(session);
    assert_in_range(thread, 0, crew_threads() - 1);
    done[run]++;
    return run < 20 || run > 40 ? STATUS_OK
                                : error_set(error, STATUS_INVALID, NULL, "run %zu", run);
}

static void the_first_error_counts(void **state)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best()};
    struct random random = {1};
    struct graph *graph = network_new(SHAPE(1, 4, 4, 2));
    int image = network_layer(graph, &random, OP_RELU, 0);
    (void)state;
    graph_set_outputs(graph, &image, 1);
    for (int threads = 1; threads <= 4; threads++) {
        int done[RUNS] = {0};
        struct crew_graph opened;
        struct error error;
        hire(threads);
        need(crew_open(graph, &options, &opened, &error), &error);
        assert_int_equal(crew_run(&opened, note_run, done, RUNS, &error), STATUS_INVALID);
        assert_string_equal(error.text, "run 20");
        for (int i = 0; i < RUNS; i++)
            assert_int_equal(done[i], 1);
        crew_close(&opened);
        crew_dismiss();
    }
    graph_free(graph);
}

/* Words at once for each stage, and then not for a while. */
static void words_tell_of_stages(void **state)
{
    struct doing_pace pace = {0};
    struct text words = {0};
    (void)state;
    assert_true(doing_words(&pace, DOING_CALIBRATION, 34, 100, &words));
    assert_string_equal(words.bytes, "calibrating, 34 of 100");
    assert_false(doing_words(&pace, DOING_CALIBRATION, 35, 100, &words));
    pace.began -= 34.0;
    pace.shown -= 34.0;
    text_release(&words);
    assert_true(doing_words(&pace, DOING_CALIBRATION, 50, 100, &words));
    assert_string_equal(words.bytes, "calibrating, 50 of 100, about 34 s left");
    text_release(&words);
    assert_true(doing_words(&pace, DOING_SEARCH, 1, 7, &words));
    assert_string_equal(words.bytes, "searching ranges, layer 1 of 7");
    text_release(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_the_same),
        cmocka_unit_test(the_first_error_counts),
        cmocka_unit_test(words_tell_of_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
