#include "graph/activation.h"
#include "kernels/common/quantized.h"
#include "kernels/common/sequence.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct svdf *svdf = call->state = arena_alloc(arena, sizeof(*svdf));
    const struct shape *x = &call->inputs[SVDF_X].tensor->shape;
    const struct shape *time = &call->inputs[SVDF_TIME].tensor->shape;
    size_t rank = (size_t)call->node->params.svdf.rank;
    *svdf = (struct svdf){
        .samples = (size_t)x->dim[0],
        .depth = (size_t)x->dim[1],
        .filters = (size_t)time->dim[0],
        .memory = (size_t)time->dim[1],
        .rank = rank,
        .units = (size_t)time->dim[0] / rank,
        .feature_scale = 1.0f,
        .time_scale = 1.0f,
    };
    call->items[0] = svdf->samples;
    return activation_check(call->node->params.svdf.activation, error);
}

enum status svdf_prepare_float(struct kernel_call *call, struct arena *arena, struct error *error)
{
    static const struct sequence_operand operands[] = {{SVDF_FEATURE, TYPE_F32, false, false},
                                                       {SVDF_TIME, TYPE_F32, false, false},
                                                       {SVDF_BIAS, TYPE_F32, false, false},
                                                       {SVDF_STATE, TYPE_F32, false, false}};
    enum status status = prepare(call, arena, error);
    return status == STATUS_OK ? sequence_check(call, operands, COUNT(operands), error) : status;
}

enum status svdf_prepare_hybrid(struct kernel_call *call, struct arena *arena, struct error *error)
{
    static const struct sequence_operand operands[] = {{SVDF_FEATURE, TYPE_I8, true, false},
                                                       {SVDF_TIME, TYPE_I8, true, false},
                                                       {SVDF_BIAS, TYPE_F32, false, false},
                                                       {SVDF_STATE, TYPE_F32, false, false}};
    enum status status = prepare(call, arena, error);
    if (status == STATUS_OK)
        status = sequence_check(call, operands, COUNT(operands), error);
    if (status != STATUS_OK)
        return status;
    struct svdf *svdf = call->state;
    svdf->feature_scale = sequence_scale(call, SVDF_FEATURE);
    svdf->time_scale = sequence_scale(call, SVDF_TIME);
    call->scratch_bytes = (size_t)call->n_threads * svdf->depth;
    return STATUS_OK;
}

enum status svdf_prepare_integer(struct kernel_call *call, struct arena *arena, struct error *error)
{
    static const struct sequence_operand operands[] = {{SVDF_X, TYPE_I8, true, true},
                                                       {SVDF_FEATURE, TYPE_I8, true, false},
                                                       {SVDF_TIME, TYPE_I16, true, false},
                                                       {SVDF_BIAS, TYPE_I32, false, false},
                                                       {SVDF_STATE, TYPE_I16, true, false}};
    enum status status = prepare(call, arena, error);
    if (status == STATUS_OK)
        status = sequence_check(call, operands, COUNT(operands), error);
    if (status == STATUS_OK)
        status = quantized_check(call->outputs[SVDF_Y].tensor, "output", error);
    if (status != STATUS_OK)
        return status;
    struct svdf *svdf = call->state;
    float state_scale = sequence_scale(call, SVDF_STATE);
    float out_scale = call->outputs[SVDF_Y].tensor->quant.scale[0];
    /* In single precision, as TFLite computes them. */
    float to_state =
        sequence_scale(call, SVDF_X) * sequence_scale(call, SVDF_FEATURE) / state_scale;
    float to_output = state_scale * sequence_scale(call, SVDF_TIME) / out_scale;
    svdf->to_state = multiplier_from((double)to_state);
    svdf->to_output = multiplier_from((double)to_output);
    return STATUS_OK;
}
