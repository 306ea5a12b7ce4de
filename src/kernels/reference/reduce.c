#include "kernels/reference/reduce.h"

#include <math.h>

#include "graph/infer.h"
#include "kernels/common/operands.h"
#include "kernels/common/real_scale.h"
#include "kernels/lists.h"
#include "kernels/reference/elements.h"

size_t axes_offset(const struct axes *axes, size_t index)
{
    size_t offset = 0;
    for (int i = axes->rank - 1; i >= 0; i--) {
        offset += index % axes->extent[i] * axes->stride[i];
        index /= axes->extent[i];
    }
    return offset;
}

static void axes_append(struct axes *axes, size_t extent, size_t stride)
{
    axes->extent[axes->rank] = extent;
    axes->stride[axes->rank++] = stride;
}

/* Reduced input elements in a row of the innermost reduced dimension. */
struct run {
    size_t length, first, step;
};

/* The run that begins at the j-th of an output element's inputs. */
static struct run reduction_run(const struct reduction *reduction, size_t output, size_t j)
{
    const struct axes *reduced = &reduction->reduced;
    int inner = reduced->rank - 1;
    return (struct run){
        .length = inner < 0 ? 1 : reduced->extent[inner],
        .first = axes_offset(&reduction->kept, output) + axes_offset(reduced, j),
        .step = inner < 0 ? 0 : reduced->stride[inner],
    };
}

enum status reduce_split(struct reduction *reduction, const struct kernel_call *call,
                         struct error *error)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    bool is_reduced[SHAPE_RANK_MAX] = {false};
    int32_t axes[SHAPE_RANK_MAX];
    struct node_view view;
    int count, axis;
    node_view_init(&view, call);
    enum status status = infer_constant(&view.graph, &view.node, 1, "list of axes", axes,
                                        SHAPE_RANK_MAX, &count, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < count; i++) {
        if (!shape_axis(axes[i], in->rank, &axis))
            return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axes[i],
                             in->rank);
        is_reduced[axis] = true;
    }
    reduction->count = 1;
    for (int i = 0; i < in->rank; i++) {
        size_t extent = (size_t)in->dim[i];
        axes_append(is_reduced[i] ? &reduction->reduced : &reduction->kept, extent,
                    shape_span(in, i + 1, in->rank));
        reduction->count *= is_reduced[i] ? extent : 1;
    }
    return STATUS_OK;
}

enum status reduce_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct reduction *reduction = call->state = arena_alloc(arena, sizeof(*reduction));
    reduction->type = call->inputs[0].tensor->type;
    call->items[0] = shape_elements(&call->outputs[0].tensor->shape);
    return reduce_split(reduction, call, error);
}

/* The greatest (least) of quantized numbers is the greatest (least) stored one where the scale
 * stays. */
static enum status prepare_extreme(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    return status == STATUS_OK ? reduce_prepare(call, arena, error) : status;
}

/* MEAN divides the multiplier by the number of elements, with as many more bits before as fit. */
static struct multiplier divided(struct multiplier by, size_t count)
{
    int bits = 63 - __builtin_clzll(count);
    bits = bits < 32 ? bits : 32;
    bits = bits < 31 + by.shift ? bits : 31 + by.shift;
    int64_t mantissa = (int64_t)by.mantissa * (INT64_C(1) << bits) / (int64_t)count;
    return (struct multiplier){(int32_t)mantissa, by.shift - bits};
}

enum status reduce_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    enum status status = quantized_check(in, "input", error);
    if (status == STATUS_OK)
        status = quantized_check(out, "output", error);
    if (status == STATUS_OK)
        status = reduce_prepare(call, arena, error);
    if (status != STATUS_OK)
        return status;
    struct reduction *reduction = call->state;
    reduction->zero_in = in->quant.zero_point[0];
    reduction->zero_out = out->quant.zero_point[0];
    reduction->rounding = call->rounding;
    reduction->factor = (double)in->quant.scale[0] / (double)out->quant.scale[0];
    reduction->by = multiplier_from(reduction->factor);
    if (call->node->op == OP_MEAN && reduction->count > 0) {
        reduction->by = divided(reduction->by, reduction->count);
        reduction->factor /= (double)reduction->count;
    }
    reduction->range = quantized_range(ACTIVATION_NONE, out);
    return STATUS_OK;
}

/* In double precision, so that the order of the terms does not show in the result. */
static void run_real_sum(const struct kernel_call *call, int stage, size_t first, size_t last,
                         int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    const float *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    double divisor = call->node->op == OP_MEAN ? (double)reduction->count : 1.0;
    struct run run;
    for (size_t i = first; i < last; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < reduction->count; j += run.length) {
            run = reduction_run(reduction, i, j);
            for (size_t k = 0; k < run.length; k++)
                sum += (double)in[run.first + k * run.step];
        }
        out[i] = (float)(sum / divisor);
    }
}

/* Beyond all numbers: what the extreme of nothing is. NaN does not count. */
static void run_real_extreme(const struct kernel_call *call, int stage, size_t first, size_t last,
                             int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    const float *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    bool is_max = call->node->op == OP_REDUCE_MAX;
    struct run run;
    for (size_t i = first; i < last; i++) {
        float extreme = is_max ? -INFINITY : INFINITY;
        for (size_t j = 0; j < reduction->count; j += run.length) {
            run = reduction_run(reduction, i, j);
            for (size_t k = 0; k < run.length; k++) {
                float value = in[run.first + k * run.step];
                extreme = is_max ? fmaxf(extreme, value) : fminf(extreme, value);
            }
        }
        out[i] = extreme;
    }
}

