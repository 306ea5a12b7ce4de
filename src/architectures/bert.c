/* BERT's encoder, of the sizes that were published for small machines: the normalization of the
 * embeddings, the encoder, the pooler and a classifier. In one form the input are embedded words,
 * since a table look-up costs a quantized network nothing. In the other one the look-up is there,
 * with the three inputs that exported networks have. */
#include <math.h>

#include "architectures/builder.h"
#include "architectures/list.h"

/* Of all sizes. */
#define HEAD_DEPTH 64
#define EPSILON    1e-12f
#define WORDS      30522
#define SEGMENTS   2
/* What is added to the scores of words that are not there. */
#define MASK 1e9f

struct encoder {
    struct builder *builder;
    int length, heads, hidden;
    int mask; /* [1, 1, 1, length], added to scores; NO_TENSOR: all words are there */
};

/* [1, length, hidden] to [1, heads, length, HEAD_DEPTH]. */
static int project(const struct encoder *encoder, int in, enum role role)
{
    int x =
        layer_dense(encoder->builder, in, (struct layer){.filters = encoder->hidden, .role = role});
    x = layer_reshape(encoder->builder, x, SHAPE(1, encoder->length, encoder->heads, HEAD_DEPTH));
    return layer_swap_middle(encoder->builder, x);
}

/* softmax(q k^T / sqrt(d)) v, for all heads at once. Source: A. Vaswani et al., 2017, Attention
 * Is All You Need. */
static int attention(const struct encoder *encoder, int in)
{
    struct builder *builder = encoder->builder;
    int q = project(encoder, in, ROLE_FOCUS);
    int k = project(encoder, in, ROLE_LAYER);
    int v = project(encoder, in, ROLE_LAYER);
    int scores = layer_matmul(builder, q, k, true);
    scores = layer_scale(builder, scores, 1.0f / sqrtf((float)HEAD_DEPTH));
    if (encoder->mask != NO_TENSOR)
        scores = layer_add(builder, scores, encoder->mask, LINEAR);
    int x = layer_matmul(builder, layer_softmax(builder, scores), v, false);
    x = layer_swap_middle(builder, x);
    x = layer_reshape(builder, x, SHAPE(1, encoder->length, encoder->hidden));
    return layer_dense(builder, x, (struct layer){.filters = encoder->hidden, .role = ROLE_BRANCH});
}

static int feed_forward(const struct encoder *encoder, int in)
{
    struct builder *builder = encoder->builder;
    int x = layer_dense(builder, in, (struct layer){.filters = 4 * encoder->hidden, .then = GELU});
    return layer_dense(builder, x, (struct layer){.filters = encoder->hidden, .role = ROLE_BRANCH});
}

static int add_normalized(const struct encoder *encoder, int in, int branch)
{
    int sum = layer_add(encoder->builder, in, branch, LINEAR);
    return layer_normalization(encoder->builder, sum, EPSILON);
}

static struct encoder new_encoder(struct builder *builder, int published_heads)
{
    int heads = (int)(published_heads * builder->options->width + 0.5);
    struct encoder encoder = {
        .builder = builder,
        .length = (int)builder->options->size,
        .heads = heads > 0 ? heads : 1,
        .mask = NO_TENSOR,
    };
    encoder.hidden = encoder.heads * HEAD_DEPTH;
    return encoder;
}

/* What follows the look-up: [1, length, hidden] to the classes. */
static void encode(const struct encoder *encoder, int x, int layers)
{
    struct builder *builder = encoder->builder;
    x = layer_normalization(builder, x, EPSILON);
    for (int i = 0; i < layers; i++) {
        x = add_normalized(encoder, x, attention(encoder, x));
        x = add_normalized(encoder, x, feed_forward(encoder, x));
    }
    x = layer_first(builder, x);
    x = layer_dense(builder, x, (struct layer){.filters = encoder->hidden, .then = TANH});
    x = layer_dense(builder, x,
                    (struct layer){.filters = (int)builder->options->classes, .role = ROLE_LOGITS});
    layer_output(builder, x);
}

