/* SOFTMAX of integers of graphs that round once: in real numbers, of which the exponentials of all
 * differences from the greatest are in a table. */
#include "kernels/common/quantized.h"
#include "kernels/common/real_scale.h"
#include "kernels/reference/greatest.h"
#include "kernels/reference/softmax.h"

static void table_row(const struct softmax_once *softmax, const void *in, void *out, size_t first)
{
    enum type type = softmax->type;
    int32_t greatest = greatest_of_row(type, in, first, softmax->depth);
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
    const struct softmax_once *softmax = call->state;
    for (size_t row = first; row < last; row++)
        table_row(softmax, call->inputs[0].data, call->outputs[0].data, row * softmax->depth);
}
