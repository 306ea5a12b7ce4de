/* Weights in panels of PANEL_WIDTH channels (the last may be LANES wide), in the order in which
 * a tile reads them. */
#ifndef KERNELS_FAST_PRODUCT_PACK_H
#define KERNELS_FAST_PRODUCT_PACK_H

#include "base/arena.h"
#include "kernels/fast/isa.h"
#include "kernels/kernel.h"

struct product;

struct packed {
    const void *weights;
    size_t panel_bytes; /* from one panel to the next */
    /* Of int4 with scales of blocks: inputs of one, and [panel][block][PANEL_WIDTH] scales. */
    size_t block;
    const float *scales;
    /* Set before: uint8 weights, of one zero point. They are packed as int8, 128 less, and count
     * from that zero point, 128 less; those of depthwise sums less the zero point. */
    bool is_unsigned;
    int32_t zero_point;
};

/* Packs [channels][taps][depth], padded with zeros. Geometry and tiling must be set; sets weights
 * and panel_bytes of `packed`. false: not enough memory. */
typedef bool pack_function(struct product *product, const void *weights, struct arena *arena);
pack_function pack_float PER_ISA(pack_float);
pack_function pack_half PER_ISA(pack_half);
/* The same in pairs of inputs, the last one of a tap perhaps with a zero. Of two vectors, the first
 * has every other channel of the panel, the second those between them. */
pack_function pack_half_pairs PER_ISA(pack_half_pairs);
pack_function pack_widened PER_ISA(pack_widened); /* int8, one after the other */
/* int4: each input of a panel has LANES bytes, with channels of the first vector in their lower
 * halves and those of the second in the upper ones. */
pack_function pack_nibbles PER_ISA(pack_nibbles);
pack_function pack_int8 PER_ISA(pack_int8);   /* in pairs of inputs */
pack_function pack_bytes PER_ISA(pack_bytes); /* int8 in fours of inputs */
/* Those of product->match, which must be set. */
pack_function pack_matched PER_ISA(pack_matched);
/* The same for depthwise weights, [taps][channels]; int8 become int16. */
pack_function depthwise_pack_float PER_ISA(depthwise_pack_float);
pack_function depthwise_pack_half PER_ISA(depthwise_pack_half);
pack_function depthwise_pack_widened PER_ISA(depthwise_pack_widened); /* int8 stay as they are */
pack_function depthwise_pack_int8 PER_ISA(depthwise_pack_int8);

/* Packs the scales of the blocks of the call's weights, with them. false: not enough memory. */
bool pack_scales(const struct kernel_call *call, struct product *product, struct arena *arena)
    PER_ISA(pack_scales);

#endif
