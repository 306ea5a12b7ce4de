#include "product_cases.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "real_functions.h"

/* A float32 operation is off by 2^-24 of its result. */
#define ULP 6e-8

bool family_is_hybrid(const struct family *family)
{
    return family->data == TYPE_F32 && family->weights == TYPE_I8 && !family->widens;
}

void product_init(struct product *p, const struct family *family)
{
    *p = (struct product){.family = family, .bias = -1};
    case_init(&p->c);
    harness_widen(family->widens);
}

void product_add(struct product *p, size_t out, size_t input, size_t weight)
{
    double w = case_real(&p->c, p->weights, weight);
    p->sums[out] += case_real(&p->c, p->input, input) * w;
    p->reach[out] += fabs(w);
}

/* 1 where there is none. */
static double input_scale(const struct product *p)
{
    const struct quantization *quant = &p->c.graph->tensors[p->c.tensors[p->input]].quant;
    return quant->count == 0 ? 1.0 : (double)quant->scale[0];
}

static double weight_scale(const struct product *p, int channel)
{
    const struct quantization *quant = &p->c.graph->tensors[p->c.tensors[p->weights]].quant;
    return quant->count == 0 ? 1.0 : (double)quant->scale[quant->count > 1 ? channel : 0];
}

void product_weights(struct product *p, struct shape shape, int axis, bool is_constant)
{
    enum type type = p->family->weights;
    struct kind kind = {.type = type};
    float scales[64];
    if (type_is_quantized(type))
        kind.scale = (float)case_uniform(0.001, 0.05);
    if (type == TYPE_U8)
        kind.zero = case_between(0, 255);
    p->weights =
        is_constant ? case_constant(&p->c, kind, shape, 1.0) : case_input(&p->c, kind, shape, 1.0);
    if (type != TYPE_I8 || axis < 0 || case_between(0, 2) == 0)
        return;
    /* Now and then all scales are the same. */
    bool same = case_between(0, 3) == 0;
    for (int i = 0; i < shape.dim[axis]; i++)
        scales[i] = same                      ? 0.01f
                    : case_between(0, 7) == 0 ? -(float)case_uniform(0.001, 0.05)
                                              : (float)case_uniform(0.001, 0.05);
    harness_per_axis(p->c.graph, p->c.tensors[p->weights], axis, scales);
}

void product_bias(struct product *p)
{
    enum type type = p->family->bias;
    /* That of int16 data says whether sums have 32 bits or 64. */
    bool is_needed = p->family->data == TYPE_I16 && type == TYPE_I32;
    if (case_between(0, 3) == 0 && !is_needed)
        return;
    p->bias = case_constant(&p->c, (struct kind){.type = type}, SHAPE(p->channels), 8000.0);
    for (int i = 0; i < p->channels; i++) {
        if (type == TYPE_F32)
            ((float *)p->c.elements[p->bias])[i] = (float)case_uniform(-1.0, 1.0);
        if (type == TYPE_F16)
            ((uint16_t *)p->c.elements[p->bias])[i] =
                (uint16_t)(case_between(0x3000, 0x3c00) | case_between(0, 1) << 15);
        if (type == TYPE_I32)
            ((int32_t *)p->c.elements[p->bias])[i] -= 4000;
        if (type == TYPE_I64)
            ((int64_t *)p->c.elements[p->bias])[i] -= 4000;
    }
}

/* Float inputs, so many of which share a scale at run time: each group has the values that int8
 * numbers stand for in steps of a power of two, the ends of their range among them, so that the
 * kernel finds these very numbers. Without a zero point they are not as far below 0 as above; a
 * zero point would show. Some groups are all 0. */
static void fill_lossless(float *elements, size_t count, size_t group, bool is_asymmetric)
{
    for (size_t first = 0; first < count; first += group) {
        int zero = is_asymmetric ? case_between(-128, 100) : 0, low = is_asymmetric ? -128 : -90;
        float step = case_between(0, 5) == 0 ? 0.0f : ldexpf(1.0f, -case_between(2, 8));
        zero = group == 1 && is_asymmetric ? -128 : zero;
        for (size_t i = 0; i < group; i++)
            elements[first + i] = (float)(case_between(low, 127) - zero) * step;
        elements[first + group - 1] = (float)(127 - zero) * step;
        if (group > 1)
            elements[first] = (float)(low - zero) * step;
    }
}

