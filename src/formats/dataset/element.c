#include "formats/dataset/element.h"

#include <stdint.h>
#include <string.h>

#include "base/half.h"

#define DEFINE_LOAD(ctype)                                                                         \
    static double load_##ctype(const unsigned char *bytes)                                         \
    {                                                                                              \
        ctype value;                                                                               \
        memcpy(&value, bytes, sizeof(value));                                                      \
        return (double)value;                                                                      \
    }

DEFINE_LOAD(float)
DEFINE_LOAD(double)
DEFINE_LOAD(int8_t)
DEFINE_LOAD(uint8_t)
DEFINE_LOAD(int16_t)
DEFINE_LOAD(uint16_t)
DEFINE_LOAD(int32_t)
DEFINE_LOAD(uint32_t)
DEFINE_LOAD(int64_t)
DEFINE_LOAD(uint64_t)

static double load_half(const unsigned char *bytes)
{
    uint16_t half;
    memcpy(&half, bytes, sizeof(half));
    return (double)half_to_float(half);
}

static double load_brain(const unsigned char *bytes)
{
    uint16_t brain;
    memcpy(&brain, bytes, sizeof(brain));
    return (double)brain_to_float(brain);
}

static double load_bool(const unsigned char *bytes)
{
    return bytes[0] != 0;
}

/* Sources of the codes: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits
 * (IDX); the NumPy reference, numpy.lib.format and array interface (NPY). */
static const struct element element_table[] = {
    {"float32", TYPE_F32, 0x0d, "f4", 4, true, load_float},
    {"float64", TYPE_F64, 0x0e, "f8", 8, true, load_double},
    {"float16", TYPE_F16, 0, "f2", 2, true, load_half},
    {"bfloat16", TYPE_BF16, 0, "bf2", 2, true, load_brain}, /* NumPy itself has none */
    {"int8", TYPE_I8, 0x09, "i1", 1, false, load_int8_t},
    {"uint8", TYPE_U8, 0x08, "u1", 1, false, load_uint8_t},
    {"int16", TYPE_I16, 0x0b, "i2", 2, false, load_int16_t},
    {"uint16", TYPE_COUNT, 0, "u2", 2, false, load_uint16_t},
    {"int32", TYPE_I32, 0x0c, "i4", 4, false, load_int32_t},
    {"uint32", TYPE_COUNT, 0, "u4", 4, false, load_uint32_t},
    {"int64", TYPE_I64, 0, "i8", 8, false, load_int64_t},
    {"uint64", TYPE_COUNT, 0, "u8", 8, false, load_uint64_t},
    {"bool", TYPE_BOOL, 0, "b1", 1, false, load_bool},
};

#define ELEMENT_COUNT (sizeof(element_table) / sizeof(element_table[0]))

const struct element *element_of_type(enum type type)
{
    for (size_t i = 0; i < ELEMENT_COUNT && type != TYPE_COUNT; i++)
        if (element_table[i].type == type)
            return &element_table[i];
    return NULL;
}

const struct element *element_of_idx(unsigned char code)
{
    for (size_t i = 0; i < ELEMENT_COUNT && code != 0; i++)
        if (element_table[i].idx == code)
            return &element_table[i];
    return NULL;
}

const struct element *element_of_npy(const char *code)
{
    for (size_t i = 0; i < ELEMENT_COUNT; i++)
        if (strcmp(element_table[i].npy, code) == 0)
            return &element_table[i];
    return NULL;
}
