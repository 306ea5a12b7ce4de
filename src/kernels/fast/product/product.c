#include "kernels/fast/product/product.h"

#include "kernels/common/extent.h"
#include "kernels/fast/product/quantize.h"
#include "kernels/fast/range.h"

/* Rows whose products share one reading of the weights. As many as keep their inputs in a core's
 * cache, where there are so many weights that they come from further away; else few, or as many as
 * their inputs are short, so that what a block costs is small beside them. */
#define BLOCK_BYTES      ((size_t)768 << 10)
#define WEIGHT_BYTES_FAR ((size_t)512 << 10)
#define BLOCK_ROWS_NEAR  24
#define BLOCK_ROWS_SHORT 96
#define BLOCK_INPUTS     2048
#define BLOCK_ROWS_FAR   192

/* Items of each thread at least: those of one that is late are done by others. */
#define ITEMS_OF_THREAD 4

static size_t most_rows(const struct product *product)
{
    size_t rows = BLOCK_INPUTS / ((size_t)product->tiling.taps * (size_t)product->tiling.depth);
    if (product->division.is_far)
        return BLOCK_ROWS_FAR;
    rows = rows < BLOCK_ROWS_SHORT ? rows : BLOCK_ROWS_SHORT;
    return rows > BLOCK_ROWS_NEAR ? rows : BLOCK_ROWS_NEAR;
}

/* Blocks are as large as a core's cache lets them be, and as many for each thread: so the same
 * thread works on the same part of an image from node to node, and has it in its own cache. */
static size_t choose_blocks(const struct product *product, size_t tiles, size_t threads)
{
    size_t row_bytes = (size_t)product->tiling.depth * product->source.element_bytes;
    size_t most = most_rows(product) / TILE_ROWS;
    size_t fitting = BLOCK_BYTES / (row_bytes * TILE_ROWS);
    most = fitting < most ? fitting : most;
    most = most > 1 ? most : 1;
    size_t blocks = (tiles + most / 2) / most;
    if (!product->division.is_far)
        blocks = (blocks + threads - 1) / threads * threads;
    blocks = blocks < tiles ? blocks : tiles;
    return blocks > 1 ? blocks : 1;
}

/* How many pieces the panels are cut into where there are too few blocks for all threads. */
static int choose_groups(const struct product *product, size_t blocks, int threads)
{
    int wanted = (int)((ITEMS_OF_THREAD * (size_t)threads + blocks - 1) / blocks);
    int units = product->geometry.rows == 1 ? (product->tiling.panels + ROW_PANELS - 1) / ROW_PANELS
                                            : product->tiling.panels;
    wanted = threads == 1 ? 1 : wanted;
    return wanted < units ? wanted : units;
}

static void divide(const struct kernel_call *call, struct product *product)
{
    struct division *division = &product->division;
    size_t tiles = (product->geometry.rows + TILE_ROWS - 1) / TILE_ROWS;
    division->is_far =
        (size_t)product->tiling.panels * product->packed.panel_bytes > WEIGHT_BYTES_FAR;
    division->blocks = choose_blocks(product, tiles, (size_t)call->n_threads);
    division->block_tiles = (int)((tiles + division->blocks - 1) / division->blocks);
    division->groups = choose_groups(product, division->blocks, call->n_threads);
}

/* Bytes of a row of padding that only a run tells; 0: there is none. */
static size_t run_zeros(const struct product *product)
{
    bool depends =
        product->source.is_hybrid && product->source.element_bytes == 1 && product->tiling.offsets;
    return depends ? (size_t)product->tiling.depth : 0;
}

