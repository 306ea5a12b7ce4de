/* Reductions and ArgMax. */
#include "formats/onnx/read/import.h"

/* The axes of a reduction: an input from operator set `since` on, an attribute before. */
static int axes_of(struct import *import, int64_t since, int rank)
{
    struct import_ints axes = import->opset >= since ? import_operand_ints(import, 1, "axes")
                                                     : import_attribute_ints(import, "axes");
    int32_t list[IMPORT_INTS_MAX];
    for (int i = 0; i < axes.count; i++)
        list[i] = import_axis(import, axes.values[i], rank);
    if (axes.count == 0 && import_attribute_int(import, "noop_with_empty_axes", 0) == 0)
        for (; axes.count < rank; axes.count++)
            list[axes.count] = axes.count;
    return import_list(import, list, axes.count);
}

static void reduce(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    int64_t since = row->op == OP_SUM ? 13 : 18;
    union op_params params = {
        .reduce = {.keep_dims = import_attribute_int(import, "keepdims", 1) != 0}};
    int axes = axes_of(import, since, import_shape(import, x).rank);
    if (import_ok(import) && import_shape(import, axes).dim[0] == 0) {
        import_output(import, 0, x);
        return;
    }
    const int inputs[] = {x, axes};
    import_output(import, 0,
                  import_emit(import, row->op, inputs, 2, &params, import_tensor(import, x)->type));
}

/* Elements along an axis from the last to the first. */
static int reversed(struct import *import, int x, int axis)
{
    int32_t begin[SHAPE_RANK_MAX] = {0}, end[SHAPE_RANK_MAX] = {0}, step[SHAPE_RANK_MAX];
    int rank = import_shape(import, x).rank, all = (1 << rank) - 1;
    for (int i = 0; i < rank; i++)
        step[i] = i == axis ? -1 : 1;
    union op_params params = {.slice = {.begin_mask = all, .end_mask = all}};
    const int inputs[] = {x, import_list(import, begin, rank), import_list(import, end, rank),
                          import_list(import, step, rank)};
    return import_emit(import, OP_STRIDED_SLICE, inputs, 4, &params,
                       import_tensor(import, x)->type);
}

static void arg_max(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape shape = import_shape(import, x);
    int axis = import_axis(import, import_attribute_int(import, "axis", 0), shape.rank);
    bool last = import_attribute_int(import, "select_last_index", 0) != 0;
    union op_params params = {.type = {TYPE_I64}};
    if (!import_ok(import))
        return;
    if (last)
        x = reversed(import, x, axis);
    const int inputs[] = {x,
                          import_constant(import, TYPE_I32, &(struct shape){0}, &(int32_t){axis})};
    int result = import_emit(import, row->op, inputs, 2, &params, TYPE_I64);
    if (last) {
        int64_t highest = shape.dim[axis] - 1;
        int from = import_constant(import, TYPE_I64, &(struct shape){0}, &highest);
        result = import_binary(import, OP_SUB, from, result);
    }
    shape.dim[axis] = 1;
    if (import_attribute_int(import, "keepdims", 1) != 0)
        result = import_reshape(import, result, &shape);
    import_output(import, 0, result);
}

static const struct onnx_row rows[] = {
    {.name = "ReduceMean", .convert = reduce, .op = OP_MEAN},
    {.name = "ReduceSum", .convert = reduce, .op = OP_SUM},
    {.name = "ReduceMax", .convert = reduce, .op = OP_REDUCE_MAX},
    {.name = "ReduceMin", .convert = reduce, .op = OP_REDUCE_MIN},
    {.name = "ArgMax", .convert = arg_max, .op = OP_ARG_MAX},
};

ONNX_ROWS(onnx_reduce_rows, rows);
