/* What each mode looks like in an .onnx file: above all that integers are where runtimes look for
 * them when they choose integer kernels. */
#include <math.h>
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

/* TensorProto.DataType. */
enum {
    CODE_FLOAT = 1,
    CODE_UINT8 = 2,
    CODE_INT8 = 3,
    CODE_INT16 = 5,
    CODE_INT32 = 6,
    CODE_HALF = 10
};

static bool is(const Onnx__Node *node, const char *op)
{
    return node && strcmp(node->op_type, op) == 0;
}

static bool is_among(const Onnx__Node *node, const char *const *ops)
{
    for (; *ops; ops++)
        if (is(node, *ops))
            return true;
    return false;
}

static const Onnx__Tensor *parameter(const Onnx__Model *model, const Onnx__Node *node, int input)
{
    const Onnx__Tensor *tensor = onnx_harness_constant(model, node->input[input]);
    if (!tensor)
        fail_msg("%s: input %d is no constant", node->op_type, input);
    return tensor;
}

static float scale_at(const Onnx__Model *model, const Onnx__Node *node, size_t i)
{
    const Onnx__Tensor *tensor = parameter(model, node, 1);
    float scale;
    i = tensor->n_dims == 0 ? 0 : i;
    assert_int_equal(tensor->data_type, CODE_FLOAT);
    assert_true((i + 1) * sizeof(scale) <= tensor->raw_data.len);
    memcpy(&scale, tensor->raw_data.data + i * sizeof(scale), sizeof(scale));
    return scale;
}

/* --- rules of fusing */

/* The type of the integers in front of a data input. */
static int32_t check_data_input(const Onnx__Model *model, const Onnx__Node *node, int input)
{
    const Onnx__Node *reader, *source = onnx_harness_source(model, node->input[input]);
    if (!is(source, "DequantizeLinear"))
        fail_msg("%s: input %d is not behind a DequantizeLinear", node->op_type, input);
    assert_int_equal(onnx_harness_readers(model, source->output[0], &reader), 1);
    return parameter(model, source, 2)->data_type;
}

/* The type of the integers behind an output, which has no other readers. */
static int32_t check_output(const Onnx__Model *model, const Onnx__Node *node)
{
    const Onnx__Node *reader;
    if (onnx_harness_readers(model, node->output[0], &reader) != 1 || !is(reader, "QuantizeLinear"))
        fail_msg("%s is not before a QuantizeLinear alone", node->op_type);
    return parameter(model, reader, 2)->data_type;
}

/* Weights are stored as integers, and biases in steps of the accumulator. */
static void check_product(const Onnx__Model *model, const Onnx__Node *node)
{
    const Onnx__Node *data = onnx_harness_source(model, node->input[0]);
    const Onnx__Node *weights = onnx_harness_source(model, node->input[1]);
    assert_int_equal(check_data_input(model, node, 0), check_output(model, node));
    check_data_input(model, node, 1);
    if (!onnx_harness_constant(model, weights->input[0]))
        return; /* a product of two activations */
    if (parameter(model, weights, 1)->n_dims > 0)
        onnx_harness_attribute(weights, "axis", "0");
    if (node->n_input < 3)
        return;
    const Onnx__Node *bias = onnx_harness_source(model, node->input[2]);
    assert_true(is(bias, "DequantizeLinear"));
    const Onnx__Tensor *numbers = parameter(model, bias, 0);
    assert_int_equal(numbers->data_type, CODE_INT32);
    assert_int_equal(parameter(model, bias, 1)->n_dims, parameter(model, weights, 1)->n_dims);
    for (size_t i = 0; i < numbers->raw_data.len / sizeof(int32_t); i++) {
        float step = scale_at(model, data, 0) * scale_at(model, weights, i);
        assert_true(fabsf(scale_at(model, bias, i) - step) <= 1e-6f * step);
    }
}

