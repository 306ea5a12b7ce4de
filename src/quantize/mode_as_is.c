/* Mode as-is: the model as its file has it. */
#include "quantize/modes.h"

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    (void)graph, (void)options, (void)ranges, (void)error;
    return STATUS_OK;
}

const struct mode mode_as_is = {
    .name = "as-is",
    .title = "the model as its file has it",
    .text = "no change at all: for models that somebody else has quantized",
    .promise_size = "-",
    .promise_speed = "-",
    .place = "any",
    .takes_quantized = true,
    .by_name_only = true,
    .apply = apply,
};
