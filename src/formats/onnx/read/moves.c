/* Operators that move elements without computing: another order or shape, parts, repetitions. */
#include <string.h>

#include "formats/onnx/read/import.h"

static enum type type_of(const struct import *import, int tensor)
{
    return import_tensor(import, tensor)->type;
}

static void transpose(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), rank = import_shape(import, x).rank;
    struct import_ints perm = import_attribute_ints(import, "perm");
    int32_t order[IMPORT_INTS_MAX];
    (void)row;
    for (int i = 0; i < rank; i++)
        order[i] = perm.count ? import_axis(import, perm.values[i], rank) : rank - 1 - i;
    if (perm.count && perm.count != rank)
        import_fail(import, STATUS_FORMAT, "'perm' has %d axes, expected %d", perm.count, rank);
    import_output(import, 0, import_ok(import) ? import_transpose(import, x, order) : NO_TENSOR);
}

/* The axis of Concat, which was the second where nothing was said until operator set 3. */
static int64_t concat_axis(struct import *import)
{
    if (import->opset >= 4 && !import_attribute(import, "axis"))
        import_fail(import, STATUS_FORMAT, "attribute 'axis' is missing");
    return import_attribute_int(import, "axis", 1);
}

static void concat(struct import *import, const struct onnx_row *row)
{
    int count = import_inputs(import);
    int *parts = arena_alloc(import->graph->arena, ((size_t)count + 1) * sizeof(*parts));
    for (int i = 0; i < count; i++)
        parts[i] = import_needed(import, i);
    if (count < 1)
        import_fail(import, STATUS_FORMAT, "operator has no input");
    if (!import_ok(import))
        return;
    int axis = import_axis(import, concat_axis(import), import_shape(import, parts[0]).rank);
    union op_params params = {.axis = {.axis = axis}};
    import_output(import, 0,
                  import_emit(import, row->op, parts, count, &params, type_of(import, parts[0])));
}

/* Sizes of the parts: stated, or even with a smaller last one. The list was an operand or an
 * attribute in operator set 1, an attribute until 12, and is an operand since. */
static struct import_ints split_sizes(struct import *import, int32_t whole)
{
    bool by_input = import->opset >= 13 || import->opset < 2;
    struct import_ints sizes =
        by_input ? import_operand_ints(import, 1, "split") : import_attribute_ints(import, "split");
    int64_t parts = import_attribute_int(import, "num_outputs", (int64_t)import->node->n_output);
    if (sizes.count > 0)
        return sizes;
    if (parts < 1 || parts > IMPORT_INTS_MAX) {
        import_fail(import, STATUS_UNSUPPORTED, "split into %lld parts is not supported",
                    (long long)parts);
        return sizes;
    }
    int64_t each = (whole + parts - 1) / parts, left = whole;
    for (; sizes.count < parts; left -= sizes.values[sizes.count++])
        sizes.values[sizes.count] = left < each ? left : each;
    return sizes;
}

static void split(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape shape = import_shape(import, x);
    int32_t axis = import_axis(import, import_attribute_int(import, "axis", 0), shape.rank);
    struct import_ints sizes = split_sizes(import, import_ok(import) ? shape.dim[axis] : 0);
    int32_t list[IMPORT_INTS_MAX];
    enum type types[IMPORT_INTS_MAX];
    int outputs[IMPORT_INTS_MAX];
    (void)row;
    for (int i = 0; i < sizes.count; i++) {
        list[i] = import_i32(import, sizes.values[i], "the size of a part");
        types[i] = type_of(import, x);
    }
    if ((size_t)sizes.count < import->node->n_output)
        import_fail(import, STATUS_FORMAT, "%zu outputs, but only %d parts", import->node->n_output,
                    sizes.count);
    if (!import_ok(import))
        return;
    const int inputs[] = {x, import_list(import, list, sizes.count),
                          import_constant(import, TYPE_I32, &(struct shape){0}, &axis)};
    union op_params params = {.count = {sizes.count}};
    const struct import_node node = {OP_SPLIT_V, inputs, 3, &params, types, sizes.count};
    import_emit_node(import, &node, outputs);
    for (int i = 0; i < sizes.count; i++)
        import_output(import, i, outputs[i]);
}

