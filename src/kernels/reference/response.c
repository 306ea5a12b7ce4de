/* LOCAL_RESPONSE_NORMALIZATION: each channel of a pixel over a power of the squares around it:
 * out[c] = in[c] / (bias + alpha * (in[c - radius]^2 + ... + in[c + radius]^2))^beta, where
 * channels that there are not count as 0.
 *
 * Source: A. Krizhevsky, I. Sutskever, G. E. Hinton, 2012, ImageNet Classification with Deep
 * Convolutional Neural Networks, section 3.3.
 */
#include <math.h>

#include "kernels/common/response.h"
#include "kernels/lists.h"

static double squares_around(const struct response *response, const float *in, size_t c)
{
    size_t begin = c > response->radius ? c - response->radius : 0;
    size_t behind = response->channels - c - 1;
    size_t end = c + (behind < response->radius ? behind : response->radius);
    double sum = 0.0;
    for (size_t i = begin; i <= end; i++)
        sum += (double)in[i] * (double)in[i];
    return sum;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct response *response = call->state;
    const struct response_params *params = &call->node->params.response;
    size_t end = portion_begin(&response->rows, last);
    for (size_t row = portion_begin(&response->rows, first); row < end; row++) {
        const float *in = (const float *)call->inputs[0].data + row * response->channels;
        float *out = (float *)call->outputs[0].data + row * response->channels;
        for (size_t c = 0; c < response->channels; c++) {
            double base =
                (double)params->bias + (double)params->alpha * squares_around(response, in, c);
            out[c] = (float)((double)in[c] * pow(base, -(double)params->beta));
        }
    }
}

static const struct kernel rows[] = {
    {
        .name = "local_response_normalization_f32_reference",
        .op = OP_LOCAL_RESPONSE_NORMALIZATION,
        .isa = ISA_REFERENCE,
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32},
        .prepare = response_prepare,
        .run = run,
    },
};

KERNEL_LIST(reference_response_kernels, rows);
