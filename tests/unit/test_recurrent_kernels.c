/* The reference kernels of LSTM, GRU and SIMPLE_RNN, against the equations of ONNX in double
 * precision, with their vectors and matrices spelled out; and sequences that are worked out by
 * hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"

#define HIDDEN_MAX 8

/* A layer under test; inputs by their place in the node. */
enum { X, W, R, B, LENGTHS, INITIAL_H, INITIAL_C, P, INPUTS };

struct layer {
    struct kernel_case c;
    enum op op;
    int time, batch, depth, hidden, directions, gates;
    int32_t direction, linear_before_reset;
    double *outputs[3]; /* what is expected */
    size_t counts[3];
};

static bool is_there(const struct layer *l, int input)
{
    return input < l->c.n_inputs && l->c.tensors[input] != NO_TENSOR;
}

/* Element [i][j][k] of an input, [i][j] where it has rank 2; 0 where it is absent. */
static double value(const struct layer *l, int input, int i, int j, int k)
{
    if (!is_there(l, input))
        return 0.0;
    const struct shape *shape = case_shape(&l->c, input);
    return case_real(&l->c, input,
                     (size_t)((i * shape->dim[1] + j) * (shape->rank > 2 ? shape->dim[2] : 1) + k));
}

/* W x + R h + Wb + Rb of one row of the matrices; either side by itself. */
static double input_side(const struct layer *l, int d, int row, int t, int b)
{
    double sum = value(l, B, d, row, 0);
    for (int k = 0; k < l->depth; k++)
        sum += value(l, W, d, row, k) * value(l, X, t, b, k);
    return sum;
}

static double hidden_side(const struct layer *l, int d, int row, const double *h)
{
    double sum = value(l, B, d, l->gates * l->hidden + row, 0);
    for (int k = 0; k < l->hidden; k++)
        sum += value(l, R, d, row, k) * h[k];
    return sum;
}

