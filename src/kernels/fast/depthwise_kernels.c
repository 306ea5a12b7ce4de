#include "kernels/fast/depthwise.h"

#include "graph/infer.h"
#include "kernels/common/extent.h"
#include "kernels/common/widened.h"
#include "kernels/fast/product/quantize.h"
#include "kernels/fast/range.h"
#include "kernels/lists.h"

/* Of one size, as near as can be: where part `number` of so many begins. */
static int part_begin(int size, int number, int parts)
{
    return (int)((int64_t)size * number / parts);
}

static int rounded_up_quotient(int size, int by)
{
    return (size + by - 1) / by;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static size_t pixel_bytes_of(const struct depthwise *depthwise)
{
    return (size_t)depthwise->product.geometry.channels * depthwise->element_bytes;
}

/* The rows of the image that a filter covers: the first pixel of each and bytes to the next one, as
 * a run has them. */
struct covered {
    const char *row[SIDE_MAX];
    ptrdiff_t step[SIDE_MAX];
    const char *zeros; /* what is there beside the image */
};

/* Those at row y of the output. */
static void cover_rows(const struct kernel_call *call, size_t image, int y, struct covered *covered)
{
    const struct depthwise *depthwise = call->state;
    const struct product *product = &depthwise->product;
    const struct geometry *geometry = &product->geometry;
    const char *source = source_data(product, call);
    size_t pixel_bytes = pixel_bytes_of(depthwise);
    size_t row_bytes = (size_t)geometry->in_w * pixel_bytes;
    int top = y * depthwise->stride - geometry->before_h;
    covered->zeros = depthwise->zeros;
    if (!covered->zeros)
        covered->zeros = (const char *)call->scratch + product->scratch.zeros_at +
                         image * product->scratch.zeros_stride;
    for (int i = 0; i < depthwise->side; i++) {
        size_t number = image * (size_t)geometry->in_h + (size_t)(top + i);
        bool is_inside = top + i >= 0 && top + i < geometry->in_h;
        covered->row[i] = is_inside ? source + number * row_bytes : covered->zeros;
        covered->step[i] = is_inside ? (ptrdiff_t)pixel_bytes : 0;
    }
}

/* Where the cells of a run are, whose first one is output x of a row. */
static void point_run(const struct depthwise *depthwise, const struct covered *covered, int x,
                      struct depthwise_run *run)
{
    int side = depthwise->side, columns = (run->count - 1) * depthwise->stride + side;
    int left = x * depthwise->stride - depthwise->product.geometry.before_w;
    int width = depthwise->product.geometry.in_w;
    int first = left < 0 ? smaller(-left, columns) : 0; /* of the columns inside, and behind them */
    int behind = larger(first, smaller(columns, width - left));
    for (int y = 0; y < side; y++) {
        const void **cell = run->cells + y;
        const char *at = covered->row[y] + (left + first) * covered->step[y];
        int column = 0;
        for (; column < first; column++, cell += side)
            *cell = covered->zeros;
        for (; column < behind; column++, cell += side, at += covered->step[y]) {
            KEEP_INDEX(at); /* as a vector it would be taken apart again */
            *cell = at;
        }
        for (; column < columns; column++, cell += side)
            *cell = covered->zeros;
    }
}

/* Adds runs of outputs from..to-1 of a block, which begins with output x of a row, each as long as
 * the others, as near as can be. */
static void add_runs(const struct depthwise *depthwise, const struct covered *covered, int x,
                     int from, int to, struct depthwise_block *block)
{
    int length = to - from, parts = rounded_up_quotient(length, RUN_LENGTH);
    for (int part = 0; part < parts; part++) {
        struct depthwise_run *run = &block->run[block->count++];
        run->first = from + part_begin(length, part, parts);
        run->count = from + part_begin(length, part + 1, parts) - run->first;
        point_run(depthwise, covered, x + run->first, run);
    }
}

/* Fewer outputs between two ends are made as these are: each way takes a while to begin, and the
 * more so, the narrower vectors are. */
#define INSIDE_LEAST (VECTOR_REGISTERS == 32 ? 8 : 12)

/* Of `rest` outputs those that an end of a block has room for beside its own, if it has some. */
static int taken(int end, int rest)
{
    return end > 0 ? smaller(rest, larger(RUN_LENGTH - end, 0)) : 0;
}

/* What a block reads, whose first output is x of a row; pixel and length must be set. Its ends take
 * over what is too little for a run in between. */
static void point_block(const struct depthwise *depthwise, const struct covered *covered, int x,
                        struct depthwise_block *block)
{
    int length = block->length, inside = smaller(larger(depthwise->inside - x, 0), length);
    KEEP_INDEX(inside); /* in a vector with the other it would be taken apart again */
    int behind = larger(inside, smaller(depthwise->behind - x, length));
    int rest = (behind - inside) % RUN_LENGTH, right = taken(length - behind, rest);
    behind -= right;
    inside += taken(inside, rest - right);
    bool is_short = behind - inside < INSIDE_LEAST && behind - inside < length;
    block->inside = is_short ? length : inside;
    block->behind = is_short ? length : behind;
    int left = (x + block->inside) * depthwise->stride - depthwise->product.geometry.before_w;
    left = block->inside < block->behind ? left : 0;
    for (int y = 0; y < depthwise->side; y++) {
        block->row[y] = covered->row[y] + left * covered->step[y];
        block->step[y] = covered->step[y];
    }
    block->count = 0;
    add_runs(depthwise, covered, x, 0, block->inside, block);
    add_runs(depthwise, covered, x, block->behind, block->length, block);
}

static void run_block(const struct kernel_call *call, size_t item, int thread)
{
    const struct depthwise *depthwise = call->state;
    const struct geometry *geometry = &depthwise->product.geometry;
    int number = (int)(item % depthwise->blocks), blocks = (int)depthwise->blocks;
    size_t out_row = item / depthwise->blocks, high = (size_t)geometry->out_h;
    int first = part_begin(geometry->out_w, number, blocks);
    struct depthwise_block block;
    struct covered covered;
    block.pixel = out_row * (size_t)geometry->out_w + (size_t)first;
    block.length = part_begin(geometry->out_w, number + 1, blocks) - first;
    cover_rows(call, out_row / high, (int)(out_row % high), &covered);
    point_block(depthwise, &covered, first, &block);
    depthwise->compute(call, &block);
    const struct operand *out = &call->outputs[0];
    const struct range_part part = {block.pixel, (size_t)block.length, 0,
                                    (size_t)geometry->channels,
                                    results_are_positive(call, &depthwise->product.epilogue)};
    if (call->apply)
        call->apply((float *)out->data + part.row * out->row_step, part.rows, part.width,
                    out->row_step);
    range_note(call, &part, thread);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct depthwise *depthwise = call->state;
    if (stage < depthwise->product.division.product_stage) {
        source_run(&depthwise->product, call, stage, first, last);
        return;
    }
    for (size_t item = first; item < last; item++)
        run_block(call, item, thread);
}

static struct kernel_extent extent(const struct kernel_call *call, size_t items)
{
    const struct depthwise *depthwise = call->state;
    const struct geometry *geometry = &depthwise->product.geometry;
    size_t row = items / depthwise->blocks, block = items % depthwise->blocks;
    int x = part_begin(geometry->out_w, (int)block, (int)depthwise->blocks);
    return extent_of_windows(call, geometry->before_h, row * (size_t)geometry->out_w + (size_t)x);
}

/* The outputs of a row whose windows lie within its image's columns. */
static void find_inside(struct depthwise *depthwise)
{
    const struct geometry *geometry = &depthwise->product.geometry;
    int rest = geometry->in_w + geometry->before_w - depthwise->side;
    depthwise->inside = rounded_up_quotient(geometry->before_w, depthwise->stride);
    depthwise->behind = rest < 0 ? 0 : rest / depthwise->stride + 1;
}

static depthwise_prepare_function *preparer_of(const struct kernel_call *call)
{
    bool is_float = call->inputs[0].tensor->type == TYPE_F32;
    bool is_short = call->inputs[0].tensor->type == TYPE_I16;
    if (is_float && call->inputs[1].tensor->type == TYPE_I8 && !call->widens)
        return depthwise_prepare_hybrid;
    return is_float   ? depthwise_prepare_float
           : is_short ? depthwise_prepare_words
                      : depthwise_prepare_bytes;
}

/* The stages and items, and the scratch, which is there for run-time quantization alone. */
static void lay_out(struct kernel_call *call, struct depthwise *depthwise)
{
    struct product *product = &depthwise->product;
    const struct geometry *geometry = &product->geometry;
    size_t rows = geometry->rows / (size_t)geometry->out_w;
    bool is_short = call->n_threads > 1 && rows < 4 * (size_t)call->n_threads;
    int most = is_short ? RUN_LENGTH : BLOCK_LENGTH;
    depthwise->blocks = (size_t)rounded_up_quotient(geometry->out_w, most);
    if (product->source.is_hybrid) {
        size_t bytes = product_images(product) * product->source.image_stride + KERNEL_OVERREAD;
        size_t zeros = (size_t)(depthwise->panels * depthwise->width);
        call->scratch_bytes = quantize_layout(call, product, scratch_aligned(bytes), zeros);
    }
    int stage = product->division.product_stage = source_stages(call, product);
    call->items[stage] = rows * depthwise->blocks;
    call->n_stages = stage + 1;
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct depthwise *depthwise = call->state = arena_alloc(arena, sizeof(*depthwise));
    struct product *product = &depthwise->product;
    product_conv_geometry(call, &product->geometry);
    product->tiling.panels = rounded_up_quotient(product->geometry.channels, PANEL_WIDTH);
    depthwise->side = call->inputs[1].tensor->shape.dim[1];
    depthwise->stride = call->node->params.conv.stride_h;
    enum status status = preparer_of(call)(call, depthwise, arena, error);
    if (status != STATUS_OK)
        return status;
    find_inside(depthwise);
    lay_out(call, depthwise);
    return STATUS_OK;
}

/* Nothing may be read beyond the end of a constant. */
static bool accepts(const struct kernel_call *call)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    int32_t side = filter->dim[1], stride = params->stride_h;
    return product_is_packable(call) && !call->inputs[0].data && filter->dim[2] == side &&
           (side == 3 || side == 5) && params->stride_w == stride && stride <= STRIDE_MAX &&
           params->dilation_h == 1 && params->dilation_w == 1 && filter->dim[3] == in->dim[3];
}

