/* No operator of a real network runs on a plain kernel, one number after the other: the networks
 * that ship and the architectures, in every mode and both formats, and as the uint8 files of 2018
 * to 2020, whose weights have zero points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "architectures/architecture.h"
#include "base/random.h"
#include "engine/plan.h"
#include "graph_harness.h"
#include "node_harness.h"
#include "patience.h"
#include "quantize/candidate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Plain kernels that are left, and why. */
static const struct {
    const char *kernel, *reason;
} left[] = {
    {"cast_any_reference", "ids of tokens: as many numbers as a text has words"},
    {"logistic_i16_reference", "rounding once, of a gate: fewer numbers than a table is worth"},
    {"tanh_i16_reference", "rounding once, of one token: fewer numbers than a table is worth"},
};

static bool is_left(const char *kernel)
{
    for (size_t i = 0; i < COUNT(left); i++)
        if (strcmp(left[i].kernel, kernel) == 0)
            return true;
    return false;
}

static bool is_plain(const char *kernel)
{
    const char *end = strrchr(kernel, '_');
    return end && strcmp(end, "_reference") == 0;
}

static void check_kernels(const struct graph *graph, const char *model, const char *what)
{
    struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    struct error error = {0};
    struct plan *plan;
    if (plan_new(graph, &options, &plan, &error) != STATUS_OK)
        fail_msg("%s %s: %s: %s", model, what, error.where, error.text);
    for (int i = 0; i < plan_steps(plan); i++) {
        const char *kernel = plan_step_kernel(plan, i);
        char place[NODE_TEXT_SIZE];
        if (is_plain(kernel) && !is_left(kernel))
            fail_msg("%s %s: %s runs on %s", model, what,
                     node_text(graph, &graph->nodes[plan_step_node(plan, i)], place), kernel);
    }
    plan_free(plan);
}

/* The graph as its file has it. */
static struct graph *quantized(const char *model, const char *mode, const char *suffix)
{
    const char *const formats[] = {suffix, NULL};
    struct dataset_spec spec;
    struct candidate candidate;
    struct error error = {0};
    struct graph *graph;
    dataset_spec_init(&spec);
    spec.samples = "random:2";
    if (candidate_make(
            &(struct candidate_order){
                .model = model, .mode = mode, .calibration = &spec, .formats = formats},
            &candidate, &error) != STATUS_OK)
        fail_msg("%s %s: %s: %s", model, mode, error.where, error.text);
    unsigned char *bytes = malloc(candidate.size);
    memcpy(bytes, candidate.bytes, candidate.size);
    if (graph_load_bytes(suffix, bytes, candidate.size, NULL, &graph, &error) != STATUS_OK)
        fail_msg("%s %s: %s: %s", model, mode, error.where, error.text);
    candidate_release(&candidate);
    return graph;
}

/* The same network in uint8. Its weights count from another number than the shift leaves. */
static void make_unsigned(struct graph *graph)
{
    for (int i = 0; i < graph->n_tensors; i++) {
        struct tensor *tensor = &graph->tensors[i];
        size_t count = shape_elements(&tensor->shape);
        if (tensor->type != TYPE_I8)
            continue;
        int32_t *zero = arena_alloc(graph->arena, sizeof(*zero));
        *zero = tensor->quant.zero_point[0] + 128 + (tensor->data ? 9 : 0);
        tensor->type = TYPE_U8;
        tensor->quant.zero_point = zero;
        if (!tensor->data)
            continue;
        uint8_t *elements = arena_copy(graph->arena, tensor->data, count);
        for (size_t k = 0; k < count; k++)
            elements[k] ^= 0x80;
        tensor->data = elements;
    }
}