/* --- slices --- */

struct bounds {
    int32_t begin[SHAPE_RANK_MAX], end[SHAPE_RANK_MAX], step[SHAPE_RANK_MAX];
    int32_t end_mask; /* one bit for each dimension that is taken to its end */
};

static void bound_axis(struct import *import, struct bounds *bounds, int axis, int32_t size,
                       int64_t start, int64_t end, int64_t step)
{
    if (step == 0 || step < -INT32_MAX || step > INT32_MAX) {
        import_fail(import, STATUS_FORMAT, "step is %lld, expected a 32-bit number other than 0",
                    (long long)step);
        return;
    }
    start += start < 0 ? size : 0;
    end += end < 0 ? size : 0;
    int64_t least = step > 0 ? 0 : -1, most = step > 0 ? size : size - 1;
    start = start < 0 ? 0 : start > most ? most : start;
    end = end < least ? least : end > most + (step < 0) ? most + (step < 0) : end;
    bounds->begin[axis] = (int32_t)start;
    bounds->end[axis] = (int32_t)end;
    bounds->step[axis] = (int32_t)step;
    if (end < 0) /* as an end, -1 would count from the back */
        bounds->end_mask |= 1 << axis;
}

static void slice(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape shape = import_shape(import, x);
    bool by_inputs = import->opset >= 10;
    struct import_ints starts = by_inputs ? import_ints(import, import_needed(import, 1), "starts")
                                          : import_attribute_ints(import, "starts");
    struct import_ints ends = by_inputs ? import_ints(import, import_needed(import, 2), "ends")
                                        : import_attribute_ints(import, "ends");
    struct import_ints axes =
        by_inputs ? import_operand_ints(import, 3, "axes") : import_attribute_ints(import, "axes");
    struct import_ints steps =
        by_inputs ? import_operand_ints(import, 4, "steps") : (struct import_ints){0};
    struct bounds bounds = {0};
    (void)row;
    for (int i = 0; i < shape.rank; i++) {
        bounds.end[i] = shape.dim[i];
        bounds.step[i] = 1;
    }
    if (starts.count != ends.count || (axes.count && axes.count != starts.count) ||
        (steps.count && steps.count != starts.count))
        import_fail(import, STATUS_FORMAT, "'starts', 'ends', 'axes' and 'steps' differ in length");
    for (int i = 0; import_ok(import) && i < starts.count; i++) {
        int axis = import_axis(import, axes.count ? axes.values[i] : i, shape.rank);
        bound_axis(import, &bounds, axis, shape.dim[axis], starts.values[i], ends.values[i],
                   steps.count ? steps.values[i] : 1);
    }
    union op_params params = {.slice = {.end_mask = bounds.end_mask}};
    const int inputs[] = {x, import_list(import, bounds.begin, shape.rank),
                          import_list(import, bounds.end, shape.rank),
                          import_list(import, bounds.step, shape.rank)};
    import_output(import, 0,
                  import_emit(import, OP_STRIDED_SLICE, inputs, 4, &params, type_of(import, x)));
}

static void gather(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), indices = import_needed(import, 1);
    int axis =
        import_axis(import, import_attribute_int(import, "axis", 0), import_shape(import, x).rank);
    union op_params params = {.gather = {.axis = axis}};
    const int inputs[] = {x, indices};
    import_output(import, 0, import_emit(import, row->op, inputs, 2, &params, type_of(import, x)));
}

/* --- shapes --- */

