#include "worker/feed.h"

#include <string.h>

#include "graph/element.h"

static float scale_of(const struct tensor *tensor)
{
    return tensor->quant.count > 0 ? tensor->quant.scale[0] : 1.0f;
}

static int32_t zero_point_of(const struct tensor *tensor)
{
    return tensor->quant.count > 0 ? tensor->quant.zero_point[0] : 0;
}

static enum status unsupported(const struct tensor *tensor, struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "tensor '%s' of type %s cannot hold real numbers", tensor->name,
                     type_name(tensor->type));
}

enum status feed_decode(const struct tensor *tensor, const void *elements, float *values,
                        struct error *error)
{
    size_t count = shape_elements(&tensor->shape);
    if (tensor->type == TYPE_F32) {
        memcpy(values, elements, count * sizeof(*values));
        return STATUS_OK;
    }
    if (tensor->type == TYPE_F16 || tensor->type == TYPE_F64)
        return unsupported(tensor, error);
    for (size_t i = 0; i < count; i++)
        values[i] = scale_of(tensor) * (float)((int32_t)element_load(tensor->type, elements, i) -
                                               zero_point_of(tensor));
    return STATUS_OK;
}
