/* Blocks of layers that several architectures share. */
#include "architectures/builder.h"

/* max(0, min(6, x + 3)) / 6. Source: A. Howard et al., 2019, Searching for MobileNetV3. */
static int hard_sigmoid(struct builder *builder, int in)
{
    return layer_scale(builder, layer_shift(builder, in, 3.0f, RELU6), 1.0f / 6.0f);
}

/* Squeeze and excite: how much of each channel passes is decided from all channels' means. Source:
 * J. Hu, L. Shen, G. Sun, 2018, Squeeze-and-Excitation Networks. */
static int squeeze_excite(struct builder *builder, int in, const struct inverted *block)
{
    enum nonlinearity then = block->gate == GATE_HARD_SIGMOID ? RELU : block->then;
    int x = layer_mean(builder, in, true);
    x = layer_conv(builder, x, (struct layer){.filters = block->squeezed, .then = then});
    x = layer_conv(builder, x, (struct layer){.filters = depth_of(builder, in), .role = ROLE_GATE});
    x = block->gate == GATE_HARD_SIGMOID ? hard_sigmoid(builder, x)
                                         : layer_activation(builder, x, SIGMOID);
    return layer_multiply(builder, in, x);
}

int block_inverted_residual(struct builder *builder, int in, struct inverted block)
{
    bool residual = block.stride == 1 && block.filters == depth_of(builder, in);
    int x = in;
    if (block.expanded != depth_of(builder, in))
        x = layer_conv(builder, x, (struct layer){.filters = block.expanded, .then = block.then});
    x = layer_depthwise(
        builder, x, (struct layer){.side = block.side, .stride = block.stride, .then = block.then});
    if (block.gate != GATE_NONE)
        x = squeeze_excite(builder, x, &block);
    x = layer_conv(
        builder, x,
        (struct layer){.filters = block.filters, .role = residual ? ROLE_BRANCH : ROLE_LAYER});
    return residual ? layer_add(builder, in, x, LINEAR) : x;
}

void block_classifier(struct builder *builder, int in)
{
    int x = layer_mean(builder, in, false);
    x = layer_dense(builder, x,
                    (struct layer){.filters = (int)builder->options->classes, .role = ROLE_LOGITS});
    layer_output(builder, x);
}