static void lay_out_scratch(struct kernel_call *call, struct product *product)
{
    const struct source_images *source = &product->source;
    struct scratch *scratch = &product->scratch;
    size_t images = product_images(product);
    size_t row_bytes = (size_t)product->tiling.depth * source->element_bytes;
    size_t rows = (size_t)(product->division.block_tiles * TILE_ROWS);
    bool is_whole = product->convert && !source->is_by_block;
    size_t converted = is_whole ? images * source->image_stride * source->element_bytes : 0;
    scratch->thread_at = scratch_aligned(converted + KERNEL_OVERREAD);
    if (source->is_hybrid)
        scratch->thread_at = quantize_layout(call, product, scratch->thread_at, run_zeros(product));
    scratch->sums_at = scratch_aligned(rows * (size_t)product->tiling.taps * sizeof(void *));
    scratch->rows_at = scratch->sums_at + scratch_aligned(rows * sizeof(int32_t));
    scratch->thread_bytes = scratch->rows_at;
    if (source->is_by_block)
        scratch->thread_bytes += scratch_aligned(rows * row_bytes + KERNEL_OVERREAD);
    scratch->thread_bytes += call->n_threads > 1 ? SCRATCH_GAP : 0;
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
    unsigned char *converted;            /* its own rows; NULL: they are in the source */
    const void **pointers;               /* tile by tile: [tap][row of the tile] */
    int32_t *input_sums;                 /* TILE_ROWS of each tile; NULL: not needed */
    size_t first, rows, tiles;
    size_t least, larger; /* rows of a tile, and tiles that have one more: they come first */
    /* What each tile fetches of the next panel's weights, in all and per step. */
    size_t ahead_bytes;
    int ahead_step;
    int thread; /* that works on it */
};

static size_t first_of_tile(const struct row_block *block, size_t tile)
{
    return tile * block->least + (tile < block->larger ? tile : block->larger);
}

static size_t rows_of_tile(const struct row_block *block, size_t number)
{
    return block->least + (number < block->larger);
}

/* A row of the product: a pixel of an image. */
struct place {
    size_t image, pixel;
};

static struct place next_place(const struct product *product, struct place place)
{
    if (++place.pixel < product->geometry.image_rows)
        return place;
    return (struct place){place.image + 1, 0};
}

/* Where the taps of a row are: pointers[tap * step]. */
static void point_row(const struct product *product, const struct row_block *block,
                      struct place place, const void **pointers, int step)
{
    const unsigned char *base =
        block->source + place.image * product->source.image_stride * product->source.element_bytes;
    const unsigned char *zeros = block->zeros + place.image * product->scratch.zeros_stride;
    const int32_t *offsets = product->tiling.offsets + place.pixel * (size_t)product->tiling.taps;
    for (int tap = 0; tap < product->tiling.taps; tap++)
        pointers[tap * step] =
            offsets[tap] < 0 ? zeros : base + (size_t)offsets[tap] * product->source.element_bytes;
}

/* Neighbouring elements, `bytes` apart. */
static void point_line(const unsigned char *from, size_t bytes, const void **pointers, int count)
{
    for (int i = 0; i < count; i++, from += bytes)
        pointers[i] = from;
}

/* The same of rows that are the pixels of all images, each its own only tap. */
static void point_pixels(const struct product *product, const struct row_block *block, size_t first,
                         const void **pointers, int live)
{
    size_t pixel_bytes = (size_t)product->source.depth * product->source.element_bytes;
    const unsigned char *from = block->converted
                                    ? block->converted + (first - block->first) * pixel_bytes
                                    : block->source + first * pixel_bytes;
    point_line(from, pixel_bytes, pointers, live);
}

/* The same of windows of a spliced source: first their first taps, a line of the output at a time,
 * then from each tap the next. */
static void point_windows(const struct product *product, const struct row_block *block,
                          struct place place, const void **pointers, int live, int step)
{
    const struct tiling *tiling = &product->tiling;
    size_t bytes = product->source.element_bytes, width = (size_t)product->geometry.out_w;
    size_t tap_bytes = tiling->tap_step * bytes;
    for (int r = 0, count; r < live; r += count) {
        size_t y = place.pixel / width, x = place.pixel % width;
        size_t at = place.image * product->source.image_stride + y * tiling->row_step;
        count = (size_t)(live - r) < width - x ? live - r : (int)(width - x);
        point_line(block->source + (at + x * tiling->pixel_step) * bytes,
                   tiling->pixel_step * bytes, pointers + r, count);
        place.pixel += (size_t)count;
        if (place.pixel == product->geometry.image_rows)
            place = (struct place){place.image + 1, 0};
    }
    for (int tap = 1; tap < tiling->taps; tap++, pointers += step)
        for (int r = 0; r < live; r++)
            pointers[step + r] = (const unsigned char *)pointers[r] + tap_bytes;
}

