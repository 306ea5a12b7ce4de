/* The rows for convolutions and matrix products: which packing, tile and finish go with which types.
 */
#include "kernels/fast/product.h"
#include "kernels/multipliers.h"

typedef bool pack_function(struct product *product, const void *weights, struct arena *arena);
typedef void tile_function(const struct product *product, const void *const *pointers, int rows,
                           int panel, int panels, void *sums);

/* How products of these types are computed. The second of each pair is for depthwise ones. */
struct family {
    enum type data, weights;
    size_t element_bytes, sum_bytes;
    int convert_stages;
    pack_function *pack[2];
    tile_function *tile[2];
    enum status (*prepare_finish)(const struct kernel_call *call, struct product *product,
                                  struct arena *arena, struct error *error);
    void (*finish)(const struct product *product, const struct kernel_call *call, const void *sums,
                   size_t row, int rows, int panel, int width, void *output);
};

static const struct family families[] = {
    {.data = TYPE_F32,
     .weights = TYPE_F32,
     .element_bytes = sizeof(float),
     .sum_bytes = sizeof(float),
     .pack = {pack_float, depthwise_pack_float},
     .tile = {tile_float_run, tile_depthwise_float},
     .prepare_finish = product_finish_float,
     .finish = finish_float},
    {.data = TYPE_F32,
     .weights = TYPE_F16,
     .element_bytes = sizeof(float),
     .sum_bytes = sizeof(float),
     .pack = {pack_half, depthwise_pack_half},
     .tile = {tile_half_run, tile_depthwise_half},
     .prepare_finish = product_finish_float,
     .finish = finish_float},
    {.data = TYPE_F32,
     .weights = TYPE_I8,
     .element_bytes = sizeof(int16_t),
     .sum_bytes = sizeof(int32_t),
     .convert_stages = 2,
     .pack = {pack_int8, depthwise_pack_int8},
     .tile = {tile_integer_run, tile_depthwise_integer},
     .prepare_finish = product_finish_hybrid,
     .finish = finish_hybrid},
    {.data = TYPE_I8,
     .weights = TYPE_I8,
     .element_bytes = sizeof(int16_t),
     .sum_bytes = sizeof(int32_t),
     .convert_stages = 1,
     .pack = {pack_int8, depthwise_pack_int8},
     .tile = {tile_integer_run, tile_depthwise_integer},
     .prepare_finish = product_finish_integer,
     .finish = finish_int8},
    {.data = TYPE_I16,
     .weights = TYPE_I8,
     .element_bytes = sizeof(int16_t),
     .sum_bytes = sizeof(int64_t),
     .convert_stages = 1,
     .pack = {pack_int8, depthwise_pack_int8},
     .tile = {tile_integer_run, tile_depthwise_integer},
     .prepare_finish = product_finish_integer,
     .finish = finish_int16},
};

/* The rows below name no types that have no family. */
static const struct family *family_of(const struct kernel_call *call)
{
    const struct family *family = families;
    while (family->data != call->inputs[0].tensor->type ||
           family->weights != call->inputs[1].tensor->type)
        family++;
    return family;
}

/* Weights are packed when the plan is made, and offsets into an image are 32 bits wide. */
static bool is_packable(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct operand *bias = product_operands(call).bias;
    if (!call->inputs[1].data || (bias && !bias->data) || shape_elements(in) == 0)
        return false;
    if (call->inputs[0].tensor->type == TYPE_I16 && product_is_narrow(call))
        return false;
    return in->rank != 4 ||
           shape_span(in, 1, 3) < (size_t)INT32_MAX / (size_t)(in->dim[3] + PANEL_WIDTH);
}

static bool accepts_conv(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return in->dim[3] == filter->dim[3] && is_packable(call);
}

static bool accepts_depthwise(const struct kernel_call *call)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return in->dim[3] == filter->dim[3] && shape_span(filter, 1, 3) <= DEPTHWISE_TAPS_MAX &&
           is_packable(call);
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct family *family = family_of(call);
    struct product *product = call->state = arena_alloc(arena, sizeof(*product));
    int depthwise = call->node->op == OP_DEPTHWISE_CONV_2D;
    product->element_bytes = family->element_bytes;
    product->sum_bytes = family->sum_bytes;
    product->tile = family->tile[depthwise];
    product->finish = family->finish;
    enum status status = product_geometry(call, product, arena, error);
    if (status == STATUS_OK)
        status = family->prepare_finish(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    if (!family->pack[depthwise](product, call->inputs[1].data, arena))
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for packed weights");
    product_layout(call, product, family->convert_stages);
    if (family->convert_stages == 2)
        call->items[0] = product_images(product);
    if (family->convert_stages > 0)
        call->items[family->convert_stages - 1] = product_pixels(product);
    return STATUS_OK;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    bool is_hybrid = product->product_stage == 2;
    if (stage == product->product_stage)
        product_run(call, first, last, thread);
    else if (!is_hybrid)
        source_convert(product, call, first, last);
    else if (stage == 0)
        source_hybrid_scales(product, call, first, last);
    else
        source_hybrid_quantize(product, call, first, last);
}

#define ROW(text, op_, data, weights, out, accepts_)                                               \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA, .types = {data, weights, out}, \
        .accepts = (accepts_), .prepare = prepare, .run = run                                      \
    }
#define ROWS(text, op, accepts)                                                                    \
    ROW(text "_f32", op, TYPE_F32, TYPE_F32, TYPE_F32, accepts),                                   \
        ROW(text "_f32_f16", op, TYPE_F32, TYPE_F16, TYPE_F32, accepts),                           \
        ROW(text "_f32_i8", op, TYPE_F32, TYPE_I8, TYPE_F32, accepts),                             \
        ROW(text "_i8", op, TYPE_I8, TYPE_I8, TYPE_I8, accepts),                                   \
        ROW(text "_i16_i8", op, TYPE_I16, TYPE_I8, TYPE_I16, accepts)

static const struct kernel rows[] = {
    ROWS("conv_2d", CONV_2D, accepts_conv),
    ROWS("depthwise_conv_2d", DEPTHWISE_CONV_2D, accepts_depthwise),
    ROWS("fully_connected", FULLY_CONNECTED, is_packable),
};

KERNEL_LIST(fast_product_kernels, rows);
