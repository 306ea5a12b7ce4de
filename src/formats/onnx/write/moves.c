/* Operators of .onnx files that leave elements as they are, in another order or shape. */
#include "formats/onnx/write/export.h"
#include "graph/infer.h"

/* A constant list of the node: shape inference has read it before, so that it is known here. */
static int read_numbers(const struct exporter *exporter, const struct node *node, int input,
                        int32_t *numbers, int most)
{
    struct error error;
    int count = 0;
    infer_constant(exporter->graph, node, input, numbers, most, &count, &error);
    return count;
}

/* --- shapes */

EXPORT(reshape)
{
    const struct shape *shape = &node_output(exporter->graph, node, 0)->shape;
    int in = node->inputs[0], out = node->outputs[0];
    enum export_layout layout = export_layout_in_order(exporter, in);
    /* Integers stay what they are where the scales differ: other numbers are meant. */
    bool keeps_integers = export_is_quantized(exporter, in) && export_is_quantized(exporter, out) &&
                          exporter->tensors[in].source == NO_TENSOR &&
                          !export_stored_alike(exporter, in, out);
    int value =
        keeps_integers ? export_stored(exporter, in, layout) : export_read(exporter, in, layout);
    value = EMIT(exporter, name, value, export_dimensions(exporter, shape));
    if (shape_elements(shape) == 0) /* else 0 would stand for the dimension of the input */
        onnx_set_int(&exporter->file, "allowzero", 1);
    if (keeps_integers)
        exporter->tensors[out].forms[LAYOUT_AS_IS] = value;
    else
        export_define(exporter, out, LAYOUT_AS_IS, value);
}

EXPORT(squeeze)
{
    const struct vector_params *dims = &node->params.vector;
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    bool dropped[SHAPE_RANK_MAX] = {false};
    int64_t axes[SHAPE_RANK_MAX];
    int count = 0, axis;
    for (int i = 0; i < dims->count; i++)
        if (shape_axis(dims->values[i], in->rank, &axis))
            dropped[axis] = true;
    for (int i = 0; dims->count == 0 && i < in->rank; i++)
        dropped[i] = in->dim[i] == 1;
    enum export_layout layout = export_layout_without(exporter, node->inputs[0], dropped);
    for (int i = 0; i < in->rank; i++)
        if (dropped[i])
            axes[count++] = export_axis(layout, i);
    int value = export_read(exporter, node->inputs[0], layout);
    if (count > 0) /* an empty list would stand for all */
        value = EMIT(exporter, name, value, export_ints(exporter, axes, count));
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

EXPORT(expand_dims)
{
    int32_t number = 0;
    int axis = 0;
    read_numbers(exporter, node, 1, &number, 1);
    shape_axis(number, node_output(exporter->graph, node, 0)->shape.rank, &axis);
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
    const int64_t wide = axis;
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  EMIT(exporter, name, value, export_ints(exporter, &wide, 1)));
}

/* --- transpositions */

/* The permutation between two layouts of input and result that is the given one in the graph;
 * returns whether it moves nothing. */
static bool compose(const int32_t *permutation, int rank, enum export_layout from,
                    enum export_layout to, int64_t *order)
{
    bool same = true;
    for (int i = 0; i < rank; i++) {
        int out = to == LAYOUT_CHANNELS_FIRST ? export_first_order[i] : i, axis = 0;
        shape_axis(permutation[out], rank, &axis);
        order[i] = export_axis(from, axis);
        same = same && order[i] == i;
    }
    return same;
}

/* Shares the input's values where the result in some layout is the input in another; false:
 * nowhere. */
static bool is_there(struct exporter *exporter, const struct node *node, const int32_t *permutation,
                     int rank)
{
    const int *in = exporter->tensors[node->inputs[0]].forms;
    int *out = exporter->tensors[node->outputs[0]].forms, layouts = rank == 4 ? LAYOUT_COUNT : 1;
    int64_t order[SHAPE_RANK_MAX];
    bool found = false;
    if (exporter->tensors[node->inputs[0]].integers != NO_TENSOR)
        export_stored(exporter, node->inputs[0], export_layout_of(exporter, node->inputs, 1));
    if (!export_stored_alike(exporter, node->inputs[0], node->outputs[0]) ||
        export_tensor(exporter, node->inputs[0])->quant.count > 1)
        return false;
    for (int from = 0; from < layouts; from++)
        for (int to = 0; to < layouts; to++)
            if (in[from] != NO_VALUE && compose(permutation, rank, from, to, order)) {
                out[to] = in[from];
                found = true;
            }
    return found;
}

