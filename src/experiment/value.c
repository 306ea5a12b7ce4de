#include "experiment/value.h"

#include <stdio.h>
#include <string.h>

#include <yaml.h>

/* The deepest thing that a profile holds is a member of a mode within the list of modes. */
#define DEPTH_MAX      8
#define VALUES_MAX     4096
#define TEXT_BYTES_MAX 4096

/* U+FEFF in UTF-8. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct reader {
    yaml_parser_t parser;
    const unsigned char *bytes;
    const struct source *source;
    struct arena *arena;
    size_t values;
    int depth;     /* lists and maps that are open */
    size_t end;    /* of the last value but those that are spelled by indentation */
    size_t closed; /* where the last list or map ended */
    struct error *error;
};

/* Whether a byte goes on with a character of UTF-8. */
static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

struct place place_at(const struct source *source, int line, int column)
{
    struct place place;
    char tail[32] = "";
    const char *name = source->name ? source->name : "";
    if (line > 0 && source->name)
        snprintf(tail, sizeof(tail), ":%d:%d", line, column);
    /* Of a path that is too long the end is worth more than the beginning. */
    size_t room = sizeof(place.text) - sizeof(tail), length = strlen(name);
    bool cut = length > room;
    if (cut)
        name += length - room + 3;
    while (cut && is_continuation(*name))
        name++;
    snprintf(place.text, sizeof(place.text), "%s%s%s", cut ? "..." : "", name, tail);
    return place;
}

struct quote text_quote(const char *text)
{
    struct quote quote;
    size_t length = strlen(text), room = sizeof(quote.text) - 1;
    bool cut = length > room;
    if (cut) {
        length = room - 3;
        while (length > 0 && is_continuation(text[length]))
            length--;
    }
    snprintf(quote.text, sizeof(quote.text), "%.*s%s", (int)length, text, cut ? "..." : "");
    text_make_printable(quote.text);
    return quote;
}

const char *value_noun(const struct value *value)
{
    static const char *const nouns[] = {
        [VALUE_TEXT] = "a text", [VALUE_LIST] = "a list", [VALUE_MAP] = "a mapping"};
    return nouns[value->kind];
}

bool value_is_text(const struct value *value)
{
    return value->kind == VALUE_TEXT && value->text[0] != '\0' && !value->is_null;
}

void value_path(const struct value *value, struct text *out)
{
    const struct value *parent = value->parent;
    if (parent)
        value_path(parent, out);
    if (value->key && parent && (parent->parent || parent->key))
        text_add_string(out, ".");
    if (value->key)
        text_add_string(out, text_quote(value->key).text);
    else if (parent)
        text_printf(out, "[%zu]", value->index);
}

static int from_one(size_t number)
{
    return number < 1000000000 ? (int)number + 1 : 1000000000;
}

static enum status no_memory(const struct source *source, struct error *error)
{
    return error_set(error, STATUS_MEMORY, source->name, "not enough memory to parse YAML");
}

/* What the bytes are wrong about before there is any YAML: only their offset is known. */
static enum status encoding_problem(const struct reader *reader)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < reader->parser.problem_offset; i++) {
        if (reader->bytes[i] == '\n') {
            line++;
            column = 1;
        } else if (!is_continuation((char)reader->bytes[i])) {
            column++;
        }
    }
    return error_set(reader->error, STATUS_FORMAT, place_at(reader->source, line, column).text,
                     "not plain UTF-8 text: %s", reader->parser.problem);
}

static enum status yaml_problem(const struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    int line = from_one(parser->problem_mark.line), column = from_one(parser->problem_mark.column);
    struct place place = place_at(reader->source, line, column);
    if (parser->error == YAML_MEMORY_ERROR)
        return no_memory(reader->source, reader->error);
    if (parser->error == YAML_READER_ERROR)
        return encoding_problem(reader);
    if (parser->context)
        return error_set(reader->error, STATUS_FORMAT, place.text,
                         "not valid YAML: %s (%s from line %d)", parser->problem, parser->context,
                         from_one(parser->context_mark.line));
    return error_set(reader->error, STATUS_FORMAT, place.text, "not valid YAML: %s",
                     parser->problem);
}

