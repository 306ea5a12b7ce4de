/* The reference kernels of UNIDIRECTIONAL_SEQUENCE_LSTM and SVDF, against their equations in double
 * precision, with their vectors and matrices spelled out. Integers stand for real numbers there,
 * so that the bounds are a few of their steps; tests/cli/states.sh has outputs of LiteRT. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/sequence.h"
#include "kernel_cases.h"
#include "kernels/common/gemmlowp16.h"
#include "patience.h"

#define UNITS_MAX 8

static const struct kind f32 = F32, i32 = {TYPE_I32, 0.0f, 0};

/* --- functions of 16 bits --------------------------------------------------------------------- */

static void functions_of_16_bits_are_near_the_real_ones(void **state)
{
    (void)state;
    for (int32_t x = INT16_MIN; x <= INT16_MAX; x++) {
        double got = fixed16_logistic((int16_t)x) / 32768.0, real = ldexp(x, -12);
        if (fabs(got - 1.0 / (1.0 + exp(-real))) > 4e-4)
            fail_msg("logistic of %g is %g", real, got);
        for (int bits = 0; bits <= 6; bits++) {
            real = ldexp(x, bits - 15);
            got = fixed16_tanh((int16_t)x, bits) / 32768.0;
            if (fabs(got - tanh(real)) > 8e-4)
                fail_msg("tanh of %g with %d bits is %g", real, bits, got);
        }
    }
}

/* Worked out by hand: what is 0 or at the end of the range. */
static void functions_of_16_bits_have_exact_ends(void **state)
{
    (void)state;
    assert_int_equal(fixed16_logistic(0), 16384);
    assert_int_equal(fixed16_tanh(0, 3), 0);
    for (int32_t x = 1; x <= INT16_MAX; x++) {
        assert_int_equal(fixed16_tanh((int16_t)-x, 3), -fixed16_tanh((int16_t)x, 3));
        assert_int_equal(fixed16_logistic((int16_t)-x), INT16_MAX - fixed16_logistic((int16_t)x));
    }
    assert_true(fixed16_tanh(INT16_MAX, 6) >= 32760 && fixed16_logistic(INT16_MIN) <= 16);
}

/* --- LSTM ------------------------------------------------------------------------------------- */

/* What a kernel may be off by in each of its parts, in real numbers. What a layer may be off by
 * follows from these and from the numbers that it computes with. */
struct errors {
    double sum;            /* of a gate, before its function */
    double logistic, tanh; /* of the functions */
    double cell;           /* of what a cell becomes */
    double hidden, output; /* of what leaves a cell, and a projection */
    double any;            /* of each number that is given: what floats lose */
};

/* A layer under test. */
struct layer {
    struct kernel_case c;
    union op_params params;
    int samples, steps, depth, cells, outputs;
    bool is_coupled, is_projected, is_normalized, has_peepholes;
    /* Of the sample that is computed, and how far what the kernel has may be from it. */
    double h[UNITS_MAX], cell[UNITS_MAX];
    double h_error[UNITS_MAX], cell_error[UNITS_MAX];
    struct errors errors;
};

/* What the operands are, from which everything else follows. */
struct kinds {
    struct kind x, weights, peepholes, bias, state, cells;
    double bias_reach;
};

static bool is_there(const struct layer *l, int input)
{
    return input < l->c.n_inputs && l->c.tensors[input] != NO_TENSOR;
}

static double value(const struct layer *l, int input, int i)
{
    return is_there(l, input) ? case_real(&l->c, input, (size_t)i) : 0.0;
}

static void add(struct layer *l, bool is_needed, struct kind kind, struct shape shape,
                double spread)
{
    if (is_needed)
        case_input(&l->c, kind, shape, spread);
    else
        case_absent(&l->c);
}

static void add_gates(struct layer *l, bool is_needed, struct kind kind, struct shape shape,
                      double spread)
{
    for (int gate = 0; gate < SEQUENCE_GATES; gate++)
        add(l, is_needed && (gate > 0 || !l->is_coupled), kind, shape, spread);
}

