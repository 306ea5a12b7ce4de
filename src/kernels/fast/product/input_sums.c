#include "kernels/fast/product/state.h"

bool input_sums_needed(const struct product *product)
{
    bool is_depthwise = product->tiling.group == 1; /* of integers: packed less the zero point */
    return !is_depthwise && product->packed.zero_point != 0;
}

bool input_sums_prepare(struct product *product, struct arena *arena)
{
    struct input_sums *sums = &product->input_sums;
    size_t element = product->source.element_bytes;
    size_t bytes = (size_t)product->tiling.inputs * element, whole = bytes / VECTOR_BYTES;
    if (!input_sums_needed(product))
        return true;
    unsigned char *ones = arena_try(arena, 2, VECTOR_BYTES);
    if (!ones)
        return false;
    unsigned char *rest = ones + VECTOR_BYTES;
    for (size_t i = 0; i < VECTOR_BYTES; i += element) {
        ones[i] = 1; /* the low byte */
        rest[i] = whole * VECTOR_BYTES + i < bytes;
    }
    sums->whole = whole;
    sums->ones = (const int32_t *)(const void *)ones;
    sums->rest = (const int32_t *)(const void *)rest;
    return true;
}

/* One vector of inputs, added up in each lane. */
INLINE vint add_inputs(vint sum, const unsigned char *from, vint ones, const int group)
{
    vint inputs = load_int((const int32_t *)(const void *)from);
#if HAS_BYTE_PRODUCTS
    if (group == 4)
        return add_quad_products(sum, inputs, ones);
#elif HAS_MATCHED_PRODUCTS
    if (group == 4)
        return add_matched_products(sum, inputs, ones);
#endif
    (void)group;
    return add_pair_products(sum, (vshort)inputs, (vshort)ones);
}

/* group is a constant where this is inlined. What is read beyond the tap counts as 0. */
INLINE int32_t sum_row(const struct product *product, const void *const *pointers, int rows,
                       const int group)
{
    const struct input_sums *sums = &product->input_sums;
    vint ones = load_int(sums->ones), rest = load_int(sums->rest), sum = all_int(0);
    for (int tap = 0; tap < product->tiling.taps; tap++) {
        const unsigned char *from = pointers[tap * rows];
        for (size_t i = 0; i < sums->whole; i++, from += VECTOR_BYTES)
            sum = add_inputs(sum, from, ones, group);
        sum = add_inputs(sum, from, rest, group);
    }
    uint32_t total = 0;
    for (int lane = 0; lane < LANES; lane++)
        total += (uint32_t)sum[lane];
    return (int32_t)total;
}

void input_sums_of(const struct product *product, const void *const *pointers, int rows,
                   int32_t *sums)
{
    for (int r = 0; r < rows; r++)
        sums[r] = product->tiling.group == 4 ? sum_row(product, pointers + r, rows, 4)
                                             : sum_row(product, pointers + r, rows, 2);
}

void input_sums_subtract(const struct product *product, const struct tile *tile,
                         const int32_t *inputs, int32_t *sums)
{
    int pieces = tile->rows * tile->panels; /* one of the two is 1 */
    int width = panel_width(product->geometry.channels, tile->panel);
    for (int i = 0; i < pieces; i++) {
        uint32_t of_row = (uint32_t)inputs[tile->panels > 1 ? 0 : i];
        vint off = all_int((int32_t)(of_row * (uint32_t)product->packed.zero_point));
        for (int v = 0; v < width; v += LANES) {
            int32_t *at = sums + i * PANEL_WIDTH + v;
            store_int(at, (vint)((vuint)load_int(at) - (vuint)off));
        }
    }
}
