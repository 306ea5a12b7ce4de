/* Layers of every kind in every mode as .onnx files that are read again: the file computes what the
 * graph does, in whatever layouts it is written; integers in every bit, though the file has real
 * numbers between QuantizeLinear and DequantizeLinear where the graph has them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/onnx/onnx.h"
#include "graph_harness.h"
#include "model/load.h"
#include "network_harness.h"
#include "node_harness.h"

static struct graph *through_file(const struct graph *graph, enum type activations)
{
    const struct model_writing writing = {.activations = activations};
    struct error error;
    struct graph *read = NULL;
    unsigned char *bytes;
    size_t size;
    if (onnx_write(graph, &writing, &bytes, &size, &error) != STATUS_OK ||
        graph_load_bytes("copy", bytes, size, NULL, &read, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return read;
}

static double real_value(const struct tensor *tensor, const void *elements, size_t i)
{
    switch (tensor->type) {
    case TYPE_F32:
        return (double)((const float *)elements)[i];
    case TYPE_I8:
        return ((const int8_t *)elements)[i];
    default:
        return ((const uint8_t *)elements)[i];
    }
}

/* What an output may differ by: nothing, unless real numbers are summed in another order. */
static double tolerance(const char *mode)
{
    return strncmp(mode, "int8", 4) == 0 || strcmp(mode, "16x8") == 0 ? 0.0 : 1e-6;
}

static void compare(struct graph *graph, struct graph *read, const char *mode, enum op op)
{
    struct random random = {7};
    const struct tensor *in = &graph->tensors[graph->inputs[0]];
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    double bound = tolerance(mode);
    void *sample = arena_alloc(graph->arena, tensor_bytes(in)), *expected, *got;
    harness_fill(&random, in->type, sample, shape_elements(&in->shape), 1.0, false);
    assert_int_equal(read->tensors[read->inputs[0]].type, in->type);
    assert_int_equal(read->tensors[read->outputs[0]].type, out->type);
    assert_true(shape_equal(&read->tensors[read->outputs[0]].shape, &out->shape));
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, &expected);
    harness_graph_run(read, ISA_REFERENCE, 1, (const void *const[]){sample}, &got);
    for (size_t i = 0; i < shape_elements(&out->shape); i++) {
        double a = real_value(out, got, i), b = real_value(out, expected, i);
        if (!(fabs(a - b) <= bound * (1.0 + fabs(b) * 0.1)))
            fail_msg("%s in %s: element %zu is %g, expected %g", op_name(op), mode, i, a, b);
    }
}

/* The layer alone, or behind a convolution, so that it finds its image in another layout. */
static struct graph *make(enum op op, bool behind, const char *mode)
{
    struct random random = {3};
    struct graph *graph = network_new(SHAPE(1, 8, 7, 4));
    int image = behind ? network_layer(graph, &random, OP_CONV_2D, 0) : 0;
    image = network_layer(graph, &random, op, image);
    graph_set_outputs(graph, &image, 1);
    network_quantize(graph, mode);
    return graph;
}

static void check_mode(const char *mode, enum type activations)
{
    for (size_t i = 0; i < layer_count; i++)
        for (int behind = 0; behind < 2; behind++) {
            struct graph *graph = make(layers[i].op, behind, mode);
            struct graph *read = through_file(graph, activations);
            compare(graph, read, mode, layers[i].op);
            graph_free(read);
            graph_free(graph);
        }
}

static void float_files(void **state)
{
    (void)state;
    check_mode("fp32", TYPE_U8);
    check_mode("fp16", TYPE_U8);
}

static void integer_files(void **state)
{
    (void)state;
    check_mode("int8", TYPE_U8);
    check_mode("int8", TYPE_I8);
    check_mode("int8-io", TYPE_U8);
    check_mode("int8-io:io=uint8", TYPE_I8);
    check_mode("16x8", TYPE_U8);
}

static void dynamic_files(void **state)
{
    (void)state;
    check_mode("dynamic", TYPE_U8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(float_files),
        cmocka_unit_test(integer_files),
        cmocka_unit_test(dynamic_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
