/* Element types. */
#ifndef GRAPH_TYPE_H
#define GRAPH_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(identifier, name, bytes per element, TFLite's TensorType). */
#define TYPE_LIST(X)                                                                               \
    X(TYPE_F32, "float32", 4, 0)                                                                   \
    X(TYPE_F16, "float16", 2, 1)                                                                   \
    X(TYPE_I32, "int32", 4, 2)                                                                     \
    X(TYPE_U8, "uint8", 1, 3)                                                                      \
    X(TYPE_I64, "int64", 8, 4)                                                                     \
    X(TYPE_BOOL, "bool", 1, 6)                                                                     \
    X(TYPE_I16, "int16", 2, 7)                                                                     \
    X(TYPE_I8, "int8", 1, 9)                                                                       \
    X(TYPE_F64, "float64", 8, 10)                                                                  \
    X(TYPE_BF16, "bfloat16", 2, 18)

enum type {
#define X(identifier, name, size, code) identifier,
    TYPE_LIST(X)
#undef X
        TYPE_COUNT
};

struct type_info {
    const char *name;
    size_t size;     /* bytes of one element */
    int tflite_code; /* TensorType of the .tflite schema */
};

extern const struct type_info type_table[TYPE_COUNT];

static inline size_t type_size(enum type type)
{
    return type_table[type].size;
}

static inline const char *type_name(enum type type)
{
    return type_table[type].name;
}

static inline bool type_is_real(enum type type)
{
    return type == TYPE_F32 || type == TYPE_F16 || type == TYPE_F64 || type == TYPE_BF16;
}

/* The integer types that stand for real numbers through a scale: int8, uint8, int16. */
static inline bool type_is_quantized(enum type type)
{
    return type == TYPE_I8 || type == TYPE_U8 || type == TYPE_I16;
}

/* Least and greatest value of an integer type. */
int64_t type_lowest(enum type type);
int64_t type_highest(enum type type);

/* The type of a TFLite code, or TYPE_COUNT when there is none here. */
enum type type_from_tflite(int code);
/* The type of a name ("int8"), or TYPE_COUNT. */
enum type type_from_name(const char *name) __attribute__((nonnull(1)));

/* Whether element i of stored elements of the type is other than 0, and true in a condition. */
bool type_is_set(enum type type, const void *elements, size_t i) __attribute__((nonnull(2)));

#endif