/* What only moves elements has the same scale and zero point on both sides. */
static void check_mover(const Onnx__Model *model, const Onnx__Node *node)
{
    const Onnx__Node *after, *before = onnx_harness_source(model, node->input[0]);
    assert_int_equal(check_data_input(model, node, 0), check_output(model, node));
    onnx_harness_readers(model, node->output[0], &after);
    assert_string_equal(before->input[1], after->input[1]);
    assert_string_equal(before->input[2], after->input[2]);
}

static void check_rules(const Onnx__Model *model)
{
    static const char *const products[] = {"Conv", "Gemm", "MatMul", NULL};
    static const char *const movers[] = {"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Slice",
                                         "Gather",  "MaxPool",   "Resize",  NULL};
    static const char *const others[] = {
        "Add", "Mul", "Concat", "AveragePool", "Softmax", "GlobalAveragePool", "Sigmoid", NULL};
    for (size_t n = 0; n < model->graph->n_node; n++) {
        const Onnx__Node *node = model->graph->node[n];
        if (is_among(node, products))
            check_product(model, node);
        if (is_among(node, movers))
            check_mover(model, node);
        for (size_t i = 0; is_among(node, others) && i < node->n_input; i++)
            assert_int_equal(check_data_input(model, node, (int)i), check_output(model, node));
    }
}

/* A network of what has integer kernels; ranges are made up, so the activations of convolutions are
 * not implied by them. */
static struct graph *make_network(const char *mode)
{
    static const enum op ops[] = {OP_CONV_2D,
                                  OP_ADD,
                                  OP_CONCATENATION,
                                  OP_MAX_POOL_2D,
                                  OP_CONV_2D,
                                  OP_AVERAGE_POOL_2D,
                                  OP_DEPTHWISE_CONV_2D,
                                  OP_RESIZE_NEAREST_NEIGHBOR,
                                  OP_LOGISTIC,
                                  OP_FULLY_CONNECTED,
                                  OP_STRIDED_SLICE,
                                  OP_GATHER,
                                  OP_TRANSPOSE,
                                  OP_MEAN,
                                  OP_SOFTMAX};
    struct random random = {6};
    struct graph *graph = network_new(SHAPE(1, 12, 12, 4));
    int image = 0;
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        image = network_layer(graph, &random, ops[i], image);
    graph_set_outputs(graph, &image, 1);
    network_quantize(graph, mode);
    return graph;
}

static void integers_stand_where_they_are_fused(void **state)
{
    static const char *const modes[] = {"int8", "int8-io", "int8-io:io=uint8",
                                        "int8:weights=per-tensor"};
    (void)state;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        for (int type = 0; type < 2; type++) {
            struct graph *graph = make_network(modes[i]);
            Onnx__Model *model = onnx_harness_write(graph, type ? TYPE_I8 : TYPE_U8);
            check_rules(model);
            assert_int_equal(onnx_harness_count(model, "Conv"), 3);
            assert_int_equal(onnx_harness_count(model, "Gemm"), 1);
            onnx_harness_free(model);
            graph_free(graph);
        }
}

/* --- int8 */

/* A convolution whose output may be no less than 0 and no more than high. */
static struct graph *make_conv(const char *mode, int32_t activation, float low, float high)
{
    struct random random = {2};
    struct graph *graph = network_new(SHAPE(1, 4, 4, 3));
    union op_params params;
    params_init(&params, op_table[OP_CONV_2D].params);
    params.conv.stride_h = params.conv.stride_w = 1;
    params.conv.activation = activation;
    int weights = network_constant(graph, &random, SHAPE(2, 1, 1, 3), -1.0, 1.0);
    int bias = network_constant(graph, &random, SHAPE(2), -1.0, 1.0);
    int image =
        harness_node(graph, OP_CONV_2D, (int[]){0, weights, bias}, 3, &params, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &image, 1);
    network_quantize_range(graph, mode, image, (struct range){low, high, true});
    return graph;
}

static Onnx__Model *write_conv(const char *mode, int32_t activation, float low, float high)
{
    struct graph *graph = make_conv(mode, activation, low, high);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    graph_free(graph);
    return model;
}

