#include "quantize/mode.h"

#include <string.h>

#include "quantize/modes.h"

const struct mode *const mode_table[] = {
    &mode_fp32, &mode_dynamic, &mode_int8, &mode_int8_io, &mode_16x8, &mode_fp16, &mode_as_is,
};
const size_t mode_count = sizeof(mode_table) / sizeof(mode_table[0]);

const struct mode *mode_find(const char *name)
{
    for (size_t i = 0; i < mode_count; i++)
        if (strcmp(mode_table[i]->name, name) == 0)
            return mode_table[i];
    return NULL;
}
