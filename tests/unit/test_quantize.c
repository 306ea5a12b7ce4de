/* From ranges to scales and from real numbers to integers: scales, weights, observers, groups. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "node_harness.h"
#include "quantize/groups.h"
#include "quantize/histogram.h"
#include "quantize/observer.h"
#include "quantize/scale.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ORDER(tensor, dimension, way)                                                              \
    &(struct weight_order)                                                                         \
    {                                                                                              \
        .weights = (tensor), .axis = (dimension), .granularity = (way), .most = WEIGHT_MOST        \
    }

#define near(a, b, relative) check_near((double)(a), (double)(b), (relative), __LINE__)

static void check_near(double a, double b, double relative, int line)
{
    if (!(fabs(a - b) <= relative * fabs(b)))
        fail_msg("line %d: %.9g, expected %.9g", line, a, b);
}

/* Scales */

static void ranges_become_scales(void **state)
{
    static const struct {
        enum type type;
        float low, high;
        double scale;
        int32_t zero_point;
    } cases[] = {
        {TYPE_I8, 0.0f, 255.0f, 1.0, -128},
        {TYPE_I8, -128.0f, 127.0f, 1.0, 0},
        {TYPE_I8, -255.0f, 0.0f, 1.0, 127},
        {TYPE_I8, -1.0f, 3.0f, 4.0 / 255, -64},   /* -128 + 63.75 */
        {TYPE_I8, -3.0f, 1.0f, 4.0 / 255, 63},    /* -128 + 191.25 */
        {TYPE_I8, 2.0f, 10.0f, 10.0 / 255, -128}, /* widened to hold 0 */
        {TYPE_I8, -10.0f, -2.0f, 10.0 / 255, 127},
        {TYPE_I8, 0.0f, 1e-6f, 1.5e-6 / 255, -43}, /* too narrow: widened by what it lacks */
        {TYPE_I8, 0.0f, 0.0f, 1.0 / 255, -128},    /* always 0: steps of a usual size */
        {TYPE_I8, 0.0f, 1.5e-6f, 1.5e-6 / 255, -128},
        {TYPE_I8, -0.25f, 1e6f, (1e6 + 0.25) / 255, -128},
        {TYPE_I16, -1.0f, 2.0f, 2.0 / 32767, 0},
        {TYPE_I16, -32767.0f, 5.0f, 1.0, 0},
        {TYPE_I16, 3.0f, 4.0f, 4.0 / 32767, 0},
        {TYPE_I16, 0.0f, 0.0f, 1.0 / 32767, 0},
        {TYPE_I16, -6e-7f, 0.0f, 6e-7 / 32767, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scale got = scale_for_range(cases[i].type, cases[i].low, cases[i].high);
        near(got.scale, cases[i].scale, 2e-7);
        assert_int_equal(got.zero_point, cases[i].zero_point);
    }
}

/* Whatever the range, 0 is one of the 256 numbers, and the ends are missed by half a step at
 * most. */
static void int8_has_zero_and_covers_the_range(void **state)
{
    struct random random = {1};
    (void)state;
    for (int i = 0; i < 2000; i++) {
        float size = (float)exp2(40.0 * random_unit(&random) - 15.0);
        float a = size * (float)(2.0 * random_unit(&random) - 1.0);
        float b = size * (float)(2.0 * random_unit(&random) - 1.0);
        float low = fminf(fminf(a, b), 0.0f), high = fmaxf(fmaxf(a, b), 0.0f);
        struct scale scale = scale_for_range(TYPE_I8, fminf(a, b), fmaxf(a, b));
        assert_true(scale.zero_point >= -128 && scale.zero_point <= 127);
        double step = (double)scale.scale;
        near(step, (double)(high - low) / 255.0, 1e-6);
        assert_true(fabs(step * (-128 - scale.zero_point) - (double)low) <= 0.5001 * step);
        assert_true(fabs(step * (127 - scale.zero_point) - (double)high) <= 0.5001 * step);
    }
}

static void a_scale_spans_its_integers(void **state)
{
    float low, high;
    (void)state;
    scale_span(TYPE_I8, (struct scale){0.5f, -28}, &low, &high);
    near(low, -50.0, 0.0);
    near(high, 77.5, 0.0);
    scale_span(TYPE_I16, (struct scale){2.0f, 0}, &low, &high);
    near(low, -65536.0, 0.0);
    near(high, 65534.0, 0.0);
}

/* Constants */

static int floats(struct graph *graph, struct shape shape, const float *values)
{
    return harness_constant(graph, TYPE_F32, shape, 0.0f, 0, values);
}

static void a_constants_range_skips_what_is_no_number(void **state)
{
    const float values[] = {NAN, 2.0f, -INFINITY, 5.0f, 3.0f, INFINITY},
                nothing[] = {NAN, INFINITY};
    struct graph *graph = graph_new("test");
    (void)state;
    int some = floats(graph, SHAPE(6), values), none = floats(graph, SHAPE(2), nothing);
    struct range range = constant_range(&graph->tensors[some]);
    assert_true(range.seen);
    near(range.low, 2.0, 0.0);
    near(range.high, 5.0, 0.0);
    assert_false(constant_range(&graph->tensors[none]).seen);
    graph_free(graph);
}

static void constants_are_rounded_and_clamped(void **state)
{
    const float values[] = {0.0f, 0.24f, 0.25f, -0.25f, 1.0f, 100.0f, -100.0f};
    const int8_t narrow[] = {10, 10, 11, 9, 12, 127, -128};
    const int16_t wide[] = {0, 0, 1, -1, 2, 200, -200};
    struct graph *graph = graph_new("test");
    int real = floats(graph, SHAPE(7), values);
    (void)state;
    int made = quantize_constant(graph, real, TYPE_I8, (struct scale){0.5f, 10});
    const struct tensor *tensor = &graph->tensors[made];
    assert_int_equal(tensor->type, TYPE_I8);
    harness_equal(TYPE_I8, tensor->data, narrow, 7);
    assert_int_equal(tensor->quant.count, 1);
    near(tensor->quant.scale[0], 0.5, 0.0);
    assert_int_equal(tensor->quant.zero_point[0], 10);
    made = quantize_constant(graph, real, TYPE_I16, (struct scale){0.5f, 0});
    tensor = &graph->tensors[made];
    assert_int_equal(tensor->type, TYPE_I16);
    harness_equal(TYPE_I16, tensor->data, wide, 7);
    graph_free(graph);
}

/* Weights */

/* Two output channels along axis 0, the second one three times as large. */
static const float dense_weights[] = {0.5f, -1.27f, 0.254f, 3.81f, -1.2f, 0.0f};

static void weights_have_a_scale_per_channel_or_one(void **state)
{
    static const struct {
        enum granularity granularity;
        int count;
        float scale[2];
        int8_t weights[6];
        int32_t bias[2]; /* of 1 and -3, at 0.1 times the scale */
    } cases[] = {
        {GRANULARITY_CHANNEL, 2, {0.01f, 0.03f}, {50, -127, 25, 127, -40, 0}, {1000, -1000}},
        {GRANULARITY_TENSOR, 1, {0.03f}, {17, -42, 8, 127, -40, 0}, {333, -1000}},
    };
    const float biases[] = {1.0f, -3.0f};
    struct graph *graph = graph_new("test");
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int weights = floats(graph, SHAPE(2, 3), dense_weights);
        int bias = floats(graph, SHAPE(2), biases);
        struct quantized_weights made =
            quantize_weights(graph, ORDER(weights, 0, cases[i].granularity), bias, 0.1f, TYPE_I32);
        const struct tensor *w = &graph->tensors[made.weights], *b = &graph->tensors[made.bias];
        assert_int_equal(w->type, TYPE_I8);
        assert_int_equal(b->type, TYPE_I32);
        assert_int_equal(w->quant.count, cases[i].count);
        assert_int_equal(b->quant.count, cases[i].count);
        assert_int_equal(w->quant.axis, 0);
        assert_int_equal(b->quant.axis, 0);
        for (int c = 0; c < cases[i].count; c++) {
            near(w->quant.scale[c], cases[i].scale[c], 2e-7);
            near(b->quant.scale[c], 0.1 * (double)cases[i].scale[c], 2e-7);
            assert_int_equal(w->quant.zero_point[c] | b->quant.zero_point[c], 0);
        }
        harness_equal(TYPE_I8, w->data, cases[i].weights, 6);
        harness_equal(TYPE_I32, b->data, cases[i].bias, 2);
        int alone = quantize_weights_only(graph, ORDER(weights, 0, cases[i].granularity));
        harness_equal(TYPE_I8, graph->tensors[alone].data, cases[i].weights, 6);
    }
    graph_free(graph);
}

