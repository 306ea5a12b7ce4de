/* Operators of .onnx files that work on every element alone. */
#include <math.h>

#include "formats/onnx/write/export.h"

static enum export_layout layout_of_inputs(struct exporter *exporter, const struct node *node)
{
    return export_layout_of(exporter, node->inputs, node->n_inputs);
}

/* The operator on all inputs. */
static int apply(struct exporter *exporter, const struct node *node, enum export_layout layout,
                 const char *name)
{
    int inputs[3];
    for (int i = 0; i < node->n_inputs; i++)
        inputs[i] = export_read(exporter, node->inputs[i], layout);
    return export_emit(exporter, name, inputs, node->n_inputs);
}

EXPORT(elementwise)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    export_define(exporter, node->outputs[0], layout, apply(exporter, node, layout, name));
}

EXPORT(arithmetic)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = apply(exporter, node, layout, name);
    export_finish(exporter, node->outputs[0], layout, value, node->params.arithmetic.activation);
}

EXPORT(activation)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = export_read(exporter, node->inputs[0], layout);
    int32_t activation = (int32_t)op_table[node->op].activation;
    (void)name;
    export_define(exporter, node->outputs[0], layout,
                  export_activate(exporter, node->outputs[0], value, activation));
}

EXPORT(leaky_relu)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = apply(exporter, node, layout, name);
    onnx_set_float(&exporter->file, "alpha", node->params.scalar.value);
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(rsqrt)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = apply(exporter, node, layout, "Sqrt");
    export_define(exporter, node->outputs[0], layout, EMIT(exporter, name, value));
}

EXPORT(squared_difference)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = apply(exporter, node, layout, "Sub");
    export_define(exporter, node->outputs[0], layout, EMIT(exporter, name, value, value));
}

/* The slope of PRelu broadcasts to the input; where the result is larger, the formula is spelled
 * out: max(x, 0) + slope * min(x, 0). */
EXPORT(prelu)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value;
    if (shape_equal(in, out)) {
        value = apply(exporter, node, layout, name);
    } else {
        int x = export_read(exporter, node->inputs[0], layout);
        int slope = export_read(exporter, node->inputs[1], layout);
        int zero = export_float(exporter, 0.0f);
        value = EMIT(exporter, "Mul", EMIT(exporter, "Min", x, zero), slope);
        value = EMIT(exporter, "Add", EMIT(exporter, "Relu", x), value);
    }
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(square)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = export_read(exporter, node->inputs[0], layout);
    export_define(exporter, node->outputs[0], layout, EMIT(exporter, name, value, value));
}

static bool is_real(const struct exporter *exporter, const struct node *node)
{
    return export_tensor(exporter, node->outputs[0])->type == TYPE_F32;
}

/* Div truncates integers: those that are a multiple of the divisor lose nothing. */
EXPORT(floor_div)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int a = export_read(exporter, node->inputs[0], layout);
    int b = export_read(exporter, node->inputs[1], layout);
    int value =
        is_real(exporter, node)
            ? EMIT(exporter, "Floor", EMIT(exporter, name, a, b))
            : EMIT(exporter, name, EMIT(exporter, "Sub", a, EMIT(exporter, "Mod", a, b)), b);
    export_define(exporter, node->outputs[0], layout, value);
}

/* Mod of real numbers has the sign of the dividend: the divisor is added where that is another. */
EXPORT(floor_mod)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int a = export_read(exporter, node->inputs[0], layout);
    int b = export_read(exporter, node->inputs[1], layout);
    int value = EMIT(exporter, name, a, b);
    if (is_real(exporter, node)) {
        onnx_set_int(&exporter->file, "fmod", 1);
        int signs = EMIT(exporter, "Mul", EMIT(exporter, "Sign", value), EMIT(exporter, "Sign", b));
        int is_other = EMIT(exporter, "Less", signs, export_float(exporter, 0.0f));
        value = EMIT(exporter, "Where", is_other, EMIT(exporter, "Add", value, b), value);
    }
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(not_equal)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = apply(exporter, node, layout, "Equal");
    export_define(exporter, node->outputs[0], layout, EMIT(exporter, name, value));
}

