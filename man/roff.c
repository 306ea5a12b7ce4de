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

void roff_item(const char *name, const char *value, const char *help, struct text *out)
{
    text_add_string(out, ".TP\n\\fB");
    roff_text(name, out);
    text_add_string(out, "\\fR");
    if (value && *value) {
        text_add_string(out, " \\fI");
        roff_text(value, out);
        text_add_string(out, "\\fR");
    }
    text_add_string(out, "\n");
    roff_text(help, out);
    text_add_string(out, "\n");
}
