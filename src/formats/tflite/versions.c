/* Operator versions: the lowest one that covers what a node uses, as TFLite's own version table has
 * it. */
#include "formats/tflite/tables.h"
#include "graph/graph.h"
#include "graph/sequence.h"

/* The types of the node that versions depend on. */
struct types {
    enum type data, weights;
};

static bool is_hybrid(struct types types)
{
    return types.data == TYPE_F32 && types.weights == TYPE_I8;
}

static bool is_per_channel(const struct graph *graph, const struct node *node, int input)
{
    const struct tensor *tensor = node_input(graph, node, input);
    return tensor && tensor->quant.count > 1;
}

static int32_t conv(const struct graph *graph, const struct node *node, struct types types)
{
    const struct tensor *in = node_input(graph, node, 0), *filter = node_input(graph, node, 1);
    if (types.data == TYPE_I16 && node->params.conv.bias_type != TYPE_F32)
        return 8;
    if (in->shape.rank == 4 && filter->shape.rank == 4 && in->shape.dim[3] != filter->shape.dim[3])
        return 6;
    if (is_hybrid(types))
        return is_per_channel(graph, node, 1) ? 5 : 2;
    return types.data == TYPE_I16 ? 4 : 0;
}

static int32_t depthwise(const struct graph *graph, const struct node *node, struct types types)
{
    const struct conv_params *params = &node->params.conv;
    if (is_hybrid(types))
        return is_per_channel(graph, node, 1) ? 6 : 4;
    if (types.data == TYPE_I16 || types.data == TYPE_I8)
        return 0;
    return params->dilation_h != 1 || params->dilation_w != 1 ? 2 : 1;
}

static int32_t transpose_conv(const struct graph *graph, const struct node *node,
                              struct types types)
{
    if (types.data == TYPE_I16 && node->params.conv.bias_type != TYPE_F32)
        return 5;
    if (node->params.conv.activation != ACTIVATION_NONE)
        return 4;
    return node_input(graph, node, 3) ? 3 : types.weights == TYPE_I8 ? 2 : 1;
}

static int32_t dense(const struct graph *graph, const struct node *node, struct types types)
{
    const struct dense_params *params = &node->params.dense;
    if (is_hybrid(types) && is_per_channel(graph, node, 1))
        return 12;
    if (types.data == TYPE_I16 && params->bias_type != TYPE_F32)
        return 11;
    if (is_hybrid(types) && params->asymmetric_inputs)
        return 9;
    if (node->n_inputs == 2)
        return 6;
    if (params->keep_num_dims)
        return 5;
    return is_hybrid(types) ? 3 : 0;
}

/* Recurrent layers have many weights, all of one type: input says where one of them is. */
static bool is_hybrid_layer(const struct graph *graph, const struct node *node, int input)
{
    const struct tensor *weights = node_input(graph, node, input);
    return weights && weights->type == TYPE_I8 && node_input(graph, node, 0)->type == TYPE_F32;
}

static int32_t sequence_lstm(const struct graph *graph, const struct node *node, struct types types)
{
    (void)types;
    if (!is_hybrid_layer(graph, node, SEQUENCE_WEIGHTS + SEQUENCE_OUTPUT))
        return 1;
    return node->params.sequence.asymmetric_inputs ? 3 : 2;
}

static int32_t svdf(const struct graph *graph, const struct node *node, struct types types)
{
    (void)types;
    if (!is_hybrid_layer(graph, node, SVDF_FEATURE))
        return 0;
    return node->params.svdf.asymmetric_inputs ? 4 : 2;
}

static int32_t matmul(const struct graph *graph, const struct node *node, struct types types)
{
    const struct tensor *b = node_input(graph, node, 1);
    bool hybrid = types.data == TYPE_F32 && b && b->type == TYPE_I8;
    return hybrid && node->params.matmul.asymmetric_inputs ? 4 : 0;
}

static bool broadcasts_above_4(const struct graph *graph, const struct node *node)
{
    const struct shape *a = &node_input(graph, node, 0)->shape;
    const struct shape *b = &node_input(graph, node, 1)->shape;
    return (a->rank > 4 || b->rank > 4) && !shape_equal(a, b);
}

static int32_t quotient(const struct graph *graph, const struct node *node, struct types types)
{
    (void)types;
    return broadcasts_above_4(graph, node) ? 2 : 0;
}

