/* Whole graphs as .onnx files: what a file looks like from outside, and in which layouts images are
 * inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/onnx/onnx.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "onnx_harness.h"

static union op_params defaults(enum op op)
{
    union op_params params;
    params_init(&params, op_table[op].params);
    return params;
}

static int unary(struct graph *graph, enum op op, int tensor)
{
    union op_params params = defaults(op);
    return harness_node(graph, op, &tensor, 1, &params, TYPE_F32, 0.0f, 0);
}

static int binary(struct graph *graph, enum op op, int a, int b)
{
    return harness_node(graph, op, (int[]){a, b}, 2, NULL, TYPE_F32, 0.0f, 0);
}

static int constant(struct graph *graph, struct shape shape)
{
    struct random random = {1};
    return network_constant(graph, &random, shape, -1.0, 1.0);
}

/* 3 x 3 convolution to as many channels. */
static int conv(struct graph *graph, int image, int32_t channels, int32_t padding)
{
    union op_params params = defaults(OP_CONV_2D);
    int32_t depth = graph->tensors[image].shape.dim[3];
    int weights = constant(graph, SHAPE(channels, 3, 3, depth));
    params.conv.stride_h = params.conv.stride_w = 1;
    params.conv.padding = padding;
    return harness_node(graph, OP_CONV_2D, (int[]){image, weights}, 2, &params, TYPE_F32, 0.0f, 0);
}

static int transpose(struct graph *graph, int tensor, const int32_t *order)
{
    int list = harness_ints(graph, order, graph->tensors[tensor].shape.rank);
    return binary(graph, OP_TRANSPOSE, tensor, list);
}

/* Ends the test unless the graph, whose output is the tensor, is written as these nodes. */
static void check_nodes(struct graph *graph, int out, const char *expected)
{
    graph_set_outputs(graph, &out, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, expected);
    onnx_harness_free(model);
    graph_free(graph);
}

/* --- layouts */

static void a_network_is_transposed_once(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 8, 8, 2));
    struct random random = {1};
    (void)state;
    int a = conv(graph, 0, 4, PADDING_SAME);
    int b = unary(graph, OP_HARD_SWISH, a);
    /* squeeze and excite */
    int mean = network_layer(graph, &random, OP_MEAN, b);
    union op_params point = defaults(OP_CONV_2D);
    point.conv.stride_h = point.conv.stride_w = 1;
    int weights = constant(graph, SHAPE(4, 1, 1, 4));
    int gate = harness_node(graph, OP_CONV_2D, (int[]){mean, weights}, 2, &point, TYPE_F32, 0, 0);
    b = binary(graph, OP_MUL, b, unary(graph, OP_LOGISTIC, gate));
    b = binary(graph, OP_ADD, a, b);
    b = binary(graph, OP_MUL, b, constant(graph, SHAPE(4)));
    b = network_layer(graph, &random, OP_CONCATENATION, b);
    b = network_layer(graph, &random, OP_PAD, b);
    b = network_layer(graph, &random, OP_RESIZE_BILINEAR, b);
    b = network_layer(graph, &random, OP_SPLIT, b);
    b = network_layer(graph, &random, OP_SLICE, b);
    b = network_layer(graph, &random, OP_PRELU, b);
    b = network_layer(graph, &random, OP_SOFTMAX, b);
    b = network_layer(graph, &random, OP_MAX_POOL_2D, b);
    const int32_t flat[] = {1, -1};
    b = binary(graph, OP_RESHAPE, b, harness_ints(graph, flat, 2));
    check_nodes(
        graph, b,
        "Transpose Conv HardSwish GlobalAveragePool Conv Sigmoid Mul Add Mul Relu Concat Pad "
        "Resize Split Concat Slice PRelu Softmax MaxPool Transpose Reshape");
}