#define QUANTIZED_IMAGE                                                                            \
    "QuantizeLinear DequantizeLinear Transpose QuantizeLinear DequantizeLinear DequantizeLinear "  \
    "DequantizeLinear Conv QuantizeLinear "
#define REAL_OUTPUT "DequantizeLinear Transpose QuantizeLinear DequantizeLinear"

static void ranges_imply_activations(void **state)
{
    (void)state;
    Onnx__Model *model = write_conv("int8", ACTIVATION_RELU, 0.0f, 3.0f);
    onnx_harness_ops(model, QUANTIZED_IMAGE REAL_OUTPUT);
    onnx_harness_free(model);
    model = write_conv("int8", ACTIVATION_RELU6, 0.0f, 6.0f);
    assert_int_equal(onnx_harness_count(model, "Clip"), 0);
    onnx_harness_free(model);
    /* where they do not, the convolution is still one of integers */
    model = write_conv("int8", ACTIVATION_RELU, -1.0f, 3.0f);
    onnx_harness_ops(model, QUANTIZED_IMAGE "DequantizeLinear Relu QuantizeLinear " REAL_OUTPUT);
    check_rules(model);
    onnx_harness_free(model);
    model = write_conv("int8", ACTIVATION_RELU6, 0.0f, 8.0f);
    assert_int_equal(onnx_harness_count(model, "Clip"), 1);
    check_rules(model);
    onnx_harness_free(model);
}

static void activations_are_of_the_type_that_is_asked_for(void **state)
{
    (void)state;
    for (int signs = 0; signs < 2; signs++) {
        struct graph *graph = make_conv("int8", ACTIVATION_NONE, -1.0f, 2.0f);
        const struct tensor *inner = node_output(graph, network_node(graph, OP_CONV_2D), 0);
        Onnx__Model *model = onnx_harness_write(graph, signs ? TYPE_I8 : TYPE_U8);
        const Onnx__Node *conv = onnx_harness_node(model, "Conv", 0), *quantize;
        onnx_harness_readers(model, conv->output[0], &quantize);
        const Onnx__Tensor *zero = parameter(model, quantize, 2);
        assert_int_equal(zero->data_type, signs ? CODE_INT8 : CODE_UINT8);
        int at = signs ? (int8_t)zero->raw_data.data[0] : zero->raw_data.data[0] - 128;
        assert_int_equal(at, inner->quant.zero_point[0]);
        onnx_harness_input(model, quantize, 1, "float32 scalar");
        /* weights are signed all the same, with a scale for each channel */
        const Onnx__Node *weights = onnx_harness_source(model, conv->input[1]);
        onnx_harness_input(model, weights, 0, "int8 2x3x1x1");
        onnx_harness_input(model, weights, 1, "float32 2");
        onnx_harness_input(model, weights, 2, "int8 2");
        onnx_harness_elements(model, weights, 2, "0 0");
        onnx_harness_free(model);
        graph_free(graph);
    }
}

