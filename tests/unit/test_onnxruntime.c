/* ONNX Runtime itself, where its library is: models that are made here, and the operators' own
 * tests of libonnx-testdata where that is installed. */
#include <dirent.h>
#include <math.h>
#include <pthread.h>
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
#include "formats/onnx/onnx.pb-c.h"
#include "message_harness.h"
#include "ort_harness.h"

#define TESTDATA     "/usr/share/libonnx-testdata/data/node"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- models of one node --- */

/* Takes the message over. */
static void write_model(struct message *message, const char *output)
{
    message_output(message, output, TYPE_F32);
    message_write(message, ort_model_path());
    message_free(message);
}

/* y = op(a, b), float32 of rows x columns; rows -1: open. */
static void write_binary(const char *op, int rows, int columns)
{
    struct message *message = message_new(13);
    const char *inputs[] = {message_input(message, TYPE_F32, SHAPE(rows, columns)),
                            message_input(message, TYPE_F32, SHAPE(rows, columns))};
    write_model(message, message_node(message, NULL, op, inputs, 2));
}

/* y = DequantizeLinear(x, 0.5, 128): an input of bytes. */
static void write_dequantize(void)
{
    static const uint8_t zero_point = 128;
    struct message *message = message_new(13);
    const char *inputs[] = {message_input(message, TYPE_U8, SHAPE(1, 4)),
                            message_float(message, 0.5f),
                            message_constant(message, TYPE_U8, (struct shape){0}, &zero_point)};
    write_model(message, message_node(message, NULL, "DequantizeLinear", inputs, 3));
}

/* --- running them --- */