static void reshape(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape in = import_shape(import, x), out = {0};
    struct import_ints wanted = import_ints(import, import_needed(import, 1), "shape");
    bool zero_counts = import_attribute_int(import, "allowzero", 0) != 0;
    int open = -1;
    (void)row;
    if (wanted.count > SHAPE_RANK_MAX)
        import_fail(import, STATUS_UNSUPPORTED, "tensor has rank %d, at most %d is supported",
                    wanted.count, SHAPE_RANK_MAX);
    for (int i = 0; import_ok(import) && i < wanted.count; i++) {
        int64_t size = wanted.values[i];
        if (size == 0 && !zero_counts)
            size = i < in.rank ? in.dim[i] : -2;
        if (size == -1 && open < 0)
            open = i;
        else if (size < 0)
            import_fail(import, STATUS_FORMAT, "dimension %d of the new shape cannot be %lld", i,
                        (long long)wanted.values[i]);
        out.dim[out.rank++] = size == -1 ? 1 : import_i32(import, size, "a dimension");
    }
    if (open >= 0 && import_ok(import)) {
        size_t others = shape_is_valid(&out) ? shape_elements(&out) : 0;
        if (others == 0 || shape_elements(&in) % others != 0)
            import_fail(import, STATUS_FORMAT, "number of elements does not fit the new shape");
        else
            out.dim[open] = import_i32(import, (int64_t)(shape_elements(&in) / others), "a size");
    }
    import_output(import, 0, import_ok(import) ? import_reshape(import, x, &out) : NO_TENSOR);
}

static void flatten(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape shape = import_shape(import, x);
    int64_t axis = import_attribute_int(import, "axis", 1);
    (void)row;
    int split = axis == shape.rank ? shape.rank : import_axis(import, axis, shape.rank);
    if (!import_ok(import))
        return;
    struct shape out =
        SHAPE(import_i32(import, (int64_t)shape_span(&shape, 0, split), "a size"),
              import_i32(import, (int64_t)shape_span(&shape, split, shape.rank), "a size"));
    import_output(import, 0, import_reshape(import, x, &out));
}

/* The axes of Squeeze and Unsqueeze as marks. */
static struct import_ints marked_axes(struct import *import, int rank, bool marks[SHAPE_RANK_MAX])
{
    struct import_ints axes = import->opset >= 13 ? import_operand_ints(import, 1, "axes")
                                                  : import_attribute_ints(import, "axes");
    if (rank > SHAPE_RANK_MAX)
        import_fail(import, STATUS_UNSUPPORTED, "tensor has rank %d, at most %d is supported", rank,
                    SHAPE_RANK_MAX);
    for (int i = 0; import_ok(import) && i < axes.count; i++)
        marks[import_axis(import, axes.values[i], rank)] = true;
    return axes;
}

static void squeeze(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape in = import_shape(import, x), out = {0};
    bool marks[SHAPE_RANK_MAX] = {false};
    struct import_ints axes = marked_axes(import, in.rank, marks);
    (void)row;
    for (int i = 0; i < in.rank; i++) {
        bool gone = axes.count ? marks[i] : in.dim[i] == 1;
        if (gone && in.dim[i] != 1)
            import_fail(import, STATUS_FORMAT, "dimension %d is %d, expected 1", i, in.dim[i]);
        if (!gone)
            out.dim[out.rank++] = in.dim[i];
    }
    import_output(import, 0, import_ok(import) ? import_reshape(import, x, &out) : NO_TENSOR);
}

static void unsqueeze(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape in = import_shape(import, x), out = in;
    bool marks[SHAPE_RANK_MAX] = {false};
    struct import_ints peek = import->opset >= 13 ? import_operand_ints(import, 1, "axes")
                                                  : import_attribute_ints(import, "axes");
    out.rank = in.rank + peek.count;
    marked_axes(import, out.rank, marks);
    (void)row;
    for (int i = 0, from = 0; import_ok(import) && i < out.rank; i++)
        out.dim[i] = marks[i] ? 1 : from < in.rank ? in.dim[from++] : 1;
    import_output(import, 0, import_ok(import) ? import_reshape(import, x, &out) : NO_TENSOR);
}

