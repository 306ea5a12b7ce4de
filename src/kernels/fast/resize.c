/* RESIZE_BILINEAR of NHWC images: all channels of a pixel at a time. */
#include "kernels/common/resize.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"
#include "kernels/lists.h"

/* Two rows of the input that one of the output lies between, and a column of it. */
struct corners {
    const char *above, *below;
    const struct sample *row, *column;
};

typedef void pixel_function(const struct corners *at, size_t channels, void *out);

/* The four pixels around a position, once per type. */
#define CORNERS(type)                                                                              \
    const type *above = (const type *)(const void *)at->above;                                     \
    const type *below = (const type *)(const void *)at->below;                                     \
    const type *top_left = above + at->column->lower * channels;                                   \
    const type *top_right = above + at->column->upper * channels;                                  \
    const type *low_left = below + at->column->lower * channels;                                   \
    const type *low_right = below + at->column->upper * channels;                                  \
    type *restrict pixel = out

/* In the reference's order: the results are its own. */
static void pixel_f32(const struct corners *at, size_t channels, void *out)
{
    const float y = at->row->weight.real, x = at->column->weight.real;
    CORNERS(float);
    for (size_t c = 0; c < channels; c++)
        pixel[c] = top_left[c] * (1 - y) * (1 - x) + low_left[c] * y * (1 - x) +
                   top_right[c] * (1 - y) * x + low_right[c] * y * x;
}

/* Sums are 2^20 times a mean, which of 8 bits is within int32. Halves away from zero. */
#define DEFINE_PIXEL(name, type, sum_type)                                                         \
    static void name(const struct corners *at, size_t channels, void *out)                         \
    {                                                                                              \
        const sum_type y = at->row->weight.q10, x = at->column->weight.q10;                        \
        const sum_type weights[] = {(1024 - y) * (1024 - x), y * (1024 - x), (1024 - y) * x,       \
                                    y * x};                                                        \
        CORNERS(type);                                                                             \
        for (size_t c = 0; c < channels; c++) {                                                    \
            sum_type sum = top_left[c] * weights[0] + low_left[c] * weights[1] +                   \
                           top_right[c] * weights[2] + low_right[c] * weights[3];                  \
            sum_type sign = sum < 0 ? -1 : 0, size = (sum ^ sign) - sign;                          \
            sum_type steps = (size + (1 << 19)) >> 20;                                             \
            pixel[c] = (type)((steps ^ sign) - sign);                                              \
        }                                                                                          \
    }

DEFINE_PIXEL(pixel_i8, int8_t, int32_t)
DEFINE_PIXEL(pixel_u8, uint8_t, int32_t)
DEFINE_PIXEL(pixel_i16, int16_t, int64_t)

static pixel_function *pixel_of(enum type type)
{
    switch (type) {
    case TYPE_F32:
        return pixel_f32;
    case TYPE_I8:
        return pixel_i8;
    case TYPE_U8:
        return pixel_u8;
    default:
        return pixel_i16;
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct resize *resize = call->state;
    pixel_function *make_pixel = pixel_of(call->outputs[0].tensor->type);
    size_t pixel = resize->channels * resize->size, in_row = resize->in_width * pixel;
    char *out = (char *)call->outputs[0].data + first * resize->out_width * pixel;
    (void)stage, (void)thread;
    for (size_t item = first; item < last; item++) {
        const char *image = (const char *)call->inputs[0].data +
                            item / resize->out_height * resize->in_height * in_row;
        struct corners at = {.row = &resize->rows[item % resize->out_height]};
        at.above = image + at.row->lower * in_row;
        at.below = image + at.row->upper * in_row;
        for (size_t i = 0; i < resize->out_width; i++, out += pixel) {
            at.column = &resize->columns[i];
            make_pixel(&at, resize->channels, out);
        }
    }
}

#define ROW(suffix, type, prepare_)                                                                \
    {                                                                                              \
        .name = FAST_TEXT("resize_bilinear_" suffix), .op = OP_RESIZE_BILINEAR, .isa = KERNEL_ISA, \
        .types = {type, TYPE_ANY, type}, .prepare = (prepare_), .run = run                         \
    }

static const struct kernel rows[] = {
    ROW("f32", TYPE_F32, resize_prepare_real),
    ROW("i8", TYPE_I8, resize_prepare_integer),
    ROW("u8", TYPE_U8, resize_prepare_integer),
    ROW("i16", TYPE_I16, resize_prepare_integer),
};

FAST_LIST(fast_resize_kernels, rows);
