/* A multilayer perceptron: the smallest thing to compare modes on. */
#include "architectures/builder.h"
#include "architectures/list.h"

static void build(struct builder *builder)
{
    int units = channels(builder, 512);
    int x = layer_input(builder, SHAPE(1, (int32_t)builder->options->size));
    x = layer_dense(builder, x, (struct layer){.filters = units, .then = RELU});
    x = layer_dense(builder, x, (struct layer){.filters = units, .then = RELU});
    x = layer_dense(builder, x,
                    (struct layer){.filters = (int)builder->options->classes, .role = ROLE_LOGITS});
    layer_output(builder, x);
}

const struct architecture architecture_mlp = {
    .name = "mlp",
    .title = "three dense layers, two of them hidden",
    .paper = "D. Rumelhart, G. Hinton, R. Williams, 1986, Learning representations by "
             "back-propagating errors",
    .size_is = "features",
    .size_least = 1,
    .size_most = 65536,
    .initial = {.width = 1.0, .size = 784, .classes = 10, .seed = 1},
    .parameters = 669706,
    .macs = 668672,
    .build = build,
};