static enum status next_event(struct reader *reader, yaml_event_t *event)
{
    return yaml_parser_parse(&reader->parser, event) ? STATUS_OK : yaml_problem(reader);
}

static enum status fail_event(const struct reader *reader, const yaml_event_t *event,
                              const char *problem)
{
    int line = from_one(event->start_mark.line), column = from_one(event->start_mark.column);
    return error_set(reader->error, STATUS_FORMAT, place_at(reader->source, line, column).text,
                     "%s", problem);
}

static bool stands_for_null(const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

static enum status read_text(const struct reader *reader, const yaml_event_t *event,
                             struct value *value)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (length > TEXT_BYTES_MAX)
        return error_set(reader->error, STATUS_FORMAT,
                         place_at(reader->source, value->line, value->column).text,
                         "text of %zu bytes, expected at most %d", length, TEXT_BYTES_MAX);
    if (strlen(text) != length || !text_is_printable(text)) /* goes to terminals and file names */
        return fail_event(reader, event, "the text holds a control character or a line break");
    value->text = arena_strdup(reader->arena, text);
    value->is_null = stands_for_null(event);
    return STATUS_OK;
}

/* The anchor and the tag of the events that begin a value. */
static enum status check_properties(const struct reader *reader, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor || event->type == YAML_ALIAS_EVENT)
        return fail_event(reader, event, "anchors and aliases ('&name', '*name') are not allowed");
    if (tag)
        return fail_event(reader, event, "tags ('!name') are not allowed");
    return STATUS_OK;
}

/* The value that an event begins, or NULL for the end of a list or map. It knows its parent and key
 * at once, so that errors within it can name them. */
static enum status begin_value(struct reader *reader, const yaml_event_t *event,
                               const struct value *parent, const struct value *key,
                               struct value **begun)
{
    *begun = NULL;
    reader->closed = event->end_mark.index;
    if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
        return STATUS_OK;
    enum status status = check_properties(reader, event);
    if (status != STATUS_OK)
        return status;
    if (reader->depth > DEPTH_MAX)
        return fail_event(reader, event, "lists and mappings are nested too deeply");
    if (++reader->values > VALUES_MAX)
        return fail_event(reader, event, "too many values");
    struct value *value = arena_alloc(reader->arena, sizeof(*value));
    *value = (struct value){
        .kind = event->type == YAML_SEQUENCE_START_EVENT  ? VALUE_LIST
                : event->type == YAML_MAPPING_START_EVENT ? VALUE_MAP
                                                          : VALUE_TEXT,
        .key = key ? key->text : NULL,
        .key_line = key ? key->line : 0,
        .key_column = key ? key->column : 0,
        .parent = parent,
        .index = parent ? parent->count : 0,
        .line = from_one(event->start_mark.line),
        .column = from_one(event->start_mark.column),
        .begin = event->start_mark.index,
        .end = event->end_mark.index,
    };
    *begun = value;
    reader->end = value->end;
    return value->kind == VALUE_TEXT ? read_text(reader, event, value) : STATUS_OK;
}

static enum status read_value(struct reader *reader, const struct value *parent,
                              const struct value *key, struct value **value);

static enum status read_list(struct reader *reader, struct value *list)
{
    for (struct value **end = &list->first;; end = &(*end)->next, list->count++) {
        enum status status = read_value(reader, list, NULL, end);
        if (status != STATUS_OK || !*end)
            return status;
    }
}

