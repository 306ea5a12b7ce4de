#include "formats/onnx/codes.h"

static const int32_t codes[TYPE_COUNT] = {
    [TYPE_F32] = 1,  [TYPE_F16] = ONNX_FLOAT16, [TYPE_I32] = 6, [TYPE_U8] = 2,
    [TYPE_I64] = 7,  [TYPE_BOOL] = 9,           [TYPE_I16] = 5, [TYPE_I8] = 3,
    [TYPE_F64] = 11,
};

enum type onnx_type(int32_t code)
{
    for (int type = 0; type < TYPE_COUNT; type++)
        if (codes[type] == code)
            return (enum type)type;
    return TYPE_COUNT;
}

int32_t onnx_type_code(enum type type)
{
    return codes[type];
}