static void add_operands(struct layer *l, const struct kinds *kinds)
{
    bool is_time_major = l->params.sequence.time_major != 0;
    int32_t first = is_time_major ? l->steps : l->samples,
            second = is_time_major ? l->samples : l->steps;
    case_init(&l->c);
    add(l, true, kinds->x, SHAPE(first, second, l->depth), 2.0);
    add_gates(l, true, kinds->weights, SHAPE(l->cells, l->depth), 1.0);
    add_gates(l, true, kinds->weights, SHAPE(l->cells, l->outputs), 1.0);
    add(l, l->has_peepholes && !l->is_coupled, kinds->peepholes, SHAPE(l->cells), 1.0);
    add(l, l->has_peepholes, kinds->peepholes, SHAPE(l->cells), 1.0);
    add(l, l->has_peepholes, kinds->peepholes, SHAPE(l->cells), 1.0);
    add_gates(l, true, kinds->bias, SHAPE(l->cells), kinds->bias_reach);
    add(l, l->is_projected, kinds->weights, SHAPE(l->outputs, l->cells), 1.0);
    add(l, l->is_projected && case_between(0, 1), kinds->bias, SHAPE(l->outputs),
        kinds->bias_reach);
    add(l, true, kinds->state, SHAPE(l->samples, l->outputs), 1.0);
    add(l, true, kinds->cells, SHAPE(l->samples, l->cells), 1.0);
    add_gates(l, l->is_normalized, f32, SHAPE(l->cells), 1.0);
}

static void choose(struct layer *l)
{
    *l = (struct layer){
        .params = {.sequence = {.activation = ACTIVATION_TANH,
                                .cell_clip = case_between(0, 1) ? 0.5f : 0.0f,
                                .projection_clip = case_between(0, 1) ? 0.4f : 0.0f,
                                .time_major = case_between(0, 1)}},
        .samples = case_between(1, 3),
        .steps = case_between(1, 5),
        .depth = case_between(1, 6),
        .cells = case_between(1, UNITS_MAX),
        .is_coupled = case_between(0, 1),
        .is_projected = case_between(0, 1),
        .has_peepholes = case_between(0, 1),
    };
    l->outputs = l->is_projected ? case_between(1, UNITS_MAX) : l->cells;
}

static double dot(const struct layer *l, int matrix, int row, int length, const double *values)
{
    double sum = 0.0;
    for (int i = 0; i < length; i++)
        sum += value(l, matrix, row * length + i) * values[i];
    return sum;
}

/* One gate of all cells, and its errors. peep: which peephole, or -1. bias_step: what a bias
 * counts. The logistic function is nowhere steeper than 1/4, tanh than 1. */
static void gate(const struct layer *l, int which, int peep, const double *x, double bias_step,
                 double *out, double *error)
{
    double mean = 0.0, variance = 0.0;
    for (int u = 0; u < l->cells; u++) {
        out[u] = dot(l, SEQUENCE_WEIGHTS + which, u, l->depth, x) +
                 dot(l, SEQUENCE_RECURRENT + which, u, l->outputs, l->h);
        out[u] += peep < 0 ? 0.0 : value(l, SEQUENCE_PEEPHOLES + peep, u) * l->cell[u];
        mean += out[u] / l->cells;
    }
    for (int u = 0; u < l->cells; u++)
        variance += (out[u] - mean) * (out[u] - mean) / l->cells;
    for (int u = 0; u < l->cells; u++) {
        if (l->is_normalized)
            out[u] =
                (out[u] - mean) / sqrt(variance + 1e-8) * value(l, SEQUENCE_FACTORS + which, u);
        out[u] += value(l, SEQUENCE_BIAS + which, u) * bias_step;
        out[u] = which == SEQUENCE_CELL ? tanh(out[u]) : 1.0 / (1.0 + exp(-out[u]));
        error[u] = l->errors.sum;
        if (peep >= 0)
            error[u] += fabs(value(l, SEQUENCE_PEEPHOLES + peep, u)) * l->cell_error[u];
        error[u] = which == SEQUENCE_CELL ? error[u] + l->errors.tanh
                                          : error[u] / 4.0 + l->errors.logistic;
    }
}

