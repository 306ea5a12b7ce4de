/* RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of NHWC images. */
#include <string.h>

#include "kernels/common/resize.h"
#include "kernels/lists.h"

/* Makes a row of the output from the rows above and below it, which may be the same. */
typedef void row_function(const struct resize *resize, const struct sample *row, const void *above,
                          const void *below, void *out);

static void row_nearest(const struct resize *resize, const struct sample *row, const void *above,
                        const void *below, void *out)
{
    (void)row, (void)below;
    size_t pixel = resize->channels * resize->size;
    for (size_t i = 0; i < resize->out_width; i++)
        memcpy((char *)out + i * pixel, (const char *)above + resize->columns[i].lower * pixel,
               pixel);
}

/* The four pixels around each position, each weighed by how near it is. */
static void row_f32(const struct resize *resize, const struct sample *row, const void *above,
                    const void *below, void *out)
{
    float y = row->weight.real;
    size_t channels = resize->channels;
    for (size_t i = 0; i < resize->out_width; i++) {
        const struct sample *column = &resize->columns[i];
        const float *top = above, *bottom = below;
        size_t left = column->lower * channels, right = column->upper * channels;
        float x = column->weight.real, *pixel = (float *)out + i * channels;
        for (size_t c = 0; c < channels; c++)
            pixel[c] = top[left + c] * (1 - y) * (1 - x) + bottom[left + c] * y * (1 - x) +
                       top[right + c] * (1 - y) * x + bottom[right + c] * y * x;
    }
}

/* sum / 2^20, halves away from zero. */
static int32_t round_q20(int64_t sum)
{
    return (int32_t)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
}

/* The same in integers. Scale and zero point do not enter a weighted mean. */
#define DEFINE_ROW(name, element)                                                                  \
    static void name(const struct resize *resize, const struct sample *row, const void *above,     \
                     const void *below, void *out)                                                 \
    {                                                                                              \
        int64_t y = row->weight.q10;                                                               \
        size_t channels = resize->channels;                                                        \
        for (size_t i = 0; i < resize->out_width; i++) {                                           \
            const struct sample *column = &resize->columns[i];                                     \
            const element *top = above, *bottom = below;                                           \
            size_t left = column->lower * channels, right = column->upper * channels;              \
            int64_t x = column->weight.q10;                                                        \
            element *pixel = (element *)out + i * channels;                                        \
            for (size_t c = 0; c < channels; c++)                                                  \
                pixel[c] = (element)round_q20(                                                     \
                    top[left + c] * (1024 - y) * (1024 - x) + bottom[left + c] * y * (1024 - x) +  \
                    top[right + c] * (1024 - y) * x + bottom[right + c] * y * x);                  \
        }                                                                                          \
    }

DEFINE_ROW(row_i8, int8_t)
DEFINE_ROW(row_u8, uint8_t)
DEFINE_ROW(row_i16, int16_t)

static row_function *row_of(const struct kernel_call *call)
{
    if (call->node->op == OP_RESIZE_NEAREST_NEIGHBOR)
        return row_nearest;
    switch (call->outputs[0].tensor->type) {
    case TYPE_F32:
        return row_f32;
    case TYPE_I8:
        return row_i8;
    case TYPE_U8:
        return row_u8;
    default:
        return row_i16;
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct resize *resize = call->state;
    row_function *make_row = row_of(call);
    size_t pixel = resize->channels * resize->size, in_row = resize->in_width * pixel;
    for (size_t item = first; item < last; item++) {
        const struct sample *row = &resize->rows[item % resize->out_height];
        const char *image = (const char *)call->inputs[0].data +
                            item / resize->out_height * resize->in_height * in_row;
        make_row(resize, row, image + row->lower * in_row, image + row->upper * in_row,
                 (char *)call->outputs[0].data + item * resize->out_width * pixel);
    }
}

#define ROW(text, op_, type, prepare_)                                                             \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = (prepare_), .run = run                                                          \
    }

static const struct kernel rows[] = {
    ROW("resize_bilinear_f32_reference", RESIZE_BILINEAR, TYPE_F32, resize_prepare_real),
    ROW("resize_bilinear_i8_reference", RESIZE_BILINEAR, TYPE_I8, resize_prepare_integer),
    ROW("resize_bilinear_u8_reference", RESIZE_BILINEAR, TYPE_U8, resize_prepare_integer),
    ROW("resize_bilinear_i16_reference", RESIZE_BILINEAR, TYPE_I16, resize_prepare_integer),
    ROW("resize_nearest_neighbor_any_copy", RESIZE_NEAREST_NEIGHBOR, TYPE_ANY,
        resize_prepare_nearest),
};

KERNEL_LIST(reference_resize_kernels, rows);
