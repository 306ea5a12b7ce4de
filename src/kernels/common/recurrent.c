#include "kernels/common/recurrent.h"

#include "graph/infer.h"

static enum status check_types(const struct kernel_call *call, struct error *error)
{
    for (int i = 0; i < call->n_inputs; i++) {
        const struct tensor *tensor = call->inputs[i].tensor;
        enum type wanted = i == RECURRENT_LENGTHS ? TYPE_I32 : TYPE_F32;
        if (tensor && tensor->type != wanted)
            return error_set(error, STATUS_UNSUPPORTED, NULL, "input %d ('%s') is %s, expected %s",
                             i, tensor->name, type_name(tensor->type), type_name(wanted));
    }
    return STATUS_OK;
}

enum status recurrent_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *x = &call->inputs[RECURRENT_X].tensor->shape,
                       *w = &call->inputs[RECURRENT_W].tensor->shape;
    const struct shape *r = &call->inputs[RECURRENT_R].tensor->shape;
    struct recurrent *layer = call->state = arena_alloc(arena, sizeof(*layer));
    *layer = (struct recurrent){
        .time = (size_t)x->dim[0],
        .batch = (size_t)x->dim[1],
        .depth = (size_t)x->dim[2],
        .hidden = (size_t)r->dim[2],
        .directions = (size_t)w->dim[0],
        .gates = (size_t)infer_gates(call->node->op),
    };
    call->items[0] = layer->directions * layer->batch;
    call->scratch_bytes =
        (size_t)call->n_threads * RECURRENT_WORK_ROWS * layer->hidden * sizeof(float);
    return check_types(call, error);
}
