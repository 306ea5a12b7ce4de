/* GridSample: pixels of an image at places that another tensor tells, between pixels their mean by
 * distance. */
#include "formats/onnx/read/import.h"

/* One of the two numbers of each place, in pixels: [N, places]. */
struct coordinate {
    int place; /* real */
    int32_t size;
};

/* Elements first along the last dimension of the grid, -1 to 1, as pixels. */
static struct coordinate coordinate_of(struct import *import, int grid, int32_t first, int32_t size,
                                       bool clamps)
{
    struct shape shape = import_shape(import, grid);
    const int32_t begin[] = {0, 0, 0, first},
                  extent[] = {shape.dim[0], shape.dim[1], shape.dim[2], 1};
    const int inputs[] = {grid, import_list(import, begin, 4), import_list(import, extent, 4)};
    int32_t count = import_i32(import, (int64_t)shape.dim[1] * shape.dim[2], "a size");
    bool aligns = import_attribute_int(import, "align_corners", 0) != 0;
    double factor = (aligns ? size - 1 : size) / 2.0, offset = (size - 1) / 2.0;
    int x = import_emit(import, OP_SLICE, inputs, 3, NULL, TYPE_F32);
    x = import_reshape(import, x, &SHAPE(shape.dim[0], count));
    x = import_scaled(import, x, factor);
    x = import_binary(import, OP_ADD, x, import_float(import, (float)offset));
    if (clamps) {
        x = import_binary(import, OP_MAXIMUM, x, import_float(import, 0.0f));
        x = import_binary(import, OP_MINIMUM, x, import_float(import, (float)(size - 1)));
    }
    return (struct coordinate){x, size};
}

/* The pixel at a whole place: within the image, and 1 where it is, 0 where it was beyond. */
struct pixel {
    int place, is_inside; /* int32; float32 */
};

static struct pixel pixel_at(struct import *import, const struct coordinate *coordinate, int whole)
{
    int low = import_binary(import, OP_MAXIMUM, whole, import_float(import, 0.0f));
    float last = (float)(coordinate->size - 1);
    low = import_binary(import, OP_MINIMUM, low, import_float(import, last));
    const int compared[] = {whole, low};
    int truth = import_emit(import, OP_EQUAL, compared, 2, NULL, TYPE_BOOL);
    return (struct pixel){import_cast(import, low, TYPE_I32), import_cast(import, truth, TYPE_F32)};
}

/* Pixels [N, places, C] of [N, rows * columns, C], times weights [N, places]. */
static int weighted(struct import *import, int pixels, struct pixel row, struct pixel column,
                    int32_t columns, int weights)
{
    union op_params params = {.gather = {.axis = 1, .batch_dims = 1}};
    int width = import_constant(import, TYPE_I32, &(struct shape){0}, &columns);
    int place = import_binary(import, OP_MUL, row.place, width);
    const int inputs[] = {pixels, import_binary(import, OP_ADD, place, column.place)};
    int inside = import_binary(import, OP_MUL, row.is_inside, column.is_inside);
    weights = weights == NO_TENSOR ? inside : import_binary(import, OP_MUL, weights, inside);
    struct shape shape = import_shape(import, weights);
    weights = import_reshape(import, weights, &SHAPE(shape.dim[0], shape.dim[1], 1));
    int gathered = import_emit(import, OP_GATHER, inputs, 2, &params, TYPE_F32);
    return import_binary(import, OP_MUL, gathered, weights);
}

/* Shares of the pixel before (0) and behind (1) the place. */
static int share_of(struct import *import, int rest, int k)
{
    return k ? rest : import_binary(import, OP_SUB, import_float(import, 1.0f), rest);
}

static int linear(struct import *import, int pixels, const struct coordinate *y,
                  const struct coordinate *x)
{
    int top = import_unary(import, OP_FLOOR, y->place),
        left = import_unary(import, OP_FLOOR, x->place);
    int below = import_binary(import, OP_SUB, y->place, top);
    int right = import_binary(import, OP_SUB, x->place, left), sum = NO_TENSOR;
    for (int k = 0; k < 4; k++) {
        int row = import_binary(import, OP_ADD, top, import_float(import, (float)(k / 2)));
        int column = import_binary(import, OP_ADD, left, import_float(import, (float)(k % 2)));
        int share = import_binary(import, OP_MUL, share_of(import, below, k / 2),
                                  share_of(import, right, k % 2));
        int part = weighted(import, pixels, pixel_at(import, y, row), pixel_at(import, x, column),
                            x->size, share);
        sum = k == 0 ? part : import_binary(import, OP_ADD, sum, part);
    }
    return sum;
}

static void grid_sample(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), grid = import_needed(import, 1);
    struct shape in = import_shape(import, x), places = import_shape(import, grid);
    bool is_nearest = import_attribute_is(import, "mode", "nearest", "linear");
    bool is_linear = import_attribute_is(import, "mode", "bilinear", "linear") ||
                     import_attribute_is(import, "mode", "linear", "linear");
    bool clamps = import_attribute_is(import, "padding_mode", "border", "zeros");
    (void)row;
    if (!import_ok(import) || in.rank != 4 || places.rank != 4 || places.dim[3] != 2 ||
        places.dim[0] != in.dim[0] || (!is_nearest && !is_linear) ||
        (!clamps && !import_attribute_is(import, "padding_mode", "zeros", "zeros"))) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "expected images, the nearest pixel or linear means, and zeros or the border "
                    "around the image");
        return;
    }
    int32_t rows = in.dim[2], columns = in.dim[3];
    int32_t count = import_i32(import, (int64_t)rows * columns, "a size");
    struct coordinate across = coordinate_of(import, grid, 0, columns, clamps);
    struct coordinate down = coordinate_of(import, grid, 1, rows, clamps);
    int pixels =
        import_reshape(import, import_to_nhwc(import, x), &SHAPE(in.dim[0], count, in.dim[1]));
    int y = import_unary(import, OP_ROUND, down.place);
    int column = import_unary(import, OP_ROUND, across.place);
    int made = is_nearest ? weighted(import, pixels, pixel_at(import, &down, y),
                                     pixel_at(import, &across, column), columns, NO_TENSOR)
                          : linear(import, pixels, &down, &across);
    made = import_reshape(import, made, &SHAPE(in.dim[0], places.dim[1], places.dim[2], in.dim[1]));
    import_output(import, 0, import_to_nchw(import, made));
}

static const struct onnx_row rows[] = {
    {.name = "GridSample", .convert = grid_sample},
};

ONNX_ROWS(onnx_grid_rows, rows);
