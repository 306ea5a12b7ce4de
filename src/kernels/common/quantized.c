#include "kernels/common/quantized.h"

#include <math.h>

#include "kernels/common/fixed_point.h"

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

/* The bounds of the activations, as the .tflite schema numbers them. */
static const struct {
    float low, high;
} bounds[] = {
    [ACTIVATION_NONE] = {-INFINITY, INFINITY},
    [ACTIVATION_RELU] = {0.0f, INFINITY},
    [ACTIVATION_RELU_N1_TO_1] = {-1.0f, 1.0f},
    [ACTIVATION_RELU6] = {0.0f, 6.0f},
};

#define ACTIVATION_COUNT ((int32_t)(sizeof(bounds) / sizeof(bounds[0])))

enum status activation_check(int32_t activation, struct error *error)
{
    if (activation >= 0 && activation < ACTIVATION_COUNT)
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "fused activation %d", activation);
}

void activation_range(enum activation activation, float *low, float *high)
{
    *low = bounds[activation].low;
    *high = bounds[activation].high;
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
    return (struct clamp_range){stored_bound(bounds[activation].low, out),
                                stored_bound(bounds[activation].high, out)};
}
