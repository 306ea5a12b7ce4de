#include "quantize/mode.h"

#include <string.h>

#include "quantize/modes.h"

const struct mode *const mode_table[] = {
    &mode_fp32, &mode_dynamic, &mode_int8, &mode_int8_io, &mode_16x8,
    &mode_fp16, &mode_bf16,    &mode_w8,   &mode_w4,      &mode_as_is,
};
const size_t mode_count = sizeof(mode_table) / sizeof(mode_table[0]);

const struct mode *mode_find(const char *name)
{
    for (size_t i = 0; i < mode_count; i++)
        if (strcmp(mode_table[i]->name, name) == 0)
            return mode_table[i];
    return NULL;
}

bool mode_calibrates(const struct mode *mode, const struct mode_options *options)
{
    bool fits = options->fitting == FITTING_MOMENTS || options->fitting == FITTING_DESCENT;
    bool corrects = (options->given & HAS_BIAS) != 0 && options->bias != BIAS_PLAIN;
    return mode->needs_calibration || ((mode->options & HAS_FITTING) != 0 && fits) ||
           ((mode->options & HAS_BIAS) != 0 && corrects) ||
           ((mode->options & HAS_SCALING) != 0 && options->scaling == SCALING_OUTPUT);
}
