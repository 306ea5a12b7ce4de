#include "formats/onnx/codes.h"

#include <stddef.h>
#include <stdio.h>

static const int32_t codes[TYPE_COUNT] = {
    [TYPE_F32] = 1,  [TYPE_F16] = ONNX_FLOAT16,
    [TYPE_I32] = 6,  [TYPE_U8] = 2,
    [TYPE_I64] = 7,  [TYPE_BOOL] = 9,
    [TYPE_I16] = 5,  [TYPE_I8] = 3,
    [TYPE_F64] = 11, [TYPE_BF16] = ONNX_BFLOAT16,
};

enum type onnx_type(int32_t code)
{
    for (int type = 0; type < TYPE_COUNT; type++)
        if (codes[type] == code && type != TYPE_BF16)
            return (enum type)type;
    return TYPE_COUNT;
}

int32_t onnx_type_code(enum type type)
{
    return codes[type];
}

static const char *const names[] = {
    "UNDEFINED",      "FLOAT",    "UINT8",        "INT8",           "UINT16",
    "INT16",          "INT32",    "INT64",        "STRING",         "BOOL",
    "FLOAT16",        "DOUBLE",   "UINT32",       "UINT64",         "COMPLEX64",
    "COMPLEX128",     "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2",
    "FLOAT8E5M2FNUZ", "UINT4",    "INT4",         "FLOAT4E2M1",     "FLOAT8E8M0",
};

const char *onnx_type_text(int32_t code, char buffer[ONNX_TYPE_TEXT_SIZE])
{
    if (code >= 0 && (size_t)code < sizeof(names) / sizeof(names[0]))
        return names[code];
    snprintf(buffer, ONNX_TYPE_TEXT_SIZE, "%d", code);
    return buffer;
}
