/* Architectures: the published figures, the same bytes every time, and activations that
 * quantization can be tried on. */
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

#include "architectures/build.h"
#include "engine/session.h"
#include "formats/model.h"
#include "graph/sample.h"
#include "graph/summary.h"
#include "graph_harness.h"
#include "model/load.h"
#include "need.h"
#include "patience.h"
#include "quantize/candidate.h"
#include "rewrite/fuse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Texts */

static void texts_are_read_and_written(void **state)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"mobilenet-v1", "mobilenet-v1"},
        {"mobilenet-v1:width=0.25,size=128", "mobilenet-v1:width=0.25,size=128"},
        {"mobilenet-v1:size=128,width=0.250", "mobilenet-v1:width=0.25,size=128"},
        {"resnet-50:width=1,size=224,classes=1000,seed=1", "resnet-50"},
        {"bert-mini:classes=3,seed=9", "bert-mini:classes=3,seed=9"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct architecture *architecture;
        struct architecture_options options;
        struct error error = {0};
        struct text text = {0};
        need(architecture_parse(cases[i].text, &architecture, &options, &error), &error);
        architecture_format(architecture, &options, &text);
        assert_string_equal(text.bytes, cases[i].canonical);
        text_release(&text);
    }
}

static void wrong_texts_are_refused(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"mobilenetv2", "unknown architecture 'mobilenetv2', nearest is 'mobilenet-v2'"},
        {"", "unknown architecture '', see 'quantop synth'"},
        {"mlp:wide=2", "architecture 'mlp' has no option 'wide', nearest is 'width'"},
        {"mlp:xyzzyplugh=2", "architecture 'mlp' has no option 'xyzzyplugh'"},
        {"mlp:", "'' is not of the form option=value"},
        {"mlp:width", "'width' is not of the form option=value"},
        {"mlp:width=0", "option 'width' is '0', expected a number from 0.1 to 4"},
        {"mlp:width=nan", "option 'width' is 'nan', expected a number from 0.1 to 4"},
        {"resnet-18:size=31", "option 'size' is '31', expected an integer from 32 to 1024"},
        {"mlp:size=10.5", "option 'size' is '10.5', expected an integer from 1 to 65536"},
        {"mlp:classes=1", "option 'classes' is '1', expected an integer from 2 to 100000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct architecture *architecture;
        struct architecture_options options;
        struct error error = {0};
        assert_int_equal(architecture_parse(cases[i].text, &architecture, &options, &error),
                         STATUS_INVALID);
        assert_string_equal(error.text, cases[i].message);
    }
}

static void a_prefix_tells_architectures_from_paths(void **state)
{
    struct graph *graph;
    struct error error;
    (void)state;
    assert_string_equal(architecture_text("synth:mlp"), "mlp");
    assert_null(architecture_text("./synth:mlp"));
    assert_null(architecture_text("mlp"));
    assert_int_equal(model_load("./synth:mlp", NULL, &graph, &error), STATUS_IO);
    assert_int_equal(model_load("synth:mpl", NULL, &graph, &error), STATUS_INVALID);
    need(model_load("synth:mlp:size=8", NULL, &graph, &error), &error);
    assert_string_equal(graph->name, "synth:mlp:size=8");
    graph_free(graph);
}

/* Figures */

static struct graph *draw(const char *text)
{
    const struct architecture *architecture;
    struct architecture_options options;
    struct error error = {0};
    struct graph *graph = NULL;
    need(architecture_parse(text, &architecture, &options, &error), &error);
    need(architecture_draw(architecture, &options, &graph, &error), &error);
    return graph;
}

static void check_figures(const char *text, double parameters, double macs)
{
    struct graph *graph = draw(text);
    double got_parameters = graph_parameters(graph), got_macs = graph_macs(graph);
    if (fabs(got_parameters / parameters - 1.0) > 0.02 || fabs(got_macs / macs - 1.0) > 0.02)
        fail_msg("%s: %.0f parameters and %.0f multiply-accumulates, published are %.0f and %.0f",
                 text, got_parameters, got_macs, parameters, macs);
    graph_free(graph);
}

static void figures_are_those_of_the_papers(void **state)
{
    (void)state;
    for (size_t i = 0; i < architecture_count; i += STRIDE)
        check_figures(architecture_table[i]->name, architecture_table[i]->parameters,
                      architecture_table[i]->macs);
}

