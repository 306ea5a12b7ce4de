/* AVERAGE_POOL_2D and MAX_POOL_2D over NHWC images; cells in the padding do not count. */
#include "kernels/common/pool.h"

#include <math.h>

#include "kernels/common/fixed_point.h"
#include "kernels/lists.h"

static float pool_real(const struct kernel_call *call, const struct pool_window *window, size_t c)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const float *elements = call->inputs[0].data;
    bool is_max = call->node->op == OP_MAX_POOL_2D;
    float sum = is_max ? -INFINITY : 0.0f;
    for (size_t y = window->top; y < window->bottom; y++)
        for (size_t x = window->left; x < window->right; x++) {
            float value = elements[nhwc_index(in, window->n, y, x) + c];
            sum = !is_max ? sum + value : value > sum ? value : sum;
        }
    return is_max ? sum : sum / (float)pool_window_cells(window);
}

/* The average is rounded to the nearest step, halves away from zero, or to the even neighbour where
 * the graph rounds once. */
static int32_t average(const struct pooling *pooling, int64_t sum, int64_t cells)
{
    int32_t low = pooling->range.low, high = pooling->range.high;
    if (pooling->rounding == ROUNDING_ONCE)
        return round_within((float)sum / (float)cells, low, high);
    return clamp_int((int32_t)((sum + (sum > 0 ? cells / 2 : -(cells / 2))) / cells), low, high);
}

static int32_t average_of_reals(const struct kernel_call *call, const struct pool_window *window,
                                size_t c)
{
    const struct pooling *pooling = call->state;
    const struct tensor *in = call->inputs[0].tensor;
    float sum = 0.0f;
    for (size_t y = window->top; y < window->bottom; y++)
        for (size_t x = window->left; x < window->right; x++) {
            int32_t value = quantized_load(in->type, call->inputs[0].data,
                                           nhwc_index(&in->shape, window->n, y, x) + c);
            sum += pooling->scale_in * (float)(value - pooling->zero_in);
        }
    return pool_real_average(pooling, sum, pool_window_cells(window));
}

static int32_t pool_integers(const struct kernel_call *call, const struct pool_window *window,
                             size_t c)
{
    const struct pooling *pooling = call->state;
    const struct tensor *in = call->inputs[0].tensor;
    bool is_max = call->node->op == OP_MAX_POOL_2D;
    if (pooling->is_real)
        return average_of_reals(call, window, c);
    int64_t sum = is_max ? type_lowest(in->type) : 0;
    for (size_t y = window->top; y < window->bottom; y++)
        for (size_t x = window->left; x < window->right; x++) {
            int32_t value = quantized_load(in->type, call->inputs[0].data,
                                           nhwc_index(&in->shape, window->n, y, x) + c);
            sum = !is_max ? sum + value : value > sum ? value : sum;
        }
    return is_max ? clamp_int((int32_t)sum, pooling->range.low, pooling->range.high)
                  : average(pooling, sum, (int64_t)pool_window_cells(window));
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct pooling *pooling = call->state;
    const struct tensor *out = call->outputs[0].tensor;
    size_t channels = (size_t)out->shape.dim[3];
    (void)stage, (void)thread;
    for (size_t pixel = first; pixel < last; pixel++) {
        struct pool_window window = pool_window(call, pixel);
        for (size_t c = 0; c < channels; c++) {
            size_t at = pixel * channels + c;
            if (out->type == TYPE_F32)
                ((float *)call->outputs[0].data)[at] =
                    clamp_real(pool_real(call, &window, c), pooling->low, pooling->high);
            else
                quantized_store(out->type, call->outputs[0].data, at,
                                pool_integers(call, &window, c));
        }
    }
}

#define ROW(text, op_, type)                                                                       \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = pool_prepare, .run = run                                                        \
    }
#define ROWS(text, op)                                                                             \
    ROW(text "_f32_reference", op, TYPE_F32), ROW(text "_i8_reference", op, TYPE_I8),              \
        ROW(text "_u8_reference", op, TYPE_U8), ROW(text "_i16_reference", op, TYPE_I16)

static const struct kernel rows[] = {
    ROWS("average_pool_2d", AVERAGE_POOL_2D),
    ROWS("max_pool_2d", MAX_POOL_2D),
};

KERNEL_LIST(reference_pool_kernels, rows);
