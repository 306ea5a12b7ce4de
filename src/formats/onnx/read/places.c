/* Operators that find elements by numbers, or numbers of elements. */
#include "formats/onnx/read/import.h"

static enum type type_of(const struct import *import, int tensor)
{
    return import_tensor(import, tensor)->type;
}

static int scalar(struct import *import, enum type type, int64_t value)
{
    const struct shape shape = {0};
    const int32_t narrow = (int32_t)value;
    return import_constant(import, type, &shape, type == TYPE_I64 ? (const void *)&value : &narrow);
}

static int compared(struct import *import, enum op op, int a, int b)
{
    const int inputs[] = {a, b};
    return import_emit(import, op, inputs, 2, NULL, TYPE_BOOL);
}

/* int64 places, those from -size to -1 as what they count from the end: sizes has one number, or
 * one for each of the last dimension. What is out of range stays so, for kernels to say. */
static int from_start(struct import *import, int places, const int64_t *sizes, int count)
{
    int64_t least[SHAPE_RANK_MAX];
    for (int i = 0; i < count; i++)
        least[i] = -sizes[i];
    places = import_cast(import, places, TYPE_I64);
    int size = import_constant(import, TYPE_I64, &SHAPE(count), sizes);
    int low = import_constant(import, TYPE_I64, &SHAPE(count), least);
    const int truths[] = {compared(import, OP_LESS, places, scalar(import, TYPE_I64, 0)),
                          compared(import, OP_GREATER_EQUAL, places, low)};
    const int inputs[] = {import_emit(import, OP_LOGICAL_AND, truths, 2, NULL, TYPE_BOOL),
                          import_binary(import, OP_ADD, places, size), places};
    return import_emit(import, OP_SELECT_V2, inputs, 3, NULL, TYPE_I64);
}

static void shape_sizes(const struct shape *shape, int64_t sizes[SHAPE_RANK_MAX])
{
    for (int i = 0; i < shape->rank; i++)
        sizes[i] = shape->dim[i];
}

/* --- lists of places --- */

/* For each element of a tensor of the shape where it is along `count` dimensions from `first` on:
 * int64, of the shape `lists`, whose last dimension is the count. NO_TENSOR for none. */
static int own_places(struct import *import, const struct shape *shape, int first, int count,
                      const struct shape *lists)
{
    size_t each = (size_t)count;
    int made = NO_TENSOR;
    int64_t *places = count > 0 ? import_made(import, TYPE_I64, lists, &made) : NULL;
    for (size_t i = 0; places && i < shape_elements(shape); i++)
        for (int d = 0; d < count; d++)
            places[i * each + (size_t)d] =
                (int64_t)(i / shape_span(shape, first + d + 1, shape->rank) %
                          (size_t)shape->dim[first + d]);
    return made;
}

/* Lists of places, int64, with what stands in front of them and behind; either may be NO_TENSOR. */
static int joined(struct import *import, int before, int lists, int behind)
{
    union op_params params = {.axis = {import_shape(import, lists).rank - 1, 0}};
    int parts[3], count = 0;
    if (before != NO_TENSOR)
        parts[count++] = before;
    parts[count++] = import_cast(import, lists, TYPE_I64);
    if (behind != NO_TENSOR)
        parts[count++] = behind;
    return count == 1 ? parts[0]
                      : import_emit(import, OP_CONCATENATION, parts, count, &params, TYPE_I64);
}

static void gather_nd(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), places = import_needed(import, 1);
    struct shape in = import_shape(import, x), lists = import_shape(import, places);
    int64_t batch = import_attribute_int(import, "batch_dims", 0);
    if (!import_ok(import) || lists.rank < 1 || batch < 0 || batch >= lists.rank ||
        batch >= in.rank) {
        import_fail(import, STATUS_FORMAT, "%lld batch dimensions do not fit", (long long)batch);
        return;
    }
    struct shape whole = lists;
    lists.dim[lists.rank - 1] = (int32_t)batch;
    whole.rank--;
    if (batch > 0)
        places =
            joined(import, own_places(import, &whole, 0, (int)batch, &lists), places, NO_TENSOR);
    const int inputs[] = {x, places};
    import_output(import, 0, import_emit(import, row->op, inputs, 2, NULL, type_of(import, x)));
}

