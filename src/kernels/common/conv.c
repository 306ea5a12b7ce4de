#include "kernels/common/conv.h"

#include "graph/infer.h"

enum status conv_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct conv *conv = call->state = arena_alloc(arena, sizeof(*conv));
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    int32_t size;
    struct window rows = conv_window(params, 0, in->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, in->dim[2], filter->dim[2]);
    infer_window(&rows, &size, &conv->before_h);
    infer_window(&columns, &size, &conv->before_w);
    int32_t groups = in->dim[3] / (call->node->op == OP_CONV_2D ? filter->dim[3] : 1);
    conv->channels_per_group = out->dim[3] / groups;
    return product_prepare(call, params->activation, shape_span(out, 0, 3), shape_span(in, 1, 4),
                           arena, error);
}

enum status transpose_conv_prepare(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    struct conv *conv = call->state = arena_alloc(arena, sizeof(*conv));
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    int32_t size;
    struct window rows = conv_window(params, 0, out->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, out->dim[2], filter->dim[2]);
    infer_window(&rows, &size, &conv->before_h);
    infer_window(&columns, &size, &conv->before_w);
    return product_prepare(call, params->activation, shape_span(out, 0, 3), 0, arena, error);
}
