/* SLICE and STRIDED_SLICE: a box of the input, perhaps with gaps or backwards. */
#include "kernels/common/slice.h"
#include "kernels/lists.h"
#include "kernels/reference/moves.h"

#define ANY(text, op_, prepare_)                                                                   \
    {                                                                                              \
        .name = text "_any_copy", .op = OP_##op_, .isa = ISA_REFERENCE,                            \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = (prepare_), .run = moves_run           \
    }

static const struct kernel rows[] = {
    ANY("slice", SLICE, slice_prepare),
    ANY("strided_slice", STRIDED_SLICE, slice_prepare_strided),
};

KERNEL_LIST(reference_slice_kernels, rows);
