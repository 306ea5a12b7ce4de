/* Mode int8: int8 weights and activations between float inputs and outputs. */
#include "quantize/integer.h"
#include "quantize/modes.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    const struct integer_scheme scheme = {.activation = TYPE_I8, .bias = TYPE_I32};
    return integer_quantize(graph, &scheme, options, ranges, error);
}

const struct mode mode_int8 = {
    .name = "int8",
    .title = "full integer, float input and output",
    .text = "8-bit weights per channel and 8-bit activations with calibrated ranges; inputs and "
            "outputs stay float, so the application does not change",
    .promise_size = "4x",
    .promise_speed = "3x or more",
    .promised_smaller = 4.0,
    .promised_faster = 3.0,
    .place = "CPU, MCU, Edge TPU",
    .needs_calibration = true,
    .activations = TYPE_I8,
    .options = HAS_WEIGHTS | HAS_DENSE | HAS_OBSERVER | HAS_PERCENTILE | HAS_FITTING | HAS_SCALING |
               HAS_ACTIVATIONS | HAS_BITS | HAS_ROUNDING | HAS_EFFORT | HAS_BIAS | HAS_EQUALIZE |
               HAS_SKIP | HAS_WIDE,
    .apply = apply,
};
