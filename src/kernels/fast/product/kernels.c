/* The rows for convolutions and matrix products: which packing, tile and finish go with which
 * types. */
#include "kernels/common/multipliers.h"
#include "kernels/common/widened.h"
#include "kernels/fast/product/product.h"
#include "kernels/fast/product/quantize.h"

/* What weights are that a kernel widens: int8, int4, int4 with scales of blocks. */
enum width { WIDTH_OWN, WIDTH_BYTES, WIDTH_NIBBLES, WIDTH_BLOCKS };

/* How products of these types are computed. */
struct family {
    enum type data, weights;
    bool is_depthwise, is_hybrid;
    enum width width;                /* of weights that are widened */
    int group;                       /* see struct tiling */
    size_t element_bytes, sum_bytes; /* of the source, of a sum */
    convert_function *convert;
    bool is_by_block;      /* where it can be: see struct source_images */
    match_function *match; /* whether it is worth it for the call; NULL: it always is */
    pack_function *pack;
    tile_function *tile;
    direct_function *direct; /* for the results of these types; NULL: there is none */
    finish_prepare_function *prepare_finish;
};

#define FLOATS                                                                                     \
    .data = TYPE_F32, .group = 1, .element_bytes = sizeof(float), .sum_bytes = sizeof(float),      \
    .prepare_finish = product_finish_float
#define WIDENED                                                                                    \
    .data = TYPE_F32, .weights = TYPE_I8, .group = 1, .element_bytes = sizeof(float),              \
    .sum_bytes = sizeof(float), .prepare_finish = product_finish_widened
#define HYBRID                                                                                     \
    .data = TYPE_F32, .weights = TYPE_I8, .is_hybrid = true, .sum_bytes = sizeof(int32_t),         \
    .prepare_finish = product_finish_hybrid
#define INT8                                                                                       \
    .data = TYPE_I8, .weights = TYPE_I8, .sum_bytes = sizeof(int32_t),                             \
    .prepare_finish = product_finish_integer
/* uint8 inputs, weights or both. */
#define UINT8                                                                                      \
    .data = TYPE_U8, .weights = TYPE_U8, .sum_bytes = sizeof(int32_t),                             \
    .prepare_finish = product_finish_integer
#define INT8_UINT8                                                                                 \
    .data = TYPE_I8, .weights = TYPE_U8, .sum_bytes = sizeof(int32_t),                             \
    .prepare_finish = product_finish_integer
#define INT16                                                                                      \
    .data = TYPE_I16, .weights = TYPE_I8, .sum_bytes = sizeof(int64_t),                            \
    .prepare_finish = product_finish_integer
/* Integers, in pairs of int16 or in fours of bytes, as they lie or, where their products would not
 * fit then, in matched pairs; depthwise sums take pairs of taps instead. */
#define PAIRS(results)                                                                             \
    .group = 2, .element_bytes = sizeof(int16_t), .pack = pack_int8, .tile = tile_integer_run,     \
    .direct = (results)
#define QUADS(results)                                                                             \
    .group = 4, .element_bytes = 1, .pack = pack_bytes, .tile = tile_bytes_run, .direct = (results)
/* Bytes as they are, or not, to be what byte products take. */
#define CONVERT_INT8  .convert = BYTE_OFFSET == 0 ? NULL : convert_turned
#define CONVERT_UINT8 .convert = BYTE_OFFSET == 0 ? convert_turned : NULL
#define MATCHED(results)                                                                           \
    .group = 4, .element_bytes = 1, .match = match_prepare, .pack = pack_matched,                  \
    .tile = tile_matched_run, .direct = (results)
#define DEPTHWISES                                                                                 \
    .is_depthwise = true, .group = 1, .element_bytes = sizeof(int16_t),                            \
    .pack = depthwise_pack_int8, .tile = tile_depthwise_integer

/* A function for one tile as for many. */
#define TILES(run) .tile = (run), .direct = (run)