/* Depthwise filters have their channels last. */
static void channels_can_be_the_last_dimension(void **state)
{
    const float values[] = {1.27f, 0.5f, -0.64f, 2.54f, 0.01f, -2.54f};
    const int8_t expected[] = {127, 25, -64, 127, 1, -127};
    struct graph *graph = graph_new("test");
    int weights = floats(graph, SHAPE(1, 3, 1, 2), values);
    (void)state;
    struct quantized_weights made =
        quantize_weights(graph, ORDER(weights, 3, GRANULARITY_CHANNEL), NO_TENSOR, 1.0f, TYPE_I32);
    const struct tensor *tensor = &graph->tensors[made.weights];
    assert_int_equal(made.bias, NO_TENSOR);
    assert_int_equal(tensor->quant.axis, 3);
    near(tensor->quant.scale[0], 0.01, 2e-7);
    near(tensor->quant.scale[1], 0.02, 2e-7);
    harness_equal(TYPE_I8, tensor->data, expected, 6);
    graph_free(graph);
}

/* The error of a weight is half a step at most, the largest is 127, and -128 does not occur. */
static void weights_use_their_range_and_no_more(void **state)
{
    enum { CHANNELS = 40, INNER = 25 };
    struct random random = {2};
    float values[CHANNELS * INNER];
    struct graph *graph = graph_new("test");
    (void)state;
    for (int c = 0; c < CHANNELS; c++) {
        double size = exp2(20.0 * random_unit(&random) - 15.0);
        for (int i = 0; i < INNER; i++)
            values[c * INNER + i] = (float)(size * (2.0 * random_unit(&random) - 1.0));
    }
    int weights = floats(graph, SHAPE(CHANNELS, INNER), values);
    int made = quantize_weights_only(graph, ORDER(weights, 0, GRANULARITY_CHANNEL));
    const int8_t *got = graph->tensors[made].data;
    for (int c = 0; c < CHANNELS; c++) {
        int largest = 0;
        double scale = (double)graph->tensors[made].quant.scale[c];
        for (int i = c * INNER; i < (c + 1) * INNER; i++) {
            assert_true(got[i] >= -127);
            largest = abs(got[i]) > largest ? abs(got[i]) : largest;
            assert_true(fabs(got[i] * scale - (double)values[i]) <= 0.50001 * scale);
        }
        assert_int_equal(largest, 127);
    }
    graph_free(graph);
}

