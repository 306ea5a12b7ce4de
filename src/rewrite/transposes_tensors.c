/* Tensors and constants in another order of dimensions. */
#include <string.h>

#include "rewrite/transposes_internal.h"

/* Quantization along an axis goes where the axis goes. */
static void permute_axis(struct quantization *quant, const struct order *order)
{
    if (quant->count > 1)
        quant->axis = order_inverse(order).at[quant->axis];
}

int permuted_like(struct graph *graph, int like, const struct order *order)
{
    struct tensor tensor = graph->tensors[like];
    tensor.shape = order_apply(order, &tensor.shape);
    tensor.data = NULL;
    permute_axis(&tensor.quant, order);
    return graph_add_tensor(graph, &tensor);
}

/* Elements in the order in which they lie in the transposed tensor. */
static void permute_elements(const struct tensor *from, const struct order *order,
                             const struct shape *out, char *to)
{
    size_t size = type_size(from->type), count = shape_elements(&from->shape);
    size_t steps[SHAPE_RANK_MAX], index[SHAPE_RANK_MAX] = {0}, at = 0;
    for (int i = 0; i < order->rank; i++)
        steps[i] = shape_span(&from->shape, order->at[i] + 1, order->rank);
    for (size_t done = 0; done < count; done++, to += size) {
        memcpy(to, (const char *)from->data + at * size, size);
        for (int d = out->rank - 1; d >= 0; d--) { /* the next index */
            at += steps[d];
            if (++index[d] < (size_t)out->dim[d])
                break;
            at -= steps[d] * index[d];
            index[d] = 0;
        }
    }
}

/* Scales of blocks lie like the elements of a tensor with fewer indices along the axis. */
static void permute_blocks(struct graph *graph, const struct tensor *from,
                           const struct order *order, struct quantization *quant)
{
    struct tensor scales = {.type = TYPE_F32, .shape = from->shape, .data = from->quant.scale};
    scales.shape.dim[from->quant.axis] /= from->quant.block;
    struct shape shape = order_apply(order, &scales.shape);
    char *permuted = arena_alloc(graph->arena, (size_t)quant->count * sizeof(float));
    permute_elements(&scales, order, &shape, permuted); /* zero points are all 0 */
    quant->scale = (const float *)(const void *)permuted;
    quant->axis = order_inverse(order).at[from->quant.axis];
}

int permuted_constant(struct graph *graph, int tensor, const struct order *order)
{
    struct tensor made = graph->tensors[tensor];
    char *elements = arena_alloc(graph->arena, tensor_bytes(&made));
    made.shape = order_apply(order, &made.shape);
    permute_elements(&graph->tensors[tensor], order, &made.shape, elements);
    made.data = elements;
    if (made.quant.block > 0)
        permute_blocks(graph, &graph->tensors[tensor], order, &made.quant);
    else
        permute_axis(&made.quant, order);
    return graph_add_tensor(graph, &made);
}
