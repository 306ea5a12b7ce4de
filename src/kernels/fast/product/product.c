#include "kernels/fast/product/product.h"

#include "kernels/fast/product/quantize.h"

/* Rows whose products share one reading of the weights. As many as keep their inputs in a core's
 * cache, where there are so many weights that they come from further away. */
#define BLOCK_BYTES      ((size_t)768 << 10)
#define WEIGHT_BYTES_FAR ((size_t)512 << 10)
#define BLOCK_ROWS_NEAR  24
#define BLOCK_ROWS_FAR   192

static int choose_block_tiles(const struct product *product, int threads)
{
    size_t tiles = (product->geometry.rows + TILE_ROWS - 1) / TILE_ROWS;
    size_t row_bytes = (size_t)product->tiling.depth * product->source.element_bytes;
    size_t most = (product->division.is_far ? BLOCK_ROWS_FAR : BLOCK_ROWS_NEAR) / TILE_ROWS;
    size_t fitting = BLOCK_BYTES / (row_bytes * TILE_ROWS);
    most = fitting < most ? fitting : most;
    most = most > 1 ? most : 1;
    if (!product->division.is_far && threads > 1 && tiles < 4 * most * (size_t)threads)
        most = 1; /* blocks for all threads */
    size_t blocks = (tiles + most / 2) / most;
    blocks = blocks > 1 ? blocks : 1;
    return (int)((tiles + blocks - 1) / blocks);
}

/* How many pieces the panels are cut into where there are too few rows for all threads. */
static int choose_groups(const struct product *product, int threads)
{
    int wanted = threads == 1 || product->division.blocks >= 4 * (size_t)threads ? 1 : 4 * threads;
    int units = product->geometry.rows == 1 ? (product->tiling.panels + ROW_PANELS - 1) / ROW_PANELS
                                            : product->tiling.panels;
    return wanted < units ? wanted : units;
}

static void divide(const struct kernel_call *call, struct product *product)
{
    struct division *division = &product->division;
    size_t tiles = (product->geometry.rows + TILE_ROWS - 1) / TILE_ROWS;
    division->is_far =
        (size_t)product->tiling.panels * product->packed.panel_bytes > WEIGHT_BYTES_FAR;
    division->block_tiles = choose_block_tiles(product, call->n_threads);
    division->blocks = (tiles + (size_t)division->block_tiles - 1) / (size_t)division->block_tiles;
    division->groups = choose_groups(product, call->n_threads);
}

/* Bytes of a row of padding that only a run tells; 0: there is none. */
static size_t run_zeros(const struct product *product)
{
    bool depends = product->source.is_hybrid && product->source.element_bytes == 1 &&
                   product->tiling.offsets && !product->source.is_spliced;
    return depends ? (size_t)product->tiling.depth : 0;
}

static void lay_out_scratch(struct kernel_call *call, struct product *product)
{
    const struct source_images *source = &product->source;
    struct scratch *scratch = &product->scratch;
    size_t images = product_images(product);
    size_t converted = product->convert ? images * source->image_stride * source->element_bytes : 0;
    size_t rows = (size_t)(product->division.block_tiles * TILE_ROWS);
    scratch->thread_at = scratch_aligned(converted + KERNEL_OVERREAD);
    if (source->is_hybrid)
        scratch->thread_at = quantize_layout(call, product, scratch->thread_at, run_zeros(product));
    scratch->sums_at = scratch_aligned(rows * (size_t)product->tiling.taps * sizeof(void *));
    scratch->thread_bytes = scratch->sums_at + scratch_aligned(rows * sizeof(int32_t));
    call->scratch_bytes = scratch->thread_at + (size_t)call->n_threads * scratch->thread_bytes;
}

void product_layout(struct kernel_call *call, struct product *product)
{
    struct division *division = &product->division;
    divide(call, product);
    lay_out_scratch(call, product);
    division->product_stage = source_stages(call, product);
    call->items[division->product_stage] = division->blocks * (size_t)division->groups;
    call->n_stages = division->product_stage + 1;
}

