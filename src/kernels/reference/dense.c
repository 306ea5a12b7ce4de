/* FULLY_CONNECTED: out[row, c] is the sum over k of in[row, k] * weights[c, k]. */
#include "kernels/common/dense.h"
#include "kernels/reference/product.h"

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct dense *dense = call->state;
    const struct product_loops loops = product_loops(call);
    (void)thread;
    if (product_quantize(call, stage, first, last))
        return;
    for (size_t i = first; i < last; i++) {
        size_t row = i / dense->channels, c = i % dense->channels;
        struct product_run products = {row * dense->depth, 1, c * dense->depth, 1, dense->depth};
        union product_sum sum = {0};
        loops.add(call, &products, &sum);
        loops.store(call, sum, i, (int)c, row);
    }
}

static const struct kernel rows[] = {
    PRODUCT_ROWS("fully_connected", FULLY_CONNECTED, dense_prepare, run),
    PRODUCT_HYBRID_ROW("fully_connected", FULLY_CONNECTED, dense_prepare, run),
};

KERNEL_LIST(reference_dense_kernels, rows);
