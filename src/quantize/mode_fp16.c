/* Mode fp16: float16 weights, widened by a DEQUANTIZE. */
#include <math.h>
#include <stdlib.h>

#include "base/half.h"
#include "base/memory.h"
#include "quantize/modes.h"

/* The largest finite half. */
#define HALF_MAX 65504.0f

/* How many values a half cannot hold, and the largest of them. */
static size_t count_beyond(const struct tensor *constant, float *largest)
{
    const float *values = constant->data;
    size_t count = 0;
    *largest = 0.0f;
    for (size_t i = 0; i < shape_elements(&constant->shape); i++)
        if (isfinite(values[i]) && fabsf(values[i]) > HALF_MAX) {
            *largest = fmaxf(*largest, fabsf(values[i]));
            count++;
        }
    return count;
}

static int add_halves(struct graph *graph, int tensor)
{
    struct tensor copy = graph->tensors[tensor];
    size_t count = shape_elements(&copy.shape);
    const float *values = copy.data;
    uint16_t *halves = arena_alloc(graph->arena, count * sizeof(*halves));
    for (size_t i = 0; i < count; i++)
        halves[i] = half_from_float(values[i]);
    copy.type = TYPE_F16;
    copy.data = halves;
    return graph_add_tensor(graph, &copy);
}

/* The tensor that takes a constant's place: itself, or its halves, widened by a DEQUANTIZE. */
static int shrink(struct graph *graph, int tensor)
{
    struct tensor widened = graph->tensors[tensor];
    float largest;
    size_t beyond = count_beyond(&widened, &largest);
    if (beyond > 0) {
        graph_remark(
            graph,
            "constant '%.80s' stays float32: %zu of its values lie beyond float16's %g, up "
            "to %g",
            widened.name, beyond, (double)HALF_MAX, (double)largest);
        return tensor;
    }
    int stored = add_halves(graph, tensor);
    widened.data = NULL;
    int wide = graph_add_tensor(graph, &widened);
    graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &wide, 1, NULL);
    return wide;
}

/* Halves of every float constant that a node reads; wide[t] is the tensor that replaces constant
 * t. */
static void shrink_constants(struct graph *graph, const struct node *nodes, int count, int *wide)
{
    for (int n = 0; n < count; n++) {
        graph->origin = nodes[n].origin;
        for (int i = 0; !nodes[n].stays_float && i < nodes[n].n_inputs; i++) {
            int tensor = nodes[n].inputs[i];
            if (tensor == NO_TENSOR || !graph->tensors[tensor].data ||
                graph->tensors[tensor].type != TYPE_F32)
                continue;
            if (wide[tensor] == NO_TENSOR)
                wide[tensor] = shrink(graph, tensor);
            nodes[n].inputs[i] = wide[tensor];
        }
    }
}

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    int count, before = graph->n_tensors;
    struct node *nodes = graph_take_nodes(graph, &count);
    int *wide = xcalloc((size_t)before, sizeof(*wide));
    (void)options, (void)ranges;
    for (int i = 0; i < before; i++)
        wide[i] = NO_TENSOR;
    shrink_constants(graph, nodes, count, wide);
    for (int n = 0; n < count; n++)
        graph_keep_node(graph, &nodes[n]);
    free(wide);
    return graph_check(graph, error);
}

const struct mode mode_fp16 = {
    .name = "fp16",
    .title = "half-precision weights",
    .text = "16-bit float weights, widened in the kernels; activations stay float32: half the size "
            "with next to no loss",
    .promise_size = "2x",
    .promise_speed = "some on GPUs, slower on CPUs that widen",
    .promised_smaller = 2.0,
    .place = "GPU",
    .options = HAS_SKIP,
    .apply = apply,
};
