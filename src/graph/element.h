/* Single elements of integer tensors, whatever their type, as int64. */
#ifndef GRAPH_ELEMENT_H
#define GRAPH_ELEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "graph/type.h"

static inline int64_t element_load(enum type type, const void *elements, size_t i)
{
    switch (type) {
    case TYPE_I8:
        return ((const int8_t *)elements)[i];
    case TYPE_U8:
    case TYPE_BOOL:
        return ((const uint8_t *)elements)[i];
    case TYPE_I16:
        return ((const int16_t *)elements)[i];
    case TYPE_I32:
        return ((const int32_t *)elements)[i];
    default:
        return ((const int64_t *)elements)[i];
    }
}

/* Values that the type does not have wrap around. */
static inline void element_store(enum type type, void *elements, size_t i, int64_t value)
{
    switch (type) {
    case TYPE_I8:
    case TYPE_U8:
    case TYPE_BOOL:
        ((uint8_t *)elements)[i] = (uint8_t)value;
        break;
    case TYPE_I16:
        ((uint16_t *)elements)[i] = (uint16_t)value;
        break;
    case TYPE_I32:
        ((uint32_t *)elements)[i] = (uint32_t)value;
        break;
    default:
        ((int64_t *)elements)[i] = value;
    }
}

#endif
