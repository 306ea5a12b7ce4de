/* Runtimes: the table, the builtin one, and how a library is found, used and given up. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "model/load.h"
#include "runtimes/runtime.h"

#define MODEL SOURCE_DIRECTORY "/data/mlp.tflite"

/* The library of tests/unit/fake_onnxruntime.c. */
static struct fake {
    char *path;
    int *fail_at, *calls, *live;
    bool *is_open;
    char *options;
} fake;

static char *built(const char *name)
{
    const char *build = getenv("BUILD");
    return xasprintf("%s/tests/unit/%s", build ? build : ".", name);
}

static void every_row_is_whole_and_found_by_its_name(void **state)
{
    int baselines = 0;
    (void)state;
    for (size_t i = 0; i < runtime_count; i++) {
        const struct runtime *row = runtime_table[i];
        baselines += row->is_baseline;
        assert_ptr_equal(runtime_find(row->name), row);
        assert_non_null(row->text);
        assert_non_null(row->formats[0]);
        assert_true(row->find && row->version && row->where && row->load && row->release &&
                    row->report && row->open && row->close);
        assert_int_equal(row->library != NULL, row->variable != NULL);
    }
    assert_int_equal(baselines, 1);
    assert_true(runtime_find("builtin")->is_baseline);
    assert_null(runtime_find("tensorrt"));
    runtime_release(NULL);
    runtime_close(NULL);
}