/* A condition that is a list belongs to the first dimension. */
EXPORT(select)
{
    struct shape condition = node_input(exporter->graph, node, 0)->shape;
    int rank = node_input(exporter->graph, node, 1)->shape.rank, inputs[3];
    for (; condition.rank > 0 && condition.rank < rank; condition.rank++)
        condition.dim[condition.rank] = 1;
    inputs[0] = export_read_shaped(exporter, node->inputs[0], &condition);
    for (int i = 1; i < 3; i++)
        inputs[i] = export_read(exporter, node->inputs[i], LAYOUT_AS_IS);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, export_emit(exporter, name, inputs, 3));
}

/* x * (1 + erf(x / sqrt 2)) / 2, in the order that runtimes know; or with the approximation
 * tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) in the place of erf. */
EXPORT(gelu)
{
    const float root = 0.7978845608028654f, cubic = 0.044715f;
    enum export_layout layout = layout_of_inputs(exporter, node);
    int x = export_read(exporter, node->inputs[0], layout), value;
    (void)name;
    if (node->params.flag.flag) {
        int cube = EMIT(exporter, "Mul", EMIT(exporter, "Mul", x, x), x);
        int small = EMIT(exporter, "Mul", cube, export_float(exporter, cubic));
        int sum = EMIT(exporter, "Add", x, small);
        value = EMIT(exporter, "Tanh", EMIT(exporter, "Mul", sum, export_float(exporter, root)));
    } else {
        value = EMIT(exporter, "Div", x, export_float(exporter, sqrtf(2.0f)));
        value = EMIT(exporter, "Erf", value);
    }
    value = EMIT(exporter, "Add", value, export_float(exporter, 1.0f));
    value = EMIT(exporter, "Mul", x, value);
    value = EMIT(exporter, "Mul", value, export_float(exporter, 0.5f));
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(silu)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int x = export_read(exporter, node->inputs[0], layout);
    (void)name;
    export_define(exporter, node->outputs[0], layout,
                  EMIT(exporter, "Mul", x, EMIT(exporter, "Sigmoid", x)));
}

/* QUANTIZE and DEQUANTIZE: what surrounds every operator here does all of it. A DEQUANTIZE is
 * written where it is read, so that integers are transposed rather than real numbers. */
EXPORT(converted)
{
    int in = node->inputs[0], out = node->outputs[0];
    (void)name;
    if (exporter->tensors[out].source != NO_TENSOR)
        return;
    if (node->op == OP_DEQUANTIZE && export_is_quantized(exporter, in)) {
        exporter->tensors[out].integers = in;
        return;
    }
    if (exporter->tensors[in].source == NO_TENSOR && export_stored_alike(exporter, in, out)) {
        for (int i = 0; i < LAYOUT_COUNT; i++)
            exporter->tensors[out].forms[i] = exporter->tensors[in].forms[i];
        return;
    }
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = export_read(exporter, in, layout);
    if (export_tensor(exporter, in)->type == TYPE_F16) {
        value = EMIT(exporter, "Cast", value);
        onnx_set_int(&exporter->file, "to", onnx_type_code(TYPE_F32));
    }
    export_define(exporter, out, layout, value);
}

EXPORT(cast)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int value = apply(exporter, node, layout, name);
    onnx_set_int(&exporter->file, "to",
                 onnx_type_code(export_tensor(exporter, node->outputs[0])->type));
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(dynamic_quantize)
{
    enum export_layout layout = layout_of_inputs(exporter, node);
    int in = export_read(exporter, node->inputs[0], layout), outputs[3];
    onnx_add_node(&exporter->file, name, &in, 1, outputs, 3);
    export_define(exporter, node->outputs[0], layout, outputs[0]);
    export_define(exporter, node->outputs[1], LAYOUT_AS_IS, outputs[1]);
    export_define(exporter, node->outputs[2], LAYOUT_AS_IS, outputs[2]);
}