/* How updates meet what is there. */
static bool adds(struct import *import)
{
    bool is_sum = import_attribute_is(import, "reduction", "add", "none");
    if (!is_sum && !import_attribute_is(import, "reduction", "none", "none"))
        import_fail(import, STATUS_UNSUPPORTED, "'reduction' is neither 'none' nor 'add'");
    return is_sum;
}

static int scatter(struct import *import, int places, int updates, const struct shape *shape)
{
    const int inputs[] = {places, updates, import_list(import, shape->dim, shape->rank)};
    return import_emit(import, OP_SCATTER_ND, inputs, 3, NULL, type_of(import, updates));
}

/* Updates of places are scattered over zeros: added to x, or chosen where any was scattered. Places
 * do not repeat then. */
static int updated(struct import *import, int x, int places, int updates, bool is_sum)
{
    struct shape shape = import_shape(import, x), part = import_shape(import, updates);
    enum type type = type_of(import, x), computing = import_computing_type(import, x);
    int scattered = scatter(import, places, import_cast(import, updates, computing), &shape);
    int result;
    if (is_sum) {
        result = import_binary(import, OP_ADD, import_cast(import, x, computing), scattered);
        return import_cast(import, result, type);
    }
    const int one[] = {scalar(import, TYPE_I32, 1), import_list(import, part.dim, part.rank)};
    int ones = import_emit(import, OP_BROADCAST_TO, one, 2, NULL, TYPE_I32);
    int counts = scatter(import, places, ones, &shape);
    const int inputs[] = {compared(import, OP_NOT_EQUAL, counts, scalar(import, TYPE_I32, 0)),
                          import_cast(import, scattered, type), x};
    return import_emit(import, OP_SELECT_V2, inputs, 3, NULL, type);
}

static void scatter_nd(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), places = import_needed(import, 1);
    int updates = import_needed(import, 2);
    struct shape in = import_shape(import, x), lists = import_shape(import, places);
    int64_t sizes[SHAPE_RANK_MAX];
    (void)row;
    int length = lists.rank > 0 ? lists.dim[lists.rank - 1] : 0;
    if (!import_ok(import) || length < 1 || length > in.rank) {
        import_fail(import, STATUS_FORMAT, "places do not fit a tensor of rank %d", in.rank);
        return;
    }
    shape_sizes(&in, sizes);
    places = from_start(import, places, sizes, length);
    import_output(import, 0, updated(import, x, places, updates, adds(import)));
}

/* --- places along an axis --- */

/* Refuses places that do not have the rank of the whole, or exceed it beside the axis. */
static bool fit(struct import *import, const struct shape *places, const struct shape *whole,
                int axis)
{
    bool fits = places->rank == whole->rank && whole->rank > 0 && whole->dim[axis] > 0;
    for (int i = 0; fits && i < places->rank; i++)
        fits = i == axis || places->dim[i] <= whole->dim[i];
    if (!fits)
        import_fail(import, STATUS_FORMAT, "indices do not fit the data");
    return import_ok(import);
}

static int axis_of(struct import *import, const struct shape *shape)
{
    return import_axis(import, import_attribute_int(import, "axis", 0), shape->rank);
}

/* The first elements along each dimension but the axis: as many as there are places. */
static int beside(struct import *import, int x, const struct shape *places, int axis)
{
    struct shape whole = import_shape(import, x), part = *places;
    const int32_t begin[SHAPE_RANK_MAX] = {0};
    if (!import_ok(import))
        return NO_TENSOR;
    part.dim[axis] = whole.dim[axis];
    const int inputs[] = {x, import_list(import, begin, part.rank),
                          import_list(import, part.dim, part.rank)};
    return shape_equal(&part, &whole)
               ? x
               : import_emit(import, OP_SLICE, inputs, 3, NULL, type_of(import, x));
}

/* Along the last dimension, which another axis is swapped with, and back, it is a GATHER for each
 * row of the places. */
static void gather_elements(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), places = import_needed(import, 1);
    struct shape whole = import_shape(import, x), shape = import_shape(import, places);
    int axis = axis_of(import, &whole), last = whole.rank - 1;
    int32_t order[SHAPE_RANK_MAX];
    if (!import_ok(import) || !fit(import, &shape, &whole, axis))
        return;
    for (int i = 0; i < whole.rank; i++)
        order[i] = i == axis ? last : i == last ? axis : i;
    const int64_t size = whole.dim[axis];
    places = from_start(import, places, &size, 1);
    const int inputs[] = {import_transpose(import, beside(import, x, &shape, axis), order),
                          import_transpose(import, places, order)};
    union op_params params = {.gather = {.axis = last, .batch_dims = last}};
    x = import_emit(import, row->op, inputs, 2, &params, type_of(import, x));
    import_output(import, 0, import_transpose(import, x, order));
}

