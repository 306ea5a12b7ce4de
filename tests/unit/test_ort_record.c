/* How long ONNX Runtime's steps take, as it tells: a profile is read as a stranger's file, and its
 * names lead to the nodes of the model. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/model.h"
#include "message_harness.h"
#include "model/load.h"
#include "runtimes/ort_places.h"
#include "runtimes/ort_trace.h"
#include "runtimes/runtime.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the profile ------------------------------------------------------------------------------ */

#define EVENT(name, dur, args)                                                                     \
    "{\"cat\" : \"Node\",\"pid\" :1,\"tid\" :1,\"dur\" :" dur ",\"ts\" :9,\"ph\" : "               \
    "\"X\",\"name\" :\"" name "\",\"args\" : {" args "}}"
#define ARGS(op)                                                                                   \
    "\"op_name\" : \"" op "\",\"provider\" : \"CPUExecutionProvider\",\"activation_size\" : "      \
    "\"64\",\"output_size\" : \"128\",\"parameter_size\" : \"9\",\"input_type_shape\" : "          \
    "[{\"float\":[1,4,4]},{\"int8\":[2]}],\"output_type_shape\" : [{\"double\":[1,8]}]"
#define SESSION                                                                                    \
    "{\"cat\" : \"Session\",\"pid\" :1,\"tid\" :1,\"dur\" :5,\"ts\" :3,\"ph\" : \"X\",\"name\" "   \
    ":\"model_run\",\"args\" : {}}"
#define CONV(dur) EVENT("@0@_kernel_time", dur, ARGS("Conv"))
#define RELU(dur) EVENT("Relu_1_kernel_time", dur, ARGS("Relu"))

static enum status read_text(const char *text, struct arena *arena, struct ort_trace *trace,
                             struct error *error)
{
    char *exact = malloc(strlen(text) + 1); /* so that a sanitizer sees what is read behind it */
    memcpy(exact, text, strlen(text));
    enum status status = ort_trace_read(exact, strlen(text), arena, trace, error);
    free(exact);
    return status;
}

static void a_profile_has_steps_and_runs(void **state)
{
    struct arena *arena = arena_new();
    struct ort_trace trace;
    struct error error;
    (void)state;
    assert_int_equal(
        read_text("[\n" SESSION ",\n" CONV("7") ",\n" RELU("0") ",\n" EVENT(
                      "@0@_fence_before", "1", ARGS("Conv")) ",\n" CONV("9") "," RELU("2") "\n]\n",
                  arena, &trace, &error),
        STATUS_OK);
    assert_int_equal(trace.n_steps, 2);
    assert_int_equal(trace.n_runs, 2);
    assert_string_equal(trace.steps[0].name, "@0@");
    assert_string_equal(trace.steps[0].op, "Conv");
    assert_string_equal(trace.steps[0].provider, "CPUExecutionProvider");
    assert_string_equal(trace.steps[0].type, "float32");
    assert_string_equal(trace.steps[0].input, "float32 1x4x4");
    assert_string_equal(trace.steps[0].output, "float64 1x8");
    assert_true(trace.steps[0].read_bytes == 64.0 && trace.steps[0].written_bytes == 128.0);
    assert_string_equal(trace.steps[1].name, "Relu_1");
    const double us[] = {7, 0, 9, 2};
    assert_memory_equal(trace.us, us, sizeof(us));
    arena_free(arena);
}

