/* ONNX Runtime, where its library is, takes every mode of every shipped model and architecture and computes
 * what this program does. Where integers differ by more than a step, the runtime computes what the file says
 * when its operators are taken at their word: real numbers between scales, halves rounded to the even
 * neighbour, once. The builtin kernels round as the .tflite specification has it: halves away from zero,
 * and twice (case_rounding in kernel_cases.h says how often that shows). What arrives at SOFTMAX is within
 * a step; a step there is several of a probability. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/call.h"
#include "engine/fold.h"
#include "engine/session.h"
#include "graph/fuse.h"
#include "graph/transposes.h"
#include "quantize/candidate.h"
#include "runtimes/runtime.h"
#include "worker/feed.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define DATA          SOURCE_DIRECTORY "/data/"

static const char *const modes[] = {"fp32",    "dynamic",          "int8", "int8:activations=int8",
                                    "int8-io", "int8-io:io=uint8", "16x8", "fp16"};

static const struct runtime *onnxruntime;
static char path[] = "/tmp/quantop-agreement-XXXXXX";

static void need(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
}

/* --- the library --- */

static int set_up(void **state)
{
    struct error error;
    char *placed = path_join(getenv("BUILD"), "onnxruntime/libonnxruntime.so.1");
    bool use_placed = !getenv("QUANTOP_ONNXRUNTIME") && access(placed, F_OK) == 0;
    int descriptor = mkstemp(path);
    (void)state;
    onnxruntime = runtime_find("onnxruntime");
    if (onnxruntime->find(use_placed ? placed : NULL, &error) != STATUS_OK) {
        printf("# onnxruntime: %s\n", error.text);
        onnxruntime = NULL;
    }
    free(placed);
    return descriptor < 0 || close(descriptor);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

/* --- who computes --- */

struct executor {
    struct runtime_model *model;
    struct runtime_session *session;
};

static struct executor open_runtime(const struct runtime *runtime)
{
    struct runtime_options options = {.isa = isa_best(), .needs_scales = true};
    struct executor executor;
    struct error error;
    need(runtime->load("model", path, &options, &executor.model, &error), &error);
    need(runtime->open(executor.model, &executor.session, &error), &error);
    return executor;
}

static void close_runtime(struct executor *executor)
{
    runtime_close(executor->session);
    runtime_release(executor->model);
}

/* The file at its word. */
struct literal {
    struct graph *graph;
    struct plan *plan;
    struct pool *pool;
    struct session *session;
};

static struct literal open_literal(const struct candidate *candidate)
{
    const struct model_reading reading = {.evaluate = call_evaluate};
    const struct plan_options options = {.threads = 1, .isa = ISA_AVX2};
    struct literal literal = {0};
    struct error error;
    unsigned char *bytes = memory_try(candidate->size);
    memcpy(bytes, candidate->bytes, candidate->size);
    need(model_read_bytes("model", bytes, candidate->size, &reading, &literal.graph, &error),
         &error);
    need(fold_constants(literal.graph, &error), &error);
    graph_sink_transposes(literal.graph);
    graph_drop_dead(literal.graph);
    need(plan_new(literal.graph, &options, &literal.plan, &error), &error);
    need(pool_new(NULL, &literal.pool, &error), &error);
    need(session_new(literal.plan, literal.pool, &literal.session, &error), &error);
    return literal;
}

static void close_literal(struct literal *literal)
{
    session_free(literal->session);
    pool_free(literal->pool);
    plan_free(literal->plan);
    graph_free(literal->graph);
}

/* --- comparing --- */

struct agreement {
    size_t samples, same_class, values, near; /* near: within a step */
    double largest;                           /* difference in steps */
};

static size_t best(const float *values, size_t count)
{
    size_t at = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[at])
            at = i;
    return at;
}

/* What a step of the output is. Real outputs are probabilities, of which the integer modes have steps of
 * 1/256. */
static double step_of(const struct tensor *out)
{
    return out->quant.count == 1 ? (double)out->quant.scale[0] : 1.0 / 256.0;
}

