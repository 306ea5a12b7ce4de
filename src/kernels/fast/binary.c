/* Arithmetic on two float32 tensors: along the innermost dimension each operand is a vector, or one
 * number that is repeated. */
#include "kernels/common/binary.h"
#include "kernels/common/extent.h"
#include "kernels/common/quantized.h"
#include "kernels/fast/isa.h"
#include "kernels/lists.h"

/* The three ways in which the operands of a run meet. */
#define LOOPS(operation)                                                                           \
    do {                                                                                           \
        if (run->step[0] == run->step[1])                                                          \
            for (size_t k = 0; k < run->length; k++)                                               \
                out[k] = clamp_real(operation(a[k], b[k]), low, high);                             \
        else if (run->step[1] == 0)                                                                \
            for (size_t k = 0; k < run->length; k++)                                               \
                out[k] = clamp_real(operation(a[k], single_b), low, high);                         \
        else                                                                                       \
            for (size_t k = 0; k < run->length; k++)                                               \
                out[k] = clamp_real(operation(single_a, b[k]), low, high);                         \
    } while (0)

/* Runs of an operator. A run of one element walks neither operand. */
#define DEFINE_RUN(name, operation)                                                                \
    static void name(const struct real_binary *binary, const struct broadcast_run *run,            \
                     const struct broadcast_rows *rows, const float *restrict a,                   \
                     const float *restrict b, float *restrict out)                                 \
    {                                                                                              \
        const float low = binary->low, high = binary->high;                                        \
        for (size_t r = 0; r < rows->count; r++) {                                                 \
            const float single_a = *a, single_b = *b;                                              \
            LOOPS(operation);                                                                      \
            a += rows->next[0];                                                                    \
            b += rows->next[1];                                                                    \
            out += run->length;                                                                    \
        }                                                                                          \
    }

#define SUM(a, b)                ((a) + (b))
#define DIFFERENCE(a, b)         ((a) - (b))
#define PRODUCT(a, b)            ((a) * (b))
#define QUOTIENT(a, b)           ((a) / (b))
#define GREATER(a, b)            ((a) > (b) ? (a) : (b))
#define LESSER(a, b)             ((a) < (b) ? (a) : (b))
#define SQUARED_DIFFERENCE(a, b) (((a) - (b)) * ((a) - (b)))
#define SLOPED(a, b)             ((a) < 0.0f ? (a) * (b) : (a))

DEFINE_RUN(add_run, SUM)
DEFINE_RUN(subtract_run, DIFFERENCE)
DEFINE_RUN(multiply_run, PRODUCT)
DEFINE_RUN(divide_run, QUOTIENT)
DEFINE_RUN(greater_run, GREATER)
DEFINE_RUN(lesser_run, LESSER)
DEFINE_RUN(squared_difference_run, SQUARED_DIFFERENCE)
DEFINE_RUN(prelu_run, SLOPED)

typedef void run_function(const struct real_binary *binary, const struct broadcast_run *run,
                          const struct broadcast_rows *rows, const float *restrict a,
                          const float *restrict b, float *restrict out);

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    static run_function *const functions[OP_COUNT] = {
        [OP_ADD] = add_run,
        [OP_SUB] = subtract_run,
        [OP_MUL] = multiply_run,
        [OP_DIV] = divide_run,
        [OP_MAXIMUM] = greater_run,
        [OP_MINIMUM] = lesser_run,
        [OP_SQUARED_DIFFERENCE] = squared_difference_run,
        [OP_PRELU] = prelu_run,
    };
    const struct real_binary *binary = call->state;
    const float *a = call->inputs[0].data, *b = call->inputs[1].data;
    float *out = call->outputs[0].data;
    struct broadcast_run part = {0};
    struct broadcast_rows rows;
    size_t end = portion_begin(&binary->walk.portions, last);
    (void)stage, (void)thread;
    for (size_t i = portion_begin(&binary->walk.portions, first); i < end;
         i += part.length * rows.count) {
        broadcast_next(&binary->walk.broadcast, i, end, &part);
        const float *from_a = a + part.first[0], *from_b = b + part.first[1];
        rows = broadcast_rows(&binary->walk.broadcast, i, end, &part);
        functions[call->node->op](binary, &part, &rows, from_a, from_b, out + i);
    }
}

/* Of operands whose first one is not repeated. */
static struct kernel_extent extent(const struct kernel_call *call, size_t items)
{
    const struct real_binary *binary = call->state;
    struct kernel_extent made = extent_of_portions(call, &binary->walk.portions, items);
    if (!shape_equal(&call->inputs[0].tensor->shape, &call->outputs[0].tensor->shape)) {
        made.read_from = 0;
        made.read_to = items > 0 ? SIZE_MAX : 0;
    }
    return made;
}

static bool accepts(const struct kernel_call *call)
{
    return call->inputs[1].tensor->type == TYPE_F32;
}

#define ROW(text, op_)                                                                             \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32}, .accepts = accepts,                               \
        .prepare = binary_prepare_real, .extent = extent, .run = run                               \
    }

static const struct kernel rows[] = {
    ROW("add_f32", ADD),
    ROW("sub_f32", SUB),
    ROW("mul_f32", MUL),
    ROW("div_f32", DIV),
    ROW("maximum_f32", MAXIMUM),
    ROW("minimum_f32", MINIMUM),
    ROW("squared_difference_f32", SQUARED_DIFFERENCE),
    ROW("prelu_f32", PRELU),
};

FAST_LIST(fast_binary_kernels, rows);
