/* DYNAMIC_QUANTIZE: a tensor as uint8 of a scale and a zero point that its values give: ONNX's
 * DynamicQuantizeLinear. The outputs are the numbers, the scale and the zero point.
 *
 * The range of the values and of 0 has 255 steps. All is computed in single precision; halves go to
 * the even neighbour.
 */
#include <float.h>
#include <math.h>

#include "kernels/common/dynamic_quantize.h"
#include "kernels/common/portions.h"
#include "kernels/common/quantized.h"
#include "kernels/lists.h"

/* The range must have a width that float32 has: infinite ends count as the greatest number, and
 * what is too narrow for a step as nothing. */
static float step_of(float low, float high)
{
    if (!(high > low))
        return 1.0f;
    float step = (high - low) / 255.0f;
    if (isfinite(step))
        return step > 0.0f ? step : 1.0f;
    return (float)(((double)fminf(high, FLT_MAX) - (double)fmaxf(low, -FLT_MAX)) / 255.0);
}

static void find_scale(const struct kernel_call *call)
{
    const float *in = call->inputs[0].data;
    size_t count = shape_elements(&call->inputs[0].tensor->shape);
    float low = 0.0f, high = 0.0f;
    for (size_t i = 0; i < count; i++) {
        low = in[i] < low ? in[i] : low;
        high = in[i] > high ? in[i] : high;
    }
    float step = step_of(low, high), zero = rintf(clamp_real(-low / step, 0.0f, 255.0f));
    *(float *)call->outputs[1].data = step;
    *(uint8_t *)call->outputs[2].data = (uint8_t)zero;
}

/* NaN becomes a real 0, as in QUANTIZE. */
static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)thread;
    if (stage == 0) {
        find_scale(call);
        return;
    }
    const float *in = call->inputs[0].data, step = *(const float *)call->outputs[1].data;
    const uint8_t zero = *(const uint8_t *)call->outputs[2].data;
    uint8_t *out = call->outputs[0].data;
    size_t end = portion_begin(call->state, last);
    for (size_t i = portion_begin(call->state, first); i < end; i++) {
        float steps = isnan(in[i]) ? 0.0f : rintf(in[i] / step);
        out[i] = (uint8_t)clamp_real(steps + (float)zero, 0.0f, 255.0f);
    }
}

static const struct kernel rows[] = {
    {
        .name = "dynamic_quantize_f32_u8_reference",
        .op = OP_DYNAMIC_QUANTIZE,
        .isa = ISA_REFERENCE,
        .types = {TYPE_F32, TYPE_ANY, TYPE_U8},
        .prepare = dynamic_quantize_prepare,
        .run = run,
    },
};

KERNEL_LIST(reference_dynamic_quantize_kernels, rows);
