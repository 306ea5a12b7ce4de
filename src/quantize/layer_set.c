#include "quantize/layer_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/model.h"

/* The other formats have other layouts: equal shapes need not mean the same there. */
static enum status load_made(const char *model, unsigned char *bytes, size_t size,
                             struct graph **graph, struct error *error)
{
    const struct model_format *format = model_format_of(bytes, size);
    if (format && strcmp(format->suffix, ".tflite") == 0)
        return graph_load_bytes(model, bytes, size, NULL, graph, error);
    free(bytes);
    return error_set(error, STATUS_UNSUPPORTED, model,
                     "layers are followed in .tflite files only, and this mode's is another");
}

static enum status load_real(const struct layer_source *source, struct layer_set *set,
                             struct error *error)
{
    enum status status =
        quantizer_open(source->model, source->mode, source->load, &set->quantizer, error);
    if (status == STATUS_OK)
        status = quantizer_calibrate(set->quantizer, source->calibration, error);
    if (status == STATUS_OK)
        set->real = quantizer_graph(set->quantizer);
    return status;
}

enum status layer_set_open(const struct layer_source *source, unsigned char *bytes, size_t size,
                           struct layer_set *set, struct error *error)
{
    *set = (struct layer_set){0};
    enum status status = load_made(source->model, bytes, size, &set->made, error);
    if (status == STATUS_OK)
        status = load_real(source, set, error);
    if (status != STATUS_OK)
        return status;
    set->parts = counterparts_find(set->real, set->made);
    set->count = set->real->n_nodes;
    set->fates = xcalloc((size_t)set->count, sizeof(*set->fates));
    for (int i = 0; i < set->count; i++)
        set->fates[i] = layer_fate(&set->parts, i);
    return STATUS_OK;
}

enum status layer_set_within(const struct layer_set *set, int layer, struct graph **whole,
                             struct error *error)
{
    enum status status = layer_within(&set->parts, layer, whole, error);
    if (status == STATUS_OK)
        quantizer_correct_alone(set->quantizer, *whole);
    return status;
}

void layer_set_release(struct layer_set *set)
{
    counterparts_release(&set->parts);
    FREE_AND_NULL(set->fates);
    graph_free(set->made);
    quantizer_free(set->quantizer);
    *set = (struct layer_set){0};
}

const char *layer_name(const struct layer_set *set, int layer, char buffer[NODE_TEXT_SIZE])
{
    const struct node *node = &set->real->nodes[layer];
    const char *name = node_output(set->real, node, 0)->name;
    return name[0] ? name : node_text(set->real, node, buffer);
}
