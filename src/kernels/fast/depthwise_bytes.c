/* Depthwise convolutions of 8-bit integers. */
#include "kernels/fast/depthwise_pairs.h"
#include "kernels/fast/product/finish_bytes.h"

/* The outputs of one panel; of the last one there may be fewer channels. */
INLINE void finish(const struct kernel_call *call, int panel, const int32_t *sums, int count,
                   int8_t *to, const enum byte_form form)
{
    const struct depthwise *depthwise = call->state;
    size_t first = (size_t)panel * PANEL_WIDTH, step = call->outputs[0].row_step;
    size_t channels = (size_t)depthwise->product.geometry.channels;
    const struct epilogue epilogue = depthwise->lanes; /* a copy: see product/finish.c */
    const struct byte_scales scales[2] = {load_byte_scales(&epilogue, first, form),
                                          load_byte_scales(&epilogue, first + LANES, form)};
    for (int i = 0; i < count; i++, sums += PANEL_WIDTH, to += step) {
        vint low = scale_sums(&epilogue, &scales[0], load_int(sums), form);
        vint high = scale_sums(&epilogue, &scales[1], load_int(sums + LANES), form);
        store_outputs(&epilogue, to, channels, pack_interleaved(low, high), form);
    }
}

#define DEFINE_FINISH(name, form)                                                                  \
    static void name(const struct kernel_call *call, int panel, const int32_t *sums, int count,    \
                     int8_t *to)                                                                   \
    {                                                                                              \
        finish(call, panel, sums, count, to, form);                                                \
    }

DEFINE_FINISH(finish_twice, FORM_TWICE)
DEFINE_FINISH(finish_short, FORM_SHORT)
DEFINE_FINISH(finish_once, FORM_ONCE)

/* sums: [count][low, then high lanes]. */
INLINE void store_run(const struct depthwise *depthwise, const struct depthwise_source *source,
                      int panel, int32_t *sums, const int count, const int side, const int stride,
                      const enum type type, const bool is_inside)
{
    const int32_t *bias = depthwise->lanes.bias32 + (size_t)panel * PANEL_WIDTH;
    vint low[RUN_LENGTH], high[RUN_LENGTH];
    sum_run(depthwise, source, panel, bias, low, high, count, side, stride, type, is_inside);
#pragma GCC unroll 8
    for (int r = 0; r < count; r++) {
        store_int(sums + (ptrdiff_t)r * PANEL_WIDTH, low[r]);
        store_int(sums + (ptrdiff_t)r * PANEL_WIDTH + LANES, high[r]);
    }
}

/* Makes the results of a panel from sums that are in registers, two outputs at a time. */
INLINE void store_results(const struct depthwise *depthwise, const struct depthwise_source *source,
                          int panel, int8_t *to, size_t step, const int count, const int side,
                          const int stride, const bool is_inside)
{
    const struct epilogue epilogue = depthwise->lanes; /* a copy: see product/finish.c */
    size_t at = (size_t)panel * PANEL_WIDTH;
    vint low[RUN_LENGTH], high[RUN_LENGTH];
    sum_run(depthwise, source, panel, epilogue.bias32 + at, low, high, count, side, stride, TYPE_I8,
            is_inside);
    const struct byte_results by = load_byte_results(&epilogue, at, 2);
#pragma GCC unroll 4
    for (int r = 0; r < count; r += 2) {
        const int next = r + 1 < count ? r + 1 : r;
        vchar bytes =
            join_interleaved(scale_result(&by, low[r], 0), scale_result(&by, high[r], 1),
                             scale_result(&by, low[next], 0), scale_result(&by, high[next], 1));
        bytes = clamp_bytes(bytes, by.low, by.high);
        store_part(to + (size_t)r * step, bytes, 0, 2);
        if (next > r)
            store_part(to + (size_t)next * step, bytes, 1, 2);
    }
}

/* The same as below, whole panels of int8 without a stop between sums and results. */
INLINE void compute_direct(const struct kernel_call *call, const struct depthwise_block *block,
                           const int side, const int stride)
{
    const struct depthwise *depthwise = call->state;
    size_t step = call->outputs[0].row_step;
    int8_t *out = (int8_t *)call->outputs[0].data + block->pixel * step;
    for (int panel = 0; panel < depthwise->panels; panel++) {
        int8_t *to = out + panel_channel(depthwise, panel);
#define STORE(count, is_inside)                                                                    \
    store_results(depthwise, &source, panel, to + (size_t)x * step, step, count, side, stride,     \
                  is_inside)
        EACH_RUN(block, side, stride, source, x, STORE);
#undef STORE
    }
}

INLINE void compute(const struct kernel_call *call, const struct depthwise_block *block,
                    const int side, const int stride, const enum type type)
{
    const struct depthwise *depthwise = call->state;
    int32_t sums[BLOCK_LENGTH * PANEL_WIDTH];
    int8_t *to = (int8_t *)call->outputs[0].data + block->pixel * call->outputs[0].row_step;
    for (int panel = 0; panel < depthwise->panels; panel++) {
#define SUM(count, is_inside)                                                                      \
    store_run(depthwise, &source, panel, sums + (ptrdiff_t)x * PANEL_WIDTH, count, side, stride,   \
              type, is_inside)
        EACH_RUN(block, side, stride, source, x, SUM);
#undef SUM
        depthwise->finish(call, panel, sums, block->length, to + panel_channel(depthwise, panel));
    }
}

