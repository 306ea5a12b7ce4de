/* Convolutions of 3x3 cells, stride 1, in float32 by Winograd's minimal filtering: F(2x2) makes 2x2
 * outputs of 4x4 inputs with 16 products for 36, F(4x4) makes 4x4 of 6x6 with 36 for 144. Source:
 * A. Lavin, S. Gray, 2015, Fast Algorithms for Convolutional Neural Networks.
 *
 * An output tile is A^T [(G w G^T) * (B^T d B)] A, where * is cell by cell. Each cell is a plane:
 * its inputs, of all tiles and channels, times its weights are a matrix product, which the
 * micro-kernels of product/tile_float.c compute. Weights are transformed and packed when the plan
 * is made, in double precision.
 *
 * What rounding costs, as tests/unit/test_winograd.c checks it: an output differs from the exact
 * one by no more than WINOGRAD_2X2_ERROR or WINOGRAD_4X4_ERROR times the sum over all input
 * channels of the greatest |x| of the tile's cells times the sum of |w|. Large inputs cost digits
 * in all outputs of their tile. The error depends on the points at which the polynomials behind the
 * method are evaluated: those of F(4x4) are 0, 1/sqrt(2), sqrt(2), their negatives and infinity,
 * with which the largest one is about a fourth of what it is with the usual 0, 1, 2, -1, -2.
 * Source: B. Barabasz, A. Anderson, K. Soodhalter, D. Gregg, 2018, Error Analysis and Improving the
 * Accuracy of Winograd Convolution for Deep Neural Networks.
 *
 * An input that is infinite or NaN makes outputs of its whole tile NaN or infinite, up to 3 pixels
 * further than the filter reaches; one beyond 2^122 may do so, too, because transforms overflow.
 * Where there is such a value the network has failed already, and whoever looks for it finds it,
 * some pixels wider. */
#ifndef KERNELS_FAST_WINOGRAD_H
#define KERNELS_FAST_WINOGRAD_H

#include "kernels/fast/product/product.h"

#define WINOGRAD_2X2_ERROR 4e-7
#define WINOGRAD_4X4_ERROR 1.5e-6

#define FILTER_SIDE         3
#define TILE_OUT_MAX        4 /* outputs of a tile's side */
#define TILE_SIDE_MAX       (TILE_OUT_MAX + FILTER_SIDE - 1)
#define WINOGRAD_PLANES_MAX (TILE_SIDE_MAX * TILE_SIDE_MAX)

/* Where the inputs of a tile are: the first channel of each cell, or what stands for 0. */
struct winograd_cells {
    const float *cell[WINOGRAD_PLANES_MAX];
};

/* Outputs of a tile for a panel, and what is added to them before they are stored. */
struct winograd_outputs {
    float *to;           /* the first channel of the panel, in the first pixel */
    const float *addend; /* likewise, or NULL */
    const float *bias;   /* of the panel */
    /* Elements from a pixel to the next one, and to the one below, and how many of the tile are
     * part of the image. */
    size_t pixel_step;
    int columns;
    size_t line_step;
    int lines;
    size_t channels; /* of the panel */
    float low, high;
};

/* The transforms of a tile. Inputs: `depth` channels of each cell to to[cell * plane_step],
 * in whole vectors. Outputs: products [cell][PANEL_WIDTH] of a panel to where they belong. */
typedef void winograd_input_function(const struct winograd_cells *cells, int depth, float *to,
                                     size_t plane_step);
typedef void winograd_output_function(const float *products, const struct winograd_outputs *out);
winograd_input_function winograd_input_2 PER_ISA(winograd_input_2);
winograd_input_function winograd_input_4 PER_ISA(winograd_input_4);
winograd_output_function winograd_output_2 PER_ISA(winograd_output_2);
winograd_output_function winograd_output_4 PER_ISA(winograd_output_4);

/* Elements of a plane's weights of a panel. */
INLINE size_t winograd_panel_elements(int depth)
{
    return (size_t)depth * PANEL_WIDTH;
}

/* Transforms weights [channels][3][3][depth] for tiles of `side` outputs a side and packs them:
 * [panel][plane][depth][width of the panel]. NULL: not enough memory. */
float *winograd_pack(const float *weights, int channels, int depth, int side, struct arena *arena)
    PER_ISA(winograd_pack);

#endif
