/* Matrix products of .onnx files, and products with activations that are quantized at run time. */
#include <string.h>

#include "formats/onnx/write/export.h"

/* --- dense layers */

/* The rows of the input as a matrix. */
static int read_rows(struct exporter *exporter, int tensor, const struct shape *rows)
{
    if (shape_equal(&export_tensor(exporter, tensor)->shape, rows))
        return export_read(exporter, tensor, LAYOUT_AS_IS);
    int value = export_read(exporter, tensor, export_layout_in_order(exporter, tensor));
    value = EMIT(exporter, "Reshape", value, export_dimensions(exporter, rows));
    return export_between(exporter, tensor, value);
}

static int add_bias(struct exporter *exporter, int bias, int value)
{
    return bias == NO_VALUE ? value : EMIT(exporter, "Add", value, bias);
}

/* Rows times weights, with [outputs, depth] weights as they are. */
static int dense_rows(struct exporter *exporter, const struct node *node, const char *name)
{
    const struct shape *weights = &node_input(exporter->graph, node, 1)->shape;
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    struct shape rows = SHAPE((int32_t)shape_span(out, 0, out->rank - 1), weights->dim[1]);
    int x = read_rows(exporter, node->inputs[0], &rows);
    int factors = export_read_weights(exporter, node->inputs[1], export_same_order);
    int bias = export_read_bias(exporter, 0, 1, 2);
    int value = EMIT(exporter, name, x, factors, bias);
    onnx_set_int(&exporter->file, "transB", 1);
    if (out->rank == 2)
        return value;
    value = export_between(exporter, node->outputs[0], value);
    return EMIT(exporter, "Reshape", value, export_dimensions(exporter, out));
}

/* The same with transposed weights and any number of leading dimensions. */
static int dense_batch(struct exporter *exporter, const struct node *node)
{
    static const int order[] = {1, 0};
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    struct shape channels = SHAPE(out->dim[out->rank - 1]);
    if (!export_is_dynamic(exporter, 0, 1)) {
        int x = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
        int factors = export_read_weights(exporter, node->inputs[1], order);
        int value = EMIT(exporter, "MatMul", x, factors);
        return add_bias(exporter, export_read_bias(exporter, 0, 1, 2), value);
    }
    const struct shape *weights = &node_input(exporter->graph, node, 1)->shape;
    struct shape rows = *out;
    rows.dim[rows.rank - 1] = weights->dim[1];
    int x = read_rows(exporter, node->inputs[0], &rows);
    return export_dynamic_product(exporter, "MatMulInteger", x, order, &channels, NULL);
}

/* Runtimes have integer kernels for matrices only; float products take any number of dimensions. */
EXPORT(fully_connected)
{
    int out = node->outputs[0];
    bool keep = node->params.dense.keep_num_dims && export_tensor(exporter, out)->shape.rank > 2;
    bool batch = export_is_dynamic(exporter, 0, 1) || (keep && !export_is_quantized(exporter, out));
    int value = batch ? dense_batch(exporter, node) : dense_rows(exporter, node, name);
    export_finish(exporter, out, LAYOUT_AS_IS, value, node->params.dense.activation);
}

/* --- batches of matrices */

/* Orders the last two dimensions, swapped where they are to be. */
static void matrix_order(int order[SHAPE_RANK_MAX], int rank, bool swapped)
{
    for (int i = 0; i < rank; i++)
        order[i] = i;
    if (swapped) {
        order[rank - 2] = rank - 1;
        order[rank - 1] = rank - 2;
    }
}

EXPORT(batch_matmul)
{
    const struct matmul_params *params = &node->params.matmul;
    int left[SHAPE_RANK_MAX], right[SHAPE_RANK_MAX], value;
    matrix_order(left, node_input(exporter->graph, node, 0)->shape.rank, params->adj_x != 0);
    matrix_order(right, node_input(exporter->graph, node, 1)->shape.rank, params->adj_y != 0);
    int a = export_read_weights(exporter, node->inputs[0], left);
    if (export_is_dynamic(exporter, 0, 1)) {
        value = export_dynamic_product(exporter, "MatMulInteger", a, right, NULL, NULL);
    } else {
        int b = export_read_weights(exporter, node->inputs[1], right);
        value = EMIT(exporter, name, a, b);
    }
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

/* --- activations that are quantized at run time */

bool export_is_dynamic(const struct exporter *exporter, int data, int weights)
{
    const struct tensor *x = node_input(exporter->graph, exporter->node, data);
    const struct tensor *w = node_input(exporter->graph, exporter->node, weights);
    return x->type == TYPE_F32 && w->data && w->quant.count > 0 &&
           (w->type == TYPE_I8 || w->type == TYPE_U8);
}

static bool is_symmetric(const struct quantization *quant)
{
    for (int i = 0; i < quant->count; i++)
        if (quant->zero_point[i] != 0)
            return false;
    return true;
}

/* The scales of the weights along the channels of the result. */
static int channel_scales(struct exporter *exporter, int weights, const struct shape *channels)
{
    const struct quantization *quant = &export_tensor(exporter, weights)->quant;
    if (quant->count == 1 || !channels)
        return export_scale(exporter, weights);
    return onnx_add_constant(&exporter->file, "scale", TYPE_F32, channels, quant->scale);
}

/* The weights as the operator takes them, and their zero point. ConvInteger gets uint8 ones: older
 * versions of ONNX Runtime (1.21) have no kernel for int8. */
static int dynamic_factors(struct exporter *exporter, const char *op, const int *order, int *zero)
{
    static const uint8_t middle = EXPORT_UNSIGNED_SHIFT;
    int weights = exporter->node->inputs[1];
    const struct tensor *own = export_tensor(exporter, weights);
    bool symmetric = is_symmetric(&own->quant);
    bool shifts = symmetric && own->type == TYPE_I8 && strcmp(op, "ConvInteger") == 0;
    *zero = !symmetric ? export_zero_point(exporter, weights) : NO_VALUE;
    if (shifts)
        *zero =
            onnx_add_constant(&exporter->file, "zero_point", TYPE_U8, &(struct shape){0}, &middle);
    return export_raw_constant(exporter, weights, order, shifts ? TYPE_U8 : own->type);
}

/* Sums of integers, then times the two scales: the sequence that runtimes replace by one kernel. */
int export_dynamic_product(struct exporter *exporter, const char *op, int data, const int *order,
                           const struct shape *channels, void (*set)(struct exporter *exporter))
{
    const struct node *node = exporter->node;
    int weights = node->inputs[1], quantized[3], zero;
    onnx_add_node(&exporter->file, "DynamicQuantizeLinear", &data, 1, quantized, 3);
    int factors = dynamic_factors(exporter, op, order, &zero);
    int value = EMIT(exporter, op, quantized[0], factors, quantized[2], zero);
    if (set)
        set(exporter);
    value = EMIT(exporter, "Cast", value);
    onnx_set_int(&exporter->file, "to", onnx_type_code(TYPE_F32));
    int step = EMIT(exporter, "Mul", quantized[1], channel_scales(exporter, weights, channels));
    value = EMIT(exporter, "Mul", value, step);
    if (!channels || node->n_inputs < 3 || node->inputs[2] == NO_TENSOR)
        return value;
    return EMIT(exporter, "Add", value, export_read_shaped(exporter, node->inputs[2], channels));
}