static double clipped(double number, float limit)
{
    return limit > 0.0f ? fmax(-(double)limit, fmin(number, (double)limit)) : number;
}

/* What a product of two numbers may be off by. */
static double product_error(double a, double a_error, double b, double b_error)
{
    return fabs(a) * b_error + fabs(b) * a_error + a_error * b_error;
}

static void update_cells(struct layer *l, const double *x, double bias_step)
{
    double take[UNITS_MAX], keep[UNITS_MAX], new[UNITS_MAX];
    double take_error[UNITS_MAX], keep_error[UNITS_MAX], new_error[UNITS_MAX];
    gate(l, SEQUENCE_FORGET, 1, x, bias_step, keep, keep_error);
    gate(l, SEQUENCE_CELL, -1, x, bias_step, new, new_error);
    if (!l->is_coupled)
        gate(l, SEQUENCE_INPUT, 0, x, bias_step, take, take_error);
    for (int u = 0; u < l->cells; u++) {
        if (l->is_coupled) {
            take[u] = 1.0 - keep[u];
            take_error[u] = keep_error[u];
        }
        l->cell_error[u] = product_error(keep[u], keep_error[u], l->cell[u], l->cell_error[u]) +
                           product_error(take[u], take_error[u], new[u], new_error[u]) +
                           l->errors.cell;
        l->cell[u] = clipped(keep[u] * l->cell[u] + take[u] * new[u], l->params.sequence.cell_clip);
    }
}

static void step(struct layer *l, const double *x, double bias_step, double projection_step)
{
    double out[UNITS_MAX], error[UNITS_MAX];
    update_cells(l, x, bias_step);
    gate(l, SEQUENCE_OUTPUT, 2, x, bias_step, out, error);
    for (int u = 0; u < l->cells; u++) {
        error[u] =
            product_error(out[u], error[u], tanh(l->cell[u]), l->cell_error[u] + l->errors.tanh) +
            l->errors.hidden;
        out[u] *= tanh(l->cell[u]);
    }
    for (int i = 0; i < l->outputs; i++) {
        l->h[i] = out[i];
        l->h_error[i] = error[i];
        if (!l->is_projected)
            continue;
        l->h[i] = clipped(dot(l, SEQUENCE_PROJECTION, i, l->cells, out) +
                              value(l, SEQUENCE_PROJECTION_BIAS, i) * projection_step,
                          l->params.sequence.projection_clip);
        l->h_error[i] = l->errors.output;
        for (int u = 0; u < l->cells; u++)
            l->h_error[i] += fabs(value(l, SEQUENCE_PROJECTION, i * l->cells + u)) * error[u];
    }
}

/* The real number that element i of an output stands for. */
static double result(const struct layer *l, int output, const void *elements, size_t i)
{
    const struct tensor *tensor = node_output(l->c.graph, &l->c.graph->nodes[0], output);
    if (tensor->type == TYPE_F32)
        return (double)((const float *)elements)[i];
    int32_t stored =
        tensor->type == TYPE_I8 ? ((const int8_t *)elements)[i] : ((const int16_t *)elements)[i];
    return (double)tensor->quant.scale[0] * (stored - tensor->quant.zero_point[0]);
}

/* Returns the number that is there. */
static double expect(const struct layer *l, int output, size_t i, double expected, double error)
{
    const void *elements = case_run_output((struct kernel_case *)(uintptr_t)&l->c, output);
    double got = result(l, output, elements, i);
    if (!(fabs(got - expected) <= error + l->errors.any))
        fail_msg("%s: element %zu of output %d is %.9g, expected %.9g +- %.2g", l->c.kernel->name,
                 i, output, got, expected, error + l->errors.any);
    return got;
}

/* All steps of a sample. Each goes on from what the kernel gave in the one before, so that its
 * errors are its own, but for those of the cells, which are not given. */