static int flattened(struct import *import, int x)
{
    size_t count = shape_elements(&import_tensor(import, x)->shape);
    return import_reshape(import, x, &SHAPE(import_i32(import, (int64_t)count, "a size")));
}

static void scatter_elements(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), places = import_needed(import, 1);
    int updates = import_needed(import, 2);
    struct shape whole = import_shape(import, x), shape = import_shape(import, places);
    struct shape given = import_shape(import, updates);
    int axis = axis_of(import, &whole);
    (void)row;
    if (!import_ok(import) || !fit(import, &shape, &whole, axis))
        return;
    if (!shape_equal(&given, &shape))
        import_fail(import, STATUS_FORMAT, "updates and indices differ in shape");
    const int64_t size = whole.dim[axis];
    int32_t count = import_i32(import, (int64_t)shape_elements(&shape), "a size");
    int left = whole.rank - axis - 1;
    int before = own_places(import, &shape, 0, axis, &SHAPE(count, axis));
    int behind = own_places(import, &shape, axis + 1, left, &SHAPE(count, left));
    updates = flattened(import, updates);
    places = import_reshape(import, from_start(import, places, &size, 1), &SHAPE(count, 1));
    places = joined(import, before, places, behind);
    import_output(import, 0, updated(import, x, places, updates, adds(import)));
}

/* Our operator works along the last dimension: another axis is swapped with it, and back. The
 * smallest are the greatest of what is negated. */
static void top_k(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), rank = import_shape(import, x).rank, outputs[2];
    int axis = import_axis(import, import_attribute_int(import, "axis", -1), rank);
    enum type type = type_of(import, x), computing = import_computing_type(import, x);
    int64_t number = import->opset < 10
                         ? import_attribute_int(import, "k", 0)
                         : import_ints(import, import_needed(import, 1), "k").values[0];
    bool is_least = import_attribute_int(import, "largest", 1) == 0;
    int32_t order[SHAPE_RANK_MAX];
    if (!import_ok(import))
        return;
    for (int i = 0; i < rank; i++)
        order[i] = i;
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    x = import_transpose(import, import_cast(import, x, computing), order);
    x = is_least ? import_unary(import, OP_NEG, x) : x;
    const int inputs[] = {x, scalar(import, TYPE_I32, import_i32(import, number, "k"))};
    const enum type types[] = {computing, TYPE_I32};
    const struct import_node node = {row->op, inputs, 2, NULL, types, 2};
    import_emit_node(import, &node, outputs);
    x = is_least ? import_unary(import, OP_NEG, outputs[0]) : outputs[0];
    import_output(import, 0, import_cast(import, import_transpose(import, x, order), type));
    import_output(import, 1,
                  import_cast(import, import_transpose(import, outputs[1], order), TYPE_I64));
}

/* Element i of a list. */
static int picked(struct import *import, int list, int64_t i)
{
    union op_params params = {.gather = {.axis = 0}};
    const int inputs[] = {list, scalar(import, TYPE_I32, i)};
    return import_emit(import, OP_GATHER, inputs, 2, &params, type_of(import, list));
}

/* Negative places count from the end, and none but one step of it. */
static void one_hot(struct import *import, const struct onnx_row *row)
{
    int places = import_cast(import, import_needed(import, 0), TYPE_I64);
    double depth = import_scalar(import, import_needed(import, 1), "depth");
    int values = import_needed(import, 2), rank = import_shape(import, places).rank + 1;
    int axis = import_axis(import, import_attribute_int(import, "axis", -1), rank);
    union op_params params = {.axis = {axis, 0}};
    if (!(depth >= 1.0 && depth <= INT32_MAX))
        import_fail(import, STATUS_FORMAT, "depth is %g", depth);
    if (!import_ok(import))
        return;
    int whole = scalar(import, TYPE_I64, (int64_t)depth);
    const int chosen[] = {compared(import, OP_LESS, places, scalar(import, TYPE_I64, 0)),
                          import_binary(import, OP_ADD, places, whole), places};
    const int inputs[] = {import_emit(import, OP_SELECT_V2, chosen, 3, NULL, TYPE_I64),
                          scalar(import, TYPE_I32, (int64_t)depth), picked(import, values, 1),
                          picked(import, values, 0)};
    import_output(import, 0,
                  import_emit(import, row->op, inputs, 4, &params, type_of(import, values)));
}

