#include "quantize/weight_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "base/memory.h"
#include "graph/element.h"

/* Numbers of the widest integer type. */
#define CODES ((size_t)1 << 16)

/* The farthest stored numbers of the weights of one scale. */
struct extremes {
    int least, most;
};

struct comparison {
    const struct tensor *real, *made;
    size_t channels, inner; /* output channels, and elements from one of them to the next */
    bool is_integer;
    struct weight_channel *list; /* one per channel */
    struct extremes *extremes;   /* one per scale */
    bool *is_used;               /* per number that the type has, from its lowest */
    struct weight_grid *grid;
};

static float weight_at(const struct comparison *comparison, size_t i)
{
    return ((const float *)comparison->real->data)[i];
}

static int code_at(const struct comparison *comparison, size_t i)
{
    return (int)element_load(comparison->made->type, comparison->made->data, i);
}

static float stored_at(const struct comparison *comparison, size_t i)
{
    const struct tensor *made = comparison->made;
    if (made->type == TYPE_F16)
        return half_to_float(((const uint16_t *)made->data)[i]);
    if (made->type == TYPE_BF16)
        return brain_to_float(((const uint16_t *)made->data)[i]);
    size_t entry = quantization_entry(made, i);
    return made->quant.scale[entry] * (float)code_at(comparison, i);
}

static void note_code(struct comparison *comparison, size_t i, struct weight_channel *channel)
{
    const struct quantization *quant = &comparison->made->quant;
    size_t entry = quantization_entry(comparison->made, i);
    int code = code_at(comparison, i), level = abs(code);
    struct extremes *extremes = &comparison->extremes[entry];
    comparison->is_used[code - (int)type_lowest(comparison->made->type)] = true;
    extremes->least = code < extremes->least ? code : extremes->least;
    extremes->most = code > extremes->most ? code : extremes->most;
    channel->reach = level > channel->reach ? level : channel->reach;
    channel->scale = fmaxf(channel->scale, fabsf(quant->scale[entry]));
}

static void note_weight(struct comparison *comparison, size_t i)
{
    struct weight_channel *channel =
        &comparison->list[i / comparison->inner % comparison->channels];
    struct weight_grid *grid = comparison->grid;
    float real = weight_at(comparison, i), stored = stored_at(comparison, i);
    bool is_other = fabsf(real) > 0.0f, is_zeroed = is_other && !(fabsf(stored) > 0.0f);
    tensor_error_add(&channel->error, &stored, &real, 1);
    tensor_error_add(&grid->error, &stored, &real, 1);
    channel->most = fmaxf(channel->most, fabsf(real));
    channel->others += is_other;
    channel->zeroed += is_zeroed;
    grid->others += is_other;
    grid->zeroed += is_zeroed;
    if (comparison->is_integer)
        note_code(comparison, i, channel);
}

static bool is_worse(const struct weight_channel *a, const struct weight_channel *b)
{
    return a->error.noise * b->error.signal > b->error.noise * a->error.signal;
}

static void find_worst(struct comparison *comparison)
{
    struct weight_channel *worst = &comparison->grid->worst;
    *worst = (struct weight_channel){.number = -1};
    for (size_t c = 0; c < comparison->channels; c++) {
        struct weight_channel *channel = &comparison->list[c];
        channel->number = (int)c;
        if (channel->error.signal > 0.0 && channel->error.noise > 0.0 &&
            (worst->number < 0 || is_worse(channel, worst)))
            *worst = *channel;
    }
}