#if HAS_HALF_ARITHMETIC
/* All that half-precision arithmetic is for: the rest is that of the instruction set before. */
static const struct family families[] = {
    {.data = TYPE_F32,
     .weights = TYPE_F16,
     .group = 1,
     .element_bytes = sizeof(uint16_t),
     .sum_bytes = sizeof(float),
     .convert = convert_halve,
     .is_by_block = true,
     .pack = pack_half_pairs,
     TILES(tile_half_native_run),
     .prepare_finish = product_finish_float},
};
#else
static const struct family families[] = {
    {FLOATS, .weights = TYPE_F32, .pack = pack_float, TILES(tile_float_run)},
    {FLOATS, .weights = TYPE_F16, .pack = pack_half, TILES(tile_half_run)},
    {FLOATS, .weights = TYPE_F32, .is_depthwise = true, .pack = depthwise_pack_float,
     .tile = tile_depthwise_float},
    {FLOATS, .weights = TYPE_F16, .is_depthwise = true, .pack = depthwise_pack_half,
     .tile = tile_depthwise_half},
    {FLOATS, .weights = TYPE_BF16, .pack = pack_half, TILES(tile_brain_run)},
    {FLOATS, .weights = TYPE_BF16, .is_depthwise = true, .pack = depthwise_pack_half,
     .tile = tile_depthwise_brain},
    {WIDENED, .width = WIDTH_BYTES, .pack = pack_widened, TILES(tile_widened_run)},
    {WIDENED, .width = WIDTH_NIBBLES, .pack = pack_nibbles, TILES(tile_nibbles_run)},
    {FLOATS, .weights = TYPE_I8, .width = WIDTH_BLOCKS, .pack = pack_nibbles,
     TILES(tile_blocks_run)},
    {WIDENED, .width = WIDTH_BYTES, .is_depthwise = true, .pack = depthwise_pack_widened,
     .tile = tile_depthwise_widened},
#if HAS_BYTE_PRODUCTS
    {HYBRID, QUADS(direct_hybrid_bytes), .convert = quantize_bytes},
    {INT8, QUADS(direct_bytes_run), CONVERT_INT8},
    {INT8_UINT8, QUADS(direct_bytes_run), CONVERT_INT8},
    {UINT8, QUADS(direct_bytes_run), CONVERT_UINT8},
#else
#if HAS_MATCHED_PRODUCTS
    {HYBRID, MATCHED(direct_hybrid_matched), .convert = quantize_bytes},
    {INT8, MATCHED(direct_matched_run), CONVERT_INT8},
    {INT8_UINT8, MATCHED(direct_matched_run), CONVERT_INT8},
    {UINT8, MATCHED(direct_matched_run), CONVERT_UINT8},
#endif
    {HYBRID, PAIRS(direct_hybrid_pairs), .convert = quantize_shorts},
    {INT8, PAIRS(direct_integer_run), .convert = convert_widen},
    {INT8_UINT8, PAIRS(direct_integer_run), .convert = convert_widen},
    {UINT8, PAIRS(direct_integer_run), .convert = convert_widen_unsigned},
#endif
    {INT16, PAIRS(direct_integer_run)},
    {HYBRID, DEPTHWISES, .convert = quantize_shorts},
    {INT8, DEPTHWISES, .convert = convert_widen},
    {INT8_UINT8, DEPTHWISES, .convert = convert_widen},
    {UINT8, DEPTHWISES, .convert = convert_widen_unsigned},
    {INT16, DEPTHWISES},
};
#endif

/* Depthwise weights are few: those of int4 are kept as int8. */
static enum width width_of(const struct kernel_call *call)
{
    const struct tensor *weights = call->inputs[1].tensor;
    if (!call->widens)
        return WIDTH_OWN;
    if (weights->quant.block > 0)
        return WIDTH_BLOCKS;
    return weights->bits == 4 && call->node->op != OP_DEPTHWISE_CONV_2D ? WIDTH_NIBBLES
                                                                        : WIDTH_BYTES;
}

/* The rows below name no types that have no family. Sets product->match where that is why. */
static const struct family *family_of(const struct kernel_call *call,
                                      const struct product_part *part, struct product *product,
                                      struct arena *arena)
{
    const struct family *family = families;
    bool is_depthwise = call->node->op == OP_DEPTHWISE_CONV_2D;
    while (family->data != call->inputs[0].tensor->type ||
           family->weights != call->inputs[1].tensor->type ||
           family->is_depthwise != is_depthwise || family->width != width_of(call) ||
           (family->match && !family->match(call, part, product, arena)))
        family++;
    return family;
}