/* Where pixels or channels are one, their order is none. */
static void one_pixel_needs_no_transposition(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 3, 3, 2));
    const int32_t flat[] = {1, -1};
    (void)state;
    int pixel = conv(graph, 0, 4, PADDING_VALID);
    check_nodes(graph, binary(graph, OP_RESHAPE, pixel, harness_ints(graph, flat, 2)),
                "Transpose Conv Reshape");
    graph = network_new(SHAPE(1, 3, 3, 2));
    union op_params squeeze = defaults(OP_SQUEEZE);
    pixel = conv(graph, 0, 4, PADDING_VALID);
    check_nodes(graph, harness_node(graph, OP_SQUEEZE, &pixel, 1, &squeeze, TYPE_F32, 0.0f, 0),
                "Transpose Conv Squeeze");
}

/* A model that came with NCHW images has transpositions at its ends. */
static void transpositions_of_the_graph_vanish(void **state)
{
    const int32_t last[] = {0, 2, 3, 1}, first[] = {0, 3, 1, 2};
    struct graph *graph = network_new(SHAPE(1, 2, 8, 8));
    (void)state;
    int image = conv(graph, transpose(graph, 0, last), 4, PADDING_SAME);
    check_nodes(graph, transpose(graph, image, first), "Conv");
    graph = network_new(SHAPE(1, 8, 8, 2)); /* there and back */
    image = transpose(graph, transpose(graph, conv(graph, 0, 4, PADDING_SAME), first), last);
    check_nodes(graph, conv(graph, image, 4, PADDING_SAME), "Transpose Conv Conv Transpose");
}

/* Others meet those that the writer adds. */
static void transpositions_are_composed(void **state)
{
    const int32_t swapped[] = {0, 2, 1, 3};
    struct graph *graph = network_new(SHAPE(1, 8, 6, 2));
    (void)state;
    int image = transpose(graph, conv(graph, 0, 4, PADDING_SAME), swapped);
    graph_set_outputs(graph, &image, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Transpose Conv Transpose");
    onnx_harness_attribute(onnx_harness_node(model, "Transpose", 1), "perm", "0 3 2 1");
    onnx_harness_free(model);
    graph_free(graph);
}

/* Constants come in the layout of what they meet. */
static void constants_take_the_layout(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 4, 4, 2));
    (void)state;
    int image = conv(graph, 0, 3, PADDING_SAME);
    image = binary(graph, OP_ADD, image, constant(graph, SHAPE(3)));
    image = binary(graph, OP_MUL, image, constant(graph, SHAPE(4, 4, 1)));
    image = binary(graph, OP_SUB, image, constant(graph, SHAPE(1)));
    image = conv(graph, image, 3, PADDING_SAME);
    graph_set_outputs(graph, &image, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Transpose Conv Add Mul Sub Conv Transpose");
    onnx_harness_input(model, onnx_harness_node(model, "Add", 0), 1, "float32 1x3x1x1");
    onnx_harness_input(model, onnx_harness_node(model, "Mul", 0), 1, "float32 1x1x4x4");
    onnx_harness_input(model, onnx_harness_node(model, "Sub", 0), 1, "float32 1");
    onnx_harness_free(model);
    graph_free(graph);
}

/* Elements of weights go where ONNX looks for them. */
static void weights_are_permuted(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 4, 4, 2));
    const float elements[] = {1, 2, 3, 4, 5, 6, 7, 8};
    union op_params params = defaults(OP_CONV_2D);
    (void)state;
    params.conv.stride_h = params.conv.stride_w = 1;
    int weights = harness_constant(graph, TYPE_F32, SHAPE(2, 1, 2, 2), 0.0f, 0, elements);
    int image = harness_node(graph, OP_CONV_2D, (int[]){0, weights}, 2, &params, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &image, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    const Onnx__Node *node = onnx_harness_node(model, "Conv", 0);
    onnx_harness_input(model, node, 1, "float32 2x2x1x2");
    onnx_harness_elements(model, node, 1, "1 3 2 4 5 7 6 8");
    onnx_harness_free(model);
    graph_free(graph);
}

/* --- padding */

static int padded(struct graph *graph, int image, const int32_t *cells)
{
    return binary(graph, OP_PAD, image,
                  harness_constant(graph, TYPE_I32, SHAPE(4, 2), 0.0f, 0, cells));
}