static void build(struct builder *builder, int layers, int published_heads)
{
    struct encoder encoder = new_encoder(builder, published_heads);
    encode(&encoder, layer_input(builder, SHAPE(1, encoder.length, encoder.hidden)), layers);
}

/* Inputs in the order of the exported networks. */
static void build_ids(struct builder *builder, int layers, int published_heads)
{
    struct encoder encoder = new_encoder(builder, published_heads);
    struct shape shape = SHAPE(1, encoder.length);
    int words = layer_numbers(builder, "input_ids", shape);
    int there = layer_numbers(builder, "attention_mask", shape);
    int segments = layer_numbers(builder, "token_type_ids", shape);
    int x = layer_table(builder, words, WORDS, encoder.hidden);
    x = layer_add(builder, x, layer_table(builder, segments, SEGMENTS, encoder.hidden), LINEAR);
    x = layer_positions(builder, x);
    int mask = layer_reshape(builder, layer_cast(builder, there), SHAPE(1, 1, 1, encoder.length));
    encoder.mask = layer_scale(builder, layer_shift(builder, mask, -1.0f, LINEAR), MASK);
    encode(&encoder, x, layers);
}

static void build_tiny(struct builder *builder)
{
    build(builder, 2, 2);
}

static void build_mini(struct builder *builder)
{
    build(builder, 4, 4);
}

static void build_tiny_ids(struct builder *builder)
{
    build_ids(builder, 2, 2);
}

static void build_mini_ids(struct builder *builder)
{
    build_ids(builder, 4, 4);
}

#define PAPER                                                                                      \
    "I. Turc et al., 2019, Well-Read Students Learn Better: On the Importance of Pre-training "    \
    "Compact Models"

/* The published 4.4 and 11.3 million parameters are mostly those of the look-up: 30522 words, 512
 * positions and 2 segments. */
const struct architecture architecture_bert_tiny = {
    .name = "bert-tiny",
    .title = "2 layers of self-attention, 128 wide, on embedded words",
    .paper = PAPER,
    .size_is = "tokens",
    .size_least = 1,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 128, .classes = 2, .seed = 1},
    .parameters = 4385920 - 31036 * 128 + 2 * 129,
    .macs = 2 * 128 * (12.0 * 128 * 128 + 2.0 * 128 * 128),
    .build = build_tiny,
};

const struct architecture architecture_bert_mini = {
    .name = "bert-mini",
    .title = "4 layers of self-attention, 256 wide, on embedded words",
    .paper = PAPER,
    .size_is = "tokens",
    .size_least = 1,
    .size_most = 1024,
    .initial = {.width = 1.0, .size = 128, .classes = 2, .seed = 1},
    .parameters = 11170560 - 31036 * 256 + 2 * 257,
    .macs = 4 * 128 * (12.0 * 256 * 256 + 2.0 * 128 * 256),
    .build = build_mini,
};

const struct architecture architecture_bert_tiny_ids = {
    .name = "bert-tiny-ids",
    .title = "2 layers of self-attention, 128 wide, on ids of words, with a mask and segments",
    .paper = PAPER,
    .size_is = "tokens",
    .size_least = 1,
    .size_most = 512,
    .initial = {.width = 1.0, .size = 128, .classes = 2, .seed = 1},
    .parameters = 4385920 - (512 - 128) * 128 + 2 * 129,
    .macs = 2 * 128 * (12.0 * 128 * 128 + 2.0 * 128 * 128),
    .build = build_tiny_ids,
};

const struct architecture architecture_bert_mini_ids = {
    .name = "bert-mini-ids",
    .title = "4 layers of self-attention, 256 wide, on ids of words, with a mask and segments",
    .paper = PAPER,
    .size_is = "tokens",
    .size_least = 1,
    .size_most = 512,
    .initial = {.width = 1.0, .size = 128, .classes = 2, .seed = 1},
    .parameters = 11170560 - (512 - 128) * 256 + 2 * 257,
    .macs = 4 * 128 * (12.0 * 256 * 256 + 2.0 * 128 * 256),
    .build = build_mini_ids,
};
