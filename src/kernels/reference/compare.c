/* LESS, EQUAL and their like, and logic on truth values. Both operands broadcast. */
#include "kernels/common/compare.h"

#include "graph/element.h"
#include "kernels/lists.h"

/* How a number stands to another. NaN is in no order with any. */
enum { BELOW = 1, SAME = 2, ABOVE = 4, UNORDERED = 8 };

static const unsigned accepted[OP_COUNT] = {
    [OP_EQUAL] = SAME,    [OP_NOT_EQUAL] = BELOW | ABOVE | UNORDERED,
    [OP_LESS] = BELOW,    [OP_LESS_EQUAL] = BELOW | SAME,
    [OP_GREATER] = ABOVE, [OP_GREATER_EQUAL] = ABOVE | SAME,
};

static unsigned real_order(float a, float b)
{
    return a < b ? BELOW : a > b ? ABOVE : a >= b ? SAME : UNORDERED;
}

static unsigned integer_order(int64_t a, int64_t b)
{
    return a < b ? BELOW : a > b ? ABOVE : SAME;
}

/* An integer as it is compared: where it lies, if it has a scale. */
static int64_t place(const int32_t *places, const struct operand *operand, size_t i)
{
    return places ? places[((const uint8_t *)operand->data)[i]]
                  : element_load(operand->tensor->type, operand->data, i);
}

static unsigned order(const struct kernel_call *call, size_t i, size_t k)
{
    const struct comparison *comparison = call->state;
    const struct operand *a = &call->inputs[0], *b = &call->inputs[1];
    if (a->tensor->type == TYPE_F32)
        return real_order(((const float *)a->data)[i], ((const float *)b->data)[k]);
    return integer_order(place(comparison->places[0], a, i), place(comparison->places[1], b, k));
}

static void run_comparison(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    (void)stage, (void)thread;
    const struct comparison *comparison = call->state;
    uint8_t *out = call->outputs[0].data;
    struct broadcast_run run = {0};
    size_t end = portion_begin(&comparison->portions, last);
    for (size_t i = portion_begin(&comparison->portions, first); i < end; i += run.length) {
        broadcast_next(&comparison->broadcast, i, end, &run);
        for (size_t k = 0; k < run.length; k++)
            out[i + k] = (accepted[call->node->op] & order(call, run.first[0] + k * run.step[0],
                                                           run.first[1] + k * run.step[1])) != 0;
    }
}

/* Bit 2 * a + b is the result for the truth values a and b; of one operand, both are it. */
static const unsigned truth[OP_COUNT] = {
    [OP_LOGICAL_AND] = 1u << 3,
    [OP_LOGICAL_OR] = 1u << 1 | 1u << 2 | 1u << 3,
    [OP_LOGICAL_NOT] = 1u << 0,
};

static void run_logic(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    const struct comparison *comparison = call->state;
    const uint8_t *a = call->inputs[0].data, *b = call->inputs[call->n_inputs > 1 ? 1 : 0].data;
    uint8_t *out = call->outputs[0].data;
    struct broadcast_run run = {0};
    size_t end = portion_begin(&comparison->portions, last);
    for (size_t i = portion_begin(&comparison->portions, first); i < end; i += run.length) {
        broadcast_next(&comparison->broadcast, i, end, &run);
        for (size_t k = 0; k < run.length; k++) {
            unsigned both = 2u * (a[run.first[0] + k * run.step[0]] != 0) +
                            (b[run.first[1] + k * run.step[1]] != 0);
            out[i + k] = truth[call->node->op] >> both & 1u;
        }
    }
}

#define ROW(text, op_, type, prepare_, run_)                                                       \
    {                                                                                              \
        .name = text "_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                           \
        .types = {type, TYPE_ANY, TYPE_BOOL}, .prepare = (prepare_), .run = (run_)                 \
    }
#define COMPARES(text, op, type) ROW(text, op, type, compare_prepare, run_comparison)
#define NUMBERS(text, op)                                                                          \
    COMPARES(text "_f32", op, TYPE_F32), COMPARES(text "_i32", op, TYPE_I32),                      \
        COMPARES(text "_i64", op, TYPE_I64), COMPARES(text "_i8", op, TYPE_I8),                    \
        COMPARES(text "_u8", op, TYPE_U8)
#define LOGIC(text, op) ROW(text "_bool", op, TYPE_BOOL, compare_prepare_logic, run_logic)

static const struct kernel rows[] = {
    NUMBERS("equal", EQUAL),
    COMPARES("equal_bool", EQUAL, TYPE_BOOL),
    NUMBERS("not_equal", NOT_EQUAL),
    COMPARES("not_equal_bool", NOT_EQUAL, TYPE_BOOL),
    NUMBERS("less", LESS),
    NUMBERS("less_equal", LESS_EQUAL),
    NUMBERS("greater", GREATER),
    NUMBERS("greater_equal", GREATER_EQUAL),
    LOGIC("logical_and", LOGICAL_AND),
    LOGIC("logical_or", LOGICAL_OR),
    LOGIC("logical_not", LOGICAL_NOT),
};

KERNEL_LIST(reference_compare_kernels, rows);