EXPORT(transpose)
{
    int in = node->inputs[0];
    int32_t permutation[SHAPE_RANK_MAX] = {0};
    int64_t order[SHAPE_RANK_MAX];
    int rank = read_numbers(exporter, node, 1, permutation, SHAPE_RANK_MAX);
    if (is_there(exporter, node, permutation, rank))
        return;
    enum export_layout layout = export_layout_of(exporter, &in, 1);
    compose(permutation, rank, layout, LAYOUT_AS_IS, order);
    int value = EMIT(exporter, name, export_read(exporter, in, layout));
    onnx_set_ints(&exporter->file, "perm", order, rank);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

/* --- borders */

/* The cells before each dimension, then those after each, in the order of the layout. */
static int pad_list(struct exporter *exporter, const struct node *node, enum export_layout layout)
{
    int32_t cells[2 * SHAPE_RANK_MAX] = {0};
    int64_t list[2 * SHAPE_RANK_MAX] = {0};
    int rank = read_numbers(exporter, node, 1, cells, 2 * SHAPE_RANK_MAX) / 2;
    for (int i = 0; i < rank; i++) {
        int at = export_axis(layout, i);
        list[at] = cells[2 * i];
        list[rank + at] = cells[2 * i + 1];
    }
    return export_ints(exporter, list, 2 * rank);
}

EXPORT(pad)
{
    if (export_is_padding(exporter, node)) {
        exporter->tensors[node->outputs[0]].pad = node;
        return;
    }
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int value = export_read(exporter, node->inputs[0], layout);
    int pads = pad_list(exporter, node, layout), filling = NO_VALUE;
    if (node->n_inputs > 2) {
        const struct shape scalar = {0};
        filling = export_read_shaped(exporter, node->inputs[2], &scalar);
    }
    export_define(exporter, node->outputs[0], layout, EMIT(exporter, name, value, pads, filling));
}

/* A mirror that repeats the border, which no mode of Pad does: rows are gathered, dimension by
 * dimension. */
static int pad_symmetric(struct exporter *exporter, const struct node *node, int axis,
                         const int32_t *cells, int value)
{
    int32_t size = node_input(exporter->graph, node, 0)->shape.dim[axis];
    int32_t total = cells[0] + size + cells[1];
    int32_t *indices = arena_alloc(exporter->file.arena, (size_t)total * sizeof(*indices));
    struct shape shape = SHAPE(total);
    for (int32_t i = 0; i < total; i++) {
        int32_t at = i - cells[0];
        indices[i] = at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at;
    }
    int list = onnx_add_constant(&exporter->file, "indices", TYPE_I32, &shape, indices);
    value = EMIT(exporter, "Gather", value, list);
    onnx_set_int(&exporter->file, "axis", axis);
    return value;
}

EXPORT(mirror_pad)
{
    int in = node->inputs[0], out = node->outputs[0];
    bool symmetric = node->params.mirror.mode == MIRROR_SYMMETRIC, first = true;
    enum export_layout layout = symmetric ? LAYOUT_AS_IS : export_layout_of(exporter, &in, 1);
    int32_t cells[2 * SHAPE_RANK_MAX] = {0};
    int value = export_read(exporter, in, layout);
    if (!symmetric) {
        value = EMIT(exporter, name, value, pad_list(exporter, node, layout));
        onnx_set_text(&exporter->file, "mode", "reflect");
    }
    read_numbers(exporter, node, 1, cells, 2 * SHAPE_RANK_MAX);
    for (int i = 0; symmetric && i < export_tensor(exporter, in)->shape.rank; i++) {
        if (cells[2 * i] == 0 && cells[2 * i + 1] == 0)
            continue;
        value = first ? value : export_between(exporter, out, value);
        value = pad_symmetric(exporter, node, i, &cells[2 * i], value);
        first = false;
    }
    export_define(exporter, out, layout, value);
}

/* --- several tensors */

static int *read_all(struct exporter *exporter, const struct node *node, enum export_layout layout)
{
    int *list = arena_alloc(exporter->file.arena, ((size_t)node->n_inputs + 1) * sizeof(*list));
    for (int i = 0; i < node->n_inputs; i++)
        list[i] = export_read(exporter, node->inputs[i], layout);
    return list;
}

EXPORT(concatenation)
{
    int axis = 0;
    enum export_layout layout = export_layout_of(exporter, node->inputs, node->n_inputs);
    int rank = node_output(exporter->graph, node, 0)->shape.rank;
    shape_axis(node->params.axis.axis, rank, &axis);
    const int *list = read_all(exporter, node, layout);
    int value = export_emit(exporter, name, list, node->n_inputs);
    onnx_set_int(&exporter->file, "axis", export_axis(layout, axis));
    export_finish(exporter, node->outputs[0], layout, value, node->params.axis.activation);
}

EXPORT(pack)
{
    int axis = 0;
    shape_axis(node->params.pack.axis, node_output(exporter->graph, node, 0)->shape.rank, &axis);
    const int64_t wide = axis;
    int *list = read_all(exporter, node, LAYOUT_AS_IS);
    for (int i = 0; i < node->n_inputs; i++) {
        list[i] = EMIT(exporter, "Unsqueeze", list[i], export_ints(exporter, &wide, 1));
        list[i] = export_between(exporter, node->inputs[i], list[i]);
    }
    int value = export_emit(exporter, name, list, node->n_inputs);
    onnx_set_int(&exporter->file, "axis", axis);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

/* Each part is picked by its number. */
EXPORT(unpack)
{
    int axis = 0;
    shape_axis(node->params.pack.axis, node_input(exporter->graph, node, 0)->shape.rank, &axis);
    for (int i = 0; i < node->n_outputs; i++) {
        int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
        value = EMIT(exporter, name, value, export_int(exporter, i));
        onnx_set_int(&exporter->file, "axis", axis);
        export_define(exporter, node->outputs[i], LAYOUT_AS_IS, value);
    }
}

EXPORT(tile)
{
    int32_t times[SHAPE_RANK_MAX] = {0};
    int64_t list[SHAPE_RANK_MAX];
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int rank = read_numbers(exporter, node, 1, times, SHAPE_RANK_MAX);
    for (int i = 0; i < rank; i++)
        list[export_axis(layout, i)] = times[i];
    int value = export_read(exporter, node->inputs[0], layout);
    export_define(exporter, node->outputs[0], layout,
                  EMIT(exporter, name, value, export_ints(exporter, list, rank)));
}

EXPORT(broadcast_to)
{
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
    const struct shape *shape = &node_output(exporter->graph, node, 0)->shape;
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  EMIT(exporter, name, value, export_dimensions(exporter, shape)));
}

/* --- images */

/* DEPTH_TO_SPACE and SPACE_TO_DEPTH order the channels as ONNX's default mode (DCR) does. */
EXPORT(depth_space)
{
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], LAYOUT_CHANNELS_FIRST));
    onnx_set_int(&exporter->file, "blocksize", node->params.block.size);
    export_define(exporter, node->outputs[0], LAYOUT_CHANNELS_FIRST, value);
}

