/* Pad: a constant around the tensor, its mirror image, or its edge repeated. */
#include <string.h>

#include "formats/onnx/read/import.h"

/* Cells added before and after each dimension; negative ones are taken away. */
struct amounts {
    int64_t before[SHAPE_RANK_MAX], after[SHAPE_RANK_MAX];
};

static void read_amounts(struct import *import, int rank, struct amounts *amounts)
{
    struct import_ints pads = import->opset >= 11
                                  ? import_ints(import, import_needed(import, 1), "pads")
                                  : import_attribute_ints(import, "pads");
    struct import_ints axes =
        import->opset >= 18 ? import_operand_ints(import, 3, "axes") : (struct import_ints){0};
    int count = axes.count ? axes.count : rank;
    if (import_ok(import) && pads.count != 2 * count)
        import_fail(import, STATUS_FORMAT,
                    "%d numbers of padding for %d dimensions, expected two for each", pads.count,
                    count);
    for (int i = 0; import_ok(import) && i < count; i++) {
        int axis = axes.count ? import_axis(import, axes.values[i], rank) : i;
        amounts->before[axis] = import_i32(import, pads.values[i], "padding");
        amounts->after[axis] = import_i32(import, pads.values[count + i], "padding");
    }
}

/* Does the negative padding, which removes cells, and leaves the rest in amounts. */
static int crop(struct import *import, int x, struct amounts *amounts)
{
    struct shape shape = import_shape(import, x);
    int32_t begin[SHAPE_RANK_MAX], size[SHAPE_RANK_MAX];
    bool any = false;
    for (int i = 0; i < shape.rank; i++) {
        int64_t first = amounts->before[i] < 0 ? -amounts->before[i] : 0;
        int64_t last = amounts->after[i] < 0 ? shape.dim[i] + amounts->after[i] : shape.dim[i];
        if (first > shape.dim[i] || last < first)
            import_fail(import, STATUS_FORMAT, "negative padding exceeds the size of a dimension");
        begin[i] = (int32_t)first;
        size[i] = (int32_t)(last - first);
        any = any || size[i] != shape.dim[i];
        amounts->before[i] = amounts->before[i] < 0 ? 0 : amounts->before[i];
        amounts->after[i] = amounts->after[i] < 0 ? 0 : amounts->after[i];
    }
    if (!any || !import_ok(import))
        return x;
    const int inputs[] = {x, import_list(import, begin, shape.rank),
                          import_list(import, size, shape.rank)};
    return import_emit(import, OP_SLICE, inputs, 3, NULL, import_tensor(import, x)->type);
}

static int amounts_tensor(struct import *import, int rank, const struct amounts *amounts)
{
    int32_t list[2 * SHAPE_RANK_MAX];
    for (int i = 0; i < rank; i++) {
        list[2 * i] = import_i32(import, amounts->before[i], "padding");
        list[2 * i + 1] = import_i32(import, amounts->after[i], "padding");
    }
    return import_constant(import, TYPE_I32, &SHAPE(rank, 2), list);
}

/* Along one dimension: every new cell repeats the nearest of the input. */
static int repeat_edge(struct import *import, int x, int axis, int64_t before, int64_t after)
{
    int64_t size = import_shape(import, x).dim[axis], total = before + size + after;
    if (total > INT32_MAX || size < 1) {
        import_fail(import, STATUS_FORMAT, "padding by %lld cells is impossible",
                    (long long)(before + after));
        return NO_TENSOR;
    }
    int list;
    int32_t *indices = import_made(import, TYPE_I32, &SHAPE((int32_t)total), &list);
    for (int64_t i = 0; indices && i < total; i++) {
        int64_t at = i - before;
        indices[i] = (int32_t)(at < 0 ? 0 : at >= size ? size - 1 : at);
    }
    union op_params params = {.gather = {.axis = axis}};
    const int inputs[] = {x, list};
    return import_emit(import, OP_GATHER, inputs, 2, &params, import_tensor(import, x)->type);
}

static int with_constant(struct import *import, int x, int pads)
{
    int filler = import->opset >= 11 ? import_input(import, 2) : NO_TENSOR;
    float value = import->opset >= 11 ? 0.0f : import_attribute_float(import, "value", 0.0f);
    enum type type = import_tensor(import, x)->type;
    if (filler == NO_TENSOR)
        filler = import_cast(import, import_float(import, value), type);
    bool is_zero = import_is_constant(import, filler) && type == TYPE_F32 &&
                   !(import_scalar(import, filler, "constant_value") < 0.0) &&
                   !(import_scalar(import, filler, "constant_value") > 0.0);
    const int inputs[] = {x, pads, import_reshape(import, filler, &(struct shape){0})};
    return import_emit(import, is_zero ? OP_PAD : OP_PADV2, inputs, is_zero ? 2 : 3, NULL, type);
}

static void pad(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), rank = import_shape(import, x).rank;
    struct amounts amounts = {0};
    (void)row;
    import_input(import, 2); /* the constant, which counts in its mode */
    read_amounts(import, rank, &amounts);
    x = crop(import, x, &amounts);
    if (!import_ok(import))
        return;
    if (import_attribute_is(import, "mode", "constant", "constant")) {
        x = with_constant(import, x, amounts_tensor(import, rank, &amounts));
    } else if (import_attribute_is(import, "mode", "reflect", "constant")) {
        union op_params params = {.mirror = {MIRROR_REFLECT}};
        const int inputs[] = {x, amounts_tensor(import, rank, &amounts)};
        x = import_emit(import, OP_MIRROR_PAD, inputs, 2, &params, import_tensor(import, x)->type);
    } else if (import_attribute_is(import, "mode", "edge", "constant")) {
        for (int i = 0; i < rank; i++)
            if (amounts.before[i] > 0 || amounts.after[i] > 0)
                x = repeat_edge(import, x, i, amounts.before[i], amounts.after[i]);
    } else {
        import_fail(import, STATUS_UNSUPPORTED,
                    "unknown mode of padding, expected constant, reflect or edge");
    }
    import_output(import, 0, x);
}

static const struct onnx_row rows[] = {{.name = "Pad", .convert = pad}};

ONNX_ROWS(onnx_pad_rows, rows);
