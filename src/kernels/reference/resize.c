/* RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of NHWC images. */
#include <math.h>
#include <string.h>

#include "graph/nearest.h"
#include "kernels/common/operands.h"
#include "kernels/lists.h"

/* Which rows (or columns) of the input make one of the output: lower + weight * (upper - lower).
 * Where both are the same, the weight is 0. */
struct sample {
    size_t lower, upper;
    union {
        float real;
        int32_t q10; /* in 1/1024 */
    } weight;
};

struct resize;

/* Makes a row of the output from the rows above and below it, which may be the same. */
typedef void row_function(const struct resize *resize, const struct sample *row, const void *above,
                          const void *below, void *out);

/* One work item is one row of one output image. */
struct resize {
    struct sample *rows, *columns; /* of the output */
    size_t in_height, in_width, out_height, out_width, channels;
    size_t size; /* bytes of an element */
    row_function *make_row;
};

/* One dimension that is resized. */
struct scaling {
    int32_t in, out;
    const struct resize_params *params;
};

typedef struct sample sample_function(const struct scaling *scaling, int32_t i);

static struct sample edge_sample(int32_t index)
{
    return (struct sample){.lower = (size_t)index, .upper = (size_t)index};
}

static bool aligns(const struct scaling *scaling)
{
    return scaling->params->align_corners && scaling->out > 1;
}

static struct sample sample_real(const struct scaling *scaling, int32_t i)
{
    float scale = aligns(scaling) ? (float)(scaling->in - 1) / (float)(scaling->out - 1)
                                  : (float)scaling->in / (float)scaling->out;
    float position =
        scaling->params->half_pixel_centers ? ((float)i + 0.5f) * scale - 0.5f : (float)i * scale;
    if (position <= 0.0f)
        return edge_sample(0);
    if (position >= (float)(scaling->in - 1))
        return edge_sample(scaling->in - 1);
    struct sample sample = {.lower = (size_t)position, .upper = (size_t)ceilf(position)};
    sample.weight.real = position - (float)sample.lower;
    return sample;
}

/* Positions in 1/1024, from a scale that is rounded to 1/1024. Beyond the edges the reference
 * weighs one pixel with two weights that sum up to 1, which comes to the pixel itself. */
static struct sample sample_q10(const struct scaling *scaling, int32_t i)
{
    int64_t in = scaling->in, out = scaling->out;
    int64_t scale = aligns(scaling) ? (1024 * (in - 1) + (out - 1) / 2) / (out - 1)
                                    : (1024 * in + out / 2) / out;
    int64_t position = i * scale + (scaling->params->half_pixel_centers ? scale / 2 - 512 : 0);
    if (position <= 0)
        return edge_sample(0);
    if (position >= 1024 * (in - 1))
        return edge_sample(scaling->in - 1);
    struct sample sample = {.lower = (size_t)position / 1024};
    sample.upper = ((size_t)position + 1023) / 1024;
    sample.weight.q10 = (int32_t)(position % 1024);
    return sample;
}

static struct sample sample_nearest(const struct scaling *scaling, int32_t i)
{
    return edge_sample(nearest_pixel(scaling->params, scaling->in, scaling->out, i));
}

static enum status add_samples(const struct scaling *scaling, sample_function *function,
                               struct arena *arena, struct sample **samples, struct error *error)
{
    *samples = arena_try(arena, (size_t)scaling->out, sizeof(**samples));
    if (!*samples)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d positions",
                         scaling->out);
    for (int32_t i = 0; i < scaling->out; i++)
        (*samples)[i] = function(scaling, i);
    return STATUS_OK;
}

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

static enum status prepare(struct kernel_call *call, struct arena *arena, sample_function *sample,
                           row_function *make_row, struct error *error)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    const struct resize_params *params = &call->node->params.resize;
    struct scaling vertical = {in->dim[1], out->dim[1], params};
    struct scaling horizontal = {in->dim[2], out->dim[2], params};
    struct resize *resize = call->state = arena_alloc(arena, sizeof(*resize));
    *resize = (struct resize){
        .in_height = (size_t)in->dim[1],
        .in_width = (size_t)in->dim[2],
        .out_height = (size_t)out->dim[1],
        .out_width = (size_t)out->dim[2],
        .channels = (size_t)in->dim[3],
        .size = type_size(call->inputs[0].tensor->type),
        .make_row = make_row,
    };
    call->items[0] = (size_t)in->dim[0] * resize->out_height;
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = add_samples(&vertical, sample, arena, &resize->rows, error);
    if (status == STATUS_OK)
        status = add_samples(&horizontal, sample, arena, &resize->columns, error);
    return status;
}

static enum status prepare_nearest(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    int32_t nearest = call->node->params.resize.nearest;
    if (nearest < NEAREST_BY_CENTERS || nearest > NEAREST_CEIL)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "way %d of choosing a pixel", nearest);
    return prepare(call, arena, sample_nearest, row_nearest, error);
}

static enum status prepare_f32(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, arena, sample_real, row_f32, error);
}

static enum status prepare_i8(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, arena, sample_q10, row_i8, error);
}

static enum status prepare_u8(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, arena, sample_q10, row_u8, error);
}

static enum status prepare_i16(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, arena, sample_q10, row_i16, error);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct resize *resize = call->state;
    size_t pixel = resize->channels * resize->size, in_row = resize->in_width * pixel;
    for (size_t item = first; item < last; item++) {
        const struct sample *row = &resize->rows[item % resize->out_height];
        const char *image = (const char *)call->inputs[0].data +
                            item / resize->out_height * resize->in_height * in_row;
        resize->make_row(resize, row, image + row->lower * in_row, image + row->upper * in_row,
                         (char *)call->outputs[0].data + item * resize->out_width * pixel);
    }
}

#define ROW(text, op_, type, prepare_)                                                             \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = (prepare_), .run = run                                                          \
    }

static const struct kernel rows[] = {
    ROW("resize_bilinear_f32_reference", RESIZE_BILINEAR, TYPE_F32, prepare_f32),
    ROW("resize_bilinear_i8_reference", RESIZE_BILINEAR, TYPE_I8, prepare_i8),
    ROW("resize_bilinear_u8_reference", RESIZE_BILINEAR, TYPE_U8, prepare_u8),
    ROW("resize_bilinear_i16_reference", RESIZE_BILINEAR, TYPE_I16, prepare_i16),
    ROW("resize_nearest_neighbor_any_reference", RESIZE_NEAREST_NEIGHBOR, TYPE_ANY,
        prepare_nearest),
};

KERNEL_LIST(reference_resize_kernels, rows);
