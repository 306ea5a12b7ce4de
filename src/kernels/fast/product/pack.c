/* Packing weights [channels][taps][depth] into panels. */
#include "kernels/fast/product/state.h"

/* All panels have the same size, so that one is found by multiplication. */
static void *allocate(struct product *product, size_t panel_elements, size_t element,
                      struct arena *arena)
{
    product->packed.panel_bytes = panel_elements * element;
    product->packed.weights =
        arena_try(arena, (size_t)product->tiling.panels, product->packed.panel_bytes);
    return (void *)(uintptr_t)product->packed.weights;
}

static size_t panel_elements(const struct product *product)
{
    return (size_t)product->tiling.taps * (size_t)product->tiling.depth * PANEL_WIDTH;
}

/* Number of inputs of one row as the file has them. */
static size_t row_elements(const struct product *product)
{
    return (size_t)product->geometry.taps * (size_t)product->geometry.depth;
}

/* Each tap is padded to whole groups. */
static size_t packed_index(const struct product *product, size_t input)
{
    size_t inputs = (size_t)product->tiling.inputs;
    return input / inputs * (size_t)product->tiling.depth + input % inputs;
}

/* The loop of the functions below: element(to, from) for each weight, `group` inputs of a channel
 * side by side. */
#define PACK(type, group, changed)                                                                 \
    do {                                                                                           \
        size_t per_panel = panel_elements(product), inputs = row_elements(product);                \
        type *packed = allocate(product, per_panel, sizeof(type), arena);                          \
        for (int c = 0; packed && c < product->geometry.channels; c++) {                           \
            int panel = c / PANEL_WIDTH;                                                           \
            size_t width = (size_t)panel_width(product->geometry.channels, panel);                 \
            type *to = packed + (size_t)panel * per_panel + (group) * (c % PANEL_WIDTH);           \
            for (size_t i = 0; i < inputs; i++) {                                                  \
                size_t at = packed_index(product, i);                                              \
                to[at / (group) * (group)*width + at % (group)] =                                  \
                    ((const type *)weights)[(size_t)c * inputs + i] changed;                       \
            }                                                                                      \
        }                                                                                          \
        return packed != NULL;                                                                     \
    } while (0)

bool pack_float(struct product *product, const void *weights, struct arena *arena)
{
    PACK(float, 1, );
}

bool pack_half(struct product *product, const void *weights, struct arena *arena)
{
    PACK(uint16_t, 1, );
}

#if HAS_HALF_ARITHMETIC
bool pack_half_pairs(struct product *product, const void *weights, struct arena *arena)
{
    size_t inputs = (size_t)product->tiling.inputs, pairs = (inputs + 1) / 2;
    size_t taps = (size_t)product->tiling.taps, per_panel = taps * pairs * 2 * PANEL_WIDTH;
    uint16_t *packed = allocate(product, per_panel, sizeof(*packed), arena);
    const uint16_t *from = weights;
    for (int c = 0; packed && c < product->geometry.channels; c++) {
        int panel = c / PANEL_WIDTH, place = c % PANEL_WIDTH;
        size_t width = (size_t)panel_width(product->geometry.channels, panel);
        size_t lane = width == LANES ? (size_t)place : (size_t)(place % 2 * LANES + place / 2);
        uint16_t *to = packed + (size_t)panel * per_panel + 2 * lane;
        for (size_t tap = 0; tap < taps; tap++, to += 2 * pairs * width)
            for (size_t i = 0; i < inputs; i++)
                to[i / 2 * 2 * width + i % 2] = *from++;
    }
    return packed != NULL;
}
#endif

bool pack_widened(struct product *product, const void *weights, struct arena *arena)
{
    PACK(int8_t, 1, );
}

bool pack_nibbles(struct product *product, const void *weights, struct arena *arena)
{
    size_t per_panel = panel_elements(product) / 2, inputs = row_elements(product);
    uint8_t *packed = allocate(product, per_panel, 1, arena);
    const uint8_t *from = weights;
    for (size_t c = 0; packed && c < (size_t)product->geometry.channels; c++, from += inputs) {
        uint8_t *to = packed + c / PANEL_WIDTH * per_panel + c % LANES;
        int shift = c % PANEL_WIDTH < LANES ? 0 : 4;
        for (size_t i = 0; i < inputs; i++)
            to[packed_index(product, i) * LANES] |= (uint8_t)((from[i] & 15) << shift);
    }
    return packed != NULL;
}

bool pack_scales(const struct kernel_call *call, struct product *product, struct arena *arena)
{
    const struct quantization *quant = &call->inputs[1].tensor->quant;
    size_t blocks = row_elements(product) / (size_t)quant->block;
    float *packed =
        arena_try(arena, (size_t)product->tiling.panels * blocks, PANEL_WIDTH * sizeof(*packed));
    product->packed.block = (size_t)quant->block;
    product->packed.scales = packed;
    for (size_t c = 0; packed && c < (size_t)product->geometry.channels; c++)
        for (size_t b = 0; b < blocks; b++)
            packed[(c / PANEL_WIDTH * blocks + b) * PANEL_WIDTH + c % PANEL_WIDTH] =
                quant->scale[c * blocks + b];
    return packed != NULL;
}

