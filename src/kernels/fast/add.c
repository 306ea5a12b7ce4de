/* ADD of two int8 or int16 tensors of one shape. */
#include "kernels/common/binary_quantized.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"

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
    vint zero[3], low, high;
    /* rounding twice */
    struct factor by[3];
    int left;
    /* rounding once; the range is that of steps from the zero point */
    vfloat factor[2], least, most;
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
    for (int i = 0; i < 2; i++)
        all.factor[i] = all_float((float)terms->factor[i]);
    all.least = all_float((float)(binary->range.low - terms->zero[2]));
    all.most = all_float((float)(binary->range.high - terms->zero[2]));
    return all;
}

/* LANES stored numbers from the i-th on. */
INLINE vint load_stored(const void *from, size_t i, const int is_wide)
{
    return is_wide ? load_shorts((const int16_t *)from + i) : load_bytes((const int8_t *)from + i);
}

INLINE void store_stored(void *to, size_t i, vint value, const int is_wide)
{
    if (is_wide)
        store_shorts((int16_t *)to + i, value);
    else
        store_bytes((int8_t *)to + i, value);
}

/* Sums as the reference has them: both operands in the common scale. */
INLINE vint sum_twice(const struct sum_terms *terms, vint left, vint right)
{
    vint sum = scaled(left << terms->left, terms->by[0]);
    sum += scaled(right << terms->left, terms->by[1]);
    return clamp_ints(scaled(sum, terms->by[2]) + terms->zero[2], terms->low, terms->high);
}

/* The same in real numbers. */
INLINE vint sum_once(const struct sum_terms *terms, vint left, vint right)
{
    vfloat sum = __builtin_convertvector(left, vfloat) * terms->factor[0] +
                 __builtin_convertvector(right, vfloat) * terms->factor[1];
    return round_even(clamp_floats(sum, terms->least, terms->most)) + terms->zero[2];
}

INLINE void add_lanes(const struct sum_terms *terms, const void *a, const void *b, void *out,
                      size_t i, const int is_wide, const int is_once)
{
    vint left = load_stored(a, i, is_wide) - terms->zero[0];
    vint right = load_stored(b, i, is_wide) - terms->zero[1];
    store_stored(out, i, is_once ? sum_once(terms, left, right) : sum_twice(terms, left, right),
                 is_wide);
}

INLINE void add_portions(const struct kernel_call *call, size_t first, size_t last,
                         const int is_wide, const int is_once)
{
    const struct quantized_binary *binary = call->state;
    const struct sum_terms terms = spread(binary);
    const char *a = call->inputs[0].data, *b = call->inputs[1].data;
    char *out = call->outputs[0].data;
    size_t size = is_wide ? sizeof(int16_t) : sizeof(int8_t);
    size_t i = portion_begin(&binary->walk.portions, first);
    size_t end = portion_begin(&binary->walk.portions, last);
    for (; i + LANES <= end; i += LANES)
        add_lanes(&terms, a, b, out, i, is_wide, is_once);
    if (i < end) {
        int16_t rest[3][LANES] = {{0}};
        memcpy(rest[0], a + i * size, (end - i) * size);
        memcpy(rest[1], b + i * size, (end - i) * size);
        add_lanes(&terms, rest[0], rest[1], rest[2], 0, is_wide, is_once);
        memcpy(out + i * size, rest[2], (end - i) * size);
    }
}

INLINE void add(const struct kernel_call *call, size_t first, size_t last, const int is_wide)
{
    if (binary_rounds_once(call))
        add_portions(call, first, last, is_wide, 1);
    else
        add_portions(call, first, last, is_wide, 0);
}

static void add_bytes(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    add(call, first, last, 0);
}

static void add_shorts(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    (void)stage, (void)thread;
    add(call, first, last, 1);
}

/* The scale of a tensor that has one, else 0. */
static float scale_of(const struct operand *operand)
{
    const struct quantization *quant = &operand->tensor->quant;
    return quant->count == 1 ? quant->scale[0] : 0.0f;
}

/* Scales that would shift to the left are the reference's, as are shifts alone. */
static bool accepts(const struct kernel_call *call)
{
    const struct tensor *a = call->inputs[0].tensor, *b = call->inputs[1].tensor;
    float scale_a = scale_of(&call->inputs[0]), scale_b = scale_of(&call->inputs[1]);
    float least = a->type == TYPE_I16 ? 0x1p14f : 0x1p19f;
    if (!shape_equal(&a->shape, &b->shape) || b->type != a->type || !(scale_a > 0.0f) ||
        !(scale_b > 0.0f) || !(scale_of(&call->outputs[0]) > 0.0f))
        return false;
    if (binary_rounds_once(call))
        return true;
    return !binary_wants_shifts(call) &&
           2.0f * (scale_a > scale_b ? scale_a : scale_b) < least * scale_of(&call->outputs[0]);
}

static const struct kernel rows[] = {
    {.name = FAST_TEXT("add_i8"),
     .op = OP_ADD,
     .isa = KERNEL_ISA,
     .types = {TYPE_I8, TYPE_ANY, TYPE_I8},
     .accepts = accepts,
     .prepare = binary_prepare_quantized,
     .run = add_bytes},
    {.name = FAST_TEXT("add_i16"),
     .op = OP_ADD,
     .isa = KERNEL_ISA,
     .types = {TYPE_I16, TYPE_ANY, TYPE_I16},
     .accepts = accepts,
     .prepare = binary_prepare_quantized,
     .run = add_shorts},
};

FAST_LIST(fast_add_kernels, rows);
