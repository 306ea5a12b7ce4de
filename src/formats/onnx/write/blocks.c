/* Operators of .onnx files that repeat elements, turn them around, or deal them out to batches. */
#include "formats/onnx/write/export.h"
#include "graph/infer.h"

EXPORT(fill)
{
    const struct shape scalar = {0}, *shape = &node_output(exporter->graph, node, 0)->shape;
    int value = export_read_shaped(exporter, node->inputs[1], &scalar);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  EMIT(exporter, name, value, export_dimensions(exporter, shape)));
}

/* Slices with a step of -1, from the last element past the first. */
EXPORT(reverse)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    enum export_layout layout = export_layout_of(exporter, node->inputs, 1);
    int64_t starts[SHAPE_RANK_MAX], ends[SHAPE_RANK_MAX], axes[SHAPE_RANK_MAX];
    int32_t list[SHAPE_RANK_MAX] = {0};
    bool marked[SHAPE_RANK_MAX] = {false};
    int count = 0, n_axes = 0, axis;
    struct error error;
    infer_constant(exporter->graph, node, 1, list, SHAPE_RANK_MAX, &n_axes, &error);
    for (int i = 0; i < n_axes; i++) {
        if (!shape_axis(list[i], in->rank, &axis) || marked[axis])
            continue;
        marked[axis] = true;
        starts[count] = -1;
        ends[count] = -(int64_t)in->dim[axis] - 1;
        axes[count++] = export_axis(layout, axis);
    }
    int value = export_read(exporter, node->inputs[0], layout);
    if (count > 0)
        value = EMIT(exporter, name, value, export_ints(exporter, starts, count),
                     export_ints(exporter, ends, count), export_ints(exporter, axes, count),
                     export_ints(exporter, starts, count));
    export_define(exporter, node->outputs[0], layout, value);
}

#define DIMS (2 * SHAPE_RANK_MAX)

/* A list of dimensions that grows. */
struct list {
    int count;
    int64_t numbers[DIMS];
};

static void append(struct list *list, int64_t number)
{
    list->numbers[list->count++] = number;
}

/* Between operators, where runtimes quantize. */
static int emit_step(struct exporter *exporter, const struct node *node, const char *op, int value,
                     const struct list *list)
{
    value = EMIT(exporter, op, value, export_ints(exporter, list->numbers, list->count));
    return export_between(exporter, node->outputs[0], value);
}

static int emit_transpose(struct exporter *exporter, const struct node *node, const char *op,
                          int value, const struct list *order)
{
    value = EMIT(exporter, op, value);
    onnx_set_ints(&exporter->file, "perm", order->numbers, order->count);
    return export_between(exporter, node->outputs[0], value);
}

/* Reads the node's second list: cells before and after each dimension that has blocks. */
static bool read_ends(struct exporter *exporter, const struct node *node, struct block_plan *plan,
                      int32_t ends[DIMS])
{
    struct error error;
    int count = 0;
    bool any = false;
    infer_block_plan(exporter->graph, node, plan, &error);
    infer_constant(exporter->graph, node, 2, ends, DIMS, &count, &error);
    for (int i = 0; i < count; i++)
        any = any || ends[i] != 0;
    return any;
}

/* Pad, then each dimension becomes what is left of it and the block, which goes first. */
EXPORT(space_to_batch)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    struct list pads = {.count = 2 * in->rank}, split = {0}, order = {0};
    int32_t ends[DIMS] = {0};
    struct block_plan plan;
    bool is_padded = read_ends(exporter, node, &plan, ends);
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS), m = plan.count;
    for (int i = 0; i < m; i++) {
        pads.numbers[1 + i] = ends[2 * i];
        pads.numbers[in->rank + 1 + i] = ends[2 * i + 1];
    }
    append(&split, in->dim[0]);
    for (int i = 0; i < m; i++) {
        append(&split, plan.small[i]);
        append(&split, plan.block[i]);
        append(&order, 2 + 2 * i);
    }
    append(&order, 0);
    for (int i = 0; i < m; i++)
        append(&order, 1 + 2 * i);
    for (int i = m + 1; i < in->rank; i++) {
        append(&split, in->dim[i]);
        append(&order, m + i);
    }
    if (is_padded)
        value = emit_step(exporter, node, "Pad", value, &pads);
    value = emit_step(exporter, node, "Reshape", value, &split);
    value = emit_transpose(exporter, node, name, value, &order);
    value = EMIT(exporter, "Reshape", value, export_dimensions(exporter, &plan.out));
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

static int crop(struct exporter *exporter, const struct block_plan *plan, int value)
{
    struct list starts = {0}, ends = {0}, axes = {0};
    for (int i = 0; i < plan->count; i++) {
        append(&starts, plan->before[i]);
        append(&ends, (int64_t)plan->before[i] + plan->wide[i]);
        append(&axes, 1 + i);
    }
    return EMIT(exporter, "Slice", value, export_ints(exporter, starts.numbers, starts.count),
                export_ints(exporter, ends.numbers, ends.count),
                export_ints(exporter, axes.numbers, axes.count));
}

/* The way back: blocks go behind what is left of their dimension, and are cropped after. */
EXPORT(batch_to_space)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    struct list split = {0}, order = {0}, joined = {0};
    int32_t ends[DIMS] = {0};
    struct block_plan plan;
    bool is_cropped = read_ends(exporter, node, &plan, ends);
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS), m = plan.count;
    for (int i = 0; i < m; i++)
        append(&split, plan.block[i]);
    append(&split, plan.out.dim[0]);
    append(&order, m);
    append(&joined, plan.out.dim[0]);
    for (int i = 0; i < m; i++) {
        append(&split, plan.small[i]);
        append(&order, m + 1 + i);
        append(&order, i);
        append(&joined, (int64_t)plan.small[i] * plan.block[i]);
    }
    for (int i = m + 1; i < in->rank; i++) {
        append(&split, in->dim[i]);
        append(&order, m + i);
        append(&joined, in->dim[i]);
    }
    value = emit_step(exporter, node, "Reshape", value, &split);
    value = emit_transpose(exporter, node, name, value, &order);
    value = EMIT(exporter, "Reshape", value, export_ints(exporter, joined.numbers, joined.count));
    if (is_cropped)
        value = crop(exporter, &plan, export_between(exporter, node->outputs[0], value));
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}
