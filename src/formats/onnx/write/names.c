/* Names of an .onnx file: a value gets the name that it would like, or that name and a number. */
#include <string.h>

#include "formats/onnx/names.h"
#include "formats/onnx/write/file.h"

/* Names of tensors may be whole sentences ("a/b/Relu;a/b/BatchNorm;a/Conv2D"), which the file would
 * repeat wherever the value is read: no more than this much of their end is used. */
#define NAME_LENGTH 48

/* names hold, for each name in use, the number that was last tried behind it. */
static char *unique(struct onnx_names *names, struct arena *arena, const char *wish)
{
    int number = onnx_names_get(names, wish, -1);
    char *name = arena_strdup(arena, wish);
    while (onnx_names_get(names, name, -1) >= 0)
        name = arena_printf(arena, "%s.%d", wish, ++number);
    if (number >= 0)
        onnx_names_set(names, wish, number);
    onnx_names_set(names, name, 0);
    return name;
}

/* The first of several names that a converter has joined, and of that the end: the last part of a
 * path is enough for what is computed on the way to a tensor. */
static const char *shortened(struct arena *arena, const struct onnx_value *value)
{
    const char *name = value->wish;
    size_t length = strcspn(name, ";"), skipped = length > NAME_LENGTH ? length - NAME_LENGTH : 0;
    bool passes = value->claim == CLAIM_HELPER && !value->is_constant;
    for (size_t i = skipped; passes && i + 1 < length; i++)
        if (name[i] == '/')
            skipped = i + 1;
    while (skipped < length && ((unsigned char)name[skipped] & 0xc0) == 0x80)
        skipped++; /* not in the middle of a character of UTF-8 */
    return arena_printf(arena, "%.*s", (int)(length - skipped), name + skipped);
}

void onnx_file_name(struct onnx_file *file)
{
    struct onnx_names names = {0};
    for (int claim = 0; claim < CLAIM_COUNT; claim++)
        for (size_t i = 1; i < file->n_values; i++) {
            struct onnx_value *value = &file->values[i];
            bool is_end = claim == CLAIM_INTERFACE;
            if ((int)value->claim != claim || !(value->is_needed || is_end))
                continue;
            const char *wish = is_end ? value->wish : shortened(file->arena, value);
            value->name = unique(&names, file->arena, wish[0] ? wish : "value");
        }
    onnx_names_release(&names);
}
