#include "kernels/fast/product/product.h"

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* Rows whose products share one reading of the weights. As many as keep their inputs in a core's cache,
 * where there are so many weights that they come from further away. */
#define BLOCK_BYTES      ((size_t)768 << 10)
#define WEIGHT_BYTES_FAR ((size_t)512 << 10)
#define BLOCK_ROWS_NEAR  24
#define BLOCK_ROWS_FAR   192

static int choose_block_tiles(const struct product *product, int threads)
{
    size_t tiles = (product->rows + TILE_ROWS - 1) / TILE_ROWS;
    size_t row_bytes = (size_t)product->tile_depth * product->element_bytes;
    size_t most = (product->is_far ? BLOCK_ROWS_FAR : BLOCK_ROWS_NEAR) / TILE_ROWS;
    size_t fitting = BLOCK_BYTES / (row_bytes * TILE_ROWS);
    most = fitting < most ? fitting : most;
    most = most > 1 ? most : 1;
    if (!product->is_far && threads > 1 && tiles < 4 * most * (size_t)threads)
        most = 1; /* blocks for all threads */
    size_t blocks = (tiles + most / 2) / most;
    blocks = blocks > 1 ? blocks : 1;
    return (int)((tiles + blocks - 1) / blocks);
}

/* How many pieces the panels are cut into where there are too few rows for all threads. */
static int choose_groups(const struct product *product, int threads)
{
    int wanted = threads == 1 || product->blocks >= 4 * (size_t)threads ? 1 : 4 * threads;
    int units =
        product->rows == 1 ? (product->panels + ROW_PANELS - 1) / ROW_PANELS : product->panels;
    return wanted < units ? wanted : units;
}

/* Rows of padding that only a run tells, one per image. */
static size_t set_zeros(struct product *product, size_t images)
{
    bool depends = product->is_hybrid && product->element_bytes == 1 && product->offsets &&
                   !product->is_spliced;
    product->zeros_stride = depends ? aligned((size_t)product->tile_depth) : 0;
    return images * product->zeros_stride;
}

static void set_stages(struct kernel_call *call, struct product *product)
{
    int stage = 0;
    if (product->is_hybrid)
        call->items[stage++] = product_images(product);
    if (product->convert)
        call->items[stage++] = source_lines(product);
    product->product_stage = stage;
    call->items[stage] = product->blocks * (size_t)product->groups;
    call->n_stages = stage + 1;
}

void product_layout(struct kernel_call *call, struct product *product)
{
    size_t images = product_images(product);
    size_t tiles = (product->rows + TILE_ROWS - 1) / TILE_ROWS;
    product->is_far = (size_t)product->panels * product->panel_bytes > WEIGHT_BYTES_FAR;
    product->block_tiles = choose_block_tiles(product, call->n_threads);
    product->blocks = (tiles + (size_t)product->block_tiles - 1) / (size_t)product->block_tiles;
    product->groups = choose_groups(product, call->n_threads);

    size_t source = product->convert ? images * product->image_stride * product->element_bytes : 0;
    size_t rows = (size_t)(product->block_tiles * TILE_ROWS);
    product->scales_at = aligned(source + KERNEL_OVERREAD);
    product->zeros_at = product->scales_at + aligned(images * sizeof(struct run_scale));
    product->thread_at = product->zeros_at + set_zeros(product, images);
    product->thread_bytes = aligned(rows * (size_t)product->tile_taps * sizeof(void *));
    call->scratch_bytes = product->thread_at + (size_t)call->n_threads * product->thread_bytes;
    set_stages(call, product);
}

/* What one thread works with in a block. */
struct lane {
    const unsigned char *source, *zeros; /* of the first image */
    const void **pointers;               /* tile by tile: [tap][row of the tile] */
    size_t first, rows, tiles;           /* of the block */
};

static size_t first_of_tile(const struct lane *lane, size_t tile)
{
    return lane->rows * tile / lane->tiles;
}

/* Where the taps of a row are: pointers[tap * step]. */
static void point_row(const struct product *product, const struct lane *lane, size_t row,
                      const void **pointers, int step)
{
    size_t image = row / product->image_rows, pixel = row % product->image_rows;
    const unsigned char *base =
        lane->source + image * product->image_stride * product->element_bytes;
    if (!product->offsets) {
        pointers[0] = base + pixel * (size_t)product->source_depth * product->element_bytes;
        return;
    }
    const unsigned char *zeros = lane->zeros + image * product->zeros_stride;
    const int32_t *offsets = product->offsets + pixel * (size_t)product->tile_taps;
    for (int tap = 0; tap < product->tile_taps; tap++)
        pointers[tap * step] =
            offsets[tap] < 0 ? zeros : base + (size_t)offsets[tap] * product->element_bytes;
}

