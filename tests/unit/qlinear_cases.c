/* Integer operators of the QOperator format. */
#include <stdint.h>
#include <string.h>

#include "runtime_cases.h"

#define MICROSOFT "com.microsoft"
#define COUNT(a)  ((int)(sizeof(a) / sizeof((a)[0])))

/* What a quantized tensor has: its scale and zero point as constants. */
struct steps {
    const char *scale, *zero;
};

static struct steps steps_of(struct drawing *drawing, enum type type, float scale, int zero)
{
    int8_t byte = (int8_t)zero;
    return (struct steps){message_float(drawing->message, scale),
                          message_constant(drawing->message, type, (struct shape){0}, &byte)};
}

/* A zero point, now and then one of the ends, or where symmetric tensors have theirs. */
static int draw_zero(struct drawing *drawing, enum type type)
{
    int low = type == TYPE_U8 ? 0 : INT8_MIN, middle = low + 128;
    switch (draw_int(drawing, 0, 4)) {
    case 0:
        return low;
    case 1:
        return middle;
    default:
        return draw_int(drawing, low, low + 255);
    }
}

/* A scale, now and then a power of two: halves of a step are frequent then. */
static struct steps draw_steps(struct drawing *drawing, enum type type)
{
    float scale = draw_bool(drawing) ? (float)draw_real(drawing, 0.005, 0.1) : 0.03125f;
    return steps_of(drawing, type, scale, draw_zero(drawing, type));
}

static enum type draw_type(struct drawing *drawing)
{
    return draw_bool(drawing) ? TYPE_U8 : TYPE_I8;
}

static struct shape draw_image(struct drawing *drawing)
{
    return SHAPE(draw_int(drawing, 1, 2), draw_int(drawing, 1, 9), draw_int(drawing, 3, 9),
                 draw_int(drawing, 3, 9));
}

static void binary(struct drawing *drawing, const char *op)
{
    enum type type = draw_type(drawing);
    struct shape a = draw_image(drawing), b = a;
    struct message *message = drawing->message;
    int kind = draw_int(drawing, 0, 4);
    if (kind == 0)
        b = (struct shape){0};
    if (kind == 1)
        b = SHAPE(a.dim[1], 1, 1);
    if (kind == 2)
        b.dim[2] = b.dim[3] = 1;
    struct steps of_a = draw_steps(drawing, type), of_b = draw_steps(drawing, type);
    struct steps of_y = draw_steps(drawing, type);
    const char *inputs[] = {message_input(message, type, a),
                            of_a.scale,
                            of_a.zero,
                            draw_bool(drawing) ? draw_integers(drawing, type, b)
                                               : message_input(message, type, b),
                            of_b.scale,
                            of_b.zero,
                            of_y.scale,
                            of_y.zero};
    message_output(message, message_node(message, MICROSOFT, op, inputs, COUNT(inputs)), type);
}

static void qlinear_add(struct drawing *drawing)
{
    binary(drawing, "QLinearAdd");
}

static void qlinear_mul(struct drawing *drawing)
{
    binary(drawing, "QLinearMul");
}

/* The node alone: the caller adds attributes. */
static void unary(struct drawing *drawing, const char *op, enum type type, struct shape shape,
                  struct steps of_y)
{
    struct message *message = drawing->message;
    struct steps of_x = draw_steps(drawing, type);
    const char *inputs[] = {message_input(message, type, shape), of_x.scale, of_x.zero, of_y.scale,
                            of_y.zero};
    message_output(message, message_node(message, MICROSOFT, op, inputs, COUNT(inputs)), type);
}

static void qlinear_average_pool(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    struct shape image = draw_image(drawing);
    struct message *message = drawing->message;
    bool is_last = draw_bool(drawing), keeps = draw_bool(drawing);
    struct steps of_x = draw_steps(drawing, type);
    struct steps of_y = keeps ? of_x : draw_steps(drawing, type);
    int kernel[] = {draw_int(drawing, 1, 3), draw_int(drawing, 1, 3)};
    int strides[] = {draw_int(drawing, 1, 2), draw_int(drawing, 1, 2)};
    int pads[4];
    for (int i = 0; i < 4; i++)
        pads[i] = draw_int(drawing, 0, kernel[i % 2] - 1);
    if (is_last)
        image = SHAPE(image.dim[0], image.dim[2], image.dim[3], image.dim[1]);
    const char *inputs[] = {message_input(message, type, image), of_x.scale, of_x.zero, of_y.scale,
                            of_y.zero};
    message_output(message, message_node(message, MICROSOFT, "QLinearAveragePool", inputs, 5),
                   type);
    message_ints(message, "kernel_shape", kernel, 2);
    message_ints(message, "strides", strides, 2);
    message_ints(message, "pads", pads, 4);
    message_int(message, "channels_last", is_last);
    message_int(message, "count_include_pad", draw_bool(drawing));
}

