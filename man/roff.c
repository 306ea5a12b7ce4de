#include "man/roff.h"

void roff_text(const char *string, struct text *out)
{
    if (*string == '.' || *string == '\'')
        text_add_string(out, "\\&");
    for (; *string; string++) {
        if (*string == '\\')
            text_add_string(out, "\\e");
        else if (*string == '-')
            text_add_string(out, "\\-");
        else
            text_add(out, string, 1);
    }
}
