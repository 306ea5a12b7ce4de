/* SqueezeNet 1.1. */
#include "architectures/builder.h"
#include "architectures/list.h"

/* A layer of few channels, and two layers on it side by side. */
static int fire(struct builder *builder, int in, int squeezed, int expanded)
{
    int filters = channels(builder, expanded);
    int x = layer_conv(builder, in,
                       (struct layer){.filters = channels(builder, squeezed), .then = RELU});
    int points = layer_conv(builder, x, (struct layer){.filters = filters, .then = RELU});
    int windows =
        layer_conv(builder, x, (struct layer){.filters = filters, .side = 3, .then = RELU});
    return layer_concat(builder, points, windows);
}

static int pool(struct builder *builder, int in)
{
    return layer_max_pool(builder, in, 3, 2, PADDING_VALID);
}

static void build(struct builder *builder)
{
    int x = layer_image(builder);
    x = layer_conv(builder, x,
                   (struct layer){.filters = channels(builder, 64),
                                  .side = 3,
                                  .stride = 2,
                                  .padding = PADDING_VALID,
                                  .then = RELU});
    x = pool(builder, x);
    x = fire(builder, x, 16, 64);
    x = fire(builder, x, 16, 64);
    x = pool(builder, x);
    x = fire(builder, x, 32, 128);
    x = fire(builder, x, 32, 128);
    x = pool(builder, x);
    x = fire(builder, x, 48, 192);
    x = fire(builder, x, 48, 192);
    x = fire(builder, x, 64, 256);
    x = fire(builder, x, 64, 256);
    x = layer_conv(builder, x,
                   (struct layer){.filters = (int)builder->options->classes, .then = RELU});
    layer_output(builder, layer_mean_logits(builder, x));
}

const struct architecture architecture_squeezenet = {
    .name = "squeezenet",
    .title = "fire modules of 1x1 and 3x3 convolutions, version 1.1",
    .paper =
        "F. Iandola et al., 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters "
        "and <0.5MB model size",
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 1.24e6,
    .macs = 350e6,
    .build = build,
};