/* Of MobileNetV1's tables 6 and 7 and of the code that goes with MobileNetV2. */
static void figures_of_other_sizes_are_those_of_the_papers(void **state)
{
    (void)state;
    check_figures("mobilenet-v1:width=0.5", 1.33e6, 149e6);
    check_figures("mobilenet-v1:width=0.25", 0.47e6, 41e6);
    check_figures("mobilenet-v1:size=160", 4.2e6, 290e6);
    check_figures("mobilenet-v2:width=1.4", 6.06e6, 582e6);
    check_figures("mobilenet-v2:width=0.5,size=160", 1.95e6, 50e6);
}

/* Memory */

/* Of a graph that is freed. */
static void check_arena(const char *text, struct graph *graph)
{
    struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    struct error error = {0};
    struct plan *plan;
    need(plan_new(graph, &options, &plan, &error), &error);
    struct plan_sizes sizes = plan_sizes(plan);
    assert_true(sizes.live_bytes > 0 && sizes.live_bytes <= sizes.arena_bytes);
    if ((double)sizes.arena_bytes > 1.2 * (double)sizes.live_bytes)
        fail_msg("%s: an arena of %zu bytes, %zu are in use at one time", text, sizes.arena_bytes,
                 sizes.live_bytes);
    plan_free(plan);
    graph_free(graph);
}

static void arenas_are_little_larger_than_what_is_in_use(void **state)
{
    (void)state;
    for (size_t i = 0; i < architecture_count; i += STRIDE) {
        const char *name = architecture_table[i]->name;
        check_arena(name, draw(name));
    }
}

/* Weights */

static void write_text(const char *text, unsigned char **bytes, size_t *size)
{
    struct error error = {0};
    struct graph *graph;
    need(model_load(text, NULL, &graph, &error), &error);
    need(model_write(model_format_for(".tflite"), graph, NULL, bytes, size, &error), &error);
    graph_free(graph);
}

static void the_same_text_gives_the_same_bytes(void **state)
{
    static const char *const texts[] = {"synth:mobilenet-v3-small:size=32",
                                        "synth:mobilenet-v3-small:size=32,seed=1,width=1",
                                        "synth:mobilenet-v3-small:size=32,seed=2"};
    unsigned char *bytes[3];
    size_t sizes[3];
    (void)state;
    for (int i = 0; i < 3; i++)
        write_text(texts[i], &bytes[i], &sizes[i]);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    assert_int_equal(sizes[0], sizes[2]);
    assert_memory_not_equal(bytes[0], bytes[2], sizes[0]);
    for (int i = 0; i < 3; i++)
        free(bytes[i]);
}

/* Source: G. Fowler, L. Noll, K. Vo, 1991, the FNV hash. */
static uint64_t hash(uint64_t state, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        state = (state ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
    return state;
}

/* Whatever the CPU, the compiler and its options. A change of what is drawn changes the number. */
static void weights_are_the_same_on_every_machine(void **state)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    struct error error = {0};
    struct graph *graph;
    (void)state;
    need(model_load("synth:mobilenet-v2:width=0.35,size=32,classes=10", NULL, &graph, &error),
         &error);
    for (int i = 0; i < graph->n_tensors; i++)
        if (graph->tensors[i].data)
            sum = hash(sum, graph->tensors[i].data, tensor_bytes(&graph->tensors[i]));
    assert_int_equal(sum, UINT64_C(0x393aff63afba7a52));
    graph_free(graph);
}

/* Activations */

/* Takes fused activations out of the products, so that what comes before them can be seen. */
static void unfuse(struct graph *graph)
{
    int count;
    struct node *nodes = graph_take_nodes(graph, &count);
    for (int n = 0; n < count; n++) {
        struct node *node = graph_keep_node(graph, &nodes[n]);
        bool conv = node->op == OP_CONV_2D || node->op == OP_DEPTHWISE_CONV_2D;
        int32_t *fused = conv ? &node->params.conv.activation : &node->params.dense.activation;
        if ((!conv && node->op != OP_FULLY_CONNECTED) || *fused == ACTIVATION_NONE)
            continue;
        enum op op = *fused == ACTIVATION_RELU ? OP_RELU : OP_RELU6;
        int out = node->outputs[0];
        struct tensor before = graph->tensors[out];
        *fused = ACTIVATION_NONE;
        node->outputs[0] = graph_add_tensor(graph, &before);
        graph_add_node(graph, op, node->outputs, 1, &out, 1, NULL);
    }
}