static void check_sample(struct layer *l, int n, double bias_step, double projection_step)
{
    for (int u = 0; u < UNITS_MAX; u++) {
        l->h[u] = u < l->outputs ? value(l, SEQUENCE_STATE, n * l->outputs + u) : 0.0;
        l->cell[u] = u < l->cells ? value(l, SEQUENCE_CELLS, n * l->cells + u) : 0.0;
        l->cell_error[u] = 0.0;
    }
    for (int t = 0; t < l->steps; t++) {
        double x[8];
        int at = l->params.sequence.time_major ? t * l->samples + n : n * l->steps + t;
        for (int i = 0; i < l->depth; i++)
            x[i] = value(l, SEQUENCE_X, at * l->depth + i);
        step(l, x, bias_step, projection_step);
        for (int i = 0; i < l->outputs; i++)
            l->h[i] = expect(l, SEQUENCE_Y, (size_t)(at * l->outputs + i), l->h[i], l->h_error[i]);
    }
    for (int i = 0; i < l->outputs; i++)
        expect(l, SEQUENCE_NEXT_STATE, (size_t)(n * l->outputs + i), l->h[i], 0.0);
    for (int u = 0; u < l->cells; u++)
        expect(l, SEQUENCE_NEXT_CELLS, (size_t)(n * l->cells + u), l->cell[u], l->cell_error[u]);
}

/* All outputs of a node that is there. */
static void check(struct layer *l, double bias_step, double projection_step,
                  const struct errors *errors)
{
    l->errors = *errors;
    for (int n = 0; n < l->samples; n++)
        check_sample(l, n, bias_step, projection_step);
    case_release(&l->c);
}

static void layers_follow_their_equations(void **state)
{
    static const struct kinds real = {F32, F32, F32, F32, F32, F32, 1.0};
    (void)state;
    for (int i = 0; i < 50 * PATIENCE; i++) {
        struct layer l;
        choose(&l);
        l.is_normalized = case_between(0, 1) && l.cells > 2;
        add_operands(&l, &real);
        case_node(&l.c, OP_UNIDIRECTIONAL_SEQUENCE_LSTM, &l.params, f32, 3);
        /* Up to 5 steps, each a dozen roundings of sums of size 10; normalizing multiplies. */
        check(&l, 1.0, 1.0, &(struct errors){.any = l.is_normalized ? 1e-3 : 1e-5});
    }
}

/* Numbers that the scale which is found for them hits exactly: whole multiples of 1/127 of the
 * greatest, which is there. The state is 0. */
static void make_exact(const struct layer *l)
{
    float *x = l->c.elements[SEQUENCE_X];
    for (size_t i = 0; i < case_count(&l->c, SEQUENCE_X); i++)
        x[i] = i % (size_t)l->depth == 0 ? 127.0f / 64 : (float)case_between(-127, 127) / 64;
    memset(l->c.elements[SEQUENCE_STATE], 0, case_count(&l->c, SEQUENCE_STATE) * sizeof(float));
}

static void layers_with_int8_weights_quantize_what_comes_in(void **state)
{
    static const struct kinds hybrid = {F32, I8(0.01f, 0), I8(0.01f, 0), F32, F32, F32, 1.0};
    (void)state;
    for (int i = 0; i < 33 * PATIENCE; i++) {
        struct layer l;
        choose(&l);
        l.params.sequence.asymmetric_inputs = i % 2;
        l.steps = 1;
        l.is_projected = false;
        l.outputs = l.cells;
        add_operands(&l, &hybrid);
        make_exact(&l);
        case_node(&l.c, OP_UNIDIRECTIONAL_SEQUENCE_LSTM, &l.params, f32, 3);
        /* With a zero point the steps are others, and each number up to half of one away. */
        check(&l, 1.0, 1.0, &(struct errors){.any = i % 2 ? 0.03 : 1e-5});
    }
}

/* Sums of gates are whole numbers of 2^-12: up to three parts are rounded, each to a whole step off
 * where the multiplier is not below 1/2, and end at 8, where the logistic function lacks 3.4e-4.
 * Functions are off by what the first test allows; 1 - x of 15 bits lacks 2^-15. Cells, of 2^-12,
 * are sums of two rounded numbers. Products of scales may differ from real ones, but for a
 * millionth. */
