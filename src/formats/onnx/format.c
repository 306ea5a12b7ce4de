/* The row of the .onnx format, and how its files are told from others. */
#include "formats/onnx/codes.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/onnx.h"

/* There is no magic number: files are known by their first field, the graph or one that precedes
 * it. */
static bool probe(const unsigned char *bytes, size_t size)
{
    enum { IR_VERSION = 1 << 3, PRODUCER = 2 << 3 | 2, GRAPH = 7 << 3 | 2, OPSET = 8 << 3 | 2 };
    return size >= 2 && (bytes[0] == IR_VERSION || bytes[0] == PRODUCER || bytes[0] == GRAPH ||
                         bytes[0] == OPSET);
}

static bool is_whole(const unsigned char *bytes, size_t size)
{
    Onnx__Model *model;
    struct error ignored;
    if (onnx_unpack(bytes, size, &model, &ignored) != STATUS_OK)
        return false;
    bool whole = true;
    for (size_t i = 0; model->graph && i < model->graph->n_initializer; i++)
        whole = whole && !(model->graph->initializer[i]->has_data_location &&
                           model->graph->initializer[i]->data_location == ONNX_EXTERNAL);
    onnx_messages_free(model);
    return whole;
}

const struct model_format onnx_format = {
    .name = "onnx",
    .suffix = ".onnx",
    .pairs_scales = true,
    .rounding = ONNX_ROUNDING,
    .probe = probe,
    .is_whole = is_whole,
    .read = onnx_read,
    .write = onnx_write,
};
