/* Convolutions that are made of products: those in groups, one product per group of channels, and
 * transposed ones, which gather what reaches a pixel through a filter's cells.
 *
 * Each part is a call of its own on a cut of the tensors. Its data come to be known when it
 * runs. */
#include "kernels/common/multipliers.h"
#include "kernels/common/widened.h"
#include "kernels/fast/product/product.h"

#if !HAS_HALF_ARITHMETIC

/* Of a call, and of a part: image, filter, and for TRANSPOSE_CONV the image once more; bias. */
#define OPERANDS_MAX 4

/* A call's state. */
struct parts {
    int groups;
    struct kernel_call *calls; /* all have as many stages and items as the first */
    size_t scratch_bytes;      /* of each */
    size_t out_bytes;          /* from the outputs of a group to those of the next */
};

/* The cut of a tensor along a dimension; elements that lie together. */
static void cut(struct operand *operand, int dimension, const struct product_part *part)
{
    struct tensor *tensor = (struct tensor *)(uintptr_t)operand->tensor;
    int32_t size = tensor->shape.dim[dimension] / part->groups;
    tensor->shape.dim[dimension] = size;
    size_t bytes = tensor_bytes(tensor), first = (size_t)(part->group * size);
    if (operand->data)
        operand->data = (char *)operand->data + (size_t)part->group * bytes;
    if (tensor->quant.count > 1) {
        tensor->quant.count = size;
        tensor->quant.scale += first;
        tensor->quant.zero_point += first;
    }
}

/* Which operand of the call is operand i of a part: the products read input 0. */
static int source_of(const struct kernel_call *call, int i)
{
    return call->node->op == OP_TRANSPOSE_CONV && i == 0 ? 2 : i;
}

static void copy_operands(struct kernel_call *made, const struct kernel_call *call,
                          struct arena *arena)
{
    made->inputs = arena_alloc(arena, OPERANDS_MAX * sizeof(*made->inputs));
    made->outputs = arena_copy(arena, call->outputs, sizeof(*call->outputs));
    for (int i = 0; i < call->n_inputs; i++) {
        made->inputs[i] = call->inputs[source_of(call, i)];
        if (made->inputs[i].tensor)
            made->inputs[i].tensor =
                arena_copy(arena, made->inputs[i].tensor, sizeof(struct tensor));
    }
    made->outputs[0].tensor = arena_copy(arena, call->outputs[0].tensor, sizeof(struct tensor));
}

static struct kernel_call part_of(const struct kernel_call *call, const struct product_part *part,
                                  struct arena *arena)
{
    struct kernel_call made = *call;
    copy_operands(&made, call, arena);
    if (part->groups == 1)
        return made;
    struct tensor *in = (struct tensor *)(uintptr_t)made.inputs[0].tensor;
    struct tensor *out = (struct tensor *)(uintptr_t)made.outputs[0].tensor;
    in->shape.dim[3] /= part->groups;
    out->shape.dim[3] /= part->groups;
    cut(&made.inputs[1], 0, part);
    if (made.n_inputs > 2 && made.inputs[2].tensor)
        cut(&made.inputs[2], 0, part);
    return made;
}

static int groups_of(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    return call->node->op == OP_CONV_2D ? in->dim[3] / call->inputs[1].tensor->shape.dim[3] : 1;
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct parts *parts = call->state = arena_alloc(arena, sizeof(*parts));
    const struct tensor *out = call->outputs[0].tensor;
    parts->groups = groups_of(call);
    parts->calls = arena_alloc(arena, (size_t)parts->groups * sizeof(*parts->calls));
    parts->out_bytes = (size_t)(out->shape.dim[3] / parts->groups) * type_size(out->type);
    for (int g = 0; g < parts->groups; g++) {
        const struct product_part part = {g, parts->groups, product_is_asymmetric(call)};
        parts->calls[g] = part_of(call, &part, arena);
        enum status status = product_make(&parts->calls[g], &part, arena, error);
        if (status != STATUS_OK)
            return status;
    }
    parts->scratch_bytes = scratch_aligned(parts->calls[0].scratch_bytes + KERNEL_OVERREAD);
    call->scratch_bytes = (size_t)parts->groups * parts->scratch_bytes;
    call->n_stages = parts->calls[0].n_stages;
    for (int s = 0; s < call->n_stages; s++)
        call->items[s] = (size_t)parts->groups * parts->calls[0].items[s];
    return STATUS_OK;
}