static void shape_of(struct import *import, const struct onnx_row *row)
{
    struct shape shape = import_shape(import, import_needed(import, 0));
    int64_t start = import_attribute_int(import, "start", 0);
    int64_t end = import_attribute_int(import, "end", shape.rank), values[SHAPE_RANK_MAX];
    int32_t count = 0;
    (void)row;
    start += start < 0 ? shape.rank : 0;
    end += end < 0 ? shape.rank : 0;
    for (int64_t i = start < 0 ? 0 : start; i < end && i < shape.rank; i++)
        values[count++] = shape.dim[i];
    import_output(import, 0, import_constant(import, TYPE_I64, &SHAPE(count), values));
}

/* --- repetition --- */

static void expand(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape in = import_shape(import, x), wanted = {0}, out = {0};
    struct import_ints list = import_ints(import, import_needed(import, 1), "shape");
    for (int i = 0; i < list.count && i < SHAPE_RANK_MAX; i++)
        wanted.dim[wanted.rank++] = import_i32(import, list.values[i], "a dimension");
    if (import_ok(import) && (list.count > SHAPE_RANK_MAX || !shape_is_valid(&wanted) ||
                              !shape_broadcast(&in, &wanted, &out)))
        import_fail(import, STATUS_FORMAT, "shapes cannot be broadcast to each other");
    if (import_ok(import) && !shape_equal(&in, &out)) {
        const int inputs[] = {x, import_list(import, out.dim, out.rank)};
        x = import_emit(import, row->op, inputs, 2, NULL, type_of(import, x));
    }
    import_output(import, 0, x);
}

static void tile(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct import_ints times = import_ints(import, import_needed(import, 1), "repeats");
    int32_t list[IMPORT_INTS_MAX];
    for (int i = 0; i < times.count; i++)
        list[i] = import_i32(import, times.values[i], "a number of repeats");
    const int inputs[] = {x, import_list(import, list, times.count)};
    import_output(import, 0, import_emit(import, row->op, inputs, 2, NULL, type_of(import, x)));
}

/* A scalar, repeated: the attribute's, or 0 of float32. */
static void constant_of_shape(struct import *import, const struct onnx_row *row)
{
    const Onnx__Attribute *value = import_attribute(import, "value");
    int filler = value && value->t ? import_widened(import, import_tensor_message(import, value->t))
                                   : import_float(import, 0.0f);
    struct import_ints list = import_ints(import, import_needed(import, 0), "shape");
    int32_t shape[IMPORT_INTS_MAX];
    (void)row;
    for (int i = 0; i < list.count; i++)
        shape[i] = import_i32(import, list.values[i], "a dimension");
    filler = import_reshape(import, filler, &(struct shape){0});
    if (list.count > 0) {
        const int inputs[] = {filler, import_list(import, shape, list.count)};
        filler = import_emit(import, OP_BROADCAST_TO, inputs, 2, NULL, type_of(import, filler));
    }
    import_output(import, 0, filler);
}

static void constant(struct import *import, const struct onnx_row *row)
{
    const Onnx__Attribute *a;
    int made = NO_TENSOR;
    (void)row;
    if ((a = import_attribute(import, "value")) != NULL && a->t)
        made = import_widened(import, import_tensor_message(import, a->t));
    else if ((a = import_attribute(import, "value_float")) != NULL && a->has_f)
        made = import_float(import, a->f);
    else if ((a = import_attribute(import, "value_int")) != NULL && a->has_i)
        made = import_constant(import, TYPE_I64, &(struct shape){0}, &a->i);
    else if ((a = import_attribute(import, "value_floats")) != NULL && a->n_floats < INT32_MAX)
        made = import_constant(import, TYPE_F32, &SHAPE((int32_t)a->n_floats), a->floats);
    else if ((a = import_attribute(import, "value_ints")) != NULL && a->n_ints < INT32_MAX)
        made = import_constant(import, TYPE_I64, &SHAPE((int32_t)a->n_ints), a->ints);
    else
        import_fail(import, STATUS_UNSUPPORTED, "constant is neither a tensor nor numbers");
    import_output(import, 0, made);
}