/* Releases differ in what they tell. */
static void what_is_not_told_is_not_known(void **state)
{
    static const char *const args[] = {
        "",
        "\"input_type_shape\" : [], \"activation_size\" : \"\"",
        "\"input_type_shape\" : [{}], \"activation_size\" : \"-3\"",
        "\"input_type_shape\" : [{\"float\":[-1]}], \"activation_size\" : \"1e9\"",
        "\"input_type_shape\" : [{\"float\":[4294967296]}], \"activation_size\" : 7",
        "\"input_type_shape\" : [{\"float\":[1,1,1,1,1,1,1,1,1]}]",
        "\"input_type_shape\" : [{\"float\":\"1\"}], \"activation_size\" : \"99999999999999999\"",
        "\"input_type_shape\" : \"float\", \"op_name\" : 3",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(args); i++) {
        struct arena *arena = arena_new();
        struct ort_trace trace;
        struct error error;
        char *text = xasprintf(
            "[{\"cat\":\"Node\",\"name\":\"a_kernel_time\",\"dur\":1,\"args\":{%s}}]", args[i]);
        if (read_text(text, arena, &trace, &error) != STATUS_OK)
            fail_msg("%s: %s", text, error.text);
        assert_string_equal(trace.steps[0].input, "");
        assert_string_equal(trace.steps[0].type, "");
        assert_string_equal(trace.steps[0].op, "");
        assert_true(trace.steps[0].read_bytes < 0.0 && trace.steps[0].written_bytes < 0.0);
        free(text);
        arena_free(arena);
    }
}

static void damaged_profiles_are_refused(void **state)
{
    static const struct {
        const char *text, *words;
    } damaged[] = {
        {"", "at byte 0: no list"},
        {"{}", "at byte 0: no list"},
        {"[", "at byte 1: no JSON, or cut off"},
        {"[]", "at byte 1: no JSON, or cut off"},
        {"[" CONV("1"), "no JSON, or cut off"},
        {"[" CONV("1") ",", "no JSON, or cut off"},
        {"[" CONV("1") ",]", "no JSON, or cut off"},
        {"[" CONV("1") ";" CONV("1") "]", "no JSON, or cut off"},
        {"[{\"cat\" : \"No", "no JSON, or cut off"},
        {"[7]", "no JSON, or cut off"},
        {"[[]]", "an event is no object"},
        {"[" SESSION "]", "nodes did not all run as often"},
        {"[" CONV("-1") "]", "at byte 1: the time of a node is no number, or negative"},
        {"[" CONV("1.5") "]", "the time of a node is no number, or negative"},
        {"[" CONV("\"1\"") "]", "the time of a node is no number, or negative"},
        {"[" CONV("1") "," CONV("1") "," RELU("1") "]", "nodes did not all run as often"},
        {"[" CONV("1") "," CONV("1") "," CONV("1") "," RELU("1") "]",
         "nodes did not all run as often"},
        /* A name of the model with a quotation mark in it, as the library writes it. */
        {"[" EVENT("a\"b_kernel_time", "1", "") "]", "no JSON, or cut off"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(damaged); i++) {
        struct arena *arena = arena_new();
        struct ort_trace trace;
        struct error error = {0};
        assert_int_equal(read_text(damaged[i].text, arena, &trace, &error), STATUS_FORMAT);
        assert_string_equal(error.where, "onnxruntime's profile");
        if (!strstr(error.text, damaged[i].words))
            fail_msg("'%s': %s", damaged[i].text, error.text);
        arena_free(arena);
    }
}

static void nodes_that_run_others_are_refused(void **state)
{
    struct arena *arena = arena_new();
    struct ort_trace trace;
    struct error error;
    (void)state;
    assert_int_equal(
        read_text("[" EVENT("l_kernel_time", "9", ARGS("Loop")) "]", arena, &trace, &error),
        STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "'l' (Loop)"));
    arena_free(arena);
}

/* --- places ----------------------------------------------------------------------------------- */

static char path[] = "/tmp/quantop-test-XXXXXX";

static int make_path(void **state)
{
    (void)state;
    int descriptor = mkstemp(path);
    return descriptor < 0 || close(descriptor) != 0;
}

static int drop_path(void **state)
{
    (void)state;
    return unlink(path);
}

/* Conv 0 and Conv 1 of x -> Add 2 -> Relu 3 -> MaxPool 4 -> Sigmoid 5. Names of what they put out
 * are in outputs. */
