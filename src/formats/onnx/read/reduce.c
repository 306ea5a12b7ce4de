/* Reductions, ArgMax and ArgMin. */
#include <string.h>

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

/* Sums that are said with a function before them, and one after them. OP_COUNT: none; SQUARE stands
 * for the product with itself. */
static const struct {
    const char *name;
    enum op before, after;
} spelled[] = {
    {"ReduceL1", OP_ABS, OP_COUNT},
    {"ReduceL2", OP_SQUARE, OP_SQRT},
    {"ReduceLogSum", OP_COUNT, OP_LOG},
    {"ReduceSumSquare", OP_SQUARE, OP_COUNT},
};

static int applied(struct import *import, enum op op, int x)
{
    if (op == OP_COUNT)
        return x;
    return op == OP_SQUARE ? import_binary(import, OP_MUL, x, x) : import_unary(import, op, x);
}

/* Over axes, an int32 list: an empty one leaves the tensor as it is. */
static int over_axes(struct import *import, enum op op, int x, int axes, bool keeps)
{
    union op_params params = {.reduce = {.keep_dims = keeps}};
    enum type type = import_tensor(import, x)->type, computing = import_computing_type(import, x);
    if (import_ok(import) && import_shape(import, axes).dim[0] == 0)
        return x;
    if (type == TYPE_BOOL) /* the greatest and the least of truth values */
        op = op == OP_REDUCE_MAX ? OP_REDUCE_ANY : OP_REDUCE_ALL;
    const int inputs[] = {import_cast(import, x, computing), axes};
    return import_cast(import, import_emit(import, op, inputs, 2, &params, computing), type);
}

static bool keeps_dims(struct import *import)
{
    return import_attribute_int(import, "keepdims", 1) != 0;
}

static void reduce(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    bool is_sum = strcmp(row->name, "ReduceSum") == 0;
    int axes = axes_of(import, is_sum ? 13 : 18, import_shape(import, x).rank);
    enum op before = OP_COUNT, after = OP_COUNT;
    for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++)
        if (strcmp(spelled[i].name, row->name) == 0) {
            before = spelled[i].before;
            after = spelled[i].after;
        }
    x = over_axes(import, row->op, applied(import, before, x), axes, keeps_dims(import));
    import_output(import, 0, applied(import, after, x));
}

/* log(sum(exp(x))) with the greatest taken off before and added after. */
static void log_sum_exp(struct import *import, const struct onnx_row *row)
{
    int given = import_needed(import, 0), x = import_cast(import, given, TYPE_F32);
    int axes = axes_of(import, 18, import_shape(import, x).rank);
    int greatest = over_axes(import, OP_REDUCE_MAX, x, axes, true);
    int sum = import_unary(import, OP_EXP, import_binary(import, OP_SUB, x, greatest));
    sum = over_axes(import, row->op, sum, axes, keeps_dims(import));
    struct shape shape = import_shape(import, sum);
    int result = import_binary(import, OP_ADD, import_unary(import, OP_LOG, sum),
                               import_reshape(import, greatest, &shape));
    import_output(import, 0, import_cast(import, result, import_tensor(import, given)->type));
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
    {.name = "ReduceProd", .convert = reduce, .op = OP_REDUCE_PROD},
    {.name = "ReduceL1", .convert = reduce, .op = OP_SUM},
    {.name = "ReduceL2", .convert = reduce, .op = OP_SUM},
    {.name = "ReduceLogSum", .convert = reduce, .op = OP_SUM},
    {.name = "ReduceSumSquare", .convert = reduce, .op = OP_SUM},
    {.name = "ReduceLogSumExp", .convert = log_sum_exp, .op = OP_SUM},
    {.name = "ArgMin", .convert = arg_max, .op = OP_ARG_MIN},
    {.name = "ArgMax", .convert = arg_max, .op = OP_ARG_MAX},
};

ONNX_ROWS(onnx_reduce_rows, rows);