/* In inference the input passes unchanged, and the mask is true throughout. */
static void dropout(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    int training = import->opset >= 12 ? import_input(import, 2) : NO_TENSOR;
    (void)row;
    import_input(import, 1); /* how many would be dropped */
    if (training != NO_TENSOR && !(import_scalar(import, training, "training_mode") <= 0.0))
        import_fail(import, STATUS_UNSUPPORTED, "training is not supported");
    import_output(import, 0, x);
    if (import_has_output(import, 1) && import_ok(import)) {
        struct shape shape = import_shape(import, x);
        enum type type = import->opset >= 10 ? TYPE_BOOL : type_of(import, x);
        int one = import_cast(import, import_float(import, 1.0f), type);
        const int inputs[] = {one, import_list(import, shape.dim, shape.rank)};
        import_output(import, 1, import_emit(import, OP_BROADCAST_TO, inputs, 2, NULL, type));
    }
}

/* --- blocks --- */

static void depth_to_space(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    int32_t block = import_i32(import, import_attribute_int(import, "blocksize", 0), "blocksize");
    struct shape in = import_shape(import, x);
    if (import_attribute_is(import, "mode", "DCR", "DCR") || row->op == OP_SPACE_TO_DEPTH) {
        union op_params params = {.block = {block}};
        x = import_to_nhwc(import, x);
        x = import_emit(import, row->op, &x, 1, &params, type_of(import, x));
        import_output(import, 0, import_to_nchw(import, x));
        return;
    }
    if (in.rank != 4) {
        import_fail(import, STATUS_UNSUPPORTED, "image has rank %d, expected [N, C, H, W]",
                    in.rank);
        return;
    }
    if (block < 1 || block > 1 << 15 || in.dim[1] % (block * block) != 0) {
        import_fail(import, STATUS_FORMAT, "%d channels do not divide into blocks of %d x %d",
                    in.dim[1], block, block);
        return;
    }
    int32_t depth = in.dim[1] / (block * block);
    int32_t height = import_i32(import, (int64_t)in.dim[2] * block, "a height");
    int32_t width = import_i32(import, (int64_t)in.dim[3] * block, "a width");
    x = import_reshape(import, x, &SHAPE(in.dim[0], depth, block, block, in.dim[2], in.dim[3]));
    x = import_transpose(import, x, (const int32_t[]){0, 1, 4, 2, 5, 3});
    import_output(import, 0, import_reshape(import, x, &SHAPE(in.dim[0], depth, height, width)));
}

static const struct onnx_row rows[] = {
    {.name = "Transpose", .convert = transpose},
    {.name = "Concat", .convert = concat, .op = OP_CONCATENATION},
    {.name = "Split", .convert = split},
    {.name = "Slice", .convert = slice},
    {.name = "Gather", .convert = gather, .op = OP_GATHER},
    {.name = "Reshape", .convert = reshape},
    {.name = "Flatten", .convert = flatten},
    {.name = "Squeeze", .convert = squeeze},
    {.name = "Unsqueeze", .convert = unsqueeze},
    {.name = "Shape", .convert = shape_of},
    {.name = "Expand", .convert = expand, .op = OP_BROADCAST_TO},
    {.name = "Tile", .convert = tile, .op = OP_TILE},
    {.name = "Constant", .convert = constant},
    {.name = "ConstantOfShape", .convert = constant_of_shape},
    {.name = "Dropout", .convert = dropout},
    {.name = "DepthToSpace", .convert = depth_to_space, .op = OP_DEPTH_TO_SPACE},
    {.name = "SpaceToDepth", .convert = depth_to_space, .op = OP_SPACE_TO_DEPTH},
};

ONNX_ROWS(onnx_move_rows, rows);
