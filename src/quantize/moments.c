#include "quantize/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/compensate.h"
#include "quantize/descent.h"
#include "quantize/product.h"

/* Inputs of one block: what goes together in farther ones is not looked at. */
#define BLOCK_MAX 512
/* Multiplications for one product and sample. */
#define WORK_MAX 8e6
/* Patches of one sample, so that every sample counts. */
#define PATCHES_MAX 1024

/* One product. Its inputs, K of them in the order of the weights, are cut into blocks; channels
 * that read other inputs (groups, depthwise) have moments of their own. */
struct entry {
    struct product product;
    int blocks;
    bool is_guest; /* what was seen is that of an earlier product with the same weights, too */
    struct seen *seen;
    float *vector; /* one patch */
};

/* Moments are about a point near the mean, so that what differs is not lost beside it. */
struct seen {
    float **squares; /* per group and block: inputs x inputs */
    float *point;    /* per group: inputs; 0 where moments are not about the mean */
    double *totals;  /* likewise, of what lies beyond the point */
    double patches;
};

struct moments {
    const struct graph *graph;
    bool is_central, descends;
    struct entry *entries;
    size_t count, capacity;
};

static int block_size(const struct entry *entry, int block)
{
    int left = entry->product.inputs - block * BLOCK_MAX;
    return left < BLOCK_MAX ? left : BLOCK_MAX;
}

/* An earlier product to which the same weights belong; NULL: none. */
static const struct entry *find_host(const struct moments *moments, const struct entry *entry)
{
    for (size_t i = 0; i < moments->count; i++) {
        const struct entry *other = &moments->entries[i];
        if (other->product.weights == entry->product.weights &&
            other->product.node.op == entry->product.node.op &&
            other->product.groups == entry->product.groups)
            return other;
    }
    return NULL;
}

static struct seen *new_seen(const struct entry *entry)
{
    struct seen *seen = xcalloc(1, sizeof(*seen));
    size_t count = (size_t)entry->product.groups * (size_t)entry->blocks;
    size_t inputs = (size_t)entry->product.groups * (size_t)entry->product.inputs;
    seen->squares = xcalloc(count, sizeof(*seen->squares));
    seen->point = xcalloc(inputs, sizeof(*seen->point));
    seen->totals = xcalloc(inputs, sizeof(*seen->totals));
    for (size_t i = 0; i < count; i++) {
        size_t size = (size_t)block_size(entry, (int)(i % (size_t)entry->blocks));
        seen->squares[i] = xcalloc(size * size, sizeof(float));
    }
    return seen;
}

static void free_seen(const struct entry *entry)
{
    for (int k = 0; k < entry->product.groups * entry->blocks; k++)
        free(entry->seen->squares[k]);
    free(entry->seen->squares);
    free(entry->seen->point);
    free(entry->seen->totals);
    free(entry->seen);
}

static void add_entry(struct moments *moments, const struct product *product)
{
    struct entry entry = {
        .product = *product,
        .blocks = (product->inputs + BLOCK_MAX - 1) / BLOCK_MAX,
        .vector = xcalloc((size_t)product->inputs, sizeof(float)),
    };
    const struct entry *host = find_host(moments, &entry);
    entry.is_guest = host != NULL;
    entry.seen = host ? host->seen : new_seen(&entry);
    moments->entries =
        list_grow(moments->entries, moments->count, &moments->capacity, sizeof(entry));
    moments->entries[moments->count++] = entry;
}

struct moments *moments_new(const struct graph *graph, bool is_central, bool descends)
{
    struct moments *moments = xcalloc(1, sizeof(*moments));
    struct product product;
    moments->graph = graph;
    moments->is_central = is_central;
    moments->descends = descends;
    for (int n = 0; n < graph->n_nodes; n++)
        if (product_describe(graph, &graph->nodes[n], &product))
            add_entry(moments, &product);
    return moments;
}

/* Per block a factorization and the inverse of a triangle; per output channel half the factor. */
static double product_cost(const struct graph *graph, const struct product *product)
{
    double inputs = product->inputs, size = fmin(inputs, BLOCK_MAX);
    double blocks = product->groups * ceil(inputs / BLOCK_MAX);
    return blocks * size * size * size + 0.5 * product_outputs(graph, product) * inputs * size;
}

double moments_cost(const struct graph *graph)
{
    double cost = 0.0;
    struct product product;
    for (int n = 0; n < graph->n_nodes; n++)
        if (product_describe(graph, &graph->nodes[n], &product))
            cost += product_cost(graph, &product);
    return cost;
}

void moments_free(struct moments *moments)
{
    for (size_t i = 0; moments && i < moments->count; i++) {
        if (!moments->entries[i].is_guest)
            free_seen(&moments->entries[i]);
        free(moments->entries[i].vector);
    }
    if (moments)
        free(moments->entries);
    free(moments);
}

/* The upper triangle of sums += vector * vector'. */
static void add_squares(float *sums, const float *vector, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float factor = vector[i], *row = sums + i * count;
        if (!(factor < 0.0f) && !(factor > 0.0f))
            continue;
        for (size_t k = i; k < count; k++)
            row[k] += factor * vector[k];
    }
}

