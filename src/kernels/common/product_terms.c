#include "kernels/common/product_terms.h"

#include "kernels/common/hybrid.h"

static enum status prepare_integers(const struct kernel_call *call, struct product_terms *terms,
                                    enum activation activation, struct arena *arena,
                                    struct error *error)
{
    const struct tensor *out = call->outputs[0].tensor;
    struct multiplier *multipliers = NULL;
    double *factors = NULL;
    enum status status = call->rounding == ROUNDING_ONCE
                             ? factors_new(call, arena, &factors, error)
                             : multipliers_new(call, arena, &multipliers, error);
    if (status != STATUS_OK)
        return status;
    terms->multipliers = multipliers;
    terms->factors = factors;
    terms->zero[0] = product_input(call)->tensor->quant.zero_point[0];
    terms->zero[1] = product_weights(call)->tensor->quant.zero_point[0];
    terms->zero[2] = out->quant.zero_point[0];
    terms->range = quantized_range(activation, out);
    terms->is_wide = out->type == TYPE_I16 && !product_is_narrow(call);
    return STATUS_OK;
}

static enum status check_plain(const struct kernel_call *call, enum activation activation,
                               struct error *error)
{
    if (product_weights(call)->tensor->type != TYPE_I32 || activation != ACTIVATION_NONE)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "a product of int32 with %s and fused activation %d",
                         type_name(product_weights(call)->tensor->type), (int)activation);
    return STATUS_OK;
}

static enum status prepare_hybrid(struct kernel_call *call, struct product_terms *terms,
                                  size_t image_elements, struct arena *arena, struct error *error)
{
    float *scales;
    enum status status = weight_scales_new(call, arena, &scales, error);
    if (status != STATUS_OK)
        return status;
    size_t elements = shape_elements(&product_input(call)->tensor->shape);
    size_t images = image_elements ? elements / image_elements : 0;
    terms->weight_scales = scales;
    terms->is_asymmetric = product_is_asymmetric(call);
    terms->image_elements = image_elements;
    terms->scales_at = (elements * sizeof(int16_t) + 63) / 64 * 64;
    call->scratch_bytes = terms->scales_at + images * sizeof(struct run_scale);
    call->items[1] = call->items[0];
    call->items[0] = images;
    call->n_stages = 2;
    return STATUS_OK;
}

enum status product_prepare(struct kernel_call *call, int32_t activation, size_t items,
                            size_t image_elements, struct arena *arena, struct error *error)
{
    struct product_terms *terms = call->state;
    struct product_operands operands = product_operands(call);
    terms->input = (int)(operands.input - call->inputs);
    terms->weights = (int)(operands.weights - call->inputs);
    terms->bias = operands.bias ? (int)(operands.bias - call->inputs) : NO_INPUT;
    enum type input = product_input(call)->tensor->type,
              weights = product_weights(call)->tensor->type;
    enum status status = product_check_bias(call, error);
    if (status == STATUS_OK)
        status = activation_check(activation, error);
    if (status != STATUS_OK)
        return status;
    call->n_stages = 1;
    call->items[0] = items;
    activation_range((enum activation)activation, &terms->low, &terms->high);
    if (input == TYPE_I32)
        return check_plain(call, (enum activation)activation, error);
    if (input != TYPE_F32)
        return prepare_integers(call, terms, (enum activation)activation, arena, error);
    return weights == TYPE_I8 && !call->widens
               ? prepare_hybrid(call, terms, image_elements, arena, error)
               : STATUS_OK;
}