/* Constants that are activations have their type. */
static void constant_activations_become_unsigned_too(void **state)
{
    struct random random = {2};
    struct graph *graph = network_new(SHAPE(1, 3));
    (void)state;
    int other = network_constant(graph, &random, SHAPE(3), -1.0, 1.0);
    int sum = harness_node(graph, OP_ADD, (int[]){0, other}, 2, NULL, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &sum, 1);
    network_quantize(graph, "int8");
    const struct tensor *constant = node_input(graph, network_node(graph, OP_ADD), 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    check_rules(model);
    const Onnx__Node *add = onnx_harness_node(model, "Add", 0);
    const Onnx__Node *read = onnx_harness_source(model, add->input[1]);
    onnx_harness_input(model, read, 0, "uint8 3");
    const Onnx__Tensor *stored = parameter(model, read, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(stored->raw_data.data[i] - 128, ((const int8_t *)constant->data)[i]);
    assert_int_equal(parameter(model, read, 2)->raw_data.data[0] - 128,
                     constant->quant.zero_point[0]);
    onnx_harness_free(model);
    graph_free(graph);
}

/* --- int8-io */

static void check_io(const char *mode, enum type activations, int32_t code, const char *nodes)
{
    struct graph *graph = make_conv(mode, ACTIVATION_NONE, -1.0f, 2.0f);
    Onnx__Model *model = onnx_harness_write(graph, activations);
    onnx_harness_ops(model, nodes);
    check_rules(model);
    assert_false(onnx_format.keeps_types); /* but those that were asked for */
    assert_int_equal(model->graph->input[0]->type->tensor_type->elem_type, code);
    assert_int_equal(model->graph->output[0]->type->tensor_type->elem_type, code);
    assert_true(is(onnx_harness_source(model, model->graph->output[0]->name), "QuantizeLinear"));
    onnx_harness_free(model);
    graph_free(graph);
}

#define CONV                                                                                       \
    "DequantizeLinear Transpose QuantizeLinear DequantizeLinear DequantizeLinear "                 \
    "DequantizeLinear Conv QuantizeLinear "
#define CONVERSION "DequantizeLinear QuantizeLinear "
#define TRANSPOSED "DequantizeLinear Transpose QuantizeLinear"

/* The interface is what the graph says; inside is what was asked for. */
static void integer_interfaces_stay(void **state)
{
    (void)state;
    check_io("int8-io", TYPE_I8, CODE_INT8, CONV TRANSPOSED);
    check_io("int8-io:io=uint8", TYPE_U8, CODE_UINT8, CONV TRANSPOSED);
    check_io("int8-io", TYPE_U8, CODE_INT8,
             CONVERSION CONV TRANSPOSED " DequantizeLinear QuantizeLinear");
    check_io("int8-io:io=uint8", TYPE_I8, CODE_UINT8, CONVERSION CONV CONVERSION TRANSPOSED);
}

/* --- the other modes */

static void halves_are_cast(void **state)
{
    (void)state;
    Onnx__Model *model = write_conv("fp16", ACTIVATION_RELU, 0.0f, 3.0f);
    onnx_harness_ops(model, "Transpose Cast Cast Conv Relu Transpose");
    const Onnx__Node *cast =
        onnx_harness_source(model, onnx_harness_node(model, "Conv", 0)->input[1]);
    onnx_harness_attribute(cast, "to", "1");
    onnx_harness_input(model, cast, 0, "float16 2x3x1x1");
    assert_int_equal(model->opset_import[0]->version, 17);
    onnx_harness_free(model);
}

static void wide_activations_need_a_newer_operator_set(void **state)
{
    struct graph *graph = make_network("16x8");
    (void)state;
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    assert_int_equal(model->opset_import[0]->version, 21);
    check_rules(model);
    const Onnx__Node *conv = onnx_harness_node(model, "Conv", 0);
    assert_int_equal(check_output(model, conv), CODE_INT16);
    const Onnx__Node *weights = onnx_harness_source(model, conv->input[1]);
    assert_int_equal(parameter(model, weights, 0)->data_type, CODE_INT8);
    onnx_harness_free(model);
    graph_free(graph);
}

/* Biases of 64 bits are written as 32, or as real numbers when one does not fit. */
static void wide_biases_fit_or_are_real(void **state)
{
    struct graph *graph = make_conv("16x8", ACTIVATION_NONE, -1.0f, 1.0f);
    const struct node *node = network_node(graph, OP_CONV_2D);
    (void)state;
    assert_int_equal(node_input(graph, node, 2)->type, TYPE_I64);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    const Onnx__Node *conv = onnx_harness_node(model, "Conv", 0);
    onnx_harness_input(model, onnx_harness_source(model, conv->input[2]), 0, "int32 2");
    onnx_harness_free(model);
    const int64_t large[] = {INT64_C(1) << 32, -4};
    graph->tensors[node->inputs[2]].data = large;
    const struct quantization *data = &node_input(graph, node, 0)->quant;
    const struct quantization *weights = &node_input(graph, node, 1)->quant;
    model = onnx_harness_write(graph, TYPE_U8);
    conv = onnx_harness_node(model, "Conv", 0);
    const Onnx__Tensor *bias = parameter(model, conv, 2);
    assert_int_equal(bias->data_type, CODE_FLOAT);
    float got;
    memcpy(&got, bias->raw_data.data + sizeof(got), sizeof(got));
    assert_true(fabsf(got + 4.0f * data->scale[0] * weights->scale[1]) < 1e-9f);
    onnx_harness_free(model);
    graph_free(graph);
}

/* Weights that dynamic range finds worth its while. */
static struct graph *make_dynamic(enum op op, struct shape in, struct shape weights, int32_t bias)
{
    struct random random = {2};
    struct graph *graph = network_new(in);
    union op_params params;
    params_init(&params, op_table[op].params);
    if (op == OP_CONV_2D || op == OP_DEPTHWISE_CONV_2D)
        params.conv.stride_h = params.conv.stride_w = 1;
    if (op == OP_FULLY_CONNECTED)
        params.dense.keep_num_dims = 1;
    int inputs[3] = {0, network_constant(graph, &random, weights, -1.0, 1.0), NO_TENSOR};
    if (bias > 0)
        inputs[2] = network_constant(graph, &random, SHAPE(bias), -1.0, 1.0);
    int out = harness_node(graph, op, inputs, bias ? 3 : 2, &params, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "dynamic");
    return graph;
}

static void activations_are_quantized_at_run_time(void **state)
{
    struct graph *graph = make_dynamic(OP_CONV_2D, SHAPE(1, 4, 4, 16), SHAPE(8, 3, 3, 16), 8);
    (void)state;
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model,
                     "Transpose DynamicQuantizeLinear ConvInteger Cast Mul Mul Add Transpose");
    const Onnx__Node *product = onnx_harness_node(model, "ConvInteger", 0);
    const Onnx__Node *quantize = onnx_harness_node(model, "DynamicQuantizeLinear", 0);
    onnx_harness_input(model, product, 1, "uint8 8x16x3x3");
    onnx_harness_input(model, product, 3, "uint8 scalar"); /* old runtimes have no int8 */
    onnx_harness_attribute(product, "pads", "1 1 1 1");
    assert_string_equal(product->input[2], quantize->output[2]);
    const Onnx__Node *scale = onnx_harness_node(model, "Mul", 0);
    assert_string_equal(scale->input[0], quantize->output[1]);
    onnx_harness_input(model, scale, 1, "float32 8x1x1");
    onnx_harness_input(model, onnx_harness_node(model, "Add", 0), 1, "float32 8x1x1");
    onnx_harness_free(model);
    graph_free(graph);
    graph = make_dynamic(OP_FULLY_CONNECTED, SHAPE(1, 6, 128), SHAPE(10, 128), 10);
    model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "DynamicQuantizeLinear MatMulInteger Cast Mul Mul Add");
    onnx_harness_input(model, onnx_harness_node(model, "MatMulInteger", 0), 1, "int8 128x10");
    onnx_harness_input(model, onnx_harness_node(model, "Mul", 0), 1, "float32 10");
    onnx_harness_free(model);
    graph_free(graph);
    graph = make_dynamic(OP_BATCH_MATMUL, SHAPE(2, 3, 128), SHAPE(128, 10), 0);
    model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "DynamicQuantizeLinear MatMulInteger Cast Mul Mul");
    onnx_harness_input(model, onnx_harness_node(model, "Mul", 0), 1, "float32 scalar");
    onnx_harness_free(model);
    graph_free(graph);
}

