/* EfficientNets: MobileNetV2's blocks, of several sizes. */
#include "architectures/builder.h"
#include "architectures/list.h"

/* What tells the two apart. */
struct flavour {
    enum gate gate;
    enum nonlinearity then;
    bool fixed_ends; /* the first and the last layer keep their width */
};

static int end_channels(const struct builder *builder, const struct flavour *flavour, int published)
{
    return flavour->fixed_ends ? published : channels(builder, published);
}

/* Table 1 of the paper. */
static void build(struct builder *builder, const struct flavour *flavour)
{
    static const struct {
        int expansion, side, filters, repeats, stride;
    } stages[] = {
        {1, 3, 16, 1, 1},  {6, 3, 24, 2, 2},  {6, 5, 40, 2, 2},  {6, 3, 80, 3, 2},
        {6, 5, 112, 3, 1}, {6, 5, 192, 4, 2}, {6, 3, 320, 1, 1},
    };
    int x = layer_image(builder);
    x = layer_conv(builder, x,
                   (struct layer){.filters = end_channels(builder, flavour, 32),
                                  .side = 3,
                                  .stride = 2,
                                  .then = flavour->then});
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
        for (int repeat = 0; repeat < stages[i].repeats; repeat++)
            x = block_inverted_residual(
                builder, x,
                (struct inverted){.expanded = stages[i].expansion * depth_of(builder, x),
                                  .filters = channels(builder, stages[i].filters),
                                  .side = stages[i].side,
                                  .stride = repeat == 0 ? stages[i].stride : 1,
                                  .squeezed = depth_of(builder, x) / 4,
                                  .gate = flavour->gate,
                                  .then = flavour->then});
    x = layer_conv(
        builder, x,
        (struct layer){.filters = end_channels(builder, flavour, 1280), .then = flavour->then});
    block_classifier(builder, x);
}

static void build_b0(struct builder *builder)
{
    build(builder, &(struct flavour){GATE_SIGMOID, SWISH, false});
}

static void build_lite0(struct builder *builder)
{
    build(builder, &(struct flavour){GATE_NONE, RELU6, true});
}

const struct architecture architecture_efficientnet_b0 = {
    .name = "efficientnet-b0",
    .title = "inverted residual blocks with gates and swish",
    .paper = "M. Tan, Q. Le, 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural "
             "Networks",
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 5.3e6,
    .macs = 390e6,
    .build = build_b0,
};

/* The authors' page has 407 million multiply-accumulates, which is more than the products that
 * are left of B0 amount to without its gates. */
const struct architecture architecture_efficientnet_lite0 = {
    .name = "efficientnet-lite0",
    .title = "EfficientNet-B0 without gates, with ReLU6: made to be quantized",
    .paper = "R. Liu, 2020, Higher accuracy on vision models with EfficientNet-Lite",
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 4.65e6,
    .macs = 385e6,
    .build = build_lite0,
};
