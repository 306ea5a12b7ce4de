/* Fields of the messages of an .onnx file, found by their description; the file is packed again
 * after a change. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/read/import.h"
#include "tests/fuzz/mutate.h"

/* What of a file shall change: each has the same chance, however much of it there is. */
enum subject { NUMBERS, TEXTS, BYTES, OPERATORS, LISTS, SUBJECTS };

struct place {
    const ProtobufCFieldDescriptor *field;
    void *member;  /* the value, or the list's first one */
    size_t *count; /* of a list; NULL: no list */
    size_t index;
};

struct walk {
    enum subject subject;
    struct lottery lottery, texts;
    struct place chosen;
    const char *text; /* some text of the file, to take the place of another one */
};

static size_t size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    default:
        return 4;
    }
}

static enum subject subject_of(const ProtobufCFieldDescriptor *field)
{
    if (strcmp(field->name, "op_type") == 0)
        return OPERATORS;
    return field->type == PROTOBUF_C_TYPE_STRING  ? TEXTS
           : field->type == PROTOBUF_C_TYPE_BYTES ? BYTES
                                                  : NUMBERS;
}

static void walk_message(struct walk *walk, ProtobufCMessage *message);

static void walk_value(struct walk *walk, const struct place *place)
{
    char *value = (char *)place->member + place->index * size_of(place->field->type);
    if (place->field->type == PROTOBUF_C_TYPE_MESSAGE) {
        walk_message(walk, *(ProtobufCMessage **)(void *)value);
        return;
    }
    if (subject_of(place->field) == walk->subject && lottery_draw(&walk->lottery))
        walk->chosen = *place;
    if (place->field->type == PROTOBUF_C_TYPE_STRING && lottery_draw(&walk->texts))
        walk->text = *(char **)(void *)value;
}

/* Long lists of numbers have no more chances than short ones. */
static void walk_list(struct walk *walk, struct place *place)
{
    if (*place->count > 0 && walk->subject == LISTS && lottery_draw(&walk->lottery)) {
        walk->chosen = *place;
        walk->chosen.index = random_below(walk->lottery.random, *place->count);
    }
    if (place->field->type == PROTOBUF_C_TYPE_MESSAGE ||
        place->field->type == PROTOBUF_C_TYPE_STRING) {
        for (place->index = 0; place->index < *place->count; place->index++)
            walk_value(walk, place);
    } else if (*place->count > 0) {
        place->index = random_below(walk->lottery.random, *place->count);
        walk_value(walk, place);
    }
}

static void walk_message(struct walk *walk, ProtobufCMessage *message)
{
    for (unsigned i = 0; message && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char *base = (char *)message, *quantifier = base + field->quantifier_offset;
        struct place place = {.field = field, .member = base + field->offset};
        bool is_pointer =
            field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            place.count = (size_t *)(void *)quantifier;
            place.member = *(void **)place.member;
            walk_list(walk, &place);
        } else if (is_pointer ? *(void **)place.member != NULL
                              : *(protobuf_c_boolean *)(void *)quantifier != 0) {
            walk_value(walk, &place);
        }
    }
}

/* --- changes --- */

static void mutate_number(struct random *random, const ProtobufCFieldDescriptor *field, void *value)
{
    if (field->type == PROTOBUF_C_TYPE_FLOAT)
        mutate_float(random, value);
    else
        mutate_integer(random, value, size_of(field->type));
}

/* An element of raw data: whatever its type may be. */
static void mutate_bytes(struct random *random, const ProtobufCBinaryData *bytes)
{
    static const size_t sizes[] = {4, 8, 4, 1};
    size_t kind = random_below(random, 4), size = sizes[kind];
    if (bytes->len < size)
        return;
    uint8_t *at = bytes->data + random_below(random, bytes->len / size) * size;
    if (kind == 0)
        mutate_float(random, at);
    else
        mutate_integer(random, at, size);
}

static void replace_text(char **text, const char *by)
{
    char *copy = xstrdup(by);
    free(*text);
    *text = copy;
}

static const char *any_operator(struct random *random)
{
    const char *name = "";
    struct lottery lottery = {.random = random};
    for (size_t i = 0; onnx_row_at(i); i++)
        if (lottery_draw(&lottery))
            name = onnx_row_at(i)->name;
    return name;
}

/* Two elements change places. */
static void mutate_list(struct random *random, const struct place *place)
{
    size_t size = size_of(place->field->type), other = random_below(random, *place->count);
    char *a = (char *)place->member + place->index * size;
    char *b = (char *)place->member + other * size, kept[sizeof(ProtobufCBinaryData)];
    memcpy(kept, a, size);
    memmove(a, b, size);
    memcpy(b, kept, size);
}

static void change(struct walk *walk)
{
    const struct place *place = &walk->chosen;
    struct random *random = walk->lottery.random;
    char *value = (char *)place->member + place->index * size_of(place->field->type);
    switch (walk->subject) {
    case NUMBERS:
        mutate_number(random, place->field, value);
        break;
    case TEXTS:
        replace_text((char **)(void *)value, walk->text);
        break;
    case BYTES:
        mutate_bytes(random, (ProtobufCBinaryData *)(void *)value);
        break;
    case OPERATORS:
        replace_text((char **)(void *)value, any_operator(random));
        break;
    default:
        mutate_list(random, place);
    }
}

size_t mutate_onnx(struct random *random, uint8_t *data, size_t size, size_t max)
{
    struct walk walk = {.subject = (enum subject)random_below(random, SUBJECTS),
                        .lottery = {.random = random},
                        .texts = {.random = random}};
    Onnx__Model *model = onnx__model__unpack(NULL, size, data);
    if (!model)
        return 0;
    walk_message(&walk, &model->base);
    if (walk.lottery.seen > 0)
        change(&walk);
    size_t made = onnx__model__get_packed_size(model);
    if (walk.lottery.seen == 0 || made > max)
        made = 0;
    else
        onnx__model__pack(model, data);
    onnx__model__free_unpacked(model, NULL);
    return made;
}