static void qlinear_global_average_pool(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    unary(drawing, "QLinearGlobalAveragePool", type, draw_image(drawing),
          draw_steps(drawing, type));
    message_int(drawing->message, "channels_last", draw_bool(drawing));
}

/* The scale that the shares have by themselves; never of one number alone, where ONNX Runtime
 * overflows. */
static void qlinear_softmax(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    int opset = draw_bool(drawing) ? 13 : 11;
    struct shape shape =
        SHAPE(draw_int(drawing, 2, 3), draw_int(drawing, 2, 5), draw_int(drawing, 2, 40));
    struct steps of_y = steps_of(drawing, type, 1.0f / 256, type == TYPE_U8 ? 0 : -128);
    unary(drawing, "QLinearSoftmax", type, shape, of_y);
    message_int(drawing->message, "opset", opset);
    message_int(drawing->message, "axis", draw_int(drawing, -2, 2));
}

static void qlinear_sigmoid(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    struct steps of_y = draw_bool(drawing)
                            ? draw_steps(drawing, type)
                            : steps_of(drawing, type, 1.0f / 256, type == TYPE_U8 ? 0 : -128);
    unary(drawing, "QLinearSigmoid", type, draw_image(drawing), of_y);
}

static void qlinear_leaky_relu(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    unary(drawing, "QLinearLeakyRelu", type, draw_image(drawing), draw_steps(drawing, type));
    message_real(drawing->message, "alpha", (float)draw_real(drawing, 0.01, 0.5));
}

static void qlinear_concat(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    struct message *message = drawing->message;
    struct shape shape = draw_image(drawing);
    struct steps of_y = draw_steps(drawing, type);
    int axis = draw_int(drawing, 0, 3), count = draw_int(drawing, 1, 3);
    const char *inputs[11] = {of_y.scale, of_y.zero};
    for (int i = 0; i < count; i++) {
        struct steps of_x = draw_bool(drawing) ? of_y : draw_steps(drawing, type);
        shape.dim[axis] = draw_int(drawing, 1, 5);
        inputs[2 + 3 * i] = message_input(message, type, shape);
        inputs[3 + 3 * i] = of_x.scale;
        inputs[4 + 3 * i] = of_x.zero;
    }
    message_output(message,
                   message_node(message, MICROSOFT, "QLinearConcat", inputs, 2 + 3 * count), type);
    message_int(message, "axis", draw_bool(drawing) ? axis : axis - 4);
}

/* --- products --- */

/* The types that ONNX Runtime takes together. */
static const struct product_types {
    enum type x, w;
} product_types[] = {{TYPE_U8, TYPE_U8}, {TYPE_U8, TYPE_I8}, {TYPE_I8, TYPE_I8}};

static struct product_types draw_types(struct drawing *drawing)
{
    return product_types[draw_int(drawing, 0, COUNT(product_types) - 1)];
}

/* Weights' scales: one, or one per channel, whose zero points are in the middle. */
static struct steps draw_weight_steps(struct drawing *drawing, enum type type, int channels)
{
    struct message *message = drawing->message;
    float scales[64];
    uint8_t zeros[64];
    int count = draw_bool(drawing) ? channels : 1;
    for (int i = 0; i < count; i++) {
        scales[i] = (float)draw_real(drawing, 0.002, 0.02);
        zeros[i] = type == TYPE_U8 ? 128 : 0;
    }
    if (count == 1 && type == TYPE_U8)
        zeros[0] = (uint8_t)draw_zero(drawing, type);
    struct shape shape = count == 1 ? (struct shape){0} : SHAPE(count);
    return (struct steps){message_constant(message, TYPE_F32, shape, scales),
                          message_constant(message, type, shape, zeros)};
}

static const char *draw_bias(struct drawing *drawing, int channels)
{
    int32_t bias[64];
    for (int i = 0; i < channels; i++)
        bias[i] = draw_int(drawing, -2000, 2000);
    return message_constant(drawing->message, TYPE_I32, SHAPE(channels), bias);
}

