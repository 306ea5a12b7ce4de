#include "kernel_cases.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/half.h"

#define KERNELS_MAX 2048

struct random case_random;
static bool is_reached[KERNELS_MAX];

int case_between(int low, int high)
{
    return low + (int)random_below(&case_random, (size_t)(high - low + 1));
}

double case_uniform(double low, double high)
{
    return low + (high - low) * random_unit(&case_random);
}

struct kind case_kind(enum type type, double low, double high)
{
    struct kind kind = {.type = type};
    if (!type_is_quantized(type))
        return kind;
    double steps = (double)(type_highest(type) - type_lowest(type));
    if (type == TYPE_I16) {
        kind.scale = (float)(2.0 * fmax(fabs(low), fabs(high)) / steps);
        return kind;
    }
    kind.scale = (float)((high - low) / steps);
    double zero = (double)type_lowest(type) - low / (double)kind.scale;
    zero = fmin(fmax(zero, (double)type_lowest(type)), (double)type_highest(type));
    kind.zero = (int32_t)lround(zero);
    return kind;
}

void case_init(struct kernel_case *c)
{
    *c = (struct kernel_case){.graph = graph_new("test")};
    c->graph->rounding = case_between(0, 1) ? ROUNDING_ONCE : ROUNDING_TWICE;
}

void case_release(struct kernel_case *c)
{
    graph_free(c->graph);
}

static int add_input(struct kernel_case *c, struct kind kind, struct shape shape, bool is_constant)
{
    int i = c->n_inputs++;
    assert_true(i < CASE_INPUTS);
    c->tensors[i] = harness_tensor(c->graph, kind.type, shape, kind.scale, kind.zero);
    /* One byte more, so that a tensor without elements has an address. */
    c->elements[i] =
        arena_alloc(c->graph->arena, shape_elements(&shape) * type_size(kind.type) + 1);
    c->is_constant[i] = is_constant;
    if (is_constant)
        c->graph->tensors[c->tensors[i]].data = c->elements[i];
    return i;
}

static int add_random(struct kernel_case *c, struct kind kind, struct shape shape, double spread,
                      bool is_constant)
{
    int i = add_input(c, kind, shape, is_constant);
    harness_fill(&case_random, kind.type, c->elements[i], shape_elements(&shape), spread,
                 case_between(0, 3) == 0);
    return i;
}

int case_input(struct kernel_case *c, struct kind kind, struct shape shape, double spread)
{
    return add_random(c, kind, shape, spread, false);
}

int case_constant(struct kernel_case *c, struct kind kind, struct shape shape, double spread)
{
    return add_random(c, kind, shape, spread, true);
}

int case_bytes(struct kernel_case *c, struct kind kind, struct shape shape)
{
    int i = add_input(c, kind, shape, false);
    size_t bytes = shape_elements(&shape) * type_size(kind.type);
    for (size_t k = 0; k < bytes; k++)
        ((unsigned char *)c->elements[i])[k] = (unsigned char)random_next(&case_random);
    return i;
}

int case_ints(struct kernel_case *c, const int32_t *values, int count)
{
    struct shape shape = count ? SHAPE(count) : (struct shape){0};
    int i = add_input(c, (struct kind){.type = TYPE_I32}, shape, true);
    memcpy(c->elements[i], values, shape_elements(&shape) * sizeof(*values));
    return i;
}

int case_absent(struct kernel_case *c)
{
    c->tensors[c->n_inputs] = NO_TENSOR;
    return c->n_inputs++;
}

const struct shape *case_shape(const struct kernel_case *c, int input)
{
    return &c->graph->tensors[c->tensors[input]].shape;
}

size_t case_count(const struct kernel_case *c, int input)
{
    return shape_elements(case_shape(c, input));
}

double case_real(const struct kernel_case *c, int input, size_t i)
{
    const struct tensor *tensor = &c->graph->tensors[c->tensors[input]];
    const struct quantization *quant = &tensor->quant;
    double value = harness_get(tensor->type, c->elements[input], i);
    if (quant->count == 0)
        return value;
    size_t inner = shape_span(&tensor->shape, quant->axis + 1, tensor->shape.rank);
    size_t channel = quant->count > 1 ? i / inner % (size_t)quant->count : 0;
    return (double)quant->scale[channel] * (value - quant->zero_point[channel]);
}

void case_store(const struct kernel_case *c, int input, size_t i, int32_t value)
{
    harness_set(c->graph->tensors[c->tensors[input]].type, c->elements[input], i, value);
}

