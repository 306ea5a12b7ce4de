#include "kernels/common/resize.h"

#include <math.h>

#include "graph/nearest.h"
#include "kernels/common/operands.h"

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

static enum status prepare(struct kernel_call *call, struct arena *arena, sample_function *sample,
                           struct error *error)
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
    };
    call->items[0] = (size_t)in->dim[0] * resize->out_height;
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = add_samples(&vertical, sample, arena, &resize->rows, error);
    if (status == STATUS_OK)
        status = add_samples(&horizontal, sample, arena, &resize->columns, error);
    return status;
}

enum status resize_prepare_nearest(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    int32_t nearest = call->node->params.resize.nearest;
    if (nearest < NEAREST_BY_CENTERS || nearest > NEAREST_CEIL)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "way %d of choosing a pixel", nearest);
    return prepare(call, arena, sample_nearest, error);
}

enum status resize_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, arena, sample_real, error);
}

enum status resize_prepare_integer(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    return prepare(call, arena, sample_q10, error);
}
