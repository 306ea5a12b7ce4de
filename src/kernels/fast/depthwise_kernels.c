#include "kernels/fast/depthwise.h"

#include "graph/infer.h"
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

/* Where the cells of a run are, whose first one is output x of a row. The rows of the filter are at
 * row[]; NULL: outside the image. */
static void point_run(const struct depthwise *depthwise, const char *const *row, int x,
                      struct depthwise_run *run)
{
    const struct geometry *geometry = &depthwise->product.geometry;
    int side = depthwise->side, columns = (run->count - 1) * depthwise->stride + side;
    int left = x * depthwise->stride - geometry->before_w;
    int first = left < 0 ? smaller(-left, columns) : 0; /* of the columns inside, and behind them */
    int behind = smaller(columns, geometry->in_w - left);
    ptrdiff_t pixel_bytes = (ptrdiff_t)geometry->channels * (ptrdiff_t)depthwise->element_bytes;
    for (int y = 0; y < side; y++) {
        const void **cell = run->cells + y;
        bool is_inside = row[y] != NULL;
        int column = 0;
        for (; column < first; column++, cell += side)
            *cell = depthwise->zeros;
        const char *at = is_inside ? row[y] + (left + first) * pixel_bytes : depthwise->zeros;
        for (; column < behind; column++, cell += side, at += is_inside ? pixel_bytes : 0)
            *cell = at;
        for (; column < columns; column++, cell += side)
            *cell = depthwise->zeros;
    }
}

/* The rows of the image that the filter covers at row y of the output. */
static void point_rows(const struct kernel_call *call, size_t image, int y, const char **row)
{
    const struct depthwise *depthwise = call->state;
    const struct geometry *geometry = &depthwise->product.geometry;
    size_t row_bytes =
        (size_t)geometry->in_w * (size_t)geometry->channels * depthwise->element_bytes;
    int top = y * depthwise->stride - geometry->before_h;
    for (int i = 0; i < depthwise->side; i++) {
        size_t number = image * (size_t)geometry->in_h + (size_t)(top + i);
        bool is_inside = top + i >= 0 && top + i < geometry->in_h;
        row[i] = is_inside ? (const char *)call->inputs[0].data + number * row_bytes : NULL;
    }
}

static void run_block(const struct kernel_call *call, size_t item)
{
    const struct depthwise *depthwise = call->state;
    const struct geometry *geometry = &depthwise->product.geometry;
    int block = (int)(item % depthwise->blocks), blocks = (int)depthwise->blocks;
    size_t out_row = item / depthwise->blocks, high = (size_t)geometry->out_h;
    int first = part_begin(geometry->out_w, block, blocks);
    int length = part_begin(geometry->out_w, block + 1, blocks) - first;
    struct depthwise_runs runs = {.count = rounded_up_quotient(length, RUN_LENGTH)};
    const char *row[SIDE_MAX];
    point_rows(call, out_row / high, (int)(out_row % high), row);
    for (int r = 0; r < runs.count; r++) {
        int begin = first + part_begin(length, r, runs.count);
        runs.run[r].count = first + part_begin(length, r + 1, runs.count) - begin;
        runs.run[r].pixel = out_row * (size_t)geometry->out_w + (size_t)begin;
        point_run(depthwise, row, begin, &runs.run[r]);
    }
    depthwise->compute(call, &runs);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage;
    (void)thread;
    for (size_t item = first; item < last; item++)
        run_block(call, item);
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct depthwise *depthwise = call->state = arena_alloc(arena, sizeof(*depthwise));
    struct product *product = &depthwise->product;
    struct geometry *geometry = &product->geometry;
    product_conv_geometry(call, geometry);
    product->tiling.panels = rounded_up_quotient(geometry->channels, PANEL_WIDTH);
    depthwise->side = call->inputs[1].tensor->shape.dim[1];
    depthwise->stride = call->node->params.conv.stride_h;
    size_t rows = geometry->rows / (size_t)geometry->out_w;
    bool is_short = call->n_threads > 1 && rows < 4 * (size_t)call->n_threads;
    int most = is_short ? RUN_LENGTH : RUNS_MAX * RUN_LENGTH;
    depthwise->blocks = (size_t)rounded_up_quotient(geometry->out_w, most);
    call->n_stages = 1;
    call->items[0] = rows * depthwise->blocks;
    bool is_float = call->inputs[0].tensor->type == TYPE_F32;
    return (is_float ? depthwise_prepare_float : depthwise_prepare_bytes)(call, depthwise, arena,
                                                                          error);
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

#define ROW(text, data_, weights_)                                                                 \
    {                                                                                              \
        .name = FAST_TEXT("square_depthwise_conv_2d_" text), .op = OP_DEPTHWISE_CONV_2D,           \
        .isa = KERNEL_ISA, .types = {TYPE_##data_, TYPE_##weights_, TYPE_##data_},                 \
        .spaces_rows = true, .adds = TYPE_##data_ == TYPE_F32, .accepts = accepts,                 \
        .prepare = prepare, .run = run                                                             \
    }

static const struct kernel rows[] = {
    ROW("f32", F32, F32), ROW("f32_f16", F32, F16), ROW("i8", I8, I8),
    ROW("i8_u8", I8, U8), ROW("u8", U8, U8),
};

FAST_LIST(fast_depthwise_kernels, rows);
