/* BATCH_MATMUL with the tiles of kernels/fast/product/product.h: the second operand is computed
 * when the network runs, so that it is packed then, once per matrix, into the scratch.
 *
 * * int8: both operands have a zero point. Let x be the converted input, which counts from z (0 of
 * int16, BYTE_OFFSET plus the zero point of bytes). Then the sum of (x - z) (y - zero) is that of
 * x y, less z times the sum of y's column, less zero times the sum of (x - z): a term per column,
 * which the finish takes as a bias, and one per row.
 *
 * * int16: y is packed as two matrices of bytes, y = 256 high + low + 128, so that the tiles of
 * 16x8 do for both; a row's term is the sum of x. */
#include "kernels/common/broadcast.h"
#include "kernels/common/multipliers.h"
#include "kernels/common/quantized.h"
#include "kernels/fast/product/product.h"
#include "kernels/fast/transpose.h"

/* Rounded up to groups it must fit an int. */
#define DEPTH_MAX (1 << 30)
/* That many int16 add up to an int32. */
#define WIDE_DEPTH_MAX (1 << 15)

/* The stages: both operands of integers are converted. */
enum { PACK, CONVERT, MULTIPLY };

struct matmul {
    struct product product;   /* of one matrix; what it points to in the scratch is set per run */
    struct broadcast batches; /* of the output: which matrices it multiplies */
    size_t x_batches, y_batches, rows, depth, columns, blocks;
    bool is_swapped;    /* y is [columns][depth] */
    int32_t row_factor; /* what a row's term is its sum times: y's zero point, or 1 of int16 */
    int32_t x_offset;   /* int8: z of the note above */
    /* In the scratch: packed matrices (of int16 the low bytes of one begin at low_at of it); of
     * integers also the columns' terms, converted rows, and the rows' terms. */
    size_t y_bytes, low_at, columns_at, x_at, row_bytes, rows_at;
};

/* A panel of y's columns, and how far its elements lie apart. */
struct panel_columns {
    size_t first, live, width; /* lanes, of which some may have no column */
    size_t step, depth_step;   /* from one column to the next, from one row of y to the next */
};

static struct panel_columns columns_of(const struct matmul *matmul, int panel)
{
    int channels = matmul->product.geometry.channels, width = panel_width(channels, panel);
    return (struct panel_columns){
        .first = (size_t)panel * PANEL_WIDTH,
        .live = (size_t)live_width(channels, panel, width),
        .width = (size_t)width,
        .step = matmul->is_swapped ? matmul->depth : 1,
        .depth_step = matmul->is_swapped ? 1 : matmul->columns,
    };
}

/* Floats: [depth][width]. */
static void pack_panel_float(const struct matmul *matmul, const float *y, int panel, float *packed)
{
    const struct panel_columns columns = columns_of(matmul, panel);
    size_t depth = matmul->depth, width = columns.width, live = columns.live;
    y += columns.first * columns.step;
    if (live < width)
        memset(packed, 0, depth * width * sizeof(*packed));
    if (matmul->is_swapped) {
        transpose_floats(y, depth, packed, width, live, depth);
        return;
    }
    for (size_t k = 0; k < depth; k++)
        memcpy(packed + k * width, y + k * matmul->columns, live * sizeof(*packed));
}

/* Bytes: groups of neighbouring inputs lie together for each column. */
static void pack_panel_bytes(const struct matmul *matmul, const int8_t *y, int panel,
                             int8_t *packed, int32_t *terms)
{
    const struct product *product = &matmul->product;
    const struct panel_columns columns = columns_of(matmul, panel);
    size_t group = (size_t)product->tiling.group, width = columns.width;
    uint32_t sums[PANEL_WIDTH] = {0};
    memset(packed, 0, (size_t)product->tiling.depth * width);
    for (size_t k = 0; k < matmul->depth; k++) {
        int8_t *to = packed + k / group * group * width + k % group;
        const int8_t *from = y + columns.first * columns.step + k * columns.depth_step;
        for (size_t c = 0; c < columns.live; c++) {
            to[c * group] = from[c * columns.step];
            sums[c] += (uint32_t)from[c * columns.step];
        }
    }
    for (size_t c = 0; c < PANEL_WIDTH; c++)
        terms[c] = (int32_t)(0 - (uint32_t)matmul->x_offset * sums[c]);
}