/* Where nothing multiplies integers, weights alone are stored as such. */
static void weights_alone_are_stored_as_integers(void **state)
{
    struct random random = {2};
    struct graph *graph = network_new(SHAPE(1, 4, 4, 32));
    const int32_t size[] = {1, 4, 4, 8};
    union op_params params;
    (void)state;
    params_init(&params, op_table[OP_TRANSPOSE_CONV].params);
    params.conv.stride_h = params.conv.stride_w = 1;
    int inputs[] = {harness_ints(graph, size, 4),
                    network_constant(graph, &random, SHAPE(8, 3, 3, 32), -1.0, 1.0), 0};
    int out = harness_node(graph, OP_TRANSPOSE_CONV, inputs, 3, &params, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "dynamic");
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    onnx_harness_ops(model, "Transpose DequantizeLinear ConvTranspose Transpose");
    onnx_harness_input(model, onnx_harness_node(model, "DequantizeLinear", 0), 0, "int8 32x8x3x3");
    onnx_harness_free(model);
    graph_free(graph);
}

/* --- files of others */

/* uint8 throughout, weights with a zero point, a bias whose scale is not to be trusted. */
static void unsigned_models_stay_unsigned(void **state)
{
    struct graph *graph = graph_new("unsigned");
    const uint8_t elements[] = {0, 128, 255, 7, 8, 9};
    const int32_t numbers[] = {5, -6};
    union op_params params;
    (void)state;
    int in = harness_tensor(graph, TYPE_U8, SHAPE(1, 3), 0.5f, 100);
    int weights = harness_constant(graph, TYPE_U8, SHAPE(2, 3), 0.25f, 120, elements);
    int bias = harness_constant(graph, TYPE_I32, SHAPE(2), 7.0f, 0, numbers);
    graph_set_inputs(graph, &in, 1);
    params_init(&params, op_table[OP_FULLY_CONNECTED].params);
    int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){in, weights, bias}, 3, &params,
                           TYPE_U8, 2.0f, 3);
    graph_set_outputs(graph, &out, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_I8);
    onnx_harness_ops(model,
                     "DequantizeLinear DequantizeLinear DequantizeLinear Gemm QuantizeLinear");
    check_rules(model);
    const Onnx__Node *read = onnx_harness_node(model, "DequantizeLinear", 1);
    onnx_harness_elements(model, read, 0, "0 128 255 7 8 9");
    onnx_harness_elements(model, read, 2, "120");
    onnx_harness_attribute(read, "axis", "");
    onnx_harness_elements(model, onnx_harness_node(model, "DequantizeLinear", 2), 1, "0.125");
    onnx_harness_free(model);
    graph_free(graph);
}

