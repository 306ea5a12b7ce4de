#include "node_harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/half.h"
#include "engine/call.h"
#include "graph/element.h"
#include "graph/infer.h"

int harness_tensor(struct graph *graph, enum type type, struct shape shape, float scale,
                   int32_t zero_point)
{
    struct tensor tensor = {.name = "t", .type = type, .shape = shape};
    if (scale > 0.0f)
        tensor.quant = quantization_per_tensor(graph, scale, zero_point);
    return graph_add_tensor(graph, &tensor);
}

int harness_constant(struct graph *graph, enum type type, struct shape shape, float scale,
                     int32_t zero_point, const void *elements)
{
    int number = harness_tensor(graph, type, shape, scale, zero_point);
    struct tensor *tensor = &graph->tensors[number];
    tensor->data = arena_copy(graph->arena, elements, tensor_bytes(tensor));
    return number;
}

int harness_ints(struct graph *graph, const int32_t *values, int count)
{
    struct shape shape = count ? SHAPE(count) : (struct shape){0};
    return harness_constant(graph, TYPE_I32, shape, 0.0f, 0, values);
}

void harness_per_axis(struct graph *graph, int tensor, int axis, const float *scales)
{
    struct tensor *t = &graph->tensors[tensor];
    size_t count = (size_t)t->shape.dim[axis];
    t->quant = (struct quantization){
        .count = (int)count,
        .axis = axis,
        .scale = arena_copy(graph->arena, scales, count * sizeof(*scales)),
        .zero_point = arena_alloc(graph->arena, count * sizeof(int32_t)),
    };
}

static int64_t random_integer(struct random *random, int64_t low, int64_t high, bool extremes)
{
    if (extremes && random_below(random, 3) == 0)
        return random_below(random, 2) ? low : high;
    return low + (int64_t)random_below(random, (size_t)(high - low + 1));
}

double harness_get(enum type type, const void *elements, size_t i)
{
    switch (type) {
    case TYPE_F32:
        return (double)((const float *)elements)[i];
    case TYPE_F16:
        return (double)half_to_float(((const uint16_t *)elements)[i]);
    case TYPE_BF16:
        return (double)brain_to_float(((const uint16_t *)elements)[i]);
    case TYPE_F64:
        return ((const double *)elements)[i];
    default:
        return (double)element_load(type, elements, i);
    }
}

void harness_set(enum type type, void *elements, size_t i, double value)
{
    switch (type) {
    case TYPE_F32:
        ((float *)elements)[i] = (float)value;
        break;
    case TYPE_F16:
        ((uint16_t *)elements)[i] = half_from_float((float)value);
        break;
    case TYPE_BF16:
        ((uint16_t *)elements)[i] = brain_from_float((float)value);
        break;
    case TYPE_F64:
        ((double *)elements)[i] = value;
        break;
    default:
        element_store(type, elements, i, (int64_t)value);
    }
}

void harness_fill(struct random *random, enum type type, void *elements, size_t count,
                  double spread, bool extremes)
{
    bool whole = type_is_quantized(type) || type == TYPE_BOOL;
    int64_t low = whole ? type_lowest(type) : 0,
            high = whole ? type_highest(type) : (int64_t)spread;
    for (size_t i = 0; i < count; i++) {
        double real = (2.0 * random_unit(random) - 1.0) * spread;
        int64_t integer = random_integer(random, low, high, extremes);
        harness_set(type, elements, i, type_is_real(type) ? real : (double)integer);
    }
}

static bool calls_widen;

void harness_widen(bool widens)
{
    calls_widen = widens;
}

bool harness_widens(void)
{
    return calls_widen;
}

/* The call for node 0, with the elements of its tensors where they are known. */
static struct kernel_call make_call(struct graph *graph, int threads)
{
    struct kernel_call call = call_new(graph, &graph->nodes[0], threads, graph->arena);
    call.widens = calls_widen;
    return call;
}

static void infer_or_fail(struct graph *graph)
{
    struct error error;
    if (infer_node(graph, &graph->nodes[0], &error) != STATUS_OK)
        fail_msg("shape inference: %s: %s", error.where, error.text);
}

enum status harness_prepare(struct graph *graph, const struct kernel *kernel, struct error *error)
{
    infer_or_fail(graph);
    struct kernel_call call = make_call(graph, 1);
    return kernel->prepare(&call, graph->arena, error);
}

size_t harness_scratch(struct graph *graph, const struct kernel *kernel)
{
    struct error error;
    infer_or_fail(graph);
    struct kernel_call call = make_call(graph, 1);
    if (kernel->prepare(&call, graph->arena, &error) != STATUS_OK)
        fail_msg("%s: prepare: %s", kernel->name, error.text);
    return call.scratch_bytes;
}