static double bias_of(const struct graph *graph, int tensor, size_t i)
{
    const struct tensor *bias = &graph->tensors[tensor];
    return bias->type == TYPE_I64 ? (double)((const int64_t *)bias->data)[i]
                                  : (double)((const int32_t *)bias->data)[i];
}

/* A channel that pruning left dead: at its natural scale the bias would need 38 bits. */
static void a_dead_channel_takes_a_scale_that_its_bias_fits(void **state)
{
    static const float weights[] = {1.27f, -0.5f, 1e-20f, 0.0f}, biases[] = {0.5f, -1.0f};
    static const enum type types[] = {TYPE_I32, TYPE_I64};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct graph *graph = graph_new("test");
        int w = floats(graph, SHAPE(2, 2), weights), b = floats(graph, SHAPE(2), biases);
        struct quantized_weights made =
            quantize_weights(graph, ORDER(w, 0, GRANULARITY_CHANNEL), b, 0.001f, types[i]);
        const struct quantization *scales = &graph->tensors[made.weights].quant;
        const struct quantization *bias_scales = &graph->tensors[made.bias].quant;
        double second = bias_of(graph, made.bias, 1);
        assert_int_equal(graph->tensors[made.bias].type, types[i]);
        near(scales->scale[0], 0.01, 2e-7);
        near(bias_of(graph, made.bias, 0), 50000, 0);
        near(second, -1073741824.0, 1e-6); /* half of the range of int32 is left for the sums */
        near(second * (double)bias_scales->scale[1], -1.0, 1e-6);
        near((double)bias_scales->scale[1], 0.001 * (double)scales->scale[1], 1e-6);
        assert_memory_equal((const int8_t *)graph->tensors[made.weights].data + 2, "\0", 2);
        graph_free(graph);
    }
}

