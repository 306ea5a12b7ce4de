#include "ui/cells.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#define INVALID 0xfffdu
/* Marks beyond this many on one character are left out. */
#define MARKS_MAX 4

/* Decodes one character; what is not UTF-8 is one byte that counts as INVALID. */
static size_t decode(const char *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    *code = INVALID;
    if (bytes[0] < 0x80) {
        *code = bytes[0];
        return 1;
    }
    size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
        return 1;
    uint32_t value = bytes[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 1;
    *code = value;
    return length;
}

static bool is_invisible(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e},
                  {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},
                  {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static const char *ascii_spelling(uint32_t code)
{
    static const struct {
        uint32_t code;
        const char *spelling;
    } spellings[] = {{0xa0, " "},    {0xb0, "deg"},  {0xb1, "+-"},   {0xb2, "2"},    {0xb3, "3"},
                     {0xb5, "u"},    {0xb7, "."},    {0xd7, "x"},    {0x3bc, "u"},   {0x2013, "-"},
                     {0x2014, "--"}, {0x2018, "'"},  {0x2019, "'"},  {0x201c, "\""}, {0x201d, "\""},
                     {0x2026, "~"},  {0x2190, "<-"}, {0x2192, "->"}, {0x2212, "-"},  {0x2264, "<="},
                     {0x2265, ">="}};
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
        if (spellings[i].code == code)
            return spellings[i].spelling;
    return "?";
}

static void set_glyph(struct glyph *glyph, const char *bytes, size_t length, int width)
{
    memcpy(glyph->bytes, bytes, length);
    glyph->bytes[length] = '\0';
    glyph->width = width;
}

/* Appends the combining marks at text to the glyph; returns their bytes. */
static size_t take_marks(const char *text, bool ascii, struct glyph *glyph)
{
    size_t taken = 0, used = strlen(glyph->bytes);
    int marks = 0;
    for (;;) {
        uint32_t code;
        size_t length = decode(text + taken, &code);
        bool invisible = is_invisible(code);
        if (code < 0x80 || (!invisible && wcwidth((wchar_t)code) != 0))
            return taken;
        if (!invisible && !ascii && marks < MARKS_MAX && used + length < GLYPH_SIZE) {
            memcpy(glyph->bytes + used, text + taken, length);
            used += length;
            glyph->bytes[used] = '\0';
            marks++;
        }
        taken += length;
    }
}

size_t cells_next(const char *text, bool ascii, struct glyph *glyph)
{
    set_glyph(glyph, "", 0, 0);
    if (text[0] == '\0')
        return 0;
    uint32_t code;
    size_t length = decode(text, &code);
    if (is_invisible(code))
        return length;
    int width = code < 0x80 ? 1 : wcwidth((wchar_t)code);
    if (code < 0x20 || code == 0x7f || code == INVALID || (width < 0 && !ascii)) {
        set_glyph(glyph, "?", 1, 1);
    } else if (width == 0) {
        return length; /* a combining mark without anything to stand on */
    } else if (code >= 0x80 && ascii) {
        const char *spelling = ascii_spelling(code);
        set_glyph(glyph, spelling, strlen(spelling), (int)strlen(spelling));
    } else {
        set_glyph(glyph, text, length, width);
    }
    return length + take_marks(text + length, ascii, glyph);
}

int cells_width(const char *text, bool ascii)
{
    struct glyph glyph;
    int width = 0;
    for (size_t length; (length = cells_next(text, ascii, &glyph)) > 0; text += length)
        width += glyph.width;
    return width;
}

size_t cells_wrap(const char *text, bool ascii, int width, size_t *next)
{
    struct glyph glyph;
    size_t end = 0, blank = 0;
    int used = 0;
    for (size_t length; (length = cells_next(text + end, ascii, &glyph)) > 0; end += length) {
        used += glyph.width;
        if (text[end] == ' ')
            blank = end;
        if (used > width && end > 0)
            break;
    }
    if (text[end] != '\0' && blank > 0)
        end = blank;
    *next = end;
    while (text[*next] == ' ')
        ++*next;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    return end;
}