static struct errors integer_errors(const struct layer *l, double w_scale, double state_scale)
{
    double hidden_scale = (double)l->params.sequence.hidden_scale;
    return (struct errors){
        .sum = 3 * 0x1p-12,
        .logistic = 4e-4 + 3.4e-4 + 0x1p-15,
        .tanh = 8e-4,
        .cell = 0x1p-12,
        .hidden = hidden_scale * case_rounding(0x1p-30 / hidden_scale),
        .output = state_scale * case_rounding(w_scale * hidden_scale / state_scale),
        .any = 1e-6,
    };
}

/* Sums of products have the scale of a bias, as the specification has it. */
static void layers_of_integers_follow_their_equations(void **state)
{
    const float x_scale = 1.0f / 64, w_scale = 1.0f / 128, h_scale = 1.0f / 100;
    (void)state;
    for (int i = 0; i < 50 * PATIENCE; i++) {
        struct layer l;
        choose(&l);
        const struct kinds integers = {
            I8(x_scale, -5),  I8(w_scale, 0), I16(0x1p-15f, 0), i32, I8(h_scale, 9),
            I16(0x1p-12f, 0), 9000.0};
        struct kinds kinds = integers;
        l.params.sequence.hidden_scale = h_scale;
        l.params.sequence.hidden_zero_point = 9;
        if (l.is_projected) {
            l.has_peepholes = false;
            kinds.state = (struct kind)I8(1.0f / 16, 0); /* none saturates */
            l.params.sequence.hidden_scale = 1.0f / 127;
            l.params.sequence.hidden_zero_point = -2;
            /* It counts stored numbers, as in TFLite: whole ones, without zero points. */
            if (l.params.sequence.projection_clip > 0.0f)
                l.params.sequence.projection_clip = 6.0f / 16;
        }
        add_operands(&l, &kinds);
        for (size_t k = 0; k < case_count(&l.c, SEQUENCE_CELLS); k++) /* errors of gates times 1 */
            case_store(&l.c, SEQUENCE_CELLS, k, case_between(-4096, 4096));
        case_node(&l.c, OP_UNIDIRECTIONAL_SEQUENCE_LSTM, &l.params, kinds.state, 3);
        struct tensor *cells =
            &l.c.graph->tensors[l.c.graph->nodes[0].outputs[SEQUENCE_NEXT_CELLS]];
        *cells = l.c.graph->tensors[l.c.tensors[SEQUENCE_CELLS]];
        const struct errors errors = integer_errors(&l, (double)w_scale, (double)kinds.state.scale);
        check(&l, (double)(x_scale * w_scale), (double)(w_scale * l.params.sequence.hidden_scale),
              &errors);
    }
}

static void layers_of_integers_that_cannot_be_computed_are_refused(void **state)
{
    static const struct {
        float x_scale, cell_scale, hidden_scale;
        bool is_projected, has_peepholes, is_normalized;
        int32_t activation;
        const char *text;
    } rows[] = {
        {0.1f, 0x1p-12f, 0.1f, true, true, false, 4, "integer peepholes beside a projection"},
        {0.1f, 0x1p-12f, 0.1f, false, false, true, 4, "gates of integers that are normalized"},
        {0.1f, 0x1p-12f, 0.0f, false, false, false, 4, "scale 0 of the hidden values"},
        {0.1f, 0.001f, 0.1f, false, false, false, 4, "scale 0.001 of the cells, expected a power"},
        {0.1f, 0x1p-8f, 0.1f, false, false, false, 4, "from 2^-15 to 2^-9"},
        {0.1f, 0x1p-16f, 0.1f, false, false, false, 4, "from 2^-15 to 2^-9"},
        {0.0f, 0x1p-12f, 0.1f, false, false, false, 4, "sequence 't' is int8 without a scale"},
        {0.1f, 0x1p-12f, 0.1f, false, false, false, 1, "activation 1 of the cells"},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct kinds kinds = {
            I8(rows[i].x_scale, 0),     I8(0.01f, 0), I16(0x1p-15f, 0), i32, I8(0.1f, 0),
            I16(rows[i].cell_scale, 0), 1.0};
        struct error error = {0};
        struct layer l;
        choose(&l);
        l.is_projected = rows[i].is_projected;
        l.has_peepholes = rows[i].has_peepholes;
        l.is_normalized = rows[i].is_normalized;
        l.outputs = l.cells;
        l.params.sequence.activation = rows[i].activation;
        l.params.sequence.hidden_scale = rows[i].hidden_scale;
        add_operands(&l, &kinds);
        case_node(&l.c, OP_UNIDIRECTIONAL_SEQUENCE_LSTM, &l.params, kinds.state, 3);
        assert_int_equal(harness_prepare(l.c.graph, l.c.kernel, &error), STATUS_UNSUPPORTED);
        if (!strstr(error.text, rows[i].text))
            fail_msg("'%s', expected '%s'", error.text, rows[i].text);
        case_release(&l.c);
    }
}

