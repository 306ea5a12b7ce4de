#include "kernels/common/reshape.h"

#include "graph/infer.h"
#include "kernels/common/lookup.h"
#include "kernels/common/moves.h"
#include "kernels/common/operands.h"
#include "kernels/common/quantized.h"

/* RESHAPE, SQUEEZE, EXPAND_DIMS: the same elements in the same order, whatever the scales are. */
enum status reshape_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    enum status status = operands_check_type(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK && (in->quant.count > 1 || call->outputs[0].tensor->quant.count > 1))
        status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = moves_new(call, arena, 1, error);
    if (status != STATUS_OK)
        return status;
    struct move move = {0};
    ptrdiff_t steps[SHAPE_RANK_MAX];
    strided_steps(&in->shape, steps);
    strided_init(&move.copy, type_size(in->type), &in->shape, steps, steps);
    moves_add(call, &move);
    return STATUS_OK;
}

/* Pieces of memory from which on copying them costs what memory costs. */
#define ROW_BYTES 32

bool reshape_keeps_rows(const struct kernel_call *call)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct node_view view;
    struct error error;
    int32_t order[SHAPE_RANK_MAX];
    int count, axis;
    node_view_init(&view, call);
    return infer_constant(&view.graph, &view.node, 1, order, SHAPE_RANK_MAX, &count, &error) ==
               STATUS_OK &&
           count == in->shape.rank && count > 0 &&
           shape_axis(order[count - 1], in->shape.rank, &axis) && axis == count - 1 &&
           (size_t)in->shape.dim[axis] * type_size(in->type) >= ROW_BYTES;
}

enum status reshape_prepare_transpose(struct kernel_call *call, struct arena *arena,
                                      struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    struct node_view view;
    int32_t order[SHAPE_RANK_MAX];
    int count, axis;
    node_view_init(&view, call);
    enum status status =
        infer_constant(&view.graph, &view.node, 1, order, SHAPE_RANK_MAX, &count, error);
    if (status == STATUS_OK)
        status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = moves_new(call, arena, 1, error);
    if (status != STATUS_OK)
        return status;
    struct move move = {0};
    ptrdiff_t in_steps[SHAPE_RANK_MAX], from[SHAPE_RANK_MAX], to[SHAPE_RANK_MAX];
    strided_steps(&in->shape, in_steps);
    strided_steps(&out->shape, to);
    for (int i = 0; i < count; i++) {
        if (!shape_axis(order[i], in->shape.rank, &axis))
            return error_set(error, STATUS_FORMAT, NULL, "not a permutation of %d dimensions",
                             in->shape.rank);
        from[i] = in_steps[axis];
    }
    strided_init(&move.copy, type_size(in->type), &out->shape, from, to);
    moves_add(call, &move);
    return STATUS_OK;
}

/* A tensor that is cut along an axis into the node's outputs, or joined from its inputs. A part
 * that lacks the dimension stands for one index of it (PACK, UNPACK). */
struct cut {
    bool joins;
    int whole; /* input or output number of what is cut or joined */
    int axis;
};

static const struct operand *cut_whole(const struct kernel_call *call, const struct cut *cut)
{
    return cut->joins ? &call->outputs[cut->whole] : &call->inputs[cut->whole];
}

static const struct operand *cut_part(const struct kernel_call *call, const struct cut *cut, int i)
{
    return cut->joins ? &call->inputs[i] : &call->outputs[i];
}

/* The part's size along the axis. */
static int32_t cut_extent(const struct kernel_call *call, const struct cut *cut, int i)
{
    const struct shape *part = &cut_part(call, cut, i)->tensor->shape;
    return part->rank == cut_whole(call, cut)->tensor->shape.rank ? part->dim[cut->axis] : 1;
}

typedef enum status check_operands(const struct operand *a, const struct operand *b,
                                   struct error *error);

static struct move cut_move(const struct kernel_call *call, const struct cut *cut, int i,
                            int32_t at)
{
    const struct tensor *whole = cut_whole(call, cut)->tensor;
    ptrdiff_t steps[SHAPE_RANK_MAX], part_steps[SHAPE_RANK_MAX];
    size_t size = type_size(whole->type);
    struct shape box = whole->shape;
    box.dim[cut->axis] = cut_extent(call, cut, i);
    strided_steps(&whole->shape, steps);
    strided_steps(&box, part_steps);
    ptrdiff_t first = at * steps[cut->axis] * (ptrdiff_t)size;
    struct move move = {0};
    if (cut->joins) {
        move.input = i;
        move.output = cut->whole;
        move.to_first = first;
        strided_init(&move.copy, size, &box, part_steps, steps);
    } else {
        move.input = cut->whole;
        move.output = i;
        move.from_first = first;
        strided_init(&move.copy, size, &box, steps, part_steps);
    }
    return move;
}

