/* Convolutions by Winograd's method, block by block of tiles: inputs are transformed, the products
 * of all planes are made for a panel of channels, and these are transformed to outputs. What a
 * block needs in between stays in a core's own cache. */
#include "kernels/fast/winograd.h"

#include <math.h>

#include "kernels/lists.h"

/* A call's state. */
struct winograd {
    struct product product;           /* of the convolution: geometry and epilogue are used */
    struct product plane;             /* of what a plane multiplies */
    int side;                         /* outputs of a tile's side */
    int cells, planes;                /* inputs of a side, and of a tile */
    int tiles_h, tiles_w;             /* of an image */
    size_t tiles;                     /* of all */
    size_t blocks;                    /* of tiles; an item is one of them and one of the groups */
    size_t block_tiles;               /* the most of a block */
    int groups;                       /* of panels */
    const float *weights;             /* as winograd_pack() has them */
    const float *zeros;               /* in place of cells outside the image */
    size_t row_step, plane_step;      /* of transformed inputs: [plane][tile][row_step] */
    size_t products_at, thread_bytes; /* of a thread's piece of the scratch, in bytes */
    winograd_input_function *transform_input;
    winograd_output_function *transform_output;
};

/* A block of tiles, as one thread works on it. */
struct tile_block {
    float *inputs, *products;
    size_t first, tiles;
    /* How the micro-kernels deal them out: so many times `rows` of them, of which the first few
     * times one more; and of the weights that are fetched ahead, bytes per step. */
    size_t row_tiles, rows, longer;
    int ahead_step;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t rounded_up_quotient(size_t size, size_t by)
{
    return (size + by - 1) / by;
}

/* Where a tile lies: the image, and its first output. */
struct place {
    size_t image;
    int y, x;
};

static struct place place_of(const struct winograd *winograd, size_t tile)
{
    size_t wide = (size_t)winograd->tiles_w, image_tiles = (size_t)winograd->tiles_h * wide;
    size_t inside = tile % image_tiles;
    return (struct place){.image = tile / image_tiles,
                          .y = (int)(inside / wide) * winograd->side,
                          .x = (int)(inside % wide) * winograd->side};
}

static void point_cells(const struct kernel_call *call, size_t tile, struct winograd_cells *to)
{
    const struct winograd *winograd = call->state;
    const struct geometry *geometry = &winograd->product.geometry;
    struct place place = place_of(winograd, tile);
    size_t line = (size_t)geometry->in_w * (size_t)geometry->depth;
    const float *image =
        (const float *)call->inputs[0].data + place.image * (size_t)geometry->in_h * line;
    const float **cell = to->cell;
    for (int i = 0; i < winograd->cells; i++) {
        int y = place.y - geometry->before_h + i, x = place.x - geometry->before_w;
        bool is_inside = y >= 0 && y < geometry->in_h;
        for (int j = 0; j < winograd->cells; j++, x++)
            *cell++ = is_inside && x >= 0 && x < geometry->in_w
                          ? image + (size_t)y * line + (size_t)x * (size_t)geometry->depth
                          : winograd->zeros;
    }
}

static void transform_inputs(const struct kernel_call *call, const struct tile_block *block)
{
    const struct winograd *winograd = call->state;
    struct winograd_cells cells;
    for (size_t t = 0; t < block->tiles; t++) {
        point_cells(call, block->first + t, &cells);
        winograd->transform_input(&cells, winograd->product.geometry.depth,
                                  block->inputs + t * winograd->row_step, winograd->plane_step);
    }
}

/* The products of a plane and a panel: [tile][plane][PANEL_WIDTH]. Rows beyond the last one of a
 * micro-kernel's tile repeat it; the next one puts what belongs there. They fetch the weights of
 * the next plane, or of the next panel's first one, meanwhile. */
static void multiply_plane(const struct winograd *winograd, const struct tile_block *block,
                           int panel, int plane)
{
    size_t elements = winograd_panel_elements(winograd->plane.tiling.depth);
    size_t number = (size_t)panel * (size_t)winograd->planes + (size_t)plane;
    size_t step = (size_t)winograd->planes * PANEL_WIDTH, row_step = winograd->row_step;
    const float *weights = winograd->weights + number * elements;
    const float *in = block->inputs + (size_t)plane * winograd->plane_step;
    float *products = block->products + (size_t)plane * PANEL_WIDTH;
    const void *rows[TILE_ROWS];
    struct tile tile = {.pointers = rows,
                        .panel = panel,
                        .panels = 1,
                        .count = 1,
                        .live = LANES,
                        .weights = weights,
                        .step = step,
                        .low = -INFINITY,
                        .high = INFINITY,
                        .ahead = (const char *)(weights + elements),
                        .ahead_step = block->ahead_step};
    for (size_t i = 0; i < block->row_tiles; i++) {
        size_t live = block->rows + (i < block->longer);
        tile.rows = tile_rows(live);
        const float *row = in;
        for (size_t r = 0; r < (size_t)tile.rows; r++) {
            rows[r] = row;
            row += r + 1 < live ? row_step : 0;
        }
        winograd->plane.tile(&winograd->plane, &tile, products);
        in += live * row_step;
        products += live * step;
        tile.ahead += (size_t)block->ahead_step * (size_t)winograd->plane.tiling.depth;
    }
}

static void transform_outputs(const struct kernel_call *call, const struct tile_block *block,
                              int panel)
{
    const struct winograd *winograd = call->state;
    const struct geometry *geometry = &winograd->product.geometry;
    const struct epilogue *epilogue = &winograd->product.epilogue;
    bool adds = call->addend.tensor;
    size_t step = call->outputs[0].row_step;
    struct winograd_outputs out = {
        .bias = epilogue->bias_float + (ptrdiff_t)panel * PANEL_WIDTH,
        .pixel_step = step,
        .line_step = (size_t)geometry->out_w * step,
        .channels = (size_t)live_width(geometry->channels, panel, PANEL_WIDTH),
        .low = adds ? call->low : epilogue->float_low,
        .high = adds ? call->high : epilogue->float_high,
    };
    for (size_t t = 0; t < block->tiles; t++) {
        struct place place = place_of(winograd, block->first + t);
        size_t pixel = place.image * geometry->image_rows +
                       (size_t)place.y * (size_t)geometry->out_w + (size_t)place.x;
        size_t at = pixel * step + (size_t)panel * PANEL_WIDTH;
        out.to = (float *)call->outputs[0].data + at;
        out.addend = adds ? (const float *)call->addend.data + at : NULL;
        out.lines = (int)smaller((size_t)winograd->side, (size_t)(geometry->out_h - place.y));
        out.columns = (int)smaller((size_t)winograd->side, (size_t)(geometry->out_w - place.x));
        winograd->transform_output(block->products + t * (size_t)winograd->planes * PANEL_WIDTH,
                                   &out);
        for (size_t line = 0; call->apply && line < (size_t)out.lines; line++)
            call->apply(out.to + line * out.line_step, (size_t)out.columns, out.channels, step);
    }
}

/* Block `number`, in a thread's piece of the scratch. */
static struct tile_block block_of(const struct winograd *winograd, size_t number,
                                  unsigned char *memory)
{
    size_t first = winograd->tiles * number / winograd->blocks;
    size_t tiles = winograd->tiles * (number + 1) / winograd->blocks - first;
    size_t row_tiles = rounded_up_quotient(tiles, TILE_ROWS);
    return (struct tile_block){
        .inputs = (float *)(void *)memory,
        .products = (float *)(void *)(memory + winograd->products_at),
        .first = first,
        .tiles = tiles,
        .row_tiles = row_tiles,
        .rows = tiles / row_tiles,
        .longer = tiles % row_tiles,
        .ahead_step = (int)rounded_up_quotient(PANEL_WIDTH * sizeof(float), row_tiles),
    };
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct winograd *winograd = call->state;
    unsigned char *memory = call->scratch + (size_t)thread * winograd->thread_bytes;
    int panels = winograd->product.tiling.panels, groups = winograd->groups;
    (void)stage;
    for (size_t item = first; item < last; item++) {
        struct tile_block block = block_of(winograd, item / (size_t)groups, memory);
        int group = (int)(item % (size_t)groups);
        transform_inputs(call, &block);
        for (int panel = panels * group / groups; panel < panels * (group + 1) / groups; panel++) {
            for (int plane = 0; plane < winograd->planes; plane++)
                multiply_plane(winograd, &block, panel, plane);
            transform_outputs(call, &block, panel);
        }
    }
}

/* The most tiles of a block, and bytes of their transformed inputs and of the products of a panel:
 * they are to fit a core's own cache, and weights to be read for as many tiles as that lets. */
#define BLOCK_TILES 24
#define BLOCK_BYTES ((size_t)768 << 10)

/* Each thread has as many blocks as the others, as every block reads all weights: those that tiles
 * make by themselves, to the nearest such number that leaves a block in the cache. */
static size_t blocks_for(size_t threads, size_t tiles, size_t tile_bytes)
{
    size_t most = larger(BLOCK_BYTES / tile_bytes, TILE_ROWS);
    size_t wanted = rounded_up_quotient(tiles, smaller(BLOCK_TILES, most));
    size_t share = larger((wanted + (threads - 1) / 2) / threads, 1);
    if (share * threads < rounded_up_quotient(tiles, most))
        share++;
    return smaller(share * threads, rounded_up_quotient(tiles, TILE_ROWS));
}

/* Where tiles are too few for whole micro-kernels in as many blocks as there are threads, there are
 * groups of panels, each of which transforms the inputs for itself. */
static void divide(struct kernel_call *call, struct winograd *winograd)
{
    size_t threads = (size_t)call->n_threads;
    size_t tile_bytes =
        (size_t)winograd->planes * (winograd->row_step + PANEL_WIDTH) * sizeof(float);
    winograd->blocks = blocks_for(threads, winograd->tiles, tile_bytes);
    winograd->groups = 1;
    if (winograd->blocks < threads)
        winograd->groups = (int)smaller(rounded_up_quotient(threads, winograd->blocks),
                                        (size_t)winograd->product.tiling.panels);
    winograd->block_tiles = rounded_up_quotient(winograd->tiles, winograd->blocks);
    call->n_stages = 1;
    call->items[0] = winograd->blocks * (size_t)winograd->groups;
}

/* Planes lie a cache line further apart than they need, so that a tile's cells do not all fall on
 * the same lines of the cache. */
static void lay_out_scratch(struct kernel_call *call, struct winograd *winograd)
{
    size_t planes = (size_t)winograd->planes;
    winograd->plane_step = winograd->block_tiles * winograd->row_step + 16;
    winograd->products_at = scratch_aligned(planes * winograd->plane_step * sizeof(float));
    size_t rows = winograd->block_tiles + TILE_ROWS;
    winograd->thread_bytes =
        winograd->products_at + scratch_aligned(rows * planes * PANEL_WIDTH * sizeof(float));
    call->scratch_bytes = (size_t)call->n_threads * winograd->thread_bytes;
}

static void set_shape(const struct kernel_call *call, struct winograd *winograd, int side)
{
    struct geometry *geometry = &winograd->product.geometry;
    size_t images = (size_t)call->inputs[0].tensor->shape.dim[0];
    product_conv_geometry(call, geometry);
    winograd->side = side;
    winograd->cells = side + FILTER_SIDE - 1;
    winograd->planes = winograd->cells * winograd->cells;
    winograd->tiles_h = (geometry->out_h + side - 1) / side;
    winograd->tiles_w = (geometry->out_w + side - 1) / side;
    winograd->tiles = images * (size_t)winograd->tiles_h * (size_t)winograd->tiles_w;
    winograd->product.tiling.panels =
        (int)rounded_up_quotient((size_t)geometry->channels, PANEL_WIDTH);
    winograd->row_step = rounded_up_quotient((size_t)geometry->depth, LANES) * LANES;
}

/* A plane's product: one tap, nothing added to it. */
static void set_plane(struct winograd *winograd, struct arena *arena)
{
    struct product *plane = &winograd->plane;
    plane->geometry.channels = winograd->product.geometry.channels;
    plane->tiling.taps = 1;
    plane->tiling.depth = winograd->product.geometry.depth;
    plane->tile = tile_float_run;
    plane->epilogue.bias_float =
        arena_try(arena, (size_t)winograd->product.tiling.panels * PANEL_WIDTH, sizeof(float));
}

static enum status prepare(struct kernel_call *call, int side, struct arena *arena,
                           struct error *error)
{
    struct winograd *winograd = call->state = arena_alloc(arena, sizeof(*winograd));
    set_shape(call, winograd, side);
    const struct geometry *geometry = &winograd->product.geometry;
    enum status status = product_finish_float(call, &winograd->product, arena, error);
    if (status != STATUS_OK)
        return status;
    set_plane(winograd, arena);
    winograd->transform_input = side == 2 ? winograd_input_2 : winograd_input_4;
    winograd->transform_output = side == 2 ? winograd_output_2 : winograd_output_4;
    winograd->zeros = arena_try(arena, winograd->row_step, sizeof(float));
    winograd->weights =
        winograd_pack(call->inputs[1].data, geometry->channels, geometry->depth, side, arena);
    if (!winograd->plane.epilogue.bias_float || !winograd->zeros || !winograd->weights)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for transformed weights");
    divide(call, winograd);
    lay_out_scratch(call, winograd);
    return STATUS_OK;
}

static enum status prepare_2(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, 2, arena, error);
}