/* --- SVDF ------------------------------------------------------------------------------------- */

struct filters {
    struct kernel_case c;
    union op_params params;
    int samples, depth, filters, memory, rank;
};

static void choose_filters(struct filters *f)
{
    *f = (struct filters){.samples = case_between(1, 3),
                          .depth = case_between(1, 6),
                          .memory = case_between(1, 5),
                          .rank = case_between(1, 3)};
    f->filters = f->rank * case_between(1, 4);
    f->params = (union op_params){.svdf = {.rank = f->rank, .activation = case_between(0, 3)}};
    case_init(&f->c);
}

static void add_filters(struct filters *f, struct kind x, struct kind feature, struct kind time,
                        struct kind bias, struct kind state)
{
    case_input(&f->c, x, SHAPE(f->samples, f->depth), 2.0);
    case_input(&f->c, feature, SHAPE(f->filters, f->depth), 1.0);
    case_input(&f->c, time, SHAPE(f->filters, f->memory), 1.0);
    if (case_between(0, 1))
        case_input(&f->c, bias, SHAPE(f->filters / f->rank), bias.type == TYPE_I32 ? 9000.0 : 1.0);
    else
        case_absent(&f->c);
    case_input(&f->c, state, SHAPE(f->samples, f->filters * f->memory), 1.0);
}

static double activated(const struct filters *f, double sum)
{
    static const double low[] = {-INFINITY, 0.0, -1.0, 0.0},
                        high[] = {INFINITY, INFINITY, 1.0, 6.0};
    int activation = f->params.svdf.activation;
    return fmax(low[activation], fmin(sum, high[activation]));
}

/* Element i of what the filters remember next, and a unit's output. */
static double remembered(const struct filters *f, int n, int filter, int t)
{
    double sum = 0.0;
    int row = (n * f->filters + filter) * f->memory;
    if (t + 1 < f->memory)
        return case_real(&f->c, SVDF_STATE, (size_t)(row + t + 1));
    for (int i = 0; i < f->depth; i++)
        sum += case_real(&f->c, SVDF_X, (size_t)(n * f->depth + i)) *
               case_real(&f->c, SVDF_FEATURE, (size_t)(filter * f->depth + i));
    return sum;
}

static double output(const struct filters *f, int n, int unit, double bias_step)
{
    double sum = f->c.tensors[SVDF_BIAS] == NO_TENSOR
                     ? 0.0
                     : case_real(&f->c, SVDF_BIAS, (size_t)unit) * bias_step;
    for (int filter = unit * f->rank; filter < (unit + 1) * f->rank; filter++)
        for (int t = 0; t < f->memory; t++)
            sum += remembered(f, n, filter, t) *
                   case_real(&f->c, SVDF_TIME, (size_t)(filter * f->memory + t));
    return activated(f, sum);
}

static void expect_near(const struct filters *f, double got, double expected, double bound)
{
    if (!(fabs(got - expected) <= bound))
        fail_msg("%s: %.9g, expected %.9g", f->c.kernel->name, got, expected);
}

