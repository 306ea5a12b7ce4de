/* Operators of .onnx files that normalize or reduce along dimensions, and recurrent layers. */
#include "formats/onnx/write/export.h"
#include "graph/infer.h"

/* Since this version the axes of reductions are an input. */
#define OPSET_AXES_INPUT 18

static int last_axis(const struct exporter *exporter, int tensor, enum export_layout layout)
{
    return export_axis(layout, export_tensor(exporter, tensor)->shape.rank - 1);
}

EXPORT(softmax)
{
    float beta = node->params.scalar.value;
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int value = export_read(exporter, node->inputs[0], layout);
    if (beta < 1.0f || beta > 1.0f)
        value = EMIT(exporter, "Mul", value, export_float(exporter, beta));
    value = EMIT(exporter, name, value);
    onnx_set_int(&exporter->file, "axis", last_axis(exporter, node->inputs[0], layout));
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(log_softmax)
{
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], layout));
    onnx_set_int(&exporter->file, "axis", last_axis(exporter, node->inputs[0], layout));
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(cumsum)
{
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int rank = export_tensor(exporter, node->inputs[0])->shape.rank, axis = 0, count;
    struct error error;
    int32_t number = 0;
    infer_constant(exporter->graph, node, 1, &number, 1, &count, &error);
    shape_axis(number, rank, &axis);
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], layout),
                     export_int(exporter, export_axis(layout, axis)));
    onnx_set_int(&exporter->file, "exclusive", node->params.cumulative.exclusive != 0);
    onnx_set_int(&exporter->file, "reverse", node->params.cumulative.reverse != 0);
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(l2_normalization)
{
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], layout));
    onnx_set_int(&exporter->file, "axis", last_axis(exporter, node->inputs[0], layout));
    onnx_set_int(&exporter->file, "p", 2);
    export_finish(exporter, node->outputs[0], layout, value, node->params.arithmetic.activation);
}

/* In graphs alpha is a factor of the sum, in ONNX of the mean. */
EXPORT(response)
{
    const struct response_params *params = &node->params.response;
    int32_t size = 2 * params->radius + 1;
    if (export_tensor(exporter, node->inputs[0])->shape.rank != 4) {
        export_refuse(exporter, "input is not an image (rank 4)");
        return;
    }
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], LAYOUT_CHANNELS_FIRST));
    onnx_set_int(&exporter->file, "size", size);
    onnx_set_float(&exporter->file, "bias", params->bias);
    onnx_set_float(&exporter->file, "alpha", params->alpha * (float)size);
    onnx_set_float(&exporter->file, "beta", params->beta);
    export_define(exporter, node->outputs[0], LAYOUT_CHANNELS_FIRST, value);
}