void case_node(struct kernel_case *c, enum op op, const union op_params *params, struct kind out,
               int n_outputs)
{
    int outputs[CASE_INPUTS];
    assert_true(n_outputs <= CASE_INPUTS);
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = harness_tensor(c->graph, out.type, (struct shape){0}, out.scale, out.zero);
    graph_add_node(c->graph, op, c->tensors, c->n_inputs, outputs, n_outputs, params);
    c->out = &c->graph->tensors[outputs[0]];
    c->kernel = harness_kernel(c->graph, ISA_REFERENCE, true);
    assert_non_null(c->kernel);
}

static void note(const struct kernel *kernel)
{
    assert_true(kernel_count() <= KERNELS_MAX);
    for (size_t k = 0; k < kernel_count(); k++)
        is_reached[k] = is_reached[k] || kernel_at(k) == kernel;
}

void *case_run_output(struct kernel_case *c, int output)
{
    void *inputs[CASE_INPUTS] = {NULL};
    for (int i = 0; i < c->n_inputs; i++)
        if (!c->is_constant[i] && c->tensors[i] != NO_TENSOR)
            inputs[i] = c->elements[i];
    note(c->kernel);
    return harness_run_output(c->graph, c->kernel, case_between(1, 5), inputs, output);
}

void case_run(struct kernel_case *c, enum op op, const union op_params *params, struct kind out)
{
    case_node(c, op, params, out, 1);
    c->result = case_run_output(c, 0);
}

bool case_run_on(struct kernel_case *c, enum isa isa)
{
    const struct kernel *kernel = isa_available(isa) ? harness_kernel(c->graph, isa, true) : NULL;
    if (!kernel)
        return false;
    c->kernel = kernel;
    c->result = case_run_output(c, 0);
    return true;
}

void case_refuses(struct kernel_case *c, enum op op, const union op_params *params, struct kind out,
                  const char *text)
{
    struct error error = {0};
    case_node(c, op, params, out, 1);
    enum status status = harness_prepare(c->graph, c->kernel, &error);
    if (status == STATUS_OK || status != error.status || !strstr(error.text, text))
        fail_msg("%s: status %d, \"%s\"; expected \"%s\"", c->kernel->name, (int)status, error.text,
                 text);
}

void cases_refused(const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = ROUNDING_TWICE;
        for (int k = 0; k < op_table[rows[i].op].min_inputs; k++)
            if (rows[i].in[k].type == TYPE_I32)
                case_ints(&c, (const int32_t[]){0}, 1);
            else
                case_input(&c, rows[i].in[k], SHAPE(1, 1, 1, 4), 1.0);
        case_refuses(&c, rows[i].op, &rows[i].params, rows[i].out, rows[i].text);
        case_release(&c);
    }
}

static void expect_real(const struct kernel_case *c, size_t i, double expected, struct bound bound)
{
    double got = harness_get(c->out->type, c->result, i);
    bool same = isnan(expected) ? isnan(got) : isinf(expected) && got * expected > 0 && isinf(got);
    if (!same && !(fabs(got - expected) <= bound.absolute + bound.relative * fabs(expected)))
        fail_msg("%s: element %zu is %.9g, expected %.9g", c->kernel->name, i, got, expected);
}

static void expect_stored(const struct kernel_case *c, size_t i, double expected,
                          struct bound bound)
{
    double got = harness_get(c->out->type, c->result, i);
    double low = (double)type_lowest(c->out->type), high = (double)type_highest(c->out->type);
    double steps = expected / (double)c->out->quant.scale[0];
    double nothing = c->graph->rounding == ROUNDING_ONCE ? c->out->quant.zero_point[0] : low;
    double place = isnan(steps) ? nothing : steps + c->out->quant.zero_point[0];
    place = fmin(fmax(place, low), high);
    double slack = isfinite(steps) ? bound.relative * fmin(fabs(steps), high - low) : 0.0;
    if (!(fabs(got - place) <= bound.steps + slack))
        fail_msg("%s: element %zu is %g, expected %.6f (%.9g in steps of %g from %d)",
                 c->kernel->name, i, got, place, expected, (double)c->out->quant.scale[0],
                 c->out->quant.zero_point[0]);
}

/* Rounding once leaves half a step, and what float32 has no digits for. Some kernels have but one
 * way. */
static struct bound rounding_bound(const struct kernel_case *c, struct bound bound)
{
    enum op op = c->graph->nodes[0].op;
    if (c->graph->rounding == ROUNDING_TWICE || op == OP_RESIZE_BILINEAR ||
        op == OP_L2_NORMALIZATION)
        return bound;
    return (struct bound){.relative = fmin(bound.relative, 0x1p-20),
                          .steps = fmin(bound.steps, 0.51)};
}

