/* SOFTMAX of integers of graphs that round once. */
#include <math.h>

#include "kernels/common/quantized.h"
#include "kernels/common/real_scale.h"
#include "kernels/reference/softmax.h"

/* The exponentials of all differences from the greatest are in a table. */
struct table_softmax {
    size_t depth;
    enum type type;
    int32_t low, high, zero;
    double scale_out;
    float *exponential; /* of minus that many steps */
};

enum status softmax_prepare_once(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    struct table_softmax *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    enum status status = softmax_set_rows(call, &softmax->depth, error);
    if (status == STATUS_OK)
        status = quantized_check(in, "input", error);
    if (status == STATUS_OK)
        status = quantized_check(out, "output", error);
    if (status != STATUS_OK)
        return status;
    softmax->type = in->type;
    softmax->zero = out->quant.zero_point[0];
    softmax->low = (int32_t)type_lowest(in->type) - softmax->zero;
    softmax->high = (int32_t)type_highest(in->type) - softmax->zero;
    softmax->scale_out = (double)out->quant.scale[0];
    size_t values = (size_t)(type_highest(in->type) - type_lowest(in->type)) + 1;
    softmax->exponential = arena_alloc(arena, values * sizeof(float));
    for (size_t i = 0; i < values; i++)
        softmax->exponential[i] =
            expf(-call->node->params.scalar.value * (in->quant.scale[0] * (float)i));
    return STATUS_OK;
}

static void table_row(const struct table_softmax *softmax, const void *in, void *out, size_t first)
{
    enum type type = softmax->type;
    int32_t greatest = softmax_greatest(type, in, first, softmax->depth);
    double sum = 0.0;
    for (size_t i = first; i < first + softmax->depth; i++)
        sum += (double)softmax->exponential[greatest - quantized_load(type, in, i)];
    double factor = 1.0 / (sum * softmax->scale_out);
    for (size_t i = first; i < first + softmax->depth; i++) {
        double share = (double)softmax->exponential[greatest - quantized_load(type, in, i)];
        int32_t steps = round_wide_within(share * factor, softmax->low, softmax->high);
        quantized_store(type, out, i, steps + softmax->zero);
    }
}

void softmax_run_once(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    const struct table_softmax *softmax = call->state;
    for (size_t row = first; row < last; row++)
        table_row(softmax, call->inputs[0].data, call->outputs[0].data, row * softmax->depth);
}
