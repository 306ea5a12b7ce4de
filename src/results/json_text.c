#include "results/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* U+10FF00, from which 80 to FF are used: private characters that nobody assigned. As UTF-8 they
 * are F4 8F BE 80 to F4 8F BF BF. */
#define CARRIED_BYTES 4

void json_begin(void)
{
    json_set_alloc_funcs(xmalloc, free);
}

static json_t *certain(json_t *string)
{
    return string ? string : json_null();
}

json_t *json_said(const char *text)
{
    struct text out = {0};
    text_add_printable(&out, text ? text : "");
    json_t *string = json_string(out.bytes ? out.bytes : "");
    text_release(&out);
    return certain(string);
}

/* Whether one of the characters that stand for bytes begins here, and for which one. */
static bool is_carried(const char *text, unsigned char *byte)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (strncmp(text, "\xf4\x8f", 2) != 0 || (bytes[2] != 0xbe && bytes[2] != 0xbf))
        return false;
    *byte = (unsigned char)((bytes[2] == 0xbe ? 0x80 : 0xc0) | (bytes[3] & 0x3f));
    return (bytes[3] & 0xc0) == 0x80;
}

static void add_byte(struct text *out, unsigned char byte)
{
    const char character[CARRIED_BYTES] = {
        (char)0xf4, (char)0x8f, (char)(byte < 0xc0 ? 0xbe : 0xbf), (char)(0x80 | (byte & 0x3f))};
    text_add(out, character, CARRIED_BYTES);
}

json_t *json_carried(const char *text)
{
    struct text out = {0};
    unsigned char byte;
    if (!text)
        return json_null();
    while (*text) {
        size_t length = is_carried(text, &byte) ? 0 : text_character_bytes(text);
        if (length > 0)
            text_add(&out, text, length);
        else
            add_byte(&out, (unsigned char)*text);
        text += length > 0 ? length : 1;
    }
    json_t *string = json_string(out.bytes ? out.bytes : "");
    text_release(&out);
    return certain(string);
}

char *json_carried_value(const json_t *value, struct arena *arena)
{
    const char *text = json_string_value(value);
    char *copy = text ? arena_strdup(arena, text) : NULL, *out = copy;
    unsigned char byte;
    if (!copy)
        return NULL;
    for (const char *in = copy; *in; out++) {
        bool stands_for_byte = is_carried(in, &byte);
        *out = stands_for_byte ? (char)byte : *in;
        in += stands_for_byte ? CARRIED_BYTES : 1;
    }
    *out = '\0';
    return copy;
}