/* Rows beyond the last one repeat it: they are computed and not stored. */
static void point_tile(const struct product *product, const struct row_block *block, size_t tile)
{
    size_t first = block->first + first_of_tile(block, tile);
    int live = (int)rows_of_tile(block, tile), rows = tile_rows((size_t)live);
    const void **pointers = block->pointers + tile * (size_t)(TILE_ROWS * product->tiling.taps);
    struct place place = {first / product->geometry.image_rows,
                          first % product->geometry.image_rows};
    if (product->source.is_spliced)
        point_windows(product, block, place, pointers, live, rows);
    else if (!product->tiling.offsets)
        point_pixels(product, block, first, pointers, live);
    else
        for (int r = 0; r < live; r++, place = next_place(product, place))
            point_row(product, block, place, pointers + r, rows);
    for (int r = live; r < rows; r++)
        for (int tap = 0; tap < product->tiling.taps; tap++)
            pointers[tap * rows + r] = pointers[tap * rows + live - 1];
    if (block->input_sums)
        input_sums_of(product, pointers, rows, block->input_sums + tile * TILE_ROWS);
}

/* The weights that the tiles of one panel fetch together while they compute: those of the next
 * one. */
static void fetch_ahead(const struct product *product, const struct row_block *block, size_t number,
                        int next, struct tile *tile)
{
    tile->ahead = product->packed.weights;
    if (block->ahead_step == 0 || next >= product->tiling.panels)
        return;
    tile->ahead = panel_weights(product, next) + number * block->ahead_bytes;
    tile->ahead_step = block->ahead_step;
}

/* How the tiles of a block share that. */
static void divide_ahead(const struct product *product, struct row_block *block)
{
    size_t steps =
        (size_t)product->tiling.taps * (size_t)(product->tiling.depth / product->tiling.group);
    bool fetches = product->division.is_far && product->packed.panel_bytes >= steps;
    block->ahead_bytes = product->packed.panel_bytes / block->tiles;
    block->ahead_step = fetches ? (int)(block->ahead_bytes / steps) + 1 : 0;
}

/* Whether the rows of tiles, as many as they begin with row `first`, belong to one image: those
 * that are quantized at run time share its scale. */
static bool has_one_image(const struct product *product, size_t first, size_t rows)
{
    size_t of_image = product->geometry.image_rows;
    return first / of_image == (first + rows - 1) / of_image;
}

/* Whether all rows and lanes of a tile are part of the output, and it can put its results there: of
 * several panels, and of panels that are wider than the output, only results of float. */
static bool is_direct(const struct product *product, const struct tile *tile, size_t live)
{
    if (product->source.is_hybrid && tile->panels > 1)
        return false;
    int last = tile->panel + tile->panels - 1;
    bool is_whole = last * PANEL_WIDTH + panel_width(product->geometry.channels, last) <=
                    product->geometry.channels;
    bool has_way = product->epilogue.bias_float || (tile->panels == 1 && is_whole);
    return product->epilogue.is_direct && has_way && (size_t)tile->rows == live;
}

/* Of the last vector of a panel the lanes that are channels. */
static size_t live_lanes(const struct product *product, int panel)
{
    int width = panel_width(product->geometry.channels, panel);
    return (size_t)(live_width(product->geometry.channels, panel, width) - (width - LANES));
}

/* Tiles one by one, of what has no function for many: those of halves and of depthwise products
 * make results. */
static void run_each(const struct product *product, const struct tile *tiles, float *to)
{
    struct tile tile = *tiles;
    size_t step = (size_t)tiles->rows * tiles->step;
    for (size_t i = 0; i < tiles->count; i++, to += step) {
        tile.pointers = tile_pointers(tiles, i, product->tiling.taps);
        tile.ahead = tiles->ahead + i * tiles->ahead_bytes;
        product->tile(product, &tile, to);
        tile.addend += tiles->addend ? step : 0;
    }
}

