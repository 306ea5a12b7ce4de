/* Mode bf16: bfloat16 weights, float compute. */
#include "quantize/modes.h"
#include "quantize/weight_only.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    const struct weight_scheme scheme = {.type = TYPE_BF16};
    return weight_only_apply(graph, &scheme, options, ranges, error);
}

const struct mode mode_bf16 = {
    .name = "bf16",
    .title = "bfloat16 weights",
    .text = "the upper halves of float32 weights, widened in the kernels; activations stay "
            "float32: half the size, all of the range, 8 bits of digits",
    .promise_size = "2x",
    .promise_speed = "some on accelerators, none on CPUs that widen",
    .promised_smaller = 2.0,
    .place = "CPU, GPU, TPU",
    .by_name_only = true,
    .options = HAS_SKIP,
    .apply = apply,
};
