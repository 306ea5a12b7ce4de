#include "graph/params.h"

#include <stdio.h>
#include <string.h>

void params_init(union op_params *params, const struct param_schema *schema)
{
    memset(params, 0, sizeof(*params));
    for (int i = 0; i < schema->count; i++) {
        const struct param_field *field = &schema->fields[i];
        if (field->kind != FIELD_FLOAT && field->kind != FIELD_INTS && field->kind != FIELD_PADS)
            memcpy((char *)params + field->offset, &field->fallback, sizeof(field->fallback));
    }
}

static const char *enum_text(enum field_kind kind, int32_t value)
{
    static const char *const paddings[] = {"SAME", "VALID", "EXPLICIT"};
    static const char *const activations[] = {"NONE", "RELU", "RELU_N1_TO_1", "RELU6"};
    static const char *const mirrors[] = {"REFLECT", "SYMMETRIC"};
    static const char *const bools[] = {"false", "true"};
    switch (kind) {
    case FIELD_BOOL:
        return bools[value != 0];
    case FIELD_PADDING:
        return value >= 0 && value < 3 ? paddings[value] : "?";
    case FIELD_ACTIVATION:
        return value >= 0 && value < 4 ? activations[value] : "?";
    case FIELD_MIRROR:
        return mirrors[value == MIRROR_SYMMETRIC];
    case FIELD_TYPE:
        return value >= 0 && value < TYPE_COUNT ? type_name((enum type)value) : "?";
    default:
        return NULL;
    }
}

static void vector_text(const struct vector_params *vector, char buffer[PARAM_TEXT_SIZE])
{
    size_t used = (size_t)snprintf(buffer, PARAM_TEXT_SIZE, "[");
    for (int i = 0; i < vector->count && used < PARAM_TEXT_SIZE; i++)
        used += (size_t)snprintf(buffer + used, PARAM_TEXT_SIZE - used, "%s%d", i ? ", " : "",
                                 vector->values[i]);
    if (used < PARAM_TEXT_SIZE)
        snprintf(buffer + used, PARAM_TEXT_SIZE - used, "]");
}

const char *param_text(const union op_params *params, const struct param_field *field,
                       char buffer[PARAM_TEXT_SIZE])
{
    const char *at = (const char *)params + field->offset;
    if (field->kind == FIELD_INTS) {
        vector_text((const struct vector_params *)at, buffer);
        return buffer;
    }
    if (field->kind == FIELD_PADS) {
        const struct pads *pads = (const struct pads *)at;
        snprintf(buffer, PARAM_TEXT_SIZE, "[%d, %d, %d, %d]", pads->top, pads->left, pads->bottom,
                 pads->right);
        return buffer;
    }
    if (field->kind == FIELD_FLOAT) {
        float value;
        memcpy(&value, at, sizeof(value));
        snprintf(buffer, PARAM_TEXT_SIZE, "%g", (double)value);
        return buffer;
    }
    int32_t value;
    memcpy(&value, at, sizeof(value));
    const char *name = enum_text(field->kind, value);
    if (name)
        snprintf(buffer, PARAM_TEXT_SIZE, "%s", name);
    else
        snprintf(buffer, PARAM_TEXT_SIZE, "%d", value);
    return buffer;
}
