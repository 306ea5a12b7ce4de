/* TRANSPOSE where it comes down to matrices whose rows and columns change places: some dimensions
 * stay in front, the others are rotated (NHWC to NCHW and back, the last two exchanged). */
#include "kernels/fast/transpose.h"

#include "graph/infer.h"
#include "kernels/common/operands.h"
#include "kernels/fast/vector/vector.h"
#include "kernels/lists.h"

/* Squares of a strip of rows column after column, so that what is written lies together; then the
 * rest. */
#define DEFINE_TRANSPOSE(name, type, square, SIDE)                                                 \
    void name(const type *from, size_t from_step, type *to, size_t to_step, size_t rows,           \
              size_t columns)                                                                      \
    {                                                                                              \
        size_t whole_rows = rows - rows % SIDE, whole_columns = columns - columns % SIDE;          \
        for (size_t column = 0; column < whole_columns; column += SIDE)                            \
            for (size_t row = 0; row < whole_rows; row += SIDE)                                    \
                square(from + row * from_step + column, from_step, to + column * to_step + row,    \
                       to_step);                                                                   \
        for (size_t column = 0; column < columns; column++)                                        \
            for (size_t row = column < whole_columns ? whole_rows : 0; row < rows; row++)          \
                to[column * to_step + row] = from[row * from_step + column];                       \
    }
DEFINE_TRANSPOSE(transpose_floats, float, transpose_square_floats, FLOAT_SIDE)
DEFINE_TRANSPOSE(transpose_bytes, int8_t, transpose_square_bytes, BYTE_SIDE)

/* Rows of a strip: what is written of it for each column is a cache line. */
#define STRIP_BYTES 64

/* A call's state: matrices [rows][columns], each of which becomes [columns][rows]. The items are
 * strips of rows. */
struct rotation {
    size_t rows, columns, strip, strips; /* rows of a strip, strips of a matrix */
};

/* The dimensions that are larger than 1, as the input has them and as the output does. */
struct orders {
    int count;
    int in[SHAPE_RANK_MAX], out[SHAPE_RANK_MAX];
};

static bool read_orders(const struct kernel_call *call, struct orders *orders)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    struct node_view view;
    struct error error;
    int32_t order[SHAPE_RANK_MAX];
    int count, axis;
    *orders = (struct orders){0};
    node_view_init(&view, call);
    if (infer_constant(&view.graph, &view.node, 1, order, SHAPE_RANK_MAX, &count, &error) !=
            STATUS_OK ||
        count != in->rank)
        return false;
    for (int i = 0; i < count; i++) {
        if (!shape_axis(order[i], in->rank, &axis))
            return false;
        if (in->dim[axis] != 1)
            orders->out[orders->count++] = axis;
    }
    for (int i = 0, n = 0; i < in->rank && n < orders->count; i++)
        if (in->dim[i] != 1)
            orders->in[n++] = i;
    return true;
}

/* Product of the sizes of the input's dimensions first..last-1 of the list. */
static size_t span(const struct shape *in, const struct orders *orders, int first, int last)
{
    size_t product = 1;
    for (int i = first; i < last; i++)
        product *= (size_t)in->dim[orders->in[i]];
    return product;
}

/* Whether the dimensions behind those that stay are rotated; then the matrix that is transposed. */
static bool find_rotation(const struct kernel_call *call, struct rotation *rotation)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    struct orders orders;
    int kept = 0, by = 0;
    if (!read_orders(call, &orders) || shape_elements(in) == 0)
        return false;
    while (kept < orders.count && orders.in[kept] == orders.out[kept])
        kept++;
    int rest = orders.count - kept;
    while (by < rest && orders.in[kept + by] != orders.out[kept])
        by++;
    for (int i = 0; i < rest; i++)
        if (orders.out[kept + i] != orders.in[kept + (i + by) % rest])
            return false;
    rotation->rows = span(in, &orders, kept, kept + by);
    rotation->columns = span(in, &orders, kept + by, orders.count);
    return rest > 0;
}

static bool accepts(const struct kernel_call *call)
{
    struct rotation rotation;
    return find_rotation(call, &rotation);
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct rotation *rotation = call->state = arena_alloc(arena, sizeof(*rotation));
    find_rotation(call, rotation);
    rotation->strip = STRIP_BYTES / type_size(in->type);
    rotation->strips = (rotation->rows + rotation->strip - 1) / rotation->strip;
    call->items[0] =
        shape_elements(&in->shape) / (rotation->rows * rotation->columns) * rotation->strips;
    return operands_check_same(&call->inputs[0], &call->outputs[0], error);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct rotation *rotation = call->state;
    (void)stage, (void)thread;
    for (size_t item = first; item < last; item++) {
        size_t row = item % rotation->strips * rotation->strip, rows = rotation->rows - row;
        size_t matrix = item / rotation->strips * rotation->rows * rotation->columns;
        size_t from = matrix + row * rotation->columns, to = matrix + row;
        rows = rows < rotation->strip ? rows : rotation->strip;
        if (call->outputs[0].tensor->type == TYPE_F32)
            transpose_floats((const float *)call->inputs[0].data + from, rotation->columns,
                             (float *)call->outputs[0].data + to, rotation->rows, rows,
                             rotation->columns);
        else
            transpose_bytes((const int8_t *)call->inputs[0].data + from, rotation->columns,
                            (int8_t *)call->outputs[0].data + to, rotation->rows, rows,
                            rotation->columns);
    }
}

#define ROW(text, type)                                                                            \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_TRANSPOSE, .isa = KERNEL_ISA,                            \
        .types = {type, TYPE_ANY, type}, .accepts = accepts, .prepare = prepare, .run = run        \
    }

static const struct kernel rows[] = {
    ROW("transpose_f32", TYPE_F32),
    ROW("transpose_i8", TYPE_I8),
};

FAST_LIST(fast_transpose_kernels, rows);
