/* Depthwise convolutions of int16, and of float32 that is quantized to bytes at run time: sums are
 * brought into the order of the channels, and the finish of products makes results of them. */
#include "kernels/common/multipliers.h"
#include "kernels/fast/depthwise_pairs.h"
#include "kernels/fast/product/quantize.h"

/* sums: [count][PANEL_WIDTH]. */
INLINE void store_run(const struct depthwise *depthwise, const struct depthwise_source *source,
                      int panel, int32_t *sums, const int count, const int side, const int stride,
                      const enum type type, const bool is_inside)
{
    vint low[RUN_LENGTH], high[RUN_LENGTH], first, second;
    sum_run(depthwise, source, panel, NULL, low, high, count, side, stride, type, is_inside);
#pragma GCC unroll 8
    for (int r = 0; r < count; r++, sums += PANEL_WIDTH) {
        deinterleave(low[r], high[r], &first, &second);
        store_int(sums, first);
        store_int(sums + LANES, second);
    }
}

/* Outputs of a block. */
#define SUMS_MAX (BLOCK_LENGTH * PANEL_WIDTH)

/* Sums fit 32 bits, but with their bias and multiplied they may need 64. */
static void finish(const struct kernel_call *call, struct panel_sums *part)
{
    const struct depthwise *depthwise = call->state;
    const struct product *product = &depthwise->product;
    const int32_t *narrow = part->sums;
    int64_t wide[SUMS_MAX];
    part->width = panel_width(product->geometry.channels, part->panel);
    if (product->epilogue.sum_bytes == sizeof(int64_t)) {
        for (int i = 0; i < part->rows * PANEL_WIDTH; i++)
            wide[i] = narrow[i];
        part->sums = wide;
    }
    product->finish(product, call, part);
    part->sums = narrow;
}

INLINE void compute(const struct kernel_call *call, const struct depthwise_block *block,
                    const int side, const int stride, const enum type type)
{
    const struct depthwise *depthwise = call->state;
    int32_t sums[SUMS_MAX];
    struct panel_sums part = {
        .sums = sums,
        .row = block->pixel,
        .rows = block->length,
        .output = call->outputs[0].data,
    };
    for (; part.panel < depthwise->panels; part.panel++) {
#define SUM(count, is_inside)                                                                      \
    store_run(depthwise, &source, part.panel, sums + (ptrdiff_t)x * PANEL_WIDTH, count, side,      \
              stride, type, is_inside)
        EACH_RUN(block, side, stride, source, x, SUM);
#undef SUM
        finish(call, &part);
    }
}

#define DEFINE_COMPUTE(side, stride)                                                               \
    static void compute_##side##_##stride(const struct kernel_call *call,                          \
                                          const struct depthwise_block *block)                     \
    {                                                                                              \
        compute(call, block, side, stride, TYPE_I16);                                              \
    }                                                                                              \
    static void compute_hybrid_##side##_##stride(const struct kernel_call *call,                   \
                                                 const struct depthwise_block *block)              \
    {                                                                                              \
        compute(call, block, side, stride, TYPE_I8);                                               \
    }

DEFINE_COMPUTE(3, 1)
DEFINE_COMPUTE(3, 2)
DEFINE_COMPUTE(5, 1)
DEFINE_COMPUTE(5, 2)

/* Everything but the finish; what stands for 0 in a run-time quantization only the run tells. */
static enum status prepare_sums(const struct kernel_call *call, struct depthwise *depthwise,
                                struct arena *arena, struct error *error)
{
    static depthwise_function *const ways[2][2][STRIDE_MAX] = {
        {{compute_3_1, compute_3_2}, {compute_5_1, compute_5_2}},
        {{compute_hybrid_3_1, compute_hybrid_3_2}, {compute_hybrid_5_1, compute_hybrid_5_2}},
    };
    bool is_hybrid = depthwise->product.source.is_hybrid;
    int channels = depthwise->product.geometry.channels;
    depthwise->width = PANEL_WIDTH;
    depthwise->panels = depthwise->product.tiling.panels;
    depthwise->last = (depthwise->panels - 1) * PANEL_WIDTH;
    depthwise->element_bytes = depthwise->product.source.element_bytes;
    depthwise->compute = ways[is_hybrid][depthwise->side > 3][depthwise->stride - 1];
    if (!is_hybrid)
        depthwise->zeros =
            arena_try(arena, (size_t)(depthwise->panels * PANEL_WIDTH), sizeof(int16_t));
    if (!depthwise_pack_pairs(call, depthwise, arena) || (!is_hybrid && !depthwise->zeros))
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d channels", channels);
    return STATUS_OK;
}

enum status depthwise_prepare_hybrid(const struct kernel_call *call, struct depthwise *depthwise,
                                     struct arena *arena, struct error *error)
{
    depthwise->product.epilogue.sum_bytes = sizeof(int32_t);
    quantize_as_is(&depthwise->product, product_is_asymmetric(call));
    enum status status = product_finish_hybrid(call, &depthwise->product, arena, error);
    return status == STATUS_OK ? prepare_sums(call, depthwise, arena, error) : status;
}

enum status depthwise_prepare_words(const struct kernel_call *call, struct depthwise *depthwise,
                                    struct arena *arena, struct error *error)
{
    depthwise->product.epilogue.sum_bytes = sizeof(int64_t);
    depthwise->product.source.element_bytes = sizeof(int16_t);
    enum status status = product_finish_integer(call, &depthwise->product, arena, error);
    return status == STATUS_OK ? prepare_sums(call, depthwise, arena, error) : status;
}