/* Rows beyond the last one repeat it: they are computed and not stored. */
static void point_tile(const struct product *product, const struct lane *lane, size_t tile)
{
    size_t first = first_of_tile(lane, tile), live = first_of_tile(lane, tile + 1) - first;
    const void **pointers = lane->pointers + tile * (size_t)(TILE_ROWS * product->tile_taps);
    int rows = tile_rows(live);
    for (int r = 0; r < rows; r++) {
        size_t in_tile = (size_t)r < live ? (size_t)r : live - 1;
        point_row(product, lane, lane->first + first + in_tile, pointers + r, rows);
    }
}

static int panel_lanes(const struct product *product, int panel)
{
    return product->channels - panel * PANEL_WIDTH <= LANES ? LANES : PANEL_WIDTH;
}

/* The weights that the tiles of one panel fetch together while they compute: those of the next one. */
static void fetch_ahead(const struct product *product, size_t number, size_t tiles, int next,
                        struct tile *tile)
{
    size_t steps = (size_t)product->tile_taps * (size_t)(product->tile_depth / product->group);
    tile->ahead = product->weights;
    if (!product->is_far || next >= product->panels || product->panel_bytes < steps)
        return;
    tile->ahead += (size_t)next * product->panel_bytes + number * (product->panel_bytes / tiles);
    tile->ahead_step = (int)(product->panel_bytes / steps / tiles) + 1;
}

/* Whether all rows and lanes of a tile are part of the output, in which it may put its results then. */
static bool is_whole(const struct product *product, const struct tile *tile, size_t live)
{
    int last = tile->panel + tile->panels - 1;
    return (size_t)tile->rows == live &&
           last * PANEL_WIDTH + panel_lanes(product, last) <= product->channels;
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

/* One tile times a number of panels, finished. */
static void run_tile(const struct kernel_call *call, const struct lane *lane, size_t number,
                     int panel, int panels)
{
    const struct product *product = call->state;
    /* Room for the wider sums of 16x8. */
    int64_t sums[(TILE_ROWS > ROW_PANELS ? TILE_ROWS : ROW_PANELS) * PANEL_WIDTH];
    size_t first = first_of_tile(lane, number), live = first_of_tile(lane, number + 1) - first;
    struct tile tile = {
        .pointers = lane->pointers + number * (size_t)(TILE_ROWS * product->tile_taps),
        .rows = tile_rows(live),
        .panel = panel,
        .panels = panels,
        .step = PANEL_WIDTH,
        .low = product->float_low,
        .high = product->float_high,
    };
    fetch_ahead(product, number, lane->tiles, panel + panels, &tile);
    if (product->is_direct && is_whole(product, &tile, live)) {
        run_direct(call, &tile, lane->first + first);
        return;
    }
    product->tile(product, &tile, sums);
    for (int p = 0; p < panels; p++)
        product->finish(product, call,
                        (const unsigned char *)sums +
                            (size_t)(p * PANEL_WIDTH) * product->sum_bytes,
                        lane->first + first, (int)live, panel + p, panel_lanes(product, panel + p),
                        call->outputs[0].data);
}

/* How many panels the next step takes: several whole ones for a single row. */
static int panels_at_once(const struct product *product, const struct lane *lane, int panel,
                          int last)
{
    int behind = panel + ROW_PANELS;
    bool whole = behind <= last && panel_lanes(product, behind - 1) == PANEL_WIDTH;
    return lane->rows == 1 && whole ? ROW_PANELS : 1;
}

static void run_block(const struct kernel_call *call, struct lane *lane, int group)
{
    const struct product *product = call->state;
    int unit = product->rows == 1 ? ROW_PANELS : 1;
    int units = (product->panels + unit - 1) / unit;
    int panel = units * group / product->groups * unit;
    int last = units * (group + 1) / product->groups * unit;
    last = last < product->panels ? last : product->panels;
    for (size_t tile = 0; tile < lane->tiles; tile++)
        point_tile(product, lane, tile);
    while (panel < last) {
        int panels = panels_at_once(product, lane, panel, last);
        for (size_t tile = 0; tile < lane->tiles; tile++)
            run_tile(call, lane, tile, panel, panels);
        panel += panels;
    }
}

static void run_blocks(const struct kernel_call *call, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    unsigned char *memory =
        call->scratch + product->thread_at + (size_t)thread * product->thread_bytes;
    size_t block_rows = (size_t)(product->block_tiles * TILE_ROWS);
    for (size_t item = first; item < last; item++) {
        struct lane lane = {
            .source = product->convert ? call->scratch : call->inputs[0].data,
            .zeros = product->zeros ? product->zeros : call->scratch + product->zeros_at,
            .pointers = (const void **)(void *)memory,
            .first = item / (size_t)product->groups * block_rows,
        };
        size_t rest = product->rows - lane.first;
        lane.rows = rest < block_rows ? rest : block_rows;
        lane.tiles = (lane.rows + TILE_ROWS - 1) / TILE_ROWS;
        run_block(call, &lane, (int)(item % (size_t)product->groups));
    }
}

void product_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    if (stage == product->product_stage)
        run_blocks(call, first, last, thread);
    else if (stage == 0 && product->is_hybrid)
        source_scales(product, call, first, last);
    else
        source_convert(product, call, first, last);
}
