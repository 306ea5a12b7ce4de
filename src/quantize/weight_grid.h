/* The weights of a layer beside the grid that a mode put them on: where they lie, how fine the grid
 * is, how much of it they use, and which output channel fares worst, so that people see why a layer
 * loses accuracy. */
#ifndef QUANTIZE_WEIGHT_GRID_H
#define QUANTIZE_WEIGHT_GRID_H

#include <stdbool.h>

#include "measure/spread.h"
#include "measure/tensor_error.h"
#include "quantize/counterpart.h"

/* An output channel's weights. Levels and scale have no meaning for a floating-point type. */
struct weight_channel {
    int number;                /* from 0; -1: no channel has an error */
    struct tensor_error error; /* of the stored weights, beside those of fp32 */
    float most;                /* greatest |w| of fp32's */
    size_t zeroed;             /* weights other than 0 that became 0 */
    size_t others;             /* weights other than 0 */
    int reach;                 /* levels from 0 to the farthest one that is used, of one side */
    float scale;               /* the largest, where the channel has several */
};

struct weight_grid {
    enum type type; /* of the stored weights */
    int bits;       /* of each of them, in files */
    int channels;   /* output channels */
    struct tensor_error error;
    size_t zeroed, others;
    /* Of integers; scales is 0 for a floating-point type, whose levels are no even grid. */
    int scales;                                /* how many there are */
    float scale_low, scale_median, scale_high; /* lower median */
    size_t levels;  /* that a number can have: one less where the lowest of them is not used */
    size_t used;    /* of these, by weights of any scale */
    double reached; /* mean share of the levels between the extremes of a scale's weights */
    struct weight_channel worst; /* that with the least ratio of signal to noise */
    struct spread spread;        /* of fp32's weights, from the least to the greatest */
};

/* real: float32 weights whose output channels are along the axis; made: the same as they are
 * stored, of the same shape: in half precision, or in integers without zero points. False: they
 * are of other types, or one of them is not finite. */
bool weight_grid_compare(const struct tensor *real, const struct tensor *made, int axis,
                         struct weight_grid *grid) __attribute__((nonnull(1, 2, 4)));

/* Of a layer of the float graph that is a convolution or a matrix product. False: it is none, or
 * has no constant weights that the mode stores otherwise, or they are not found again. */
bool weight_grid_find(const struct counterparts *parts, int node, struct weight_grid *grid)
    __attribute__((nonnull(1, 3)));

#endif