static void see_patch(const struct moments *moments, const struct entry *entry, size_t patch,
                      const float *elements)
{
    size_t inputs = (size_t)entry->product.inputs;
    for (int group = 0; group < entry->product.groups; group++) {
        const float *point = entry->seen->point + (size_t)group * inputs;
        double *totals = entry->seen->totals + (size_t)group * inputs;
        product_patch(moments->graph, &entry->product, patch, group, elements, entry->vector);
        for (size_t i = 0; i < inputs; i++) {
            entry->vector[i] -= point[i];
            totals[i] += (double)entry->vector[i];
        }
        for (int block = 0; block < entry->blocks; block++)
            add_squares(entry->seen->squares[group * entry->blocks + block],
                        entry->vector + (size_t)block * BLOCK_MAX,
                        (size_t)block_size(entry, block));
    }
    entry->seen->patches += 1.0;
}

/* The mean of some patches. */
static void place_point(const struct moments *moments, const struct entry *entry, size_t step,
                        const float *elements)
{
    size_t inputs = (size_t)entry->product.inputs, all = product_patches(&entry->product);
    for (int group = 0; group < entry->product.groups; group++) {
        float *point = entry->seen->point + (size_t)group * inputs;
        size_t count = 0;
        for (size_t patch = 0; patch < all; patch += step, count++) {
            product_patch(moments->graph, &entry->product, patch, group, elements, entry->vector);
            for (size_t i = 0; i < inputs; i++)
                point[i] += entry->vector[i];
        }
        for (size_t i = 0; i < inputs; i++)
            point[i] /= (float)count;
    }
}

static size_t patches_to_see(const struct entry *entry, size_t all)
{
    double width = entry->product.inputs < BLOCK_MAX ? entry->product.inputs : BLOCK_MAX;
    double work = 0.5 * width * (double)entry->product.inputs * (double)entry->product.groups;
    double most = fmin(fmax(WORK_MAX / work, 2.0), PATCHES_MAX);
    return all < (size_t)most ? all : (size_t)most;
}

void moments_see(struct moments *moments, int tensor, const float *elements)
{
    for (size_t i = 0; i < moments->count; i++) {
        const struct entry *entry = &moments->entries[i];
        if (entry->product.data != tensor)
            continue;
        size_t all = product_patches(&entry->product);
        size_t count = patches_to_see(entry, all);
        if (moments->is_central && !(entry->seen->patches > 0.0))
            place_point(moments, entry, all / count, elements);
        for (size_t k = 0; k < count; k++)
            see_patch(moments, entry, (2 * k + 1) * all / (2 * count), elements);
    }
}

/* The moments of one block, to be freed: the upper triangle. */
static float *block_moments(const struct moments *moments, const struct entry *entry, int group,
                            int block)
{
    const struct seen *seen = entry->seen;
    size_t size = (size_t)block_size(entry, block);
    const double *totals =
        seen->totals + (size_t)group * (size_t)entry->product.inputs + (size_t)block * BLOCK_MAX;
    float *out = xcalloc(size * size, sizeof(*out));
    memcpy(out, seen->squares[group * entry->blocks + block], size * size * sizeof(*out));
    for (size_t i = 0; moments->is_central && seen->patches > 0.0 && i < size; i++)
        for (size_t k = i; k < size; k++)
            out[i * size + k] -= (float)(totals[i] * totals[k] / seen->patches);
    for (size_t i = 0; i < size; i++) /* what never differs is 0 but for rounding */
        out[i * size + i] = fmaxf(out[i * size + i], 0.0f);
    return out;
}

/* The steps in which a block of a channel's inputs counts, row by row. */
static struct steps steps_of(const struct entry *entry, int channel, int block,
                             const struct quantization *quant, int most)
{
    size_t inputs = (size_t)entry->product.inputs;
    size_t first = (size_t)channel * inputs + (size_t)block * BLOCK_MAX;
    size_t span = quant->block > 0 ? (size_t)quant->block : quant->count > 1 ? inputs : SIZE_MAX;
    return (struct steps){
        .scales = quant->scale + first / span, .first = first % span, .span = span, .most = most};
}

static void round_block(const struct moments *moments, const struct entry *entry, int group,
                        int block, const struct quantization *quant, int most, int8_t *out)
{
    const struct product *product = &entry->product;
    const float *weights = moments->graph->tensors[product->weights].data;
    int own = product_outputs(moments->graph, product) / product->groups;
    size_t start = (size_t)block * BLOCK_MAX;
    float *sums = block_moments(moments, entry, group, block);
    size_t size = (size_t)block_size(entry, block);
    struct compensation *compensation = compensation_new(sums, size);
    struct descent *descent = moments->descends ? descent_new(sums, size) : NULL;
    free(sums);
    for (int c = group * own; compensation && c < (group + 1) * own; c++) {
        struct strip strip = product_strip(moments->graph, product, c);
        size_t first = strip.first + start * strip.step;
        const struct steps steps = steps_of(entry, c, block, quant, most);
        compensation_round(compensation, weights + first, out + first, strip.step, &steps);
        if (descent)
            descent_improve(descent, weights + first, out + first, strip.step, &steps);
    }
    compensation_free(compensation);
    descent_free(descent);
}

void moments_round(const struct moments *moments, int weights, const struct quantization *quant,
                   int most, int8_t *out)
{
    for (size_t i = 0; i < moments->count; i++) {
        const struct entry *entry = &moments->entries[i];
        if (entry->product.weights != weights)
            continue;
        for (int group = 0; group < entry->product.groups; group++)
            for (int block = 0; block < entry->blocks; block++)
                round_block(moments, entry, group, block, quant, most, out);
        return;
    }
}
