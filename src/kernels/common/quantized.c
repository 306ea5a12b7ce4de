#include "kernels/common/quantized.h"

#include <math.h>

enum status quantized_check(const struct tensor *tensor, const char *what, struct error *error)
{
    const struct quantization *quant = &tensor->quant;
    if (!type_is_quantized(tensor->type) || quant->count == 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "%s '%s' is %s without a scale", what,
                         tensor->name, type_name(tensor->type));
    if (quant->count > 1)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "%s '%s' has %d scales, expected 1", what,
                         tensor->name, quant->count);
    if (tensor->type == TYPE_I16 && quant->zero_point[0] != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "%s '%s' is int16 with zero point %d, expected 0", what, tensor->name,
                         quant->zero_point[0]);
    return STATUS_OK;
}

enum status quantized_check_ends(const struct tensor *in, const struct tensor *out,
                                 struct error *error)
{
    enum status status = quantized_check(in, "input", error);
    return status == STATUS_OK ? quantized_check(out, "output", error) : status;
}

/* The stored number nearest to a real bound, which may be infinite. */
static int32_t stored_bound(float bound, const struct tensor *out)
{
    float low = (float)type_lowest(out->type), high = (float)type_highest(out->type);
    float stored = (float)out->quant.zero_point[0] + roundf(bound / out->quant.scale[0]);
    return (int32_t)clamp_real(stored, low, high);
}

struct clamp_range quantized_range(enum activation activation, const struct tensor *out)
{
    float low, high;
    activation_range(activation, &low, &high);
    return (struct clamp_range){stored_bound(low, out), stored_bound(high, out)};
}