static void one_scale_grows_for_the_greatest_bias(void **state)
{
    static const float weights[] = {1e-6f, 1e-6f}, biases[] = {1.0f, 1000.0f}, zeros[] = {0, 0};
    struct graph *graph = graph_new("test");
    int w = floats(graph, SHAPE(2, 1), weights), b = floats(graph, SHAPE(2), biases);
    (void)state;
    struct quantized_weights made =
        quantize_weights(graph, ORDER(w, 0, GRANULARITY_TENSOR), b, 0.001f, TYPE_I32);
    const int32_t *bias = graph->tensors[made.bias].data;
    near(bias[1], 1073741824.0, 1e-6);
    near(bias[0], 1073741.824, 1e-5);
    int zero = floats(graph, SHAPE(2, 1), zeros);
    int none = quantize_weights_only(graph, ORDER(zero, 0, GRANULARITY_TENSOR));
    near(graph->tensors[none].quant.scale[0], 1.0, 0.0);
    graph_free(graph);
}

static void weights_that_are_no_numbers_do_not_spread(void **state)
{
    static const float values[] = {1.27f, NAN, INFINITY, -INFINITY, 0.5f};
    static const int8_t expected[] = {127, 0, 127, -127, 50};
    struct graph *graph = graph_new("test");
    (void)state;
    int weights = floats(graph, SHAPE(1, 5), values);
    int made = quantize_weights_only(graph, ORDER(weights, 0, GRANULARITY_CHANNEL));
    harness_equal(TYPE_I8, graph->tensors[made].data, expected, 5);
    graph_free(graph);
}

/* Observers */

/* What an observer makes of values that come in pieces. */
static struct range observe_as(enum type type, const char *name, double percentile,
                               const float *values, size_t count)
{
    const struct observer *observer = observer_find(name);
    const struct observed observed = {type, percentile};
    void *memory = calloc(1, observer->state_bytes);
    size_t half = count / 2;
    observer->update(memory, values, half, range_of(values, half));
    observer->update(memory, values + half, count - half, range_of(values + half, count - half));
    struct range range = observer->range(memory, &observed);
    free(memory);
    return range;
}

static struct range observe(const char *name, double percentile, const float *values, size_t count)
{
    return observe_as(TYPE_I8, name, percentile, values, count);
}

static void observers_skip_what_is_no_number(void **state)
{
    static const float values[] = {NAN, -INFINITY, 3.0f, -2.0f, INFINITY, -2.0f, 3.0f, NAN},
                       one[] = {0.0f};
    (void)state;
    for (size_t i = 0; i < observer_count; i++) {
        const char *name = observer_table[i].name;
        struct range range = observe(name, 100.0, values, COUNT(values));
        assert_true(range.seen);
        near(range.low, -2.0, 0.0);
        near(range.high, 3.0, 0.0);
        assert_false(observe(name, 100.0, values, 2).seen);
        assert_false(observe(name, 100.0, values, 0).seen);
        range = observe(name, 100.0, one, 1);
        assert_true(range.seen && !(range.low < 0.0f) && !(range.high > 0.0f));
        assert_ptr_equal(observer_find(name), &observer_table[i]);
        assert_true(strlen(observer_table[i].text) > 10);
    }
    assert_null(observer_find("median"));
}