/* A block of rows, as one thread works on it. */
struct row_block {
    const unsigned char *source, *zeros; /* of the first image */
    const void **pointers;               /* tile by tile: [tap][row of the tile] */
    int32_t *input_sums;                 /* TILE_ROWS of each tile; NULL: not needed */
    size_t first, rows, tiles;
};

static size_t first_of_tile(const struct row_block *block, size_t tile)
{
    return block->rows * tile / block->tiles;
}

/* Where the taps of a row are: pointers[tap * step]. */
static void point_row(const struct product *product, const struct row_block *block, size_t row,
                      const void **pointers, int step)
{
    size_t image = row / product->geometry.image_rows, pixel = row % product->geometry.image_rows;
    const unsigned char *base =
        block->source + image * product->source.image_stride * product->source.element_bytes;
    if (!product->tiling.offsets) {
        pointers[0] = base + pixel * (size_t)product->source.depth * product->source.element_bytes;
        return;
    }
    const unsigned char *zeros = block->zeros + image * product->scratch.zeros_stride;
    const int32_t *offsets = product->tiling.offsets + pixel * (size_t)product->tiling.taps;
    for (int tap = 0; tap < product->tiling.taps; tap++)
        pointers[tap * step] =
            offsets[tap] < 0 ? zeros : base + (size_t)offsets[tap] * product->source.element_bytes;
}

/* Rows beyond the last one repeat it: they are computed and not stored. */
static void point_tile(const struct product *product, const struct row_block *block, size_t tile)
{
    size_t first = first_of_tile(block, tile), live = first_of_tile(block, tile + 1) - first;
    const void **pointers = block->pointers + tile * (size_t)(TILE_ROWS * product->tiling.taps);
    int rows = tile_rows(live);
    for (int r = 0; r < rows; r++) {
        size_t in_tile = (size_t)r < live ? (size_t)r : live - 1;
        point_row(product, block, block->first + first + in_tile, pointers + r, rows);
    }
    if (block->input_sums)
        input_sums_of(product, pointers, rows, block->input_sums + tile * TILE_ROWS);
}

/* The weights that the tiles of one panel fetch together while they compute: those of the next
 * one. */
static void fetch_ahead(const struct product *product, size_t number, size_t tiles, int next,
                        struct tile *tile)
{
    size_t steps =
        (size_t)product->tiling.taps * (size_t)(product->tiling.depth / product->tiling.group);
    tile->ahead = product->packed.weights;
    if (!product->division.is_far || next >= product->tiling.panels ||
        product->packed.panel_bytes < steps)
        return;
    tile->ahead = panel_weights(product, next);
    tile->ahead += number * (product->packed.panel_bytes / tiles);
    tile->ahead_step = (int)(product->packed.panel_bytes / steps / tiles) + 1;
}

/* Whether all rows and lanes of a tile are part of the output: it may put its results there
 * then. */
static bool is_whole(const struct product *product, const struct tile *tile, size_t live)
{
    int last = tile->panel + tile->panels - 1;
    return (size_t)tile->rows == live &&
           last * PANEL_WIDTH + panel_width(product->geometry.channels, last) <=
               product->geometry.channels;
}

/* Makes the results of a tile where they belong, and adds what is to be added. */
static void run_direct(const struct kernel_call *call, struct tile *tile, size_t row)
{
    const struct product *product = call->state;
    size_t step = call->outputs[0].row_step;
    size_t at = row * step + (size_t)tile->panel * PANEL_WIDTH;
    tile->step = step;
    if (call->addend.tensor) {
        tile->addend = (const float *)call->addend.data + at;
        tile->low = call->low;
        tile->high = call->high;
    }
    product->tile(product, tile, (float *)call->outputs[0].data + at);
}

/* Finishes the sums of one of a tile's panels. */
static void finish_panel(const struct kernel_call *call, const struct panel_sums *first, int panel)
{
    const struct product *product = call->state;
    struct panel_sums part = *first;
    size_t behind = (size_t)(panel * PANEL_WIDTH) * product->epilogue.sum_bytes;
    part.sums = (const unsigned char *)part.sums + behind;
    part.panel += panel;
    product->finish(product, call, &part);
}