static double sigma(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* Gates i, o, f, c; peepholes i, o, f. */
static void lstm(const struct layer *l, int d, int t, int b, double *h, double *c)
{
    double before[HIDDEN_MAX];
    int n = l->hidden;
    memcpy(before, h, sizeof(before));
    for (int u = 0; u < n; u++) {
        double sums[4];
        for (int g = 0; g < 4; g++)
            sums[g] = input_side(l, d, g * n + u, t, b) + hidden_side(l, d, g * n + u, before);
        double i = sigma(sums[0] + value(l, P, d, u, 0) * c[u]);
        double f = sigma(sums[2] + value(l, P, d, 2 * n + u, 0) * c[u]);
        c[u] = f * c[u] + i * tanh(sums[3]);
        double o = sigma(sums[1] + value(l, P, d, n + u, 0) * c[u]);
        h[u] = o * tanh(c[u]);
    }
}

/* Gates z, r, h. */
static void gru(const struct layer *l, int d, int t, int b, double *h)
{
    double before[HIDDEN_MAX], z[HIDDEN_MAX], r[HIDDEN_MAX], reset[HIDDEN_MAX];
    int n = l->hidden;
    memcpy(before, h, sizeof(before));
    for (int u = 0; u < n; u++) {
        z[u] = sigma(input_side(l, d, u, t, b) + hidden_side(l, d, u, before));
        r[u] = sigma(input_side(l, d, n + u, t, b) + hidden_side(l, d, n + u, before));
        reset[u] = r[u] * before[u];
    }
    for (int u = 0; u < n; u++) {
        double in = input_side(l, d, 2 * n + u, t, b);
        double candidate = l->linear_before_reset
                               ? tanh(in + r[u] * hidden_side(l, d, 2 * n + u, before))
                               : tanh(in + hidden_side(l, d, 2 * n + u, reset));
        h[u] = (1.0 - z[u]) * candidate + z[u] * before[u];
    }
}

static void simple(const struct layer *l, int d, int t, int b, double *h)
{
    double before[HIDDEN_MAX];
    memcpy(before, h, sizeof(before));
    for (int u = 0; u < l->hidden; u++)
        h[u] = tanh(input_side(l, d, u, t, b) + hidden_side(l, d, u, before));
}

static void expect_sequence(struct layer *l, int d, int b)
{
    double h[HIDDEN_MAX], c[HIDDEN_MAX];
    int length = l->time, last = d * l->batch + b;
    bool backwards = l->direction == DIRECTION_REVERSE || d == 1;
    if (is_there(l, LENGTHS))
        length = ((const int32_t *)l->c.elements[LENGTHS])[b];
    length = length < 0 ? 0 : length > l->time ? l->time : length;
    for (int u = 0; u < l->hidden; u++) {
        h[u] = value(l, INITIAL_H, d, b, u);
        c[u] = value(l, INITIAL_C, d, b, u);
    }
    for (int step = 0; step < length; step++) {
        int t = backwards ? length - 1 - step : step;
        if (l->op == OP_LSTM)
            lstm(l, d, t, b, h, c);
        else if (l->op == OP_GRU)
            gru(l, d, t, b, h);
        else
            simple(l, d, t, b, h);
        for (int u = 0; u < l->hidden; u++)
            l->outputs[0][((t * l->directions + d) * l->batch + b) * l->hidden + u] = h[u];
    }
    for (int u = 0; u < l->hidden; u++) {
        l->outputs[1][last * l->hidden + u] = h[u];
        l->outputs[2][last * l->hidden + u] = c[u];
    }
}

/* The inputs behind the first three: any of them may be absent, or the list shorter. */
static void add_optional(struct layer *l)
{
    int n = l->hidden, d = l->directions;
    const struct shape shapes[INPUTS] = {
        [B] = SHAPE(d, 2 * l->gates * n),
        [LENGTHS] = SHAPE(l->batch),
        [INITIAL_H] = SHAPE(d, l->batch, n),
        [INITIAL_C] = SHAPE(d, l->batch, n),
        [P] = SHAPE(d, 3 * n),
    };
    int count = case_between(B, l->op == OP_LSTM ? INPUTS : INITIAL_C);
    for (int i = B; i < count; i++)
        if (case_between(0, 3) == 0)
            case_absent(&l->c);
        else
            case_input(&l->c, (struct kind){.type = i == LENGTHS ? TYPE_I32 : TYPE_F32}, shapes[i],
                       i == LENGTHS ? l->time + 2.0 : 1.5);
    /* From less than none to more than there are. */
    for (int b = 0; is_there(l, LENGTHS) && b < l->batch; b++)
        ((int32_t *)l->c.elements[LENGTHS])[b] -= 1;
}

static void begin(struct layer *l, enum op op)
{
    *l = (struct layer){.op = op,
                        .time = case_between(1, 7),
                        .batch = case_between(1, 3),
                        .depth = case_between(1, 6),
                        .hidden = case_between(1, HIDDEN_MAX),
                        .direction = case_between(DIRECTION_FORWARD, DIRECTION_BOTH),
                        .linear_before_reset = case_between(0, 1),
                        .gates = op == OP_LSTM  ? 4
                                 : op == OP_GRU ? 3
                                                : 1};
    l->directions = l->direction == DIRECTION_BOTH ? 2 : 1;
    int rows = l->gates * l->hidden;
    case_init(&l->c);
    case_input(&l->c, (struct kind)F32, SHAPE(l->time, l->batch, l->depth), 2.0);
    case_input(&l->c, (struct kind)F32, SHAPE(l->directions, rows, l->depth), 1.0);
    case_input(&l->c, (struct kind)F32, SHAPE(l->directions, rows, l->hidden), 1.0);
    add_optional(l);
    l->counts[0] = (size_t)(l->time * l->directions * l->batch * l->hidden);
    l->counts[1] = l->counts[2] = l->counts[0] / (size_t)l->time;
    for (int i = 0; i < 3; i++)
        l->outputs[i] = calloc(l->counts[i], sizeof(*l->outputs[i]));
}

static void check(struct layer *l)
{
    union op_params params = {.recurrent = {l->direction, l->linear_before_reset}};
    int n_outputs = l->op == OP_LSTM ? 3 : 2;
    case_node(&l->c, l->op, &params, (struct kind)F32, n_outputs);
    for (int i = 0; i < n_outputs; i++) {
        const float *got = case_run_output(&l->c, i);
        const struct tensor *out = node_output(l->c.graph, &l->c.graph->nodes[0], i);
        assert_int_equal(shape_elements(&out->shape), l->counts[i]);
        /* Up to 7 steps, each a dozen roundings of numbers of size 1 (sums: of size 10); what lies
         * behind a sequence is 0. */
        for (size_t k = 0; k < l->counts[i]; k++)
            if (!(fabs((double)got[k] - l->outputs[i][k]) <=
                  (fabs(l->outputs[i][k]) > 0.0 ? 1e-5 : 0.0)))
                fail_msg("%s: element %zu of output %d is %.9g, expected %.9g", l->c.kernel->name,
                         k, i, (double)got[k], l->outputs[i][k]);
    }
    case_release(&l->c);
    for (int i = 0; i < 3; i++)
        free(l->outputs[i]);
}

static void layers_follow_their_equations(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct layer l;
        begin(&l, i % 3 == 0 ? OP_SIMPLE_RNN : i % 3 == 1 ? OP_LSTM : OP_GRU);
        for (int d = 0; d < l.directions; d++)
            for (int b = 0; b < l.batch; b++)
                expect_sequence(&l, d, b);
        check(&l);
    }
}

