/* Residual networks. */
#include "architectures/builder.h"
#include "architectures/list.h"

struct residual {
    int filters, stride;
    bool widens; /* the block's input does not fit its output */
};

/* What goes past the block: the input, or a projection where the shapes differ (option B). */
static int shortcut(struct builder *builder, int in, int filters, const struct residual *block)
{
    if (!block->widens)
        return in;
    return layer_conv(builder, in, (struct layer){.filters = filters, .stride = block->stride});
}

static int basic(struct builder *builder, int in, struct residual block)
{
    int x = layer_conv(
        builder, in,
        (struct layer){.filters = block.filters, .side = 3, .stride = block.stride, .then = RELU});
    x = layer_conv(builder, x,
                   (struct layer){.filters = block.filters, .side = 3, .role = ROLE_BRANCH});
    return layer_add(builder, x, shortcut(builder, in, block.filters, &block), RELU);
}

/* With the stride at the middle layer, known as v1.5. */
static int bottleneck(struct builder *builder, int in, struct residual block)
{
    int x = layer_conv(builder, in, (struct layer){.filters = block.filters, .then = RELU});
    x = layer_conv(
        builder, x,
        (struct layer){.filters = block.filters, .side = 3, .stride = block.stride, .then = RELU});
    x = layer_conv(builder, x, (struct layer){.filters = 4 * block.filters, .role = ROLE_BRANCH});
    return layer_add(builder, x, shortcut(builder, in, 4 * block.filters, &block), RELU);
}

/* Table 1 of the paper. */
static void build(struct builder *builder, int (*add)(struct builder *, int, struct residual),
                  int expansion, const int repeats[4])
{
    int x = layer_image(builder);
    x = layer_conv(
        builder, x,
        (struct layer){.filters = channels(builder, 64), .side = 7, .stride = 2, .then = RELU});
    x = layer_max_pool(builder, x, 3, 2, PADDING_SAME);
    for (int stage = 0; stage < 4; stage++)
        for (int repeat = 0; repeat < repeats[stage]; repeat++) {
            int filters = channels(builder, 64 << stage);
            x = add(builder, x,
                    (struct residual){.filters = filters,
                                      .stride = stage > 0 && repeat == 0 ? 2 : 1,
                                      .widens = depth_of(builder, x) != expansion * filters});
        }
    block_classifier(builder, x);
}

static void build_18(struct builder *builder)
{
    build(builder, basic, 1, (const int[]){2, 2, 2, 2});
}

static void build_50(struct builder *builder)
{
    build(builder, bottleneck, 4, (const int[]){3, 4, 6, 3});
}

#define PAPER "K. He et al., 2015, Deep Residual Learning for Image Recognition"

const struct architecture architecture_resnet_18 = {
    .name = "resnet-18",
    .title = "residual blocks of two 3x3 convolutions",
    .paper = PAPER,
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 11.7e6,
    .macs = 1.8e9,
    .build = build_18,
};

const struct architecture architecture_resnet_50 = {
    .name = "resnet-50",
    .title = "residual blocks with a bottleneck, v1.5",
    .paper = PAPER,
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 25.6e6,
    .macs = 4.1e9,
    .build = build_50,
};