EXPORT(layer_normalization)
{
    const struct norm_params *params = &node->params.norm;
    const struct shape *in = &export_tensor(exporter, node->inputs[0])->shape;
    struct shape factors = {.rank = in->rank - params->axis};
    int inputs[3] = {export_read(exporter, node->inputs[0], LAYOUT_AS_IS)};
    for (int i = 0; i < factors.rank; i++)
        factors.dim[i] = in->dim[params->axis + i];
    for (int i = 1; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR)
            inputs[i] = export_read_shaped(exporter, node->inputs[i], &factors);
    int value = export_emit(exporter, name, inputs, node->n_inputs);
    onnx_set_int(&exporter->file, "axis", params->axis);
    onnx_set_float(&exporter->file, "epsilon", params->epsilon);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

/* Marks the dimensions that input 1 lists. */
static void reduced(const struct exporter *exporter, const struct node *node,
                    bool marked[SHAPE_RANK_MAX])
{
    int rank = export_tensor(exporter, node->inputs[0])->shape.rank;
    int32_t axes[SHAPE_RANK_MAX];
    int count = 0, axis;
    struct error error;
    for (int i = 0; i < SHAPE_RANK_MAX; i++)
        marked[i] = false;
    infer_constant(exporter->graph, node, 1, axes, SHAPE_RANK_MAX, &count, &error);
    for (int i = 0; i < count; i++)
        if (shape_axis(axes[i], rank, &axis))
            marked[axis] = true;
}

EXPORT(reduction)
{
    bool marked[SHAPE_RANK_MAX];
    int64_t axes[SHAPE_RANK_MAX];
    int in = node->inputs[0], count = 0;
    bool keep = node->params.reduce.keep_dims != 0;
    reduced(exporter, node, marked);
    enum export_layout layout =
        keep ? export_layout_of(exporter, &in, 1) : export_layout_without(exporter, in, marked);
    for (int i = 0; i < export_tensor(exporter, in)->shape.rank; i++)
        if (marked[i])
            axes[count++] = export_axis(layout, i);
    bool as_input = node->op == OP_SUM || exporter->file.opset >= OPSET_AXES_INPUT;
    int value = export_read(exporter, in, layout);
    if (count == 0) { /* an empty list would stand for all axes */
        export_define(exporter, node->outputs[0], layout, value);
        return;
    }
    value = EMIT(exporter, name, value, as_input ? export_ints(exporter, axes, count) : NO_VALUE);
    if (!as_input)
        onnx_set_ints(&exporter->file, "axes", axes, count);
    onnx_set_int(&exporter->file, "keepdims", keep);
    export_define(exporter, node->outputs[0], layout, value);
}

/* REDUCE_ANY and REDUCE_ALL: the greatest and the least of truth values, as int32. */
EXPORT(truth_reduction)
{
    bool marked[SHAPE_RANK_MAX];
    int64_t axes[SHAPE_RANK_MAX];
    int in = node->inputs[0], count = 0;
    reduced(exporter, node, marked);
    for (int i = 0; i < export_tensor(exporter, in)->shape.rank; i++)
        if (marked[i])
            axes[count++] = i;
    int value = export_read(exporter, in, LAYOUT_AS_IS);
    if (count > 0) {
        bool as_input = exporter->file.opset >= OPSET_AXES_INPUT;
        value = EMIT(exporter, name, export_cast_to(exporter, value, TYPE_I32),
                     as_input ? export_ints(exporter, axes, count) : NO_VALUE);
        if (!as_input)
            onnx_set_ints(&exporter->file, "axes", axes, count);
        onnx_set_int(&exporter->file, "keepdims", node->params.reduce.keep_dims != 0);
        value = export_cast_to(exporter, value, TYPE_BOOL);
    }
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

/* The mean over all pixels is a pool, for which runtimes have integer kernels. */
EXPORT(mean)
{
    bool marked[SHAPE_RANK_MAX];
    int in = node->inputs[0], out = node->outputs[0];
    reduced(exporter, node, marked);
    bool is_pool = export_tensor(exporter, in)->shape.rank == 4 && !marked[0] && marked[1] &&
                   marked[2] && !marked[3] && export_tensor(exporter, in)->type != TYPE_I32 &&
                   export_tensor(exporter, in)->type != TYPE_I64;
    if (!is_pool) {
        export_reduction(exporter, node, name);
        return;
    }
    int value =
        EMIT(exporter, "GlobalAveragePool", export_read(exporter, in, LAYOUT_CHANNELS_FIRST));
    if (node->params.reduce.keep_dims) {
        export_define(exporter, out, LAYOUT_CHANNELS_FIRST, value);
        return;
    }
    value = export_between(exporter, out, value);
    export_define(exporter, out, LAYOUT_AS_IS,
                  EMIT(exporter, "Reshape", value,
                       export_dimensions(exporter, &export_tensor(exporter, out)->shape)));
}

/* ONNX computes int64 indices, the node may state another type. */
EXPORT(arg_max)
{
    bool marked[SHAPE_RANK_MAX];
    int in = node->inputs[0], out = node->outputs[0], axis = 0;
    reduced(exporter, node, marked);
    while (axis < SHAPE_RANK_MAX - 1 && !marked[axis])
        axis++;
    enum export_layout layout = export_layout_without(exporter, in, marked);
    int value = EMIT(exporter, name, export_read(exporter, in, layout));
    onnx_set_int(&exporter->file, "axis", export_axis(layout, axis));
    onnx_set_int(&exporter->file, "keepdims", 0);
    if (export_tensor(exporter, out)->type != TYPE_I64)
        value = export_cast_to(exporter, value, export_tensor(exporter, out)->type);
    export_define(exporter, out, LAYOUT_AS_IS, value);
}

/* ONNX takes sequence lengths as int32. */
static int read_lengths(struct exporter *exporter, int tensor)
{
    int value = export_read(exporter, tensor, LAYOUT_AS_IS);
    if (export_tensor(exporter, tensor)->type == TYPE_I32)
        return value;
    return export_cast_to(exporter, value, TYPE_I32);
}

/* LSTM, GRU: inputs, outputs and the order of gates are those of ONNX. */
EXPORT(recurrent)
{
    static const char *const directions[] = {
        [DIRECTION_FORWARD] = "forward",
        [DIRECTION_REVERSE] = "reverse",
        [DIRECTION_BOTH] = "bidirectional",
    };
    const int lengths = 4;
    const struct recurrent_params *params = &node->params.recurrent;
    int inputs[8], outputs[3];
    for (int i = 0; i < node->n_inputs; i++) {
        int tensor = node->inputs[i];
        inputs[i] = tensor == NO_TENSOR ? NO_VALUE
                    : i == lengths      ? read_lengths(exporter, tensor)
                                        : export_read(exporter, tensor, LAYOUT_AS_IS);
    }
    onnx_add_node(&exporter->file, name, inputs, node->n_inputs, outputs, node->n_outputs);
    onnx_set_int(&exporter->file, "hidden_size",
                 export_tensor(exporter, node->inputs[2])->shape.dim[2]);
    onnx_set_text(&exporter->file, "direction", directions[params->direction]);
    if (node->op == OP_GRU)
        onnx_set_int(&exporter->file, "linear_before_reset", params->linear_before_reset != 0);
    for (int i = 0; i < node->n_outputs; i++)
        export_define(exporter, node->outputs[i], LAYOUT_AS_IS, outputs[i]);
}