static enum status check_key(const struct reader *reader, const struct value *map,
                             const struct value *key)
{
    if (key->kind != VALUE_TEXT)
        return error_set(reader->error, STATUS_FORMAT,
                         place_at(reader->source, key->line, key->column).text,
                         "key is %s, expected a text", value_noun(key));
    for (const struct value *member = map->first; member; member = member->next) {
        if (strcmp(member->key, key->text) != 0)
            continue;
        struct text path = {0};
        value_path(member, &path);
        error_set(reader->error, STATUS_FORMAT,
                  place_at(reader->source, key->line, key->column).text,
                  "duplicate key '%s', given before in line %d", path.bytes, member->key_line);
        text_release(&path);
        return reader->error->status;
    }
    return STATUS_OK;
}

static enum status read_map(struct reader *reader, struct value *map)
{
    struct value *key;
    for (struct value **end = &map->first;; end = &(*end)->next, map->count++) {
        enum status status = read_value(reader, map, NULL, &key);
        if (status != STATUS_OK || !key)
            return status;
        status = check_key(reader, map, key);
        if (status == STATUS_OK)
            status = read_value(reader, map, key, end);
        if (status != STATUS_OK)
            return status;
    }
}

static bool has_brackets(const yaml_event_t *event)
{
    return event->type == YAML_SEQUENCE_START_EVENT
               ? event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
               : event->type == YAML_MAPPING_START_EVENT &&
                     event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
}

/* Recursion ends at DEPTH_MAX. */
static enum status read_value(struct reader *reader, const struct value *parent,
                              const struct value *key, struct value **value)
{
    yaml_event_t event;
    enum status status = next_event(reader, &event);
    if (status != STATUS_OK)
        return status;
    bool is_closed = has_brackets(&event);
    status = begin_value(reader, &event, parent, key, value);
    yaml_event_delete(&event);
    if (status != STATUS_OK || !*value || (*value)->kind == VALUE_TEXT)
        return status;
    reader->depth++;
    status = (*value)->kind == VALUE_LIST ? read_list(reader, *value) : read_map(reader, *value);
    reader->depth--;
    if (is_closed)
        reader->end = reader->closed;
    (*value)->end = reader->end;
    return status;
}

/* Takes the next event, which has to be of the given type. */
static enum status expect(struct reader *reader, yaml_event_type_t type, const char *otherwise)
{
    yaml_event_t event;
    enum status status = next_event(reader, &event);
    if (status != STATUS_OK)
        return status;
    if (event.type != type)
        status = fail_event(reader, &event, otherwise);
    yaml_event_delete(&event);
    return status;
}

static enum status read_document(struct reader *reader, struct value **root)
{
    enum status status = expect(reader, YAML_STREAM_START_EVENT, "not a YAML stream");
    if (status == STATUS_OK)
        status = expect(reader, YAML_DOCUMENT_START_EVENT, "there is nothing but comments");
    if (status == STATUS_OK)
        status = read_value(reader, NULL, NULL, root);
    if (status == STATUS_OK)
        status = expect(reader, YAML_DOCUMENT_END_EVENT, "the document does not end here");
    if (status == STATUS_OK)
        status = expect(reader, YAML_STREAM_END_EVENT,
                        "a second document begins, where only one is read");
    return status;
}

enum status value_parse(const void *bytes, size_t size, const struct source *source,
                        struct arena *arena, struct value **root, struct error *error)
{
    /* Some editors put a byte-order mark in front, which is no part of the text. */
    size_t mark = size >= strlen(BYTE_ORDER_MARK) &&
                          memcmp(bytes, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0
                      ? strlen(BYTE_ORDER_MARK)
                      : 0;
    const unsigned char *text = (const unsigned char *)bytes + mark;
    struct reader reader = {.bytes = text, .source = source, .arena = arena, .error = error};
    if (!yaml_parser_initialize(&reader.parser))
        return no_memory(source, error);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, text, size - mark);
    enum status status = read_document(&reader, root);
    yaml_parser_delete(&reader.parser);
    return status;
}