/* Ends with the function of the results of some rows and panels, which are near by now, and with
 * their range. */
static void end_with(const struct kernel_call *call, const struct row_block *block, size_t row,
                     size_t rows, int panel, int panels)
{
    const struct product *product = call->state;
    const struct operand *out = &call->outputs[0];
    int first = panel * PANEL_WIDTH, rest = product->geometry.channels - first;
    int width = panels * PANEL_WIDTH;
    const struct range_part part = {row, rows, (size_t)first, (size_t)(rest < width ? rest : width),
                                    results_are_positive(call, &product->epilogue)};
    if (call->apply)
        call->apply((float *)out->data + row * out->row_step + first, rows, part.width,
                    out->row_step);
    range_note(call, &part, block->thread);
}

/* Makes the results of tiles where they belong, and adds what is to be added. */
static void run_direct(const struct kernel_call *call, const struct row_block *block,
                       struct tile *tiles, size_t row)
{
    const struct product *product = call->state;
    const struct operand *out = &call->outputs[0];
    tiles->step = out->row_step;
    tiles->live = live_lanes(product, tiles->panel + tiles->panels - 1);
    size_t at = row * tiles->step + (size_t)tiles->panel * PANEL_WIDTH;
    void *to = (char *)out->data + at * type_size(out->tensor->type);
    if (call->addend.tensor) {
        tiles->addend = (const float *)call->addend.data + at;
        tiles->low = call->low;
        tiles->high = call->high;
    }
    if (product->source.is_hybrid)
        tiles->by = &product_scales(product, call)[row / product->geometry.image_rows];
    if (product->direct && tiles->panels == 1)
        product->direct(product, tiles, to);
    else
        run_each(product, tiles, to);
    end_with(call, block, row, tiles->count * (size_t)tiles->rows, tiles->panel, tiles->panels);
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

static struct tile tile_of(const struct product *product, const struct row_block *block,
                           size_t number, int panel, int panels)
{
    struct tile tile = {
        .pointers = block->pointers + number * (size_t)(TILE_ROWS * product->tiling.taps),
        .rows = tile_rows(rows_of_tile(block, number)),
        .panel = panel,
        .panels = panels,
        .weights = panel_weights(product, panel),
        .step = PANEL_WIDTH,
        .live = LANES,
        .count = 1,
        .low = product->epilogue.float_low,
        .high = product->epilogue.float_high,
    };
    fetch_ahead(product, block, number, panel + panels, &tile);
    return tile;
}

/* One tile times a number of panels, finished. */
static void run_tile(const struct kernel_call *call, const struct row_block *block, size_t number,
                     int panel, int panels)
{
    const struct product *product = call->state;
    /* Room for the wider sums of 16x8. */
    int64_t sums[(TILE_ROWS > ROW_PANELS ? TILE_ROWS : ROW_PANELS) * PANEL_WIDTH];
    const struct tile tile = tile_of(product, block, number, panel, panels);
    product->tile(product, &tile, sums);
    if (block->input_sums)
        input_sums_subtract(product, &tile, block->input_sums + number * TILE_ROWS,
                            (int32_t *)(void *)sums);
    const struct panel_sums part = {
        .sums = sums,
        .row = block->first + first_of_tile(block, number),
        .rows = (int)rows_of_tile(block, number),
        .panel = panel,
        .width = panel_width(product->geometry.channels, panel),
        .output = call->outputs[0].data,
    };
    for (int p = 0; p < panels; p++)
        finish_panel(call, &part, p);
    end_with(call, block, part.row, (size_t)part.rows, panel, panels);
}

/* Tiles first..last-1, all of as many rows, times a number of panels. */
static void run_equal_tiles(const struct kernel_call *call, const struct row_block *block,
                            size_t first, size_t last, int panel, int panels)
{
    const struct product *product = call->state;
    struct tile tiles = tile_of(product, block, first, panel, panels);
    size_t row = block->first + first_of_tile(block, first);
    size_t rows = (last - first) * rows_of_tile(block, first);
    if (is_direct(product, &tiles, rows_of_tile(block, first)) &&
        (!product->source.is_hybrid || has_one_image(product, row, rows))) {
        tiles.count = last - first;
        tiles.ahead_bytes = tiles.ahead_step > 0 ? block->ahead_bytes : 0;
        run_direct(call, block, &tiles, row);
        return;
    }
    for (; first < last; first++)
        run_tile(call, block, first, panel, panels);
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

/* Groups begin..end-1 of the panels. */
static void run_block(const struct kernel_call *call, const struct row_block *block, int begin,
                      int end)
{
    const struct product *product = call->state;
    int unit = product->geometry.rows == 1 ? ROW_PANELS : 1;
    int units = (product->tiling.panels + unit - 1) / unit;
    int panel = units * begin / product->division.groups * unit;
    int last = units * end / product->division.groups * unit;
    last = last < product->tiling.panels ? last : product->tiling.panels;
    while (panel < last) {
        int panels = panels_at_once(product, block, panel, last);
        if (block->larger > 0)
            run_equal_tiles(call, block, 0, block->larger, panel, panels);
        run_equal_tiles(call, block, block->larger, block->tiles, panel, panels);
        panel += panels;
    }
}

/* The first row of a block: whole tiles are dealt out evenly. */
static size_t first_of_block(const struct product *product, size_t number)
{
    size_t tiles = (product->geometry.rows + TILE_ROWS - 1) / TILE_ROWS;
    size_t row = tiles * number / product->division.blocks * TILE_ROWS;
    return row < product->geometry.rows ? row : product->geometry.rows;
}

/* Converts the rows of a block. */
static void convert_block(const struct kernel_call *call, const struct row_block *block)
{
    const struct product *product = call->state;
    size_t depth = (size_t)product->source.depth;
    const struct stretch stretch = {block->first * depth, block->rows * depth, block->converted,
                                    NULL};
    product->convert(product, call, &stretch);
}

static void point_block(const struct kernel_call *call, struct row_block *block, size_t number)
{
    const struct product *product = call->state;
    block->first = first_of_block(product, number);
    block->rows = first_of_block(product, number + 1) - block->first;
    block->tiles = (block->rows + TILE_ROWS - 1) / TILE_ROWS;
    block->least = block->rows / block->tiles;
    block->larger = block->rows % block->tiles;
    divide_ahead(product, block);
    if (block->converted)
        convert_block(call, block);
    for (size_t tile = 0; tile < block->tiles; tile++)
        point_tile(product, block, tile);
}

static void run_blocks(const struct kernel_call *call, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    unsigned char *memory =
        call->scratch + product->scratch.thread_at + (size_t)thread * product->scratch.thread_bytes;
    size_t groups = (size_t)product->division.groups;
    struct row_block block = {
        .source = source_data(product, call),
        .zeros = product->zeros ? product->zeros : call->scratch + product->scratch.zeros_at,
        .pointers = (const void **)(void *)memory,
        .input_sums = input_sums_needed(product)
                          ? (int32_t *)(void *)(memory + product->scratch.sums_at)
                          : NULL,
        .thread = thread,
        .converted = product->source.is_by_block ? memory + product->scratch.rows_at : NULL,
    };
    while (first < last) {
        size_t number = first / groups, begin = number * groups, end = begin + groups;
        end = end < last ? end : last;
        point_block(call, &block, number);
        run_block(call, &block, (int)(first - begin), (int)(end - begin));
        first = end;
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

struct kernel_extent product_extent(const struct kernel_call *call, size_t items)
{
    const struct product *product = call->state;
    size_t groups = (size_t)product->division.groups, whole = items / groups;
    struct kernel_extent extent =
        extent_of_windows(call, product->geometry.before_h, first_of_block(product, whole));
    if (items > whole * groups) /* some groups of panels of a block */
        extent.read_to =
            extent_of_windows(call, product->geometry.before_h, first_of_block(product, whole + 1))
                .read_to;
    return extent;
}
