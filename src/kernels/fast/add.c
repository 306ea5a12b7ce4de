/* ADD of two int8 tensors of one shape. */
#include "kernels/fast/names.h"
#include "kernels/fast/vector.h"
#include "kernels/reference/binary_quantized.h"

/* A factor that does not shift to the left, in every lane. */
struct factor {
    vint mantissa, right;
};

INLINE struct factor all_factor(struct multiplier by)
{
    return (struct factor){.mantissa = all_int(by.mantissa), .right = all_int(-by.shift)};
}

INLINE vint scaled(vint value, struct factor by)
{
    return rounding_shift(doubling_high(value, by.mantissa), by.right);
}

/* What a sum takes, in every lane. */
struct sum_terms {
    struct factor by[3];
    vint zero[3], low, high;
    int left;
};

static struct sum_terms spread(const struct quantized_binary *binary)
{
    const struct binary_terms *terms = &binary->terms;
    struct sum_terms all = {.low = all_int(binary->range.low),
                            .high = all_int(binary->range.high),
                            .left = terms->left};
    for (int i = 0; i < 3; i++) {
        all.by[i] = all_factor(terms->by[i]);
        all.zero[i] = all_int(terms->zero[i]);
    }
    return all;
}

/* The stored sums of LANES elements, as the reference has them: both operands in the common scale. */
INLINE vint sum_bytes(const struct sum_terms *terms, const int8_t *a, const int8_t *b)
{
    vint sum = scaled((load_bytes(a) - terms->zero[0]) << terms->left, terms->by[0]);
    sum += scaled((load_bytes(b) - terms->zero[1]) << terms->left, terms->by[1]);
    return clamp_ints(scaled(sum, terms->by[2]) + terms->zero[2], terms->low, terms->high);
}

static void add_bytes(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    const struct quantized_binary *binary = call->state;
    const struct sum_terms terms = spread(binary);
    const int8_t *a = call->inputs[0].data, *b = call->inputs[1].data;
    int8_t *out = call->outputs[0].data;
    size_t i = portion_begin(&binary->walk.portions, first);
    size_t end = portion_begin(&binary->walk.portions, last);
    (void)stage, (void)thread;
    for (; i + LANES <= end; i += LANES)
        store_bytes(out + i, sum_bytes(&terms, a + i, b + i));
    if (i < end) {
        int8_t rest[3][LANES] = {{0}};
        memcpy(rest[0], a + i, end - i);
        memcpy(rest[1], b + i, end - i);
        store_bytes(rest[2], sum_bytes(&terms, rest[0], rest[1]));
        memcpy(out + i, rest[2], end - i);
    }
}

static bool accepts(const struct kernel_call *call)
{
    return shape_equal(&call->inputs[0].tensor->shape, &call->inputs[1].tensor->shape) &&
           call->inputs[1].tensor->type == call->inputs[0].tensor->type;
}

/* Scales that would shift to the left are the reference's. */
static bool accepts_bytes(const struct kernel_call *call)
{
    for (int i = 0; i < 2; i++)
        if (call->inputs[i].tensor->quant.count != 1)
            return false;
    const struct quantization *out = &call->outputs[0].tensor->quant;
    const struct quantization *a = &call->inputs[0].tensor->quant;
    const struct quantization *b = &call->inputs[1].tensor->quant;
    float greater = a->count && b->count && a->scale[0] > b->scale[0] ? a->scale[0] : b->scale[0];
    return accepts(call) && out->count == 1 && 2.0f * greater < 0x1p19f * out->scale[0];
}

static const struct kernel rows[] = {
    {.name = FAST_TEXT("add_i8"),
     .op = OP_ADD,
     .isa = KERNEL_ISA,
     .types = {TYPE_I8, TYPE_ANY, TYPE_I8},
     .accepts = accepts_bytes,
     .prepare = binary_prepare_quantized,
     .run = add_bytes},
};

KERNEL_LIST(fast_add_kernels, rows);
