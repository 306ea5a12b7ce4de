/* Mode 16x8: int16 activations, int8 weights. */
#include "quantize/integer.h"
#include "quantize/modes.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    const struct integer_scheme scheme = {.activation = TYPE_I16, .bias = TYPE_I64};
    return integer_quantize(graph, &scheme, options, ranges, error);
}

const struct mode mode_16x8 = {
    .name = "16x8",
    .title = "16-bit activations, 8-bit weights",
    .text = "8-bit weights per channel, 16-bit activations and 64-bit sums: for networks that lose "
            "accuracy with 8-bit activations",
    .promise_size = "3-4x",
    .promise_speed = "slightly faster",
    .promised_smaller = 3.0,
    .promised_faster = 1.0,
    .place = "CPU, MCU",
    .needs_calibration = true,
    .activations = TYPE_I16,
    .options = HAS_WEIGHTS | HAS_DENSE | HAS_OBSERVER | HAS_PERCENTILE | HAS_FITTING | HAS_SCALING |
               HAS_EFFORT | HAS_BIAS | HAS_EQUALIZE | HAS_SKIP,
    .apply = apply,
};
