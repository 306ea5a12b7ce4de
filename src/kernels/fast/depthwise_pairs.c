#include "kernels/fast/depthwise_pairs.h"

#include "kernels/common/quantized.h"

int32_t depthwise_weight(const struct kernel_call *call, const struct depthwise *depthwise, int tap,
                         size_t channel)
{
    const struct operand *weights = &call->inputs[1];
    size_t channels = (size_t)depthwise->product.geometry.channels;
    return quantized_load(weights->tensor->type, weights->data, (size_t)tap * channels + channel) -
           weights->tensor->quant.zero_point[0];
}

/* Pairs of rows side by side. */
bool depthwise_pack_pairs(const struct kernel_call *call, struct depthwise *depthwise,
                          struct arena *arena)
{
    int side = depthwise->side, pairs = row_pairs(side);
    int16_t *packed =
        arena_try(arena, (size_t)depthwise->panels * panel_weights_count(side), sizeof(*packed));
    depthwise->weights = packed;
    for (int panel = 0; packed && panel < depthwise->panels; panel++)
        for (int pair = 0; pair < pairs; pair++)
            for (int x = 0; x < side; x++, packed += 2 * PANEL_WIDTH)
                for (int i = 0; i < PANEL_WIDTH; i++) {
                    size_t c = lane_channel(depthwise, panel, i);
                    for (int y = 2 * pair; y < side && y < 2 * pair + 2 &&
                                           c < (size_t)depthwise->product.geometry.channels;
                         y++)
                        packed[pair_place(i, y % 2)] =
                            (int16_t)depthwise_weight(call, depthwise, y * side + x, c);
                }
    return depthwise->weights;
}
