#include "formats/onnx/messages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

static size_t read_number(const unsigned char *bytes, size_t size, size_t at, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; at < size && shift < 64; shift += 7) {
        *number |= (uint64_t)(bytes[at] & 0x7f) << shift;
        if (!(bytes[at++] & 0x80))
            break;
    }
    return at;
}

/* Whether a text of the message goes on behind a NUL. Texts in memory do not: two names would be
 * taken for one. The bytes could be unpacked. */
static bool hides_text(const ProtobufCMessageDescriptor *message, const unsigned char *bytes,
                       size_t size)
{
    enum { VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 5 };
    bool hides = false;
    for (size_t at = 0; at < size && !hides;) {
        uint64_t tag, length;
        at = read_number(bytes, size, at, &tag);
        switch (tag & 7) {
        case VARINT:
            at = read_number(bytes, size, at, &length);
            continue;
        case LENGTH:
            at = read_number(bytes, size, at, &length);
            break;
        default:
            length = (tag & 7) == EIGHT_BYTES ? 8 : 4;
        }
        length = length < size - at ? length : size - at;
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(message, (unsigned)(tag >> 3));
        if (field && (tag & 7) == LENGTH && field->type == PROTOBUF_C_TYPE_STRING)
            hides = memchr(bytes + at, '\0', length) != NULL;
        if (field && (tag & 7) == LENGTH && field->type == PROTOBUF_C_TYPE_MESSAGE)
            hides = hides_text(field->descriptor, bytes + at, length);
        at += length;
    }
    return hides;
}

enum status onnx_unpack(const unsigned char *bytes, size_t size, Onnx__Model **model,
                        struct error *error)
{
    struct budget budget = {BUDGET_BASE + BUDGET_PER_BYTE * size};
    ProtobufCAllocator allocator = {allocate, release, &budget};
    *model = onnx__model__unpack(&allocator, size, bytes);
    if (*model && hides_text(&onnx__model__descriptor, bytes, size)) {
        onnx_messages_free(*model);
        *model = NULL;
        return error_set(error, STATUS_FORMAT, NULL, "a name or another text in it holds a NUL");
    }
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
    Onnx__Graph *graph = onnx__graph__unpack(&allocator, bytes->len, bytes->data);
    if (graph && hides_text(&onnx__graph__descriptor, bytes->data, bytes->len)) {
        onnx_graph_free(graph);
        graph = NULL;
    }
    return graph;
}

void onnx_graph_free(Onnx__Graph *graph)
{
    ProtobufCAllocator allocator = {allocate, release, NULL};
    if (graph)
        onnx__graph__free_unpacked(graph, &allocator);
}