/* Items first..last-1 of a part's stage, on the data that the call has now. */
static void run_part(const struct kernel_call *call, int group, int stage, size_t first,
                     size_t last, int thread)
{
    const struct parts *parts = call->state;
    struct kernel_call part = parts->calls[group];
    struct operand inputs[OPERANDS_MAX], output = part.outputs[0];
    memcpy(inputs, part.inputs, (size_t)part.n_inputs * sizeof(*inputs));
    inputs[0].data = call->inputs[source_of(call, 0)].data;
    output.data = (char *)call->outputs[0].data + (size_t)group * parts->out_bytes;
    output.row_step = call->outputs[0].row_step;
    part.inputs = inputs;
    part.outputs = &output;
    part.scratch = call->scratch + (size_t)group * parts->scratch_bytes;
    product_run(&part, stage, first, last, thread);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct parts *parts = call->state;
    size_t items = parts->calls[0].items[stage];
    while (first < last) {
        size_t group = first / items, end = (group + 1) * items;
        end = end < last ? end : last;
        run_part(call, (int)group, stage, first - group * items, end - group * items, thread);
        first = end;
    }
}

/* Of more groups the filters are so small that lanes stay empty, but what a group costs besides
 * does not. */
#define GROUPS_MAX 256

static bool accepts_groups(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return product_is_packable(call) && filter->dim[3] > 0 && in->dim[3] > filter->dim[3] &&
           in->dim[3] % filter->dim[3] == 0 && groups_of(call) <= GROUPS_MAX &&
           filter->dim[0] % groups_of(call) == 0;
}

/* Packed as the product finds: as int8, or as int4. */
static bool accepts_groups_widened(const struct kernel_call *call)
{
    return widened_accepts(call) && accepts_groups(call);
}

static bool accepts_widened(const struct kernel_call *call)
{
    return widened_accepts(call) && product_is_packable(call);
}

#define ROW(text, op_, data, weights, accepts_, widens_)                                           \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {data, weights, data}, .spaces_rows = true, .widens = (widens_),                  \
        .accepts = (accepts_), .prepare = prepare, .run = run                                      \
    }
#define ROWS(text, op, accepts, accepts_widened)                                                   \
    ROW(text "_f32", op, TYPE_F32, TYPE_F32, accepts, false),                                      \
        ROW(text "_f32_f16", op, TYPE_F32, TYPE_F16, accepts, false),                              \
        ROW(text "_f32_bf16", op, TYPE_F32, TYPE_BF16, accepts, false),                            \
        ROW(text "_f32_w8", op, TYPE_F32, TYPE_I8, accepts_widened, true),                         \
        ROW(text "_i8", op, TYPE_I8, TYPE_I8, accepts, false),                                     \
        ROW(text "_i8_u8", op, TYPE_I8, TYPE_U8, accepts, false),                                  \
        ROW(text "_u8", op, TYPE_U8, TYPE_U8, accepts, false),                                     \
        ROW(text "_i16_i8", op, TYPE_I16, TYPE_I8, accepts, false)

static const struct kernel rows[] = {
    ROWS("grouped_conv_2d", CONV_2D, accepts_groups, accepts_groups_widened),
    ROW("grouped_conv_2d_f32_i8", CONV_2D, TYPE_F32, TYPE_I8, accepts_groups, false),
    ROWS("transpose_conv", TRANSPOSE_CONV, product_is_packable, accepts_widened),
};

FAST_LIST(fast_product_parts_kernels, rows);

#endif