void product_data(struct product *p, struct shape shape)
{
    struct kind kind = case_kind(p->family->data, case_uniform(-6.0, 0.0), case_uniform(0.5, 6.0));
    p->input = case_input(&p->c, kind, shape, 3.0);
}

void product_hybrid(struct product *p, size_t group, bool is_asymmetric)
{
    if (!family_is_hybrid(p->family))
        return;
    p->is_lossless = case_between(0, 2) > 0;
    if (p->is_lossless)
        fill_lossless(p->c.elements[p->input], case_count(&p->c, p->input), group, is_asymmetric);
    /* The inputs are within -3..3, which an asymmetric range has 255 steps for, a symmetric one
     * 254. */
    p->step = 6.0 / 254.0;
}

void product_sums(struct product *p, size_t count)
{
    p->count = count;
    p->sums = calloc(count, sizeof(*p->sums));
    p->reach = calloc(count, sizeof(*p->reach));
}

/* Adds the bias to the sums; integers are in steps of the products. */
static void apply_bias(struct product *p)
{
    for (size_t i = 0; p->bias >= 0 && i < p->count; i++) {
        int channel = (int)(i % (size_t)p->channels);
        double step = p->family->data == TYPE_F32 ? 1.0 : input_scale(p) * weight_scale(p, channel);
        p->sums[i] += step * case_real(&p->c, p->bias, (size_t)channel);
    }
}

/* Float inputs lie between this and its negative. */
#define INPUT_MOST 3.0

static double widest_reach(const struct product *p)
{
    double reach = 0.0;
    for (size_t i = 0; i < p->count; i++)
        reach = fmax(reach, p->reach[i]);
    return reach;
}

/* Hybrid: an input is off by half a step at most; the rest are three operations on floats, of
 * numbers that may cancel out. */
static struct bound hybrid_bound(const struct product *p)
{
    double reach = widest_reach(p), most = 0.0;
    for (size_t i = 0; i < p->count; i++)
        most = fmax(most, fabs(p->sums[i]));
    double quantization = p->is_lossless ? 0.0 : reach * p->step / 2.0;
    return (struct bound){.absolute = quantization + 4.0 * ULP * (most + 2.0)};
}

/* float32 is summed in double precision and rounded once. Products of int16 with a 64-bit sum have
 * a multiplier of 15 bits; the others are rounded as multipliers do. */
static struct bound product_bound(const struct product *p, struct kind out)
{
    if (p->family->widens) /* each weight is rounded to float32, beside inputs up to INPUT_MOST */
        return (struct bound){.relative = ULP, .absolute = widest_reach(p) * INPUT_MOST * ULP};
    if (p->family->data == TYPE_F32)
        return (struct bound){.relative = ULP, .absolute = 1e-12};
    if (p->family->data == TYPE_I16 && p->family->bias != TYPE_I32)
        return (struct bound){.relative = 0x1p-15, .steps = 0.51};
    struct bound bound = {0};
    for (int i = 0; i < p->channels; i++)
        bound.steps = fmax(bound.steps,
                           case_rounding(input_scale(p) * weight_scale(p, i) / (double)out.scale));
    return bound;
}

void product_check(struct product *p, enum op op, const union op_params *params, int32_t activation,
                   const struct shape *shape)
{
    apply_bias(p);
    struct kind out = case_out(p->family->data, p->sums, p->count, 1.0);
    struct bound bound = family_is_hybrid(p->family) ? hybrid_bound(p) : product_bound(p, out);
    for (size_t i = 0; i < p->count; i++)
        p->sums[i] = real_activated(activation, p->sums[i]);
    case_run(&p->c, op, params, out);
    if (!shape_equal(&p->c.out->shape, shape))
        fail_msg("%s: the output has another shape", p->c.kernel->name);
    case_expect(&p->c, p->sums, p->count, bound);
    case_release(&p->c);
    harness_widen(false);
    free(p->sums);
    free(p->reach);
}

bool product_scales_differ(const struct product *p)
{
    const struct quantization *quant = &p->c.graph->tensors[p->c.tensors[p->weights]].quant;
    for (int i = 1; i < quant->count; i++)
        if (fabsf(quant->scale[i] - quant->scale[0]) > 0.0f)
            return true;
    return false;
}