void case_expect(const struct kernel_case *c, const double *expected, size_t count,
                 struct bound bound)
{
    if (shape_elements(&c->out->shape) != count)
        fail_msg("%s: %zu elements, expected %zu", c->kernel->name, shape_elements(&c->out->shape),
                 count);
    for (size_t i = 0; i < count; i++)
        if (c->out->quant.count > 0)
            expect_stored(c, i, expected[i], rounding_bound(c, bound));
        else
            expect_real(c, i, expected[i], bound);
}

void case_expect_stored(const struct kernel_case *c, const int32_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((int32_t)harness_get(c->out->type, c->result, i) != expected[i])
            fail_msg("%s: element %zu is %g, expected %d", c->kernel->name, i,
                     harness_get(c->out->type, c->result, i), expected[i]);
}

double case_rounding(double multiplier)
{
    int exponent;
    frexp(multiplier, &exponent);
    return 0.51 + (exponent < 0 ? ldexp(0.5, exponent) : 0.0);
}

struct kind case_out(enum type type, const double *expected, size_t count, double reach)
{
    double low = 0.0, high = 0.0;
    for (size_t i = 0; i < count; i++) {
        low = isfinite(expected[i]) ? fmin(low, expected[i]) : low;
        high = isfinite(expected[i]) ? fmax(high, expected[i]) : high;
    }
    if (!(high > low))
        high = low + 1.0;
    reach *= case_uniform(0.5, 1.5);
    return case_kind(type, low * reach, high * reach);
}

void cases_exact(enum rounding rounding, const struct exact_case *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct exact_case *row = &rows[i];
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = rounding;
        case_input(&c, (struct kind){row->type, row->a.scale, row->a.zero}, SHAPE(1), 0.0);
        case_store(&c, 0, 0, row->a.stored);
        if (row->b.scale > 0.0f) {
            case_input(&c, (struct kind){row->type, row->b.scale, row->b.zero}, SHAPE(1), 0.0);
            case_store(&c, 1, 0, row->b.stored);
        }
        case_run(&c, row->op, NULL, (struct kind){row->type, row->out.scale, row->out.zero});
        if ((int32_t)harness_get(row->type, c.result, 0) != row->out.stored)
            fail_msg("%s of %d and %d (row %zu) is %g, expected %d", c.kernel->name, row->a.stored,
                     row->b.stored, i, harness_get(row->type, c.result, 0), row->out.stored);
        case_release(&c);
    }
}

bool cases_have(enum op op, enum type data, enum type out)
{
    for (size_t k = 0; k < kernel_count(); k++) {
        const struct kernel *kernel = kernel_at(k);
        if (kernel->op == op && kernel->isa == ISA_REFERENCE && kernel->types.data == data &&
            kernel->types.out == out)
            return true;
    }
    return false;
}

void cases_reached(const enum op *ops, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < kernel_count(); k++) {
            const struct kernel *kernel = kernel_at(k);
            if (kernel->op == ops[i] && kernel->isa == ISA_REFERENCE && !is_reached[k])
                fail_msg("%s was not reached", kernel->name);
        }
}

struct sliding case_sliding(int32_t in, int32_t filter, int32_t stride, int32_t dilation,
                            int32_t padding, int32_t before, int32_t after)
{
    int32_t reach = (filter - 1) * dilation + 1;
    if (padding == PADDING_EXPLICIT)
        return (struct sliding){(before + in + after - reach) / stride + 1, before};
    if (padding == PADDING_VALID)
        return (struct sliding){(in - reach) / stride + 1, 0};
    int32_t places = in / stride + (in % stride != 0), missing = (places - 1) * stride + reach - in;
    return (struct sliding){places, missing > 0 ? missing / 2 : 0};
}

struct pads case_pads(int32_t most)
{
    return (struct pads){case_between(0, most), case_between(0, most), case_between(0, most),
                         case_between(0, most)};
}

void shape_index(const struct shape *shape, size_t i, int32_t index[SHAPE_RANK_MAX])
{
    for (int d = shape->rank - 1; d >= 0; d--) {
        index[d] = (int32_t)(i % (size_t)shape->dim[d]);
        i /= (size_t)shape->dim[d];
    }
}

size_t shape_flat(const struct shape *shape, const int32_t index[SHAPE_RANK_MAX])
{
    size_t flat = 0;
    for (int d = 0; d < shape->rank; d++)
        flat = flat * (size_t)shape->dim[d] + (size_t)index[d];
    return flat;
}

size_t shape_broadcast_flat(const struct shape *own, const struct shape *out, const int32_t *at)
{
    int32_t from[SHAPE_RANK_MAX] = {0};
    for (int d = 0; d < own->rank; d++)
        from[d] = own->dim[d] == 1 ? 0 : at[d + out->rank - own->rank];
    return shape_flat(own, from);
}
