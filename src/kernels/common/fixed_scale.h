/* Operators whose output scale the specification gives. */
#ifndef KERNELS_COMMON_FIXED_SCALE_H
#define KERNELS_COMMON_FIXED_SCALE_H

#include <math.h>

#include "kernels/kernel.h"

/* Checks a quantized output against op_table: the zero point must be the same, the scale within the
 * relative tolerance. uint8 is int8 moved by 128. */
static inline enum status check_fixed_scale(const struct kernel_call *call, double tolerance,
                                            struct error *error)
{
    const struct tensor *out = call->outputs[0].tensor;
    const struct quant_rule *rule = &op_table[call->node->op].quant;
    struct fixed_scale fixed = out->type == TYPE_I16 ? rule->fixed16 : rule->fixed8;
    int32_t zero_point = fixed.zero_point + (out->type == TYPE_U8 ? 128 : 0);
    double scale = (double)out->quant.scale[0], wanted = (double)fixed.scale;
    if (fabs(scale - wanted) <= tolerance * wanted && out->quant.zero_point[0] == zero_point)
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "output '%s' has scale %g and zero point %d, expected %g and %d", out->name,
                     scale, out->quant.zero_point[0], wanted, zero_point);
}

#endif