/* A node of one hidden value whose weights are all 0: its gates are open halfway. */
static void zero_layer(struct kernel_case *c, int time, int gates)
{
    case_init(c);
    case_input(c, (struct kind)F32, SHAPE(time, 1, 1), 1.0);
    case_input(c, (struct kind)F32, SHAPE(1, gates, 1), 0.0);
    case_input(c, (struct kind)F32, SHAPE(1, gates, 1), 0.0);
    memset(c->elements[1], 0, (size_t)gates * sizeof(float));
    memset(c->elements[2], 0, (size_t)gates * sizeof(float));
}

static void expect_output(struct kernel_case *c, int output, const float *expected, size_t count)
{
    harness_near(case_run_output(c, output), expected, count, 2e-7, 0.0);
}

/* Nothing comes in, half of the cell is forgotten at each step: 2, 1, 1/2; half of its tanh goes
 * out. */
static void a_cell_is_forgotten_by_halves(void **state)
{
    static const float y[] = {0.38079708f, 0.23105858f, 0.0f}, h[] = {0.23105858f}, c_[] = {0.5f};
    struct kernel_case c;
    (void)state;
    zero_layer(&c, 3, 4);
    case_absent(&c);
    *(int32_t *)c.elements[case_input(&c, (struct kind){.type = TYPE_I32}, SHAPE(1), 0.0)] = 2;
    case_absent(&c);
    *(float *)c.elements[case_input(&c, (struct kind)F32, SHAPE(1, 1, 1), 0.0)] = 2.0f;
    case_node(&c, OP_LSTM, NULL, (struct kind)F32, 3);
    expect_output(&c, 0, y, 3);
    expect_output(&c, 1, h, 1);
    expect_output(&c, 2, c_, 1);
    case_release(&c);
}

/* Half of what was stays, and half of the candidate's tanh comes: of the bias 1. The last of two
 * steps backwards is that of time 0. */
static void hidden_values_are_updated_by_halves(void **state)
{
    static const float y[] = {0.38079708f + 0.19039854f + 1.0f, 0.38079708f + 2.0f};
    const union op_params params = {.recurrent = {DIRECTION_REVERSE, 0}};
    const float bias[] = {0.0f, 0.0f, 0.25f, 0.0f, 0.0f, 0.75f};
    struct kernel_case c;
    (void)state;
    zero_layer(&c, 2, 3);
    memcpy(c.elements[case_input(&c, (struct kind)F32, SHAPE(1, 6), 0.0)], bias, sizeof(bias));
    case_absent(&c);
    *(float *)c.elements[case_input(&c, (struct kind)F32, SHAPE(1, 1, 1), 0.0)] = 4.0f;
    case_node(&c, OP_GRU, &params, (struct kind)F32, 2);
    expect_output(&c, 0, y, 2);
    expect_output(&c, 1, y, 1);
    case_release(&c);
}

/* A sequence of length 0 returns what it was given. */
static void a_sequence_of_length_0_keeps_its_state(void **state)
{
    static const float h[] = {0.75f}, zeros[] = {0.0f, 0.0f};
    struct kernel_case c;
    (void)state;
    zero_layer(&c, 2, 3);
    case_absent(&c);
    *(int32_t *)c.elements[case_input(&c, (struct kind){.type = TYPE_I32}, SHAPE(1), 0.0)] = 0;
    *(float *)c.elements[case_input(&c, (struct kind)F32, SHAPE(1, 1, 1), 0.0)] = 0.75f;
    case_node(&c, OP_GRU, NULL, (struct kind)F32, 2);
    expect_output(&c, 0, zeros, 2);
    expect_output(&c, 1, h, 1);
    case_release(&c);
}

static void wrong_types_are_refused(void **state)
{
    static const enum type types[] = {TYPE_F16, TYPE_I64};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct error error = {0};
        struct kernel_case c;
        zero_layer(&c, 2, 3);
        case_input(&c, (struct kind){.type = k ? TYPE_F32 : types[0]}, SHAPE(1, 6), 0.0);
        case_input(&c, (struct kind){.type = k ? types[1] : TYPE_I32}, SHAPE(1), 0.0);
        case_node(&c, OP_GRU, NULL, (struct kind)F32, 2);
        assert_int_equal(harness_prepare(c.graph, c.kernel, &error), STATUS_UNSUPPORTED);
        assert_non_null(strstr(error.text, k ? "input 4 ('t') is int64, expected int32"
                                             : "input 3 ('t') is float16, expected float32"));
        case_release(&c);
    }
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_LSTM, OP_GRU, OP_SIMPLE_RNN};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_follow_their_equations),
        cmocka_unit_test(a_cell_is_forgotten_by_halves),
        cmocka_unit_test(hidden_values_are_updated_by_halves),
        cmocka_unit_test(a_sequence_of_length_0_keeps_its_state),
        cmocka_unit_test(wrong_types_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 15;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
