#include "formats/onnx/messages.h"

#include <stdlib.h>

/* Memory for the messages of a file: so many bytes, and so many more for each byte of the file. An
 * empty message of two bytes becomes a structure of a hundred. */
#define BUDGET_BASE     ((size_t)64 << 20)
#define BUDGET_PER_BYTE 64

struct budget {
    size_t left;
};

static void *allocate(void *context, size_t size)
{
    struct budget *budget = context;
    if (size > budget->left)
        return NULL;
    budget->left -= size;
    return malloc(size);
}

static void release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

enum status onnx_unpack(const unsigned char *bytes, size_t size, Onnx__Model **model,
                        struct error *error)
{
    struct budget budget = {BUDGET_BASE + BUDGET_PER_BYTE * size};
    ProtobufCAllocator allocator = {allocate, release, &budget};
    *model = onnx__model__unpack(&allocator, size, bytes);
    if (*model)
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL,
                     "not an ONNX model: its messages are damaged, truncated or too large");
}

void onnx_messages_free(Onnx__Model *model)
{
    ProtobufCAllocator allocator = {allocate, release, NULL};
    if (model)
        onnx__model__free_unpacked(model, &allocator);
}

Onnx__Graph *onnx_unpack_graph(const ProtobufCBinaryData *bytes)
{
    struct budget budget = {BUDGET_BASE + BUDGET_PER_BYTE * bytes->len};
    ProtobufCAllocator allocator = {allocate, release, &budget};
    return onnx__graph__unpack(&allocator, bytes->len, bytes->data);
}

void onnx_graph_free(Onnx__Graph *graph)
{
    ProtobufCAllocator allocator = {allocate, release, NULL};
    if (graph)
        onnx__graph__free_unpacked(graph, &allocator);
}