/* Weights are packed when the plan is made, and offsets into an image are 32 bits wide. */
bool product_is_packable(const struct kernel_call *call)
{
    struct product_operands operands = product_operands(call);
    const struct shape *in = &operands.input->tensor->shape;
    if (!operands.weights->data || (operands.bias && !operands.bias->data) ||
        shape_elements(in) == 0)
        return false;
    if (operands.input->tensor->type == TYPE_I16 && product_is_narrow(call))
        return false;
    if (in->rank != 4)
        return true;
    size_t channels = (size_t)in->dim[3];
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        channels = (size_t)call->inputs[1].tensor->shape.dim[3];
    return shape_span(in, 1, 3) < (size_t)INT32_MAX / (channels + PANEL_WIDTH);
}

#if !HAS_HALF_ARITHMETIC
static bool accepts_dense(const struct kernel_call *call)
{
    return product_is_packable(call);
}
#endif

static bool accepts_conv(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return in->dim[3] == filter->dim[3] && product_is_packable(call);
}

#if !HAS_HALF_ARITHMETIC
static bool accepts_depthwise(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return product_is_packable(call) && filter->dim[3] % in->dim[3] == 0 &&
           shape_span(filter, 1, 3) <= DEPTHWISE_TAPS_MAX;
}

/* The same where weights are widened: as int8, or from int4. */
#define ACCEPTS(name, what, condition)                                                             \
    static bool name##_##what(const struct kernel_call *call)                                      \
    {                                                                                              \
        return (condition) && widened_accepts(call) && name(call);                                 \
    }
#define ACCEPTS_BYTES(name)   ACCEPTS(name, bytes, width_of(call) == WIDTH_BYTES)
#define ACCEPTS_NIBBLES(name) ACCEPTS(name, nibbles, width_of(call) >= WIDTH_NIBBLES)
ACCEPTS_BYTES(accepts_conv)
ACCEPTS_BYTES(accepts_depthwise)
ACCEPTS_BYTES(accepts_dense)
ACCEPTS_NIBBLES(accepts_conv)
ACCEPTS_NIBBLES(accepts_dense)
#endif

/* Taps outside an image point to a row of padding; where its value is known only when the network
 * runs, product_layout makes room for it. */
static bool set_zeros(struct product *product, struct arena *arena)
{
    size_t bytes = (size_t)product->tiling.depth * product->source.element_bytes + KERNEL_OVERREAD;
    if (!product->tiling.offsets ||
        (product->source.is_hybrid && product->source.element_bytes == 1))
        return true;
    unsigned char *zeros = arena_try(arena, bytes, 1);
    if (zeros)
        memset(zeros, source_pad(product), bytes);
    product->zeros = zeros;
    return zeros != NULL;
}

/* Whether the input is not read where it is: it has another shape than the tiles want, or nothing
 * may be read beyond its end. */
static bool wants_copy(const struct kernel_call *call, const struct product *product)
{
    return product->source.is_spliced || product->source.depth > product->geometry.depth ||
           product->source.channels > product->geometry.depth ||
           (call->inputs[0].tensor->data && (input_sums_needed(product) || product->match.steps));
}

/* Whether the rows are the pixels of the input, one after the other and nothing between them. */
static bool is_row_by_row(const struct product *product)
{
    const struct source_images *source = &product->source;
    return !source->is_spliced && !product->tiling.offsets &&
           source->depth == product->geometry.depth && source->channels == source->depth;
}

/* Of integers, whose weights' zero point is taken off sums between the tile and the finish. */
static void set_direct(struct product *product, const struct family *family)
{
    bool is_float = family->data == TYPE_F32 && !family->is_hybrid;
    if (!product->epilogue.is_direct)
        return;
    product->direct = input_sums_needed(product) ? NULL : family->direct;
    product->epilogue.is_direct = is_float || product->direct;
}

