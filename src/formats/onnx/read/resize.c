/* Resize and Upsample: an operator of ours where one is equivalent, else a product with a matrix
 * along each dimension, since every kind of interpolation is linear in the pixels. */
#include <math.h>
#include <string.h>

#include "formats/onnx/read/import.h"

/* How coordinates and neighbours are found. */
enum transform {
    HALF_PIXEL,
    PYTORCH_HALF_PIXEL,
    ASYMMETRIC,
    ALIGN_CORNERS,
    HALF_PIXEL_FOR_NEAREST,
    CROP_AND_RESIZE
};
enum kind { LINEAR, NEAREST, CUBIC };

struct resize {
    enum transform transform;
    enum kind kind;
    enum nearest nearest;
    float cubic_a;
    bool exclude_outside;
    float extrapolation;
    double scales[SHAPE_RANK_MAX];
    double crop_begin[SHAPE_RANK_MAX], crop_end[SHAPE_RANK_MAX];
    struct shape in, out;
};

static int choose(struct import *import, const char *attribute, const char *const *names,
                  const char *missing)
{
    for (int i = 0; names[i]; i++)
        if (import_attribute_is(import, attribute, names[i], missing))
            return i;
    import_fail(import, STATUS_UNSUPPORTED, "unknown value of attribute '%s'", attribute);
    return 0;
}

static void read_kind(struct import *import, struct resize *resize)
{
    static const char *const transforms[] = {
        "half_pixel",           "pytorch_half_pixel", "asymmetric", "align_corners",
        "tf_half_pixel_for_nn", "tf_crop_and_resize", NULL};
    static const char *const kinds[] = {"linear", "nearest", "cubic", NULL};
    static const char *const nearest[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                          "ceil", NULL};
    bool is_old = import->opset < 11; /* Upsample, and Resize at its beginning */
    resize->transform = is_old ? ASYMMETRIC
                               : (enum transform)choose(import, "coordinate_transformation_mode",
                                                        transforms, "half_pixel");
    resize->kind = (enum kind)choose(import, "mode", kinds, "nearest");
    resize->nearest =
        is_old ? NEAREST_FLOOR
               : (enum nearest)(NEAREST_PREFER_FLOOR +
                                choose(import, "nearest_mode", nearest, "round_prefer_floor"));
    resize->cubic_a = import_attribute_float(import, "cubic_coeff_a", -0.75f);
    resize->exclude_outside = import_attribute_int(import, "exclude_outside", 0) != 0;
    resize->extrapolation = import_attribute_float(import, "extrapolation_value", 0.0f);
    if (import_attribute_int(import, "antialias", 0) != 0 ||
        !import_attribute_is(import, "keep_aspect_ratio_policy", "stretch", "stretch") ||
        import_attribute(import, "axes"))
        import_fail(import, STATUS_UNSUPPORTED,
                    "antialias, axes and keep_aspect_ratio_policy are not supported");
}

/* The scales; false where the sizes are given instead. */
static bool read_scales(struct import *import, int tensor, struct resize *resize)
{
    const struct tensor *scales = import_tensor(import, tensor);
    size_t count = tensor == NO_TENSOR ? 0 : shape_elements(&scales->shape);
    if (count == 0)
        return false;
    if (!scales->data || scales->type != TYPE_F32 || count != (size_t)resize->in.rank) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "scales must be float32 constants, one for each dimension");
        return false;
    }
    for (int i = 0; i < resize->in.rank; i++) {
        resize->scales[i] = (double)((const float *)scales->data)[i];
        double size = floor((double)resize->in.dim[i] * resize->scales[i]);
        if (!(size >= 1.0) || size > INT32_MAX)
            import_fail(import, STATUS_FORMAT, "scale %d is %g, which leaves no valid size", i,
                        resize->scales[i]);
        else
            resize->out.dim[i] = (int32_t)size;
    }
    return true;
}

static void read_attribute_scales(struct import *import, struct resize *resize)
{
    const Onnx__Attribute *scales = import_attribute(import, "scales");
    if (!scales || scales->n_floats != (size_t)resize->in.rank) {
        import_fail(import, STATUS_FORMAT, "expected a scale for each dimension");
        return;
    }
    int tensor =
        import_constant(import, TYPE_F32, &SHAPE((int32_t)scales->n_floats), scales->floats);
    read_scales(import, tensor, resize);
}

static void read_sizes(struct import *import, int tensor, struct resize *resize)
{
    struct import_ints sizes = import_ints(import, tensor, "sizes");
    if (import_ok(import) && sizes.count != resize->in.rank)
        import_fail(import, STATUS_FORMAT, "expected a size for each dimension");
    for (int i = 0; import_ok(import) && i < sizes.count; i++) {
        resize->out.dim[i] = import_i32(import, sizes.values[i], "a size");
        if (resize->out.dim[i] < 1 || resize->in.dim[i] < 1)
            import_fail(import, STATUS_FORMAT, "size %d is %d, expected at least 1", i,
                        resize->out.dim[i]);
        else
            resize->scales[i] = (double)resize->out.dim[i] / (double)resize->in.dim[i];
    }
}