static void qlinear_conv(struct drawing *drawing)
{
    struct product_types types = draw_types(drawing);
    struct message *message = drawing->message;
    struct shape image = draw_image(drawing);
    int channels = image.dim[1] = draw_int(drawing, 1, 40);
    int group = draw_int(drawing, 0, 3) > 0 ? 1 : channels;
    int outputs = group == 1 ? draw_int(drawing, 1, 40)
                             : channels * draw_int(drawing, 1, channels <= 32 ? 2 : 1);
    int sides[] = {draw_int(drawing, 1, 3), draw_int(drawing, 1, 3)};
    int strides[] = {draw_int(drawing, 1, 2), draw_int(drawing, 1, 2)};
    int pads[] = {draw_int(drawing, 0, sides[0] - 1), draw_int(drawing, 0, sides[1] - 1),
                  draw_int(drawing, 0, sides[0] - 1), draw_int(drawing, 0, sides[1] - 1)};
    struct steps of_x = draw_steps(drawing, types.x), of_y = draw_steps(drawing, types.x);
    struct steps of_w = draw_weight_steps(drawing, types.w, outputs);
    struct shape filter = SHAPE(outputs, channels / group, sides[0], sides[1]);
    const char *inputs[] = {message_input(message, types.x, image),
                            of_x.scale,
                            of_x.zero,
                            draw_integers(drawing, types.w, filter),
                            of_w.scale,
                            of_w.zero,
                            of_y.scale,
                            of_y.zero,
                            draw_bool(drawing) ? draw_bias(drawing, outputs) : NULL};
    message_output(message, message_node(message, NULL, "QLinearConv", inputs, inputs[8] ? 9 : 8),
                   types.x);
    message_int(message, "group", group);
    message_ints(message, "kernel_shape", sides, 2);
    message_ints(message, "strides", strides, 2);
    message_ints(message, "pads", pads, 4);
}

static void qlinear_matmul(struct drawing *drawing)
{
    struct product_types types = draw_types(drawing);
    struct message *message = drawing->message;
    int depth = draw_int(drawing, 1, 90), columns = draw_int(drawing, 1, 40);
    struct shape a = SHAPE(draw_int(drawing, 1, 3), draw_int(drawing, 1, 6), depth);
    struct steps of_a = draw_steps(drawing, types.x), of_y = draw_steps(drawing, types.x);
    bool is_constant = draw_bool(drawing);
    struct steps of_b =
        is_constant ? draw_weight_steps(drawing, types.w, columns) : draw_steps(drawing, types.w);
    struct shape b = SHAPE(depth, columns);
    const char *inputs[] = {message_input(message, types.x, a),
                            of_a.scale,
                            of_a.zero,
                            is_constant ? draw_integers(drawing, types.w, b)
                                        : message_input(message, types.w, b),
                            of_b.scale,
                            of_b.zero,
                            of_y.scale,
                            of_y.zero};
    message_output(message, message_node(message, NULL, "QLinearMatMul", inputs, COUNT(inputs)),
                   types.x);
}

static void qgemm(struct drawing *drawing)
{
    enum type type = draw_type(drawing);
    struct message *message = drawing->message;
    int depth = draw_int(drawing, 1, 40), columns = draw_int(drawing, 1, 20);
    bool swaps = draw_bool(drawing), is_real = draw_int(drawing, 0, 3) == 0;
    struct shape a = SHAPE(draw_int(drawing, 1, 6), depth);
    struct shape b = swaps ? SHAPE(columns, depth) : SHAPE(depth, columns);
    struct steps of_a = draw_steps(drawing, type), of_y = draw_steps(drawing, type);
    struct steps of_b = draw_weight_steps(drawing, TYPE_I8, columns);
    const char *inputs[] = {message_input(message, type, a),
                            of_a.scale,
                            of_a.zero,
                            draw_integers(drawing, TYPE_I8, b),
                            of_b.scale,
                            of_b.zero,
                            draw_bool(drawing) ? draw_bias(drawing, columns) : NULL,
                            of_y.scale,
                            of_y.zero};
    message_output(message, message_node(message, MICROSOFT, "QGemm", inputs, is_real ? 7 : 9),
                   is_real ? TYPE_F32 : type);
    message_int(message, "transB", swaps);
}

/* Of Softmax ONNX Runtime adds up floats, of which one in hundred thousands decides a half. */
const struct runtime_case qlinear_cases[] = {
    {"QLinearAdd", 17, qlinear_add, 0.0, 0.0, true},
    {"QLinearMul", 17, qlinear_mul, 0.0, 0.0, true},
    {"QLinearAveragePool", 17, qlinear_average_pool, 0.0, 0.0, true},
    {"QLinearGlobalAveragePool", 17, qlinear_global_average_pool, 0.0, 0.0, false},
    {"QLinearSoftmax", 17, qlinear_softmax, 0.0, 2e-5, false},
    {"QLinearSigmoid", 17, qlinear_sigmoid, 0.0, 0.0, false},
    {"QLinearLeakyRelu", 17, qlinear_leaky_relu, 0.0, 0.0, true},
    {"QLinearConcat", 17, qlinear_concat, 0.0, 0.0, false},
    {"QLinearConv", 17, qlinear_conv, 0.0, 0.0, true},
    {"QLinearMatMul", 17, qlinear_matmul, 0.0, 0.0, true},
    {"QGemm", 17, qgemm, 1e-6, 0.0, false},
};
const size_t qlinear_case_count = sizeof(qlinear_cases) / sizeof(qlinear_cases[0]);