static void integer_biases_need_integer_products(void **state)
{
    const struct model_writing writing = {.activations = TYPE_U8};
    struct graph *graph = network_new(SHAPE(1, 3));
    const int32_t numbers[] = {5, -6};
    struct random random = {2};
    unsigned char *bytes;
    size_t size;
    struct error error;
    (void)state;
    int weights = network_constant(graph, &random, SHAPE(2, 3), -1.0, 1.0);
    int bias = harness_constant(graph, TYPE_I32, SHAPE(2), 7.0f, 0, numbers);
    int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, weights, bias}, 3, NULL, TYPE_F32,
                           0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    assert_int_equal(onnx_write(graph, &writing, &bytes, &size, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.where, "network: node 0 (FULLY_CONNECTED)");
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_stand_where_they_are_fused),
        cmocka_unit_test(ranges_imply_activations),
        cmocka_unit_test(activations_are_of_the_type_that_is_asked_for),
        cmocka_unit_test(constant_activations_become_unsigned_too),
        cmocka_unit_test(integer_interfaces_stay),
        cmocka_unit_test(halves_are_cast),
        cmocka_unit_test(wide_activations_need_a_newer_operator_set),
        cmocka_unit_test(wide_biases_fit_or_are_real),
        cmocka_unit_test(activations_are_quantized_at_run_time),
        cmocka_unit_test(weights_alone_are_stored_as_integers),
        cmocka_unit_test(unsigned_models_stay_unsigned),
        cmocka_unit_test(integer_biases_need_integer_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
