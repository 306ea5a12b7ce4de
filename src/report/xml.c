#include "report/xml.h"

#include <string.h>

#include "report/html.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Whether XML 1.0 takes it as it is (5th edition, 2.2, Char): control characters below the blank it
 * does not, but for three that need an escape to come through an attribute, nor U+FFFE and
 * U+FFFF. */
static bool is_allowed(const char *character, size_t length)
{
    bool is_control = length == 1 && (unsigned char)character[0] < 0x20;
    bool is_none = length == 3 && (memcmp(character, "\xef\xbf\xbe", 3) == 0 ||
                                   memcmp(character, "\xef\xbf\xbf", 3) == 0);
    return length > 0 && !is_control && !is_none;
}

void xml_add(struct text *out, const char *string)
{
    for (const char *c = string; *c;) {
        char character[5] = "";
        size_t length = text_character_bytes(c);
        if (strchr("\t\n\r", *c)) {
            text_printf(out, "&#%d;", *c);
        } else if (is_allowed(c, length)) {
            memcpy(character, c, length);
            html_add(out, character);
        } else {
            text_add_string(out, REPLACEMENT);
        }
        c += length > 0 ? length : 1;
    }
}

void xml_add_attribute(struct text *out, const char *name, const char *value)
{
    text_printf(out, " %s=\"", name);
    xml_add(out, value);
    text_add_string(out, "\"");
}