static void count_levels(struct comparison *comparison)
{
    struct weight_grid *grid = comparison->grid;
    int lowest = -(1 << (grid->bits - 1));
    bool is_lowest_used = comparison->is_used[lowest - (int)type_lowest(comparison->made->type)];
    grid->levels = ((size_t)1 << grid->bits) - !is_lowest_used;
    for (size_t i = 0; i < CODES; i++)
        grid->used += comparison->is_used[i];
    for (int i = 0; i < grid->scales; i++)
        grid->reached += (double)(comparison->extremes[i].most - comparison->extremes[i].least + 1);
    grid->reached /= (double)grid->scales * (double)grid->levels;
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void sort_scales(const struct quantization *quant, struct weight_grid *grid)
{
    size_t count = (size_t)quant->count;
    float *scales = xcalloc(count, sizeof(*scales));
    for (size_t i = 0; i < count; i++)
        scales[i] = fabsf(quant->scale[i]);
    qsort(scales, count, sizeof(*scales), by_size);
    grid->scales = quant->count;
    grid->scale_low = scales[0];
    grid->scale_median = scales[(count - 1) / 2];
    grid->scale_high = scales[count - 1];
    free(scales);
}

static void begin_levels(struct comparison *comparison)
{
    const struct quantization *quant = &comparison->made->quant;
    comparison->is_used = xcalloc(CODES, sizeof(bool));
    comparison->extremes = xcalloc((size_t)quant->count, sizeof(*comparison->extremes));
    for (int i = 0; i < quant->count; i++)
        comparison->extremes[i] = (struct extremes){(int)CODES, -(int)CODES};
    sort_scales(quant, comparison->grid);
}

/* From the least to the greatest weight; false: one is not finite, or there are none. */
static bool spread_weights(const struct tensor *real, struct spread *spread)
{
    const float *values = real->data;
    size_t count = shape_elements(&real->shape);
    struct value_range range = {0};
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    value_range_add(&range, values, count, -INFINITY, INFINITY, 0.0f);
    spread->low = (double)range.low;
    spread->high = (double)range.high;
    spread_add(spread, values, count);
    return count > 0;
}

static bool is_symmetric(const struct tensor *made)
{
    for (int i = 0; i < made->quant.count; i++)
        if (made->quant.zero_point[i] != 0)
            return false;
    return made->quant.count > 0 && (made->type == TYPE_I8 || made->type == TYPE_I16);
}

static bool is_comparable(const struct tensor *real, const struct tensor *made, int axis)
{
    return real->type == TYPE_F32 && real->data && made->data && axis < real->shape.rank &&
           (is_symmetric(made) || made->type == TYPE_F16 || made->type == TYPE_BF16);
}

bool weight_grid_compare(const struct tensor *real, const struct tensor *made, int axis,
                         struct weight_grid *grid)
{
    *grid = (struct weight_grid){
        .type = made->type, .bits = made->bits > 0 ? made->bits : 8 * (int)type_size(made->type)};
    if (!is_comparable(real, made, axis) || !spread_weights(real, &grid->spread))
        return false;
    struct comparison comparison = {
        .real = real,
        .made = made,
        .channels = (size_t)real->shape.dim[axis],
        .inner = shape_span(&real->shape, axis + 1, real->shape.rank),
        .is_integer = type_is_quantized(made->type),
        .grid = grid,
    };
    comparison.list = xcalloc(comparison.channels, sizeof(*comparison.list));
    grid->channels = real->shape.dim[axis];
    if (comparison.is_integer)
        begin_levels(&comparison);
    for (size_t i = 0; i < shape_elements(&real->shape); i++)
        note_weight(&comparison, i);
    if (comparison.is_integer)
        count_levels(&comparison);
    find_worst(&comparison);
    free(comparison.list);
    free(comparison.extremes);
    free(comparison.is_used);
    return true;
}

bool weight_grid_find(const struct counterparts *parts, int node, struct weight_grid *grid)
{
    const struct node *layer = &parts->real->nodes[node];
    const struct quant_rule *rule = &op_table[layer->op].quant;
    const struct tensor *real =
        rule->weight_input == NO_INPUT ? NULL : node_input(parts->real, layer, rule->weight_input);
    int made = real && real->data ? layer_constant(parts, node, &real->shape) : NO_TENSOR;
    return made != NO_TENSOR &&
           weight_grid_compare(real, &parts->made->tensors[made], rule->weight_axis, grid);
}
