/* Operators whose output holds the elements of the inputs, in another order or another shape. */
#include "kernels/common/reshape.h"
#include "kernels/common/quantized.h"
#include "kernels/lists.h"
#include "kernels/reference/moves.h"

/* Joins the parts, then applies the activation in place. */
static void run_concatenation_f32(const struct kernel_call *call, int stage, size_t first,
                                  size_t last, int thread)
{
    if (stage == 0) {
        moves_run(call, stage, first, last, thread);
        return;
    }
    float low, high, *out = call->outputs[0].data;
    activation_range((enum activation)call->node->params.axis.activation, &low, &high);
    struct portions elements = reshape_output_elements(call);
    size_t end = portion_begin(&elements, last);
    for (size_t i = portion_begin(&elements, first); i < end; i++)
        out[i] = clamp_real(out[i], low, high);
}

#define ROW(text, op_, type, prepare_, run_)                                                       \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type},     \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define ANY(text, op_, prepare_) ROW(text "_any_copy", op_, TYPE_ANY, prepare_, moves_run)

/* Of two rows that fit, the later one is chosen. */
static const struct kernel rows[] = {
    ANY("reshape", RESHAPE, reshape_prepare),
    ANY("squeeze", SQUEEZE, reshape_prepare),
    ANY("expand_dims", EXPAND_DIMS, reshape_prepare),
    ROW("transpose_any_reference", TRANSPOSE, TYPE_ANY, reshape_prepare_transpose, moves_run),
    {
        .name = "transpose_rows_copy",
        .op = OP_TRANSPOSE,
        .isa = ISA_REFERENCE,
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY},
        .accepts = reshape_keeps_rows,
        .prepare = reshape_prepare_transpose,
        .run = moves_run,
    },
    ANY("concatenation", CONCATENATION, reshape_prepare_concatenation),
    ROW("concatenation_f32_copy", CONCATENATION, TYPE_F32, reshape_prepare_concatenation_f32,
        run_concatenation_f32),
    ROW("concatenation_u8_copy", CONCATENATION, TYPE_U8, reshape_prepare_concatenation_u8,
        moves_run),
    ANY("pack", PACK, reshape_prepare_pack),
    ANY("unpack", UNPACK, reshape_prepare_unpack),
    ANY("split", SPLIT, reshape_prepare_split),
    ANY("split_v", SPLIT_V, reshape_prepare_split),
};

KERNEL_LIST(reference_reshape_kernels, rows);