/* What never changes has its range, wherever it lies. */
static void a_constant_tensor_keeps_its_range(void **state)
{
    static const float constants[] = {5.0f, -0.25f, 3e38f, -1e-30f};
    float values[64];
    (void)state;
    for (size_t i = 0; i < observer_count; i++)
        for (size_t c = 0; c < COUNT(constants); c++) {
            for (size_t k = 0; k < COUNT(values); k++)
                values[k] = constants[c];
            struct range range = observe(observer_table[i].name, 100.0, values, COUNT(values));
            near(range.low, constants[c], 0.0);
            near(range.high, constants[c], 0.0);
        }
}

/* Normal values (the sum of 12 even ones), each of them seen many times, on both sides or on one,
 * and outliers behind them that are seen once. */
enum { DRAWN = 4000, TIMES = 250, OUTLIERS_MOST = 9 };

static const struct {
    float low, high;
    int outliers;
    float first; /* of them; each further one lies as far beyond the one before */
} drawings[] = {{-9.0f, 9.0f, 0, 0.0f},   {0.0f, 9.0f, 0, 0.0f},   {0.0f, 9.0f, 9, 2.0f},
                {-9.0f, 9.0f, 1, -12.0f}, {-9.0f, 9.0f, 1, 12.5f}, {-9.0f, 9.0f, 9, 50.0f}};

static void draw(size_t drawing, float *values)
{
    struct random random = {drawing};
    for (int i = 0; i < DRAWN; i++) {
        double sum = -6.0;
        for (int k = 0; k < 12; k++)
            sum += random_unit(&random);
        values[i] = fmaxf((float)sum, drawings[drawing].low);
    }
    for (int i = 0; i < OUTLIERS_MOST; i++)
        values[DRAWN + i] =
            i < drawings[drawing].outliers ? drawings[drawing].first * (float)(i + 1) : 0.0f;
}

static struct range observe_drawn(enum type type, const char *name, const float *values)
{
    const struct observer *observer = observer_find(name);
    const struct observed observed = {.type = type};
    const float *outliers = values + DRAWN;
    void *memory = calloc(1, observer->state_bytes);
    for (int i = 0; i < TIMES; i++)
        observer->update(memory, values, DRAWN, range_of(values, DRAWN));
    observer->update(memory, outliers, OUTLIERS_MOST, range_of(outliers, OUTLIERS_MOST));
    struct range range = observer->range(memory, &observed);
    free(memory);
    return range;
}

/* The squared error of values that go through integers, value by value. */
static double error_of(const float *values, enum type type, struct range range)
{
    struct scale scale = scale_for_range(type, range.low, range.high);
    double least = type == TYPE_I16 ? -32767.0 : -128.0, most = type == TYPE_I16 ? 32767.0 : 127.0;
    double sum = 0.0;
    for (int i = 0; i < DRAWN + OUTLIERS_MOST; i++) {
        double q = round((double)values[i] / (double)scale.scale) + scale.zero_point;
        q = fmin(fmax(q, least), most) - scale.zero_point;
        double difference = q * (double)scale.scale - (double)values[i];
        sum += difference * difference * (i < DRAWN ? TIMES : 1);
    }
    return sum;
}

/* Of all pairs of cuts in steps of 4 % of each end. */
static double least_error(const float *values, enum type type, struct range all)
{
    double least = INFINITY;
    for (int i = 1; i <= 25; i++)
        for (int k = 1; k <= 25; k++) {
            struct range range = {fminf(all.low, 0.0f) * (float)i / 25.0f,
                                  fmaxf(all.high, 0.0f) * (float)k / 25.0f, true};
            least = fmin(least, error_of(values, type, range));
        }
    return least;
}

