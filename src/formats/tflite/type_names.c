/* Names of all TensorType codes of the schema, so that a message about a type that is not supported
 * can say which one it is. */
#include <stddef.h>
#include <stdio.h>

#include "formats/tflite/tables.h"

static const char *const names[] = {
    "FLOAT32", "FLOAT16",   "INT32",  "UINT8",   "INT64",      "STRING", "BOOL",
    "INT16",   "COMPLEX64", "INT8",   "FLOAT64", "COMPLEX128", "UINT64", "RESOURCE",
    "VARIANT", "UINT32",    "UINT16", "INT4",    "BFLOAT16",   "INT2",   "UINT4",
};

const char *tflite_type_text(int32_t code, char buffer[TFLITE_TYPE_TEXT_SIZE])
{
    if (code >= 0 && (size_t)code < sizeof(names) / sizeof(names[0]))
        return names[code];
    snprintf(buffer, TFLITE_TYPE_TEXT_SIZE, "%d", code);
    return buffer;
}
