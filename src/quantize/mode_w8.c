/* Mode w8: int8 weights, float compute. */
#include "quantize/modes.h"
#include "quantize/weight_only.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    const struct weight_scheme scheme = {.type = TYPE_I8};
    return weight_only_apply(graph, &scheme, options, ranges, error);
}

const struct mode mode_w8 = {
    .name = "w8",
    .title = "8-bit weights, float compute",
    .text = "8-bit weights per channel, widened in the kernels; activations and sums stay float32: "
            "next to no loss, and faster where a layer waits for its weights",
    .promise_size = "4x",
    .promise_speed = "faster only where memory limits",
    .promised_smaller = 4.0,
    .place = "CPU, GPU",
    .by_name_only = true,
    .options = HAS_WEIGHTS | HAS_FITTING | HAS_SCALING | HAS_BIAS | HAS_SKIP,
    .apply = apply,
};
