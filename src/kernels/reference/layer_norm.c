/* LAYER_NORMALIZATION: every row less its mean, over its standard deviation, times a factor and
 * plus an offset per element.
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, 2016, Layer Normalization; the variance is that of
 * the row itself (divided by n), and epsilon is added to it.
 */
#include "kernels/common/layer_norm.h"

#include <math.h>

#include "kernels/lists.h"

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