/* Where a crop begins and ends in each dimension, as fractions of it. */
static void read_crop(struct import *import, int tensor, bool by_scales, struct resize *resize)
{
    const struct tensor *roi = import_tensor(import, tensor);
    int rank = resize->in.rank;
    if (!roi->data || roi->type != TYPE_F32 || shape_elements(&roi->shape) != 2 * (size_t)rank) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "'roi' must be a float32 constant, two numbers for each dimension");
        return;
    }
    for (int i = 0; i < rank; i++) {
        resize->crop_begin[i] = (double)((const float *)roi->data)[i];
        resize->crop_end[i] = (double)((const float *)roi->data)[rank + i];
        double share = resize->crop_end[i] - resize->crop_begin[i];
        if (by_scales)
            resize->out.dim[i] =
                (int32_t)floor(resize->in.dim[i] * share * resize->scales[i] + 1e-9);
        if (!(share > 0.0) || share > 1e6 || resize->out.dim[i] < 1)
            import_fail(import, STATUS_FORMAT, "crop from %g to %g is empty or too large",
                        resize->crop_begin[i], resize->crop_end[i]);
    }
}

/* --- an operator of ours --- */

static bool is_whole(const struct resize *resize, int i)
{
    double size = resize->in.dim[i] * resize->scales[i];
    return !(size < resize->out.dim[i]) && !(size > resize->out.dim[i]);
}

/* Whether only rows and columns change, and in a way that our operators have. */
static bool is_plain(const struct resize *resize)
{
    bool fits = resize->in.rank == 4 && resize->kind != CUBIC &&
                resize->transform < HALF_PIXEL_FOR_NEAREST &&
                resize->in.dim[0] == resize->out.dim[0] && resize->in.dim[1] == resize->out.dim[1];
    for (int i = 2; fits && i < 4; i++)
        fits = is_whole(resize, i) &&
               (resize->transform != PYTORCH_HALF_PIXEL || resize->out.dim[i] > 1);
    return fits;
}

/* The rule that .tflite files have, too, where it is equivalent. */
static enum nearest own_nearest(const struct resize *resize)
{
    bool same = (resize->transform == ASYMMETRIC && resize->nearest == NEAREST_FLOOR) ||
                (resize->transform != ASYMMETRIC && resize->nearest == NEAREST_PREFER_CEIL);
    return same ? NEAREST_BY_CENTERS : resize->nearest;
}

static int emit_plain(struct import *import, int x, const struct resize *resize)
{
    union op_params params = {
        .resize = {
            .align_corners = resize->transform == ALIGN_CORNERS,
            .half_pixel_centers =
                resize->transform == HALF_PIXEL || resize->transform == PYTORCH_HALF_PIXEL,
            .nearest = resize->kind == NEAREST ? own_nearest(resize) : NEAREST_BY_CENTERS,
        }};
    const int inputs[] = {import_to_nhwc(import, x), import_list(import, resize->out.dim + 2, 2)};
    enum op op = resize->kind == NEAREST ? OP_RESIZE_NEAREST_NEIGHBOR : OP_RESIZE_BILINEAR;
    return import_to_nchw(
        import, import_emit(import, op, inputs, 2, &params, import_tensor(import, x)->type));
}

/* --- a product per dimension --- */

/* The coordinate in the input of output element x. */
static double source_of(const struct resize *resize, int i, int32_t x)
{
    double in = resize->in.dim[i], out = resize->out.dim[i], scale = resize->scales[i];
    switch (resize->transform) {
    case HALF_PIXEL:
        return (x + 0.5) / scale - 0.5;
    case PYTORCH_HALF_PIXEL:
        return out > 1 ? (x + 0.5) / scale - 0.5 : 0.0;
    case HALF_PIXEL_FOR_NEAREST:
        return (x + 0.5) / scale;
    case ASYMMETRIC:
        return x / scale;
    case ALIGN_CORNERS:
        return out > 1 ? x * (in - 1) / (in * scale - 1) : 0.0;
    default:
        break;
    }
    double begin = resize->crop_begin[i], end = resize->crop_end[i];
    return out > 1 ? begin * (in - 1) + x * (end - begin) * (in - 1) / (out - 1)
                   : 0.5 * (begin + end) * (in - 1);
}

static double nearest_of(enum nearest nearest, double x)
{
    switch (nearest) {
    case NEAREST_FLOOR:
        return floor(x);
    case NEAREST_CEIL:
        return ceil(x);
    case NEAREST_PREFER_CEIL:
        return floor(x + 0.5);
    default:
        return ceil(x - 0.5);
    }
}

/* Weights of the cells first, first + 1, ... around x; returns how many. Source of the cubic: R.
 * Keys, 1981, Cubic Convolution Interpolation for Digital Image Processing. */