/* Sums of 64 bits wrap around. */
static int64_t integer_sum(const struct reduction *reduction, const void *in, size_t output)
{
    uint64_t sum = 0;
    struct run run;
    for (size_t j = 0; j < reduction->count; j += run.length) {
        run = reduction_run(reduction, output, j);
        for (size_t k = 0; k < run.length; k++)
            sum += (uint64_t)element_load(reduction->type, in, run.first + k * run.step);
    }
    return (int64_t)sum;
}

static void run_integer_sum(const struct kernel_call *call, int stage, size_t first, size_t last,
                            int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    for (size_t i = first; i < last; i++)
        element_store(reduction->type, call->outputs[0].data, i,
                      integer_sum(reduction, call->inputs[0].data, i));
}

/* The reference adds in 32 bits; what does not fit them saturates here. */
static int32_t narrowed(int64_t sum)
{
    return sum < INT32_MIN ? INT32_MIN : sum > INT32_MAX ? INT32_MAX : (int32_t)sum;
}

int32_t reduce_finish(const struct reduction *reduction, int64_t sum)
{
    int32_t zero = reduction->zero_out;
    int32_t low = reduction->range.low - zero, high = reduction->range.high - zero;
    sum -= (int64_t)reduction->count * reduction->zero_in;
    return zero + (reduction->rounding == ROUNDING_ONCE
                       ? scale_wide_once(sum, reduction->factor, low, high)
                       : clamp_int(multiply(narrowed(sum), reduction->by), low, high));
}

static void run_quantized_sum(const struct kernel_call *call, int stage, size_t first, size_t last,
                              int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    for (size_t i = first; i < last; i++)
        quantized_store(reduction->type, call->outputs[0].data, i,
                        reduce_finish(reduction, integer_sum(reduction, call->inputs[0].data, i)));
}

static void run_integer_extreme(const struct kernel_call *call, int stage, size_t first,
                                size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    enum type type = reduction->type;
    bool is_max = call->node->op == OP_REDUCE_MAX;
    struct run run;
    for (size_t i = first; i < last; i++) {
        int64_t extreme = is_max ? type_lowest(type) : type_highest(type);
        for (size_t j = 0; j < reduction->count; j += run.length) {
            run = reduction_run(reduction, i, j);
            for (size_t k = 0; k < run.length; k++) {
                int64_t value = element_load(type, call->inputs[0].data, run.first + k * run.step);
                extreme = (is_max ? value > extreme : value < extreme) ? value : extreme;
            }
        }
        element_store(type, call->outputs[0].data, i, extreme);
    }
}

/* Every type of ARG_MAX fits a double exactly. */
static double comparable(const struct operand *operand, size_t i)
{
    enum type type = operand->tensor->type;
    return type == TYPE_F32 ? (double)((const float *)operand->data)[i]
                            : (double)element_load(type, operand->data, i);
}

/* The index of the first maximum along the one axis. */
static void run_arg_max(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    for (size_t i = first; i < last; i++) {
        struct run run = reduction_run(reduction, i, 0);
        double greatest = -INFINITY;
        size_t index = 0;
        for (size_t k = 0; k < run.length; k++) {
            double value = comparable(&call->inputs[0], run.first + k * run.step);
            if (value > greatest) {
                greatest = value;
                index = k;
            }
        }
        element_store(call->outputs[0].tensor->type, call->outputs[0].data, i, (int64_t)index);
    }
}

#define ROW(text, op_, type, out, prepare_, run_)                                                  \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, out},      \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define REAL(name, op_, run_)                                                                      \
    ROW(name "_f32_reference", op_, TYPE_F32, TYPE_F32, reduce_prepare, run_)
#define INTEGERS(name, op_, run_)                                                                  \
    ROW(name "_i32_reference", op_, TYPE_I32, TYPE_I32, reduce_prepare, run_),                     \
        ROW(name "_i64_reference", op_, TYPE_I64, TYPE_I64, reduce_prepare, run_)
#define QUANTIZED(name, op_, prepare_, run_)                                                       \
    ROW(name "_i8_reference", op_, TYPE_I8, TYPE_I8, prepare_, run_),                              \
        ROW(name "_u8_reference", op_, TYPE_U8, TYPE_U8, prepare_, run_),                          \
        ROW(name "_i16_reference", op_, TYPE_I16, TYPE_I16, prepare_, run_)
#define EXTREME(name, op)                                                                          \
    REAL(name, op, run_real_extreme), INTEGERS(name, op, run_integer_extreme),                     \
        QUANTIZED(name, op, prepare_extreme, run_integer_extreme)
#define INDEX(suffix, type)                                                                        \
    ROW("arg_max" suffix "_i32_reference", ARG_MAX, type, TYPE_I32, reduce_prepare, run_arg_max),  \
        ROW("arg_max" suffix "_i64_reference", ARG_MAX, type, TYPE_I64, reduce_prepare,            \
            run_arg_max)

static const struct kernel rows[] = {
    REAL("mean", MEAN, run_real_sum),
    QUANTIZED("mean", MEAN, reduce_prepare_quantized, run_quantized_sum),
    REAL("sum", SUM, run_real_sum),
    INTEGERS("sum", SUM, run_integer_sum),
    QUANTIZED("sum", SUM, reduce_prepare_quantized, run_quantized_sum),
    EXTREME("reduce_max", REDUCE_MAX),
    EXTREME("reduce_min", REDUCE_MIN),
    INDEX("_f32", TYPE_F32),
    INDEX("_i8", TYPE_I8),
    INDEX("_u8", TYPE_U8),
    INDEX("_i16", TYPE_I16),
    INDEX("_i32", TYPE_I32),
};

KERNEL_LIST(reference_reduce_kernels, rows);
