/* The shape of a product, as the graph has it and as tiles see it. */
#ifndef KERNELS_FAST_PRODUCT_GEOMETRY_H
#define KERNELS_FAST_PRODUCT_GEOMETRY_H

#include "kernels/fast/product/tile.h"
#include "kernels/kernel.h"

struct product;

/* From the node's shapes. */
struct geometry {
    size_t rows;       /* of all images */
    size_t image_rows; /* of one: rows of one image share run-time scales */
    int taps, depth;   /* cells of a filter, inputs of each */
    int channels;      /* of the output */
    int32_t in_h, in_w, out_h, out_w, before_h, before_w; /* of an image, and its padding */
};

/* What tiles see: `inputs` of a tap count, `depth` is that padded to whole groups. */
struct tiling {
    int group; /* neighbouring inputs that are multiplied at once: 1, int16 2, bytes 4 */
    int taps, inputs, depth;
    int panels; /* of channels */
    /* image_rows x taps: where a tap begins in its image, in elements, or OUTSIDE. Tiles read
     * inputs by way of these (an indirection buffer, where others copy them into an im2col
     * matrix). NULL: all pixels in order, one tap each, or windows of a spliced source. */
    int32_t *offsets;
    /* Of a spliced source, in elements: from the window of a pixel to that of the next one of its
     * row, from that of a row to that of the next, and within a window from tap to tap. */
    size_t pixel_step, row_step, tap_step;
};

/* In place of an offset: the tap lies in the padding. */
#define OUTSIDE (-1)

/* The lanes of a panel that are computed: the last one may need only half. */
INLINE int panel_width(int channels, int panel)
{
    return channels - panel * PANEL_WIDTH <= LANES ? LANES : PANEL_WIDTH;
}

/* Of `width` lanes those that are channels. */
INLINE int live_width(int channels, int panel, int width)
{
    int rest = channels - panel * PANEL_WIDTH;
    return rest < width ? rest : width;
}

/* The geometry of a convolution, transposed ones among them. */
void product_conv_geometry(const struct kernel_call *call, struct geometry *geometry)
    PER_ISA(product_conv_geometry);
/* Fills geometry, tiling and the shape of the source from a CONV_2D (without groups),
 * DEPTHWISE_CONV_2D or FULLY_CONNECTED node; the group must be set. */
enum status product_geometry(const struct kernel_call *call, struct product *product,
                             struct arena *arena, struct error *error) PER_ISA(product_geometry);

#endif