/* Both bytes of shorts in the same way. */
static void pack_panel_shorts(const struct matmul *matmul, const int16_t *y, int panel,
                              int8_t *packed)
{
    const struct product *product = &matmul->product;
    const struct panel_columns columns = columns_of(matmul, panel);
    size_t group = (size_t)product->tiling.group, width = columns.width;
    int8_t *low = packed + matmul->low_at;
    memset(packed, 0, (size_t)product->tiling.depth * width);
    memset(low, 0, (size_t)product->tiling.depth * width);
    for (size_t k = 0; k < matmul->depth; k++) {
        size_t to = k / group * group * width + k % group;
        const int16_t *from = y + columns.first * columns.step + k * columns.depth_step;
        for (size_t c = 0; c < columns.live; c++) {
            packed[to + c * group] = (int8_t)(from[c * columns.step] >> 8);
            low[to + c * group] = (int8_t)((from[c * columns.step] & 0xff) - 128);
        }
    }
}

static int32_t *column_terms(const struct kernel_call *call, size_t y_batch)
{
    const struct matmul *matmul = call->state;
    return (int32_t *)(void *)(call->scratch + matmul->columns_at) +
           y_batch * (size_t)matmul->product.tiling.panels * PANEL_WIDTH;
}

static void pack(const struct kernel_call *call, size_t first, size_t last)
{
    const struct matmul *matmul = call->state;
    const struct product *product = &matmul->product;
    size_t elements = matmul->depth * matmul->columns;
    for (size_t item = first; item < last; item++) {
        size_t batch = item / (size_t)product->tiling.panels;
        int panel = (int)(item % (size_t)product->tiling.panels);
        unsigned char *to =
            call->scratch + batch * matmul->y_bytes + (size_t)panel * product->packed.panel_bytes;
        if (call->inputs[1].tensor->type == TYPE_F32)
            pack_panel_float(matmul, (const float *)call->inputs[1].data + batch * elements, panel,
                             (float *)(void *)to);
        else if (call->inputs[1].tensor->type == TYPE_I16)
            pack_panel_shorts(matmul, (const int16_t *)call->inputs[1].data + batch * elements,
                              panel, (int8_t *)to);
        else
            pack_panel_bytes(matmul, (const int8_t *)call->inputs[1].data + batch * elements, panel,
                             (int8_t *)to, column_terms(call, batch) + panel * PANEL_WIDTH);
    }
}

/* The converted numbers of a row, added up; those that fill up the last group are 0. */
static uint32_t row_sum(const struct product *product, const unsigned char *row)
{
    uint32_t sum = 0;
    if (product->source.element_bytes == 1)
        for (int k = 0; k < product->tiling.depth; k++)
            sum += BYTE_OFFSET == 0 ? (uint32_t)(int8_t)row[k] : row[k];
    else
        for (int k = 0; k < product->tiling.depth; k++)
            sum += (uint32_t)((const int16_t *)(const void *)row)[k];
    return sum;
}

static void convert(const struct kernel_call *call, size_t first, size_t last)
{
    const struct matmul *matmul = call->state;
    const struct product *product = &matmul->product;
    uint32_t *terms = (void *)(call->scratch + matmul->rows_at);
    uint32_t factor = (uint32_t)matmul->row_factor;
    uint32_t offset = (uint32_t)matmul->depth * (uint32_t)matmul->x_offset;
    size_t used = matmul->depth * product->source.element_bytes;
    for (size_t row = first; row < last; row++) {
        unsigned char *to = call->scratch + matmul->x_at + row * matmul->row_bytes;
        const struct stretch stretch = {row * matmul->depth, matmul->depth, to, NULL};
        product->convert(product, call, &stretch);
        memset(to + used, 0, matmul->row_bytes - used);
        terms[row] = factor * (row_sum(product, to) - offset);
    }
}