static int32_t extreme(const struct graph *graph, const struct node *node, struct types types)
{
    return types.data != TYPE_I16 && broadcasts_above_4(graph, node) ? 3 : 0;
}

static int32_t sum(const struct graph *graph, const struct node *node, struct types types)
{
    bool is_add = node->op == OP_ADD;
    if (types.data == TYPE_I64)
        return 4;
    if (types.data == TYPE_I16 && !node->params.arithmetic.pot_scale_int16)
        return is_add ? 3 : 5;
    return !is_add && broadcasts_above_4(graph, node) ? 3 : 0;
}

static int32_t product(const struct graph *graph, const struct node *node, struct types types)
{
    const struct quantization *a = &node_input(graph, node, 0)->quant;
    const struct quantization *b = &node_input(graph, node, 1)->quant;
    const struct quantization *out = &node_output(graph, node, 0)->quant;
    if (types.data == TYPE_I64)
        return 5;
    if (types.data != TYPE_I8 && types.data != TYPE_U8)
        return 0;
    bool coarse = a->count && b->count && out->count && a->scale[0] * b->scale[0] >= out->scale[0];
    return coarse ? 3 : 0;
}

static int32_t absolute(const struct graph *graph, const struct node *node, struct types types)
{
    if (types.data == TYPE_I32)
        return 5;
    return types.data == TYPE_I16 && node_input(graph, node, 0)->quant.count == 0 ? 4 : 0;
}

static int32_t quantize(const struct graph *graph, const struct node *node, struct types types)
{
    const struct tensor *out = node_output(graph, node, 0);
    (void)types;
    return out->quant.count > 1 ? 3 : out->type == TYPE_I16 ? 2 : 1;
}

static int32_t dequantize(const struct graph *graph, const struct node *node, struct types types)
{
    if (types.data == TYPE_F16)
        return 3;
    if (node_input(graph, node, 0)->bits == 4)
        return 6;
    return types.data == TYPE_I8 && is_per_channel(graph, node, 0) ? 5 : 0;
}

static int32_t pad(const struct graph *graph, const struct node *node, struct types types)
{
    if (types.data == TYPE_BOOL)
        return 5;
    return node_input(graph, node, 0)->shape.rank > 4 ? 4 : 0;
}

static int32_t transpose(const struct graph *graph, const struct node *node, struct types types)
{
    int rank = node_input(graph, node, 0)->shape.rank;
    if (rank >= 6)
        return rank > 6 ? 8 : 6;
    if (types.data == TYPE_I16)
        return 0;
    return rank == 5 ? 4 : types.data == TYPE_BOOL ? 3 : 0;
}

static int32_t resize(const struct graph *graph, const struct node *node, struct types types)
{
    const struct resize_params *params = &node->params.resize;
    (void)graph;
    bool nearest = node->op == OP_RESIZE_NEAREST_NEIGHBOR;
    if (types.data == TYPE_I16)
        return 0;
    return params->half_pixel_centers || (nearest && params->align_corners) ? 3 : 0;
}

static int32_t strided_slice(const struct graph *graph, const struct node *node, struct types types)
{
    const struct slice_params *params = &node->params.slice;
    if (params->offset)
        return 8;
    if (params->ellipsis_mask || params->new_axis_mask)
        return 6;
    if (node_input(graph, node, 0)->shape.rank > 4)
        return 4;
    return types.data == TYPE_BOOL ? 3 : 0;
}

static int32_t slice(const struct graph *graph, const struct node *node, struct types types)
{
    (void)types;
    return node_input(graph, node, 0)->shape.rank > 4 ? 5 : 0;
}

static int32_t unpack(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_BOOL ? 3 : 0;
}

static int32_t split(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_I32 ? 3 : 0;
}

static int32_t gather(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph;
    if (node->params.gather.batch_dims != 0)
        return 5;
    return types.data == TYPE_BOOL ? 3 : 0;
}

static int32_t floor_div(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_F32 ? 2 : 0;
}

static int32_t sign(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_I32 ? 2 : 0;
}

static int32_t truth(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_BOOL ? 2 : 0;
}

static int32_t blocks(const struct graph *graph, const struct node *node, struct types types)
{
    return types.data != TYPE_I16 && node_input(graph, node, 0)->shape.rank != 4 ? 3 : 0;
}

static int32_t gather_nd(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_BOOL ? 5 : 0;
}

static int32_t where(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_BOOL ? 1 : 2;
}

