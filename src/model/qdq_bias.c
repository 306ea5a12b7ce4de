/* Biases of integer nodes: integers in steps of input scale times weight scale. */
#include <math.h>
#include <string.h>

#include "model/qdq_internal.h"

/* Element i as a real number, and as a count of steps where it is one already. */
struct addend {
    const struct tensor *tensor;
    const double *steps; /* the steps that are wanted, per channel or one */
    size_t n_steps;
};

static double real_at(const struct tensor *tensor, size_t i)
{
    if (tensor->type == TYPE_F32)
        return (double)((const float *)tensor->data)[i];
    const struct quantization *quant = &tensor->quant;
    size_t channel = quant->count > 1 ? i : 0;
    double q = tensor->type == TYPE_I8 ? ((const int8_t *)tensor->data)[i]
                                       : ((const int32_t *)tensor->data)[i];
    return (double)quant->scale[channel] * (q - quant->zero_point[channel]);
}

/* An int32 whose scale is the step but for the rounding of a float counts the steps itself. */
static int64_t count_at(const struct addend *addend, size_t i)
{
    const struct tensor *tensor = addend->tensor;
    double step = addend->steps[addend->n_steps > 1 ? i : 0];
    if (tensor->type == TYPE_I32) {
        size_t channel = tensor->quant.count > 1 ? i : 0;
        double scale = (double)tensor->quant.scale[channel];
        if (tensor->quant.zero_point[channel] == 0 && fabs(scale - step) <= 1e-5 * fabs(step))
            return ((const int32_t *)tensor->data)[i];
    }
    double count = round(real_at(tensor, i) / step);
    return isnan(count) ? 0 : (int64_t)fmax(-0x1p62, fmin(0x1p62, count));
}

/* The constant behind the addend, with one element per channel; NULL when there is none. */
static const struct tensor *constant_of(const struct finder *finder, int bias, size_t channels)
{
    int stored = finder_stored(finder, bias);
    const struct tensor *tensor = &finder->graph->tensors[stored == NO_TENSOR ? bias : stored];
    bool is_known =
        tensor->type == TYPE_F32 ||
        (tensor->quant.count > 0 && (tensor->type == TYPE_I32 || tensor->type == TYPE_I8) &&
         (tensor->quant.count == 1 || (size_t)tensor->quant.count == channels));
    int rank = tensor->shape.rank;
    return is_known && tensor->data && shape_elements(&tensor->shape) == channels && rank > 0 &&
                   (size_t)tensor->shape.dim[rank - 1] == channels
               ? tensor
               : NULL;
}

int integer_bias(struct finder *finder, int bias, int input, int weights)
{
    struct graph *graph = finder->graph;
    const struct tensor *data = &graph->tensors[input], *factors = &graph->tensors[weights];
    int axis = factors->quant.count > 1 ? factors->quant.axis : -1;
    size_t n_steps = (size_t)factors->quant.count;
    size_t channels =
        axis >= 0 ? (size_t)factors->shape.dim[axis] : shape_elements(&graph->tensors[bias].shape);
    bool is_wide = data->type == TYPE_I16;
    struct addend addend = {.tensor = constant_of(finder, bias, channels), .n_steps = n_steps};
    if (!addend.tensor)
        return NO_TENSOR;
    float *scales = arena_alloc(graph->arena, n_steps * sizeof(*scales));
    double *steps = arena_alloc(graph->arena, n_steps * sizeof(*steps));
    for (size_t i = 0; i < n_steps; i++) {
        steps[i] = (double)data->quant.scale[0] * (double)factors->quant.scale[i];
        scales[i] = (float)steps[i];
        if (!(scales[i] > 0.0f) || isinf(scales[i]))
            return NO_TENSOR;
    }
    addend.steps = steps;
    char *elements = arena_alloc(graph->arena, channels * sizeof(int64_t));
    for (size_t i = 0; i < channels; i++) {
        int64_t count = count_at(&addend, i);
        int32_t narrow = (int32_t)count;
        if (!is_wide && narrow != count)
            return NO_TENSOR;
        if (is_wide)
            memcpy(elements + i * sizeof(count), &count, sizeof(count));
        else
            memcpy(elements + i * sizeof(narrow), &narrow, sizeof(narrow));
    }
    struct tensor made = {
        .name = addend.tensor->name,
        .type = is_wide ? TYPE_I64 : TYPE_I32,
        .shape = SHAPE((int32_t)channels),
        .data = elements,
        .quant = {.count = (int)n_steps,
                  .scale = scales,
                  .zero_point = arena_alloc(graph->arena, n_steps * sizeof(int32_t))},
    };
    return graph_add_tensor(graph, &made);
}