/* One tile times a number of panels, finished. */
static void run_tile(const struct kernel_call *call, const struct row_block *block, size_t number,
                     int panel, int panels)
{
    const struct product *product = call->state;
    /* Room for the wider sums of 16x8. */
    int64_t sums[(TILE_ROWS > ROW_PANELS ? TILE_ROWS : ROW_PANELS) * PANEL_WIDTH];
    size_t first = first_of_tile(block, number), live = first_of_tile(block, number + 1) - first;
    struct tile tile = {
        .pointers = block->pointers + number * (size_t)(TILE_ROWS * product->tiling.taps),
        .rows = tile_rows(live),
        .panel = panel,
        .panels = panels,
        .weights = panel_weights(product, panel),
        .step = PANEL_WIDTH,
        .low = product->epilogue.float_low,
        .high = product->epilogue.float_high,
    };
    fetch_ahead(product, number, block->tiles, panel + panels, &tile);
    if (product->epilogue.is_direct && is_whole(product, &tile, live)) {
        run_direct(call, &tile, block->first + first);
        return;
    }
    product->tile(product, &tile, sums);
    if (block->input_sums)
        input_sums_subtract(product, &tile, block->input_sums + number * TILE_ROWS,
                            (int32_t *)(void *)sums);
    const struct panel_sums part = {
        .sums = sums,
        .row = block->first + first,
        .rows = (int)live,
        .panel = panel,
        .width = panel_width(product->geometry.channels, panel),
        .output = call->outputs[0].data,
    };
    for (int p = 0; p < panels; p++)
        finish_panel(call, &part, p);
}

/* How many panels the next step takes: several whole ones for a single row. */
static int panels_at_once(const struct product *product, const struct row_block *block, int panel,
                          int last)
{
    int behind = panel + ROW_PANELS;
    bool whole =
        behind <= last && panel_width(product->geometry.channels, behind - 1) == PANEL_WIDTH;
    return block->rows == 1 && whole ? ROW_PANELS : 1;
}

static void run_block(const struct kernel_call *call, struct row_block *block, int group)
{
    const struct product *product = call->state;
    int unit = product->geometry.rows == 1 ? ROW_PANELS : 1;
    int units = (product->tiling.panels + unit - 1) / unit;
    int panel = units * group / product->division.groups * unit;
    int last = units * (group + 1) / product->division.groups * unit;
    last = last < product->tiling.panels ? last : product->tiling.panels;
    for (size_t tile = 0; tile < block->tiles; tile++)
        point_tile(product, block, tile);
    while (panel < last) {
        int panels = panels_at_once(product, block, panel, last);
        for (size_t tile = 0; tile < block->tiles; tile++)
            run_tile(call, block, tile, panel, panels);
        panel += panels;
    }
}

static void run_blocks(const struct kernel_call *call, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    unsigned char *memory =
        call->scratch + product->scratch.thread_at + (size_t)thread * product->scratch.thread_bytes;
    size_t block_rows = (size_t)(product->division.block_tiles * TILE_ROWS);
    for (size_t item = first; item < last; item++) {
        struct row_block block = {
            .source = source_data(product, call),
            .zeros = product->zeros ? product->zeros : call->scratch + product->scratch.zeros_at,
            .pointers = (const void **)(void *)memory,
            .input_sums = input_sums_needed(product)
                              ? (int32_t *)(void *)(memory + product->scratch.sums_at)
                              : NULL,
            .first = item / (size_t)product->division.groups * block_rows,
        };
        size_t rest = product->geometry.rows - block.first;
        block.rows = rest < block_rows ? rest : block_rows;
        block.tiles = (block.rows + TILE_ROWS - 1) / TILE_ROWS;
        run_block(call, &block, (int)(item % (size_t)product->division.groups));
    }
}

void product_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    if (stage == product->division.product_stage)
        run_blocks(call, first, last, thread);
    else
        source_run(product, call, stage, first, last);
}
