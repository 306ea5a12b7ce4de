/* MobileNets: depthwise convolutions, and what the second and third version made of them. */
#include "architectures/builder.h"
#include "architectures/list.h"

/* Version 1: its table 1, with ReLU6 as in the code that the authors published. */
static void build_v1(struct builder *builder)
{
    static const struct {
        int filters, stride;
    } blocks[] = {
        {64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2},  {512, 1},
        {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1},
    };
    int x = layer_image(builder);
    x = layer_conv(
        builder, x,
        (struct layer){.filters = channels(builder, 32), .side = 3, .stride = 2, .then = RELU6});
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        x = layer_depthwise(builder, x,
                            (struct layer){.side = 3, .stride = blocks[i].stride, .then = RELU6});
        x = layer_conv(
            builder, x,
            (struct layer){.filters = channels(builder, blocks[i].filters), .then = RELU6});
    }
    block_classifier(builder, x);
}

const struct architecture architecture_mobilenet_v1 = {
    .name = "mobilenet-v1",
    .title = "depthwise separable convolutions, one after the other",
    .paper =
        "A. Howard et al., 2017, MobileNets: Efficient Convolutional Neural Networks for Mobile "
        "Vision Applications",
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 4.2e6,
    .macs = 569e6,
    .build = build_v1,
};

/* Version 2: its table 2. The last layer does not get narrower. */
static void build_v2(struct builder *builder)
{
    static const struct {
        int expansion, filters, repeats, stride;
    } stages[] = {
        {1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2},  {6, 64, 4, 2},
        {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
    };
    double width = builder->options->width;
    int x = layer_image(builder);
    x = layer_conv(
        builder, x,
        (struct layer){.filters = channels(builder, 32), .side = 3, .stride = 2, .then = RELU6});
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
        for (int repeat = 0; repeat < stages[i].repeats; repeat++)
            x = block_inverted_residual(
                builder, x,
                (struct inverted){.expanded = stages[i].expansion * depth_of(builder, x),
                                  .filters = channels(builder, stages[i].filters),
                                  .side = 3,
                                  .stride = repeat == 0 ? stages[i].stride : 1,
                                  .then = RELU6});
    x = layer_conv(
        builder, x,
        (struct layer){.filters = divisible(1280 * (width > 1.0 ? width : 1.0)), .then = RELU6});
    block_classifier(builder, x);
}

const struct architecture architecture_mobilenet_v2 = {
    .name = "mobilenet-v2",
    .title = "inverted residual blocks around depthwise convolutions",
    .paper = "M. Sandler et al., 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks",
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 3.5e6,
    .macs = 300e6,
    .build = build_v2,
};

/* Version 3, small: its table 2. */
struct row_v3 {
    int side, expanded, filters;
    bool gated;
    enum nonlinearity then;
    int stride;
};

static int block_v3(struct builder *builder, int in, const struct row_v3 *row)
{
    int expanded = channels(builder, row->expanded);
    return block_inverted_residual(
        builder, in,
        (struct inverted){.expanded = expanded,
                          .filters = channels(builder, row->filters),
                          .side = row->side,
                          .stride = row->stride,
                          .squeezed = divisible(expanded / 4),
                          .gate = row->gated ? GATE_HARD_SIGMOID : GATE_NONE,
                          .then = row->then});
}

static void build_v3_small(struct builder *builder)
{
    static const struct row_v3 rows[] = {
        {3, 16, 16, true, RELU, 2},        {3, 72, 24, false, RELU, 2},
        {3, 88, 24, false, RELU, 1},       {5, 96, 40, true, HARD_SWISH, 2},
        {5, 240, 40, true, HARD_SWISH, 1}, {5, 240, 40, true, HARD_SWISH, 1},
        {5, 120, 48, true, HARD_SWISH, 1}, {5, 144, 48, true, HARD_SWISH, 1},
        {5, 288, 96, true, HARD_SWISH, 2}, {5, 576, 96, true, HARD_SWISH, 1},
        {5, 576, 96, true, HARD_SWISH, 1},
    };
    int x = layer_image(builder);
    x = layer_conv(
        builder, x,
        (struct layer){
            .filters = channels(builder, 16), .side = 3, .stride = 2, .then = HARD_SWISH});
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        x = block_v3(builder, x, &rows[i]);
    x = layer_conv(builder, x,
                   (struct layer){.filters = channels(builder, 576), .then = HARD_SWISH});
    x = layer_mean(builder, x, false);
    x = layer_dense(builder, x,
                    (struct layer){.filters = channels(builder, 1024), .then = HARD_SWISH});
    x = layer_dense(builder, x,
                    (struct layer){.filters = (int)builder->options->classes, .role = ROLE_LOGITS});
    layer_output(builder, x);
}

const struct architecture architecture_mobilenet_v3_small = {
    .name = "mobilenet-v3-small",
    .title = "inverted residual blocks with gates and hard swish",
    .paper = "A. Howard et al., 2019, Searching for MobileNetV3",
    .size_is = "pixels per side",
    .size_least = 32,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 224, .classes = 1000, .seed = 1},
    .parameters = 2.5e6,
    .macs = 56e6,
    .build = build_v3_small,
};