/* Turned over in uint8 weights: what is left is 128 less as int8. */
static int8_t highest_bit(const struct product *product)
{
    return product->packed.is_unsigned ? INT8_MIN : 0;
}

/* Pairs of inputs lie side by side for each channel. */
bool pack_int8(struct product *product, const void *weights, struct arena *arena)
{
    const int8_t turned = highest_bit(product);
    PACK(int8_t, 2, ^turned);
}

bool pack_bytes(struct product *product, const void *weights, struct arena *arena)
{
    const int8_t turned = highest_bit(product);
    PACK(int8_t, 4, ^turned);
}

#if HAS_MATCHED_PRODUCTS
/* One step of a panel; `to` is zeroed. */
static void pack_step(const struct product *product, const int8_t *weights, int panel,
                      const struct matched_step *step, int8_t *to)
{
    const int8_t turned = highest_bit(product);
    int live = live_width(product->geometry.channels, panel, PANEL_WIDTH);
    const int8_t *from = weights + (size_t)(panel * PANEL_WIDTH) * row_elements(product);
    for (int c = 0; c < live; c++, from += row_elements(product), to += 4)
        for (int i = 0; i < 4; i++)
            if (step->inputs[i] != MATCHING_NONE)
                to[i] = (int8_t)(from[step->first + step->inputs[i]] ^ turned);
}

bool pack_matched(struct product *product, const void *weights, struct arena *arena)
{
    const struct match *match = &product->match;
    int8_t *packed = allocate(product, match->panel_steps * 4 * PANEL_WIDTH, 1, arena);
    for (int panel = 0; packed && panel < product->tiling.panels; panel++) {
        const struct matched_step *step = match->steps + (size_t)panel * match->panel_steps;
        int8_t *to = packed + (size_t)panel * product->packed.panel_bytes;
        for (int tap = 0; tap < product->tiling.taps; tap++) {
            int32_t count = match->counts[panel * product->tiling.taps + tap];
            const int8_t *from = (const int8_t *)weights + tap * product->tiling.inputs;
            for (int32_t k = 0; k < count; k++, step++) {
                pack_step(product, from, panel, step, to);
                to += 4 * panel_width(product->geometry.channels, panel);
            }
        }
    }
    return packed != NULL;
}
#endif

/* Depthwise weights [taps][channels] into [panel][tap][PANEL_WIDTH]. */
#define PACK_DEPTHWISE(type)                                                                       \
    do {                                                                                           \
        size_t taps = (size_t)product->geometry.taps,                                              \
               channels = (size_t)product->geometry.channels;                                      \
        type *packed = allocate(product, taps * PANEL_WIDTH, sizeof(type), arena);                 \
        for (size_t tap = 0; packed && tap < taps; tap++)                                          \
            for (size_t c = 0; c < channels; c++)                                                  \
                packed[(c / PANEL_WIDTH * taps + tap) * PANEL_WIDTH + c % PANEL_WIDTH] =           \
                    ((const type *)weights)[tap * channels + c];                                   \
        return packed != NULL;                                                                     \
    } while (0)

bool depthwise_pack_float(struct product *product, const void *weights, struct arena *arena)
{
    PACK_DEPTHWISE(float);
}

bool depthwise_pack_half(struct product *product, const void *weights, struct arena *arena)
{
    PACK_DEPTHWISE(uint16_t);
}

bool depthwise_pack_widened(struct product *product, const void *weights, struct arena *arena)
{
    PACK_DEPTHWISE(int8_t);
}

/* Pairs of taps side by side, in the order in which interleave() brings the channels. */
bool depthwise_pack_int8(struct product *product, const void *weights, struct arena *arena)
{
    size_t taps = (size_t)product->geometry.taps, channels = (size_t)product->geometry.channels;
    size_t per_panel = (taps + 1) / 2 * 2 * PANEL_WIDTH;
    int16_t *packed = allocate(product, per_panel, sizeof(*packed), arena);
    const int8_t turned = highest_bit(product);
    const int32_t zero = product->packed.zero_point;
    for (size_t panel = 0; packed && panel < (size_t)product->tiling.panels; panel++)
        for (size_t tap = 0; tap < taps; tap++)
            for (size_t i = 0; i < PANEL_WIDTH; i++) {
                size_t c =
                    panel * PANEL_WIDTH + (size_t)interleaved_channel((int)i % LANES, i >= LANES);
                size_t at = tap / 2 * 2 * PANEL_WIDTH + (size_t)pair_place((int)i, (int)(tap % 2));
                if (c < channels)
                    packed[panel * per_panel + at] =
                        (int16_t)((int8_t)(((const int8_t *)weights)[tap * channels + c] ^ turned) -
                                  zero);
            }
    return packed != NULL;
}
