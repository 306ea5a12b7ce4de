/* Depthwise convolutions of float32. Narrower weights, which are few, are widened once. */
#include "base/half.h"
#include "kernels/common/widened.h"
#include "kernels/fast/depthwise.h"

/* Where results go and what they are made with, for all panels of a call. */
struct results {
    float *out;
    const float *addend; /* NULL: none */
    size_t live;         /* channels of a panel */
    float low, high;
};

/* A panel of channels, for all outputs of a block. */
struct panel {
    const float *weights, *addend; /* addend NULL: none */
    float *out;
    size_t channel, step; /* step: elements from one output to the next */
    vfloat bias;
};

/* Each input is multiplied for all outputs whose window it is in, a row of the filter after the
 * other, whose weights stay in registers. What is const is constant where this is inlined. */
INLINE void sum_run(const struct depthwise_source *source, size_t channel, const float *weights,
                    vfloat *sum, const int count, const int side, const int stride,
                    const bool is_inside)
{
#pragma GCC unroll 8
    for (int y = 0; y < side; y++) {
        vfloat weight[SIDE_MAX];
        const char *at = source->row[y];
#pragma GCC unroll 8
        for (int x = 0; x < side; x++)
            weight[x] = load_float(weights + (size_t)((y * side + x) * LANES));
#pragma GCC unroll 16
        for (int column = 0; column < (count - 1) * stride + side; column++) {
            const void *cell = cell_of(source, &at, column, y, side, is_inside);
            vfloat in = load_float((const float *)cell + channel);
            KEEP_VECTOR(in); /* read once, and not for each of its products */
#pragma GCC unroll 8
            for (int r = 0; r < count; r++) {
                int x = column - r * stride;
                if (x < 0 || x >= side)
                    continue;
                sum[r] = add_product(sum[r], in, weight[x]);
                KEEP_VECTOR(sum[r]);
            }
        }
    }
}

/* Outputs of a block, number `first` and the next ones. */
INLINE void compute_run(const struct panel *panel, const struct results *results, int first,
                        const struct depthwise_source *source, const int count, const int side,
                        const int stride, const bool is_inside)
{
    const float *weights = panel->weights;
    size_t step = panel->step, at = (size_t)first * step;
    vfloat sum[RUN_LENGTH];
    KEEP_INDEX(weights); /* they are read again, and not kept where there is no room */
#pragma GCC unroll 8
    for (int r = 0; r < count; r++)
        sum[r] = all_float(0.0f);
    sum_run(source, panel->channel, weights, sum, count, side, stride, is_inside);
    /* Behind the products, in the order of the reference: among them, a large bias would round each
     * of their sums to its own digits. */
#pragma GCC unroll 8
    for (int r = 0; r < count; r++)
        sum[r] += panel->bias;
    if (panel->addend)
#pragma GCC unroll 8
        for (int r = 0; r < count; r++)
            sum[r] += load_float(panel->addend + at + (size_t)r * step);
    vfloat low = all_float(results->low), high = all_float(results->high);
#pragma GCC unroll 8
    for (int r = 0; r < count; r++)
        store_live(panel->out + at + (size_t)r * step, results->live,
                   clamp_floats(sum[r], low, high));
}

INLINE struct panel panel_of(const struct kernel_call *call, const struct depthwise_block *block,
                             const struct results *results, int number, const int side)
{
    const struct depthwise *depthwise = call->state;
    size_t channel = panel_channel(depthwise, number), step = call->outputs[0].row_step;
    size_t at = block->pixel * step + channel;
    return (struct panel){
        .weights =
            (const float *)depthwise->weights + (size_t)number * (size_t)(side * side * LANES),
        .addend = results->addend ? results->addend + at : NULL,
        .out = results->out + at,
        .channel = channel,
        .step = step,
        .bias = load_float(depthwise->product.epilogue.bias_float + channel),
    };
}

INLINE void compute(const struct kernel_call *call, const struct depthwise_block *block,
                    const int side, const int stride)
{
    const struct depthwise *depthwise = call->state;
    const struct epilogue *epilogue = &depthwise->product.epilogue;
    bool adds = call->addend.tensor;
    size_t channels = (size_t)depthwise->product.geometry.channels;
    const struct results results = {
        .out = call->outputs[0].data,
        .addend = adds ? call->addend.data : NULL,
        .live = channels < LANES ? channels : LANES,
        .low = adds ? call->low : epilogue->float_low,
        .high = adds ? call->high : epilogue->float_high,
    };
    for (int number = 0; number < depthwise->panels; number++) {
        const struct panel panel = panel_of(call, block, &results, number, side);
#define COMPUTE(count, is_inside)                                                                  \
    compute_run(&panel, &results, x, &source, count, side, stride, is_inside)
        EACH_RUN(block, side, stride, source, x, COMPUTE);
#undef COMPUTE
    }
}

#define DEFINE_COMPUTE(side, stride)                                                               \
    static void compute_##side##_##stride(const struct kernel_call *call,                          \
                                          const struct depthwise_block *block)                     \
    {                                                                                              \
        compute(call, block, side, stride);                                                        \
    }

DEFINE_COMPUTE(3, 1)
DEFINE_COMPUTE(3, 2)
DEFINE_COMPUTE(5, 1)
DEFINE_COMPUTE(5, 2)

static float load_weight(const struct operand *weights, size_t i)
{
    switch (weights->tensor->type) {
    case TYPE_F16:
        return half_to_float(((const uint16_t *)weights->data)[i]);
    case TYPE_BF16:
        return brain_to_float(((const uint16_t *)weights->data)[i]);
    case TYPE_I8:
        return widened_load(weights, i);
    default:
        return ((const float *)weights->data)[i];
    }
}

static void pack(const struct kernel_call *call, const struct depthwise *depthwise, float *packed)
{
    const struct operand *weights = &call->inputs[1];
    size_t channels = (size_t)depthwise->product.geometry.channels;
    int taps = depthwise->side * depthwise->side;
    for (int panel = 0; panel < depthwise->panels; panel++)
        for (int tap = 0; tap < taps; tap++)
            for (size_t i = 0; i < LANES; i++, packed++) {
                size_t c = panel_channel(depthwise, panel) + i, at = (size_t)tap * channels + c;
                if (c >= channels)
                    continue;
                *packed = load_weight(weights, at);
            }
}

enum status depthwise_prepare_float(const struct kernel_call *call, struct depthwise *depthwise,
                                    struct arena *arena, struct error *error)
{
    static depthwise_function *const ways[2][STRIDE_MAX] = {{compute_3_1, compute_3_2},
                                                            {compute_5_1, compute_5_2}};
    int channels = depthwise->product.geometry.channels;
    enum status status = product_finish_float(call, &depthwise->product, arena, error);
    if (status != STATUS_OK)
        return status;
    depthwise->width = LANES;
    depthwise->panels = (channels + LANES - 1) / LANES;
    depthwise->last = channels > LANES ? channels - LANES : 0;
    depthwise->element_bytes = sizeof(float);
    depthwise->compute = ways[depthwise->side > 3][depthwise->stride - 1];
    float *packed =
        arena_try(arena, (size_t)depthwise->panels * (size_t)(depthwise->side * depthwise->side),
                  sizeof(vfloat));
    depthwise->zeros = arena_try(arena, (size_t)channels + LANES, sizeof(float));
    if (!packed || !depthwise->zeros)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d channels", channels);
    pack(call, depthwise, packed);
    depthwise->weights = packed;
    return STATUS_OK;
}
