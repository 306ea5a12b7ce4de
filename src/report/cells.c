#include "report/cells.h"

#include <math.h>
#include <string.h>

#define PLUS_MINUS "±"

int cell_width(const char *text, bool ascii)
{
    int width = 0;
    for (; *text; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
        width += ascii && strncmp(text, PLUS_MINUS, strlen(PLUS_MINUS)) == 0;
    }
    return width;
}

void cell_add_value(struct text *out, const char *value, bool ascii)
{
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;
        if (!ascii || byte < 0x80)
            text_add(out, value, 1);
        else if (strncmp(value, PLUS_MINUS, strlen(PLUS_MINUS)) == 0)
            text_add_string(out, "+-");
        else if ((byte & 0xc0) == 0xc0)
            text_add_string(out, "?");
    }
}

/* What spreadsheets take for a formula gets an apostrophe in front, with which they show it as the
 * text that it is. Source: OWASP, CSV Injection. */
static const char *guard(const char *value)
{
    return value[0] != '\0' && strchr("=+-@\t\r", value[0]) ? "'" : "";
}

void cell_add_csv(struct text *out, const char *value)
{
    if (value[strcspn(value, ",\"\r\n")] == '\0') {
        text_printf(out, "%s%s", guard(value), value);
        return;
    }
    text_printf(out, "\"%s", guard(value));
    for (; *value; value++)
        text_printf(out, *value == '"' ? "\"%c" : "%c", *value);
    text_add_string(out, "\"");
}

void cell_add_csv_number(struct text *out, bool present, double value)
{
    if (present)
        text_printf(out, "%.9g", value);
}

void cell_add_markdown(struct text *out, const char *value)
{
    text_add_string(out, " ");
    for (; *value; value++)
        text_printf(out, *value == '|' ? "\\%c" : "%c", *value == '\n' ? ' ' : *value);
    text_add_string(out, " |");
}

static void set_number(json_t *object, const char *key, const char *suffix, bool present,
                       double value)
{
    char name[64];
    snprintf(name, sizeof(name), "%s%s", key, suffix);
    /* JSON has no infinity. */
    json_object_set_new(object, name, present && isfinite(value) ? json_real(value) : json_null());
}

void cell_set_json(json_t *object, const char *key, const struct figure *figure, double scale,
                   bool has_interval)
{
    bool bounded = figure->present && figure->bounded;
    set_number(object, key, "", figure->present, figure->value * scale);
    if (has_interval) {
        set_number(object, key, "_low", bounded, figure->low * scale);
        set_number(object, key, "_high", bounded, figure->high * scale);
    }
    if (!figure->present || !isfinite(figure->value)) {
        char name[64];
        snprintf(name, sizeof(name), "%s_absent", key);
        json_object_set_new(object, name,
                            json_string(figure->present ? "infinite" : figure->reason));
    }
}
