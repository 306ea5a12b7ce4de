/* Attributes of nodes, and operands that once were attributes. */
#include <string.h>

#include "formats/onnx/codes.h"
#include "formats/onnx/read/import.h"

static const Onnx__Attribute *find(Onnx__Attribute *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (list[i]->name && strcmp(list[i]->name, name) == 0)
            return list[i];
    return NULL;
}

/* Inside of a function, an attribute may stand for one of the call, which may stand for one of the
 * call around that; what a call leaves out may have a value of the function's. */
const Onnx__Attribute *import_attribute(const struct import *import, const char *name)
{
    const struct import_call *call = import->call;
    const Onnx__Attribute *found = find(import->node->attribute, import->node->n_attribute, name);
    for (; found && text_or_empty(found->ref_attr_name)[0] && call; call = call->outer) {
        const char *wanted = found->ref_attr_name;
        found = find(call->node->attribute, call->node->n_attribute, wanted);
        if (!found)
            found =
                find(call->function->attribute_proto, call->function->n_attribute_proto, wanted);
    }
    return found && text_or_empty(found->ref_attr_name)[0] ? NULL : found;
}

/* The attribute, or NULL where it is missing; a wrong type is an error. Old files state no type:
 * the value itself tells. */
static const Onnx__Attribute *typed(struct import *import, const char *name, int32_t type,
                                    bool has_value)
{
    const Onnx__Attribute *attribute = import_attribute(import, name);
    bool right = attribute && (attribute->has_type ? attribute->type == type : has_value);
    if (attribute && !right)
        import_fail(import, STATUS_FORMAT, "attribute '%s' has the wrong type", name);
    return right ? attribute : NULL;
}

int64_t import_attribute_int(struct import *import, const char *name, int64_t missing)
{
    const Onnx__Attribute *any = import_attribute(import, name);
    const Onnx__Attribute *attribute = typed(import, name, ONNX_ATTRIBUTE_INT, any && any->has_i);
    return attribute ? attribute->i : missing;
}

float import_attribute_float(struct import *import, const char *name, float missing)
{
    const Onnx__Attribute *any = import_attribute(import, name);
    const Onnx__Attribute *attribute = typed(import, name, ONNX_ATTRIBUTE_FLOAT, any && any->has_f);
    return attribute ? attribute->f : missing;
}

bool import_attribute_is(const struct import *import, const char *name, const char *value,
                         const char *missing)
{
    const Onnx__Attribute *attribute = import_attribute(import, name);
    if (!attribute)
        return strcmp(value, missing) == 0;
    return attribute->has_s && attribute->s.len == strlen(value) &&
           memcmp(attribute->s.data, value, attribute->s.len) == 0;
}

struct import_ints import_attribute_ints(struct import *import, const char *name)
{
    struct import_ints list = {0};
    const Onnx__Attribute *any = import_attribute(import, name);
    const Onnx__Attribute *attribute =
        typed(import, name, ONNX_ATTRIBUTE_INTS, any && any->n_ints > 0);
    if (!attribute)
        return list;
    if (attribute->n_ints > IMPORT_INTS_MAX) {
        import_fail(import, STATUS_FORMAT,
                    "attribute '%s' has %zu elements, at most %d are supported", name,
                    attribute->n_ints, IMPORT_INTS_MAX);
        return list;
    }
    list.count = (int)attribute->n_ints;
    for (int i = 0; i < list.count; i++)
        list.values[i] = attribute->ints[i];
    return list;
}

struct import_ints import_operand_ints(struct import *import, int i, const char *name)
{
    int tensor = import_input(import, i);
    return tensor != NO_TENSOR ? import_ints(import, tensor, name)
                               : import_attribute_ints(import, name);
}