/* One pair of matrices that is multiplied. */
struct pair {
    struct product product; /* with the packed matrix in its place */
    const unsigned char *x;
    const int32_t *terms; /* of the rows; NULL: none */
    void *out;
};

static struct pair pair_of(const struct kernel_call *call, size_t batch)
{
    const struct matmul *matmul = call->state;
    struct broadcast_run operands = broadcast_run(&matmul->batches, batch, batch + 1);
    size_t x_row = operands.first[0] * matmul->rows, out = batch * matmul->rows * matmul->columns;
    struct pair pair = {.product = matmul->product};
    pair.product.packed.weights = call->scratch + operands.first[1] * matmul->y_bytes;
    pair.out = (char *)call->outputs[0].data + out * type_size(call->outputs[0].tensor->type);
    if (matmul->product.convert) {
        pair.x = call->scratch + matmul->x_at + x_row * matmul->row_bytes;
        pair.terms = (const int32_t *)(const void *)(call->scratch + matmul->rows_at) + x_row;
        pair.product.epilogue.bias32 = column_terms(call, operands.first[1]);
    } else {
        pair.x = (const unsigned char *)call->inputs[0].data + x_row * matmul->row_bytes;
    }
    return pair;
}

static void subtract_terms(const int32_t *terms, void *all, int rows, int width)
{
    int32_t *sums = all;
    for (int r = 0; r < rows; r++, sums += PANEL_WIDTH)
        for (int c = 0; c < width; c += LANES)
            store_int(sums + c, load_int(sums + c) - terms[r]);
}

/* Makes whole sums of those of the high bytes. */
static void add_low_bytes(const struct pair *pair, const struct tile *tile, size_t low_at,
                          const int32_t *terms, int rows, int64_t *sums)
{
    struct tile low_tile = *tile;
    int64_t low[TILE_ROWS * PANEL_WIDTH];
    int width = panel_width(pair->product.geometry.channels, tile->panel);
    low_tile.weights = (const char *)tile->weights + low_at;
    pair->product.tile(&pair->product, &low_tile, low);
    for (int r = 0; r < rows; r++)
        for (int c = r * PANEL_WIDTH; c < r * PANEL_WIDTH + width; c++)
            sums[c] = 256 * sums[c] + low[c] + 128 * (int64_t)terms[r];
}

/* Rows beyond the last one repeat it: they are computed and not stored. */
static void run_tile(const struct kernel_call *call, const struct pair *pair, size_t row,
                     size_t live, int panel)
{
    const struct matmul *matmul = call->state;
    const void *pointers[TILE_ROWS];
    _Alignas(64) int64_t sums[TILE_ROWS * PANEL_WIDTH]; /* or narrower ones */
    int width = panel_width(pair->product.geometry.channels, panel), rows = tile_rows(live);
    for (size_t r = 0; r < (size_t)rows; r++)
        pointers[r] = pair->x + (row + (r < live ? r : live - 1)) * matmul->row_bytes;
    const struct tile tile = {.pointers = pointers,
                              .rows = rows,
                              .panel = panel,
                              .panels = 1,
                              .count = 1,
                              .live = LANES,
                              .weights = panel_weights(&pair->product, panel),
                              .step = PANEL_WIDTH,
                              .low = pair->product.epilogue.float_low,
                              .high = pair->product.epilogue.float_high,
                              .ahead = pair->product.packed.weights};
    pair->product.tile(&pair->product, &tile, sums);
    if (matmul->low_at > 0)
        add_low_bytes(pair, &tile, matmul->low_at, pair->terms + row, (int)live, sums);
    else if (pair->terms)
        subtract_terms(pair->terms + row, sums, (int)live, width);
    const struct panel_sums part = {
        .sums = sums,
        .row = row,
        .rows = (int)live,
        .panel = panel,
        .width = width,
        .output = pair->out,
    };
    pair->product.finish(&pair->product, call, &part);
}

/* Rows that share one reading of the packed matrix. */
#define BLOCK_ROWS ((size_t)4 * TILE_ROWS)