/* Which pixel is nearest; by centers as enum nearest says, of coordinates that are not negative. */
static const char *nearest_mode(const struct resize_params *params)
{
    static const char *const modes[] = {
        [NEAREST_PREFER_FLOOR] = "round_prefer_floor",
        [NEAREST_PREFER_CEIL] = "round_prefer_ceil",
        [NEAREST_FLOOR] = "floor",
        [NEAREST_CEIL] = "ceil",
    };
    if (params->nearest != NEAREST_BY_CENTERS)
        return modes[params->nearest];
    return params->align_corners || params->half_pixel_centers ? "round_prefer_ceil" : "floor";
}

EXPORT(resize)
{
    const struct resize_params *params = &node->params.resize;
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    const int64_t sizes[] = {out->dim[0], out->dim[3], out->dim[1], out->dim[2]};
    bool linear = node->op == OP_RESIZE_BILINEAR;
    int value = export_read(exporter, node->inputs[0], LAYOUT_CHANNELS_FIRST);
    value = EMIT(exporter, name, value, NO_VALUE, NO_VALUE, export_ints(exporter, sizes, 4));
    onnx_set_text(&exporter->file, "mode", linear ? "linear" : "nearest");
    onnx_set_text(&exporter->file, "coordinate_transformation_mode",
                  params->align_corners        ? "align_corners"
                  : params->half_pixel_centers ? "half_pixel"
                                               : "asymmetric");
    if (!linear)
        onnx_set_text(&exporter->file, "nearest_mode", nearest_mode(params));
    export_define(exporter, node->outputs[0], LAYOUT_CHANNELS_FIRST, value);
}