static void write_network(const char *outputs[6])
{
    const int pads[] = {1, 1, 1, 1}, one[] = {1, 1};
    float weights[36] = {0};
    struct message *message = message_new(13);
    const char *x = message_input(message, TYPE_F32, SHAPE(1, 2, 4, 4));
    const char *w = message_constant(message, TYPE_F32, SHAPE(2, 2, 3, 3), weights);
    const char *both[] = {x, w};
    outputs[0] = message_node(message, NULL, "Conv", both, 2);
    message_ints(message, "pads", pads, 4);
    outputs[1] = message_node(message, NULL, "Conv", both, 2);
    message_ints(message, "pads", pads, 4);
    outputs[2] = message_node(message, NULL, "Add", outputs, 2);
    outputs[3] = message_node(message, NULL, "Relu", &outputs[2], 1);
    outputs[4] = message_node(message, NULL, "MaxPool", &outputs[3], 1);
    message_ints(message, "kernel_shape", one, 2);
    outputs[5] = message_node(message, NULL, "Sigmoid", &outputs[4], 1);
    message_output(message, outputs[5], TYPE_F32);
    message_write(message, path);
    for (int i = 0; i < 6; i++)
        outputs[i] = xasprintf("%s", outputs[i]);
    message_free(message);
}

static void load_marked(struct ort_places **places, struct graph **graph)
{
    struct error error;
    unsigned char *bytes, *marked;
    size_t size, marked_size;
    assert_int_equal(file_read(path, MODEL_BYTES_MAX, &bytes, &size, &error), STATUS_OK);
    assert_int_equal(ort_places_mark(bytes, size, places, &marked, &marked_size, &error),
                     STATUS_OK);
    free(bytes);
    assert_int_equal(ort_places_count(*places), 6);
    if (graph_load_bytes("marked", marked, marked_size, NULL, graph, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    for (int i = 0; i < 6; i++) {
        char *name = xasprintf("@%d@", i);
        assert_string_equal((*graph)->layers[i].name, name);
        free(name);
    }
}

/* Of the last of some steps with these names: the numbers of its nodes, what it merges, and what it
 * multiplies. */
static void a_step_leads_to_its_nodes(void **state)
{
    static const struct {
        const char *names[4];
        const char *nodes, *merged; /* of the last */
        double macs;
    } cases[] = {
        {{"@0@"}, "0", "", 576},
        {{"fused @0@"}, "0", "", 576},
        {{"@1@_token_17"}, "1", "", 576},
        {{"a@1@b@0@"}, "0 1 2 3", "Add, Relu", 1152},
        {{"@0@", "@1@"}, "1 2 3", "Add, Relu", 576}, /* what nobody runs follows the later one */
        {{"@0@", "@1@", "@2@"}, "2 3", "Relu", -1},
        {{"@0@", "@1@", "@2@", "@3@"}, "3", "", -1},
        {{"@0@", "@1@", "@4@"}, "4 5", "Sigmoid", -1},
        {{"ReorderInput"}, "", "", -1},
        {{"@6@"}, "", "", -1},
        {{"@99999999999999999999@"}, "", "", -1},
        {{"@-1@"}, "", "", -1},
        {{"@"}, "", "", -1},
        {{"@@0"}, "", "", -1},
    };
    const char *outputs[6];
    struct ort_places *places;
    struct graph *graph;
    (void)state;
    write_network(outputs);
    load_marked(&places, &graph);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new();
        size_t count = 0;
        char nodes[64] = "";
        while (count < 4 && cases[i].names[count])
            count++;
        const struct ort_place *last =
            &ort_places_find(places, cases[i].names, count, graph, arena)[count - 1];
        for (int k = 0; k < last->n_nodes; k++)
            snprintf(nodes + strlen(nodes), sizeof(nodes) - strlen(nodes), "%s%d", k > 0 ? " " : "",
                     last->nodes[k]);
        if (strcmp(nodes, cases[i].nodes) != 0 || strcmp(last->merged, cases[i].merged) != 0)
            fail_msg("%zu: nodes '%s', merged '%s'", i, nodes, last->merged);
        assert_true(last->macs < 0.0 ? cases[i].macs < 0.0 : last->macs <= cases[i].macs);
        assert_true(last->macs >= cases[i].macs);
        assert_true(last->macs < 0.0 || last->constant_bytes > 0.0);
        arena_free(arena);
    }
    graph_free(graph);
    ort_places_free(places);
    for (int i = 0; i < 6; i++)
        free((char *)(uintptr_t)outputs[i]);
}

/* Convolutions on blocks of channels are named after what they put out, and that may be what
 * followed them. */
static void a_step_that_is_named_after_its_output_is_found(void **state)
{
    const char *outputs[6], *names[2];
    struct ort_places *places;
    struct graph *graph;
    struct arena *arena = arena_new();
    (void)state;
    write_network(outputs);
    load_marked(&places, &graph);
    char *first = xasprintf("%s_nchwc", outputs[0]), *second = xasprintf("%s_nchwc", outputs[3]);
    names[0] = first;
    names[1] = second;
    const struct ort_place *list = ort_places_find(places, names, 2, graph, arena);
    assert_int_equal(list[0].n_nodes, 1);
    assert_int_equal(list[0].nodes[0], 0);
    assert_int_equal(list[1].n_nodes, 3);
    assert_int_equal(list[1].nodes[0], 1);
    assert_string_equal(list[1].merged, "Add, Relu");
    assert_true(list[1].macs > 575.0 && list[1].macs < 577.0);
    /* Where this program cannot read the file it is not known what they multiply. */
    list = ort_places_find(places, names, 2, NULL, arena);
    assert_true(list[1].macs < 0.0 && list[1].constant_bytes < 0.0);
    free(first);
    free(second);
    arena_free(arena);
    graph_free(graph);
    ort_places_free(places);
    for (int i = 0; i < 6; i++)
        free((char *)(uintptr_t)outputs[i]);
}

static void what_is_no_model_has_no_places(void **state)
{
    struct ort_places *places;
    struct error error;
    unsigned char *marked;
    size_t size;
    (void)state;
    assert_int_equal(
        ort_places_mark((const unsigned char *)"no model", 8, &places, &marked, &size, &error),
        STATUS_FORMAT);
    assert_int_equal(ort_places_mark((const unsigned char *)"", 0, &places, &marked, &size, &error),
                     STATUS_FORMAT);
    ort_places_free(NULL);
}

/* --- a library -------------------------------------------------------------------------------- */

/* Two numbers by three, to which it adds one: the model of tests/unit/fake_onnxruntime.c. */
static void write_model(void)
{
    const float one = 1.0f;
    struct message *message = message_new(13);
    const char *inputs[] = {message_input(message, TYPE_F32, SHAPE(2, 3)),
                            message_constant(message, TYPE_F32, SHAPE(1), &one)};
    message_output(message, message_node(message, NULL, "Add", inputs, 2), TYPE_F32);
    message_write(message, path);
    message_free(message);
}

static struct fake {
    int *fail_at, *calls, *live, *file;
    const char **trace;
    char *options;
} fake;

static const struct runtime *find_fake(void)
{
    const struct runtime *runtime = runtime_find("onnxruntime");
    const char *build = getenv("BUILD");
    struct error error;
    char *library = xasprintf("%s/tests/unit/fake_onnxruntime.so", build ? build : ".");
    if (runtime->find(library, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    void *handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
    assert_non_null(handle);
    fake.fail_at = dlsym(handle, "fake_fail_at");
    fake.calls = dlsym(handle, "fake_calls");
    fake.live = dlsym(handle, "fake_live");
    fake.trace = dlsym(handle, "fake_trace");
    fake.file = dlsym(handle, "fake_trace_file");
    fake.options = dlsym(handle, "fake_options");
    dlclose(handle);
    free(library);
    return runtime;
}

/* A model, a session that records, a run, and what it recorded, which check looks at. */
static enum status record(const struct runtime *runtime,
                          void (*check)(const struct runtime_record *record), struct error *error)
{
    const struct runtime_options options = {0};
    struct runtime_model *model;
    struct runtime_session *session = NULL;
    struct runtime_record told;
    int n_steps = 0, file = memfd_create("trace", MFD_CLOEXEC);
    *fake.file = file;
    enum status status = runtime->load("the model", path, &options, &model, error);
    if (status != STATUS_OK) {
        close(file);
        return status;
    }
    status = runtime->record(model, file, &session, &n_steps, error);
    if (status == STATUS_OK)
        status = session->run(session, error);
    if (status == STATUS_OK)
        status = runtime->recorded(session, &told, error);
    if (status == STATUS_OK) {
        assert_int_equal(n_steps, 1);
        check(&told);
    }
    runtime_close(session);
    runtime_release(model);
    close(file);
    return status;
}

static void check_addition(const struct runtime_record *told)
{
    assert_int_equal(told->n_steps, 1);
    assert_int_equal(told->n_runs, 1);
    assert_true(told->ticks[0] == 7.0 && told->tick_ns == 1000.0);
    assert_string_equal(told->steps[0].op, "Add");
    assert_string_equal(told->steps[0].kernel, "CPUExecutionProvider");
    assert_string_equal(told->steps[0].isa, "");
    assert_string_equal(told->steps[0].arithmetic, "");
    assert_int_equal(told->steps[0].n_nodes, 1);
    assert_int_equal(told->steps[0].nodes[0], 0);
    assert_true(told->steps[0].macs < 0.0 && told->steps[0].constant_bytes < 0.0);
    assert_true(told->steps[0].read_bytes == 64.0);
}

static void a_library_records_and_any_call_may_fail(void **state)
{
    const struct runtime *runtime = find_fake();
    enum status status;
    (void)state;
    write_model();
    *fake.trace = "[" EVENT("@0@_kernel_time", "7", ARGS("Add")) "]";
    *fake.fail_at = 0;
    do {
        struct error error = {0};
        *fake.calls = 0;
        (*fake.fail_at)++;
        status = record(runtime, check_addition, &error);
        assert_int_equal(*fake.live, 0);
        if (status != STATUS_OK && !strstr(error.text, "made to fail?at call"))
            fail_msg("call %d: %s", *fake.fail_at, error.text);
    } while (status != STATUS_OK);
    assert_true(*fake.fail_at > 35);
    *fake.fail_at = 0;
    /* No file can be made of what it is told. */
    assert_non_null(strstr(fake.options, "profile=/proc/self/fd/"));
}

static void a_library_that_records_nothing_is_told(void **state)
{
    static const struct {
        const char *trace, *words;
    } traces[] = {{NULL, "the file is empty"}, {"[{", "no JSON, or cut off"}};
    const struct runtime *runtime = find_fake();
    (void)state;
    write_model();
    for (size_t i = 0; i < COUNT(traces); i++) {
        struct error error = {0};
        *fake.trace = traces[i].trace;
        assert_int_equal(record(runtime, check_addition, &error), STATUS_FORMAT);
        assert_string_equal(error.where, "onnxruntime's profile");
        assert_non_null(strstr(error.text, traces[i].words));
        assert_int_equal(*fake.live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_has_steps_and_runs),
        cmocka_unit_test(what_is_not_told_is_not_known),
        cmocka_unit_test(damaged_profiles_are_refused),
        cmocka_unit_test(nodes_that_run_others_are_refused),
        cmocka_unit_test(a_step_leads_to_its_nodes),
        cmocka_unit_test(a_step_that_is_named_after_its_output_is_found),
        cmocka_unit_test(what_is_no_model_has_no_places),
        cmocka_unit_test(a_library_records_and_any_call_may_fail),
        cmocka_unit_test(a_library_that_records_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, make_path, drop_path);
}
