/* Mode int8-io: int8 weights and activations, inputs and outputs included. */
#include "quantize/integer.h"
#include "quantize/modes.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    const struct integer_scheme scheme = {
        .activation = TYPE_I8, .bias = TYPE_I32, .integer_io = true, .io = options->io};
    return integer_quantize(graph, &scheme, options, ranges, error);
}

const struct mode mode_int8_io = {
    .name = "int8-io",
    .title = "full integer, integer input and output",
    .text = "as int8, and the application passes int8 or uint8 data in and out: what integer-only "
            "accelerators and microcontrollers need",
    .promise_size = "4x",
    .promise_speed = "3x or more",
    .promised_smaller = 4.0,
    .promised_faster = 3.0,
    .place = "MCU, Edge TPU, CPU",
    .needs_calibration = true,
    .activations = TYPE_I8,
    .options = HAS_WEIGHTS | HAS_DENSE | HAS_IO | HAS_OBSERVER | HAS_PERCENTILE | HAS_FITTING |
               HAS_SCALING | HAS_ACTIVATIONS | HAS_BITS | HAS_ROUNDING | HAS_EFFORT | HAS_BIAS |
               HAS_EQUALIZE | HAS_SKIP | HAS_WIDE,
    .apply = apply,
};
