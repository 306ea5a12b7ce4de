#include "kernels/fast/product.h"

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* How many pieces the panels are cut into where there are too few rows for all threads. */
static int choose_groups(const struct product *product, int threads)
{
    int wanted = threads == 1 || product->blocks >= 4 * (size_t)threads ? 1 : 4 * threads;
    int units =
        product->rows == 1 ? (product->panels + ROW_PANELS - 1) / ROW_PANELS : product->panels;
    return wanted < units ? wanted : units;
}

void product_layout(struct kernel_call *call, struct product *product, int convert_stages)
{
    size_t images = product->rows / product->image_rows;
    size_t tiles = (product->rows + TILE_ROWS - 1) / TILE_ROWS;
    bool plenty = tiles >= (size_t)(4 * BLOCK_TILES * call->n_threads);
    product->block_tiles = plenty || call->n_threads == 1 ? BLOCK_TILES : 1;
    product->blocks = (tiles + (size_t)product->block_tiles - 1) / (size_t)product->block_tiles;
    product->groups = choose_groups(product, call->n_threads);
    product->product_stage = convert_stages;

    size_t source =
        convert_stages > 0 ? images * product->image_stride * product->element_bytes : 0;
    size_t rows = (size_t)(product->block_tiles * TILE_ROWS);
    size_t pointers = rows * (size_t)product->tile_taps * sizeof(void *);
    size_t gathered =
        product->is_gathered ? rows * (size_t)product->tile_depth * product->element_bytes : 0;
    product->scales_at = aligned(source + VECTOR_BYTES);
    product->thread_at = product->scales_at + aligned(images * sizeof(struct run_scale));
    product->thread_bytes = aligned(pointers) + aligned(gathered + VECTOR_BYTES);
    call->scratch_bytes = product->thread_at + (size_t)call->n_threads * product->thread_bytes;
    call->n_stages = convert_stages + 1;
    call->items[convert_stages] = product->blocks * (size_t)product->groups;
}

/* Elements of a row's tap in the source, or the row of zeros. */
static const void *tap_elements(const struct product *product, const unsigned char *source,
                                size_t row, int tap)
{
    size_t image = row / product->image_rows, pixel = row % product->image_rows;
    size_t at = image * product->image_stride;
    if (product->offsets) {
        int32_t offset = product->offsets[pixel * (size_t)product->taps + (size_t)tap];
        if (offset < 0)
            return product->zeros;
        at += (size_t)offset;
    } else {
        at += pixel * (size_t)product->source_depth;
    }
    return source + at * product->element_bytes;
}

/* The inputs of one row side by side. */
static void gather_row(const struct product *product, const unsigned char *source, size_t row,
                       unsigned char *to)
{
    size_t bytes = (size_t)product->depth * product->element_bytes;
    for (int tap = 0; tap < product->taps; tap++, to += bytes)
        memcpy(to, tap_elements(product, source, row, tap), bytes);
    memset(to, 0,
           (size_t)product->tile_depth * product->element_bytes - (size_t)product->taps * bytes);
}

/* What one thread works with in a block. */
struct lane {
    const void **pointers; /* tile by tile: [tap][row of the tile] */
    unsigned char *gathered;
    size_t first, rows; /* of the block */
};

static int rows_of_tile(const struct lane *lane, size_t tile)
{
    size_t rest = lane->rows - tile * TILE_ROWS;
    return rest == 1 ? 1 : TILE_ROWS;
}

/* Rows beyond the last one repeat it: they are computed and not stored. */
static void point_tile(const struct product *product, const unsigned char *source,
                       struct lane *lane, size_t tile)
{
    int rows = rows_of_tile(lane, tile);
    const void **pointers = lane->pointers + tile * (size_t)(TILE_ROWS * product->tile_taps);
    size_t row_bytes = (size_t)product->tile_depth * product->element_bytes;
    for (int r = 0; r < rows; r++) {
        size_t in_block = tile * TILE_ROWS + (size_t)r;
        if (in_block >= lane->rows)
            in_block = lane->rows - 1;
        if (product->is_gathered) {
            unsigned char *to = lane->gathered + (tile * TILE_ROWS + (size_t)r) * row_bytes;
            gather_row(product, source, lane->first + in_block, to);
            pointers[r] = to;
            continue;
        }
        for (int tap = 0; tap < product->taps; tap++)
            pointers[tap * rows + r] = tap_elements(product, source, lane->first + in_block, tap);
    }
}

static int panel_lanes(const struct product *product, int panel)
{
    return product->channels - panel * PANEL_WIDTH <= LANES ? LANES : PANEL_WIDTH;
}

/* One tile times a number of panels, finished. */
static void run_tile(const struct kernel_call *call, const struct lane *lane, size_t tile,
                     int panel, int panels)
{
    const struct product *product = call->state;
    /* Room for the wider sums of 16x8. */
    int64_t sums[(TILE_ROWS > ROW_PANELS ? TILE_ROWS : ROW_PANELS) * PANEL_WIDTH];
    int rows = rows_of_tile(lane, tile);
    size_t rest = lane->rows - tile * TILE_ROWS;
    int live = rest < (size_t)rows ? (int)rest : rows;
    product->tile(product, lane->pointers + tile * (size_t)(TILE_ROWS * product->tile_taps), rows,
                  panel, panels, sums);
    for (int p = 0; p < panels; p++)
        product->finish(product, call,
                        (const unsigned char *)sums +
                            (size_t)(p * PANEL_WIDTH) * product->sum_bytes,
                        lane->first + tile * TILE_ROWS, live, panel + p,
                        panel_lanes(product, panel + p), call->outputs[0].data);
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
    const unsigned char *source =
        product->product_stage > 0 ? call->scratch : (const unsigned char *)call->inputs[0].data;
    size_t tiles = (lane->rows + TILE_ROWS - 1) / TILE_ROWS;
    int unit = product->rows == 1 ? ROW_PANELS : 1;
    int units = (product->panels + unit - 1) / unit;
    int panel = units * group / product->groups * unit;
    int last = units * (group + 1) / product->groups * unit;
    last = last < product->panels ? last : product->panels;
    for (size_t tile = 0; tile < tiles; tile++)
        point_tile(product, source, lane, tile);
    while (panel < last) {
        int panels = panels_at_once(product, lane, panel, last);
        for (size_t tile = 0; tile < tiles; tile++)
            run_tile(call, lane, tile, panel, panels);
        panel += panels;
    }
}

void product_run(const struct kernel_call *call, size_t first, size_t last, int thread)
{
    const struct product *product = call->state;
    unsigned char *memory =
        call->scratch + product->thread_at + (size_t)thread * product->thread_bytes;
    size_t block_rows = (size_t)(product->block_tiles * TILE_ROWS);
    size_t pointer_bytes = aligned(block_rows * (size_t)product->tile_taps * sizeof(void *));
    for (size_t item = first; item < last; item++) {
        struct lane lane = {
            .pointers = (const void **)(void *)memory,
            .gathered = memory + pointer_bytes,
            .first = item / (size_t)product->groups * block_rows,
        };
        size_t rest = product->rows - lane.first;
        lane.rows = rest < block_rows ? rest : block_rows;
        run_block(call, &lane, (int)(item % (size_t)product->groups));
    }
}