static void convolutions_take_padding_over(void **state)
{
    const int32_t border[] = {0, 0, 1, 2, 3, 4, 0, 0}, channel[] = {0, 0, 0, 0, 0, 0, 0, 1};
    struct graph *graph = network_new(SHAPE(1, 8, 8, 2));
    (void)state;
    int image = padded(graph, 0, border);
    int both = binary(graph, OP_ADD, conv(graph, image, 4, PADDING_VALID),
                      conv(graph, image, 4, PADDING_VALID));
    graph_set_outputs(graph, &both, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Transpose Conv Conv Add Transpose");
    onnx_harness_attribute(onnx_harness_node(model, "Conv", 1), "pads", "1 3 2 4");
    onnx_harness_free(model);
    graph_free(graph);
    /* not what has padding of its own, other borders, or other readers */
    graph = network_new(SHAPE(1, 8, 8, 2));
    check_nodes(graph, conv(graph, padded(graph, 0, border), 4, PADDING_SAME),
                "Pad Transpose Conv Transpose");
    graph = network_new(SHAPE(1, 8, 8, 2));
    check_nodes(graph, conv(graph, padded(graph, 0, channel), 4, PADDING_VALID),
                "Pad Transpose Conv Transpose");
    graph = network_new(SHAPE(1, 8, 8, 2));
    image = padded(graph, 0, border);
    int mean = binary(graph, OP_MEAN, image, harness_ints(graph, (const int32_t[]){1, 2, 3}, 3));
    check_nodes(graph, binary(graph, OP_ADD, conv(graph, image, 4, PADDING_VALID), mean),
                "Pad ReduceMean Transpose Conv Add Transpose");
}

/* --- interface */

static void ends_keep_their_names(void **state)
{
    struct graph *graph = graph_new("ends");
    (void)state;
    int in[] = {harness_tensor(graph, TYPE_F32, SHAPE(1, 4, 4, 2), 0.0f, 0),
                harness_tensor(graph, TYPE_F32, SHAPE(2), 0.0f, 0),
                harness_tensor(graph, TYPE_F32, SHAPE(2), 0.0f, 0)};
    graph->tensors[in[0]].name = "image";
    graph->tensors[in[1]].name = "image";
    graph->tensors[in[2]].name = "";
    int fixed = constant(graph, SHAPE(2)), sum = binary(graph, OP_ADD, in[0], in[1]);
    graph->tensors[sum].name = "sum of all; and more";
    /* an output, the same again, an input, and a constant */
    const int out[] = {sum, sum, in[1], fixed};
    graph->tensors[fixed].name = "fixed";
    graph_set_inputs(graph, in, 3);
    graph_set_outputs(graph, out, 4);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Add Identity Identity Identity");
    assert_string_equal(model->graph->input[0]->name, "image");
    assert_string_equal(model->graph->input[1]->name, "image.1");
    assert_string_equal(model->graph->input[2]->name, "input");
    assert_string_equal(model->graph->output[0]->name, "sum of all; and more");
    assert_string_equal(model->graph->output[1]->name, "sum of all; and more.1");
    assert_string_equal(model->graph->output[3]->name, "fixed");
    onnx_harness_free(model);
    graph_free(graph);
}

/* Names that a converter has made of many are cut, and stay different. */
static void long_names_are_cut(void **state)
{
    struct graph *graph = network_new(SHAPE(2));
    (void)state;
    int a = unary(graph, OP_ABS, 0), b = unary(graph, OP_NEG, a);
    int c = unary(graph, OP_ABS, b), d = unary(graph, OP_NEG, c);
    graph->tensors[a].name = "first;second";
    graph->tensors[b].name = "a/name/that/is/as/long/as/the/path/to/the/end/of/the/world/first";
    graph->tensors[c].name = "\u00e9 is cut off before these bytes, of which 47 sta";
    graph_set_outputs(graph, &d, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    assert_string_equal(model->graph->node[3]->input[0],
                        " is cut off before these bytes, of which 47 sta");
    assert_string_equal(model->graph->node[1]->input[0], "first");
    assert_string_equal(model->graph->node[2]->input[0],
                        "s/long/as/the/path/to/the/end/of/the/world/first");
    onnx_harness_free(model);
    graph_free(graph);
}

static void what_nobody_reads_is_left_out(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 8, 8, 2));
    (void)state;
    int out = unary(graph, OP_ABS, 0);
    conv(graph, 0, 2, PADDING_SAME);
    graph_set_outputs(graph, &out, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Abs");
    assert_int_equal(model->graph->n_initializer, 0);
    onnx_harness_free(model);
    graph_free(graph);
}

/* --- bytes */

static void the_same_graph_gives_the_same_bytes(void **state)
{
    const struct model_writing writing = {.activations = TYPE_U8};
    unsigned char *bytes[2];
    size_t sizes[2];
    struct error error;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct random random = {4};
        struct graph *graph = network_new(SHAPE(1, 8, 8, 4));
        int image = network_layer(graph, &random, OP_CONV_2D, 0);
        image = network_layer(graph, &random, OP_CONCATENATION, image);
        image = network_layer(graph, &random, OP_DEPTHWISE_CONV_2D, image);
        graph_set_outputs(graph, &image, 1);
        network_quantize(graph, "int8");
        assert_int_equal(onnx_write(graph, &writing, &bytes[i], &sizes[i], &error), STATUS_OK);
        graph_free(graph);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static void equal_constants_are_stored_once(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 8, 8, 2));
    (void)state;
    int image = conv(graph, conv(graph, 0, 2, PADDING_SAME), 2, PADDING_SAME);
    graph_set_outputs(graph, &image, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Transpose Conv Conv Transpose");
    assert_int_equal(model->graph->n_initializer, 1);
    onnx_harness_free(model);
    graph_free(graph);
}

static void a_file_says_where_it_is_from(void **state)
{
    struct graph *graph = network_new(SHAPE(4));
    (void)state;
    graph->description = "of a test";
    int out = harness_node(graph, OP_QUANTIZE, (int[]){0}, 1, NULL, TYPE_I8, 0.5f, 0);
    graph_set_outputs(graph, &out, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    assert_string_equal(model->doc_string, "of a test");
    assert_int_equal(model->n_metadata_props, 1);
    assert_string_equal(model->metadata_props[0]->key, "quantop.rounding");
    assert_string_equal(model->metadata_props[0]->value, "twice");
    onnx_harness_free(model);
    graph->rounding = ROUNDING_ONCE; /* what every reader of the format expects */
    model = onnx_harness_write(graph, TYPE_U8);
    assert_int_equal(model->n_metadata_props, 0);
    onnx_harness_free(model);
    graph_free(graph);
}

/* Nothing is copied before it is known that it fits. */
static void no_file_is_larger_than_the_format_allows(void **state)
{
    const struct model_writing writing = {.activations = TYPE_U8};
    struct graph *graph = network_new(SHAPE(1));
    unsigned char *bytes;
    size_t size;
    struct error error;
    (void)state;
    int large = harness_constant(graph, TYPE_I8, SHAPE(1), 0.0f, 0, "");
    int other = harness_tensor(graph, TYPE_I8, SHAPE(INT32_MAX), 0.0f, 0);
    graph->tensors[large].shape = SHAPE(INT32_MAX);
    graph_add_node(graph, OP_ABS, &large, 1, &other, 1, NULL);
    graph_set_outputs(graph, &other, 1);
    assert_int_equal(onnx_write(graph, &writing, &bytes, &size, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.where, "network");
    assert_non_null(strstr(error.text, ".onnx files are limited to 2 GiB"));
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_transposed_once),
        cmocka_unit_test(one_pixel_needs_no_transposition),
        cmocka_unit_test(transpositions_of_the_graph_vanish),
        cmocka_unit_test(transpositions_are_composed),
        cmocka_unit_test(constants_take_the_layout),
        cmocka_unit_test(weights_are_permuted),
        cmocka_unit_test(convolutions_take_padding_over),
        cmocka_unit_test(ends_keep_their_names),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(what_nobody_reads_is_left_out),
        cmocka_unit_test(the_same_graph_gives_the_same_bytes),
        cmocka_unit_test(equal_constants_are_stored_once),
        cmocka_unit_test(a_file_says_where_it_is_from),
        cmocka_unit_test(no_file_is_larger_than_the_format_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
