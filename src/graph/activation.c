#include "graph/activation.h"

#include <math.h>

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