static struct runtime_model *load(const struct runtime *runtime, const char *path,
                                  const struct runtime_options *options)
{
    struct runtime_model *model;
    struct error error = {0};
    if (runtime->load("the model", path, options, &model, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return model;
}

static struct runtime_session *open_session(struct runtime_model *model)
{
    struct runtime_session *session;
    struct error error = {0};
    if (model->runtime->open(model, &session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return session;
}

static void run(struct runtime_session *session)
{
    struct error error = {0};
    if (session->run(session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
}

static void fill(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(i % 17) / 17.0f;
}

/* What the engine gives, used without the interface. */
static void engine_outputs(float *outputs, size_t bytes)
{
    struct plan_options options = {.threads = 1, .isa = isa_best()};
    struct graph *graph;
    struct error error;
    assert_int_equal(graph_load(MODEL, NULL, &graph, &error), STATUS_OK);
    struct machine machine = machine_new(graph, &options);
    fill(session_input(machine.session, 0), 784);
    session_run(machine.session);
    memcpy(outputs, session_output(machine.session, 0), bytes);
    machine_free(&machine);
    graph_free(graph);
}

static void the_builtin_runtime_is_the_engine(void **state)
{
    const struct runtime *builtin = runtime_find("builtin");
    struct runtime_options options = {.isa = isa_best()};
    float expected[10];
    (void)state;
    engine_outputs(expected, sizeof(expected));
    struct runtime_model *model = load(builtin, MODEL, &options);
    struct runtime_session *one = open_session(model), *other = open_session(model);
    assert_int_equal(model->n_inputs, 1);
    assert_int_equal(model->n_outputs, 1);
    assert_int_equal(shape_elements(&model->inputs[0].shape), 784);
    assert_int_equal(model->outputs[0].type, TYPE_F32);
    assert_ptr_not_equal(one->inputs[0], other->inputs[0]);
    fill(other->inputs[0], 784);
    fill(one->inputs[0], 1);
    run(one);
    run(other);
    assert_memory_equal(other->outputs[0], expected, sizeof(expected));
    runtime_close(one);
    runtime_close(other);
    runtime_release(model);
}

static void the_builtin_runtime_keeps_to_a_placement(void **state)
{
    int pus[] = {0, 0};
    struct placement placement = {.n_threads = 2, .pus = pus};
    struct runtime_options options = {.placement = &placement, .isa = ISA_GENERIC};
    float expected[10];
    (void)state;
    engine_outputs(expected, sizeof(expected));
    struct runtime_model *model = load(runtime_find("builtin"), MODEL, &options);
    struct runtime_session *session = open_session(model);
    fill(session->inputs[0], 784);
    run(session);
    for (int i = 0; i < 10; i++)
        assert_float_equal(((const float *)session->outputs[0])[i], expected[i], 1e-5);
    struct runtime_report report = model->runtime->report(model);
    assert_true(report.arena_bytes > 0.0 && report.weight_bytes > 0.0);
    assert_true(report.n_kernels > 0);
    assert_string_equal(report.isa, "generic");
    assert_null(report.note);
    runtime_close(session);
    runtime_release(model);
}

static void what_builtin_cannot_load_is_named(void **state)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_model *model;
    struct error error = {0};
    (void)state;
    assert_int_equal(runtime_find("builtin")->load("the model", SOURCE_DIRECTORY "/README.md",
                                                   &options, &model, &error),
                     STATUS_FORMAT);
    assert_string_equal(error.where, "the model");
}

/* Libraries that will not do leave it possible to find another one. */
static void find_fails(const char *path, enum status status, const char *message)
{
    struct error error = {0};
    assert_int_equal(runtime_find("onnxruntime")->find(path, &error), status);
    assert_string_equal(error.where, "onnxruntime");
    if (!strstr(error.text, message))
        fail_msg("no '%s' in '%s'", message, error.text);
}

static void a_library_that_will_not_do_is_told(void **state)
{
    char *old = built("fake_onnxruntime_old.so"), *other = built("fake_other.so");
    char *message = xasprintf("'%s' is version 1.10.2, 1.11 or newer is needed", old);
    (void)state;
    find_fails("/no/such/file.so", STATUS_IO, "cannot be loaded: /no/such/file.so: ");
    find_fails(SOURCE_DIRECTORY "/README.md", STATUS_IO, "cannot be loaded: ");
    find_fails(other, STATUS_FORMAT, "is another library, it lacks OrtGetApiBase");
    find_fails(old, STATUS_UNSUPPORTED, message);
    free(message);
    free(other);
    free(old);
}

static void the_environment_says_where_when_nobody_else_does(void **state)
{
    (void)state;
    setenv("QUANTOP_ONNXRUNTIME", "/from/the/environment.so", 1);
    find_fails(NULL, STATUS_IO, "/from/the/environment.so");
    find_fails("/given.so", STATUS_IO, "/given.so");
    unsetenv("QUANTOP_ONNXRUNTIME");
}

static void the_fake_is_found(void **state)
{
    const struct runtime *runtime = runtime_find("onnxruntime");
    struct error error = {0};
    (void)state;
    fake.path = built("fake_onnxruntime.so");
    if (runtime->find(fake.path, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_string_equal(runtime->version(), "1.30.0");
    assert_string_equal(runtime->where(), fake.path);
    assert_string_equal(getenv("ORT_DISABLE_TELEMETRY"), "1");
    assert_int_equal(runtime->find("/no/matter", &error), STATUS_OK);
    void *handle = dlopen(fake.path, RTLD_NOW | RTLD_NOLOAD);
    assert_non_null(handle);
    fake.fail_at = dlsym(handle, "fake_fail_at");
    fake.calls = dlsym(handle, "fake_calls");
    fake.live = dlsym(handle, "fake_live");
    fake.is_open = dlsym(handle, "fake_is_open");
    fake.options = dlsym(handle, "fake_options");
    dlclose(handle);
}

static void a_library_runs_on_memory_of_ours(void **state)
{
    struct runtime_options options = {.needs_scales = true};
    (void)state;
    for (int open = 0; open < 2; open++) {
        *fake.is_open = open;
        struct runtime_model *model = load(runtime_find("onnxruntime"), MODEL, &options);
        struct runtime_session *session = open_session(model);
        assert_string_equal(model->inputs[0].name, "a?name");
        assert_int_equal(shape_elements(&model->inputs[0].shape), 6);
        assert_int_equal(shape_elements(&model->outputs[0].shape), 6);
        for (int i = 0; i < 6; i++)
            ((float *)session->inputs[0])[i] = (float)i;
        run(session);
        for (int i = 0; i < 6; i++)
            assert_float_equal(((const float *)session->outputs[0])[i], i + 1, 0.0);
        struct runtime_report report = model->runtime->report(model);
        assert_true(report.arena_bytes < 0.0 && report.weight_bytes < 0.0);
        assert_string_equal(report.note, "ONNX Runtime 1.30.0, all graph optimizations");
        runtime_close(session);
        runtime_release(model);
        assert_int_equal(*fake.live, 0);
    }
}

static void threads_of_a_library_are_those_of_the_placement(void **state)
{
    int pus[] = {0, 4, 2};
    struct placement placement = {.n_threads = 3, .pus = pus};
    struct runtime_options options = {.placement = &placement};
    (void)state;
    runtime_release(load(runtime_find("onnxruntime"), MODEL, &options));
    assert_non_null(strstr(fake.options, "threads=3 "));
    assert_non_null(strstr(fake.options, "session.intra_op_thread_affinities=5;3 "));
    assert_non_null(strstr(fake.options, "session.intra_op.allow_spinning=1 "));
    placement.n_threads = 1;
    runtime_release(load(runtime_find("onnxruntime"), MODEL, &options));
    assert_non_null(strstr(fake.options, "threads=1 "));
    assert_null(strstr(fake.options, "affinities"));
    assert_int_equal(*fake.live, 0);
}

/* The whole life of a model; the first failure ends it. */
static enum status live(struct error *error)
{
    int pus[] = {0, 0};
    struct placement placement = {.n_threads = 2, .pus = pus};
    struct runtime_options options = {.placement = &placement, .needs_scales = true};
    struct runtime_model *model;
    struct runtime_session *session = NULL;
    enum status status =
        runtime_find("onnxruntime")->load("the model", MODEL, &options, &model, error);
    if (status != STATUS_OK)
        return status;
    status = model->runtime->open(model, &session, error);
    if (status == STATUS_OK)
        status = session->run(session, error);
    runtime_close(session);
    runtime_release(model);
    return status;
}

static void every_call_may_fail_and_nothing_is_left(void **state)
{
    (void)state;
    for (int open = 0; open < 2; open++) {
        enum status status;
        *fake.is_open = open;
        *fake.fail_at = 0;
        do {
            struct error error = {0};
            char message[64];
            *fake.calls = 0;
            (*fake.fail_at)++;
            status = live(&error);
            assert_int_equal(*fake.live, 0);
            if (status == STATUS_OK)
                continue;
            snprintf(message, sizeof(message), "onnxruntime: made to fail?at call %d",
                     *fake.fail_at);
            assert_int_equal(status, STATUS_UNSUPPORTED);
            assert_string_equal(error.where, "the model");
            assert_string_equal(error.text, message);
        } while (status != STATUS_OK);
        assert_true(*fake.fail_at > 25);
    }
    *fake.fail_at = 0;
}

static int free_path(void **state)
{
    (void)state;
    free(fake.path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole_and_found_by_its_name),
        cmocka_unit_test(the_builtin_runtime_is_the_engine),
        cmocka_unit_test(the_builtin_runtime_keeps_to_a_placement),
        cmocka_unit_test(what_builtin_cannot_load_is_named),
        cmocka_unit_test(a_library_that_will_not_do_is_told),
        cmocka_unit_test(the_environment_says_where_when_nobody_else_does),
        cmocka_unit_test(the_fake_is_found),
        cmocka_unit_test(a_library_runs_on_memory_of_ours),
        cmocka_unit_test(threads_of_a_library_are_those_of_the_placement),
        cmocka_unit_test(every_call_may_fail_and_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, free_path);
}
