#include "quantize/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/moments_internal.h"

/* Multiplications for one product and sample. */
#define WORK_MAX 8e6
/* Patches of one sample, so that every sample counts. */
#define PATCHES_MAX 1024
/* What may be spent on weights that nobody asked about: a few seconds. Multiplications, some 1e9 in
 * each. */
#define AUTO_COST 5e9

size_t moments_block_size(const struct entry *entry, int block)
{
    int left = entry->product.inputs - block * BLOCK_MAX;
    return (size_t)(left < BLOCK_MAX ? left : BLOCK_MAX);
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
        size_t size = moments_block_size(entry, (int)(i % (size_t)entry->blocks));
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

struct moments *moments_new(const struct graph *graph, const struct moments_use *use)
{
    struct moments *moments = xcalloc(1, sizeof(*moments));
    struct product product;
    moments->graph = graph;
    moments->use = *use;
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

static double cost_of(const struct graph *graph)
{
    double cost = 0.0;
    struct product product;
    for (int n = 0; n < graph->n_nodes; n++)
        if (product_describe(graph, &graph->nodes[n], &product))
            cost += product_cost(graph, &product);
    return cost;
}

struct moments_use moments_use_of(const struct graph *graph, const struct mode_options *options)
{
    bool descends = options->fitting == FITTING_DESCENT;
    return (struct moments_use){
        .is_central = options->bias != BIAS_PLAIN,
        .rounds = descends || options->fitting == FITTING_MOMENTS ||
                  (options->fitting == FITTING_AUTO && cost_of(graph) <= AUTO_COST),
        .descends = descends,
        .scales = options->scaling == SCALING_OUTPUT,
        .rescales = options->bias == BIAS_REESTIMATED,
    };
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
                        moments_block_size(entry, block));
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
        if (moments->use.is_central && !(entry->seen->patches > 0.0))
            place_point(moments, entry, all / count, elements);
        for (size_t k = 0; k < count; k++)
            see_patch(moments, entry, (2 * k + 1) * all / (2 * count), elements);
    }
}

const struct entry *moments_entry(const struct moments *moments, int weights)
{
    for (size_t i = 0; i < moments->count; i++)
        if (moments->entries[i].product.weights == weights)
            return &moments->entries[i];
    return NULL;
}

float *moments_block(const struct moments *moments, const struct entry *entry, int group, int block)
{
    const struct seen *seen = entry->seen;
    size_t size = moments_block_size(entry, block);
    const double *totals =
        seen->totals + (size_t)group * (size_t)entry->product.inputs + (size_t)block * BLOCK_MAX;
    float *out = xcalloc(size * size, sizeof(*out));
    memcpy(out, seen->squares[group * entry->blocks + block], size * size * sizeof(*out));
    for (size_t i = 0; moments->use.is_central && seen->patches > 0.0 && i < size; i++)
        for (size_t k = i; k < size; k++)
            out[i * size + k] -= (float)(totals[i] * totals[k] / seen->patches);
    for (size_t i = 0; i < size; i++) /* what never differs is 0 but for rounding */
        out[i * size + i] = fmaxf(out[i * size + i], 0.0f);
    return out;
}
