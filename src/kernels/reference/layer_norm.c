/* LAYER_NORMALIZATION: every row less its mean, over its standard deviation, times a factor and
 * plus an offset per element.
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, 2016, Layer Normalization; the variance is that of
 * the row itself (divided by n), and epsilon is added to it.
 */
#include "kernels/reference/layer_norm.h"

#include <math.h>

#include "kernels/common/operands.h"
#include "kernels/lists.h"

enum status layer_norm_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *shape = &call->inputs[0].tensor->shape;
    int32_t axis = call->node->params.norm.axis;
    float epsilon = call->node->params.norm.epsilon;
    enum status status = STATUS_OK;
    if (!isfinite(epsilon) || epsilon < 0.0f)
        return error_set(error, STATUS_INVALID, NULL, "epsilon is %g, expected a positive number",
                         (double)epsilon);
    for (int i = 1; status == STATUS_OK && i < call->n_inputs; i++)
        if (call->inputs[i].tensor)
            status = operands_check_type(&call->inputs[i], &call->inputs[0], error);
    struct layer_norm *norm = call->state = arena_alloc(arena, sizeof(*norm));
    norm->depth = shape_span(shape, axis, shape->rank);
    size_t rows = norm->depth ? shape_span(shape, 0, axis) : 0;
    norm->rows = portions_of(rows, norm->depth * sizeof(float));
    call->items[0] = norm->rows.items;
    return status;
}

static void normalize(const float *in, float *out, size_t depth, double epsilon)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < depth; i++)
        sum += (double)in[i];
    double mean = sum / (double)depth;
    for (size_t i = 0; i < depth; i++)
        squares += ((double)in[i] - mean) * ((double)in[i] - mean);
    double deviation = sqrt(squares / (double)depth + epsilon);
    for (size_t i = 0; i < depth; i++)
        out[i] = (float)(((double)in[i] - mean) / deviation);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct layer_norm *norm = call->state;
    const float *factors = call->inputs[1].data;
    const float *offsets = call->n_inputs > 2 ? call->inputs[2].data : NULL;
    size_t end = portion_begin(&norm->rows, last);
    for (size_t row = portion_begin(&norm->rows, first); row < end; row++) {
        float *out = (float *)call->outputs[0].data + row * norm->depth;
        normalize((const float *)call->inputs[0].data + row * norm->depth, out, norm->depth,
                  (double)call->node->params.norm.epsilon);
        for (size_t i = 0; i < norm->depth; i++)
            out[i] = out[i] * factors[i] + (offsets ? offsets[i] : 0.0f);
    }
}

static const struct kernel rows[] = {
    {
        .name = "layer_normalization_f32_reference",
        .op = OP_LAYER_NORMALIZATION,
        .isa = ISA_REFERENCE,
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32},
        .prepare = layer_norm_prepare,
        .run = run,
    },
};

KERNEL_LIST(reference_layer_norm_kernels, rows);