/* What the network makes of random inputs; the inputs are the same each time. */
static void *outputs_of(struct graph *graph, enum isa isa)
{
    const struct tensor *input = &graph->tensors[graph->inputs[0]];
    uint8_t *elements = arena_alloc(graph->arena, tensor_bytes(input));
    const void *const inputs[] = {elements};
    struct random random = {1};
    void *outputs;
    harness_fill(&random, TYPE_U8, elements, tensor_bytes(input), 1.0, false);
    harness_graph_run(graph, isa, 2, inputs, &outputs);
    return outputs;
}

/* Through the file of the other format and back: int8 with weights of uint8 between, and bit for
 * bit the same. */
static void check_files(const struct graph *graph, const char *model, const void *expected)
{
    size_t count = shape_elements(&graph->tensors[graph->outputs[0]].shape);
    struct graph *paired = harness_through_file(graph, ".onnx");
    struct graph *back = harness_through_file(paired, ".tflite");
    check_kernels(paired, model, "in uint8, .onnx");
    check_kernels(back, model, "in uint8, back from .onnx");
    harness_equal(TYPE_U8, outputs_of(paired, isa_best()), expected, count);
    harness_equal(TYPE_U8, outputs_of(back, isa_best()), expected, count);
    graph_free(paired);
    graph_free(back);
}

static void check_unsigned(const char *path, const char *model)
{
    struct error error = {0};
    struct graph *graph = quantized(path, "int8-io:weights=per-tensor", ".tflite");
    make_unsigned(graph);
    if (graph_check(graph, &error) != STATUS_OK)
        fail_msg("%s: %s: %s", model, error.where, error.text);
    const void *plain = outputs_of(graph, ISA_REFERENCE);
    check_kernels(graph, model, "in uint8");
    harness_equal(TYPE_U8, outputs_of(graph, isa_best()), plain,
                  shape_elements(&graph->tensors[graph->outputs[0]].shape));
    check_files(graph, model, plain);
    graph_free(graph);
}

static void check_modes(const char *path, const char *model)
{
    /* Which kernels run does not depend on how weights are rounded. */
    static const char *const modes[] = {"fp32",
                                        "fp16",
                                        "dynamic",
                                        "int8:effort=0",
                                        "int8:rounding=twice,effort=0",
                                        "int8-io:effort=0",
                                        "int8-io:io=uint8,effort=0",
                                        "16x8:effort=0"};
    static const char *const suffixes[] = {".tflite", ".onnx"};
    for (size_t m = 0; m < COUNT(modes); m++)
        for (size_t s = 0; s < COUNT(suffixes); s++) {
            char what[64];
            struct graph *graph = quantized(path, modes[m], suffixes[s]);
            snprintf(what, sizeof(what), "%s %s", modes[m], suffixes[s]);
            check_kernels(graph, model, what);
            graph_free(graph);
        }
}

/* As small as keeps every operator. */
static void small_text(const struct architecture *row, char text[96])
{
    const char *smaller = strcmp(row->size_is, "pixels per side") == 0 ? "width=0.25,size=32,"
                          : strcmp(row->size_is, "tokens") == 0        ? "width=0.25,size=16,"
                                                                       : "";
    snprintf(text, 96, "synth:%s:%sclasses=20", row->name, smaller);
}

static const char *const shipped[] = {SOURCE_DIRECTORY "/data/mlp.tflite",
                                      SOURCE_DIRECTORY "/data/mobilenet.tflite",
                                      SOURCE_DIRECTORY "/data/resnet.tflite"};

static void shipped_networks_have_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(shipped); i++) {
        check_modes(shipped[i], shipped[i]);
        check_unsigned(shipped[i], shipped[i]);
    }
}

static void architectures_have_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < architecture_count; i += STRIDE) {
        char text[96];
        small_text(architecture_table[i], text);
        char *path = harness_drawn_file(text);
        check_modes(path, text);
        /* There were no files of texts in uint8. */
        if (strcmp(architecture_table[i]->size_is, "tokens") != 0)
            check_unsigned(path, text);
        unlink(path);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_networks_have_none),
        cmocka_unit_test(architectures_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
