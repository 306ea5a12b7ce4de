/* Mode fp16: float16 weights, widened by a DEQUANTIZE. */
#include <math.h>
#include <stdlib.h>

#include "base/half.h"
#include "base/memory.h"
#include "quantize/modes.h"

/* The largest finite half. */
#define HALF_MAX 65504.0f

static int add_halves(struct graph *graph, int tensor)
{
    struct tensor copy = graph->tensors[tensor];
    size_t count = shape_elements(&copy.shape);
    const float *values = copy.data;
    uint16_t *halves = arena_alloc(graph->arena, count * sizeof(*halves));
    for (size_t i = 0; i < count; i++) {
        float value = values[i];
        bool beyond = isfinite(value) && fabsf(value) > HALF_MAX;
        halves[i] = half_from_float(beyond ? copysignf(HALF_MAX, value) : value);
    }
    copy.type = TYPE_F16;
    copy.data = halves;
    return graph_add_tensor(graph, &copy);
}

/* Halves of every float constant that a node reads; wide[t] is the tensor that replaces constant t,
 * computed by a DEQUANTIZE at the start. */
static void shrink_constants(struct graph *graph, const struct node *nodes, int count, int *wide)
{
    for (int n = 0; n < count; n++)
        for (int i = 0; i < nodes[n].n_inputs; i++) {
            int tensor = nodes[n].inputs[i];
            if (tensor == NO_TENSOR || !graph->tensors[tensor].data ||
                graph->tensors[tensor].type != TYPE_F32)
                continue;
            if (wide[tensor] == NO_TENSOR) {
                int stored = add_halves(graph, tensor);
                struct tensor widened = graph->tensors[tensor];
                widened.data = NULL;
                wide[tensor] = graph_add_tensor(graph, &widened);
                graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &wide[tensor], 1, NULL);
            }
            nodes[n].inputs[i] = wide[tensor];
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
    .place = "GPU",
    .apply = apply,
};