#define DEFINE_COMPUTE(side, stride)                                                               \
    static void compute_direct_##side##_##stride(const struct kernel_call *call,                   \
                                                 const struct depthwise_block *block)              \
    {                                                                                              \
        compute_direct(call, block, side, stride);                                                 \
    }                                                                                              \
    static void compute_##side##_##stride(const struct kernel_call *call,                          \
                                          const struct depthwise_block *block)                     \
    {                                                                                              \
        compute(call, block, side, stride, TYPE_I8);                                               \
    }                                                                                              \
    static void compute_unsigned_##side##_##stride(const struct kernel_call *call,                 \
                                                   const struct depthwise_block *block)            \
    {                                                                                              \
        compute(call, block, side, stride, TYPE_U8);                                               \
    }

DEFINE_COMPUTE(3, 1)
DEFINE_COMPUTE(3, 2)
DEFINE_COMPUTE(5, 1)
DEFINE_COMPUTE(5, 2)

/* Numbers of 32 bits, one per channel, in the order of the lanes. NULL: not enough memory, or there
 * were none. */
static const void *permuted(const struct depthwise *depthwise, const void *numbers,
                            struct arena *arena)
{
    size_t channels = (size_t)depthwise->product.geometry.channels;
    if (!numbers)
        return NULL;
    int32_t *made = arena_try(arena, (size_t)depthwise->panels * PANEL_WIDTH, sizeof(*made));
    for (int panel = 0; made && panel < depthwise->panels; panel++)
        for (int i = 0; i < PANEL_WIDTH; i++) {
            size_t c = lane_channel(depthwise, panel, i);
            if (c < channels)
                memcpy(&made[panel * PANEL_WIDTH + i], (const char *)numbers + c * sizeof(*made),
                       sizeof(*made));
        }
    return made;
}

/* The bias less what the inputs' zero point adds up to, in the order of the lanes. */
static bool set_bias(const struct kernel_call *call, struct depthwise *depthwise,
                     struct arena *arena)
{
    size_t channels = (size_t)depthwise->product.geometry.channels;
    int32_t zero = depthwise->product.source.zero_point;
    int32_t *bias = arena_try(arena, channels, sizeof(*bias));
    for (size_t c = 0; bias && c < channels; c++) {
        uint32_t sum = 0;
        for (int tap = 0; tap < depthwise->side * depthwise->side; tap++)
            sum += (uint32_t)depthwise_weight(call, depthwise, tap, c);
        bias[c] = (int32_t)((uint32_t)depthwise->product.epilogue.bias32[c] - sum * (uint32_t)zero);
    }
    depthwise->lanes.bias32 = permuted(depthwise, bias, arena);
    return depthwise->lanes.bias32;
}

/* The epilogue in the order of the lanes, and the form that it is for. */
static bool set_epilogue(const struct kernel_call *call, struct depthwise *depthwise,
                         struct arena *arena)
{
    const struct epilogue *from = &depthwise->product.epilogue;
    struct epilogue *to = &depthwise->lanes;
    *to = *from;
    to->factors = permuted(depthwise, from->factors, arena);
    to->mantissas = permuted(depthwise, from->mantissas, arena);
    to->lefts = permuted(depthwise, from->lefts, arena);
    to->rights = permuted(depthwise, from->rights, arena);
    to->addends = permuted(depthwise, from->addends, arena);
    depthwise->finish = from->factors ? finish_once : from->addends ? finish_short : finish_twice;
    bool has_all = !to->factors == !from->factors && !to->mantissas == !from->mantissas &&
                   !to->lefts == !from->lefts && !to->rights == !from->rights &&
                   !to->addends == !from->addends;
    return has_all && set_bias(call, depthwise, arena);
}

/* The bytes are those of the zero point. */
static bool set_zeros(struct depthwise *depthwise, struct arena *arena)
{
    size_t count = (size_t)depthwise->product.geometry.channels + PANEL_WIDTH;
    unsigned char *zeros = arena_try(arena, count, 1);
    if (zeros)
        memset(zeros, (unsigned char)depthwise->product.source.zero_point, count);
    depthwise->zeros = zeros;
    return zeros;
}

enum status depthwise_prepare_bytes(const struct kernel_call *call, struct depthwise *depthwise,
                                    struct arena *arena, struct error *error)
{
    static depthwise_function *const ways[3][2][STRIDE_MAX] = {
        {{compute_3_1, compute_3_2}, {compute_5_1, compute_5_2}},
        {{compute_unsigned_3_1, compute_unsigned_3_2},
         {compute_unsigned_5_1, compute_unsigned_5_2}},
        {{compute_direct_3_1, compute_direct_3_2}, {compute_direct_5_1, compute_direct_5_2}},
    };
    struct product *product = &depthwise->product;
    int channels = product->geometry.channels;
    product->epilogue.sum_bytes = sizeof(int32_t);
    product->source.element_bytes = sizeof(int16_t); /* what is multiplied */
    product->packed.is_unsigned = call->inputs[1].tensor->type == TYPE_U8;
    enum status status = product_finish_integer(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    depthwise->width = PANEL_WIDTH;
    depthwise->panels = product->tiling.panels;
    depthwise->last = channels > PANEL_WIDTH ? channels - PANEL_WIDTH : 0;
    depthwise->element_bytes = 1;
    int way = call->inputs[0].tensor->type == TYPE_U8 ? 1 : 0;
    if (product->epilogue.is_direct && channels >= PANEL_WIDTH)
        way = 2;
    depthwise->compute = ways[way][depthwise->side > 3][depthwise->stride - 1];
    if (!depthwise_pack_pairs(call, depthwise, arena) || !set_epilogue(call, depthwise, arena) ||
        !set_zeros(depthwise, arena))
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d channels", channels);
    return STATUS_OK;
}
