#include "kernels/common/pad.h"

#include <string.h>

#include "graph/infer.h"
#include "kernels/common/operands.h"

static void set_dimensions(struct pad *pad, const struct shape *in, const struct shape *out,
                           const int32_t *pads)
{
    int rank = in->rank;
    while (rank > 0 && in->dim[rank - 1] == out->dim[rank - 1])
        rank--;
    pad->unit = pad->size * shape_span(in, rank, in->rank);
    for (int i = 0; i < rank; i++) {
        pad->in[i] = (size_t)in->dim[i];
        pad->out[i] = (size_t)out->dim[i];
        pad->before[i] = (size_t)pads[2 * i];
    }
    pad->rank = rank;
    if (rank == 0) {
        pad->rank = 1;
        pad->in[0] = pad->out[0] = 1;
    }
    size_t row = pad->unit * pad->out[pad->rank - 1];
    pad->rows = portions_of(shape_span(out, 0, pad->rank - 1), row);
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct node_view view;
    int32_t pads[2 * SHAPE_RANK_MAX];
    int count;
    node_view_init(&view, call);
    enum status status =
        infer_constant(&view.graph, &view.node, 1, pads, 2 * SHAPE_RANK_MAX, &count, error);
    if (status == STATUS_OK)
        status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK && count != 2 * in->shape.rank)
        status = error_set(error, STATUS_FORMAT, NULL, "%d paddings for %d dimensions", count,
                           in->shape.rank);
    if (status != STATUS_OK)
        return status;
    struct pad *pad = call->state = arena_alloc(arena, sizeof(*pad));
    pad->size = type_size(in->type);
    set_dimensions(pad, &in->shape, &call->outputs[0].tensor->shape, pads);
    call->items[0] = pad->rows.items;
    return STATUS_OK;
}

void pad_zero(const struct tensor *tensor, unsigned char value[sizeof(int64_t)])
{
    memset(value, 0, sizeof(int64_t));
    if (!type_is_quantized(tensor->type) || tensor->quant.count == 0)
        return;
    int16_t zero_point = (int16_t)tensor->quant.zero_point[0];
    if (tensor->type == TYPE_I16)
        memcpy(value, &zero_point, sizeof(zero_point));
    else
        value[0] = (uint8_t)zero_point;
}

enum status pad_prepare_zero(struct kernel_call *call, struct arena *arena, struct error *error)
{
    enum status status = prepare(call, arena, error);
    if (status == STATUS_OK)
        pad_zero(call->inputs[0].tensor, ((struct pad *)call->state)->value);
    return status;
}

enum status pad_prepare_value(struct kernel_call *call, struct arena *arena, struct error *error)
{
    enum status status = operands_check_same(&call->inputs[0], &call->inputs[2], error);
    return status == STATUS_OK ? prepare(call, arena, error) : status;
}

enum status pad_prepare_mirror(struct kernel_call *call, struct arena *arena, struct error *error)
{
    enum status status = prepare(call, arena, error);
    if (status == STATUS_OK)
        ((struct pad *)call->state)->edge = call->node->params.mirror.mode == MIRROR_SYMMETRIC;
    return status;
}
