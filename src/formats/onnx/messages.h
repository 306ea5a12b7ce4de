/* The messages of an .onnx file in memory. */
#ifndef FORMATS_ONNX_MESSAGES_H
#define FORMATS_ONNX_MESSAGES_H

#include <stddef.h>

#include "base/error.h"
#include "formats/onnx/onnx.pb-c.h"

/* Unpacks a file; *model is freed with onnx_messages_free. Whatever the bytes are, the messages
 * take no more memory than a fixed multiple of their number. STATUS_FORMAT without a file name,
 * which the caller adds. */
enum status onnx_unpack(const unsigned char *bytes, size_t size, Onnx__Model **model,
                        struct error *error) __attribute__((nonnull(1, 3, 4)));
/* NULL is fine. */
void onnx_messages_free(Onnx__Model *model);
/* The same for a graph inside of an attribute; NULL where it is damaged or too large. */
Onnx__Graph *onnx_unpack_graph(const ProtobufCBinaryData *bytes) __attribute__((nonnull(1)));
void onnx_graph_free(Onnx__Graph *graph);

#endif
