/* Operators of .onnx files that take some of the elements. */
#include "formats/onnx/write/export.h"
#include "graph/infer.h"

/* --- parts */

/* Parts along an axis, of the sizes that the outputs have. */
static void write_parts(struct exporter *exporter, const struct node *node, const char *name,
                        int data, int axis_input)
{
    int in = node->inputs[data], rank = export_tensor(exporter, in)->shape.rank, axis = 0, count;
    struct arena *arena = exporter->file.arena;
    size_t parts = (size_t)node->n_outputs;
    int64_t *sizes = arena_alloc(arena, parts * sizeof(*sizes));
    int *outputs = arena_alloc(arena, parts * sizeof(*outputs));
    struct error error;
    int32_t number = 0;
    infer_constant(exporter->graph, node, axis_input, &number, 1, &count, &error);
    shape_axis(number, rank, &axis);
    enum export_layout layout = export_layout_of(exporter, &in, 1);
    for (int i = 0; i < node->n_outputs; i++)
        sizes[i] = node_output(exporter->graph, node, i)->shape.dim[axis];
    int inputs[] = {export_read(exporter, in, layout), NO_VALUE};
    inputs[1] = export_ints(exporter, sizes, node->n_outputs);
    onnx_add_node(&exporter->file, name, inputs, 2, outputs, node->n_outputs);
    onnx_set_int(&exporter->file, "axis", export_axis(layout, axis));
    for (int i = 0; i < node->n_outputs; i++)
        export_define(exporter, node->outputs[i], layout, outputs[i]);
}

EXPORT(split)
{
    write_parts(exporter, node, name, 1, 0);
}

EXPORT(split_v)
{
    write_parts(exporter, node, name, 0, 2);
}

/* --- slices */

/* The dimensions of which a part is taken, in the layout. */
struct ranges {
    int64_t starts[SHAPE_RANK_MAX], ends[SHAPE_RANK_MAX], axes[SHAPE_RANK_MAX],
        steps[SHAPE_RANK_MAX];
    int count;
};

static void add_range(struct ranges *ranges, const struct slice_plan *plan, int dimension,
                      int32_t size, int axis)
{
    int64_t begin = plan->begin[dimension], step = plan->stride[dimension];
    int64_t end = begin + step * plan->extent[dimension];
    if (begin == 0 && step == 1 && plan->extent[dimension] == size)
        return;
    int i = ranges->count++;
    ranges->starts[i] = begin;
    /* Going down past the first element: -1 would stand for the last one. */
    ranges->ends[i] = end < 0 ? -(int64_t)size - 1 : end;
    ranges->axes[i] = axis;
    ranges->steps[i] = step;
}

static int emit_slice(struct exporter *exporter, const char *name, int value,
                      const struct ranges *ranges)
{
    int starts = export_ints(exporter, ranges->starts, ranges->count);
    int ends = export_ints(exporter, ranges->ends, ranges->count);
    int axes = export_ints(exporter, ranges->axes, ranges->count);
    int steps = export_ints(exporter, ranges->steps, ranges->count);
    return EMIT(exporter, name, value, starts, ends, axes, steps);
}

/* SLICE and STRIDED_SLICE. Dimensions that the masks drop or insert come with a Reshape. */
EXPORT(slice)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    struct ranges ranges = {.count = 0};
    struct slice_plan plan;
    enum status status =
        node->op == OP_SLICE
            ? infer_slice_plan(exporter->graph, node, &plan, exporter->error)
            : infer_strided_slice_plan(exporter->graph, node, &plan, exporter->error);
    if (status != STATUS_OK) {
        exporter->status = status;
        return;
    }
    struct shape taken = *in;
    for (int i = 0; i < in->rank; i++)
        taken.dim[i] = plan.extent[i];
    bool reshaped = !shape_equal(&taken, out);
    enum export_layout layout =
        reshaped ? LAYOUT_AS_IS : export_layout_of(exporter, node->inputs, 1);
    for (int i = 0; i < in->rank; i++)
        add_range(&ranges, &plan, i, in->dim[i], export_axis(layout, i));
    int value = export_read(exporter, node->inputs[0], layout);
    if (ranges.count > 0)
        value = emit_slice(exporter, name, value, &ranges);
    if (reshaped) {
        value = ranges.count > 0 ? export_between(exporter, node->outputs[0], value) : value;
        value = EMIT(exporter, "Reshape", value, export_dimensions(exporter, out));
    }
    export_define(exporter, node->outputs[0], layout, value);
}

/* --- gathering */

/* With batch dimensions, slices along the very next dimension are what GatherND takes, its indices
 * being lists of one number. */
static void gather_batches(struct exporter *exporter, const struct node *node, int axis, int batch)
{
    const struct shape *indices = &node_input(exporter->graph, node, 1)->shape;
    struct shape lists = *indices;
    if (axis != batch || indices->rank >= SHAPE_RANK_MAX) {
        export_refuse(exporter,
                      "axis %d after %d batch dimensions cannot be expressed in .onnx files", axis,
                      batch);
        return;
    }
    lists.dim[lists.rank++] = 1;
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
    int places = export_read_shaped(exporter, node->inputs[1], &lists);
    if (export_tensor(exporter, node->inputs[1])->type != TYPE_I64)
        places = export_cast_to(exporter, places, TYPE_I64);
    value = EMIT(exporter, "GatherND", value, places);
    onnx_set_int(&exporter->file, "batch_dims", batch);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

EXPORT(gather)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    const struct shape *indices = &node_input(exporter->graph, node, 1)->shape;
    int batch = node->params.gather.batch_dims, axis = 0;
    shape_axis(node->params.gather.axis, in->rank, &axis);
    batch = batch < 0 ? batch + indices->rank : batch;
    if (batch > 0) {
        gather_batches(exporter, node, axis, batch);
        return;
    }
    bool is_image = in->rank == 4 && indices->rank == 1;
    enum export_layout layout =
        is_image ? export_layout_of(exporter, node->inputs, 1) : LAYOUT_AS_IS;
    int value = export_read(exporter, node->inputs[0], layout);
    value = EMIT(exporter, name, value, export_read(exporter, node->inputs[1], LAYOUT_AS_IS));
    onnx_set_int(&exporter->file, "axis", export_axis(layout, axis));
    export_define(exporter, node->outputs[0], layout, value);
}

EXPORT(shape)
{
    int out = node->outputs[0];
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], LAYOUT_AS_IS));
    if (export_tensor(exporter, out)->type != TYPE_I64)
        value = export_cast_to(exporter, value, export_tensor(exporter, out)->type);
    export_define(exporter, out, LAYOUT_AS_IS, value);
}
