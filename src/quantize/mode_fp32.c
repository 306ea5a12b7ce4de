/* Mode fp32: the float model that the others are measured against. */
#include "quantize/modes.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    (void)graph, (void)options, (void)ranges, (void)error;
    return STATUS_OK;
}

const struct mode mode_fp32 = {
    .name = "fp32",
    .title = "float32 baseline",
    .text = "32-bit float weights and arithmetic, batch norms folded and activations fused: what "
            "every other mode is compared with",
    .promise_size = "1x",
    .promise_speed = "1x",
    .place = "any",
    .is_baseline = true,
    .apply = apply,
};
