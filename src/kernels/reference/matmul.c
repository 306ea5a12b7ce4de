/* BATCH_MATMUL: out[..., m, n] is the sum over k of x[..., m, k] * y[..., k, n], each operand's
 * last two dimensions swapped where the node says so, the leading ones broadcast. */
#include "kernels/common/matmul.h"
#include "kernels/reference/product.h"

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct matmul *matmul = call->state;
    const struct product_loops loops = product_loops(call);
    (void)thread;
    if (product_quantize(call, stage, first, last))
        return;
    for (size_t i = first; i < last; i++) {
        size_t row = i / matmul->columns % matmul->rows, column = i % matmul->columns;
        size_t batch = i / matmul->columns / matmul->rows;
        struct broadcast_run operands = broadcast_run(&matmul->batches, batch, batch + 1);
        size_t x = operands.first[0] * matmul->rows * matmul->depth;
        size_t y = operands.first[1] * matmul->columns * matmul->depth;
        struct product_run products = {x + row * matmul->x_row, matmul->x_step,
                                       y + column * matmul->y_column, matmul->y_step,
                                       matmul->depth};
        union product_sum sum = {0};
        loops.add(call, &products, &sum);
        loops.store(call, sum, i, (int)column, operands.first[0] * matmul->rows + row);
    }
}

/* Rows of x share a scale that is found at run time; they must lie in one piece. */
static bool accepts_hybrid(const struct kernel_call *call)
{
    return call->inputs[1].tensor->type == TYPE_I8 && !call->node->params.matmul.adj_x;
}

static bool accepts_same(const struct kernel_call *call)
{
    return call->inputs[1].tensor->type == call->inputs[0].tensor->type;
}

#define ROW(text, type, accepts_)                                                                  \
    {                                                                                              \
        .name = "batch_matmul_" text "_reference", .op = OP_BATCH_MATMUL, .isa = ISA_REFERENCE,    \
        .types = {type, TYPE_ANY, type}, .accepts = (accepts_), .prepare = matmul_prepare,         \
        .run = run                                                                                 \
    }

static const struct kernel rows[] = {
    ROW("f32", TYPE_F32, accepts_same),      ROW("i8", TYPE_I8, accepts_same),
    ROW("i16", TYPE_I16, accepts_same),      ROW("i32", TYPE_I32, accepts_same),
    ROW("f32_i8", TYPE_F32, accepts_hybrid),
};

KERNEL_LIST(reference_matmul_kernels, rows);
