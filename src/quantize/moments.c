#include "quantize/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/infer.h"
#include "quantize/compensate.h"

/* Inputs of one block: what goes together in farther ones is not looked at. */
#define BLOCK_MAX 512
/* Multiplications for one product and sample. */
#define WORK_MAX 8e6
/* Patches of one sample, so that every sample counts. */
#define PATCHES_MAX 1024

/* One product. Its inputs, K of them in the order of the weights, are cut into blocks; channels
 * that read other inputs (groups, depthwise) have moments of their own. */
struct entry {
    struct node node;
    int data, weights; /* tensors */
    int groups, inputs, blocks;
    int first_row, first_column; /* of the first patch: minus the padding */
    int rows, columns;           /* patches of one image, or vectors and 1 */
    int images;
    bool is_guest; /* the sums are those of an earlier product with the same weights */
    float **sums;  /* per group and block: inputs x inputs */
    float *vector; /* one patch */
};

struct moments {
    const struct graph *graph;
    struct entry *entries;
    size_t count, capacity;
};

static int block_size(const struct entry *entry, int block)
{
    int left = entry->inputs - block * BLOCK_MAX;
    return left < BLOCK_MAX ? left : BLOCK_MAX;
}

/* What a view shows. */
static int source_of(const struct graph *graph, int tensor)
{
    for (int n = graph->n_nodes - 1; n >= 0; n--)
        if (op_has(graph->nodes[n].op, TRAIT_VIEW) && graph->nodes[n].outputs[0] == tensor)
            tensor = graph->nodes[n].inputs[0];
    return tensor;
}

static bool place_windows(struct entry *entry, const struct shape *in, const struct shape *filter)
{
    const struct conv_params *params = &entry->node.params.conv;
    struct window rows = conv_window(params, 0, in->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, in->dim[2], filter->dim[2]);
    int32_t above, left;
    if (!infer_window(&rows, &entry->rows, &above) ||
        !infer_window(&columns, &entry->columns, &left))
        return false;
    entry->first_row = -above;
    entry->first_column = -left;
    entry->images = in->dim[0];
    return true;
}

/* How the weights divide into groups, and how the data into patches. */
static bool describe(const struct graph *graph, struct entry *entry)
{
    const struct shape *in = &node_input(graph, &entry->node, 0)->shape;
    const struct shape *filter = &graph->tensors[entry->weights].shape;
    if (entry->node.op == OP_FULLY_CONNECTED) {
        entry->groups = 1;
        entry->inputs = filter->dim[1];
        entry->rows = (int)(shape_elements(in) / (size_t)entry->inputs);
        entry->columns = entry->images = 1;
        return true;
    }
    bool depthwise = entry->node.op == OP_DEPTHWISE_CONV_2D;
    int channels = depthwise ? 1 : filter->dim[3];
    entry->groups = in->dim[3] / channels;
    entry->inputs = filter->dim[1] * filter->dim[2] * channels;
    return place_windows(entry, in, filter);
}

static bool has_moments(const struct graph *graph, const struct node *node)
{
    if (node->op != OP_CONV_2D && node->op != OP_DEPTHWISE_CONV_2D &&
        node->op != OP_FULLY_CONNECTED)
        return false;
    const struct tensor *in = node_input(graph, node, 0), *weights = node_input(graph, node, 1);
    return in->type == TYPE_F32 && !in->data && weights->type == TYPE_F32 && weights->data;
}

/* An earlier product to which the same weights belong; NULL: none. */
static const struct entry *find_host(const struct moments *moments, const struct entry *entry)
{
    for (size_t i = 0; i < moments->count; i++) {
        const struct entry *other = &moments->entries[i];
        if (other->weights == entry->weights && other->node.op == entry->node.op &&
            other->groups == entry->groups)
            return other;
    }
    return NULL;
}

static float **new_sums(const struct entry *entry)
{
    size_t count = (size_t)entry->groups * (size_t)entry->blocks;
    float **sums = xcalloc(count, sizeof(*sums));
    for (size_t i = 0; i < count; i++) {
        size_t size = (size_t)block_size(entry, (int)(i % (size_t)entry->blocks));
        sums[i] = xcalloc(size * size, sizeof(float));
    }
    return sums;
}

static void add_entry(struct moments *moments, const struct node *node)
{
    const struct graph *graph = moments->graph;
    struct entry entry = {
        .node = *node,
        .data = source_of(graph, node->inputs[0]),
        .weights = node->inputs[1],
    };
    if (!describe(graph, &entry))
        return;
    entry.blocks = (entry.inputs + BLOCK_MAX - 1) / BLOCK_MAX;
    const struct entry *host = find_host(moments, &entry);
    entry.is_guest = host != NULL;
    entry.sums = host ? host->sums : new_sums(&entry);
    entry.vector = xcalloc((size_t)entry.inputs, sizeof(float));
    moments->entries =
        list_grow(moments->entries, moments->count, &moments->capacity, sizeof(entry));
    moments->entries[moments->count++] = entry;
}

struct moments *moments_new(const struct graph *graph)
{
    struct moments *moments = xcalloc(1, sizeof(*moments));
    moments->graph = graph;
    for (int n = 0; n < graph->n_nodes; n++)
        if (has_moments(graph, &graph->nodes[n]))
            add_entry(moments, &graph->nodes[n]);
    return moments;
}