/* Runs each stage in pieces of uneven size, from the last to the first: no kernel may depend on the
 * order. */
static void run_stages(const struct kernel *kernel, const struct kernel_call *call)
{
    for (int stage = 0; stage < call->n_stages; stage++) {
        size_t last = call->items[stage];
        int pieces = call->n_threads;
        for (int piece = pieces - 1; piece >= 0; piece--) {
            size_t first = piece == 0 ? 0 : last - last / (size_t)(piece + 1);
            if (first < last)
                kernel->run(call, stage, first, last, piece);
            last = first;
        }
    }
}

/* Activations are followed by bytes that kernels may read and must ignore. */
static void *padded_copy(struct graph *graph, const struct tensor *tensor, const void *elements)
{
    size_t bytes = tensor_bytes(tensor);
    char *copy = arena_alloc(graph->arena, bytes + KERNEL_OVERREAD);
    memcpy(copy, elements, bytes);
    memset(copy + bytes, 0xff, KERNEL_OVERREAD);
    return copy;
}

void *harness_run_output(struct graph *graph, const struct kernel *kernel, int threads,
                         void *const *inputs, int output)
{
    struct error error;
    infer_or_fail(graph);
    struct kernel_call call = make_call(graph, threads);
    if (kernel->prepare(&call, graph->arena, &error) != STATUS_OK)
        fail_msg("%s: prepare: %s", kernel->name, error.text);
    for (int i = 0; i < call.n_inputs; i++)
        if (inputs[i])
            call.inputs[i].data = padded_copy(graph, call.inputs[i].tensor, inputs[i]);
    for (int i = 0; i < call.n_outputs; i++) {
        size_t bytes = tensor_bytes(call.outputs[i].tensor);
        call.outputs[i].data = arena_alloc(graph->arena, bytes);
        memset(call.outputs[i].data, 0xa5, bytes);
    }
    call.scratch = arena_alloc(graph->arena, call.scratch_bytes + KERNEL_OVERREAD);
    memset(call.scratch, 0x5a, call.scratch_bytes + KERNEL_OVERREAD);
    run_stages(kernel, &call);
    return call.outputs[output].data;
}

void *harness_run(struct graph *graph, const struct kernel *kernel, int threads,
                  void *const *inputs)
{
    return harness_run_output(graph, kernel, threads, inputs, 0);
}

const struct kernel *harness_kernel(struct graph *graph, enum isa most, bool exactly)
{
    struct error error;
    infer_or_fail(graph);
    struct kernel_call call = make_call(graph, 1);
    const struct kernel *kernel = kernel_find(&call, most, &error);
    if (!kernel)
        fail_msg("%s", error.text);
    return exactly && kernel->isa != most ? NULL : kernel;
}

void harness_narrow(struct graph *graph, int tensor, int32_t block, const float *scales)
{
    struct tensor *own = &graph->tensors[tensor];
    size_t count = shape_elements(&own->shape), blocks = block > 0 ? count / (size_t)block : 0;
    int8_t *narrow = arena_alloc(graph->arena, count);
    for (size_t i = 0; i < count; i++)
        narrow[i] = (int8_t)(((const int8_t *)own->data)[i] / 16);
    own->data = narrow;
    own->bits = 4;
    if (block == 0)
        return;
    own->quant = (struct quantization){
        .count = (int)blocks,
        .axis = own->shape.rank - 1,
        .block = block,
        .scale = arena_copy(graph->arena, scales, blocks * sizeof(*scales)),
        .zero_point = arena_alloc(graph->arena, blocks * sizeof(int32_t)),
    };
}

/* NaN and infinities have no distance from themselves. */
static bool is_same_oddity(float a, float b)
{
    return (isnan(a) && isnan(b)) || (isinf(a) && isinf(b) && signbit(a) == signbit(b));
}

void harness_near(const float *a, const float *b, size_t count, double absolute, double relative)
{
    for (size_t i = 0; i < count; i++) {
        double difference = fabs((double)a[i] - (double)b[i]);
        if (!(difference <= absolute + relative * fabs((double)b[i])) &&
            !is_same_oddity(a[i], b[i]))
            fail_msg("element %zu: %.9g, expected %.9g", i, (double)a[i], (double)b[i]);
    }
}

void harness_equal(enum type type, const void *a, const void *b, size_t count)
{
    size_t size = type_size(type);
    for (size_t i = 0; i < count; i++)
        if (memcmp((const char *)a + i * size, (const char *)b + i * size, size) != 0) {
            int64_t x = 0, y = 0;
            memcpy(&x, (const char *)a + i * size, size);
            memcpy(&y, (const char *)b + i * size, size);
            fail_msg("element %zu of %zu: 0x%llx, expected 0x%llx", i, count, (long long)x,
                     (long long)y);
        }
}
