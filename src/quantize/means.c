#include "quantize/means.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Sums are per place of the filter and input channel, whatever the groups. */
struct entry {
    bool is_product;
    struct product product;
    double *sums; /* height x width x channels */
    float *row;   /* channels: the sum of one sample at one place */
    double patches;
};

struct means {
    const struct graph *graph;
    struct entry *entries; /* per node */
    int count;
};

static size_t places(const struct product *product)
{
    return (size_t)product->height * (size_t)product->width;
}

struct means *means_new(const struct graph *graph)
{
    struct means *means = xcalloc(1, sizeof(*means));
    means->graph = graph;
    means->count = graph->n_nodes;
    means->entries = xcalloc((size_t)graph->n_nodes, sizeof(*means->entries));
    for (int n = 0; n < graph->n_nodes; n++) {
        struct entry *entry = &means->entries[n];
        entry->is_product = product_describe(graph, &graph->nodes[n], &entry->product);
        if (!entry->is_product)
            continue;
        size_t channels = (size_t)entry->product.channels;
        entry->sums = xcalloc(places(&entry->product) * channels, sizeof(*entry->sums));
        entry->row = xcalloc(channels, sizeof(*entry->row));
    }
    return means;
}

void means_free(struct means *means)
{
    for (int n = 0; means && n < means->count; n++) {
        free(means->entries[n].sums);
        free(means->entries[n].row);
    }
    if (means)
        free(means->entries);
    free(means);
}

const struct product *means_product(const struct means *means, int node)
{
    const struct entry *entry = &means->entries[node];
    return entry->is_product ? &entry->product : NULL;
}

void means_reset(struct means *means)
{
    for (int n = 0; n < means->count; n++) {
        struct entry *entry = &means->entries[n];
        if (entry->is_product)
            memset(entry->sums, 0,
                   places(&entry->product) * (size_t)entry->product.channels * sizeof(double));
        entry->patches = 0.0;
    }
}

static void add_row(float *restrict sum, const float *restrict elements, int count)
{
    for (int i = 0; i < count; i++)
        sum[i] += elements[i];
}

/* What one place of the filter sees of an image, in all patches. */
static void see_place(const struct means *means, struct entry *entry, int y, int x,
                      const float *image)
{
    const struct product *product = &entry->product;
    const struct shape *in = &node_input(means->graph, &product->node, 0)->shape;
    const struct conv_params *params = &product->node.params.conv;
    int channels = product->channels;
    double *sums =
        entry->sums + ((size_t)y * (size_t)product->width + (size_t)x) * (size_t)channels;
    for (int i = 0; i < product->rows; i++) {
        int row = product->first_row + i * params->stride_h + y * params->dilation_h;
        if (row < 0 || row >= in->dim[1])
            continue;
        memset(entry->row, 0, (size_t)channels * sizeof(float));
        for (int k = 0; k < product->columns; k++) {
            int column = product->first_column + k * params->stride_w + x * params->dilation_w;
            if (column >= 0 && column < in->dim[2])
                add_row(entry->row,
                        image +
                            ((size_t)row * (size_t)in->dim[2] + (size_t)column) * (size_t)channels,
                        channels);
        }
        for (int c = 0; c < channels; c++)
            sums[c] += (double)entry->row[c];
    }
}

static void see_rows(struct entry *entry, const float *elements)
{
    const struct product *product = &entry->product;
    for (int i = 0; i < product->rows; i++)
        for (int c = 0; c < product->channels; c++)
            entry->sums[c] += (double)elements[(size_t)i * (size_t)product->channels + (size_t)c];
}

void means_see_node(struct means *means, int node, const float *elements)
{
    struct entry *entry = &means->entries[node];
    const struct product *product = &entry->product;
    entry->patches += (double)product_patches(product);
    if (product->node.op == OP_FULLY_CONNECTED) {
        see_rows(entry, elements);
        return;
    }
    const struct shape *in = &node_input(means->graph, &product->node, 0)->shape;
    size_t size = shape_span(in, 1, 4);
    for (int image = 0; image < product->images; image++)
        for (int y = 0; y < product->height; y++)
            for (int x = 0; x < product->width; x++)
                see_place(means, entry, y, x, elements + (size_t)image * size);
}

void means_see(struct means *means, int tensor, const float *elements)
{
    for (int n = 0; n < means->count; n++)
        if (means->entries[n].is_product && means->entries[n].product.data == tensor)
            means_see_node(means, n, elements);
}

double means_output(const struct means *means, int node, int channel, const float *weights)
{
    const struct entry *entry = &means->entries[node];
    const struct product *product = &entry->product;
    int own = product->channels / product->groups;
    int group = channel / (product_outputs(means->graph, product) / product->groups);
    struct strip strip = product_strip(means->graph, product, channel);
    double sum = 0.0;
    for (int i = 0; i < product->inputs; i++) {
        size_t at = (size_t)(i / own) * (size_t)product->channels + (size_t)(group * own + i % own);
        sum += (double)weights[strip.first + (size_t)i * strip.step] * entry->sums[at];
    }
    return entry->patches > 0.0 ? sum / entry->patches : 0.0;
}