void moments_free(struct moments *moments)
{
    for (size_t i = 0; moments && i < moments->count; i++) {
        struct entry *entry = &moments->entries[i];
        for (int k = 0; !entry->is_guest && k < entry->groups * entry->blocks; k++)
            free(entry->sums[k]);
        if (!entry->is_guest)
            free(entry->sums);
        free(entry->vector);
    }
    if (moments)
        free(moments->entries);
    free(moments);
}

/* Copies one patch of a group's channels, zeros where it lies outside the image. */
static void take_patch(const struct moments *moments, const struct entry *entry, size_t patch,
                       int group, const float *elements)
{
    const struct shape *in = &node_input(moments->graph, &entry->node, 0)->shape;
    const struct shape *filter = &moments->graph->tensors[entry->weights].shape;
    const struct conv_params *params = &entry->node.params.conv;
    if (entry->node.op == OP_FULLY_CONNECTED) {
        memcpy(entry->vector, elements + patch * (size_t)entry->inputs,
               (size_t)entry->inputs * sizeof(float));
        return;
    }
    size_t channels = (size_t)in->dim[3], own = channels / (size_t)entry->groups;
    size_t cells = (size_t)entry->rows * (size_t)entry->columns, cell = patch % cells;
    const float *image =
        elements + patch / cells * (size_t)in->dim[1] * (size_t)in->dim[2] * channels;
    int top = entry->first_row + (int)(cell / (size_t)entry->columns) * params->stride_h;
    int left = entry->first_column + (int)(cell % (size_t)entry->columns) * params->stride_w;
    float *to = entry->vector;
    for (int y = 0; y < filter->dim[1]; y++)
        for (int x = 0; x < filter->dim[2]; x++, to += own) {
            int row = top + y * params->dilation_h, column = left + x * params->dilation_w;
            bool inside = row >= 0 && row < in->dim[1] && column >= 0 && column < in->dim[2];
            if (inside)
                memcpy(to,
                       image + ((size_t)row * (size_t)in->dim[2] + (size_t)column) * channels +
                           (size_t)group * own,
                       own * sizeof(float));
            else
                memset(to, 0, own * sizeof(float));
        }
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
    for (int group = 0; group < entry->groups; group++) {
        take_patch(moments, entry, patch, group, elements);
        for (int block = 0; block < entry->blocks; block++)
            add_squares(entry->sums[group * entry->blocks + block],
                        entry->vector + (size_t)block * BLOCK_MAX,
                        (size_t)block_size(entry, block));
    }
}

static size_t patches_to_see(const struct entry *entry, size_t all)
{
    double width = entry->inputs < BLOCK_MAX ? entry->inputs : BLOCK_MAX;
    double work = 0.5 * width * (double)entry->inputs * (double)entry->groups;
    double most = fmin(fmax(WORK_MAX / work, 2.0), PATCHES_MAX);
    return all < (size_t)most ? all : (size_t)most;
}

void moments_see(struct moments *moments, int tensor, const float *elements)
{
    for (size_t i = 0; i < moments->count; i++) {
        const struct entry *entry = &moments->entries[i];
        if (entry->data != tensor)
            continue;
        size_t all = (size_t)entry->images * (size_t)entry->rows * (size_t)entry->columns;
        size_t count = patches_to_see(entry, all);
        for (size_t k = 0; k < count; k++)
            see_patch(moments, entry, (2 * k + 1) * all / (2 * count), elements);
    }
}

/* The weights of one output channel that a block of inputs goes to: every step-th element. */
struct strip {
    size_t first, step;
    float scale;
};

static struct strip strip_of(const struct moments *moments, const struct entry *entry, int channel,
                             int block, const struct quantization *quant)
{
    const struct shape *filter = &moments->graph->tensors[entry->weights].shape;
    bool depthwise = entry->node.op == OP_DEPTHWISE_CONV_2D;
    size_t start = (size_t)block * BLOCK_MAX;
    size_t step = depthwise ? (size_t)filter->dim[3] : 1;
    return (struct strip){
        .first = depthwise ? (size_t)channel + start * step
                           : (size_t)channel * (size_t)entry->inputs + start,
        .step = step,
        .scale = quant->scale[quant->count > 1 ? channel : 0],
    };
}

static void round_block(const struct moments *moments, const struct entry *entry, int group,
                        int block, const struct quantization *quant, int8_t *out)
{
    const struct shape *filter = &moments->graph->tensors[entry->weights].shape;
    const float *weights = moments->graph->tensors[entry->weights].data;
    bool depthwise = entry->node.op == OP_DEPTHWISE_CONV_2D;
    int channels = filter->dim[depthwise ? 3 : 0], own = channels / entry->groups;
    size_t size = (size_t)block_size(entry, block);
    struct compensation *compensation =
        compensation_new(entry->sums[group * entry->blocks + block], size);
    for (int c = group * own; compensation && c < (group + 1) * own; c++) {
        struct strip strip = strip_of(moments, entry, c, block, quant);
        compensation_round(compensation, weights + strip.first, out + strip.first, strip.step,
                           strip.scale);
    }
    compensation_free(compensation);
}

void moments_round(const struct moments *moments, int weights, const struct quantization *quant,
                   int8_t *out)
{
    for (size_t i = 0; i < moments->count; i++) {
        const struct entry *entry = &moments->entries[i];
        if (entry->weights != weights)
            continue;
        for (int group = 0; group < entry->groups; group++)
            for (int block = 0; block < entry->blocks; block++)
                round_block(moments, entry, group, block, quant, out);
        return;
    }
}