static void check_filters(struct filters *f, double bound)
{
    const float *out = case_run_output(&f->c, SVDF_Y), *next;
    for (int n = 0; n < f->samples; n++)
        for (int u = 0; u < f->filters / f->rank; u++)
            expect_near(f, (double)out[n * f->filters / f->rank + u], output(f, n, u, 1.0), bound);
    next = case_run_output(&f->c, SVDF_NEXT_STATE);
    for (int i = 0; i < f->samples * f->filters * f->memory; i++)
        expect_near(
            f, (double)next[i],
            remembered(f, i / f->memory / f->filters, i / f->memory % f->filters, i % f->memory),
            bound);
    case_release(&f->c);
}

static void filters_follow_their_equations(void **state)
{
    (void)state;
    for (int i = 0; i < 50 * PATIENCE; i++) {
        struct filters f;
        choose_filters(&f);
        add_filters(&f, f32, f32, f32, f32, f32);
        case_node(&f.c, OP_SVDF, &f.params, f32, 2);
        check_filters(&f, 1e-5);
    }
}

static void filters_with_int8_weights_quantize_what_comes_in(void **state)
{
    const struct kind weights = I8(0.01f, 0);
    (void)state;
    for (int i = 0; i < 33 * PATIENCE; i++) {
        struct filters f;
        choose_filters(&f);
        f.params.svdf.asymmetric_inputs = i % 2;
        add_filters(&f, f32, weights, weights, f32, f32);
        float *x = f.c.elements[SVDF_X];
        for (int k = 0; k < f.samples * f.depth; k++)
            x[k] = k % f.depth == 0 ? 127.0f / 64 : (float)case_between(-127, 127) / 64;
        case_node(&f.c, OP_SVDF, &f.params, f32, 2);
        check_filters(&f, i % 2 ? 0.3 : 2e-5);
    }
}

static void filters_of_integers_follow_their_equations(void **state)
{
    const float state_scale = 0x1p-10f, time_scale = 1.0f / 32768;
    const struct kind x = I8(1.0f / 64, -7), feature = I8(1.0f / 128, 0), time = I16(time_scale, 0),
                      memory = I16(state_scale, 0), out = I8(0.5f, -3);
    (void)state;
    for (int i = 0; i < 50 * PATIENCE; i++) {
        struct filters f;
        choose_filters(&f);
        add_filters(&f, x, feature, time, i32, memory);
        for (size_t k = 0; k < case_count(&f.c, SVDF_STATE); k++) /* sums fit 32 bits */
            case_store(&f.c, SVDF_STATE, k, case_between(-1000, 1000));
        case_node(&f.c, OP_SVDF, &f.params, out, 2);
        f.c.graph->tensors[f.c.graph->nodes[0].outputs[SVDF_NEXT_STATE]].type = TYPE_I16;
        const int8_t *got = case_run_output(&f.c, SVDF_Y);
        for (int n = 0; n < f.samples; n++)
            for (int u = 0; u < f.filters / f.rank; u++) {
                double real = output(&f, n, u, (double)(state_scale * time_scale));
                double stored = fmax(-128.0, fmin(real / 0.5 - 3.0, 127.0));
                /* Half a step, and half of one of each number that is remembered. */
                expect_near(&f, (double)got[n * f.filters / f.rank + u], stored, 0.52);
            }
        case_release(&f.c);
    }
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, OP_SVDF};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_16_bits_are_near_the_real_ones),
        cmocka_unit_test(functions_of_16_bits_have_exact_ends),
        cmocka_unit_test(layers_follow_their_equations),
        cmocka_unit_test(layers_with_int8_weights_quantize_what_comes_in),
        cmocka_unit_test(layers_of_integers_follow_their_equations),
        cmocka_unit_test(layers_of_integers_that_cannot_be_computed_are_refused),
        cmocka_unit_test(filters_follow_their_equations),
        cmocka_unit_test(filters_with_int8_weights_quantize_what_comes_in),
        cmocka_unit_test(filters_of_integers_follow_their_equations),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 44;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