/* --- what shapes and constants tell --- */

static void non_zero(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    enum type type = import_computing_type(import, x);
    x = import_cast(import, x, type);
    x = import_emit(import, row->op, &x, 1, NULL, TYPE_I64);
    import_output(import, 0, import_transpose(import, x, (const int32_t[]){1, 0}));
}

static void range(struct import *import, const struct onnx_row *row)
{
    int inputs[3];
    enum type type = type_of(import, import_needed(import, 0));
    enum type computing = import_computing_type(import, import_needed(import, 0));
    for (int i = 0; i < 3; i++)
        inputs[i] = import_cast(import, import_needed(import, i), computing);
    int list = import_emit(import, row->op, inputs, 3, NULL, computing);
    import_output(import, 0, import_cast(import, list, type));
}

static void size(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    (void)row;
    import_output(
        import, 0,
        scalar(import, TYPE_I64, (int64_t)shape_elements(&import_tensor(import, x)->shape)));
}

/* Truth values [rows, columns], one for each column less its row from low to high. */
static int diagonals(struct import *import, int32_t rows, int32_t columns, int64_t low,
                     int64_t high)
{
    struct shape shape = SHAPE(rows, columns);
    int made;
    uint8_t *truth = import_made(import, TYPE_BOOL, &shape, &made);
    for (size_t i = 0; truth && i < shape_elements(&shape); i++) {
        int64_t diagonal = (int64_t)(i % (size_t)columns) - (int64_t)(i / (size_t)columns);
        truth[i] = diagonal >= low && diagonal <= high;
    }
    return made;
}

static void eye_like(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape shape = import_shape(import, x);
    int64_t diagonal = import_attribute_int(import, "k", 0);
    int64_t code = import_attribute_int(import, "dtype", 0);
    enum type type = code ? import_type(import, (int32_t)code) : type_of(import, x);
    (void)row;
    if (shape.rank != 2 || type == TYPE_COUNT)
        import_fail(import, STATUS_UNSUPPORTED, "tensor of rank %d, or type %lld", shape.rank,
                    (long long)code);
    if (import_ok(import))
        import_output(import, 0,
                      import_cast(import,
                                  diagonals(import, shape.dim[0], shape.dim[1], diagonal, diagonal),
                                  type));
}

/* Elements above, or below, a diagonal stay, the others become 0. */
static void trilu(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), at = import_input(import, 1);
    struct shape shape = import_shape(import, x);
    int64_t k = at == NO_TENSOR ? 0 : import_ints(import, at, "k").values[0];
    bool is_upper = import_attribute_int(import, "upper", 1) != 0;
    if (shape.rank < 2)
        import_fail(import, STATUS_FORMAT, "tensor has rank %d, expected at least 2", shape.rank);
    if (!import_ok(import))
        return;
    int kept = diagonals(import, shape.dim[shape.rank - 2], shape.dim[shape.rank - 1],
                         is_upper ? k : INT64_MIN, is_upper ? INT64_MAX : k);
    enum type type = type_of(import, x);
    const int inputs[] = {kept, x, import_cast(import, scalar(import, TYPE_I32, 0), type)};
    import_output(import, 0, import_emit(import, row->op, inputs, 3, NULL, type));
}

static const struct onnx_row rows[] = {
    {.name = "GatherND", .convert = gather_nd, .op = OP_GATHER_ND},
    {.name = "GatherElements", .convert = gather_elements, .op = OP_GATHER},
    {.name = "ScatterND", .convert = scatter_nd},
    {.name = "ScatterElements", .convert = scatter_elements},
    {.name = "Scatter", .convert = scatter_elements},
    {.name = "TopK", .convert = top_k, .op = OP_TOPK_V2},
    {.name = "OneHot", .convert = one_hot, .op = OP_ONE_HOT},
    {.name = "NonZero", .convert = non_zero, .op = OP_WHERE},
    {.name = "Range", .convert = range, .op = OP_RANGE},
    {.name = "Size", .convert = size},
    {.name = "EyeLike", .convert = eye_like},
    {.name = "Trilu", .convert = trilu, .op = OP_SELECT_V2},
};

ONNX_ROWS(onnx_place_rows, rows);
