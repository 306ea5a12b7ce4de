#include "graph/type.h"

#include <math.h>
#include <string.h>

const struct type_info type_table[TYPE_COUNT] = {
#define X(identifier, type_text, bytes, code)                                                      \
    [identifier] = {.name = (type_text), .size = (bytes), .tflite_code = (code)},
    TYPE_LIST(X)
#undef X
};

int64_t type_lowest(enum type type)
{
    bool is_unsigned = type == TYPE_U8 || type == TYPE_BOOL;
    return is_unsigned ? 0 : -(INT64_C(1) << (8 * type_size(type) - 2)) * 2;
}

int64_t type_highest(enum type type)
{
    if (type == TYPE_BOOL)
        return 1;
    if (type == TYPE_U8)
        return UINT8_MAX;
    return ((INT64_C(1) << (8 * type_size(type) - 2)) - 1) * 2 + 1;
}

/* The schema has bfloat16, but no runtime of .tflite files computes with it: it is in constants of
 * .onnx files alone. */
enum type type_from_tflite(int code)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (type_table[i].tflite_code == code && i != TYPE_BF16)
            return (enum type)i;
    return TYPE_COUNT;
}

enum type type_from_name(const char *name)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (strcmp(type_table[i].name, name) == 0)
            return (enum type)i;
    return TYPE_COUNT;
}

bool type_is_set(enum type type, const void *elements, size_t i)
{
    static const unsigned char zeros[sizeof(int64_t)];
    size_t size = type_size(type);
    if (type == TYPE_F32)
        return fpclassify(((const float *)elements)[i]) != FP_ZERO;
    return memcmp((const unsigned char *)elements + i * size, zeros, size) != 0;
}