static void least_errors_are_found(void **state)
{
    float values[DRAWN + OUTLIERS_MOST];
    int cut = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(drawings); i++)
        for (int wide = 0; wide < 2; wide++) {
            enum type type = wide ? TYPE_I16 : TYPE_I8;
            draw(i, values);
            struct range all = observe_drawn(type, "minmax", values);
            struct range got = observe_drawn(type, "mse", values);
            assert_true(got.low >= all.low && got.high <= all.high);
            assert_true(error_of(values, type, got) <= 1.05 * least_error(values, type, all));
            cut += got.low > all.low || got.high < all.high;
        }
    assert_in_range(cut, 3, 8);
}

/* Never tighter than twice the least error asks for: normal values stay whole; outliers go, and
 * then the error is no more than that, and that of a range wider by a tenth is nearly. */
static void a_guard_lets_only_outliers_go(void **state)
{
    float values[DRAWN + OUTLIERS_MOST];
    int cut = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(drawings); i++) {
        draw(i, values);
        struct range all = observe_drawn(TYPE_I8, "minmax", values);
        struct range got = observe_drawn(TYPE_I8, "guarded", values);
        double least = least_error(values, TYPE_I8, all);
        if (error_of(values, TYPE_I8, all) < 1.95 * least) {
            near(got.low, all.low, 0.0);
            near(got.high, all.high, 0.0);
            continue;
        }
        struct range wider = {got.low * 1.1f, got.high * 1.1f, true};
        assert_true(error_of(values, TYPE_I8, got) <= 2.1 * least);
        assert_true(error_of(values, TYPE_I8, wider) > 1.9 * least);
        cut++;
    }
    assert_in_range(cut, 2, 4);
}

/* The divergence as the source tells it, of the magnitudes in bins of the observer's width, without
 * zeros: what is kept, the rest in its last bin, from its levels spread over bins that are filled.
 */
static double divergence_of(const double *bins, int count, int kept, int levels)
{
    double p[2048] = {0}, q[2048] = {0}, all = 0.0, inside = 0.0, sum = 0.0;
    for (int i = 0; i < count; i++) {
        p[i < kept ? i : kept - 1] += bins[i];
        all += bins[i];
    }
    for (int level = 0; level < levels; level++) {
        int first = level * kept / levels, last = (level + 1) * kept / levels, filled = 0;
        double held = 0.0;
        for (int i = first; i < last; i++) {
            held += bins[i];
            filled += bins[i] > 0.0;
        }
        for (int i = first; i < last; i++)
            q[i] = bins[i] > 0.0 ? held / filled : 0.0;
        inside += held;
    }
    for (int i = 0; i < kept; i++)
        if (p[i] > 0.0)
            sum += q[i] > 0.0 ? p[i] / all * log(p[i] / all * inside / q[i]) : INFINITY;
    return sum;
}

static void least_divergences_are_found(void **state)
{
    float values[DRAWN + OUTLIERS_MOST];
    int cut = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(drawings); i++) {
        double bins[2048] = {0}, least = INFINITY;
        draw(i, values);
        struct range all = observe_drawn(TYPE_I8, "minmax", values);
        float end = fmaxf(-all.low, all.high);
        double limit = exp2(floor(log2((double)end)) + 1.0);
        int count = (int)((double)end / limit * 2048.0) + 1, levels = all.low < 0.0f ? 128 : 255;
        for (int k = 0; k < DRAWN + OUTLIERS_MOST; k++)
            if (fabsf(values[k]) > 0.0f)
                bins[(int)(fabs((double)values[k]) / limit * 2048.0)] += k < DRAWN ? TIMES : 1;
        for (int kept = count; kept >= levels; kept -= 4)
            least = fmin(least, divergence_of(bins, count, kept, levels));
        struct range got = observe_drawn(TYPE_I8, "entropy", values);
        float most = fmaxf(-got.low, got.high);
        int kept = most < end ? (int)round((double)most / limit * 2048.0) : count;
        near(divergence_of(bins, count, kept, levels), least, 1e-6);
        cut += most < end;
        near(observe_drawn(TYPE_I16, "entropy", values).low, all.low, 0.0);
        near(observe_drawn(TYPE_I16, "entropy", values).high, all.high, 0.0);
    }
    assert_in_range(cut, 3, 6);
}