/* Blocks of rows: each panel is used for all of them before the next one. */
static void multiply_blocks(const struct kernel_call *call, size_t first, size_t last)
{
    const struct matmul *matmul = call->state;
    for (size_t item = first; item < last; item++) {
        struct pair pair = pair_of(call, item / matmul->blocks);
        size_t begin = item % matmul->blocks * BLOCK_ROWS, rest = matmul->rows - begin;
        size_t rows = rest < BLOCK_ROWS ? rest : BLOCK_ROWS;
        size_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
        for (int panel = 0; panel < pair.product.tiling.panels; panel++)
            for (size_t tile = 0; tile < tiles; tile++) {
                size_t row = rows * tile / tiles, behind = rows * (tile + 1) / tiles;
                run_tile(call, &pair, begin + row, behind - row, panel);
            }
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct matmul *matmul = call->state;
    (void)thread;
    if (stage == PACK)
        pack(call, first, last);
    else if (stage == CONVERT && matmul->product.convert)
        convert(call, first, last);
    else
        multiply_blocks(call, first, last);
}

static struct shape leading(const struct shape *shape)
{
    struct shape out = *shape;
    out.rank -= 2;
    return out;
}

static void set_geometry(const struct kernel_call *call, struct matmul *matmul)
{
    const struct shape *x = &call->inputs[0].tensor->shape, *y = &call->inputs[1].tensor->shape;
    struct product *product = &matmul->product;
    struct shape x_batches = leading(x), y_batches = leading(y);
    matmul->is_swapped = call->node->params.matmul.adj_y != 0;
    matmul->rows = (size_t)x->dim[x->rank - 2];
    matmul->depth = (size_t)x->dim[x->rank - 1];
    matmul->columns = (size_t)y->dim[y->rank - (matmul->is_swapped ? 2 : 1)];
    matmul->x_batches = shape_elements(&x_batches);
    matmul->y_batches = shape_elements(&y_batches);
    broadcast_init(&matmul->batches, &x_batches, &y_batches, NULL);
    size_t group = (size_t)product->tiling.group,
           padded = (matmul->depth + group - 1) / group * group;
    product->tiling.taps = 1;
    product->tiling.depth = (int)padded;
    product->geometry.channels = (int)matmul->columns;
    product->tiling.panels = (product->geometry.channels + PANEL_WIDTH - 1) / PANEL_WIDTH;
    matmul->row_bytes = padded * product->source.element_bytes;
    matmul->blocks = (matmul->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

/* packed_bytes: of an element of a packed matrix; copies: such matrices of one. */
static void lay_out(struct kernel_call *call, struct matmul *matmul, size_t packed_bytes,
                    size_t copies)
{
    struct product *product = &matmul->product;
    size_t panels = (size_t)product->tiling.panels, x_rows = matmul->x_batches * matmul->rows;
    size_t out = shape_elements(&call->outputs[0].tensor->shape);
    product->packed.panel_bytes = (size_t)product->tiling.depth * PANEL_WIDTH * packed_bytes;
    matmul->y_bytes = panels * product->packed.panel_bytes * copies;
    matmul->low_at = matmul->y_bytes / copies * (copies - 1);
    matmul->columns_at = scratch_aligned(matmul->y_batches * matmul->y_bytes);
    call->scratch_bytes = matmul->columns_at;
    call->items[PACK] = matmul->y_batches * panels;
    call->n_stages = 1;
    if (product->convert) {
        size_t terms = matmul->y_batches * panels * PANEL_WIDTH * sizeof(int32_t);
        matmul->x_at = scratch_aligned(matmul->columns_at + terms);
        matmul->rows_at =
            scratch_aligned(matmul->x_at + x_rows * matmul->row_bytes + KERNEL_OVERREAD);
        call->scratch_bytes = matmul->rows_at + x_rows * sizeof(int32_t);
        call->items[call->n_stages++] = x_rows;
    }
    call->items[call->n_stages++] = out / (matmul->rows * matmul->columns) * matmul->blocks;
}

static enum status prepare_float(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct matmul *matmul = call->state = arena_alloc(arena, sizeof(*matmul));
    struct product *product = &matmul->product;
    product->tiling.group = 1;
    product->source.element_bytes = product->epilogue.sum_bytes = sizeof(float);
    product->tile = tile_float_run;
    product->finish = finish_float;
    set_geometry(call, matmul);
    activation_range(ACTIVATION_NONE, &product->epilogue.float_low, &product->epilogue.float_high);
    product->epilogue.bias_float =
        arena_try(arena, (size_t)product->tiling.panels * PANEL_WIDTH, sizeof(float));
    if (!product->epilogue.bias_float)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d columns",
                         product->geometry.channels);
    lay_out(call, matmul, sizeof(float), 1);
    return STATUS_OK;
}

static enum status prepare_bytes(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct matmul *matmul = call->state = arena_alloc(arena, sizeof(*matmul));
    struct product *product = &matmul->product;
    product->epilogue.sum_bytes = sizeof(int32_t);
#if HAS_BYTE_PRODUCTS
    product->tiling.group = 4;
    product->source.element_bytes = 1;
    product->convert = BYTE_OFFSET == 0 ? convert_copy : convert_turned;
    product->tile = tile_bytes_run;
#else
    product->tiling.group = 2;
    product->source.element_bytes = sizeof(int16_t);
    product->convert = convert_widen;
    product->tile = tile_integer_run;
#endif
    set_geometry(call, matmul);
    enum status status = product_finish_scales(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    product->source.zero_point = call->inputs[0].tensor->quant.zero_point[0];
    matmul->x_offset =
        product->source.element_bytes == 1 ? BYTE_OFFSET + product->source.zero_point : 0;
    matmul->row_factor = call->inputs[1].tensor->quant.zero_point[0];
    lay_out(call, matmul, 1, 1);
    return STATUS_OK;
}

static enum status prepare_shorts(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    struct matmul *matmul = call->state = arena_alloc(arena, sizeof(*matmul));
    struct product *product = &matmul->product;
    product->tiling.group = 2;
    product->source.element_bytes = sizeof(int16_t);
    product->epilogue.sum_bytes = sizeof(int64_t);
    product->convert = convert_copy;
    product->tile = tile_integer_run;
    set_geometry(call, matmul);
    enum status status = product_finish_scales(call, product, arena, error);
    if (status != STATUS_OK)
        return status;
    product->epilogue.bias64 =
        arena_try(arena, (size_t)product->tiling.panels * PANEL_WIDTH, sizeof(int64_t));
    if (!product->epilogue.bias64)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d columns",
                         product->geometry.channels);
    matmul->row_factor = 1;
    lay_out(call, matmul, 1, 2);
    return STATUS_OK;
}

/* A first operand whose rows do not lie together is the reference's. */
static bool accepts(const struct kernel_call *call)
{
    const struct tensor *x = call->inputs[0].tensor, *y = call->inputs[1].tensor;
    bool some = shape_elements(&x->shape) > 0 && shape_elements(&y->shape) > 0;
    return some && x->type == y->type && !call->node->params.matmul.adj_x &&
           x->shape.dim[x->shape.rank - 1] <= DEPTH_MAX;
}

/* int16 have no zero point; those of files may. */
static bool accepts_shorts(const struct kernel_call *call)
{
    const struct tensor *x = call->inputs[0].tensor;
    bool is_centered = true;
    for (int i = 0; i < 2; i++) {
        const struct quantization *quant = &call->inputs[i].tensor->quant;
        is_centered = is_centered && quant->count == 1 && quant->zero_point[0] == 0;
    }
    return is_centered && accepts(call) && x->shape.dim[x->shape.rank - 1] <= WIDE_DEPTH_MAX;
}

#define ROW(text, type, accepts_, prepare_)                                                        \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_BATCH_MATMUL, .isa = KERNEL_ISA,                         \
        .types = {type, TYPE_ANY, type}, .accepts = (accepts_), .prepare = (prepare_), .run = run  \
    }

static const struct kernel rows[] = {
    ROW("batch_matmul_f32", TYPE_F32, accepts, prepare_float),
    ROW("batch_matmul_i8", TYPE_I8, accepts, prepare_bytes),
    ROW("batch_matmul_i16", TYPE_I16, accepts_shorts, prepare_shorts),
};

FAST_LIST(fast_matmul_kernels, rows);