static void compare(struct agreement *agreement, const struct tensor *out, const void *a,
                    const void *b)
{
    size_t count = shape_elements(&out->shape);
    float *left = xcalloc(count, sizeof(float)), *right = xcalloc(count, sizeof(float));
    struct error error;
    need(feed_decode(out, a, left, &error), &error);
    need(feed_decode(out, b, right, &error), &error);
    for (size_t i = 0; i < count; i++) {
        double steps = ((double)left[i] - (double)right[i]) / step_of(out);
        steps = steps < 0.0 ? -steps : steps;
        agreement->near += steps < 1.01;
        agreement->largest = steps > agreement->largest ? steps : agreement->largest;
    }
    agreement->values += count;
    agreement->samples++;
    agreement->same_class += best(left, count) == best(right, count);
    free(left);
    free(right);
}

static double share(size_t part, size_t whole)
{
    return 100.0 * (double)part / (double)whole;
}

static void tell(const char *model, const char *mode, const char *who,
                 const struct agreement *agreement)
{
    printf("# %s %s, %s: same class %.1f %%, within a step %.2f %%, at most %.1f steps apart\n",
           path_name(model), mode, who, share(agreement->same_class, agreement->samples),
           share(agreement->near, agreement->values), agreement->largest);
}

/* What they compute for all samples, each beside ONNX Runtime. */
struct outcome {
    struct agreement builtin, literal;
};

/* 8-bit activations throughout, computed by integer kernels on both sides. */
static bool is_integer(const char *mode)
{
    return strncmp(mode, "int8", 4) == 0;
}

/* Fills the first session's inputs; the others get the same. */
static void run_sample(const struct executor *ours, const struct executor *theirs,
                       const float *values)
{
    const struct tensor *in = &ours->model->inputs[0];
    struct error error;
    need(feed_encode(in, values, ours->session->inputs[0], &error), &error);
    memcpy(theirs->session->inputs[0], ours->session->inputs[0], tensor_bytes(in));
    need(ours->session->run(ours->session, &error), &error);
    need(theirs->session->run(theirs->session, &error), &error);
}

static struct outcome run_samples(const struct candidate *candidate, struct dataset *dataset,
                                  bool with_literal)
{
    struct outcome outcome = {0};
    struct executor ours = open_runtime(runtime_find("builtin")),
                    theirs = open_runtime(onnxruntime);
    struct literal literal = with_literal ? open_literal(candidate) : (struct literal){0};
    const struct tensor *in = &ours.model->inputs[0], *out = &ours.model->outputs[0];
    float *values = xcalloc(dataset_elements(dataset), sizeof(*values));
    struct error error;
    for (size_t i = 0; i < dataset_count(dataset); i++) {
        need(dataset_read(dataset, i, values, &error), &error);
        run_sample(&ours, &theirs, values);
        compare(&outcome.builtin, out, ours.session->outputs[0], theirs.session->outputs[0]);
        if (!with_literal)
            continue;
        need(feed_encode(in, values, session_input(literal.session, 0), &error), &error);
        session_run(literal.session);
        compare(&outcome.literal, out, session_output(literal.session, 0),
                theirs.session->outputs[0]);
    }
    free(values);
    close_literal(&literal);
    close_runtime(&ours);
    close_runtime(&theirs);
    return outcome;
}

static struct outcome run_mode(const char *model, const char *mode,
                               const struct dataset_spec *calibration,
                               const struct dataset_spec *data)
{
    static const char *const formats[] = {".onnx", NULL};
    const struct candidate_order order = {
        .model = model, .mode = mode, .calibration = calibration, .formats = formats};
    struct candidate candidate;
    struct dataset *dataset;
    struct error error;
    need(candidate_make(&order, &candidate, &error), &error);
    need(file_write(path, candidate.bytes, candidate.size, &error), &error);
    const struct graph *graph = candidate.graph;
    need(dataset_open(data, &graph->tensors[graph->inputs[0]].shape, &dataset, &error), &error);
    struct outcome outcome = run_samples(&candidate, dataset, is_integer(mode));
    dataset_free(dataset);
    candidate_release(&candidate);
    return outcome;
}

/* --- shipped models --- */

