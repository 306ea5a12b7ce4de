#include "base/printable.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Length of the sound UTF-8 sequence that begins here, and its character; 0 where none does: it is
 * cut short, too long for its character, or of a number that is no character. */
static size_t decode(const unsigned char *bytes, unsigned long *character)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = bytes[0] < 0x80                        ? 1
                    : (bytes[0] & 0xe0) == 0xc0            ? 2
                    : (bytes[0] & 0xf0) == 0xe0            ? 3
                    : bytes[0] >= 0xf0 && bytes[0] <= 0xf4 ? 4
                                                           : 0;
    if (length == 0)
        return 0;
    *character = length == 1 ? bytes[0] : bytes[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        *character = *character << 6 | (bytes[i] & 0x3f);
    }
    bool is_surrogate = *character >= 0xd800 && *character < 0xe000;
    return *character >= least[length] && *character <= 0x10ffff && !is_surrogate ? length : 0;
}

/* Characters that move the cursor or turn the direction of writing: C0, DEL, C1, and the marks of
 * bidirectional text. */
static bool steers_terminal(unsigned long character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x061c ||
           character == 0x200e || character == 0x200f ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

/* Whether a printable character begins here; *length: its bytes, or those to replace. */
static bool is_printable(const char *string, size_t *length)
{
    unsigned long character = 0;
    *length = decode((const unsigned char *)string, &character);
    bool is_sound = *length > 0;
    *length = is_sound ? *length : 1;
    return is_sound && !steers_terminal(character);
}

size_t text_character_bytes(const char *string)
{
    unsigned long character;
    return decode((const unsigned char *)string, &character);
}

size_t text_take_character(const char *string, unsigned long *character)
{
    return decode((const unsigned char *)string, character);
}

void text_put_character(unsigned long character, char buffer[CHARACTER_SIZE])
{
    static const unsigned long from[] = {0x80, 0x800, 0x10000};
    static const unsigned first[] = {0, 0xc0, 0xe0, 0xf0};
    size_t more = 0;
    while (more < 3 && character >= from[more])
        more++;
    buffer[0] = (char)(first[more] | character >> (6 * more));
    for (size_t i = 1; i <= more; i++)
        buffer[i] = (char)(0x80 | (character >> (6 * (more - i)) & 0x3f));
    buffer[more + 1] = '\0';
}

void text_make_printable(char *string)
{
    for (size_t length; *string; string += length)
        if (!is_printable(string, &length))
            memset(string, '?', length);
}

bool text_is_printable(const char *string)
{
    for (size_t length; *string; string += length)
        if (!is_printable(string, &length))
            return false;
    return true;
}

char *printable_text(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    bool is_cut = length > PRINTABLE_MOST;
    size_t size = (size_t)(is_cut ? PRINTABLE_MOST : length < 0 ? 0 : length) + 1;
    char *text = arena_alloc(arena, size);
    vsnprintf(text, size, format, arguments);
    if (is_cut)
        memcpy(text + PRINTABLE_MOST - 3, "...", 3);
    text_make_printable(text);
    return text;
}
