/* Mode w4: int4 weights, float compute. */
#include "quantize/modes.h"
#include "quantize/weight_only.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    const struct weight_scheme scheme = {.type = TYPE_I8, .bits = 4};
    return weight_only_apply(graph, &scheme, options, ranges, error);
}

const struct mode mode_w4 = {
    .name = "w4",
    .title = "4-bit weights, float compute",
    .text = "4-bit weights per channel or per block of inputs, two to a byte, widened in the "
            "kernels; activations and sums stay float32. For networks whose weights fill the "
            "memory; small ones lose points unless rounding is fitted (fit=moments)",
    .promise_size = "7-8x",
    .promise_speed = "faster only where memory limits",
    .promised_smaller = 7.0,
    .place = "CPU, GPU",
    .by_name_only = true,
    .options = HAS_BLOCK | HAS_FITTING | HAS_SCALING | HAS_BIAS | HAS_SKIP,
    .apply = apply,
};
