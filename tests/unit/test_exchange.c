/* Every shipped model and every architecture, in every mode, through the files of both formats and
 * from one to the other: what is computed stays, integers in every bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "architectures/architecture.h"
#include "base/memory.h"
#include "graph/lookup.h"
#include "graph/sample.h"
#include "graph_harness.h"
#include "mode_texts.h"
#include "model/load.h"
#include "node_harness.h"
#include "patience.h"
#include "quantize/candidate.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define SAMPLES       "random:4"

static const char *const shipped[] = {SOURCE_DIRECTORY "/data/mobilenet.tflite",
                                      SOURCE_DIRECTORY "/data/resnet.tflite",
                                      SOURCE_DIRECTORY "/data/mlp.tflite"};

static const char *const modes[] = {MODES_WITHOUT_EFFORT};

/* Half precision has fewer digits than what is compared here. */
static enum isa best_of_floats(void)
{
    enum isa isa = isa_best();
    return isa == ISA_AVX512_FP16 ? ISA_AVX512_FP16 - 1 : isa;
}

#define INPUTS_MAX 3

/* The elements of all inputs: real numbers and steps of any kind, and whole numbers that the model
 * takes. */
static void draw_inputs(struct graph *graph, const void **inputs)
{
    struct random random = {9};
    assert_in_range(graph->n_inputs, 1, INPUTS_MAX);
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *in = &graph->tensors[graph->inputs[i]];
        size_t count = shape_elements(&in->shape);
        void *elements = arena_alloc(graph->arena, tensor_bytes(in));
        int32_t rows = lookup_rows(graph, graph->inputs[i]);
        if (tensor_is_whole(in))
            sample_fill_whole(in->type, count, sample_range(in->type, rows), 9, elements);
        else
            harness_fill(&random, in->type, elements, count, 1.0, false);
        inputs[i] = elements;
    }
}

static void *run(struct graph *graph, const void *const *inputs)
{
    void *output;
    harness_graph_run(graph, best_of_floats(), 1, inputs, &output);
    return output;
}

/* Relative to the largest element: the small ones of a softmax have no digits of their own. */
static void compare_reals(const char *what, const float *got, const float *expected, size_t count)
{
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(expected[i]));
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(got[i] - expected[i]) <= 1e-5f * largest))
            fail_msg("%s: element %zu is %.9g, expected %.9g", what, i, (double)got[i],
                     (double)expected[i]);
}

static void compare(const char *what, struct graph *graph, struct graph *other, bool is_integer)
{
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    size_t count = shape_elements(&out->shape);
    const void *inputs[INPUTS_MAX];
    draw_inputs(graph, inputs);
    assert_int_equal(other->n_inputs, graph->n_inputs);
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *in = &graph->tensors[graph->inputs[i]];
        assert_int_equal(other->tensors[other->inputs[i]].type, in->type);
        assert_string_equal(other->tensors[other->inputs[i]].name, in->name);
    }
    assert_int_equal(other->tensors[other->outputs[0]].type, out->type);
    harness_round_like(graph, other);
    const void *expected = run(graph, inputs), *got = run(other, inputs);
    if (!is_integer)
        compare_reals(what, got, expected, count);
    else if (memcmp(got, expected, tensor_bytes(out)) != 0)
        fail_msg("%s: integers differ", what);
}

/* formats: as for candidate_make. */
static void check_made(const char *model, const char *mode, const char *const *formats)
{
    struct dataset_spec calibration;
    struct candidate candidate;
    struct error error = {0};
    bool is_integer = strncmp(mode, "int8", 4) == 0 || strncmp(mode, "16x8", 4) == 0;
    dataset_spec_init(&calibration);
    calibration.samples = SAMPLES;
    const struct candidate_order order = {
        .model = model, .mode = mode, .calibration = &calibration, .formats = formats};
    if (candidate_make(&order, &candidate, &error) != STATUS_OK)
        fail_msg("%s in %s: %s: %s", model, mode, error.where, error.text);
    struct graph *graph = candidate.graph;
    struct graph *onnx = harness_through_file(graph, ".onnx"),
                 *tflite = harness_through_file(graph, ".tflite");
    struct graph *back = harness_through_file(onnx, ".tflite"),
                 *forth = harness_through_file(back, ".onnx");
    struct graph *const others[] = {onnx, tflite, back, forth};
    const char *const ways[] = {".onnx", ".tflite", ".onnx to .tflite",
                                ".onnx to .tflite to .onnx"};
    for (size_t i = 0; i < LENGTH(others); i++) {
        char *what = xasprintf("%s in %s, through %s", model, mode, ways[i]);
        compare(what, graph, others[i], is_integer);
        free(what);
        graph_free(others[i]);
    }
    candidate_release(&candidate);
}

/* Integers that are rounded as one format has it, and as the other. */
static void check_mode(const char *model, const char *mode)
{
    check_made(model, mode, (const char *const[]){".tflite", NULL});
    check_made(model, mode, (const char *const[]){".onnx", NULL});
}

/* name: what people call the model. */
static void check_modes(const char *name, const char *model)
{
    print_message("%s\n", name);
    for (size_t m = 0; m < LENGTH(modes); m++)
        check_mode(model, modes[m]);
}

static void shipped_models(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(shipped); i++)
        check_modes(shipped[i], shipped[i]);
    check_mode(shipped[0], "int8");
    check_mode(shipped[0], "16x8");
}

/* Narrow and on small images: all operators are there. */
static void architectures(void **state)
{
    (void)state;
    for (size_t i = 0; i < architecture_count; i += STRIDE) {
        const struct architecture *architecture = architecture_table[i];
        long size = architecture->size_least > 32 ? architecture->size_least : 32;
        char *text = xasprintf("synth:%s:size=%ld,classes=20,width=0.25", architecture->name, size);
        char *model = harness_drawn_file(text);
        check_modes(text, model);
        unlink(model);
        free(model);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_models),
        cmocka_unit_test(architectures),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