static enum status prepare_4(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare(call, 4, arena, error);
}

/* Where a tile of so many outputs a side pays: inputs per cell, outputs and tiles, and products for
 * those of the direct way, which tiles that reach beyond the image add to.
 *
 * Measured on one core of an Intel Xeon (with FP16, 2 MiB of second-level cache), weights from
 * beyond that, as times of the direct way (AVX2 / AVX-512):
 *
 *     56x56, 64 -> 64      F(2x2) 0.57 / 0.57   F(4x4) 0.36 / 0.36
 *     28x28, 128 -> 128           0.54 / 0.53          0.32 / 0.33
 *     28x28, 256 -> 256           0.53 / 0.55          0.37 / 0.48
 *     14x14, 256 -> 256           0.52 / 0.53          0.56 / 0.58
 *     7x7, 512 -> 512             0.89 / 1.00          1.35 / 2.00
 *     7x7, 256 -> 256             0.64 / 0.63          0.66 / 1.08
 *     55x55, 16 -> 64             0.78 / 0.86          0.46 / 0.51
 *     27x27, 32 -> 128            0.67 / 0.69          0.40 / 0.42
 *     13x13, 64 -> 256            0.64 / 0.63          0.49 / 0.51
 *     32x32, 16 -> 16             0.82 / 0.93          0.48 / 0.53
 *     16x16, 32 -> 32             0.68 / 0.73          0.41 / 0.45
 *     8x8, 64 -> 64               0.57 / 0.59          0.50 / 0.77
 *     7x7, 64 -> 64               0.73 / 0.73          0.64 / 0.97
 *
 * Transformed weights take 1.8 and 4 times as much: of many inputs they are so many that fetching
 * them is the most work, and of images of few tiles, too. Where both pay F(4x4) is taken. */