static struct runtime_model *load(const char *path, const struct runtime_options *options)
{
    struct runtime_model *model;
    struct error error = {0};
    if (ort_runtime()->load(path, path, options, &model, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return model;
}

static struct runtime_session *open_session(struct runtime_model *model)
{
    struct runtime_session *session;
    struct error error = {0};
    if (ort_runtime()->open(model, &session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return session;
}

static void run(struct runtime_session *session)
{
    struct error error = {0};
    if (session->run(session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
}

static void an_operator_runs_on_memory_of_ours(void **state)
{
    struct runtime_options options = {.isa = isa_best()};
    NEEDS_LIBRARY;
    write_binary("Sub", 2, 3);
    struct runtime_model *model = load(ort_model_path(), &options);
    struct runtime_session *session = open_session(model);
    assert_int_equal(model->n_inputs, 2);
    assert_int_equal(model->n_outputs, 1);
    assert_string_equal(model->inputs[1].name, "x1");
    for (int times = 0; times < 3; times++) {
        for (int i = 0; i < 6; i++) {
            ((float *)session->inputs[0])[i] = (float)(i * times);
            ((float *)session->inputs[1])[i] = 1.0f;
        }
        run(session);
        for (int i = 0; i < 6; i++)
            assert_float_equal(((const float *)session->outputs[0])[i], (float)(i * times - 1),
                               0.0f);
    }
    runtime_close(session);
    runtime_release(model);
}

static void open_dimensions_are_one_sample(void **state)
{
    struct runtime_options options = {.isa = isa_best()};
    NEEDS_LIBRARY;
    write_binary("Mul", -1, 5);
    struct runtime_model *model = load(ort_model_path(), &options);
    struct runtime_session *session = open_session(model);
    assert_int_equal(model->inputs[0].shape.dim[0], 1);
    assert_int_equal(model->outputs[0].shape.dim[0], 1);
    assert_int_equal(model->outputs[0].shape.dim[1], 5);
    for (int i = 0; i < 5; i++)
        ((float *)session->inputs[0])[i] = ((float *)session->inputs[1])[i] = (float)i;
    run(session);
    assert_float_equal(((const float *)session->outputs[0])[4], 16.0f, 0.0f);
    runtime_close(session);
    runtime_release(model);
}

/* The scales of integers are those of the graph that the file's reader makes. */
static void integers_come_with_their_scales_where_they_are_needed(void **state)
{
    struct runtime_options options = {.isa = isa_best()};
    NEEDS_LIBRARY;
    write_dequantize();
    struct runtime_model *model = load(ort_model_path(), &options);
    assert_int_equal(model->inputs[0].type, TYPE_U8);
    assert_int_equal(model->inputs[0].quant.count, 0);
    runtime_release(model);
    options.needs_scales = true;
    model = load(ort_model_path(), &options);
    assert_int_equal(model->inputs[0].quant.count, 1);
    assert_float_equal(model->inputs[0].quant.scale[0], 0.5f, 0.0f);
    assert_int_equal(model->inputs[0].quant.zero_point[0], 128);
    runtime_release(model);
}

static void what_is_no_model_is_refused(void **state)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_model *model;
    struct error error = {0};
    NEEDS_LIBRARY;
    assert_int_equal(file_write(ort_model_path(), "no protobuf", 11, &error), STATUS_OK);
    assert_int_equal(ort_runtime()->load("its name", ort_model_path(), &options, &model, &error),
                     STATUS_FORMAT);
    assert_string_equal(error.where, "its name");
    write_binary("NoSuchOperator", 1, 1);
    assert_int_not_equal(
        ort_runtime()->load("its name", ort_model_path(), &options, &model, &error), STATUS_OK);
    assert_non_null(strstr(error.text, "onnxruntime: "));
}

#define LANES 4

static void *run_lane(void *argument)
{
    struct runtime_session *session = argument;
    struct error error;
    float wrong = 0.0f;
    for (int times = 0; times < 200; times++) {
        float *a = session->inputs[0], *b = session->inputs[1];
        for (int i = 0; i < 6; i++)
            a[i] = b[i] = (float)(times + i);
        if (session->run(session, &error) != STATUS_OK)
            return session;
        for (int i = 0; i < 6; i++)
            wrong += fabsf(((const float *)session->outputs[0])[i] - 2.0f * (float)(times + i));
    }
    return wrong > 0.0f ? session : NULL;
}

static void sessions_of_one_model_run_at_the_same_time(void **state)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_session *sessions[LANES];
    pthread_t threads[LANES];
    void *failed;
    NEEDS_LIBRARY;
    write_binary("Add", 2, 3);
    struct runtime_model *model = load(ort_model_path(), &options);
    for (int i = 0; i < LANES; i++)
        sessions[i] = open_session(model);
    for (int i = 0; i < LANES; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_lane, sessions[i]), 0);
    for (int i = 0; i < LANES; i++) {
        pthread_join(threads[i], &failed);
        assert_null(failed);
        runtime_close(sessions[i]);
    }
    runtime_release(model);
}

/* Whether some thread of this process may run on this unit alone. */
static bool has_thread_on(int pu)
{
    char path[300], line[256], wanted[64];
    bool found = false;
    snprintf(wanted, sizeof(wanted), "Cpus_allowed_list:\t%d\n", pu);
    DIR *tasks = opendir("/proc/self/task");
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;) {
        snprintf(path, sizeof(path), "/proc/self/task/%s/status", task->d_name);
        FILE *file = task->d_name[0] != '.' ? fopen(path, "re") : NULL;
        while (file && fgets(line, sizeof(line), file))
            found = found || strcmp(line, wanted) == 0;
        if (file)
            fclose(file);
    }
    closedir(tasks);
    return found;
}

/* Threads bind themselves some time after they were started. */
static bool gets_thread_on(int pu)
{
    for (int tries = 0; tries < 200; tries++) {
        if (has_thread_on(pu))
            return true;
        usleep(10000);
    }
    return false;
}

static void threads_are_bound_to_the_placement(void **state)
{
    struct topology *topology;
    struct placement placement;
    struct error error;
    NEEDS_LIBRARY;
    assert_int_equal(topology_load(&topology, &error), STATUS_OK);
    assert_int_equal(placement_resolve(topology, "threads", &placement, &error), STATUS_OK);
    placement.n_threads = placement.n_threads < 4 ? placement.n_threads : 4;
    struct runtime_options options = {.placement = &placement, .isa = isa_best()};
    write_binary("Add", 1, 1);
    struct runtime_model *model = load(ort_model_path(), &options);
    for (int i = 0; i < placement.n_threads; i++)
        assert_true(!binding_is_real() || gets_thread_on(placement.pus[i]));
    runtime_release(model);
    placement_release(&placement);
    topology_free(topology);
}

/* --- the operators' own tests --- */

/* Elements of a tensor's file, as float32; NULL: there is no such file. */
static float *read_tensor(const char *node, const char *name, size_t *count)
{
    char *path = xasprintf(TESTDATA "/%s/test_data_set_0/%s.pb", node, name);
    unsigned char *bytes;
    size_t size;
    struct error error;
    enum status status = file_read(path, 1 << 20, &bytes, &size, &error);
    free(path);
    if (status != STATUS_OK)
        return NULL;
    Onnx__Tensor *tensor = onnx__tensor__unpack(NULL, size, bytes);
    assert_non_null(tensor);
    assert_int_equal(tensor->data_type, 1);
    *count = tensor->raw_data.len / sizeof(float);
    float *values = xcalloc(*count, sizeof(*values));
    memcpy(values, tensor->raw_data.data, tensor->raw_data.len);
    onnx__tensor__free_unpacked(tensor, NULL);
    free(bytes);
    return values;
}

static void feed(const char *node, const struct runtime_model *model,
                 struct runtime_session *session)
{
    for (int i = 0; i < model->n_inputs; i++) {
        char name[24];
        size_t count;
        snprintf(name, sizeof(name), "input_%d", i);
        float *values = read_tensor(node, name, &count);
        assert_non_null(values);
        assert_int_equal(count, shape_elements(&model->inputs[i].shape));
        memcpy(session->inputs[i], values, count * sizeof(*values));
        free(values);
    }
}

static void try_node(const char *node)
{
    struct runtime_options options = {.isa = isa_best()};
    char *path = xasprintf(TESTDATA "/%s/model.onnx", node);
    size_t count;
    struct runtime_model *model = load(path, &options);
    struct runtime_session *session = open_session(model);
    float *expected = read_tensor(node, "output_0", &count);
    assert_non_null(expected);
    feed(node, model, session);
    run(session);
    assert_int_equal(count, shape_elements(&model->outputs[0].shape));
    for (size_t i = 0; i < count; i++) {
        float got = ((const float *)session->outputs[0])[i];
        if (fabsf(got - expected[i]) > 1e-5f + 1e-4f * fabsf(expected[i]))
            fail_msg("%s: %g at %zu, expected %g", node, (double)got, i, (double)expected[i]);
    }
    free(expected);
    runtime_close(session);
    runtime_release(model);
    free(path);
}

static void operators_give_what_their_tests_expect(void **state)
{
    static const char *const nodes[] = {
        "test_add",
        "test_relu",
        "test_basic_conv_with_padding",
        "test_conv_with_strides_padding",
        "test_averagepool_2d_default",
        "test_matmul_2d",
        "test_softmax_axis_1",
        "test_transpose_default",
    };
    NEEDS_LIBRARY;
    if (access(TESTDATA, X_OK) != 0)
        skip();
    for (size_t i = 0; i < COUNT(nodes); i++)
        try_node(nodes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operator_runs_on_memory_of_ours),
        cmocka_unit_test(open_dimensions_are_one_sample),
        cmocka_unit_test(integers_come_with_their_scales_where_they_are_needed),
        cmocka_unit_test(what_is_no_model_is_refused),
        cmocka_unit_test(sessions_of_one_model_run_at_the_same_time),
        cmocka_unit_test(threads_are_bound_to_the_placement),
        cmocka_unit_test(operators_give_what_their_tests_expect),
    };
    return cmocka_run_group_tests(tests, ort_set_up, ort_tear_down);
}