static int32_t range(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_I64 ? 2 : 0;
}

static int32_t update_slice(const struct graph *graph, const struct node *node, struct types types)
{
    return types.data != TYPE_I16 && node_input(graph, node, 2)->type == TYPE_I64 ? 2 : 0;
}

static int32_t select_rows(const struct graph *graph, const struct node *node, struct types types)
{
    (void)types;
    return node_input(graph, node, 1)->shape.rank == 5 ? 3 : 1;
}

/* There never was a version 1. */
static int32_t broadcast_to(const struct graph *graph, const struct node *node, struct types types)
{
    (void)graph, (void)node;
    return types.data == TYPE_I8 || types.data == TYPE_I16 ? 3 : 2;
}

static int32_t cast(const struct graph *graph, const struct node *node, struct types types)
{
    enum type out = node_output(graph, node, 0)->type;
    if (types.data == TYPE_F16 || types.data == TYPE_F64 || out == TYPE_F16 || out == TYPE_F64)
        return 5;
    return types.data == TYPE_I8 || out == TYPE_I8 ? 3 : 1;
}

/* What a node uses beyond its types; 0: nothing. */
static int32_t (*const specials[OP_COUNT])(const struct graph *graph, const struct node *node,
                                           struct types types) = {
    [OP_CONV_2D] = conv,
    [OP_DEPTHWISE_CONV_2D] = depthwise,
    [OP_TRANSPOSE_CONV] = transpose_conv,
    [OP_FULLY_CONNECTED] = dense,
    [OP_SVDF] = svdf,
    [OP_UNIDIRECTIONAL_SEQUENCE_LSTM] = sequence_lstm,
    [OP_BATCH_MATMUL] = matmul,
    [OP_ADD] = sum,
    [OP_SUB] = sum,
    [OP_MUL] = product,
    [OP_DIV] = quotient,
    [OP_MAXIMUM] = extreme,
    [OP_MINIMUM] = extreme,
    [OP_ABS] = absolute,
    [OP_CAST] = cast,
    [OP_QUANTIZE] = quantize,
    [OP_DEQUANTIZE] = dequantize,
    [OP_TRANSPOSE] = transpose,
    [OP_PAD] = pad,
    [OP_PADV2] = pad,
    [OP_UNPACK] = unpack,
    [OP_SPLIT] = split,
    [OP_SLICE] = slice,
    [OP_STRIDED_SLICE] = strided_slice,
    [OP_GATHER] = gather,
    [OP_BROADCAST_TO] = broadcast_to,
    [OP_FLOOR_DIV] = floor_div,
    [OP_SIGN] = sign,
    [OP_FILL] = truth,
    [OP_REVERSE_V2] = truth,
    [OP_SPACE_TO_BATCH_ND] = blocks,
    [OP_BATCH_TO_SPACE_ND] = blocks,
    [OP_GATHER_ND] = gather_nd,
    [OP_WHERE] = where,
    [OP_RANGE] = range,
    [OP_DYNAMIC_UPDATE_SLICE] = update_slice,
    [OP_SELECT] = select_rows,
    [OP_RESIZE_BILINEAR] = resize,
    [OP_RESIZE_NEAREST_NEIGHBOR] = resize,
};

/* What the types alone ask for. */
static int32_t version_of_type(const struct tflite_versions *versions, enum type type)
{
    switch (type) {
    case TYPE_U8:
        return versions->uint8;
    case TYPE_I8:
        return versions->int8;
    case TYPE_I16:
        return versions->int16;
    default:
        return 1;
    }
}

static enum type type_of(const struct tensor *tensor)
{
    return tensor ? tensor->type : TYPE_COUNT;
}

const struct tensor *tflite_data_input(const struct graph *graph, const struct node *node)
{
    uint32_t inputs = op_table[node->op].quant.data_inputs;
    return node_input(graph, node, inputs ? __builtin_ctz(inputs) : 0);
}

int32_t tflite_operator_version(const struct graph *graph, const struct node *node)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    struct types types = {
        .data = type_of(tflite_data_input(graph, node)),
        .weights = rule->weight_input == NO_INPUT
                       ? TYPE_COUNT
                       : type_of(node_input(graph, node, rule->weight_input)),
    };
    int32_t version = specials[node->op] ? specials[node->op](graph, node, types) : 0;
    return version > 0 ? version : version_of_type(&op_table[node->op].versions, types.data);
}
