/* MEAN, SUM, REDUCE_PROD, REDUCE_MAX, REDUCE_MIN, REDUCE_ANY, REDUCE_ALL, ARG_MAX and ARG_MIN: an
 * output is made of the inputs at its own indices
 * of the kept dimensions and at all indices of the reduced ones. */
#include "kernels/common/reduce.h"

#include <math.h>

#include "graph/element.h"
#include "kernels/common/real_scale.h"
#include "kernels/lists.h"

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

static void run_real_product(const struct kernel_call *call, int stage, size_t first, size_t last,
                             int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    const float *in = call->inputs[0].data;
    struct run run;
    for (size_t i = first; i < last; i++) {
        double product = 1.0;
        for (size_t j = 0; j < reduction->count; j += run.length) {
            run = reduction_run(reduction, i, j);
            for (size_t k = 0; k < run.length; k++)
                product *= (double)in[run.first + k * run.step];
        }
        ((float *)call->outputs[0].data)[i] = (float)product;
    }
}

static void run_integer_product(const struct kernel_call *call, int stage, size_t first,
                                size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    struct run run;
    for (size_t i = first; i < last; i++) {
        uint64_t product = 1;
        for (size_t j = 0; j < reduction->count; j += run.length) {
            run = reduction_run(reduction, i, j);
            for (size_t k = 0; k < run.length; k++)
                product *= (uint64_t)element_load(reduction->type, call->inputs[0].data,
                                                  run.first + k * run.step);
        }
        element_store(reduction->type, call->outputs[0].data, i, (int64_t)product);
    }
}

/* Truth values: whether any, or all, are true. */
static void run_truth(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    const uint8_t *in = call->inputs[0].data;
    bool is_any = call->node->op == OP_REDUCE_ANY;
    struct run run;
    for (size_t i = first; i < last; i++) {
        bool truth = !is_any;
        for (size_t j = 0; j < reduction->count; j += run.length) {
            run = reduction_run(reduction, i, j);
            for (size_t k = 0; k < run.length; k++) {
                bool value = in[run.first + k * run.step] != 0;
                truth = is_any ? truth || value : truth && value;
            }
        }
        ((uint8_t *)call->outputs[0].data)[i] = truth;
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

static int32_t scaled_once(const struct reduction *reduction, int64_t sum, int32_t low,
                           int32_t high)
{
    return reduction->type == TYPE_I16
               ? scale_wide_once(sum, reduction->factor, low, high)
               : round_within((float)sum * (float)reduction->factor, low, high);
}

/* The stored mean or sum of stored numbers that add up to `sum`. */
static int32_t requantized(const struct reduction *reduction, int64_t sum)
{
    int32_t zero = reduction->zero_out;
    int32_t low = reduction->range.low - zero, high = reduction->range.high - zero;
    sum -= (int64_t)reduction->count * reduction->zero_in;
    return zero + (reduction->rounding == ROUNDING_ONCE
                       ? scaled_once(reduction, sum, low, high)
                       : clamp_int(multiply(narrowed(sum), reduction->by), low, high));
}

static void run_quantized_sum(const struct kernel_call *call, int stage, size_t first, size_t last,
                              int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    for (size_t i = first; i < last; i++)
        quantized_store(reduction->type, call->outputs[0].data, i,
                        requantized(reduction, integer_sum(reduction, call->inputs[0].data, i)));
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

/* Every type of ARG_MAX and ARG_MIN fits a double exactly. */
static double comparable(const struct operand *operand, size_t i)
{
    enum type type = operand->tensor->type;
    return type == TYPE_F32 ? (double)((const float *)operand->data)[i]
                            : (double)element_load(type, operand->data, i);
}

/* The index of the first maximum, or minimum, along the one axis. */
static void run_arg_extreme(const struct kernel_call *call, int stage, size_t first, size_t last,
                            int thread)
{
    (void)stage, (void)thread;
    const struct reduction *reduction = call->state;
    double sign = call->node->op == OP_ARG_MIN ? -1.0 : 1.0;
    for (size_t i = first; i < last; i++) {
        struct run run = reduction_run(reduction, i, 0);
        double greatest = -INFINITY;
        size_t index = 0;
        for (size_t k = 0; k < run.length; k++) {
            double value = sign * comparable(&call->inputs[0], run.first + k * run.step);
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
        QUANTIZED(name, op, reduce_prepare_extreme, run_integer_extreme)
#define INDICES(name, op, suffix, type)                                                            \
    ROW(name suffix "_i32_reference", op, type, TYPE_I32, reduce_prepare, run_arg_extreme),        \
        ROW(name suffix "_i64_reference", op, type, TYPE_I64, reduce_prepare, run_arg_extreme)
#define PLACE(name, op)                                                                            \
    INDICES(name, op, "_f32", TYPE_F32), INDICES(name, op, "_i8", TYPE_I8),                        \
        INDICES(name, op, "_u8", TYPE_U8), INDICES(name, op, "_i16", TYPE_I16),                    \
        INDICES(name, op, "_i32", TYPE_I32)
#define TRUTH(name, op)                                                                            \
    ROW(name "_bool_reference", op, TYPE_BOOL, TYPE_BOOL, reduce_prepare, run_truth)

static const struct kernel rows[] = {
    REAL("mean", MEAN, run_real_sum),
    QUANTIZED("mean", MEAN, reduce_prepare_quantized, run_quantized_sum),
    REAL("sum", SUM, run_real_sum),
    INTEGERS("sum", SUM, run_integer_sum),
    QUANTIZED("sum", SUM, reduce_prepare_quantized, run_quantized_sum),
    EXTREME("reduce_max", REDUCE_MAX),
    EXTREME("reduce_min", REDUCE_MIN),
    REAL("reduce_prod", REDUCE_PROD, run_real_product),
    INTEGERS("reduce_prod", REDUCE_PROD, run_integer_product),
    TRUTH("reduce_any", REDUCE_ANY),
    TRUTH("reduce_all", REDUCE_ALL),
    PLACE("arg_max", ARG_MAX),
    PLACE("arg_min", ARG_MIN),
};

KERNEL_LIST(reference_reduce_kernels, rows);
