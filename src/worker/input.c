#include "worker/input.h"

#include "quantize/mode.h"

struct dataset_input worker_input(const struct work *work, const struct tensor *tensor,
                                  const struct input_facts *facts)
{
    const struct mode *mode;
    struct mode_options options;
    struct error ignored; /* what is no mode was refused when the model was prepared */
    return (struct dataset_input){
        .tensor = tensor,
        .facts = facts ? *facts : (struct input_facts){.channel_axis = -1},
        .is_own =
            mode_parse(work->mode, &mode, &options, &ignored) == STATUS_OK && mode->takes_quantized,
    };
}
