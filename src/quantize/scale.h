/* From ranges to scales, and from real constants to quantized ones: the arithmetic of the TFLite
 * converter, in the precision that it uses. */
#ifndef QUANTIZE_SCALE_H
#define QUANTIZE_SCALE_H

#include "graph/graph.h"
#include "quantize/mode.h"

struct scale {
    float scale;
    int32_t zero_point;
};

/* Parameters of an activation of type int8 (asymmetric, 255 steps over low..high widened to hold 0)
 * or int16 (symmetric, 32767 steps per side). */
struct scale scale_for_range(enum type type, float low, float high);
/* The real numbers that can be represented: [*low, *high]. */
void scale_span(enum type type, struct scale scale, float *low, float *high)
    __attribute__((nonnull(3, 4)));

/* Smallest and largest element of a float constant. */
struct range constant_range(const struct tensor *tensor) __attribute__((nonnull(1)));

/* A quantized copy of a float constant with activation parameters, added to the graph; its number.
 */
int quantize_constant(struct graph *graph, int tensor, enum type type, struct scale scale)
    __attribute__((nonnull(1)));

/* The largest int8 weight: they are symmetric. */
#define WEIGHT_MOST 127
/* Of int4, which are symmetric, too. */
#define WEIGHT_MOST_NARROW 7

/* A constant that is to become integers, and how. */
struct weight_order {
    int weights; /* its tensor */
    int axis;    /* of the output channels */
    enum granularity granularity;
    int most;                      /* values are -most..most: WEIGHT_MOST, or fewer */
    const struct moments *moments; /* what scales and roundings are chosen by; NULL: the weights */
};

/* Weights and bias of one node in integers. */
struct quantized_weights {
    int weights, bias; /* tensor numbers; bias is NO_TENSOR when there is none */
};

/* Symmetric int8 weights, with one scale per index of the axis or one for all (channel m = max|w| /
 * most, unless moments say else), and a bias of bias_type (int32 or int64) with scale input_scale *
 * weight scale. A channel whose bias would overflow int32 gets larger weight scales instead, as the
 * converter does for channels that pruning left dead. bias may be NO_TENSOR. */
struct quantized_weights quantize_weights(struct graph *graph, const struct weight_order *order,
                                          int bias, float input_scale, enum type bias_type)
    __attribute__((nonnull(1, 2)));

/* The weights alone, for dynamic range. */
int quantize_weights_only(struct graph *graph, const struct weight_order *order)
    __attribute__((nonnull(1, 2)));

/* The same in int4: symmetric, in -7..7 (order->most is not looked at), with a scale per index of
 * the axis or, where block is not 0, one per so many neighbours of the last dimension. So few steps
 * are worth spending well: of scales down to half of max|w| / 7, each is the one with the least
 * squared error of the weights, unless moments say else. */
int quantize_narrow(struct graph *graph, const struct weight_order *order, int32_t block)
    __attribute__((nonnull(1, 2)));

#endif