#define SAMPLES 12

struct statistics {
    double sum, squares, count;
};

static void watch(void *context, int tensor, const void *elements)
{
    struct statistics *statistics = (struct statistics *)context + tensor;
    const float *values = elements;
    size_t count = (size_t)statistics->count;
    for (size_t i = 0; i < count; i++) {
        statistics->sum += (double)values[i];
        statistics->squares += (double)values[i] * (double)values[i];
    }
}

static void run_watched(struct graph *graph, struct statistics *statistics)
{
    struct plan_options options = {.threads = 1, .isa = isa_best()};
    struct machine machine = machine_new(graph, &options);
    session_observe(machine.session, watch, statistics);
    for (size_t s = 0; s < SAMPLES; s++) {
        sample_fill(&graph->tensors[graph->inputs[0]].shape, s, session_input(machine.session, 0));
        session_run(machine.session);
    }
    machine_free(&machine);
}

/* On samples that the weights were not settled with. */
static void check_activations(const char *text)
{
    struct error error = {0};
    struct graph *graph;
    need(model_load(text, NULL, &graph, &error), &error);
    unfuse(graph);
    need(graph_check(graph, &error), &error);
    struct statistics *all = calloc((size_t)graph->n_tensors, sizeof(*all));
    for (int i = 0; i < graph->n_tensors; i++)
        all[i].count = (double)shape_elements(&graph->tensors[i].shape);
    run_watched(graph, all);
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        const struct statistics *one = &all[node->outputs[0]];
        double count = one->count * SAMPLES, mean = one->sum / count;
        double deviation = sqrt(one->squares / count - mean * mean);
        bool product = op_table[node->op].quant.weight_input != NO_INPUT;
        char place[NODE_TEXT_SIZE];
        if (!isfinite(one->squares) || (product && !(deviation >= 0.1 && deviation <= 10.0)))
            fail_msg("%s: %s: mean %g, deviation %g", text, node_text(graph, node, place), mean,
                     deviation);
    }
    free(all);
    graph_free(graph);
}

static void activations_stay_in_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < architecture_count; i += STRIDE) {
        const struct architecture *row = architecture_table[i];
        const char *smaller = strcmp(row->size_is, "pixels per side") == 0 ? "width=0.35,size=64,"
                              : strcmp(row->size_is, "tokens") == 0        ? "size=24,"
                                                                           : "";
        char text[96];
        snprintf(text, sizeof(text), "synth:%s:%sclasses=20,seed=2", row->name, smaller);
        check_activations(text);
    }
}

/* Quantization */

/* The logits of all samples, [SAMPLES][classes]. */
static float *run_logits(struct graph *graph, int *classes)
{
    struct plan_options options = {.threads = 1, .isa = isa_best()};
    const struct node *last = &graph->nodes[graph->n_nodes - 1];
    while (last->op != OP_SOFTMAX)
        last--;
    const struct tensor *logits = node_input(graph, last, 0);
    graph_set_outputs(graph, last->inputs, 1);
    graph_drop_dead(graph);
    struct machine machine = machine_new(graph, &options);
    *classes = (int)shape_elements(&logits->shape);
    float *values = calloc((size_t)(SAMPLES * *classes), sizeof(*values));
    for (int s = 0; s < SAMPLES; s++) {
        sample_fill(&graph->tensors[graph->inputs[0]].shape, 100 + (uint64_t)s,
                    session_input(machine.session, 0));
        session_run(machine.session);
        for (int i = 0; i < *classes; i++) {
            const void *elements = session_output(machine.session, 0);
            values[s * *classes + i] =
                logits->type == TYPE_F32
                    ? ((const float *)elements)[i]
                    : logits->quant.scale[0] *
                          (float)(((const int8_t *)elements)[i] - logits->quant.zero_point[0]);
        }
    }
    machine_free(&machine);
    return values;
}

/* In decibels, of the logits. */
static double signal_to_noise(const char *model, const char *mode)
{
    struct dataset_spec spec;
    struct candidate exact, quantized;
    struct error error = {0};
    int classes;
    dataset_spec_init(&spec);
    spec.samples = "random:16";
    need(candidate_make(
             &(struct candidate_order){.model = model, .mode = "fp32", .calibration = &spec},
             &exact, &error),
         &error);
    need(candidate_make(
             &(struct candidate_order){.model = model, .mode = mode, .calibration = &spec},
             &quantized, &error),
         &error);
    float *a = run_logits(exact.graph, &classes), *b = run_logits(quantized.graph, &classes);
    double signal = 0.0, noise = 0.0;
    for (int i = 0; i < SAMPLES * classes; i++) {
        signal += (double)a[i] * (double)a[i];
        noise += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    }
    free(a);
    free(b);
    candidate_release(&exact);
    candidate_release(&quantized);
    return 10.0 * log10(signal / noise);
}