static int neighbours(const struct resize *resize, double x, int64_t *first, double weights[4])
{
    double at = floor(x), t = x - at, a = (double)resize->cubic_a;
    if (resize->kind == NEAREST) {
        *first = (int64_t)nearest_of(resize->nearest, x);
        weights[0] = 1.0;
        return 1;
    }
    if (resize->kind == LINEAR) {
        *first = (int64_t)at;
        weights[0] = 1.0 - t;
        weights[1] = t;
        return 2;
    }
    *first = (int64_t)at - 1;
    for (int i = 0; i < 4; i++) {
        double d = fabs(x - (at - 1 + i));
        weights[i] = d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1
                            : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    }
    return 4;
}

/* One row of the matrix: the share of each input cell in output element x. */
static void fill_row(const struct resize *resize, int i, int32_t x, float *row)
{
    int32_t size = resize->in.dim[i];
    double weights[4], sum = 0.0;
    int64_t first;
    int count = neighbours(resize, source_of(resize, i, x), &first, weights);
    for (int k = 0; k < count; k++) {
        bool outside = first + k < 0 || first + k >= size;
        if (resize->exclude_outside && outside)
            weights[k] = 0.0;
        sum += weights[k];
    }
    for (int k = 0; k < count; k++) {
        int64_t cell = first + k < 0 ? 0 : first + k >= size ? size - 1 : first + k;
        row[cell] += (float)(weights[k] / sum);
    }
}

/* Whether a cropped output lies outside of the image, where it has a constant value. */
static bool is_outside(const struct resize *resize, int i, int32_t x)
{
    double at = source_of(resize, i, x);
    return resize->transform == CROP_AND_RESIZE && (at < 0.0 || at > resize->in.dim[i] - 1);
}

/* Resizes dimension i: it goes last, is multiplied, and goes back. */
static int multiply_along(struct import *import, int x, const struct resize *resize, int i)
{
    int32_t in = resize->in.dim[i], out = resize->out.dim[i], order[SHAPE_RANK_MAX];
    int rank = resize->in.rank;
    int weights, bias;
    float *matrix = import_made(import, TYPE_F32, &SHAPE(out, in), &weights);
    float *offsets = import_made(import, TYPE_F32, &SHAPE(out), &bias);
    if (!matrix || !offsets)
        return NO_TENSOR;
    for (int32_t o = 0; o < out; o++)
        if (is_outside(resize, i, o))
            offsets[o] = resize->extrapolation;
        else
            fill_row(resize, i, o, matrix + (size_t)o * (size_t)in);
    for (int d = 0; d < rank; d++)
        order[d] = d < i ? d : d < rank - 1 ? d + 1 : i;
    union op_params params = {.dense = {.keep_num_dims = 1, .bias_type = TYPE_F32}};
    const int inputs[] = {import_transpose(import, x, order), weights, bias};
    int count = resize->transform == CROP_AND_RESIZE ? 3 : 2;
    x = import_emit(import, OP_FULLY_CONNECTED, inputs, count, &params, TYPE_F32);
    for (int d = 0; d < rank; d++)
        order[d] = d < i ? d : d == i ? rank - 1 : d - 1;
    return import_transpose(import, x, order);
}

static int emit_products(struct import *import, int x, const struct resize *resize)
{
    for (int i = 0; i < resize->in.rank; i++) {
        bool is_cropped = resize->transform == CROP_AND_RESIZE &&
                          (resize->crop_begin[i] > 0.0 || resize->crop_end[i] < 1.0);
        if (resize->in.dim[i] != resize->out.dim[i] || is_cropped)
            x = multiply_along(import, x, resize, i);
    }
    return x;
}

static void convert(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct resize resize = {.in = import_shape(import, x), .out = import_shape(import, x)};
    bool is_upsample = import->opset < 11, by_attribute = row->last == 8, by_scales = true;
    int scales = is_upsample ? 1 : 2;
    import_input(import, 1); /* the region, which counts where it is cropped */
    int sizes = is_upsample ? NO_TENSOR : import_input(import, 3); /* empty, or none, by scales */
    read_kind(import, &resize);
    if (by_attribute)
        read_attribute_scales(import, &resize);
    else if (!(by_scales = read_scales(import, import_input(import, scales), &resize)))
        read_sizes(import, import_needed(import, 3), &resize);
    else if (sizes != NO_TENSOR && shape_elements(&import_tensor(import, sizes)->shape) > 0)
        import_fail(import, STATUS_FORMAT, "scales and sizes, expected one of them");
    if (resize.transform == CROP_AND_RESIZE && import_ok(import))
        read_crop(import, import_needed(import, 1), by_scales, &resize);
    if (!import_ok(import))
        return;
    import_output(import, 0,
                  is_plain(&resize) ? emit_plain(import, x, &resize)
                                    : emit_products(import, x, &resize));
}

static const struct onnx_row rows[] = {
    {.name = "Upsample", .convert = convert, .last = 8},
    {.name = "Upsample", .convert = convert, .first = 9},
    {.name = "Resize", .convert = convert},
};

ONNX_ROWS(onnx_resize_rows, rows);
