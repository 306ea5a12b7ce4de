/* FULLY_CONNECTED: out[row, c] is the sum over k of in[row, k] * weights[c, k]. */
#include "kernels/reference/product.h"

struct dense {
    struct product_terms terms;
    size_t depth, channels;
};

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct dense *dense = call->state;
    (void)thread;
    if (product_quantize(call, stage, first, last))
        return;
    for (size_t i = first; i < last; i++) {
        size_t row = i / dense->channels, c = i % dense->channels;
        struct product_run products = {row * dense->depth, 1, c * dense->depth, 1, dense->depth};
        union product_sum sum = {0};
        product_add(call, &products, &sum);
        product_store(call, sum, i, (int)c, row);
    }
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct dense *dense = call->state = arena_alloc(arena, sizeof(*dense));
    const struct shape *weights = &call->inputs[1].tensor->shape;
    dense->channels = (size_t)weights->dim[0];
    dense->depth = (size_t)weights->dim[1];
    size_t rows = shape_elements(&call->inputs[0].tensor->shape) / dense->depth;
    return product_prepare(call, call->node->params.dense.activation, rows * dense->channels,
                           dense->depth, arena, error);
}

static const struct kernel rows[] = {
    PRODUCT_ROWS("fully_connected", FULLY_CONNECTED, prepare, run),
    PRODUCT_HYBRID_ROW("fully_connected", FULLY_CONNECTED, prepare, run),
};

KERNEL_LIST(reference_dense_kernels, rows);