static struct outcome run_images(const char *model, const char *mode)
{
    struct dataset_spec data, calibration;
    dataset_spec_init(&data);
    data.samples = DATA "test-images.idx.gz";
    data.labels = DATA "test-labels.idx.gz";
    data.scale = 1.0 / 255.0;
    data.count = 1000;
    calibration = data;
    calibration.samples = DATA "calibration-images.idx.gz";
    calibration.labels = NULL;
    return run_mode(model, mode, &calibration, &data);
}

static void check_shipped(const char *model, const char *mode)
{
    struct outcome outcome = run_images(model, mode);
    tell(model, mode, "builtin", &outcome.builtin);
    if (!(share(outcome.builtin.same_class, outcome.builtin.samples) >= 99.0))
        fail_msg("%s in %s: the classes differ", model, mode);
    if (!is_integer(mode))
        return;
    tell(model, mode, "at its word", &outcome.literal);
    if (!(share(outcome.literal.near, outcome.literal.values) >= 99.0))
        fail_msg("%s in %s: differences beyond rounding", model, mode);
}

static const char *const shipped[] = {DATA "mlp.tflite", DATA "mobilenet.tflite",
                                      DATA "resnet.tflite"};

static void shipped_models_agree(void **state)
{
    (void)state;
    if (!onnxruntime)
        skip();
    for (size_t i = 0; i < LENGTH(shipped); i++)
        for (size_t m = 0; m < LENGTH(modes); m++)
            check_shipped(shipped[i], modes[m]);
}

/* The shipped model without its last operator, SOFTMAX. */
static void write_logits(const char *model, const char *to)
{
    struct error error;
    struct graph *graph;
    unsigned char *bytes;
    size_t size;
    need(graph_load(model, NULL, &graph, &error), &error);
    const struct node *last = &graph->nodes[graph->n_nodes - 1];
    assert_int_equal(last->op, OP_SOFTMAX);
    graph->outputs[0] = last->inputs[0];
    graph_drop_dead(graph);
    need(model_write(model_format_for(to), graph, NULL, &bytes, &size, &error), &error);
    need(file_write(to, bytes, size, &error), &error);
    free(bytes);
    graph_free(graph);
}

/* A step of these is up to several steps of the probabilities that SOFTMAX makes of them. */
static void logits_agree_within_a_step(void **state)
{
    (void)state;
    if (!onnxruntime)
        skip();
    char *logits = xasprintf("%s.tflite", path);
    for (size_t i = 0; i < LENGTH(shipped); i++) {
        write_logits(shipped[i], logits);
        struct outcome outcome = run_images(logits, "int8-io");
        tell(shipped[i], "int8-io, logits", "builtin", &outcome.builtin);
        if (!(share(outcome.builtin.near, outcome.builtin.values) >= 99.0))
            fail_msg("%s: the logits differ", shipped[i]);
    }
    unlink(logits);
    free(logits);
}

/* --- architectures --- */

static void architectures_are_taken(void **state)
{
    struct dataset_spec spec;
    (void)state;
    if (!onnxruntime)
        skip();
    dataset_spec_init(&spec);
    spec.samples = "random:8";
    for (size_t i = 0; i < architecture_count; i++) {
        const struct architecture *architecture = architecture_table[i];
        long size = architecture->size_least > 32 ? architecture->size_least : 32;
        char *model =
            xasprintf("synth:%s:size=%ld,classes=20,width=0.25", architecture->name, size);
        for (size_t m = 0; m < LENGTH(modes); m++) {
            struct outcome outcome = run_mode(model, modes[m], &spec, &spec);
            tell(architecture->name, modes[m], "builtin", &outcome.builtin);
            if (!is_integer(modes[m]))
                continue;
            tell(architecture->name, modes[m], "at its word", &outcome.literal);
            if (!(share(outcome.literal.near, outcome.literal.values) >= 95.0))
                fail_msg("%s in %s: differences beyond rounding", model, modes[m]);
        }
        free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_models_agree),
        cmocka_unit_test(logits_agree_within_a_step),
        cmocka_unit_test(architectures_are_taken),
    };
    return cmocka_run_group_tests_name("agreement", tests, set_up, tear_down);
}
