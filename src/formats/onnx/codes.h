/* The numbers that ONNX gives to element types, to kinds of attributes and to places of data. */
#ifndef FORMATS_ONNX_CODES_H
#define FORMATS_ONNX_CODES_H

#include <stdint.h>

#include "graph/type.h"

/* TensorProto.DataType: those that need to be told from others by name. */
enum { ONNX_FLOAT16 = 10, ONNX_BFLOAT16 = 16, ONNX_UINT4 = 21, ONNX_INT4 = 22 };

/* The element type of a TensorProto.DataType; TYPE_COUNT: graphs do not have it, or, as bfloat16,
 * in constants alone. */
enum type onnx_type(int32_t code);
/* The other way round; every type has a code. */
int32_t onnx_type_code(enum type type);
/* ONNX's name of any TensorProto.DataType ("STRING"); the number, in the buffer, of one that is
 * none. */
#define ONNX_TYPE_TEXT_SIZE 16
const char *onnx_type_text(int32_t code, char buffer[ONNX_TYPE_TEXT_SIZE]);

/* AttributeProto.AttributeType. */
enum {
    ONNX_ATTRIBUTE_FLOAT = 1,
    ONNX_ATTRIBUTE_INT = 2,
    ONNX_ATTRIBUTE_STRING = 3,
    ONNX_ATTRIBUTE_INTS = 7
};

/* TensorProto.DataLocation of constants that are in other files. */
#define ONNX_EXTERNAL 1

#endif