static enum status prepare_cut(struct kernel_call *call, struct arena *arena, const struct cut *cut,
                               check_operands *check, struct error *error)
{
    int count = cut->joins ? call->n_inputs : call->n_outputs;
    int32_t at = 0;
    enum status status = moves_new(call, arena, count, error);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        struct move move = cut_move(call, cut, i, at);
        moves_add(call, &move);
        at += cut_extent(call, cut, i);
        status = check(cut_part(call, cut, i), cut_whole(call, cut), error);
    }
    return status;
}

/* CONCATENATION's and PACK's axis counts the output's dimensions. */
static enum status join_axis(const struct kernel_call *call, int32_t axis, struct cut *cut,
                             struct error *error)
{
    int rank = call->outputs[0].tensor->shape.rank;
    *cut = (struct cut){.joins = true};
    if (!shape_axis(axis, rank, &cut->axis))
        return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axis, rank);
    return STATUS_OK;
}

/* Only float32 has a fused activation here, as in the reference. */
static enum status concatenation_axis(const struct kernel_call *call, struct cut *cut,
                                      struct error *error)
{
    enum type type = call->outputs[0].tensor->type;
    int32_t activation = call->node->params.axis.activation;
    enum status status = activation_check(activation, error);
    if (status == STATUS_OK && activation != ACTIVATION_NONE && type != TYPE_F32)
        status = error_set(error, STATUS_UNSUPPORTED, NULL,
                           "a concatenation of %s with an activation", type_name(type));
    if (status != STATUS_OK)
        return status;
    return join_axis(call, call->node->params.axis.axis, cut, error);
}

enum status reshape_prepare_concatenation(struct kernel_call *call, struct arena *arena,
                                          struct error *error)
{
    struct cut cut;
    enum status status = concatenation_axis(call, &cut, error);
    return status == STATUS_OK ? prepare_cut(call, arena, &cut, operands_check_same, error)
                               : status;
}

struct portions reshape_output_elements(const struct kernel_call *call)
{
    return portions_of(shape_elements(&call->outputs[0].tensor->shape), sizeof(float));
}

enum status reshape_prepare_concatenation_f32(struct kernel_call *call, struct arena *arena,
                                              struct error *error)
{
    enum status status = reshape_prepare_concatenation(call, arena, error);
    if (status == STATUS_OK && call->node->params.axis.activation != ACTIVATION_NONE) {
        call->n_stages = 2;
        call->items[1] = reshape_output_elements(call).items;
    }
    return status;
}

/* uint8 parts may have scales of their own; they are rescaled on the way. */
enum status reshape_prepare_concatenation_u8(struct kernel_call *call, struct arena *arena,
                                             struct error *error)
{
    const struct quantization *out = &call->outputs[0].tensor->quant;
    struct cut cut;
    enum status status = concatenation_axis(call, &cut, error);
    if (status == STATUS_OK)
        status = prepare_cut(call, arena, &cut, operands_check_type, error);
    for (int i = 0; status == STATUS_OK && i < call->n_inputs; i++) {
        const struct quantization *in = &call->inputs[i].tensor->quant;
        if (quantization_equal(in, out) && out->count <= 1)
            continue;
        if (in->count != 1 || out->count != 1)
            return error_set(error, STATUS_UNSUPPORTED, NULL,
                             "input %d and the output do not have one scale each", i);
        uint8_t *map = arena_alloc(arena, LOOKUP_8_SIZE);
        lookup_fill_rescaled(map, in, out);
        ((struct moves *)call->state)->list[i].copy.map = map;
    }
    return status;
}

enum status reshape_prepare_pack(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct cut cut;
    enum status status = join_axis(call, call->node->params.pack.axis, &cut, error);
    return status == STATUS_OK ? prepare_cut(call, arena, &cut, operands_check_same, error)
                               : status;
}

enum status reshape_prepare_unpack(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    struct cut cut = {.whole = 0};
    int32_t axis = call->node->params.pack.axis;
    int rank = call->inputs[0].tensor->shape.rank;
    if (!shape_axis(axis, rank, &cut.axis))
        return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axis, rank);
    return prepare_cut(call, arena, &cut, operands_check_same, error);
}

/* The axis is a constant input. */
enum status reshape_prepare_split(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    bool with_sizes = call->node->op == OP_SPLIT_V;
    struct cut cut = {.whole = with_sizes ? 0 : 1};
    int rank = call->inputs[cut.whole].tensor->shape.rank, count;
    int32_t axis;
    struct node_view view;
    node_view_init(&view, call);
    enum status status =
        infer_constant(&view.graph, &view.node, with_sizes ? 2 : 0, &axis, 1, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != 1 || !shape_axis(axis, rank, &cut.axis))
        return error_set(error, STATUS_FORMAT, NULL, "no axis of a tensor of rank %d", rank);
    return prepare_cut(call, arena, &cut, operands_check_same, error);
}