struct rule {
    int depth_least, depth_most, channels_least;
    size_t tiles_least;
    double products_most;
};

static const struct rule rule_2 = {32, 256, 32, 16, 0.60};
static const struct rule rule_4 = {16, 128, 16, 9, 0.45};

static bool pays(const struct kernel_call *call, int side, const struct rule *rule)
{
    struct winograd shape = {0};
    const struct geometry *geometry = &shape.product.geometry;
    set_shape(call, &shape, side);
    double products = (double)shape.tiles * shape.planes;
    double direct = (double)geometry->rows * geometry->taps;
    return geometry->depth >= rule->depth_least && geometry->depth <= rule->depth_most &&
           geometry->channels >= rule->channels_least && shape.tiles >= rule->tiles_least &&
           products <= rule->products_most * direct;
}

/* Whether it is a convolution that the method is for. Nothing may be read beyond the end of a
 * constant. */
static bool fits(const struct kernel_call *call)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return !call->inputs[0].data && filter->dim[1] == FILTER_SIDE &&
           filter->dim[2] == FILTER_SIDE && in->dim[3] == filter->dim[3] && params->stride_h == 1 &&
           params->stride_w == 1 && params->dilation_h == 1 && params->dilation_w == 1 &&
           product_is_packable(call);
}

static bool accepts_2(const struct kernel_call *call)
{
    return !call->is_direct && fits(call) && pays(call, 2, &rule_2);
}

/* Where products are rounded before they are added, layers of ResNet-8 leave the bound of what was
 * recorded (tests/unit/test_golden_layers.c), by a hundredth of it. */
static bool accepts_4(const struct kernel_call *call)
{
    return HAS_FUSED_PRODUCTS && !call->is_direct && fits(call) && pays(call, 4, &rule_4);
}

#define ROW(text, side_)                                                                           \
    {                                                                                              \
        .name = FAST_TEXT("winograd_" text "_conv_2d_f32"), .op = OP_CONV_2D, .isa = KERNEL_ISA,   \
        .types = {TYPE_F32, TYPE_F32, TYPE_F32}, .spaces_rows = true, .adds = true,                \
        .applies = true, .accepts = accepts_##side_, .prepare = prepare_##side_, .run = run        \
    }

/* The last one that accepts a call is taken. */
static const struct kernel rows[] = {ROW("2x2", 2), ROW("4x4", 4)};

FAST_LIST(fast_winograd_kernels, rows);
