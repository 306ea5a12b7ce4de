/* The rows of mode_table, each defined in a file of its own. */
#ifndef QUANTIZE_MODES_H
#define QUANTIZE_MODES_H

#include "quantize/mode.h"

extern const struct mode mode_fp32, mode_dynamic, mode_int8, mode_int8_io, mode_16x8, mode_fp16,
    mode_bf16, mode_w8, mode_w4, mode_as_is;

#endif