static void the_average_is_that_of_single_ranges(void **state)
{
    static const float values[] = {-1.0f, 2.0f, 0.5f, -3.0f, 8.0f, 0.0f};
    (void)state;
    struct range range = observe("average", 0.0, values, COUNT(values));
    near(range.low, -2.0, 1e-7);
    near(range.high, 5.0, 1e-7);
}

/* A percentile leaves out its share of the values on either side, to one bin of the histogram, and
 * errs on the side of keeping more. */
static void percentiles_of_an_even_distribution(void **state)
{
    enum { N = 20001 };
    static const double percentiles[] = {50.0, 90.0, 99.0, 99.9, 100.0};
    static const struct {
        float first, step;
    } cases[] = {{-5.0f, 5e-4f}, {0.0f, 1e-3f}, {20.0f, -1e-3f}, {-1e-3f, 5e-6f}, {100.0f, 0.01f}};
    float *values = calloc(N, sizeof(*values));
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        for (int i = 0; i < N; i++)
            values[i] = cases[c].first + cases[c].step * (float)i;
        float least = fminf(values[0], values[N - 1]), most = fmaxf(values[0], values[N - 1]);
        float bin = 2.0f * 2.0f * fmaxf(-least, most) / 4096.0f;
        for (size_t p = 0; p < COUNT(percentiles); p++) {
            struct range got = observe("percentile", percentiles[p], values, N);
            float cut = (most - least) * (float)(1.0 - percentiles[p] / 100.0);
            assert_true(got.seen && got.low >= least && got.high <= most);
            assert_true(got.low <= least + cut * 1.0001f);
            assert_true(got.low >= least + cut - 1.01f * bin);
            assert_true(got.high >= most - cut * 1.0001f);
            assert_true(got.high <= most - cut + 1.01f * bin);
        }
    }
    free(values);
}

static void a_percentile_is_not_moved_by_outliers(void **state)
{
    enum { N = 10000 };
    float *values = calloc(N, sizeof(*values));
    struct random random = {3};
    (void)state;
    for (int i = 0; i < N; i++)
        values[i] = (float)(2.0 * random_unit(&random) - 1.0);
    values[17] = -50.0f;
    values[4000] = 100.0f;
    struct range all = observe("minmax", 99.9, values, N);
    near(all.low, -50.0, 0.0);
    near(all.high, 100.0, 0.0);
    struct range most = observe("percentile", 99.9, values, N);
    assert_true(most.high > 0.99f && most.high < 1.1f);
    assert_true(most.low < -0.99f && most.low > -1.1f);
    free(values);
}

/* Groups */

static const struct range ranges_of_five[] = {{-1.0f, 3.0f, true},
                                              {-2.0f, 1.0f, true},
                                              {0.0f, 1.0f, true},
                                              {0, 0, false},
                                              {0.0f, 1.005f, true}};

static struct groups five_groups(enum type type)
{
    struct groups groups;
    struct ranges ranges = {.items = (struct range *)(uintptr_t)ranges_of_five, .count = 5};
    groups_init(&groups, type, &ranges, ranges.count);
    return groups;
}

/* As SOFTMAX's output has it. */
static const struct scale fixed = {1.0f / 256, -128}, other = {1.0f / 128, 0};

static void check_scale(const struct groups *groups, int tensor, double scale, int32_t zero_point)
{
    struct scale got = groups_scale(groups, tensor);
    near(got.scale, scale, 2e-7);
    assert_int_equal(got.zero_point, zero_point);
}