static bool accepts_widened(const struct kernel_call *call)
{
    return widened_accepts(call) && accepts(call);
}

#define KIND(text, data_, weights_, accepts_, widens_)                                             \
    {                                                                                              \
        .name = FAST_TEXT("square_depthwise_conv_2d_" text), .op = OP_DEPTHWISE_CONV_2D,           \
        .isa = KERNEL_ISA, .types = {TYPE_##data_, TYPE_##weights_, TYPE_##data_},                 \
        .spaces_rows = true, .adds = TYPE_##data_ == TYPE_F32,                                     \
        .applies = TYPE_##data_ == TYPE_F32, .notes = TYPE_##data_ == TYPE_F32,                    \
        .scales = TYPE_##data_ == TYPE_F32 && TYPE_##weights_ == TYPE_I8 && !(widens_),            \
        .widens = (widens_), .accepts = (accepts_), .prepare = prepare, .extent = extent,          \
        .run = run                                                                                 \
    }
#define ROW(text, data, weights) KIND(text, data, weights, accepts, false)

static const struct kernel rows[] = {
    ROW("f32", F32, F32),       ROW("f32_f16", F32, F16),
    ROW("f32_bf16", F32, BF16), KIND("f32_w8", F32, I8, accepts_widened, true),
    ROW("f32_i8", F32, I8),     ROW("i8", I8, I8),
    ROW("i8_u8", I8, U8),       ROW("u8", U8, U8),
    ROW("i16_i8", I16, I8),
};

FAST_LIST(fast_depthwise_kernels, rows);