enum status product_make(struct kernel_call *call, const struct product_part *part,
                         struct arena *arena, struct error *error)
{
    struct product *product = call->state = arena_alloc(arena, sizeof(*product));
    const struct family *family = family_of(call, part, product, arena);
    product->tiling.group = family->group;
    product->source.element_bytes = family->element_bytes;
    product->epilogue.sum_bytes = family->sum_bytes;
    product->source.is_hybrid = family->is_hybrid;
    product->source.is_unsigned = family->data == TYPE_U8;
    product->packed.is_unsigned = family->weights == TYPE_U8;
    product->convert = family->convert;
    product->tile = family->tile;
    product->source.groups = part->groups;
    enum status status = product_geometry(call, product, arena, error);
    product->source.channels = product->geometry.depth * part->groups;
    product->source.first = product->geometry.depth * part->group;
    product->source.is_asymmetric = part->is_asymmetric;
    product->source.run_offset = BYTE_OFFSET;
    if (status == STATUS_OK)
        status = family->prepare_finish(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    if (!product->convert && wants_copy(call, product))
        product->convert = convert_copy;
    product->source.is_by_block = family->is_by_block && is_row_by_row(product);
    set_direct(product, family);
    if (family->width == WIDTH_BLOCKS && !pack_scales(call, product, arena))
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for scales of blocks");
    if (!family->pack(product, call->inputs[1].data, arena) || !set_zeros(product, arena) ||
        !input_sums_prepare(product, arena))
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for packed weights");
    product_layout(call, product);
    return STATUS_OK;
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct product_part whole = {0, 1, product_is_asymmetric(call)};
    return product_make(call, &whole, arena, error);
}

#define ROW(text, op_, data, weights, out, accepts_, widens_)                                      \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA, .types = {data, weights, out}, \
        .spaces_rows = true, .adds = (data) == TYPE_F32, .applies = (data) == TYPE_F32,            \
        .notes = (data) == TYPE_F32,                                                               \
        .scales = (data) == TYPE_F32 && (weights) == TYPE_I8 && !(widens_), .widens = (widens_),   \
        .accepts = (accepts_), .prepare = prepare,                                                 \
        .extent = OP_##op_ == OP_FULLY_CONNECTED ? NULL : product_extent, .run = product_run       \
    }
#if HAS_HALF_ARITHMETIC
#define ROWS(text, op, accepts)                                                                    \
    ROW(text "_f32_f16", op, TYPE_F32, TYPE_F16, TYPE_F32, accepts, false)
#else
#define ROWS(text, op, accepts)                                                                    \
    ROW(text "_f32", op, TYPE_F32, TYPE_F32, TYPE_F32, accepts, false),                            \
        ROW(text "_f32_f16", op, TYPE_F32, TYPE_F16, TYPE_F32, accepts, false),                    \
        ROW(text "_f32_bf16", op, TYPE_F32, TYPE_BF16, TYPE_F32, accepts, false),                  \
        ROW(text "_f32_w8", op, TYPE_F32, TYPE_I8, TYPE_F32, accepts##_bytes, true),               \
        ROW(text "_f32_i8", op, TYPE_F32, TYPE_I8, TYPE_F32, accepts, false),                      \
        ROW(text "_i8", op, TYPE_I8, TYPE_I8, TYPE_I8, accepts, false),                            \
        ROW(text "_i8_u8", op, TYPE_I8, TYPE_U8, TYPE_I8, accepts, false),                         \
        ROW(text "_u8", op, TYPE_U8, TYPE_U8, TYPE_U8, accepts, false),                            \
        ROW(text "_i16_i8", op, TYPE_I16, TYPE_I8, TYPE_I16, accepts, false)

#endif

static const struct kernel rows[] = {
    ROWS("conv_2d", CONV_2D, accepts_conv),
#if HAS_HALF_ARITHMETIC
    ROWS("fully_connected", FULLY_CONNECTED, product_is_packable),
#else
    ROWS("depthwise_conv_2d", DEPTHWISE_CONV_2D, accepts_depthwise),
    ROWS("fully_connected", FULLY_CONNECTED, accepts_dense),
    ROW("conv_2d_f32_w4", CONV_2D, TYPE_F32, TYPE_I8, TYPE_F32, accepts_conv_nibbles, true),
    ROW("fully_connected_f32_w4", FULLY_CONNECTED, TYPE_F32, TYPE_I8, TYPE_F32,
        accepts_dense_nibbles, true),
#endif
};

FAST_LIST(fast_product_kernels, rows);