/* Channels of a depthwise convolution differ in range as they do with a folded batch normalization:
 * one scale for all of them costs much, unless biases and rounding make up for some of it. */
static void one_scale_for_all_channels_is_worse(void **state)
{
    static const char *const texts[] = {"synth:mobilenet-v1:width=0.5,size=64,classes=100",
                                        "synth:mobilenet-v2:width=0.5,size=64,classes=100",
                                        "synth:efficientnet-lite0:width=0.5,size=64,classes=100"};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i += STRIDE) {
        char *model = harness_drawn_file(texts[i]);
        double channels = signal_to_noise(model, "int8:effort=0");
        double tensor = signal_to_noise(model, "int8:weights=per-tensor,effort=0");
        unlink(model);
        free(model);
        print_message("%s: %.1f dB, with one scale %.1f dB\n", texts[i], channels, tensor);
        assert_in_range((int)channels, 12, 40);
        assert_true(tensor < channels - 3.0);
    }
}

static void every_mode_runs_attention(void **state)
{
    char *model = harness_drawn_file("synth:bert-tiny:size=16,classes=10");
    (void)state;
    assert_true(signal_to_noise(model, "int8") > 12.0);
    assert_true(signal_to_noise(model, "dynamic") > 20.0);
    assert_true(signal_to_noise(model, "fp16") > 40.0);
    unlink(model);
    free(model);
}

/* Drawn samples */

static void drawn_images_are_smooth(void **state)
{
    const struct shape shape = SHAPE(1, 40, 60, 3);
    float *values = calloc(7200, sizeof(*values));
    (void)state;
    for (uint64_t s = 0; s < 20; s++) {
        double sum = 0.0, squares = 0.0, steps = 0.0;
        sample_fill(&shape, s, values);
        for (size_t i = 0; i < 7200; i++) {
            assert_true(values[i] >= 0.0f && values[i] <= 1.0f);
            sum += (double)values[i];
            squares += (double)values[i] * (double)values[i];
            double step = i >= 180 ? (double)(values[i] - values[i - 180]) : 0.0; /* one row */
            steps += step * step;
        }
        double variance = squares / 7200 - sum / 7200 * (sum / 7200);
        assert_true(variance > 0.003); /* white noise would have steps of twice the variance */
        assert_true(steps / 7200 < 0.5 * variance);
    }
    free(values);
}

static void drawn_vectors_are_normal(void **state)
{
    const struct shape shape = SHAPE(1, 16, 33);
    float values[16 * 33];
    double sum = 0.0, squares = 0.0, common = 0.0;
    (void)state;
    for (uint64_t s = 0; s < 200; s++) {
        sample_fill(&shape, s, values);
        for (int i = 0; i < 16 * 33; i++) {
            sum += (double)values[i];
            squares += (double)values[i] * (double)values[i];
            common += i >= 33 ? (double)values[i] * (double)values[i - 33] : 0.0;
        }
    }
    double count = 200.0 * 16 * 33;
    assert_true(fabs(sum / count) < 0.03);
    assert_true(fabs(squares / count - 1.0) < 0.03);
    assert_true(fabs(common / count * 16 / 15 - 0.36) < 0.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_and_written),
        cmocka_unit_test(wrong_texts_are_refused),
        cmocka_unit_test(a_prefix_tells_architectures_from_paths),
        cmocka_unit_test(figures_are_those_of_the_papers),
        cmocka_unit_test(figures_of_other_sizes_are_those_of_the_papers),
        cmocka_unit_test(arenas_are_little_larger_than_what_is_in_use),
        cmocka_unit_test(the_same_text_gives_the_same_bytes),
        cmocka_unit_test(weights_are_the_same_on_every_machine),
        cmocka_unit_test(activations_stay_in_bounds),
        cmocka_unit_test(one_scale_for_all_channels_is_worse),
        cmocka_unit_test(every_mode_runs_attention),
        cmocka_unit_test(drawn_images_are_smooth),
        cmocka_unit_test(drawn_vectors_are_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