static void tied_tensors_share_the_widest_range(void **state)
{
    struct groups groups = five_groups(TYPE_I8);
    (void)state;
    check_scale(&groups, 0, 4.0 / 255, -64);
    check_scale(&groups, 1, 3.0 / 255, 42);
    assert_false(groups_known(&groups, 3));
    assert_true(groups_tie(&groups, 0, 3));
    assert_true(groups_known(&groups, 3));
    check_scale(&groups, 3, 4.0 / 255, -64);
    assert_true(groups_tie(&groups, 3, 1));
    assert_true(groups_tie(&groups, 1, 0)); /* already */
    for (int i = 0; i < 4; i++)
        if (i != 2)
            check_scale(&groups, i, 5.0 / 255, -26);
    check_scale(&groups, 2, 1.0 / 255, -128);
    assert_int_equal(groups_root(&groups, 0), groups_root(&groups, 1));
    groups_widen(&groups, 3, (struct range){-2.0f, 8.0f, true});
    check_scale(&groups, 0, 10.0 / 255, -77);
    groups_widen(&groups, 3, (struct range){-99.0f, 99.0f, false});
    check_scale(&groups, 0, 10.0 / 255, -77);
    groups_release(&groups);
}

static void a_fixed_scale_holds_for_its_group(void **state)
{
    struct groups groups = five_groups(TYPE_I8);
    (void)state;
    assert_true(groups_fix(&groups, 3, fixed));
    assert_true(groups_known(&groups, 3));
    assert_true(groups_fix(&groups, 3, fixed));
    assert_false(groups_fix(&groups, 3, other));
    check_scale(&groups, 3, 1.0 / 256, -128);
    assert_true(groups_tie(&groups, 2, 3)); /* 1.0 lies one step beyond 255/256 */
    check_scale(&groups, 2, 1.0 / 256, -128);
    assert_false(groups_tie(&groups, 4, 3)); /* 1.005 does not */
    assert_false(groups_tie(&groups, 3, 0));
    check_scale(&groups, 4, 1.005 / 255, -128);
    check_scale(&groups, 0, 4.0 / 255, -64);
    assert_int_equal(groups_root(&groups, 0), 0);
    groups_release(&groups);
}

static void different_fixed_scales_are_not_tied(void **state)
{
    struct groups groups = five_groups(TYPE_I8);
    (void)state;
    assert_true(groups_fix(&groups, 2, fixed));
    assert_true(groups_fix(&groups, 3, other));
    assert_false(groups_tie(&groups, 2, 3));
    check_scale(&groups, 2, 1.0 / 256, -128);
    check_scale(&groups, 3, 1.0 / 128, 0);
    groups_release(&groups);
}

static void groups_of_int16_are_symmetric(void **state)
{
    struct groups groups = five_groups(TYPE_I16);
    (void)state;
    assert_true(groups_tie(&groups, 0, 1));
    check_scale(&groups, 1, 3.0 / 32767, 0);
    groups_release(&groups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_become_scales),
        cmocka_unit_test(int8_has_zero_and_covers_the_range),
        cmocka_unit_test(a_scale_spans_its_integers),
        cmocka_unit_test(a_constants_range_skips_what_is_no_number),
        cmocka_unit_test(constants_are_rounded_and_clamped),
        cmocka_unit_test(weights_have_a_scale_per_channel_or_one),
        cmocka_unit_test(channels_can_be_the_last_dimension),
        cmocka_unit_test(weights_use_their_range_and_no_more),
        cmocka_unit_test(a_dead_channel_takes_a_scale_that_its_bias_fits),
        cmocka_unit_test(one_scale_grows_for_the_greatest_bias),
        cmocka_unit_test(weights_that_are_no_numbers_do_not_spread),
        cmocka_unit_test(observers_skip_what_is_no_number),
        cmocka_unit_test(a_constant_tensor_keeps_its_range),
        cmocka_unit_test(least_errors_are_found),
        cmocka_unit_test(a_guard_lets_only_outliers_go),
        cmocka_unit_test(least_divergences_are_found),
        cmocka_unit_test(the_average_is_that_of_single_ranges),
        cmocka_unit_test(percentiles_of_an_even_distribution),
        cmocka_unit_test(a_percentile_is_not_moved_by_outliers),
        cmocka_unit_test(tied_tensors_share_the_widest_range),
        cmocka_unit_test(a_fixed_scale_holds_for_its_group),
        cmocka_unit_test(different_fixed_scales_are_not_tied),
        cmocka_unit_test(groups_of_int16_are_symmetric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
